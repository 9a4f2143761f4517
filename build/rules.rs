//! `rules/`: every YAML file with its text and its tree, and the digest of every pack.

use crate::yaml::{YamlError, YamlTree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes `shipped.rs` and the buffers it includes.
pub(crate) fn embed(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    walk(root, &mut files)?;
    files.sort();
    let mut digests: BTreeMap<String, Sha256> = BTreeMap::new();
    let mut code = String::from("static FILES: &[Shipped] = &[\n");
    for (index, file) in files.iter().enumerate() {
        let name = file
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        let (records, texts) = (
            out.join(format!("{index}.records")),
            out.join(format!("{index}.texts")),
        );
        if name.ends_with(".yaml") {
            let text = fs::read_to_string(file)?;
            let tree = YamlTree::parse(&text).map_err(|errors| describe(&name, &text, &errors))?;
            let buffers = tree.buffers();
            fs::write(&records, buffers.0)?;
            fs::write(&texts, buffers.1)?;
            let folder = name
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder)
                .to_owned();
            let digest = digests.entry(folder).or_default();
            for part in [name.as_bytes(), &[0], text.as_bytes(), &[0]] {
                digest.update(part);
            }
        } else {
            fs::write(&records, b"")?;
            fs::write(&texts, "")?;
        }
        writeln!(
            code,
            "    Shipped {{ path: {name:?}, text: include_str!({file:?}), records: include_bytes!({records:?}), texts: include_str!({texts:?}) }},",
        )?;
    }
    code.push_str(
        "];\n/// SHA-256 of the files of each folder.\nstatic DIGESTS: &[(&str, &str)] = &[\n",
    );
    for (folder, digest) in digests {
        let hex: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        writeln!(code, "    ({folder:?}, {hex:?}),")?;
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

fn describe(name: &str, text: &str, errors: &[YamlError]) -> String {
    let mut out = format!("rules/{name} is not readable");
    for error in errors {
        let before = text.get(..error.at.start as usize).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        out.push_str(&format!("\n  line {line}: {}", error.message));
    }
    out
}
