//! Lints all managed policies of AWS and counts findings by rule.
//!
//! `cargo run --release -p palisade-iam --example lint_managed [-- RULE]` prints the findings of one rule, if it is named.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use palisade_iam::catalogue::managed;
use palisade_iam::document::{Document, PolicyType};
use palisade_iam::element::Element;
use palisade_iam::lint::{Linter, Options};
use palisade_iam::symbol::Symbols;

fn main() -> std::io::Result<()> {
    let wanted = std::env::args().nth(1);
    let start = Instant::now();
    let symbols = Symbols::new();
    let mut linter = Linter::new(&symbols);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut out = std::io::stdout().lock();
    let (mut reading, mut linting) = (Duration::ZERO, Duration::ZERO);
    let mut policies = 0;
    let mut result = Ok(());
    managed::all(|name, _, json| {
        policies += 1;
        let before = Instant::now();
        let Ok(element) = Element::from_json(json) else { return };
        let document = Document::read(&element, PolicyType::Identity);
        let middle = Instant::now();
        reading += middle - before;
        // The limits of size do not hold for AWS's own policies.
        let options = Options { element: Some(&element), size: Some(0), ..Options::default() };
        let findings = linter.lint(&document, options);
        linting += middle.elapsed();
        for finding in findings {
            *counts.entry(finding.rule).or_default() += 1;
            if wanted.as_deref() == Some(finding.rule) && result.is_ok() {
                result = writeln!(out, "{name} {} {}: {}", finding.pointer, finding.value, finding.message);
            }
        }
    });
    result?;
    for (rule, count) in &counts {
        writeln!(out, "{count:6} {rule}")?;
    }
    writeln!(
        out,
        "{policies} policies, read in {reading:?}, linted in {linting:?}, {:?} in all",
        start.elapsed()
    )
}
