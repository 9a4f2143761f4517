//! Proofs as trees for people: a mark, what was read, what it comes to, the place. What did not matter
//! is folded unless the reader wants all of it.

use super::super::RenderOptions;
use super::super::look::Look;
use super::super::phrase::{certainty_mark, verdict_word};
use super::super::place::place;
use super::super::row::Row as Line;
use super::super::summary::count;
use super::super::words::effect_word;
use crate::finding::{Outcome, ProposalReport, Report, Tone};
use crate::proof::{
    AnswerProof, Fact, FactState, PackProof, Row, RuleProof, Scope, Step, StepKind,
};
use crate::source::SourceMap;
use crate::truth::Truth;
use std::io::{self, Write};

/// Elements of a list that are shown while the rest is folded.
const MOST_ELEMENTS: usize = 12;

/// Characters of a value that are shown.
const MOST_OF_VALUE: usize = 60;

pub(super) fn render(
    report: &Report,
    sources: &SourceMap,
    all: bool,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let look = Look::new(options);
    let mut tree = Tree {
        out: String::new(),
        sources,
        look: &look,
        all,
        folded: false,
        told: Vec::new(),
    };
    for proposal in &report.proposals {
        tree.proposal(proposal);
        out.write_all(tree.out.as_bytes())?;
        tree.out.clear();
    }
    if tree.folded {
        let text = "What did not matter is folded; `--all` unfolds it.";
        tree.line(Line::new(0).hanging(0).text(look.faint(), text));
        out.write_all(tree.out.as_bytes())?;
    }
    Ok(())
}

struct Tree<'r> {
    out: String,
    sources: &'r SourceMap,
    look: &'r Look,
    all: bool,
    /// Whether something was left out.
    folded: bool,
    /// Why rules of the pack apply or do not, as it was told last of each.
    told: Vec<(&'r Step, &'r str)>,
}

impl<'r> Tree<'r> {
    fn line(&mut self, line: Line<'_>) {
        line.write(&mut self.out, self.look.width);
    }

    fn proposal(&mut self, proposal: &'r ProposalReport) {
        let look = self.look;
        super::super::proposal::title(&mut self.out, proposal, look);
        self.out.push('\n');
        for pack in &proposal.proofs {
            self.pack(proposal, pack);
        }
    }

    fn pack(&mut self, proposal: &ProposalReport, pack: &'r PackProof) {
        let look = self.look;
        let verdict = proposal.verdicts.iter().find(|v| v.pack == pack.pack);
        let mut head = Line::new(0).hanging(2).text(look.strong(), &pack.title);
        if let Some(verdict) = verdict.filter(|verdict| !verdict.partial) {
            let word = verdict_word(&verdict.word);
            head = head.text_after(look.tone(verdict.tone), word, look.gap(2));
        }
        self.line(head);
        let applies = match pack.applies {
            Truth::True => "applies, because",
            Truth::False => "does not apply, because",
            Truth::Unknown => "whether it applies is not known, because",
        };
        let same = pack.applies_because.iter().map(|(_, step)| step);
        for (i, step) in distinct(same).into_iter().enumerate() {
            if i == 0 {
                self.words(2, applies);
            }
            self.step(4, step);
        }
        self.out.push('\n');
        self.told.clear();
        for rule in &pack.rules {
            self.rule(rule);
        }
    }

