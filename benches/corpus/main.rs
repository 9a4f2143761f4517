//! Writes a corpus of proposals to standard output, or a folder of them.
//!
//! `cargo run --release --example corpus -- --records 10000 --failing 10`

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a tool for developers, which ends where it cannot go on"
)]

mod proposals;

use clap::{Parser, ValueEnum};
use proposals::{Corpus, Mix};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

/// Writes realistic proposals: the same seed gives the same bytes.
#[derive(Parser)]
struct Args {
    /// Chooses which proposals are written
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many proposals
    #[arg(long, default_value_t = 10_000, conflicts_with = "bytes")]
    records: u64,
    /// Proposals until there are so many bytes, instead of `--records`
    #[arg(long)]
    bytes: Option<u64>,
    /// Of a hundred, so many that a law forbids
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    failing: u8,
    /// Of a hundred, so many that lack a fact
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    undetermined: u8,
    /// A proposal a line, a list, or a file each
    #[arg(long, value_enum, default_value_t = Form::Ndjson)]
    form: Form,
    /// The folder for `--form files`
    #[arg(long, required_if_eq("form", "files"))]
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Ndjson,
    Array,
    Files,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    match write(&args) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn write(args: &Args) -> io::Result<()> {
    let mut corpus = Corpus::new(Mix {
        seed: args.seed,
        failing: args.failing,
        undetermined: args.undetermined,
    });
    let mut out = io::stdout().lock();
    let mut block = Vec::with_capacity(2 << 20);
    let (mut records, mut bytes) = (0, 0);
    if args.form == Form::Array {
        block.push(b'[');
    }
    while args
        .bytes
        .map_or(records < args.records, |most| bytes < most)
    {
        let before = block.len();
        if let (Form::Files, Some(folder)) = (args.form, &args.folder) {
            block.clear();
            corpus.write(&mut block);
            // Folders of a thousand are read faster than one of a million.
            let folder = folder.join(format!("{:04}", records / 1000));
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join(format!("{records:07}.json")), &block)?;
            bytes += block.len() as u64;
            records += 1;
            continue;
        }
        if args.form == Form::Array && records > 0 {
            block.extend_from_slice(b",\n");
        }
        corpus.write(&mut block);
        if args.form == Form::Ndjson {
            block.push(b'\n');
        }
        bytes += (block.len() - before) as u64;
        records += 1;
        if block.len() > 1 << 20 {
            out.write_all(&block)?;
            block.clear();
        }
    }
    if args.form == Form::Files {
        return Ok(());
    }
    if args.form == Form::Array {
        block.extend_from_slice(b"]\n");
    }
    out.write_all(&block)?;
    out.flush()
}
