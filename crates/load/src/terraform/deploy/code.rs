//! Where the code of functions and layers is.

use palisade_graph::{State, Val, Value};
use smol_str::SmolStr;

use super::Work;
use super::build::Build;
use crate::terraform::Instance;

/// Finds the code of a function or layer.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let Some(draft) = work.drafts.get(address).filter(|d| d.id == d.instance.address) else { return };
    let i = draft.instance;
    if !matches!(i.ty.as_str(), "aws_lambda_function" | "aws_lambda_layer_version") {
        return;
    }
    let found = source(work, i);
    let Some(draft) = work.drafts.get_mut(address) else { return };
    match found {
        Some(Source::Path(path)) => draft.source_root = Some(path),
        Some(Source::Text(text)) if i.ty == "aws_lambda_function" => {
            draft.fields.put("Code.ZipFile", text.span, Build::Leaf(text));
        }
        _ => {}
    }
}

enum Source {
    /// A folder or file, relative to the scan root.
    Path(SmolStr),
    /// The code itself.
    Text(Val),
}

fn source(work: &Work<'_, '_>, i: &Instance) -> Option<Source> {
    // A build of the registry module, whose input this is.
    for path in i.body.get("source_path").items() {
        let path = if path.as_map().is_some() { path.get("path") } else { path };
        if let Some(found) = exists(work, i, path) {
            return Some(Source::Path(found));
        }
    }
    let file = i.body.get("filename");
    if !file.is_null() {
        return packed(work, i, file);
    }
    // An object that somebody of the application uploads.
    let object = object(work, i)?;
    let from = object.body.get("source");
    if from.is_null() {
        let text = object.body.get("content");
        return (!text.is_null()).then(|| Source::Text(text.clone()));
    }
    packed(work, object, from)
}

/// What a package was made of.
fn packed(work: &Work<'_, '_>, i: &Instance, file: &Val) -> Option<Source> {
    let Some(archive) = archive(work, file) else {
        // A file that is no archive is the code, or what was built of it.
        return file
            .as_str()
            .filter(|p| !is_archive(p))
            .and_then(|_| exists(work, i, file))
            .map(Source::Path);
    };
    for key in ["source_dir", "source_file"] {
        let path = archive.body.get(key);
        if let Some(found) = exists(work, archive, path) {
            return Some(Source::Path(found));
        }
    }
    let content = archive.body.get("source_content");
    let inline = archive.body.get("source").items().iter().map(|s| s.get("content"));
    let text = std::iter::once(content).chain(inline).find(|v| !v.is_null())?;
    Some(Source::Text(text.clone()))
}

fn is_archive(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or("");
    ["zip", "jar", "tar", "gz"].iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// The archive that a value refers to, or that is written to this path.
fn archive<'a>(work: &Work<'a, '_>, file: &Val) -> Option<&'a Instance> {
    let by_reference = work.index.targets(file).into_iter().filter_map(|n| work.index.at(n));
    if let Some(found) = by_reference.into_iter().find(|i| i.ty == "archive_file") {
        return Some(found);
    }
    work.index.archive(&normal(&file.display()))
}

/// A path without the steps that mean nothing.
pub fn normal(path: &str) -> SmolStr {
    let mut out: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." if !(step.is_empty() && out.is_empty() && path.starts_with('/')) => {}
            ".." if out.last().is_some_and(|l| !matches!(*l, "" | "..")) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out.join("/").into()
}

/// The object in a bucket that a function's code is.
fn object<'a>(work: &Work<'a, '_>, i: &Instance) -> Option<&'a Instance> {
    let key = i.body.get("s3_key");
    if key.is_null() {
        return None;
    }
    let by_reference = work.index.targets(key).into_iter().filter_map(|n| work.index.at(n));
    let object = |i: &&Instance| matches!(i.ty.as_str(), "aws_s3_object" | "aws_s3_bucket_object");
    by_reference.into_iter().find(object).or_else(|| work.index.object(&key.display()))
}

/// A path of a file of the module, of the root module or of the scanned tree, relative to the scan root.
fn exists(work: &Work<'_, '_>, i: &Instance, path: &Val) -> Option<SmolStr> {
    let State::Known(Value::Str(text)) = &path.state else { return None };
    if text.is_empty() {
        return None;
    }
    let text = normal(text);
    let text = if text.is_empty() { SmolStr::new_static(".") } else { text };
    let folders = [work.index.root(), i.folder.as_str(), ""];
    folders.iter().find_map(|folder| work.files.exists(folder, &text)).map(SmolStr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_without_their_dots() {
        assert_eq!(normal("./lambda/../build/./f.zip"), "build/f.zip");
        assert_eq!(normal("../f.zip"), "../f.zip");
        assert_eq!(normal("/tmp//f.zip"), "/tmp/f.zip");
        assert_eq!(normal("."), "");
    }
}
