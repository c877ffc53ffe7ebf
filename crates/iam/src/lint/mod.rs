//! What is wrong, risky or superfluous in one policy document, as far as the document, its type and the catalogue say.
//!
//! The checks follow those that IAM Access Analyzer documents
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>). A value that holds
//! a reference which only the deployment resolves is *cannot tell*: nothing is said about what it could be.

mod action;
mod arn;
mod cache;
mod condition;
mod elements;
mod finding;
mod grants;
mod mfa;
mod network;
mod oidc;
mod pattern;
mod principal;
mod problems;
mod redundant;
mod region;
mod resource;
mod rules;
mod scp;
mod service_principal;
mod size;
mod support;
mod tags;
mod trust;
mod value;
mod variable;

pub use finding::{Confidence, Finding, Persona, Severity};
pub use rules::{Rule, all as rules, references};

use crate::document::{Document, Statement};
use crate::element::Element;
use crate::symbol::Symbols;
use cache::Cache;
use finding::Out;

/// What is known of a document beside its content.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// CloudFormation type of the resource that it is attached to: `AWS::S3::BucketPolicy`.
    pub resource_type: Option<&'a str>,
    /// The tree that the document was read from: empty blocks and JSON types are only seen there.
    pub element: Option<&'a Element>,
    /// Characters of the compact JSON without white space, if they are not to be counted in the tree.
    pub size: Option<usize>,
}

/// Lints one document. Findings are sorted by statement, pointer and rule; no rule stands twice at one pointer.
pub fn lint(document: &Document, resource_type: Option<&str>, symbols: &Symbols) -> Vec<Finding> {
    Linter::new(symbols).lint(document, Options { resource_type, ..Options::default() })
}

/// Lints many documents of one application; what the catalogue answered is kept between them.
pub struct Linter<'a> {
    symbols: &'a Symbols,
    cache: Cache,
}

/// One statement with everything that its checks ask for.
struct Scope<'a> {
    document: &'a Document,
    statement: &'a Statement,
    symbols: &'a Symbols,
    /// IAM prefix of the service that the policy's resource belongs to.
    service: Option<&'static str>,
    options: Options<'a>,
}

impl Scope<'_> {
    fn symbolic(&self, text: &str) -> bool {
        self.symbols.any_in(text)
    }
}

impl<'a> Linter<'a> {
    /// A linter for documents whose references are in one table.
    pub fn new(symbols: &'a Symbols) -> Self {
        Self { symbols, cache: Cache::default() }
    }

    /// Lints one document, as [`lint`].
    pub fn lint(&mut self, document: &Document, options: Options<'_>) -> Vec<Finding> {
        let mut out = Out::new(self.symbols);
        problems::check(document, &mut out);
        size::check(document, options, &mut out);
        elements::document(document, options, &mut out);
        let service = resource::service_of_type(options.resource_type);
        for statement in &document.statements {
            let scope = Scope { document, statement, symbols: self.symbols, service, options };
            elements::statement(&scope, &mut out);
            variable::check(&scope, &mut out);
            action::check(&scope, &mut self.cache, &mut out);
            resource::check(&scope, &mut self.cache, &mut out);
            principal::check(&scope, &mut out);
            trust::check(&scope, &mut out);
            oidc::check(&scope, &mut out);
            service_principal::check(&scope, &mut out);
            scp::check(&scope, &mut out);
            grants::check(&scope, &mut out);
            if !statement.conditions.is_empty() {
                let keys = condition::facts(&scope, &mut self.cache);
                condition::check(&scope, &keys, &mut out);
                value::check(&scope, &keys, &mut out);
                network::check(&scope, &keys, &mut out);
                support::check(&scope, &keys, &mut self.cache, &mut out);
                tags::check(&scope, &keys, &mut self.cache, &mut out);
                mfa::check(&scope, &keys, &mut out);
            }
        }
        out.finish()
    }
}
