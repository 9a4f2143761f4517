//! What is known before the program runs, made ready: `rules/` as trees, `schemas/` as shapes.
//!
//! This is the only thing that lists the shipped rules and schemas.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script reads the tree and talks to cargo"
)]

#[allow(dead_code, unreachable_pub, reason = "the library uses the rest")]
#[path = "../src/document/yaml.rs"]
mod yaml;

mod rules;
mod vocabulary;

use std::env;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for watched in ["rules", "schemas", "build", "src/document/yaml.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    rules::embed(&root.join("rules"), &out)?;
    vocabulary::embed(&root.join("schemas"), &out)?;
    Ok(())
}
