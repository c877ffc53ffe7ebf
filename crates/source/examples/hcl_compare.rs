//! Compares the reader of HCL with an independent one over a folder:
//! `cargo run -p palisade-source --example hcl_compare -- <folder>`. With `--edits` before the folder every splice
//! is tried at every seventh place of every file.
#![expect(clippy::print_stdout, reason = "a tool of development")]

#[expect(dead_code, reason = "shared with the tests")]
#[path = "../tests/hcl/dump.rs"]
mod dump;
#[path = "../tests/hcl/edit_laws.rs"]
mod edit_laws;
#[path = "../tests/hcl/other.rs"]
mod other;

use std::path::{Path, PathBuf};

use dump::{body, read};

fn main() {
    let mut files = Vec::new();
    let mut edits = false;
    for folder in std::env::args_os().skip(1) {
        if folder == "--edits" {
            edits = true;
        } else {
            gather(Path::new(&folder), &mut files);
        }
    }
    files.sort();
    if edits {
        try_edits(&files);
        return;
    }
    let (mut equal, mut spaces, mut only_ours, mut only_other, mut neither, mut differ) = (0, 0, 0, 0, 0, 0);
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let document = read(&text);
        let ours = body(&document.body);
        match (document.errors.first(), other::tree(&text)) {
            (None, Ok(theirs)) if ours == theirs => equal += 1,
            (None, Ok(theirs)) if other::without_spaces(&ours) == other::without_spaces(&theirs) => {
                spaces += 1;
            }
            (None, Ok(theirs)) => {
                differ += 1;
                let at = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
                let shown = |s: &str| {
                    s.chars()
                        .skip(s.get(..at).map_or(0, |t| t.chars().count()).saturating_sub(60))
                        .take(160)
                        .collect::<String>()
                };
                println!(
                    "{}: differs\n  ours   {}\n  theirs {}",
                    path.display(),
                    shown(&ours),
                    shown(&theirs)
                );
            }
            (None, Err(message)) => {
                only_ours += 1;
                println!("{}: read by us only: {}", path.display(), message.replace('\n', " | "));
            }
            (Some(error), Ok(_)) => {
                only_other += 1;
                let line = line(&text, error.at);
                println!("{}:{line}: refused by us only: {}", path.display(), error.message);
            }
            (Some(error), Err(_)) => {
                neither += 1;
                let line = line(&text, error.at);
                println!("{}:{line}: refused by both: {}", path.display(), error.message);
            }
        }
    }
    println!(
        "{} files: {equal} equal, {spaces} but for white space, {differ} differ, {only_ours} read by us only, \
         {only_other} refused by us only, {neither} refused by both",
        files.len()
    );
}

fn line(text: &str, at: u32) -> usize {
    text.bytes().take(at as usize).filter(|b| *b == b'\n').count() + 1
}

fn try_edits(files: &[PathBuf]) {
    let (mut places, mut wrong) = (0, 0);
    for path in files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        match edit_laws::check(&text, 7) {
            Ok(done) => places += done,
            Err(message) => {
                wrong += 1;
                println!("{}: {message}", path.display());
            }
        }
    }
    println!("{} files, {places} places, {wrong} files with a wrong splice", files.len());
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    if folder.is_file() {
        files.push(folder.to_owned());
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|e| e == "tf" || e == "tfvars" || e == "hcl") {
            files.push(path);
        }
    }
}
