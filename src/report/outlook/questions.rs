//! What to ask next, for a terminal: each missing fact, and what each answer would lead to.

use super::super::look::Look;
use super::super::phrase::{mistakes, verdict_word};
use super::super::place::place;
use super::super::row::Row;
use super::super::summary::count;
use crate::finding::{ProposalReport, Tone};
use crate::outlook::{Open, Question, Questions, Reply, Said};
use crate::source::SourceMap;

/// So many rules and fields are named on a line; the rest is counted.
const MOST_NAMED: usize = 4;

pub(super) fn of_proposal(
    out: &mut String,
    proposal: &ProposalReport,
    questions: &Questions,
    sources: &SourceMap,
    look: &Look,
) {
    if questions.questions.is_empty() && questions.open.is_empty() {
        return;
    }
    let mut list = List {
        out: String::new(),
        sources,
        look,
    };
    list.proposal(proposal, questions);
    out.push_str(&list.out);
}

struct List<'r> {
    out: String,
    sources: &'r SourceMap,
    look: &'r Look,
}

impl List<'_> {
    fn line(&mut self, row: Row<'_>) {
        row.write(&mut self.out, self.look.width);
    }

    fn proposal(&mut self, proposal: &ProposalReport, questions: &Questions) {
        let look = self.look;
        let verdicts = proposal.verdicts.iter();
        for verdict in verdicts.filter(|verdict| verdict.tone == Tone::Unclear) {
            let row = Row::new(2).hanging(4).text(look.plain(), &verdict.title);
            let word = verdict_word(&verdict.word);
            self.line(row.text_after(look.tone(verdict.tone), word, look.gap(3)));
        }
        self.out.push('\n');
        let broken = mistakes(proposal);
        if broken > 0 {
            let text = format!(
                "First mend {} of the format: `carnet check` shows where. What is written there \
                 reads as not known, and is not asked for.",
                count(broken, "mistake", "mistakes")
            );
            self.line(Row::new(0).hanging(2).text(look.plain(), text));
            self.out.push('\n');
        }
        let columns = questions.questions.len().to_string().len() + 2;
        let mut on_verdicts = false;
        for (i, question) in questions.questions.iter().enumerate() {
            if on_verdicts && !question.decides {
                let text = "On the rest no verdict hangs: duties and advice.";
                self.line(Row::new(0).hanging(2).text(look.label(), text));
                self.out.push('\n');
            }
            on_verdicts = question.decides;
            self.question(proposal, i + 1, columns, question);
        }
        let together: Vec<&Open> = questions
            .open
            .iter()
            .filter(|open| open.sets.first().is_some_and(|set| set.len() > 1))
            .collect();
        if !together.is_empty() {
            self.line(Row::new(0).text(look.label(), "Decided only by several together:"));
            for open in together {
                let sets: Vec<String> = open.sets.iter().map(|set| fields(set, " and ")).collect();
                self.open(open, &sets.join(", or "));
            }
            self.out.push('\n');
        }
        let whatever: Vec<&Open> = questions.open.iter().filter(|open| !open.lacks).collect();
        if !whatever.is_empty() {
            let text = "Undetermined whatever is answered, for no fact of the proposal is missing:";
            self.line(Row::new(0).hanging(2).text(look.label(), text));
            for open in whatever {
                self.open(open, &open.message);
            }
            self.out.push('\n');
        }
        if questions.cut {
            let text = "Too much is missing for every answer to be tried: ask again when some of it is known.";
            self.line(Row::new(0).hanging(0).text(look.faint(), text));
            self.out.push('\n');
        }
    }

    fn open(&mut self, open: &Open, text: &str) {
        let look = self.look;
        let rule = open.rule.as_ref().map_or(&open.pack.0, |rule| &rule.0);
        let row = Row::new(2).hanging(4);
        let row = row.text(look.plain(), format!("[{rule}]"));
        self.line(row.text(look.plain(), text));
    }

    fn question(
        &mut self,
        proposal: &ProposalReport,
        number: usize,
        columns: usize,
        question: &Question,
    ) {
        let look = self.look;
        let at = look.aside(&place(self.sources, question.label.span));
        let head = look.row_label(&format!("{number}."), columns);
        let row = Row::new(0)
            .head(look.strong(), head)
            .text(look.strong(), format!("`{}`", question.field));
        self.line(row.whole(look.faint(), at, look.gap(2)));
        if !question.meaning.is_empty() {
            self.line(Row::new(columns).text(look.plain(), &question.meaning));
        }
        let rules = question
            .rules
            .iter()
            .map(|(_, rule)| format!("[{}]", rule.0));
        let packs = question.packs.iter();
        let packs = packs.map(|(_, title)| format!("{title}, to tell whether it applies"));
        let wanted: Vec<String> = packs.chain(rules).collect();
        if !wanted.is_empty() {
            let wanted = shortened(&wanted, "; ");
            let text = format!("{}; wanted by {wanted}", settles(question));
            self.line(
                Row::new(columns)
                    .hanging(columns + 2)
                    .text(look.faint(), text),
            );
        }
        for reply in &question.replies {
            self.reply(columns + 2, proposal, reply);
        }
        self.out.push('\n');
    }

    fn reply(&mut self, indent: usize, proposal: &ProposalReport, reply: &Reply) {
        let look = self.look;
        let mut row = Row::new(indent)
            .hanging(indent + 2)
            .text(look.label(), format!("{}:", reply.says));
        let changed = changed(proposal, reply);
        if changed.is_empty() {
            row = row.text(look.plain(), "no verdict changes");
        }
        for (i, (said, titles)) in changed.iter().enumerate() {
            let packs = match titles.as_slice() {
                [_, _, _, ..] if said.tone == Tone::NotApplicable => {
                    count(titles.len(), "pack", "packs")
                }
                titles => titles.join("; "),
            };
            let comma = if i + 1 < changed.len() { ";" } else { "" };
            row = row
                .text(look.plain(), packs)
                .text(look.tone(said.tone), verdict_word(&said.word) + comma);
        }
        self.line(row);
        if !reply.then.is_empty() {
            let text = format!("then also {}", fields(&reply.then, ", "));
            let row = Row::new(indent + 2).hanging(indent + 4);
            self.line(row.text(look.faint(), text));
        }
    }
}

