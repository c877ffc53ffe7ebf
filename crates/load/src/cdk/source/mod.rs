//! CDK applications whose templates were not synthesised: their programs are followed, nothing is executed.

mod constructs;
mod discover;
mod interpret;
mod names;

use palisade_graph::{NoteKind, Val, World};
use palisade_source::Span;

use crate::{Files, Inputs, Stack, Typing, folder};

use constructs::Library;
use interpret::Interpreter;

/// Stack of the thread in which a program is followed.
pub const STACK: usize = 64 << 20;

/// The stacks of the application of a `cdk.json`, as one; empty where it is no application.
pub fn load(files: &Files<'_>, path: &str, inputs: &Inputs) -> Vec<(World, Stack)> {
    let app = folder(path);
    let Ok((_, documents)) = files.documents("", path, Typing::Yaml12) else { return Vec::new() };
    let config = documents.into_iter().next().unwrap_or_default();
    let entry = match discover::entry(files, app, &config) {
        discover::Entry::File(entry) => entry,
        discover::Entry::Other(language) => {
            files.fail(path, format!("the CDK application is written in {language}: {ADVICE}"), None);
            return Vec::new();
        }
        discover::Entry::None => {
            files.fail(path, format!("no program of the CDK application is found: {ADVICE}"), None);
            return Vec::new();
        }
        discover::Entry::NoApplication => return Vec::new(),
    };
    let mut context: Vec<Val> = vec![config.get("context").clone()];
    if let Ok((_, documents)) = files.documents(app, "cdk.context.json", Typing::Yaml12) {
        context.extend(documents);
    }
    let library = Library::new(files, app, &entry, config.get("context"));
    let mut interpreter = Interpreter::new(files, inputs, app, &entry, context, library);
    interpreter.run(&entry);
    let library = interpreter.host;
    if !library.has_stacks() {
        files.fail(
            &entry,
            format!("no stack is found in the program of the CDK application: {ADVICE}"),
            None,
        );
    }
    files.note(NoteKind::Interpreted, "read from CDK source", vec![Span::NONE]);
    vec![(World::default(), library.finish(inputs))]
}

/// What to do where a program cannot be followed.
const ADVICE: &str = "synthesise it (`cdk synth`) and scan its cdk.out";
