//! Which file begins the program of an application.

use palisade_graph::Val;

use crate::Files;

/// What `cdk.json` says.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    /// The file, relative to the scan root.
    File(String),
    /// A language that is not followed.
    Other(&'static str),
    /// An application of which no program is found.
    None,
    /// No application: settings of a library.
    NoApplication,
}

/// The file that the command of `cdk.json` starts, else one of the usual names that makes an application.
pub fn entry(files: &Files<'_>, app: &str, config: &Val) -> Entry {
    let command = config.get("app");
    let text = command.as_str().map(str::to_owned).unwrap_or_default();
    if let Some(language) = foreign(&text) {
        return Entry::Other(language);
    }
    for word in text.split([' ', '\t', '"', '\'', ';', '&']).filter(|w| !w.is_empty()) {
        if let Some(found) = script(files, app, word) {
            return Entry::File(found);
        }
    }
    if let Some(found) = module(files, app, &text) {
        return Entry::File(found);
    }
    if let Some(found) = usual(files, app) {
        return Entry::File(found);
    }
    if let Some(language) = folder_language(files, app) {
        return Entry::Other(language);
    }
    if text.is_empty() { Entry::NoApplication } else { Entry::None }
}

/// The language of a command that starts none of ours.
fn foreign(command: &str) -> Option<&'static str> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let first = words.first().map_or("", |w| w.rsplit('/').next().unwrap_or(w));
    match first {
        "dotnet" => Some("C#"),
        "mvn" | "mvnw" | "gradle" | "gradlew" | "java" => Some("Java"),
        "go" => Some("Go"),
        _ if words.contains(&"dotnet") => Some("C#"),
        _ => None,
    }
}

fn folder_language(files: &Files<'_>, app: &str) -> Option<&'static str> {
    [
        ("pom.xml", "Java"),
        ("build.gradle", "Java"),
        ("build.gradle.kts", "Java"),
        ("go.mod", "Go"),
        ("src", ""),
    ]
    .into_iter()
    .find(|(name, language)| !language.is_empty() && files.exists(app, name).is_some())
    .map(|(_, language)| language)
}

const ENDINGS: &[&str] = &[".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".py"];

fn is_file(files: &Files<'_>, app: &str, path: &str) -> Option<String> {
    let (relative, real) = files.jail.open(app, path).ok()?;
    real.is_file().then_some(relative)
}

/// A word of the command that names a script. What a compiler makes is read as what it is made from.
fn script(files: &Files<'_>, app: &str, word: &str) -> Option<String> {
    let ending = ENDINGS.iter().find(|e| word.ends_with(**e))?;
    let stem = word.strip_suffix(ending)?;
    if *ending == ".py" || matches!(*ending, ".ts" | ".mts" | ".cts" | ".tsx") {
        return is_file(files, app, word);
    }
    for written in [".ts", ".mts", ".tsx"] {
        if let Some(found) = is_file(files, app, &format!("{stem}{written}")) {
            return Some(found);
        }
    }
    if let Some(found) = is_file(files, app, word) {
        return Some(found);
    }
    // `dist/bin/app.js` is made from `bin/app.ts` or `src/bin/app.ts`.
    let (_, rest) = stem.trim_start_matches("./").split_once('/')?;
    [format!("{rest}.ts"), format!("src/{rest}.ts")].iter().find_map(|p| is_file(files, app, p))
}

/// `python -m package.module`, `ts-node bin/app` without an ending.
fn module(files: &Files<'_>, app: &str, command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let at = words.iter().position(|w| *w == "-m");
    if let Some(name) = at.and_then(|n| words.get(n + 1)) {
        let path = name.replace('.', "/");
        return is_file(files, app, &format!("{path}.py"))
            .or_else(|| is_file(files, app, &format!("{path}/__main__.py")));
    }
    let last = words.last()?;
    if last.contains("..") && !last.starts_with("..") || last.starts_with('-') {
        return None;
    }
    [".ts", ".js", "/index.ts", "/index.js"].iter().find_map(|e| is_file(files, app, &format!("{last}{e}")))
}

/// Files of the usual names that make an application.
fn usual(files: &Files<'_>, app: &str) -> Option<String> {
    let mut candidates: Vec<String> = Vec::new();
    for folder in ["bin", "src/bin", "infra/bin", "lib/bin"] {
        if let Ok((relative, real)) = files.jail.open(app, folder)
            && let Ok(entries) = std::fs::read_dir(real)
        {
            let mut names: Vec<String> =
                entries.flatten().take(1_000).filter_map(|e| e.file_name().into_string().ok()).collect();
            names.sort();
            // TypeScript before what a compiler made of it.
            names.sort_by_key(|n| n.rsplit('.').next() != Some("ts"));
            let scripts =
                names.into_iter().filter(|n| !n.contains(".d.") && ENDINGS.iter().any(|e| n.ends_with(e)));
            candidates.extend(scripts.map(|n| format!("/{relative}/{n}")));
        }
    }
    for name in [
        "app.py",
        "main.py",
        "app.ts",
        "main.ts",
        "index.ts",
        "src/main.ts",
        "src/app.ts",
        "src/index.ts",
        "cdk.ts",
        "app.js",
        "main.js",
        "index.js",
        "src/main.js",
        "src/index.js",
        "src/app.py",
        "infra/app.py",
        "cdk/app.py",
        "infra/app.ts",
        "infra/main.ts",
        "cdk/app.ts",
        "cdk/main.ts",
    ] {
        candidates.push(name.to_owned());
    }
    candidates.into_iter().take(400).find_map(|c| {
        let (from, name) = match c.strip_prefix('/') {
            Some(rest) => ("", rest.to_owned()),
            None => (app, c),
        };
        let found = is_file(files, from, &name)?;
        let (_, text) = files.text("", &found).ok()?;
        makes_application(&text).then_some(found)
    })
}

/// Whether a program makes an application.
fn makes_application(text: &str) -> bool {
    let library = text.contains("aws-cdk-lib") || text.contains("@aws-cdk") || text.contains("aws_cdk");
    library && ["new App(", "cdk.App(", "core.App(", "= App("].iter().any(|made| text.contains(made))
}
