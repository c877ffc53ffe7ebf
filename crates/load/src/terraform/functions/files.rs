use std::path::Path;

use palisade_graph::{Reason, Val, Via};
use palisade_source::{FileId, JailError, Span};
use smol_str::SmolStr;

use super::Call;
use super::text::text;

/// Files and folders that `fileset` looks at.
const WALKED: usize = 20_000;

/// Folders inside each other that `fileset` goes into.
const DEPTH: usize = 32;

/// Functions over files and paths; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "file" => file(c),
        "filebase64" => filebase64(c),
        "fileexists" => fileexists(c),
        "fileset" => fileset(c),
        "templatefile" => templatefile(c),
        "templatestring" => templatestring(c),
        "basename" => path(c, |p| base(p).to_owned()),
        "dirname" => path(c, dir),
        // The working directory is that of the root module: a path that starts there stays as it is.
        "abspath" => path(c, clean),
        "pathexpand" => match text(c.arg(0)) {
            Some(t) if t.starts_with('~') => Val::unknown(Reason::OutsideTree, c.symbol(), c.span),
            Some(_) => c.passed(c.arg(0)),
            None => c.refused(),
        },
        _ => return None,
    })
}

/// A file's text: paths start at the root module's folder; where nothing is there, at the module's own, which
/// is what people mean who wrote it without `path.module`.
fn read(c: &Call<'_>, path: &str) -> Result<(FileId, std::sync::Arc<str>), Val> {
    let unknown = |reason| Err(Val::unknown(reason, c.symbol(), c.span));
    match c.cx.files.text(c.cx.root, path) {
        Ok(found) => Ok(found),
        Err(Reason::Undeclared) => match c.cx.files.text(c.cx.module, path) {
            Ok(found) => Ok(found),
            Err(_) => unknown(Reason::Undeclared),
        },
        // It is there, and it is no text.
        Err(Reason::ParseError) => unknown(Reason::UnsupportedFunction(SmolStr::new(c.name))),
        Err(reason) => unknown(reason),
    }
}

fn whole(file: FileId, text: &str) -> Span {
    Span::new(file, 0, u32::try_from(text.len()).unwrap_or(u32::MAX))
}

fn file(c: &Call<'_>) -> Val {
    let Some(path) = text(c.arg(0)) else { return c.refused() };
    match read(c, &path) {
        Ok((file, t)) if t.len() <= c.cx.files.limits.scalar_bytes => {
            Val::str(&*t, whole(file, &t)).through(Via::Evaluated, c.span)
        }
        Ok(_) => c.limit("size"),
        Err(val) => val,
    }
}

fn filebase64(c: &Call<'_>) -> Val {
    let Some(path) = text(c.arg(0)) else { return c.refused() };
    match read(c, &path) {
        Ok((_, t)) => c.string(crate::cloudformation::functions::base64(&t)),
        Err(val) => val,
    }
}

fn templatefile(c: &Call<'_>) -> Val {
    let Some(path) = text(c.arg(0)) else { return c.refused() };
    match read(c, &path) {
        Ok((file, t)) if t.len() <= c.cx.files.limits.scalar_bytes => {
            c.cx.templates.render(file, &t, c.arg(1), whole(file, &t)).through(Via::Evaluated, c.span)
        }
        Ok(_) => c.limit("size"),
        Err(val) => val,
    }
}

fn templatestring(c: &Call<'_>) -> Val {
    match text(c.arg(0)) {
        Some(t) => c.cx.templates.render(c.arg(0).span.file, &t, c.arg(1), c.span),
        None => c.refused(),
    }
}

fn fileexists(c: &Call<'_>) -> Val {
    let Some(path) = text(c.arg(0)) else { return c.refused() };
    let jail = c.cx.files.jail;
    match jail.open(c.cx.root, &path) {
        Ok((_, real)) if real.is_file() => c.bool(true),
        Ok(_) => c.refused(),
        Err(JailError::Missing) => match jail.open(c.cx.module, &path) {
            Ok((_, real)) => c.bool(real.is_file()),
            Err(_) => c.bool(false),
        },
        Err(_) => Val::unknown(Reason::OutsideTree, c.symbol(), c.span),
    }
}

fn fileset(c: &Call<'_>) -> Val {
    let (Some(path), Some(pattern)) = (text(c.arg(0)), text(c.arg(1))) else { return c.refused() };
    let jail = c.cx.files.jail;
    let opened = match jail.open(c.cx.root, &path) {
        Err(JailError::Missing) => jail.open(c.cx.module, &path),
        other => other,
    };
    let (folder, real) = match opened {
        Ok(found) => found,
        // A folder that is not there holds nothing.
        Err(JailError::Missing) => return c.list(Vec::new(), false),
        Err(_) => return Val::unknown(Reason::OutsideTree, c.symbol(), c.span),
    };
    let glob = globset::GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
    let Ok(glob) = glob else { return c.refused() };
    let matcher = glob.compile_matcher();
    let mut found = Vec::new();
    let mut walked = 0;
    let mut open: Vec<(std::path::PathBuf, String, usize)> = vec![(real, String::new(), 0)];
    while let Some((at, prefix, depth)) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for entry in entries.flatten() {
            walked += 1;
            if walked > WALKED {
                return c.limit("files");
            }
            let name = entry.file_name();
            // A name that is not text cannot be written in HCL either.
            let Some(name) = name.to_str() else { continue };
            let relative = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if depth < DEPTH {
                    open.push((entry.path(), relative, depth + 1));
                }
            } else if matcher.is_match(Path::new(&relative)) && inside(c, &folder, &relative) {
                found.push(relative);
            }
        }
    }
    found.sort();
    c.list(found.into_iter().map(|f| Val::str(f, c.span)).collect(), false)
}

/// Whether a file is a regular one of the tree.
fn inside(c: &Call<'_>, folder: &str, relative: &str) -> bool {
    c.cx.files.jail.open(folder, relative).is_ok_and(|(_, real)| real.is_file())
}

fn path(c: &Call<'_>, f: impl Fn(&str) -> String) -> Val {
    match text(c.arg(0)) {
        Some(t) => c.string(f(&t)),
        None => c.refused(),
    }
}

/// As Go's `filepath.Base`.
fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit_once('/').map_or(trimmed, |(_, name)| name),
    }
}

/// As Go's `filepath.Dir`.
fn dir(path: &str) -> String {
    match path.rsplit_once('/') {
        None => ".".to_owned(),
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => clean(folder),
    }
}

/// As Go's `filepath.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
