//! The shipped schema texts, and the validators over them.

use crate::document::schema_view::CarnetJson;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;
use std::sync::OnceLock;

/// `schemas/transfer-proposal.schema.json`.
pub const TRANSFER_PROPOSAL: &str = include_str!("../../schemas/transfer-proposal.schema.json");
/// `schemas/organisation-profile.schema.json`.
pub const ORGANISATION_PROFILE: &str =
    include_str!("../../schemas/organisation-profile.schema.json");
/// `schemas/rule.schema.json`.
pub const RULE: &str = include_str!("../../schemas/rule.schema.json");
/// `schemas/pack.schema.json`.
pub const PACK: &str = include_str!("../../schemas/pack.schema.json");
/// `schemas/definition.schema.json`.
pub const DEFINITION: &str = include_str!("../../schemas/definition.schema.json");
/// `schemas/table.schema.json`.
pub const TABLE: &str = include_str!("../../schemas/table.schema.json");
/// `schemas/report.schema.json`.
pub const REPORT: &str = include_str!("../../schemas/report.schema.json");

/// `schemas/waivers.schema.json`.
pub const WAIVERS: &str = include_str!("../../schemas/waivers.schema.json");

/// `schemas/why.schema.json`.
pub const WHY: &str = include_str!("../../schemas/why.schema.json");

/// `schemas/forecast.schema.json`.
pub const FORECAST: &str = include_str!("../../schemas/forecast.schema.json");

/// `schemas/evidence.schema.json`.
pub const EVIDENCE: &str = include_str!("../../schemas/evidence.schema.json");

/// The schemas by the name `carnet schema` prints them under.
pub const BY_NAME: [(&str, &str); 11] = [
    ("transfer-proposal", TRANSFER_PROPOSAL),
    ("organisation-profile", ORGANISATION_PROFILE),
    ("rule", RULE),
    ("pack", PACK),
    ("definition", DEFINITION),
    ("table", TABLE),
    ("report", REPORT),
    ("waivers", WAIVERS),
    ("why", WHY),
    ("forecast", FORECAST),
    ("evidence", EVIDENCE),
];

/// The validator of a document format; `None` if the format is not known.
pub fn validator(format: &str) -> Option<&'static Validator<CarnetJson>> {
    static VALIDATORS: [OnceLock<Option<Validator<CarnetJson>>>; 2] =
        [OnceLock::new(), OnceLock::new()];
    // Without remarks: a validator does not read them, and a start should not either.
    let (index, text) = match format {
        super::PROPOSAL => (
            0,
            include_str!(concat!(env!("OUT_DIR"), "/transfer-proposal.bare.json")),
        ),
        super::PROFILE => (
            1,
            include_str!(concat!(env!("OUT_DIR"), "/organisation-profile.bare.json")),
        ),
        _ => return None,
    };
    VALIDATORS.get(index)?.get_or_init(|| build(text)).as_ref()
}

fn build(text: &str) -> Option<Validator<CarnetJson>> {
    let schema: Value = serde_json::from_str(text).ok()?;
    jsonschema::options_for::<CarnetJson>()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        // Linear-time patterns.
        .with_pattern_options(PatternOptions::regex())
        .offline()
        .build(&schema)
        .ok()
}
