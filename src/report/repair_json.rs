//! The repairs of a proposal in the JSON report.

use super::question_json::SaidJson;
use crate::outlook::{Repair, Repairs};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct RepairsJson<'a> {
    packs: Vec<SaidJson<'a>>,
    repairs: Vec<RepairJson<'a>>,
    cut: bool,
}

pub(super) fn repairs_json(all: &[Repairs]) -> Vec<RepairsJson<'_>> {
    let made = all.iter().map(|repairs| RepairsJson {
        packs: repairs.packs.iter().map(SaidJson::new).collect(),
        repairs: repairs.repairs.iter().map(RepairJson::new).collect(),
        cut: repairs.cut,
    });
    made.collect()
}

#[derive(Serialize)]
struct RepairJson<'a> {
    steps: Vec<StepJson<'a>>,
    verdicts: Vec<SaidJson<'a>>,
    then: &'a [String],
    patches: Vec<PatchJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    field: &'a str,
    says: &'a str,
    meaning: &'a str,
    reroute: bool,
}

#[derive(Serialize)]
struct PatchJson<'a> {
    document: Option<&'a str>,
    patch: Vec<OperationJson<'a>>,
}

/// <https://www.rfc-editor.org/rfc/rfc6902#section-4>
#[derive(Serialize)]
struct OperationJson<'a> {
    op: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
}

impl<'a> RepairJson<'a> {
    fn new(repair: &'a Repair) -> Self {
        let steps = repair.steps.iter().map(|step| StepJson {
            field: &step.field,
            says: &step.says,
            meaning: &step.meaning,
            reroute: step.reroute,
        });
        let patches = repair.patches.iter().map(|(document, steps)| PatchJson {
            document: document.as_deref(),
            patch: steps
                .iter()
                .map(|step| OperationJson {
                    op: step.op,
                    path: &step.path,
                    value: step.value.as_ref(),
                })
                .collect(),
        });
        Self {
            steps: steps.collect(),
            verdicts: repair.verdicts.iter().map(SaidJson::new).collect(),
            then: &repair.then,
            patches: patches.collect(),
        }
    }
}