    fn rule(&mut self, rule: &'r RuleProof) {
        let look = self.look;
        let (word, tone) = match rule.outcome {
            Outcome::Pass => ("passes", Tone::Good),
            Outcome::Fail => ("fails", Tone::Bad),
            Outcome::Undetermined => ("undetermined", Tone::Unclear),
            Outcome::NotApplicable => ("does not apply", Tone::NotApplicable),
        };
        let effect = format!("({})", effect_word(rule.effect));
        let head = Line::new(2)
            .hanging(4)
            .text(look.strong(), format!("[{}]", rule.rule.0))
            .text(look.tone(tone), word)
            .text(look.faint(), effect);
        self.line(head);
        for date in &rule.not_in_force {
            self.words(4, &format!("not law on {date}"));
        }
        for list in rule.each.iter().filter(|_| rule.answers.is_empty()) {
            let text = format!(
                "asked about every element of `{}`, which has none",
                list.field
            );
            self.fact_line(4, text, list);
        }
        let shown: Vec<&'r AnswerProof> = rule
            .answers
            .iter()
            .filter(|a| self.shows(a.deciding))
            .collect();
        let mut told: Vec<(Vec<&AnswerProof>, &'r AnswerProof)> = Vec::new();
        for answer in shown {
            let known = told.iter_mut().find(|(_, known)| same(known, answer));
            match known {
                Some((dates, _)) => dates.push(answer),
                None => told.push((vec![answer], answer)),
            }
        }
        for (dates, answer) in told {
            self.answer(rule, &dates, answer);
        }
        self.out.push('\n');
    }

    fn answer(&mut self, rule: &'r RuleProof, dates: &[&AnswerProof], answer: &'r AnswerProof) {
        let mut days: Vec<String> = dates.iter().map(|one| one.date.to_string()).collect();
        days.dedup();
        let on = format!("asked on {}", days.join(" and "));
        match &answer.element {
            Some(element) => {
                let text = format!("{on} about `{}`", element.field);
                self.fact_line(4, text, element);
            }
            None if answer.unwritten => {
                self.words(4, &format!("{on} about elements that are not written"));
            }
            None => self.words(4, &on),
        }
        if let Some(when) = answer.when.as_ref()
            && self.shows(when.deciding)
        {
            self.when(rule, when);
        }
        if let Some(requires) = &answer.requires {
            self.words(
                4,
                match requires.truth {
                    Truth::True => "what it asks holds, because",
                    Truth::False => "what it asks does not hold, because",
                    Truth::Unknown => "whether what it asks holds is not known, because",
                },
            );
            self.step(6, requires);
        }
    }

    /// Why a rule applies or does not; of many rules of a pack with the same reason, the first tells it.
    fn when(&mut self, rule: &'r RuleProof, when: &'r Step) {
        let applies = match when.truth {
            Truth::True => "applies",
            Truth::False => "does not apply",
            Truth::Unknown => "whether it applies is not known",
        };
        let known = self.told.iter().find(|(known, _)| alike(known, when));
        match known {
            Some((_, first)) if *first != rule.rule.0 && !self.all => {
                let text = format!("{applies}, for the reasons of [{first}]");
                self.words(4, &text);
            }
            _ => {
                self.words(4, &format!("{applies}, because"));
                self.step(6, when);
                if lines_of(when) > 2 {
                    self.told.push((when, &rule.rule.0));
                }
            }
        }
    }

    fn shows(&mut self, deciding: bool) -> bool {
        self.folded |= !deciding && !self.all;
        deciding || self.all
    }

    fn words(&mut self, indent: usize, text: &str) {
        let line = Line::new(indent)
            .hanging(indent + 2)
            .text(self.look.faint(), text);
        self.line(line);
    }

    /// The parts of a step that are shown.
    fn shown<'s>(&mut self, step: &'s Step) -> Vec<&'s Step> {
        let mut shown: Vec<&Step> = Vec::new();
        for child in &step.children {
            if self.shows(child.deciding) {
                shown.push(child);
            }
        }
        shown
    }

    /// What has one part and nothing of its own to say is that part; under a `not` its mark is the
    /// opposite.
    fn reduced<'s>(&mut self, step: &'s Step) -> (&'s Step, bool) {
        let bare = step.text.is_empty() && step.facts.is_empty();
        let shown = self.shown(step);
        match (step.kind, shown.as_slice()) {
            (StepKind::All | StepKind::Any | StepKind::Entry, [only]) if bare => self.reduced(only),
            (StepKind::Not, [only]) if bare => match self.reduced(only) {
                (leaf, turned) if leaf.children.is_empty() => (leaf, !turned),
                _ => (step, false),
            },
            _ => (step, false),
        }
    }

    fn step(&mut self, indent: usize, step: &Step) {
        let (step, turned) = self.reduced(step);
        let shown = self.shown(step);
        let truth = if turned { !step.truth } else { step.truth };
        let mut line = self.marked(indent, truth, step.deciding);
        let style = if step.deciding {
            self.look.plain()
        } else {
            self.look.faint()
        };
        let mut facts = step.facts.iter();
        if let Some(fact) = facts.next() {
            line = line.text(style, self.value(fact));
        }
        let says = words(step);
        if !says.is_empty() {
            let gap = if step.facts.is_empty() {
                1
            } else {
                self.look.gap(2)
            };
            line = line.text_after(style, says, gap);
        }
        if let Some(fact) = step.facts.first() {
            line = self.at(line, fact);
        }
        self.line(line);
        let under = indent + self.mark(truth).chars().count() + 1;
        let first = step.facts.first().map(|fact| &fact.pointer);
        for fact in facts.filter(|fact| Some(&fact.pointer) != first) {
            let text = format!("with {}", self.value(fact));
            self.fact_line(under, text, fact);
        }
        for row in &step.rows {
            self.row(under, row);
        }
        let most = match (self.all, step.kind) {
            (
                false,
                StepKind::Some | StepKind::Every | StepKind::None | StepKind::Count | StepKind::Sum,
            ) => MOST_ELEMENTS,
            _ => usize::MAX,
        };
        for child in shown.iter().take(most) {
            self.step(under, child);
        }
        if shown.len() > most {
            self.folded = true;
            let more = count(shown.len() - most, "element", "elements");
            self.words(under, &format!("and {more} more that decide likewise"));
        }
    }

    fn mark(&self, truth: Truth) -> &'static str {
        match (self.look.narrated, self.look.unicode, truth) {
            (true, _, Truth::True) => "holds:",
            (true, _, Truth::False) => "does not hold:",
            (true, _, Truth::Unknown) => "not known:",
            (false, true, Truth::True) => "✓",
            (false, true, Truth::False) => "✗",
            (false, false, Truth::True) => "+",
            (false, false, Truth::False) => "x",
            (false, _, Truth::Unknown) => "?",
        }
    }

    fn marked(&self, indent: usize, truth: Truth, deciding: bool) -> Line<'static> {
        let tone = match truth {
            _ if !deciding => Tone::NotApplicable,
            Truth::True => Tone::Good,
            Truth::False => Tone::Bad,
            Truth::Unknown => Tone::Unclear,
        };
        let mark = self.mark(truth);
        Line::new(indent).head(self.look.tone(tone), format!("{mark} "))
    }

    /// `importer.role: "processor"`.
    fn value(&self, fact: &Fact) -> String {
        let field = match fact.field.as_str() {
            "" => return "the proposal".to_owned(),
            field => field,
        };
        if fact.state == FactState::Absent {
            return format!("`{field}`");
        }
        let text = self.sources.text(fact.label.span).unwrap_or_default();
        let is_list_of_objects = text.starts_with('[') && text.contains('{');
        if text.starts_with('{') || is_list_of_objects || fact.scope == Scope::Elements {
            return format!("`{field}`");
        }
        let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = shown.char_indices().nth(MOST_OF_VALUE) {
            shown.truncate(end);
            shown.push_str(self.look.ellipsis());
        }
        format!("`{field}`: {shown}")
    }

    fn fact_line(&mut self, indent: usize, text: String, fact: &Fact) {
        let line = Line::new(indent)
            .hanging(indent + 2)
            .text(self.look.faint(), text);
        let line = self.at(line, fact);
        self.line(line);
    }

    fn at<'l>(&self, line: Line<'l>, fact: &Fact) -> Line<'l> {
        let at = self.look.aside(&place(self.sources, fact.label.span));
        line.whole(self.look.faint(), at, self.look.gap(2))
    }

    fn row(&mut self, indent: usize, row: &Row) {
        let cells: Vec<String> = row
            .cells
            .iter()
            .map(|(name, cell)| format!("{name} {cell}"))
            .collect();
        let mut text = format!("row: {}", cells.join(", "));
        if !row.days.is_empty() {
            text.push_str(&format!("; {}", row.days));
        }
        match row.counts {
            Truth::True => {}
            Truth::False => text.push_str(", so not on this day"),
            Truth::Unknown => text.push_str(", so perhaps not on this day"),
        }
        if let Some(cite) = &row.cite {
            text.push_str(&format!("; {cite}"));
        }
        let mark = certainty_mark(row.certainty);
        if !mark.is_empty() {
            text.push_str(&format!(" ({mark})"));
        }
        self.words(indent, &text);
    }
}

