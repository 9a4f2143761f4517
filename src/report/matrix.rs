//! Counts for people: verdicts a pack over many proposals, and rules a pack in one proposal.
//!
//! A table where it fits, a sentence a pack where it does not and for screen readers.

use super::look::Look;
use super::row::Row;
use super::text::{pad, sanitise, width};
use crate::finding::{PackKind, Verdict};
use crate::tally::{Tally, reading_order};

/// How many proposals got which verdict from which pack: laws, then programmes, whose words are
/// others. Packs stand in the order in which they first occur.
pub(super) fn verdicts(out: &mut String, tally: &Tally, look: &Look) {
    for kind in [PackKind::Law, PackKind::Programme] {
        if let Some(table) = table(tally, kind) {
            draw(out, &table.words, &table.rows, look);
            out.push('\n');
        }
    }
}

/// How many of what, by pack.
pub(super) struct Table {
    pub(super) words: Vec<String>,
    /// Title, and a number a word.
    pub(super) rows: Vec<(String, Vec<usize>)>,
}

/// The words that packs of a kind gave, good ones first, and of each pack its title and how often it
/// gave each; nothing if there is no such pack.
pub(super) fn table(tally: &Tally, kind: PackKind) -> Option<Table> {
    let packs = || tally.packs.iter().filter(|pack| pack.kind == kind);
    let mut words: Vec<(u8, &str)> = Vec::new();
    for (tone, word, _) in packs().flat_map(|pack| &pack.words) {
        if !words.iter().any(|(_, known)| known == word) {
            words.push((reading_order(*tone), word));
        }
    }
    if words.is_empty() {
        return None;
    }
    words.sort_unstable();
    let rows = packs().map(|pack| {
        let count = |(_, word): &(u8, &str)| {
            let mut known = pack.words.iter().filter(|(_, known, _)| known == word);
            known.next().map_or(0, |(.., count)| *count)
        };
        (pack.title.clone(), words.iter().map(count).collect())
    });
    Some(Table {
        rows: rows.collect(),
        words: words
            .iter()
            .map(|(_, word)| word.replace('_', " "))
            .collect(),
    })
}

/// How many rules of each pack answered what.
pub(super) fn counts(out: &mut String, verdicts: &[Verdict], look: &Look) {
    if verdicts.is_empty() {
        return;
    }
    let names = ["pass", "fail", "undetermined", "not applicable"].map(str::to_owned);
    let rows: Vec<(String, Vec<usize>)> = verdicts
        .iter()
        .map(|v| {
            let c = v.counts;
            let numbers = vec![c.pass, c.fail, c.undetermined, c.not_applicable];
            (v.title.clone(), numbers)
        })
        .collect();
    out.push('\n');
    draw(out, &names, &rows, look);
}

const INDENT: usize = 2;
const GAP: usize = 3;

fn draw(out: &mut String, names: &[String], rows: &[(String, Vec<usize>)], look: &Look) {
    let titles: Vec<String> = rows.iter().map(|(t, _)| sanitise(t).into_owned()).collect();
    let names: Vec<String> = names.iter().map(|n| sanitise(n).into_owned()).collect();
    let title_width = titles.iter().map(|t| width(t)).max().unwrap_or(0);
    let cell = |name: &String| width(name).max(6) + GAP;
    let total = INDENT + title_width + names.iter().map(cell).sum::<usize>();
    if look.narrated || total > look.width {
        for (title, (_, numbers)) in titles.iter().zip(rows) {
            let said = numbers.iter().zip(&names).filter(|(n, _)| **n > 0);
            let said: Vec<String> = said.map(|(n, name)| format!("{n} {name}")).collect();
            Row::new(INDENT)
                .head(look.strong(), look.row_label(title, title_width + GAP))
                .text(look.plain(), said.join(", "))
                .write(out, look.width);
        }
        return;
    }
    let right = |text: &str, columns: usize| {
        format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
    };
    let mut heading = Row::new(INDENT).head(look.plain(), pad("", title_width));
    for name in &names {
        heading = heading.head(look.label(), right(name, cell(name)));
    }
    heading.write(out, usize::MAX / 2);
    for (title, (_, numbers)) in titles.iter().zip(rows) {
        let mut row = Row::new(INDENT).head(look.strong(), pad(title, title_width));
        for (number, name) in numbers.iter().zip(&names) {
            let style = if *number == 0 {
                look.faint()
            } else {
                look.plain()
            };
            row = row.head(style, right(&number.to_string(), cell(name)));
        }
        row.write(out, usize::MAX / 2);
    }
}
