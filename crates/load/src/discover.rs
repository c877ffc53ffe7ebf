use std::collections::BTreeSet;
use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};
use palisade_source::{Jail, Limits};

use crate::read::{has_sign, head, usual_name};
use crate::terraform::file_kind;
use crate::{Failure, FailureKind};

/// What is walked, beside the limits.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Files and folders to look at, relative to the root; empty for the whole root. What is named here
    /// is read although a `.gitignore` names it.
    pub paths: Vec<String>,
    /// Globs of paths relative to the root that are left out.
    pub exclude: Vec<String>,
    /// Whether `cdk.out` folders are left out.
    pub no_cdk_out: bool,
    /// `cdk.out` folders to read wherever they stand, relative to the root.
    pub cdk_out: Vec<String>,
}

/// What a walk found: files that may be ours, by name. Their content decides.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files in order of their paths, relative to the root, and whether they were named by the user.
    pub files: Vec<(String, bool)>,
    /// Terraform files, likewise; a folder of them is a module.
    pub terraform: Vec<(String, bool)>,
    /// `cdk.out` folders in order of their paths.
    pub cdk_out: Vec<String>,
    /// `cdk.json` of applications whose templates are not there, in order of their paths.
    pub cdk_apps: Vec<String>,
    /// What could not be walked.
    pub failures: Vec<Failure>,
    /// Files that were looked at by name.
    pub seen: usize,
}

const SKIPPED: &[&str] = &[".git", "node_modules", ".terraform", ".venv", "__pycache__", ".mypy_cache"];

/// Data files that are never infrastructure and often large.
const NEVER: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.lock",
    "tsconfig.json",
    "package.json",
    "pnpm-lock.yaml",
    "cdk.context.json",
];

