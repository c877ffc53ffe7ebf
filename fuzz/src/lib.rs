//! One application, laid out from bytes and scanned as the command line scans it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use palisade_diag::Persona;
use palisade_engine::{Request, Selection, graphs, scan};
use palisade_graph::graph_json;
use tempfile::TempDir;

/// Writes the files into a folder of this process, and reads, lowers and judges them. Files of the
/// run before are overwritten, so each target always writes the same names.
///
/// # Panics
///
/// If the temporary folder cannot be written, or the same tree gives two answers.
pub fn application(files: &[(&str, &[u8])]) {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| TempDir::new().expect("a temporary folder"));
    for (path, bytes) in files {
        write(&folder.path().join(path), bytes);
    }
    let request = Request {
        root: folder.path().to_path_buf(),
        selection: Selection { persona: Persona::Auditor, ..Selection::default() },
        ..Request::default()
    };
    let (applications, _) = graphs(&request).expect("the folder is there");
    let graph = graph_json(&applications).to_string();
    let (again, _) = graphs(&request).expect("the folder is there");
    assert_eq!(graph, graph_json(&again).to_string(), "the same tree gave two graphs");
    scan(&request).expect("the folder is there");
}

/// A folder of this process that has one file.
///
/// # Panics
///
/// If it cannot be written.
pub fn folder(name: &str, bytes: &[u8]) -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| TempDir::new().expect("a temporary folder")).path();
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        std::fs::remove_file(entry.path()).expect("a file of this process");
    }
    write(&folder.join(name), bytes);
    folder.to_path_buf()
}

fn write(file: &Path, bytes: &[u8]) {
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).expect("a temporary folder");
    }
    std::fs::write(file, bytes).expect("a temporary file");
}
