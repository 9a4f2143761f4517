//! Texts with a proposal a line: taken in blocks, so that memory does not grow with the text; looked
//! at by several threads, told by one, in order.
//!
//! Most lines of a batch have nothing to tell. `glance` finds those without making a report,
//! where the caller wants no more than findings ([`Run::brief`](super::Run::brief)); every other
//! line is checked as a file of its own would be.

use super::*;
use crate::document::{decode, parse};
use crate::engine::nothing_to_tell;
use std::hash::{BuildHasher, RandomState};
use std::io;

/// So many bytes are looked at together.
const BLOCK: usize = 1 << 20;

/// Ids of one text that are remembered; those after them are not compared.
const MOST_IDS: usize = 1_000_000;

/// A line that is longer is no proposal, and is not kept.
const LONGEST: usize = 1 << 30;

/// The ids of a text, by a hash that nobody can foresee, each with the line that used it first.
pub(super) struct Ids {
    hasher: RandomState,
    first: HashMap<u64, usize>,
    /// Whether there were more than are remembered.
    full: bool,
}

impl Ids {
    fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            first: HashMap::new(),
            full: false,
        }
    }

    fn hash(&self, id: &str) -> u64 {
        self.hasher.hash_one(id)
    }

    /// The line that used an id before; the id is remembered.
    fn used(&mut self, hash: u64, line: usize) -> Option<usize> {
        if let Some(first) = self.first.get(&hash) {
            return Some(*first);
        }
        if self.first.len() < MOST_IDS {
            self.first.insert(hash, line);
        } else {
            self.full = true;
        }
        None
    }
}

/// What a first look at a line says.
enum Glance {
    Blank,
    /// A sound proposal that a law permits, with nothing to tell; the hash of its id.
    Untold(u64),
    Tell,
}

/// What a first look needs: nothing that changes.
struct Eye<'r> {
    set: &'r RuleSet,
    options: &'r CheckOptions,
    profiles: &'r HashMap<String, Profile>,
    links: &'r HashMap<(String, String), Result<String, String>>,
    told_anyway: &'r HashSet<String>,
    ids: &'r Ids,
    name: &'r str,
    brief: bool,
}

impl Eye<'_> {
    fn glance(&self, line: &[u8], tape: &mut Tape) -> Glance {
        if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            return Glance::Blank;
        }
        if !self.brief {
            return Glance::Tell;
        }
        self.untold(line, tape).map_or(Glance::Tell, Glance::Untold)
    }

    fn untold(&self, line: &[u8], tape: &mut Tape) -> Option<u64> {
        let document = parse(decode(line).ok()?, tape).ok()?;
        if content(document, document.root()) != Content::Proposal {
            return None;
        }
        let id = document.get(document.root(), &Key::new("id"))?;
        let id = document.string(id)?;
        if self.told_anyway.contains(id.as_ref()) {
            return None;
        }
        let vocabulary = &self.set.vocabulary;
        let (shape, flaws) = check_shape(vocabulary, PROPOSAL, document, FileId(0), "");
        if !shape.is_empty() {
            return None;
        }
        let mut facts = Facts {
            parts: vec![Part {
                document,
                file: FileId(0),
                flaws: &flaws,
            }],
            links: Vec::new(),
        };
        for at in facts.named_documents(vocabulary) {
            let path = facts.text(at)?.into_owned();
            let key = self
                .links
                .get(&(self.name.to_owned(), path))?
                .as_ref()
                .ok()?;
            let profile = self.profiles.get(key)?;
            if profile.broken.is_some() || !profile.findings.is_empty() {
                return None;
            }
            let part = u16::try_from(facts.parts.len()).ok()?;
            facts.links.push((at.node, Some(part)));
            facts.parts.push(Part {
                document: view(&profile.text, &profile.tape),
                file: profile.file,
                flaws: &profile.flaws,
            });
        }
        nothing_to_tell(self.set, &facts, self.options).then(|| self.ids.hash(&id))
    }

    /// A look at many lines, by as many threads as are asked for.
    fn look(&self, lines: &[&[u8]], jobs: usize) -> Vec<Glance> {
        let look = |lines: &[&[u8]]| -> Vec<Glance> {
            let mut tape = Tape::new();
            lines
                .iter()
                .map(|line| self.glance(line, &mut tape))
                .collect()
        };
        if jobs < 2 || !self.brief || lines.len() < 2 * jobs {
            return look(lines);
        }
        let look = &look;
        std::thread::scope(|scope| {
            let shares = lines.chunks(lines.len().div_ceil(jobs));
            let threads: Vec<_> = shares
                .map(|share| (share, scope.spawn(move || look(share))))
                .collect();
            let shares = threads.into_iter().flat_map(|(share, thread)| {
                // What a thread could not look at is told.
                thread
                    .join()
                    .unwrap_or_else(|_| share.iter().map(|_| Glance::Tell).collect())
            });
            shares.collect()
        })
    }
}

