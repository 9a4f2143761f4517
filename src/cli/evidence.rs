//! `--evidence DIR`: what a check was about and what came of it, as a folder; and `carnet verify DIR`.

use crate::check::Run;
use crate::cli::args::{CheckArgs, RuleArgs, VerifyArgs};
use crate::cli::check::cores;
use crate::cli::collect::{Input, STDIN, in_words, shown};
use crate::cli::exceptions::waiver_file;
use crate::cli::exit::ExitCode;
use crate::cli::read::read_file;
use crate::cli::rules::read_folder;
use crate::cli::settings::Settings;
use crate::cli::{error, print};
use crate::engine::CheckOptions;
use crate::evidence::{
    Asked, EVIDENCE, Evidence, INPUTS, Made, PAGE, RULES, WAIVERS, difference, digest, unsealed,
};
use crate::rule::Parameters;
use serde_json::Value;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Component, Path, PathBuf};

/// Tells at once that a folder cannot be made.
pub(super) fn check_folder(folder: Option<&Path>, inputs: &[String]) -> Result<(), ExitCode> {
    let Some(folder) = folder else {
        return Ok(());
    };
    let wrong = |message: String, help: &str| {
        error(&message, Some(help));
        Err(ExitCode::NotAsAsked)
    };
    if inputs.iter().any(|path| path == "-") {
        let help = "evidence holds copies of files: write the proposal to one";
        return wrong(
            "standard input cannot be put into evidence".to_owned(),
            help,
        );
    }
    let empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if !empty {
        let message = format!(
            "the folder `{}` of the evidence is not empty",
            shown(folder)
        );
        return wrong(
            message,
            "name a folder that is not there yet, or an empty one",
        );
    }
    Ok(())
}

/// Makes the folder of a run; the code that the program ends with.
pub(super) fn make(
    folder: &Path,
    args: &CheckArgs,
    settings: &Settings,
    inputs: &[Input],
    options: &dyn Fn(&Input) -> CheckOptions,
    run: &Run,
) -> Result<(), ExitCode> {
    let told = |message: String| {
        error(&message, None);
        ExitCode::NotAsAsked
    };
    let evidence = gathered(args, settings, inputs, options, run).map_err(told)?;
    let made = evidence.make(run.jobs).map_err(told)?;
    // The folder is about the same check, or about none.
    let words = |report: &crate::finding::Report| -> Vec<(String, String)> {
        let proposals = report.proposals.iter();
        proposals
            .map(|it| (it.id.clone(), it.overall.clone()))
            .collect()
    };
    let listed = words(&run.report);
    let now = words(&made.report);
    if run.report.let_go.proposals == 0 && listed != now {
        return Err(told(
            "the copies do not come out as the files did; nothing was written".to_owned(),
        ));
    }
    for (path, bytes) in &made.files {
        let target = folder.join(path);
        let parent = target.parent().unwrap_or(folder);
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&target, bytes));
        written.map_err(|reason| {
            told(format!(
                "`{}` cannot be written: {}",
                shown(&target),
                in_words(&reason)
            ))
        })?;
    }
    let bytes = made.files.get(EVIDENCE).map(|bytes| digest(bytes));
    tell_digest(folder, &made, bytes.as_deref().unwrap_or_default());
    Ok(())
}

/// Tells what was written, and the digest that says it all.
fn tell_digest(folder: &Path, made: &Made, sum: &str) {
    use std::io::Write;
    let _ = writeln!(
        std::io::stderr().lock(),
        "note: {} files of evidence are in `{}`; the digest of `{EVIDENCE}` is {sum}",
        made.files.len(),
        shown(folder)
    );
}

/// Copies of everything that the answers follow from.
fn gathered(
    args: &CheckArgs,
    settings: &Settings,
    inputs: &[Input],
    options: &dyn Fn(&Input) -> CheckOptions,
    run: &Run,
) -> Result<Evidence, String> {
    let read = |path: &Path| {
        read_file(path).map_err(|reason| format!("`{}` cannot be read: {reason}", shown(path)))
    };
    let known = |name: &str| run.report.inputs.iter().find(|input| input.path == name);
    let mut files = BTreeMap::new();
    // What is not a proposal, a profile or waivers says how to ask, which is written down itself.
    let mut beside: Vec<String> = settings.file.iter().map(|(name, _)| name.clone()).collect();
    let baseline = args.baseline.as_deref().map(shown);
    beside.extend(baseline.or_else(|| {
        let written = settings.config.baseline.as_ref()?;
        Some(shown(&settings.path(&written.value)))
    }));
    let waivers = match args.waivers.no_waivers {
        true => None,
        false => waiver_file(args.waivers.waivers.as_ref(), settings),
    };
    if let Some(path) = &waivers {
        beside.push(shown(path));
        files.insert(WAIVERS.to_owned(), read(path)?);
    }
    let names = run.report.inputs.iter().map(|input| input.path.clone());
    let names: Vec<String> = names.filter(|name| !beside.contains(name)).collect();
    let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
    let places = copies(&paths)?;
    for ((name, path), place) in names.iter().zip(&paths).zip(&places) {
        let bytes = read(path)?;
        if known(name).is_none_or(|input| input.digest != digest(&bytes)) {
            return Err(format!("`{name}` was changed while it was checked"));
        }
        files.insert(place.clone(), bytes);
    }
    let asked = inputs
        .iter()
        .filter(|input| input.shown != STDIN)
        .filter_map(|input| {
            let at = names.iter().position(|name| *name == input.shown)?;
            let options = options(input);
            Some(Asked {
                path: places.get(at)?.clone(),
                packs: options.packs,
                select: options.select,
                ignore: options.ignore,
                severity: options.severity,
            })
        });
    let asked = asked.collect();
    let rules: RuleArgs = settings.rules(&args.ask.rules);
    for (i, folder) in rules.rules.iter().enumerate() {
        for file in read_folder(folder)? {
            let name = format!("{RULES}{i}/{}", file.path);
            files.insert(name, file.text.into_owned().into_bytes());
        }
    }
    let pairs = rules.set.iter().filter_map(|pair| pair.split_once('='));
    Ok(Evidence {
        as_of: run.report.as_of,
        strict: args.strict || settings.config.strict == Some(true),
        parameters: pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Parameters>(),
        asked,
        ids: args.ask.id.clone(),
        files,
    })
}

