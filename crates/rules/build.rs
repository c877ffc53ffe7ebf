//! Makes the table of rules: one entry for each file `src/<category>/<name>.rs`, with its header.

use std::fmt::Write as _;
use std::path::Path;

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo names the folder in the environment, and the table is written there"
)]
fn main() {
    println!("cargo::rerun-if-changed=src");
    let out = std::env::var_os("OUT_DIR").map(std::path::PathBuf::from).unwrap_or_default();
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for category in sorted(Path::new("src")) {
        if !category.is_dir() {
            continue;
        }
        let folder = name(&category);
        for file in sorted(&category) {
            let stem = name(&file);
            if file.extension().is_some_and(|e| e == "rs") && stem != "mod" {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                rows.push((folder.clone(), stem, header(&text)));
            }
        }
    }
    let mut code = String::from("pub static RULES: &[Entry] = &[\n");
    for (folder, stem, page) in rows {
        let rule = format!("{folder}-{}", stem.replace('_', "-"));
        let summary = page.lines().next().unwrap_or("").to_owned();
        let _ = writeln!(
            code,
            "    Entry {{ name: {rule:?}, category: {folder:?}, summary: {summary:?}, page: {page:?}, rule: &crate::{folder}::{stem}::RULE }},"
        );
    }
    code.push_str("];\n");
    if let Err(e) = std::fs::write(out.join("table.rs"), code) {
        println!("cargo::error=cannot write the table of rules: {e}");
    }
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn header(text: &str) -> String {
    let lines = text.lines().take_while(|l| l.starts_with("//!"));
    let mut page = String::new();
    for line in lines {
        let line = line.strip_prefix("//!").unwrap_or(line);
        page.push_str(line.strip_prefix(' ').unwrap_or(line));
        page.push('\n');
    }
    page
}
