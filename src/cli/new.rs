//! `carnet new`: files to start from. Nothing that is there is overwritten unasked, and nothing is
//! written before it is known that everything can be.

use crate::cli::args::{NewArgs, NewDocumentArgs, NewRuleArgs};
use crate::cli::check::day;
use crate::cli::collect::{in_words, shown};
use crate::cli::exit::ExitCode;
use crate::cli::{error, print};
use crate::rule::file::{MANIFEST, SHARED_FOLDERS, is_id};
use crate::rule::{Parameters, compile, shipped};
use crate::skeleton::{self, RulePlace, Skeleton};
use crate::source::SourceMap;
use crate::vocabulary::Vocabulary;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// Starts a proposal.
pub(super) fn proposal(args: &NewDocumentArgs) -> ExitCode {
    document(args, "proposal.json", skeleton::proposal)
}

/// Starts an organisation profile.
pub(super) fn profile(args: &NewDocumentArgs) -> ExitCode {
    document(args, "organisation-profile.json", skeleton::profile)
}

fn document(
    args: &NewDocumentArgs,
    name: &str,
    make: fn(&Vocabulary, &str, Date) -> Skeleton,
) -> ExitCode {
    let day = match day(args.new.as_of.as_deref()) {
        Ok(day) => day,
        Err(code) => return code,
    };
    let path = match &args.path {
        None => PathBuf::from(name),
        Some(folder) if folder.is_dir() => folder.join(name),
        Some(path) => path.clone(),
    };
    if path.extension().is_none_or(|extension| extension != "json") {
        let help = format!(
            "name it `{}`: files are found by that ending",
            shown(&path.with_extension("json"))
        );
        error(
            &format!("`{}` does not end in `.json`", shown(&path)),
            Some(&help),
        );
        return ExitCode::NotAsAsked;
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let Skeleton { text, guide } = make(&Vocabulary::shipped(), &file, day);
    let files = [(path.clone(), text), (path.with_extension("md"), guide)];
    let next = format!("carnet check {}", shown(&path));
    write(&files, &args.new, &next)
}

/// Starts a rule, and its pack where there is none.
pub(super) fn rule(args: &NewRuleArgs) -> ExitCode {
    let day = match day(args.new.as_of.as_deref()) {
        Ok(day) => day,
        Err(code) => return code,
    };
    for id in [&args.id, &args.pack] {
        if !is_id(id) {
            error(
                &format!("`{id}` is not an id"),
                Some(
                    "write small letters, digits and hyphens, as in `transfer-without-review-date`",
                ),
            );
            return ExitCode::NotAsAsked;
        }
    }
    let taken = if args.id == MANIFEST {
        Some((
            "no rule can be called `pack`: that is the pack's own file".to_owned(),
            "give your rule another id",
        ))
    } else if SHARED_FOLDERS.contains(&args.pack.as_str()) {
        Some((
            format!("the folder `{}` is no pack: all packs share it", args.pack),
            "name a pack of your own with `--pack NAME`",
        ))
    } else {
        None
    };
    if let Some((message, help)) = taken {
        error(&message, Some(help));
        return ExitCode::NotAsAsked;
    }
    let place = args.dir.join(&args.pack);
    let manifest = place.join("pack.yaml");
    // The pack of the project's own tree may be added to; that of the program may not.
    let (known, _) = compile(&shipped::files(), &Parameters::new(), &mut SourceMap::new());
    if !manifest.exists() && known.pack(&args.pack).is_some() {
        error(
            &format!("the pack `{}` is one that carnet ships", args.pack),
            Some("name a pack of your own with `--pack NAME`"),
        );
        return ExitCode::NotAsAsked;
    }
    let file = place.join(format!("{}.yaml", args.id));
    if let Some((pack, _)) = known.rule(&args.id).filter(|_| !file.exists()) {
        let message = format!("`{}` is a rule of the pack `{}`", args.id, pack.id.0);
        error(&message, Some("give your rule another id"));
        return ExitCode::NotAsAsked;
    }
    let folder = shown(&args.dir);
    let made = skeleton::rule(
        RulePlace {
            id: &args.id,
            pack: &args.pack,
            folder: &folder,
        },
        day,
    );
    let mut files = vec![
        (file.clone(), made.text),
        (file.with_extension("md"), made.guide),
    ];
    if !manifest.exists() {
        files.push((manifest, skeleton::pack(&args.pack, day)));
    }
    let next = format!("carnet rules test {folder} --rule {}", args.id);
    write(&files, &args.new, &next)
}

/// Writes files, or none of them, and tells what to do next.
fn write(files: &[(PathBuf, String)], args: &NewArgs, next: &str) -> ExitCode {
    if let Some((path, _)) = files.iter().find(|(path, _)| !args.force && path.exists()) {
        let message = format!("`{}` is already there; nothing was written", shown(path));
        error(
            &message,
            Some("choose another name, or overwrite it with `--force`"),
        );
        return ExitCode::NotAsAsked;
    }
    let mut out = String::new();
    for (written, (path, text)) in files.iter().enumerate() {
        if let Err(failure) = write_file(path, text) {
            let message = format!(
                "`{}` cannot be written: {}",
                shown(path),
                in_words(&failure)
            );
            // What is written stays, and is named, so that nobody looks for it or trips over it.
            let before: Vec<String> = files
                .iter()
                .map(|(path, _)| shown(path))
                .take(written)
                .collect();
            let help = (written > 0).then(|| format!("written before that: {}", before.join(", ")));
            error(&message, help.as_deref());
            return ExitCode::NotAsAsked;
        }
        out.push_str(&format!("wrote  {}\n", shown(path)));
    }
    out.push_str(&format!("next   {next}\n"));
    print(&out)
}

fn write_file(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
