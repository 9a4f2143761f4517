//! What the page and the comment owe: all findings at their places, no markup but our own, a page that
//! a browser and a screen reader can work with.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "the fences are for the library; tests write files and run the program, and a test that panics has failed"
)]

mod folder;
mod tools;

use folder::kinds::{INPUTS, Seen, all_kinds, expected, reduced, run};
use folder::{Folder, MINIMAL};
use pulldown_cmark::{Event, Options, Parser, Tag, TextMergeStream};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeSet;
use std::process::Command;

// ---------------------------------------------------------------- html

fn page(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// A place as people write it: `path:line:column`, or a path alone.
fn split(at: &str) -> (String, u64, Option<u64>) {
    let mut parts = at.rsplitn(3, ':');
    let column = parts.next().and_then(|n| n.parse().ok());
    let line = parts.next().and_then(|n| n.parse().ok());
    match (line, column, parts.next()) {
        (Some(line), Some(column), Some(path)) => (path.to_owned(), line, Some(column)),
        _ => (at.to_owned(), 1, None),
    }
}

/// What a reader finds on the page.
fn on_page(document: &Document) -> Vec<Seen> {
    let marked = document
        .descendants()
        .filter(|n| n.has_attribute("data-rule"));
    let mut seen: Vec<Seen> = marked
        .map(|node| {
            let (path, line, column) = split(node.attribute("data-at").unwrap());
            Seen {
                rule: node.attribute("data-rule").unwrap().to_owned(),
                path,
                line,
                column,
                end: None,
                fingerprint: None,
                waived: node.attribute("data-word") == Some("waived"),
            }
        })
        .collect();
    seen.sort();
    seen
}

fn without_ends(folder: &Folder) -> Vec<Seen> {
    reduced(&expected(folder), |seen| {
        (seen.end, seen.fingerprint) = (None, None);
    })
}

/// No script, nothing from elsewhere, no link that leads nowhere, headings in order.
fn is_sound(document: &Document) {
    let elements = || document.descendants().filter(Node::is_element);
    let mut level = 0;
    let mut ids = BTreeSet::new();
    for node in elements() {
        let name = node.tag_name().name();
        let allowed = [
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "a",
            "header",
            "main",
            "section",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "span",
            "div",
            "dl",
            "dt",
            "dd",
            "ul",
            "ol",
            "li",
            "br",
            "code",
            "mark",
            "figure",
            "figcaption",
            "article",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "em",
        ];
        assert!(allowed.contains(&name), "<{name}>");
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(
                !name.starts_with("on") && !["src", "style"].contains(&name),
                "{name}"
            );
        }
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
        if let Some(now) = name.strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) {
            assert!(
                now <= level + 1,
                "<{name}> after <h{level}>: {:?}",
                node.text()
            );
            level = now;
        }
        if node.has_attribute("tabindex") {
            assert!(node.has_attribute("aria-label"));
        }
    }
    for link in elements().filter_map(|n| n.attribute("href")) {
        match link.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "{link}"),
            None => assert!(link.starts_with("https://"), "{link}"),
        }
    }
    let policy = elements()
        .find(|n| n.attribute("http-equiv").is_some())
        .unwrap();
    assert!(
        policy
            .attribute("content")
            .unwrap()
            .starts_with("default-src 'none'")
    );
}

