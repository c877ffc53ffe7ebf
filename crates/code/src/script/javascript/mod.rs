//! JavaScript and TypeScript.

mod expression;
mod statement;

use oxc_allocator::Allocator;
use oxc_ast::ast::{BindingPattern, Program};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};

use super::{Expr, ExprKind, Language, Module, Pattern, Range, Stmt, StmtKind};

/// Deeper parts of a tree are not kept.
const DEPTH: u32 = 256;

/// Reads a program.
pub fn parse(text: &str, name: &str) -> Module {
    let mut module =
        Module { language: Language::JavaScript, body: Vec::new(), comments: Vec::new(), errors: Vec::new() };
    if part(text, 0, name, &mut module) {
        return module;
    }
    // The parser gives up at the first error: each statement of the file is tried alone.
    let first = module.errors.first().cloned();
    module.errors.clear();
    module.comments.clear();
    for (start, end) in chunks(text) {
        if let Some(chunk) = text.get(start..end) {
            part(chunk, start, name, &mut module);
        }
    }
    if module.errors.is_empty() {
        module.errors.extend(first);
    }
    module
}

/// Reads a part of a file; false where the parser gave up.
fn part(text: &str, base: usize, name: &str, module: &mut Module) -> bool {
    let allocator = Allocator::default();
    let base = u32::try_from(base).unwrap_or(u32::MAX);
    let parsed = Parser::new(&allocator, text, dialect(name)).parse();
    if parsed.panicked {
        let error = parsed.diagnostics.first();
        let at = error.and_then(|e| e.labels.first()).map_or(0, oxc_span::LabeledSpan::offset);
        let words = error.map_or_else(|| "not valid".to_owned(), |e| e.message.to_string());
        module.errors.push((base.saturating_add(at), words));
        return false;
    }
    let mut converter = Converter { base, depth: 0, function: 0 };
    converter.comments(text, &parsed.program, module);
    let body = converter.statements(&parsed.program.body);
    module.body.extend(body);
    true
}

/// TypeScript's own endings forbid `<T>x` beside JSX; everything else may hold both.
fn dialect(name: &str) -> SourceType {
    let ending = name.rsplit('.').next().unwrap_or("");
    match ending {
        "ts" | "mts" | "cts" => SourceType::ts(),
        "tsx" => SourceType::tsx(),
        _ => SourceType::unambiguous().with_jsx(true),
    }
}

/// Byte ranges of lines that begin at the left edge with what begins a statement, each up to the next.
fn chunks(text: &str) -> Vec<(usize, usize)> {
    const WORDS: &[&str] = &[
        "import ",
        "export ",
        "const ",
        "let ",
        "var ",
        "class ",
        "function ",
        "async ",
        "new ",
        "if ",
        "for ",
        "abstract ",
        "interface ",
        "type ",
        "enum ",
        "declare ",
        "module.",
        "exports.",
        "app.",
        "@",
    ];
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && WORDS.iter().any(|w| line.starts_with(w)) {
            starts.push(at);
        }
        at += line.len();
    }
    // A file of very many such lines is not tried line by line.
    starts.truncate(2_000);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).collect()
}

/// From the parser's tree to ours.
struct Converter {
    /// Where the parsed part begins in its file.
    base: u32,
    depth: u32,
    /// Functions around.
    function: u32,
}

impl Converter {
    fn at(&self, span: Span) -> Range {
        Range { start: span.start.saturating_add(self.base), end: span.end.saturating_add(self.base) }
    }

    fn make(&self, kind: ExprKind, node: &impl GetSpan) -> Expr {
        Expr { kind, at: self.at(node.span()) }
    }

    fn stmt(&self, kind: StmtKind, node: &impl GetSpan) -> Stmt {
        Stmt { kind, at: self.at(node.span()) }
    }

    fn comments(&self, text: &str, program: &Program<'_>, module: &mut Module) {
        for comment in &program.comments {
            let inside = comment.content_span();
            let words = text.get(inside.start as usize..inside.end as usize).unwrap_or("");
            module.comments.push((self.at(comment.span), words.trim().to_owned()));
        }
    }

    /// Runs `inner` one level deeper; `None` beyond the limit.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let out = inner(self);
        self.depth -= 1;
        Some(out)
    }

    fn pattern(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
        self.deeper(|c| c.pattern_inner(pattern)).unwrap_or(Pattern::Other)
    }

    fn pattern_inner(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
        match pattern {
            BindingPattern::BindingIdentifier(name) => Pattern::Name(name.name.as_str().into()),
            BindingPattern::ArrayPattern(list) => {
                let mut items: Vec<Option<Pattern>> =
                    list.elements.iter().map(|e| e.as_ref().map(|e| self.pattern(e))).collect();
                if let Some(rest) = &list.rest {
                    items.push(Some(Pattern::Rest(Box::new(self.pattern(&rest.argument)))));
                }
                Pattern::List(items)
            }
            BindingPattern::ObjectPattern(map) => {
                let mut entries = Vec::with_capacity(map.properties.len());
                for property in &map.properties {
                    let Some(key) = Self::key(&property.key) else { continue };
                    let (value, default) = match &property.value {
                        BindingPattern::AssignmentPattern(p) => {
                            (self.pattern(&p.left), Some(self.expr(&p.right)))
                        }
                        other => (self.pattern(other), None),
                    };
                    entries.push((key, value, default));
                }
                if let Some(rest) = &map.rest {
                    entries.push(("...".into(), self.pattern(&rest.argument), None));
                }
                Pattern::Map(entries)
            }
            BindingPattern::AssignmentPattern(p) => {
                Pattern::Default(Box::new(self.pattern(&p.left)), Box::new(self.expr(&p.right)))
            }
        }
    }
}
