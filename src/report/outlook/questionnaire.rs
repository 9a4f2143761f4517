//! The missing facts as a questionnaire in Markdown, to be sent to whoever knows them. What an answer
//! would lead to is not in it.

use super::super::markup::{code, escaped};
use super::super::phrase::parties;
use crate::finding::ProposalReport;
use crate::outlook::{Question, Questions};
use std::fmt::Write as _;

/// So many words are listed to choose from.
const MOST_CHOICES: usize = 40;

pub(super) fn of_proposal(text: &mut String, proposal: &ProposalReport, questions: &Questions) {
    if questions.questions.is_empty() {
        return;
    }
    let title = match proposal.title.as_str() {
        "" => escaped(&proposal.id),
        title => format!("{} ({})", escaped(title), escaped(&proposal.id)),
    };
    let _ = writeln!(text, "## Questions about {title}\n");
    let who = parties(proposal, "to");
    if !who.is_empty() {
        let _ = writeln!(text, "{}\n", escaped(&who));
    }
    for (i, question) in questions.questions.iter().enumerate() {
        asked(text, i + 1, question);
    }
}

fn asked(text: &mut String, number: usize, question: &Question) {
    let meaning = match question.meaning.as_str() {
        "" => String::new(),
        meaning => format!(" {}", escaped(meaning)),
    };
    let _ = writeln!(text, "{number}. **{}**{meaning}", code(&question.field));
    if question.choices.is_empty() || question.choices.len() > MOST_CHOICES {
        let _ = writeln!(text, "\n   Answer:\n");
        return;
    }
    let several = if question.several {
        " (several can be right)"
    } else {
        ""
    };
    let _ = writeln!(text, "\n   One of these{several}:\n");
    for (word, meaning) in &question.choices {
        let gap = if meaning.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "   - [ ] {}{gap}{}", code(word), escaped(meaning));
    }
    text.push('\n');
}
