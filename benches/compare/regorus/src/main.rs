//! Asks a Rego policy about proposals, a line each or a file each, with the `regorus` library; prints
//! `line: rule` of what fails. What a program around that library can do at best: the policy is
//! compiled once, and one engine serves all.

use anyhow::Result;
use regorus::{Engine, Value};
use std::io::Write;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let policy = args.next().expect("a policy");
    let mut engine = Engine::new();
    engine.add_policy_from_file(policy)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in args {
        let text = std::fs::read_to_string(&path)?;
        let lines: Vec<&str> = if path.ends_with(".ndjson") {
            text.lines().collect()
        } else {
            vec![&text]
        };
        for (index, line) in lines.iter().enumerate() {
            engine.set_input(Value::from_json_str(line)?);
            let fails = engine.eval_rule("data.four.fails".to_string())?;
            if let Ok(rules) = fails.as_set() {
                for rule in rules {
                    writeln!(out, "{path}:{}: {}", index + 1, rule.as_string()?)?;
                }
            }
        }
    }
    out.flush()?;
    Ok(())
}