/// What a step says after the value it read.
fn words(step: &Step) -> String {
    let holds = |yes: &str, no: &str, unclear: &str| {
        match step.truth {
            Truth::True => yes,
            Truth::False => no,
            Truth::Unknown => unclear,
        }
        .to_owned()
    };
    let mut text = match step.kind {
        _ if !step.text.is_empty() && step.kind != StepKind::Way => step.text.clone(),
        StepKind::All => holds(
            "all of these hold",
            "not all of these hold",
            "not known whether all of these hold",
        ),
        StepKind::Any => holds(
            "one of these holds",
            "none of these holds",
            "not known whether one of these holds",
        ),
        StepKind::Not => holds(
            "this does not hold, as asked",
            "this must not hold",
            "not known whether this holds",
        ),
        StepKind::Ways => holds(
            "a way to permit it is open",
            "no way to permit it is open",
            "not known whether a way to permit it is open",
        ),
        StepKind::Way if step.asks.is_empty() => {
            let state = holds(
                "relied on, and open",
                "relied on, and not open",
                "relied on, and not decided",
            );
            format!("{}: {state}", step.text)
        }
        StepKind::Way => format!("{}: {}", step.text, step.asks),
        _ => String::new(),
    };
    if let Some(unsettled) = step.unsettled.as_ref().filter(|reason| **reason != text) {
        text.push_str(&format!(" ({unsettled})"));
    }
    let leaf = matches!(
        step.kind,
        StepKind::Test | StepKind::Table | StepKind::Stated
    );
    match step.kind {
        StepKind::Test | StepKind::Table if step.facts.is_empty() => {
            text = format!("the day asked about: {text}");
        }
        StepKind::Stated if step.facts.is_empty() => {
            "nothing is written here".clone_into(&mut text)
        }
        _ => {}
    }
    if leaf && step.truth == Truth::Unknown && !step.asks.is_empty() {
        text.push_str(&format!("; wanted: {}", step.asks));
    }
    text
}