/// Where the copies of files lie: as the files lie to each other, from the folder that holds them all.
fn copies(paths: &[PathBuf]) -> Result<Vec<String>, String> {
    let real = paths.iter().map(|path| {
        path.canonicalize()
            .map_err(|reason| format!("`{}` cannot be read: {}", shown(path), in_words(&reason)))
    });
    let real: Vec<PathBuf> = real.collect::<Result<_, _>>()?;
    let mut common: Option<PathBuf> = None;
    for path in &real {
        let folder = path.parent().unwrap_or(Path::new(""));
        common = Some(match common {
            None => folder.to_owned(),
            Some(known) => {
                let both = known.components().zip(folder.components());
                both.take_while(|(one, other)| one == other)
                    .map(|(one, _)| one)
                    .collect()
            }
        });
    }
    let common = common.unwrap_or_default();
    let places = real.iter().map(|path| {
        let inside = path.strip_prefix(&common).unwrap_or(path);
        let steps = inside.components().filter_map(|step| match step {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        format!("{INPUTS}{}", steps.collect::<Vec<_>>().join("/"))
    });
    Ok(places.collect())
}

/// Checks a folder of evidence: its digests, and that everything comes out as it is written.
pub(super) fn verify(args: &VerifyArgs) -> ExitCode {
    match verified(args) {
        Ok(text) => print(&text),
        Err((code, message, help)) => {
            error(&message, help.as_deref());
            code
        }
    }
}

type Refused = (ExitCode, String, Option<String>);

fn verified(args: &VerifyArgs) -> Result<String, Refused> {
    let folder = &args.folder;
    let name = shown(folder);
    let unusable = |reason: String| {
        let help = "`carnet check --evidence DIR` writes such a folder";
        let message = format!("`{name}` is no folder of evidence: {reason}");
        (ExitCode::NotAsAsked, message, Some(help.to_owned()))
    };
    let files = read_all(folder).map_err(unusable)?;
    if let Some(what) = unsealed(&files).map_err(unusable)? {
        let message = format!("the evidence is not as it was written: {what}");
        return Err((ExitCode::Failed, message, None));
    }
    let page = files.get(PAGE).cloned();
    let count = files.len();
    let (evidence, written) = Evidence::read(files).map_err(unusable)?;
    let by = written
        .get("carnet")
        .and_then(Value::as_str)
        .unwrap_or("another");
    let here = env!("CARGO_PKG_VERSION");
    let version = (by != here).then(|| format!("it was made by carnet {by}, and this is {here}"));
    let jobs = args.jobs.map_or_else(cores, NonZero::get);
    let differs = |what: String| {
        let message = format!("the evidence does not come out as it is written: {what}");
        (ExitCode::Failed, message, version.clone())
    };
    let made = evidence.make(jobs).map_err(differs)?;
    if let Some(pack) = other_rules(&written, &made.document) {
        return Err(differs(format!("the rules of `{pack}` are others now")));
    }
    if let Some(what) = difference(&written, &made.document) {
        return Err(differs(what));
    }
    if page.as_ref() != made.files.get(PAGE) {
        return Err(differs(format!("`{PAGE}` is another page")));
    }
    // A profile that was checked on its own has no verdict.
    let proposals = made.report.proposals.iter();
    let proposals: Vec<_> = proposals.filter(|it| !it.verdicts.is_empty()).collect();
    let outcomes = proposals.iter().flat_map(|it| &it.outcomes);
    let outcomes: usize = outcomes.map(|pack| pack.outcomes.len()).sum();
    Ok(format!(
        "{count} files are as they were written, and all {outcomes} outcomes of {} come out the same.\n\
         As of {}. Not legal advice.\n",
        counted(proposals.len(), "proposal", "proposals"),
        evidence.as_of
    ))
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The first pack whose rules have another digest.
fn other_rules(written: &Value, now: &Value) -> Option<String> {
    let packs = |value: &Value| -> BTreeMap<String, String> {
        let list = value.get("packs").and_then(Value::as_array);
        let pairs = list.into_iter().flatten().filter_map(|pack| {
            let text = |name: &str| pack.get(name)?.as_str().map(str::to_owned);
            Some((text("pack")?, text("digest")?))
        });
        pairs.collect()
    };
    let now = packs(now);
    let written = packs(written);
    let other = written
        .iter()
        .find(|(pack, digest)| now.get(*pack) != Some(digest));
    other.map(|(pack, _)| pack.clone())
}

/// All files of a folder, by their path in it.
fn read_all(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    if !folder.is_dir() {
        return Err("there is no such folder".to_owned());
    }
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let entries = std::fs::read_dir(&at).map_err(|reason| in_words(&reason))?;
        for entry in entries {
            let path = entry.map_err(|reason| in_words(&reason))?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = shown(path.strip_prefix(folder).unwrap_or(&path));
            files.insert(inside, read_file(&path)?);
        }
    }
    Ok(files)
}
