//! Programs that declare things (CDK applications), as an expression tree that JavaScript, TypeScript and
//! Python share. Types, comments and what only a running program knows are not in it.

mod depth;
mod javascript;
mod python;
mod syntax;

pub use syntax::{
    Argument, Binary, Class, Entry, Expr, ExprKind, Function, Import, Language, Logical, Member, Module,
    Parameter, Pattern, Piece, Range, Stmt, StmtKind,
};

/// Reads a program. `name` is its file's name, which tells the dialect: what does not end like a Python file is
/// JavaScript or TypeScript. Never fails as a whole: what could not be read is in [`Module::errors`].
///
/// The parsers and the trees that they make recurse on the nesting of the text, so they run on a thread with room
/// for what `depth` lets through.
pub fn parse(text: &str, name: &str) -> Module {
    let ending = name.rsplit('.').next().unwrap_or("");
    let python = ending == "py";
    let language = if python { Language::Python } else { Language::JavaScript };
    let refused = |at: usize, reason: &str| Module {
        language,
        body: Vec::new(),
        comments: Vec::new(),
        errors: vec![(u32::try_from(at).unwrap_or(u32::MAX), reason.to_owned())],
    };
    if text.len() > BYTES {
        return refused(0, "the file is too large");
    }
    let read = || {
        if python {
            match depth::python(text) {
                Ok(()) => python::parse(text),
                Err(at) => refused(at, "nested too deeply"),
            }
        } else {
            let markup = !matches!(ending, "ts" | "mts" | "cts");
            match depth::javascript(text, markup) {
                Ok(()) => javascript::parse(text, name),
                Err(at) => refused(at, "nested too deeply"),
            }
        }
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        thread.ok().and_then(|t| t.join().ok()).unwrap_or_else(|| refused(0, "the parser failed"))
    })
}

/// Bytes of a file that is read as own code.
const BYTES: usize = 2 << 20;

/// Stack of the thread that parses.
const STACK: usize = 64 << 20;
