//! `carnet rules check`.

use super::{Bench as Files, aligned, counted, coverage, grouped};
use crate::cli::args::{RulesCheckArgs, RulesFormat};
use crate::cli::exit::ExitCode;
use crate::cli::{error, print};
use crate::report::sanitise;
use crate::rule::bench::{Bench, Examined, Spot, Task};
use crate::rule::example::examples;
use crate::vocabulary::suggest::did_you_mean;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Everything that is wrong, by kind: a heading, and rows of rule or requirement, place, and words.
type Kind = (&'static str, &'static str, Vec<(String, Spot, String)>);

/// Finds what the examples do not prove.
pub(in crate::cli) fn check(args: &RulesCheckArgs) -> ExitCode {
    let files = match Files::load(args.folder.as_deref(), &args.look) {
        Ok(files) => files,
        Err(code) => return code,
    };
    if let Err(code) = files.knows_packs(&args.pack) {
        return code;
    }
    let (all, mistakes) = examples(&files.files);
    let bench = Bench::new(&files.files, &all);
    let about = |task: &Task| bench.about(*task);
    if let Some(unknown) = args.rule.iter().find(|rule| {
        !bench
            .tasks()
            .iter()
            .filter_map(about)
            .any(|(id, ..)| id == **rule)
    }) {
        let tasks = bench.tasks();
        let names = tasks.iter().filter_map(about).map(|(id, ..)| id);
        let help = did_you_mean(unknown, names).map(|word| format!("did you mean `{word}`?"));
        let message = format!("there is no rule or definition `{unknown}`");
        error(&message, help.as_deref());
        return ExitCode::NotAsAsked;
    }
    let chosen = |task: &Task| {
        about(task).is_some_and(|(id, pack, file)| {
            let asked = args.pack.iter().any(|name| Some(name.as_str()) == pack);
            (if args.pack.is_empty() {
                files.asks(&file)
            } else {
                asked
            }) && (args.rule.is_empty() || args.rule.iter().any(|name| name == id))
        })
    };
    let tasks: Vec<Task> = bench.tasks().into_iter().filter(chosen).collect();
    if tasks.is_empty() {
        error("there is no rule to check", None);
        return ExitCode::NothingChecked;
    }
    let found = examine(&bench, &tasks);
    let mut kinds = kinds(&found);
    kinds.insert(0, unreadable(&files, &bench, &mistakes, &found));
    // One rule says nothing of what other rules leave out.
    if args.rule.is_empty() {
        kinds.push(uncovered(&files, &args.pack));
    }
    let score = Score::of(&tasks, &found);
    let text = match args.format {
        RulesFormat::Human => human(&kinds, &score),
        RulesFormat::Json => format!("{:#}\n", to_json(&kinds, &score)),
    };
    match print(&text) {
        ExitCode::Clean if kinds.iter().any(|(_, _, rows)| !rows.is_empty()) => ExitCode::Failed,
        code => code,
    }
}

/// Examines tasks on as many threads as the machine has cores.
fn examine(bench: &Bench, tasks: &[Task]) -> Vec<Examined> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut worker = bench.worker();
        let mut found = Vec::new();
        while let Some((at, task)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(at).map(|task| (at, task))
        } {
            found.extend(worker.examine(*task).map(|examined| (at, examined)));
        }
        found
    };
    let mut found: Vec<(usize, Examined)> = std::thread::scope(|scope| {
        let threads = (0..threads.min(tasks.len())).map(|_| scope.spawn(work));
        let threads: Vec<_> = threads.collect();
        let all = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(found) => found,
            // A bug is a bug in whatever thread.
            Err(bug) => std::panic::resume_unwind(bug),
        });
        all.collect()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, examined)| examined).collect()
}

fn kinds(found: &[Examined]) -> Vec<Kind> {
    let rows = |of: &dyn Fn(&Examined) -> Vec<(Spot, String)>| {
        let rows = found.iter().flat_map(|one| {
            let rows = of(one).into_iter();
            rows.map(|(spot, text)| (one.id.clone(), spot, text))
        });
        rows.collect::<Vec<_>>()
    };
    let failing = rows(&|one| one.failing.clone());
    let never = rows(&|one| {
        let told = (one.spot.clone(), "no example fails".to_owned());
        one.never_fires.then_some(told).into_iter().collect()
    });
    let contradictions = rows(&|one| {
        let told = one.contradictions.iter().map(|known| {
            let text = format!(
                "against {}: no value of {} satisfies both ({})",
                known.other, known.field, known.example
            );
            (known.spot.clone(), text)
        });
        told.collect()
    });
    vec![
        (
            "failing_examples",
            "Examples that do not pass (see `carnet rules test`)",
            failing,
        ),
        ("never_firing", "Rules that never fire", never),
        (
            "contradictions",
            "Rules that contradict each other",
            contradictions,
        ),
        (
            "unreached",
            "Branches that no example reaches",
            rows(&|one| one.unreached.clone()),
        ),
        (
            "survivors",
            "Mutants that no example tells apart",
            rows(&|one| one.survivors.clone()),
        ),
        (
            "idle_excuses",
            "Entries of `equivalent` that excuse nothing",
            rows(&|one| one.idle_excuses.clone()),
        ),
    ]
}