/// Each once.
fn distinct<'s>(steps: impl Iterator<Item = &'s Step>) -> Vec<&'s Step> {
    let mut all: Vec<&Step> = Vec::new();
    for step in steps {
        if !all.contains(&step) {
            all.push(step);
        }
    }
    all
}

/// How many lines the deciding parts take, more or less.
fn lines_of(step: &Step) -> usize {
    let children = step.children.iter().filter(|child| child.deciding);
    1 + children.map(lines_of).sum::<usize>()
}

/// Whether two steps say the same, wherever their conditions are written.
fn alike(a: &Step, b: &Step) -> bool {
    fn parts(step: &Step) -> impl Iterator<Item = &Step> {
        step.children.iter().filter(|child| child.deciding)
    }
    a.kind == b.kind
        && a.truth == b.truth
        && a.text == b.text
        && a.asks == b.asks
        && a.facts == b.facts
        && a.rows == b.rows
        && parts(a).count() == parts(b).count()
        && parts(a).zip(parts(b)).all(|(a, b)| alike(a, b))
}

/// Whether two answers differ in nothing but the day.
fn same(a: &AnswerProof, b: &AnswerProof) -> bool {
    a.element == b.element
        && a.unwritten == b.unwritten
        && a.outcome == b.outcome
        && a.when == b.when
        && a.requires == b.requires
}
