//! Where the code of functions and layers is.

use palisade_graph::{State, Val, Value};
use smol_str::SmolStr;

use super::Work;
use super::build::Build;
use super::convert::document;
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
    // An adapter of the registry's module says it so.
    if let Some(found) = sources(work, i, i.body.get("source_path")) {
        return Some(Source::Path(found));
    }
    let file = i.body.get("filename");
    if !file.is_null() && file.as_str() != Some("") {
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

/// A path, or the first of several, each alone or in a map with `path`.
fn sources(work: &Work<'_, '_>, i: &Instance, paths: &Val) -> Option<SmolStr> {
    let mut all = paths.items().iter().map(|p| if p.as_map().is_some() { p.get("path") } else { p });
    all.find_map(|path| exists(work, i, path))
}

/// What a package was made of.
fn packed(work: &Work<'_, '_>, i: &Instance, file: &Val) -> Option<Source> {
    // The registry's module packs by a program, whose query names the source.
    let programs = work.index.targets(file).into_iter().filter_map(|n| work.index.at(n));
    if let Some(program) = programs.into_iter().find(|p| p.ty == "external") {
        let path = document(work.files, program.body.get("query").get("source_path"));
        return sources(work, i, &path).map(Source::Path);
    }
    let Some(archive) = archive(work, file) else {
        return unpacked(work, i, file.as_str()?).map(Source::Path);
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

/// What lies beside a package that somebody packed by hand: a folder or file of its name, or the folder in which
/// it lies if the handler is there. A file that is no archive is the code itself.
fn unpacked(work: &Work<'_, '_>, i: &Instance, path: &str) -> Option<SmolStr> {
    let there = |path: &str| exists(work, i, &Val::str(path, i.header));
    if !is_archive(path) {
        return there(path);
    }
    let (stem, _) = path.rsplit_once('.')?;
    if let Some(found) = there(stem) {
        return Some(found);
    }
    let folder = match crate::folder(stem) {
        "" => ".",
        folder => folder,
    };
    let handler = i.body.get("handler").as_str()?;
    let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module);
    let beside = |ending: &str| there(&format!("{folder}/{module}.{ending}")).is_some();
    if ["py", "js", "mjs", "ts", "rb"].into_iter().any(beside) { there(folder) } else { None }
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
