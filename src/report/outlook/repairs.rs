//! What would make it permitted: the least changes, and what the packs would say then.

use super::super::look::Look;
use super::super::markup::{escaped, sentence};
use super::super::phrase::verdict_word;
use super::super::row::Row;
use crate::finding::ProposalReport;
use crate::outlook::{Repair, RepairStep, Repairs, Said};
use crate::whatif::MOST_CHANGES;
use std::fmt::Write as _;

pub(super) fn of_proposal(out: &mut String, repairs: &Repairs, look: &Look) {
    for said in &repairs.packs {
        let row = Row::new(2).hanging(4).text(look.plain(), &said.title);
        let word = verdict_word(&said.word);
        row.text_after(look.tone(said.tone), word, look.gap(3))
            .write(out, look.width);
    }
    if !repairs.repairs.is_empty() {
        Row::new(2)
            .hanging(2)
            .text(look.faint(), each(repairs))
            .write(out, look.width);
    }
    out.push('\n');
    let columns = repairs.repairs.len().to_string().len() + 2;
    for (i, repair) in repairs.repairs.iter().enumerate() {
        of_repair(out, &format!("{}.", i + 1), repair, columns, look);
    }
    let last = match (repairs.repairs.is_empty(), repairs.cut) {
        (true, _) => none(repairs),
        (false, true) => MORE.to_owned(),
        (false, false) => return,
    };
    Row::new(0)
        .hanging(0)
        .text(look.faint(), last)
        .write(out, look.width);
    out.push('\n');
}

fn of_repair(out: &mut String, number: &str, repair: &Repair, columns: usize, look: &Look) {
    for (nth, step) in repair.steps.iter().enumerate() {
        let number = if nth == 0 { number } else { "" };
        let mut text = in_short(step);
        if nth + 1 < repair.steps.len() {
            text.push_str(", and");
        }
        Row::new(0)
            .head(look.strong(), look.row_label(number, columns))
            .text(look.plain(), text)
            .write(out, look.width);
        if !step.meaning.is_empty() {
            Row::new(columns + 2)
                .hanging(columns + 2)
                .text(look.faint(), &step.meaning)
                .write(out, look.width);
        }
    }
    if !repair.then.is_empty() {
        Row::new(columns + 2)
            .hanging(columns + 4)
            .text(look.plain(), still(repair))
            .write(out, look.width);
    }
    for said in &repair.verdicts {
        Row::new(columns + 2)
            .hanging(columns + 4)
            .text(look.plain(), &said.title)
            .text_after(look.tone(said.tone), verdict_word(&said.word), look.gap(2))
            .write(out, look.width);
    }
    out.push('\n');
}

fn in_short(step: &RepairStep) -> String {
    let document = match &step.document {
        Some(document) => format!(" in `{document}`"),
        None => String::new(),
    };
    let other = if step.reroute {
        " (another transfer)"
    } else {
        ""
    };
    format!("{}{document}{other}", step.says)
}

/// What is to be told of what is new.
fn still(repair: &Repair) -> String {
    let fields: Vec<String> = repair
        .then
        .iter()
        .map(|field| format!("`{field}`"))
        .collect();
    format!("then say: {}", fields.join(", "))
}

/// What the list is.
fn each(repairs: &Repairs) -> &'static str {
    match repairs.repairs.len() {
        1 => "This would be enough. Bring it about first, then write it down.",
        _ => "Each of these would be enough. Bring it about first, then write it down.",
    }
}

const MORE: &str = "There may be others: not every change was tried.";

/// Why nothing is offered.
fn none(repairs: &Repairs) -> String {
    match repairs.cut {
        true => "No change was found; there are too many for all of them to be tried.".to_owned(),
        false => format!(
            "No {MOST_CHANGES} changes or fewer that people could bring about would be enough. \
             `--allow-reroute` tries other parties and places, too."
        ),
    }
}

pub(super) fn in_markdown(out: &mut String, proposal: &ProposalReport, all: &[Repairs]) {
    for repairs in all {
        let packs: Vec<String> = repairs.packs.iter().map(word).collect();
        let _ = writeln!(
            out,
            "## What would help: {}\n\n{}\n",
            escaped(&proposal.id),
            packs.join("; ")
        );
        if !repairs.repairs.is_empty() {
            let _ = writeln!(out, "{}\n", each(repairs));
        }
        for (i, repair) in repairs.repairs.iter().enumerate() {
            let _ = writeln!(out, "{}. {}\n", i + 1, in_words(repair));
        }
        match (repairs.repairs.is_empty(), repairs.cut) {
            (true, _) => drop(writeln!(out, "{}\n", sentence(&none(repairs)))),
            (false, true) => drop(writeln!(out, "{MORE}\n")),
            (false, false) => {}
        }
    }
}

fn in_words(repair: &Repair) -> String {
    let steps: Vec<String> = repair
        .steps
        .iter()
        .map(|step| sentence(&in_short(step)))
        .collect();
    let verdicts: Vec<String> = repair.verdicts.iter().map(word).collect();
    let then = match repair.then.is_empty() {
        true => String::new(),
        false => format!(". {}", sentence(&still(repair))),
    };
    format!("{}: {}{then}", steps.join(", and "), verdicts.join("; "))
}

fn word(said: &Said) -> String {
    format!(
        "{} **{}**",
        escaped(&said.title),
        escaped(&verdict_word(&said.word))
    )
}
