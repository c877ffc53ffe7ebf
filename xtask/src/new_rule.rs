//! `cargo xtask new-rule CATEGORY NAME`: a rule's file from the template, and its `pub mod` line.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::oracles::write;
use crate::process::{root, say};

/// Which rule.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder under crates/rules/src: `iam`, `auth`, …
    category: String,
    /// Name of the rule within it, with dashes or underscores.
    name: String,
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    let name = arguments.name.replace('-', "_");
    let category = arguments.category.as_str();
    for word in [name.as_str(), category] {
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Err(format!("`{word}` is not a name: lower case letters, digits and underscores"));
        }
    }
    let folder = root().join("crates/rules/src").join(category);
    let file = folder.join(format!("{name}.rs"));
    if file.exists() {
        return Err(format!("`{}` is there already", file.display()));
    }
    let template = read(&root().join("xtask/templates/rule.rs.txt"))?;
    let id = format!("{category}-{}", name.replace('_', "-"));
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    write(&file, &template.replace("RULE_ID", &id).replace("CATEGORY", category))?;
    let module = folder.join("mod.rs");
    let listed = if module.exists() { read(&module)? } else { String::new() };
    write(&module, &register(&listed, &name))?;
    say(&format!("wrote crates/rules/src/{category}/{name}.rs ({id}); its examples are its tests"));
    Ok(())
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

/// Adds `pub mod name;` in sorted order, everything else as it was.
fn register(listed: &str, name: &str) -> String {
    let line = format!("pub mod {name};");
    let mut lines: Vec<&str> = listed.lines().collect();
    if lines.contains(&line.as_str()) {
        return listed.to_owned();
    }
    let is_module = |candidate: &&str| candidate.starts_with("pub mod ") && candidate.ends_with(';');
    let after = lines.iter().position(|l| is_module(l) && *l > line.as_str());
    let last = lines.iter().rposition(is_module).map(|at| at + 1);
    lines.insert(after.or(last).unwrap_or(lines.len()), &line);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::register;

    #[test]
    fn keeps_the_order_and_the_rest() {
        let listed = "//! Rules.\n\npub mod alpha;\npub mod gamma;\n\nfn other() {}\n";
        let with = "//! Rules.\n\npub mod alpha;\npub mod beta;\npub mod gamma;\n\nfn other() {}\n";
        assert_eq!(register(listed, "beta"), with);
        assert_eq!(register(with, "beta"), with);
        assert_eq!(
            register(listed, "zeta"),
            "//! Rules.\n\npub mod alpha;\npub mod gamma;\npub mod zeta;\n\nfn other() {}\n"
        );
        assert_eq!(register("", "one"), "pub mod one;\n");
    }
}