#[test]
fn the_page_holds_everything_and_nothing_else() {
    let folder = all_kinds();
    let ran = run(&folder, "html");
    let document = page(&ran.out);
    is_sound(&document);
    assert_eq!(on_page(&document), without_ends(&folder));
    let text: String = document.descendants().filter_map(|n| n.text()).collect();
    // What a user wrote is there, and harmless.
    for part in [
        "]]><script>",
        "\\u{202e}",
        "TP-漢字-<&>",
        "until 2027-01-01 by Tan ]]> <b>",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{7}']));
    // The files and the packs, by their digests.
    let digests = document
        .descendants()
        .filter(|n| n.attribute("class") == Some("digest"));
    let lengths: BTreeSet<usize> = digests.clone().map(|n| n.text().unwrap().len()).collect();
    assert_eq!(lengths, BTreeSet::from([64]));
    assert!(digests.count() > 4);
}

#[test]
fn the_page_marks_what_the_finding_is_about() {
    let folder = Folder::with(
        "proposal.json",
        MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\""),
    );
    let (_, report) = folder.json(&["proposal.json"]);
    let ran = folder.check(&["proposal.json", "--format", "html"]);
    let document = page(&ran.out);
    let written = std::fs::read_to_string(folder.0.join("proposal.json")).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    let mut looked_at = 0;
    for finding in report["proposals"][0]["findings"].as_array().unwrap() {
        let at = &finding["location"];
        let number = |key: &str| at[key].as_u64().unwrap() as usize;
        if number("line") != number("end_line") || number("column") == number("end_column") {
            continue;
        }
        let value: String = lines[number("line") - 1]
            .chars()
            .skip(number("column") - 1)
            .take(number("end_column") - number("column"))
            .collect();
        let card = document
            .descendants()
            .find(|n| {
                n.attribute("data-rule") == finding["rule"].as_str() && n.has_tag_name("article")
            })
            .unwrap();
        let mark = card
            .descendants()
            .find(|n| n.has_tag_name("mark") && n.attribute("class") == Some("primary"))
            .unwrap();
        let shown = mark.text().unwrap();
        assert!(value == shown || value.starts_with(['{', '[']) && value.starts_with(shown));
        // The line is the one that the number beside it names.
        let line = mark.ancestors().find(|n| n.has_tag_name("li")).unwrap();
        let beside = line
            .children()
            .find(|n| n.attribute("class") == Some("number"))
            .unwrap();
        assert_eq!(beside.text().unwrap(), number("line").to_string());
        looked_at += 1;
    }
    assert!(looked_at >= 2, "{looked_at}");
}

#[test]
fn the_page_of_many_proposals_is_sound() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let folder = Folder::new();
    let arguments = [examples, "--format"];
    let ran = folder.check(&[&arguments[..], &["html"]].concat());
    let document = page(&ran.out);
    is_sound(&document);
    let (_, report) = folder.json(&[examples]);
    let proposals = report["proposals"].as_array().unwrap();
    let findings: usize = proposals
        .iter()
        .map(|p| p["findings"].as_array().unwrap().len())
        .sum();
    assert_eq!(on_page(&document).len(), findings);
    assert!(proposals.len() > 10);
    for index in 1..=proposals.len() {
        assert!(ran.out.contains(&format!("href=\"#p-{index}\"")));
    }
    // An empty run has a page too.
    let ran = folder.check(&["--format", "html"]);
    is_sound(&page(&ran.out));
    assert!(ran.out.contains("3: nothing was checked"), "{}", ran.out);
}

#[test]
fn the_page_tells_of_the_baseline() {
    let folder = Folder::with("proposal.json", MINIMAL);
    folder.check(&["proposal.json", "--report", "json=old.json"]);
    let changed = MINIMAL
        .replace("\"start_date\": \"2026-12-01\"", "\"start_date\": \"soon\"")
        .replace(
            "\"country\": \"SG\",\n    \"role\"",
            "\"country\": \"KR\",\n    \"role\"",
        );
    folder.write("proposal.json", changed);
    let arguments = ["proposal.json", "--baseline", "old.json", "--format"];
    let (_, report) = folder.json(&arguments[..3]);
    let gone = report["baseline"]["gone"].as_array().unwrap().clone();
    assert!(!gone.is_empty());
    for format in ["html", "markdown"] {
        let ran = folder.check(&[&arguments[..], &[format]].concat());
        for finding in &gone {
            ran.says(&[finding["rule"].as_str().unwrap()]);
        }
        ran.says(&["gone"]);
        if format == "html" {
            is_sound(&page(&ran.out));
        }
    }
}