/// Walks a tree in a fixed order, as `.gitignore` files inside it say, never through links out of it.
pub fn discover(jail: &Jail, options: &WalkOptions, limits: &Limits) -> Discovery {
    let mut found = Discovery::default();
    let excluded = globs(&options.exclude);
    let mut files: BTreeSet<(String, bool)> = BTreeSet::new();
    let mut cdk: BTreeSet<String> =
        options.cdk_out.iter().map(|p| p.trim_end_matches('/').to_owned()).collect();
    let starts: Vec<String> =
        if options.paths.is_empty() { vec![String::new()] } else { options.paths.clone() };
    for start in &starts {
        let path = jail.root().join(start);
        if path.is_file() {
            files.insert((start.clone(), true));
            continue;
        }
        walk(jail, &path, &excluded, limits, &mut files, &mut cdk, &mut found);
    }
    let assemblies = cdk.clone();
    if options.no_cdk_out {
        cdk.clear();
    }
    // What is not read as an assembly is no template of its own either.
    let inside = |path: &str| {
        assemblies
            .iter()
            .any(|c| path.strip_prefix(c.as_str()).is_some_and(|r| r.starts_with('/') || c.is_empty()))
    };
    let (apps, files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .filter(|(p, _)| !inside(p))
        .partition(|(p, _)| p.rsplit('/').next() == Some("cdk.json"));
    // What was synthesised wins over the program beside it.
    let synthesised = |app: &str| cdk.iter().any(|c| crate::folder(c) == app || c == app);
    found.cdk_apps = apps.into_iter().map(|(p, _)| p).filter(|p| !synthesised(crate::folder(p))).collect();
    found.cdk_apps.dedup();
    found.files = files;
    found.files.dedup_by(|b, a| {
        a.0 == b.0 && {
            a.1 |= b.1;
            true
        }
    });
    let is_terraform = |path: &str| file_kind(path.rsplit('/').next().unwrap_or(path)).is_some();
    found.terraform = found.files.extract_if(.., |(path, _)| is_terraform(path)).collect();
    // A nested assembly is read with the assembly around it.
    found.cdk_out = cdk
        .iter()
        .filter(|c| {
            !cdk.iter().any(|o| {
                o != *c && c.strip_prefix(o.as_str()).is_some_and(|r| r.starts_with('/') || o.is_empty())
            })
        })
        .cloned()
        .collect();
    found
}

fn walk(
    jail: &Jail,
    start: &Path,
    excluded: &GlobSet,
    limits: &Limits,
    files: &mut BTreeSet<(String, bool)>,
    cdk: &mut BTreeSet<String>,
    found: &mut Discovery,
) {
    let mut builder = ignore::WalkBuilder::new(start);
    builder
        .hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .ignore(false)
        .follow_links(true)
        .max_depth(Some(64))
        .sort_by_file_name(std::cmp::Ord::cmp);
    let root = jail.root().to_owned();
    let skip = excluded.clone();
    builder.filter_entry(move |entry| {
        if entry.depth() == 0 {
            return true;
        }
        let name = entry.file_name().to_string_lossy();
        let path = entry.path();
        if entry.path_is_symlink() {
            // A link is followed only to a place inside the root.
            match path.canonicalize() {
                Ok(real) if real.starts_with(&root) => {}
                _ => return false,
            }
        }
        let folder = entry.file_type().is_some_and(|t| t.is_dir());
        if folder && (SKIPPED.contains(&name.as_ref()) || generated(path, &name)) {
            return false;
        }
        relative(&root, path).is_none_or(|r| !skip.is_match(&r))
    });
    for entry in builder.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                note_error(jail.root(), &e, found);
                continue;
            }
        };
        let Some(path) = relative(jail.root(), entry.path()) else { continue };
        if entry.file_type().is_some_and(|t| t.is_dir()) {
            for folder in [entry.path().to_owned(), entry.path().join("cdk.out")] {
                // The output is usually in .gitignore: it is looked for beside every cdk.json too.
                let beside = folder.ends_with("cdk.out") && entry.path().join("cdk.json").is_file();
                if (folder == entry.path() || beside)
                    && is_assembly(&folder)
                    && let Some(r) = relative(jail.root(), &folder)
                {
                    cdk.insert(r);
                }
            }
            continue;
        }
        if !interesting(&path) {
            continue;
        }
        found.seen += 1;
        // Such a path cannot be said in an answer, and so not be opened from one.
        if entry.path().strip_prefix(jail.root()).is_ok_and(|p| p.to_str().is_none()) {
            if usual_name(&path) || head(entry.path()).is_some_and(|h| has_sign(&h)) {
                let reason = "the name of the file or of a folder above it is not UTF-8".to_owned();
                found.failures.push(Failure { path, kind: FailureKind::Failed, reason, line: None });
            }
            continue;
        }
        if files.len() >= limits.files {
            if !found.failures.iter().any(|f| f.path.is_empty()) {
                let reason = format!("more than {} files; the rest is not read", limits.files);
                found.failures.push(Failure {
                    path: String::new(),
                    kind: FailureKind::Failed,
                    reason,
                    line: None,
                });
            }
            continue;
        }
        files.insert((path, false));
    }
}

/// Build output whose source template stands beside it.
fn generated(path: &Path, name: &str) -> bool {
    let Some(parent) = path.parent() else { return false };
    let beside = |names: &[&str]| names.iter().any(|n| parent.join(n).is_file());
    match name {
        ".aws-sam" => beside(&["template.yaml", "template.yml", "template.json", "samconfig.toml"]),
        ".serverless" | ".build" | ".webpack" | ".esbuild" => beside(&[
            "serverless.yml",
            "serverless.yaml",
            "serverless.json",
            "serverless.ts",
            "serverless.js",
        ]),
        _ => false,
    }
}

fn is_assembly(folder: &Path) -> bool {
    folder.join("manifest.json").is_file()
        && std::fs::read_dir(folder).is_ok_and(|mut entries| {
            entries.any(|e| {
                e.is_ok_and(|e| {
                    let name = e.file_name();
                    let name = name.to_string_lossy();
                    name.ends_with(".template.json") || name.starts_with("assembly-") || name == "cdk.out"
                })
            })
        })
}