/// The verdicts that an answer changes, those with the same word together.
fn changed<'r>(proposal: &ProposalReport, reply: &'r Reply) -> Vec<(&'r Said, Vec<&'r str>)> {
    let mut words: Vec<(&Said, Vec<&str>)> = Vec::new();
    for said in &reply.verdicts {
        let mut now = proposal.verdicts.iter();
        if now.any(|verdict| verdict.pack == said.pack && verdict.word == said.word) {
            continue;
        }
        match words.iter_mut().find(|(known, _)| known.word == said.word) {
            Some((_, titles)) => titles.push(&said.title),
            None => words.push((said, vec![&said.title])),
        }
    }
    words.sort_by_key(|(said, _)| std::cmp::Reverse(said.tone));
    words
}

/// How much a question settles.
fn settles(question: &Question) -> String {
    let outcomes = |n| count(n, "outcome", "outcomes");
    match question.settles {
        (_, 0) => "decides nothing by itself".to_owned(),
        (least, most) if least == most => format!("decides {}", outcomes(most)),
        (0, most) => format!("decides up to {}", outcomes(most)),
        (least, most) => format!("decides {least} to {}", outcomes(most)),
    }
}

fn fields(names: &[String], between: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    shortened(&names, between)
}

fn shortened(names: &[String], between: &str) -> String {
    match names.len().checked_sub(MOST_NAMED) {
        None | Some(0 | 1) => names.join(between),
        Some(rest) => {
            let first = names.get(..MOST_NAMED).unwrap_or_default();
            format!("{} and {rest} more", first.join(between))
        }
    }
}
