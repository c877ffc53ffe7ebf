//! Terraform and OpenTofu: modules are evaluated as far as their files allow, and every instance of a
//! resource is turned into the deployed shape.

pub mod adapters;
pub mod deploy;
pub mod documents;
mod evaluate;
pub mod functions;
mod instance;
pub mod json;
mod module;
pub mod plan;
mod project;
mod roots;
pub mod table;
pub mod words;
mod worlds;

use palisade_source::FileId;

pub use instance::Instance;
pub use module::Modules;
pub use project::{FileKind, Project, file_kind};
pub use roots::{Root, RootKind, roots};
pub use worlds::{Evaluated, evaluate, load};

use crate::Files;
use project::Parsed;

/// Errors of one file that are told one by one.
const ERRORS: usize = 50;

/// Makes a file one of an application's, and says what of it could not be read.
fn take(files: &Files<'_>, parsed: &Parsed) -> FileId {
    let path = parsed.source.path.as_str();
    let file = files.add(&parsed.source, &parsed.document.comments);
    if let Some((reason, line)) = &parsed.failure {
        files.fail(path, reason.clone(), *line);
    }
    for (n, error) in parsed.document.errors.iter().enumerate() {
        if n == ERRORS {
            let left = parsed.document.errors.len() - ERRORS;
            files.fail(path, format!("{left} more parts could not be read"), None);
            break;
        }
        let line = parsed.source.position(error.at).line;
        let lost = parsed.source.slice(error.lost.start, error.lost.end);
        files.fail(path, format!("{} could not be read: {}", named(lost), error.message), Some(line));
    }
    file
}

/// How a part of a file is called that could not be read.
fn named(lost: &str) -> String {
    let line = lost.trim_start().lines().next().unwrap_or("");
    let word = line.split(['=', '{']).next().unwrap_or("").trim();
    match word {
        "" => "a part".to_owned(),
        _ if word.len() > 80 => "a block".to_owned(),
        _ if line.contains('{') && !line.contains('=') => format!("block `{word}`"),
        _ => format!("`{word}`"),
    }
}