fn interesting(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if NEVER.contains(&name) {
        return false;
    }
    if is_service_script(name) || file_kind(name).is_some() {
        return true;
    }
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
    ["yml", "yaml", "json", "template", "cfn", "cform"].iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// Whether a file name is that of a service written in JavaScript or TypeScript.
pub fn is_service_script(name: &str) -> bool {
    matches!(
        name,
        "serverless.js"
            | "serverless.cjs"
            | "serverless.mjs"
            | "serverless.ts"
            | "serverless.mts"
            | "serverless.cts"
    )
}

fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.trim_end_matches('/');
        for form in [trimmed.to_owned(), format!("{trimmed}/**"), format!("**/{trimmed}")] {
            if let Ok(glob) = Glob::new(&form) {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_default()
}

/// Path relative to the root with `/`; names that are not UTF-8 are shown lossily.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let inner = path.strip_prefix(root).ok()?;
    let parts: Vec<String> =
        inner.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    Some(parts.join("/"))
}

fn note_error(root: &Path, error: &ignore::Error, found: &mut Discovery) {
    let (path, reason) = words(error);
    // Broken links and link cycles are common and hold nothing of ours.
    if reason.is_empty() || path.is_some_and(Path::is_symlink) {
        return;
    }
    let path = path.and_then(|p| relative(root, p)).unwrap_or_default();
    found.failures.push(Failure { path, kind: FailureKind::Failed, reason, line: None });
}

fn words(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => {
            let (_, reason) = words(err);
            (Some(path), reason)
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => words(err),
        ignore::Error::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
            (None, "permission denied".to_owned())
        }
        ignore::Error::Io(e) if e.kind() == std::io::ErrorKind::NotFound => (None, String::new()),
        ignore::Error::Loop { .. } | ignore::Error::Glob { .. } | ignore::Error::Partial(_) => {
            (None, String::new())
        }
        // The error's own words name the path as the machine has it.
        ignore::Error::Io(e) => (None, e.kind().to_string()),
        other => (None, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            palisade_source::write_atomic(&path, "x: 1\n").unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, options: &WalkOptions) -> Vec<String> {
        let jail = Jail::new(folder.path()).unwrap();
        discover(&jail, options, &Limits::default()).files.into_iter().map(|(p, _)| p).collect()
    }

    #[test]
    fn dependencies_and_build_output_are_skipped() {
        let folder = tree(&[
            "template.yaml",
            ".aws-sam/build/template.yaml",
            "node_modules/x/template.yaml",
            "a/b.json",
            "a/readme.md",
            "alone/.serverless/state.json",
        ]);
        let all = names(&folder, &WalkOptions::default());
        assert_eq!(all, ["a/b.json", "alone/.serverless/state.json", "template.yaml"]);
    }

    #[test]
    fn gitignore_and_exclude_hold_and_named_paths_win() {
        let folder = tree(&["template.yaml", "out/t.yaml", "vendor/t.yaml"]);
        palisade_source::write_atomic(&folder.path().join(".gitignore"), "out\n").unwrap();
        let options = WalkOptions { exclude: vec!["vendor".into()], ..WalkOptions::default() };
        assert_eq!(names(&folder, &options), ["template.yaml"]);
        let options = WalkOptions { paths: vec!["out/t.yaml".into()], ..WalkOptions::default() };
        assert_eq!(names(&folder, &options), ["out/t.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_named_is_a_failure_only_if_it_is_ours() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tree(&["a.json"]);
        let strange = folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
        if std::fs::create_dir(&strange).is_err() {
            // Some file systems hold UTF-8 names only.
            return;
        }
        palisade_source::write_atomic(&strange.join("other.json"), "{}\n").unwrap();
        palisade_source::write_atomic(&strange.join("serverless.yml"), "service: x\n").unwrap();
        palisade_source::write_atomic(&strange.join("t.yml"), "AWSTemplateFormatVersion: x\n").unwrap();
        let jail = Jail::new(folder.path()).unwrap();
        let found = discover(&jail, &WalkOptions::default(), &Limits::default());
        assert_eq!(found.files, [("a.json".to_owned(), false)]);
        let paths: Vec<&str> = found.failures.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["caf\u{fffd}/serverless.yml", "caf\u{fffd}/t.yml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_tree_are_not_followed() {
        let outside = tree(&["secret/template.yaml"]);
        let folder = tree(&["template.yaml"]);
        std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("cycle")).unwrap();
        std::os::unix::fs::symlink("self.yml", folder.path().join("self.yml")).unwrap();
        assert_eq!(names(&folder, &WalkOptions::default()), ["template.yaml"]);
        let jail = Jail::new(folder.path()).unwrap();
        assert_eq!(discover(&jail, &WalkOptions::default(), &Limits::default()).failures, []);
    }
}