impl Run<'_> {
    /// Checks a text with a proposal a line, which comes in pieces of any size; `next` gives the
    /// next one, and `None` at the end. A piece that cannot be read ends the text: what came before is
    /// checked, and the rest told as a problem.
    pub fn check_lines(
        &mut self,
        name: &str,
        origin: Origin,
        next: &mut dyn FnMut() -> Option<io::Result<Vec<u8>>>,
    ) -> io::Result<()> {
        let mut ids = Ids::new();
        let mut digest = self.digests.then(Sha256::new);
        let mut line = 1;
        let mut waiting: Vec<u8> = Vec::new();
        let mut failure = None;
        let mut too_long = false;
        let before = self.done;
        while !self.ended {
            let piece = match next() {
                Some(Ok(piece)) => piece,
                Some(Err(error)) => {
                    failure = Some(error);
                    break;
                }
                None => break,
            };
            if let Some(digest) = &mut digest {
                digest.update(&piece);
            }
            let old = waiting.len();
            waiting.extend_from_slice(&piece);
            let end = piece
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map(|at| old + at + 1);
            match end {
                Some(end) if waiting.len() >= BLOCK || too_long => {
                    let rest = waiting.split_off(end);
                    if std::mem::take(&mut too_long) {
                        line = self.after_long_line(&waiting, name, line, origin, &mut ids);
                    } else {
                        line = self.check_block(name, &waiting, line, origin, &mut ids);
                    }
                    waiting = rest;
                }
                None if waiting.len() > LONGEST => {
                    if !too_long {
                        self.too_long(name, line);
                    }
                    too_long = true;
                    waiting.clear();
                }
                _ => {}
            }
        }
        if !self.ended && !too_long {
            self.check_block(name, &waiting, line, origin, &mut ids);
        }
        if ids.full {
            self.ids_forgotten(name);
        }
        if let Some(digest) = digest {
            self.read_digest(name, &digest.finalize());
        }
        debug_assert!(self.done >= before);
        failure.map_or(Ok(()), Err)
    }

    /// The lines of a block after one that was too long, whose end the block begins with.
    fn after_long_line(
        &mut self,
        block: &[u8],
        name: &str,
        line: usize,
        origin: Origin,
        ids: &mut Ids,
    ) -> usize {
        let end = block
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(block.len(), |at| at + 1);
        let rest = block.get(end..).unwrap_or_default();
        self.check_block(name, rest, line + 1, origin, ids)
    }

    fn too_long(&mut self, name: &str, line: usize) {
        let message = format!("line {line} is longer than 1 GiB, so it was not checked");
        let help = "a proposal a line is far smaller; is a line end missing?".to_owned();
        self.problem("record-too-long", name, message, Some(help));
    }

    fn ids_forgotten(&mut self, name: &str) {
        self.report.problems.push(Problem {
            severity: Severity::Info,
            code: "ids-not-all-compared".to_owned(),
            path: name.to_owned(),
            message: format!(
                "whether an id is used twice was looked at for the first {MOST_IDS} ids only"
            ),
            help: None,
            labels: Vec::new(),
        });
    }

    /// Checks a text with a proposal a line that is at hand as a whole.
    pub(super) fn check_text_by_line(&mut self, name: &str, bytes: &[u8], origin: Origin) {
        let mut ids = Ids::new();
        let mut line = 1;
        let mut rest = bytes;
        while !rest.is_empty() && !self.ended {
            let after = rest.get(BLOCK..).unwrap_or_default();
            let end = after.iter().position(|byte| *byte == b'\n');
            let end = end.map_or(rest.len(), |at| BLOCK + at + 1);
            let (block, next) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            line = self.check_block(name, block, line, origin, &mut ids);
            rest = next;
        }
        if ids.full {
            self.ids_forgotten(name);
        }
    }

    /// Checks whole lines, of which the first has this number; the number of the line after them.
    fn check_block(
        &mut self,
        name: &str,
        block: &[u8],
        first: usize,
        origin: Origin,
        ids: &mut Ids,
    ) -> usize {
        let text = block.strip_suffix(b"\n").unwrap_or(block);
        if block.is_empty() {
            return first;
        }
        let lines: Vec<&[u8]> = text
            .split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .collect();
        let eye = Eye {
            set: self.set,
            options: &self.options,
            profiles: &self.profiles,
            links: &self.links,
            told_anyway: &self.told_anyway,
            ids,
            name,
            brief: self.brief,
        };
        let glances = eye.look(&lines, self.jobs);
        let mut untold = 0;
        for (index, (line, glance)) in lines.iter().zip(glances).enumerate() {
            let number = first + index;
            let twice = match glance {
                Glance::Blank => None,
                Glance::Untold(hash) => ids.used(hash, number),
                Glance::Tell => {
                    self.tell_line(name, line, number, origin, ids);
                    None
                }
            };
            if let Glance::Untold(_) = glance {
                match twice {
                    // The finding is made with all that a report shows.
                    Some(_) => self.tell_line(name, line, number, origin, ids),
                    None => self.report.untold += 1,
                }
            }
            untold += line.len() + 1;
            if matches!(glance, Glance::Tell) && !self.goes_on(std::mem::take(&mut untold)) {
                return number;
            }
        }
        self.goes_on(untold);
        first + lines.len()
    }

    fn tell_line(&mut self, name: &str, line: &[u8], number: usize, origin: Origin, ids: &mut Ids) {
        match decode(line) {
            Ok(text) => self.check_record(name, text, number, origin, ids),
            Err(error) => self.not_utf8(name, number, &error),
        }
    }

    fn check_record(&mut self, name: &str, text: &str, line: usize, origin: Origin, ids: &mut Ids) {
        let mut tape = Tape::new();
        let Ok(document) = parse(text, &mut tape) else {
            return self.syntax(name, text, line);
        };
        if origin == Origin::Found && !holds_something(document) {
            self.report.skipped += 1;
            return;
        }
        let file = self.sources.add(SourceFile::excerpt(name, text, line));
        let before = self.report.proposals.len();
        self.check_value(name, document, file);
        if let Some(report) = self.report.proposals.get_mut(before)
            && !report.id.is_empty()
        {
            let hash = ids.hash(&report.id);
            if let Some(first) = ids.used(hash, line).filter(|first| *first != line) {
                let note = format!("first used on line {first}");
                let mut finding = duplicate_id(document, file, &report.id, None, Some(note));
                reweigh(&mut finding, &self.options);
                insert_in_order(&mut report.findings, finding);
            }
        }
    }
}