#[test]
fn a_browser_shows_and_prints_the_page() {
    let Some(browser) = tools::system(&["chromium", "chromium-browser", "google-chrome"]) else {
        return;
    };
    let folder = all_kinds();
    folder.check(&[&INPUTS[..], &["--report", "html=page.html"]].concat());
    let open = |arguments: &[&str]| {
        let output = Command::new(&browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .arg(format!(
                "--user-data-dir={}",
                folder.0.join("browser").display()
            ))
            .args(arguments)
            .arg(format!("file://{}", folder.0.join("page.html").display()))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = open(&["--dump-dom"]);
    let articles = shown.matches("<article").count();
    let written = std::fs::read_to_string(folder.0.join("page.html")).unwrap();
    assert_eq!(articles, written.matches("<article").count());
    assert!(!shown.contains("<script"), "{shown}");
    assert!(shown.trim_end().ends_with("</html>"));
    let printed = folder.0.join("page.pdf");
    open(&[&format!("--print-to-pdf={}", printed.display())]);
    assert!(std::fs::read(printed).unwrap().starts_with(b"%PDF"));
}

// ---------------------------------------------------------------- markdown

struct Comment {
    /// Rules with the text that follows them.
    named: Vec<(String, String)>,
    text: String,
}

/// What a reader of the comment sees; panics at markup that is not ours.
fn comment(markdown: &str) -> Comment {
    let mut named = Vec::new();
    let mut text = String::new();
    let mut code: Option<String> = None;
    for event in TextMergeStream::new(Parser::new_ext(markdown, Options::all())) {
        let before = code.take();
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                let own = ["<br>", "</details>"].contains(&html)
                    || html.starts_with("<details><summary>") && html.ends_with("</summary>");
                assert!(own, "{html}");
                let inside = html.trim_start_matches("<details><summary>");
                assert!(
                    !inside.trim_end_matches("</summary>").contains("<s"),
                    "{html}"
                );
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://"), "{dest_url}");
            }
            Event::Start(Tag::Image { .. } | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_))
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::Rule => panic!("{event:?}"),
            Event::Code(value) => code = Some(value.to_string()),
            Event::Text(piece) => {
                let piece = piece.replace('\u{200b}', "");
                if let Some(rule) = before {
                    named.push((rule, piece.clone()));
                }
                text.push_str(&piece);
            }
            _ => {}
        }
    }
    Comment { named, text }
}

#[test]
fn the_comment_holds_everything_and_nothing_else() {
    let folder = all_kinds();
    let ran = run(&folder, "markdown");
    let comment = comment(&ran.out);
    let all = without_ends(&folder);
    let mut seen: Vec<Seen> = comment
        .named
        .iter()
        .filter(|(rule, _)| all.iter().any(|seen| seen.rule == *rule))
        .filter_map(|(rule, after)| {
            let after = after.strip_prefix(' ')?;
            let path = INPUTS.into_iter().find(|path| after.starts_with(*path))?;
            let place = after[path.len()..].strip_prefix(':').unwrap_or_default();
            let mut numbers = place.split(':').map_while(|n| n.parse::<u64>().ok());
            Some(Seen {
                rule: rule.clone(),
                path: path.to_owned(),
                line: numbers.next().unwrap_or(1),
                column: numbers.next(),
                end: None,
                fingerprint: None,
                waived: false,
            })
        })
        .collect();
    seen.sort();
    let all = reduced(&all, |seen| seen.waived = false);
    assert_eq!(seen, all);
    ran.says(&["**waived** ", "until 2027-01-01 by Tan"]);
    assert!(comment.text.contains("]]><script>"), "{}", comment.text);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{7}']));
}

#[test]
fn the_comment_shows_the_marked_value() {
    let folder = Folder::with(
        "proposal.json",
        MINIMAL.replace("\"role\": \"processor\"", "\"role\": \"controller\""),
    );
    let ran = folder.check(&["proposal.json", "--format", "markdown"]);
    ran.says(&[
        "13 |     \"role\": \"controller\",\n   |             ^^^^^^^^^^^^ decides itself\n",
    ]);
}

#[test]
fn the_comment_counts_what_does_not_fit() {
    let record: serde_json::Value = serde_json::from_str(MINIMAL).unwrap();
    let mut lines = String::new();
    for index in 0..400 {
        let mut record = record.clone();
        record["id"] = format!("TP-{index}").into();
        // One in the middle fails; the others only have remarks.
        if index == 300 {
            record["importer"]["role"] = "controller".into();
        }
        lines.push_str(&format!("{record}\n"));
    }
    let folder = Folder::with("many.ndjson", lines);
    let (_, report) = folder.json(&["many.ndjson"]);
    let proposals = report["proposals"].as_array().unwrap();
    let findings: usize = proposals
        .iter()
        .map(|p| p["findings"].as_array().unwrap().len())
        .sum();
    let ran = folder.check(&["many.ndjson", "--format", "markdown"]);
    assert!(ran.out.chars().count() <= 65_536);
    let comment = comment(&ran.out);
    let shown = comment
        .named
        .iter()
        .filter(|(_, after)| after.starts_with(" many.ndjson:"))
        .count();
    let left = findings - shown;
    assert!(shown > 50 && left > 50, "{shown} {left}");
    ran.says(&[&format!("{left} findings are left out")]);
    ran.complains(&[&format!("{left} findings are left out")]);
    // What fails is not what is left out.
    let fails = comment.named.iter().any(|(rule, after)| {
        rule == "transfer-without-comparable-protection" && after.starts_with(" many.ndjson:301:")
    });
    assert!(fails, "{}", ran.out);
}
