//! Embeds `rules/`: every YAML file with its text and its tree, so that a start reads none.
//!
//! This is the only thing that lists the shipped rules.

#[path = "src/document/yaml.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod yaml;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("rules");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    walk(&root, &mut files)?;
    files.sort();
    let mut code = String::from("pub(super) static FILES: &[Shipped] = &[\n");
    for (index, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let (records, texts) = (out.join(format!("{index}.records")), out.join(format!("{index}.texts")));
        if name.ends_with(".yaml") {
            let text = fs::read_to_string(file)?;
            let tree = yaml::YamlTree::parse(&text).map_err(|errors| describe(&name, &text, &errors))?;
            let buffers = tree.buffers();
            fs::write(&records, buffers.0)?;
            fs::write(&texts, buffers.1)?;
        } else {
            fs::write(&records, b"")?;
            fs::write(&texts, "")?;
        }
        writeln!(
            code,
            "    Shipped {{ path: {name:?}, text: include_str!({file:?}), records: include_bytes!({records:?}), texts: include_str!({texts:?}) }},",
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("shipped.rs"), code)?;
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            walk(&path, files)?;
        } else if matches!(extension, Some("yaml" | "json")) {
            files.push(path);
        }
    }
    Ok(())
}

fn describe(name: &str, text: &str, errors: &[yaml::YamlError]) -> String {
    let mut out = format!("rules/{name} is not readable");
    for error in errors {
        let before = text.get(..error.at.start as usize).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        out.push_str(&format!("\n  line {line}: {}", error.message));
    }
    out
}
