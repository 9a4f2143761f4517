//! The questions of a proposal in the JSON report.

use super::place::place;
use super::words::tone_word;
use crate::outlook::{Open, Question, Questions, Reply, Said};
use crate::source::SourceMap;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct QuestionsJson<'a> {
    questions: Vec<QuestionJson<'a>>,
    open: Vec<OpenJson<'a>>,
    cut: bool,
}

impl<'a> QuestionsJson<'a> {
    pub(super) fn new(questions: &'a Questions, sources: &'a SourceMap) -> Self {
        let asked = questions.questions.iter();
        Self {
            questions: asked.map(|it| QuestionJson::new(it, sources)).collect(),
            open: questions.open.iter().map(OpenJson::new).collect(),
            cut: questions.cut,
        }
    }
}

#[derive(Serialize)]
struct QuestionJson<'a> {
    field: &'a str,
    meaning: &'a str,
    pointer: &'a str,
    path: &'a str,
    line: usize,
    column: usize,
    rules: Vec<RuleJson<'a>>,
    packs: Vec<&'a str>,
    settles_at_least: usize,
    settles_at_most: usize,
    replies: Vec<ReplyJson<'a>>,
}

impl<'a> QuestionJson<'a> {
    fn new(question: &'a Question, sources: &'a SourceMap) -> Self {
        let at = place(sources, question.label.span);
        let rules = question.rules.iter();
        Self {
            field: &question.field,
            meaning: &question.meaning,
            pointer: &question.label.pointer,
            path: at.path,
            line: at.line,
            column: at.column,
            rules: rules
                .map(|(pack, rule)| RuleJson {
                    pack: &pack.0,
                    rule: &rule.0,
                })
                .collect(),
            packs: question
                .packs
                .iter()
                .map(|(pack, _)| pack.0.as_str())
                .collect(),
            settles_at_least: question.settles.0,
            settles_at_most: question.settles.1,
            replies: question.replies.iter().map(ReplyJson::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct RuleJson<'a> {
    pack: &'a str,
    rule: &'a str,
}

#[derive(Serialize)]
struct ReplyJson<'a> {
    says: &'a str,
    example: &'a Value,
    verdicts: Vec<SaidJson<'a>>,
    settled: Vec<&'a str>,
    then: &'a [String],
}

impl<'a> ReplyJson<'a> {
    fn new(reply: &'a Reply) -> Self {
        Self {
            says: &reply.says,
            example: &reply.example,
            verdicts: reply.verdicts.iter().map(SaidJson::new).collect(),
            settled: reply.settled.iter().map(|rule| rule.0.as_str()).collect(),
            then: &reply.then,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SaidJson<'a> {
    pack: &'a str,
    verdict: &'a str,
    tone: &'static str,
}

impl<'a> SaidJson<'a> {
    pub(super) fn new(said: &'a Said) -> Self {
        Self {
            pack: &said.pack.0,
            verdict: &said.word,
            tone: tone_word(said.tone),
        }
    }
}

#[derive(Serialize)]
struct OpenJson<'a> {
    pack: &'a str,
    rule: Option<&'a str>,
    message: &'a str,
    lacks: bool,
    sets: &'a [Vec<String>],
}

impl<'a> OpenJson<'a> {
    fn new(open: &'a Open) -> Self {
        Self {
            pack: &open.pack.0,
            rule: open.rule.as_ref().map(|rule| rule.0.as_str()),
            message: &open.message,
            lacks: open.lacks,
            sets: &open.sets,
        }
    }
}