/// Examples that are not well written, or cannot be run, of what was examined.
fn unreadable(files: &Files, bench: &Bench, mistakes: &[String], found: &[Examined]) -> Kind {
    let mistakes = files.mistakes(mistakes).into_iter().filter_map(|mistake| {
        // `file:line: what is wrong`
        let (place, text) = mistake.split_once(": ")?;
        let (file, line) = place.rsplit_once(':')?;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let id = name.split('.').next().unwrap_or(name);
        let spot = Spot {
            file: file.to_owned(),
            line: line.parse().ok()?,
        };
        Some((id.to_owned(), spot, text.to_owned()))
    });
    let broken = bench.broken().iter().cloned();
    let rows = mistakes.chain(broken);
    let rows = rows.filter(|(id, spot, _)| {
        let mut examined = found.iter();
        examined.any(|one| one.id == *id && one.spot.file == spot.file)
    });
    (
        "unreadable_examples",
        "Examples that are not well written",
        rows.collect(),
    )
}

/// Requirements without a rule, and requirements that only rules know.
fn uncovered(files: &Files, packs: &[String]) -> Kind {
    let found = coverage::of_bench(files, packs);
    let manifest = |pack: &str| {
        let path = format!("{pack}/pack.yaml");
        let file = files.files.iter().find(|file| file.path == path);
        file.map(|file| (file.shown.clone(), file.text.clone()))
    };
    let mut rows = Vec::new();
    for pack in &found.packs {
        let (file, text) = manifest(&pack.id).unwrap_or_default();
        let lines = pack.editions.iter().flat_map(|edition| &edition.lines);
        for line in lines.filter(|line| !line.covered) {
            let at = text.lines().position(|written| {
                let mut words = written.split(|c: char| c.is_whitespace() || "\"',{}".contains(c));
                written.contains("id:") && words.any(|word| word == line.id)
            });
            let spot = Spot {
                file: file.clone(),
                line: at.map_or(1, |at| at + 1),
            };
            rows.push((line.id.clone(), spot, format!("no rule: {}", line.title)));
        }
    }
    for (requirement, rule, span) in &found.unlisted {
        let file = files.loaded.sources.get(span.file);
        let spot = Spot {
            file: file.map(|file| file.name().to_owned()).unwrap_or_default(),
            line: file.map_or(1, |file| file.position(span.start).line),
        };
        let text = format!("named by {rule}, listed by no pack");
        rows.push((requirement.clone(), spot, text));
    }
    ("requirements", "Requirements", rows)
}

/// The figures of the last line.
struct Score {
    rules: usize,
    definitions: usize,
    mutants: usize,
    killed: usize,
    equivalent: usize,
    survive: usize,
    contradictions: usize,
    unreached: usize,
}

impl Score {
    fn of(tasks: &[Task], found: &[Examined]) -> Self {
        let rules = tasks.iter().filter(|task| matches!(task, Task::Rule(_)));
        let rules = rules.count();
        let sum = |of: &dyn Fn(&Examined) -> usize| found.iter().map(of).sum();
        Self {
            rules,
            definitions: tasks.len() - rules,
            mutants: sum(&|one| one.mutants),
            killed: sum(&|one| one.killed),
            equivalent: sum(&|one| one.equivalent),
            survive: sum(&|one| one.survivors.len()),
            contradictions: sum(&|one| one.contradictions.len()),
            unreached: sum(&|one| one.unreached.len()),
        }
    }

    /// Tenths of a per cent of the mutants that are killed or excused, rounded down: only all of
    /// them are 100 %.
    fn tenths(&self) -> usize {
        let good = self.killed + self.equivalent;
        (good * 1000).checked_div(self.mutants).unwrap_or(1000)
    }

    fn line(&self) -> String {
        let tenths = self.tenths();
        let branches = if self.unreached == 1 {
            "branch"
        } else {
            "branches"
        };
        format!(
            "{}, {}: {}, {} killed, {} equivalent, {} survive ({}.{} %). {}, {} unreached {branches}.\n",
            counted(self.rules, "rule"),
            counted(self.definitions, "definition"),
            counted(self.mutants, "mutant"),
            grouped(self.killed),
            grouped(self.equivalent),
            grouped(self.survive),
            tenths / 10,
            tenths % 10,
            counted(self.contradictions, "contradiction"),
            grouped(self.unreached),
        )
    }
}

fn human(kinds: &[Kind], score: &Score) -> String {
    let mut out = String::new();
    for (_, heading, rows) in kinds.iter().filter(|(_, _, rows)| !rows.is_empty()) {
        out.push_str(&format!("{heading}\n"));
        let cells = rows.iter().map(|(id, spot, text)| {
            let place = format!("{}:{}", spot.file, spot.line);
            vec![id.clone(), place, sanitise(text).into_owned()]
        });
        out.push_str(&aligned(&cells.collect::<Vec<_>>(), "  "));
        out.push('\n');
    }
    out.push_str(&score.line());
    out
}

fn to_json(kinds: &[Kind], score: &Score) -> Value {
    let mut found = serde_json::Map::new();
    for (key, _, rows) in kinds {
        let rows = rows.iter().map(|(id, spot, text)| {
            json!({"id": id, "path": spot.file, "line": spot.line, "text": text})
        });
        found.insert((*key).to_owned(), rows.collect());
    }
    let tenths = score.tenths();
    json!({
        "version": 1,
        "rules": score.rules,
        "definitions": score.definitions,
        "mutants": score.mutants,
        "killed": score.killed,
        "equivalent": score.equivalent,
        "survive": score.survive,
        "score": format!("{}.{}", tenths / 10, tenths % 10),
        "found": found,
    })
}
