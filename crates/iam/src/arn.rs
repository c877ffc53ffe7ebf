//! Resources of a request and the patterns of statements, segment by segment.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use std::sync::Arc;

use crate::context::{Context, Key};
use crate::document::Version;
use crate::glob::Glob;
use crate::symbol::{Shape, Symbols};
use crate::template::{Reading, Resolved, Template, segments};
use crate::tri::Tri;

/// The resource of a request. A `*` in it is an ordinary character; the text `*` alone is what actions
/// without resource types are decided against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    text: Arc<str>,
    /// Where the tail begins, if the text has six segments.
    tail: Option<usize>,
    /// Where the first five segments end.
    ends: [usize; 5],
    /// The first five segments in lower case, with their colons.
    head: Box<str>,
    symbolic: bool,
}

impl Resource {
    /// A resource from its ARN, or `*`.
    pub fn new(text: &str, symbols: &Symbols) -> Self {
        let mut ends = [0; 5];
        let mut found = 0;
        for (end, (at, _)) in ends.iter_mut().zip(text.match_indices(':')) {
            *end = at;
            found += 1;
        }
        let tail = ends.last().filter(|_| found == 5).map(|at| at + 1);
        let head = tail.and_then(|t| text.get(..t)).unwrap_or_default().to_ascii_lowercase().into();
        Self { text: text.into(), tail, ends, head, symbolic: symbols.any_in(text) }
    }

    /// A segment of the head in lower case.
    fn folded(&self, number: usize) -> &str {
        let from = number.checked_sub(1).and_then(|n| self.ends.get(n)).map_or(0, |end| end + 1);
        self.ends.get(number).and_then(|end| self.head.get(from..*end)).unwrap_or_default()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A segment of the head: 1 partition, 2 service, 3 region, 4 account.
    pub fn segment(&self, number: usize) -> Option<&str> {
        self.tail?;
        self.text.splitn(6, ':').nth(number)
    }

    /// What stands behind the fifth colon.
    pub fn tail(&self) -> Option<&str> {
        self.text.get(self.tail?..)
    }

    fn head(&self) -> Option<&str> {
        self.text.get(..self.tail?)
    }
}

/// A value of `Resource`, `NotResource`, or of an ARN operator, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArnPattern {
    kind: Kind,
    symbolic: bool,
    /// Case of partition, service, region and account matters: in conditions, not in `Resource`.
    exact_case: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// `*`.
    Any,
    /// Fewer than six segments where that matches nothing.
    Nothing,
    /// No wildcard and no variable before the tail; the head ends with its fifth colon.
    Head(Box<str>, Glob),
    /// Six patterns without variables.
    Globs(Box<[Glob; 6]>),
    /// Anything else.
    Segments(Box<[Template; 6]>),
    /// A reference to a whole ARN stands in it: compared as one text.
    Whole(Glob),
}

impl ArnPattern {
    /// A value of `Resource`: a short ARN is completed by wildcards in policies of principals, and
    /// matches nothing elsewhere.
    pub(crate) fn resource(text: &str, version: Version, completes: bool, symbols: &Symbols) -> Self {
        Self::compile(text, version, completes, false, symbols)
    }

    /// A value of `ArnLike` and its like.
    pub(crate) fn condition(text: &str, version: Version, symbols: &Symbols) -> Self {
        Self::compile(text, version, false, true, symbols)
    }

    fn compile(text: &str, version: Version, completes: bool, exact_case: bool, symbols: &Symbols) -> Self {
        let symbolic = symbols.any_in(text);
        let done = |kind| Self { kind, symbolic, exact_case };
        if !text.is_empty() && text.bytes().all(|b| b == b'*') {
            return done(Kind::Any);
        }
        let whole = symbolic
            && text
                .chars()
                .any(|c| symbols.get(c).is_some_and(|s| matches!(s.shape, Shape::Arn | Shape::Text)));
        let parts = segments(text, version == Version::New);
        if whole && !(parts.len() == 6 && only_in_tail(&parts, symbols)) {
            return done(Kind::Whole(Glob::new(text)));
        }
        let mut parts = parts;
        if parts.len() < 6 {
            if !completes {
                return done(Kind::Nothing);
            }
            while parts.len() < 6 {
                parts.push("*");
            }
        }
        let head_reading = Reading::new(version, true, !exact_case);
        let tail_reading = Reading::new(version, true, false);
        let mut templates = parts
            .iter()
            .enumerate()
            .map(|(n, part)| Template::new(part, if n < 5 { head_reading } else { tail_reading }));
        let mut next = || templates.next().unwrap_or_else(|| Template::Fixed(Glob::literal("")));
        let all = [next(), next(), next(), next(), next(), next()];
        if let [a, b, c, d, e, Template::Fixed(tail)] = &all
            && !symbolic
        {
            let literal = |t: &Template| t.fixed().filter(|g| g.is_literal()).map(Glob::text);
            if let (Some(a), Some(b), Some(c), Some(d), Some(e)) =
                (literal(a), literal(b), literal(c), literal(d), literal(e))
            {
                return done(Kind::Head(format!("{a}:{b}:{c}:{d}:{e}:").into(), tail.clone()));
            }
        }
        let fixed: Vec<Glob> = all.iter().filter_map(|t| t.fixed().cloned()).collect();
        match <[Glob; 6]>::try_from(fixed) {
            Ok(globs) => done(Kind::Globs(Box::new(globs))),
            Err(_) => done(Kind::Segments(Box::new(all))),
        }
    }

    /// Whether it is `*`.
    pub(crate) fn is_any(&self) -> bool {
        self.kind == Kind::Any
    }

    /// Whether it holds a symbol.
    pub(crate) fn is_symbolic(&self) -> bool {
        self.symbolic
    }

    /// The keys of the variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let templates: &[Template] = match &self.kind {
            Kind::Segments(all) => &**all,
            _ => &[],
        };
        templates.iter().flat_map(Template::keys)
    }

    /// The names of the references in it.
    pub(crate) fn symbols(&self, symbols: &Symbols) -> Vec<String> {
        if !self.symbolic {
            return Vec::new();
        }
        let texts: Vec<String> = match &self.kind {
            Kind::Whole(glob) => vec![glob.text()],
            Kind::Globs(globs) => globs.iter().map(Glob::text).collect(),
            Kind::Segments(all) => all.iter().filter_map(|t| t.fixed().map(Glob::text)).collect(),
            Kind::Head(head, tail) => vec![head.to_string(), tail.text()],
            Kind::Any | Kind::Nothing => Vec::new(),
        };
        let letters = texts.iter().flat_map(|t| t.chars());
        letters.filter_map(|c| symbols.get(c)).map(|s| s.name.to_string()).collect()
    }

    /// The six segments as patterns, variables replaced by their values: none at all where it matches
    /// nothing, `None` where that is not known.
    pub(crate) fn globs_in(&self, variables: &Context) -> Option<Vec<Glob>> {
        match &self.kind {
            Kind::Any => Some(vec![Glob::new("*"); 6]),
            Kind::Nothing => Some(Vec::new()),
            Kind::Head(head, tail) => {
                let mut out: Vec<Glob> = head.split(':').take(5).map(Glob::literal).collect();
                out.push(tail.clone());
                Some(out)
            }
            Kind::Globs(globs) => Some(globs.to_vec()),
            Kind::Segments(all) => {
                let mut out = Vec::with_capacity(6);
                for template in all.iter() {
                    match template.resolve(variables) {
                        Resolved::Glob(glob) => out.push(glob.into_owned()),
                        Resolved::Nothing => return Some(Vec::new()),
                        Resolved::Unknown => return None,
                    }
                }
                Some(out)
            }
            Kind::Whole(_) => None,
        }
    }

    pub(crate) fn matches(&self, resource: &Resource, context: &Context, symbols: &Symbols) -> Tri {
        match &self.kind {
            Kind::Any => Tri::True,
            Kind::Nothing => Tri::False,
            Kind::Whole(glob) => glob.matches_symbolic(&resource.text, symbols),
            Kind::Head(head, tail) if !resource.symbolic => {
                let Some(text) = resource.head() else { return Tri::False };
                let same = if self.exact_case { text == &**head } else { resource.head == *head };
                Tri::from(same && resource.tail().is_some_and(|t| tail.matches(t)))
            }
            Kind::Head(head, tail) => {
                let globs: Vec<Glob> = head.split(':').take(5).map(Glob::literal).collect();
                let mut all: Vec<&Glob> = globs.iter().collect();
                all.push(tail);
                self.by_segment(
                    resource,
                    symbols,
                    all.iter().map(|g| Resolved::Glob(std::borrow::Cow::Borrowed(*g))),
                )
            }
            Kind::Globs(globs) if !resource.symbolic && !self.symbolic && !self.exact_case => {
                let Some(tail) = resource.tail() else { return Tri::False };
                let mut all = globs.iter().enumerate();
                Tri::from(all.all(|(n, glob)| glob.matches(if n < 5 { resource.folded(n) } else { tail })))
            }
            Kind::Globs(globs) => {
                let all = globs.iter().map(|g| Resolved::Glob(std::borrow::Cow::Borrowed(g)));
                self.by_segment(resource, symbols, all)
            }
            Kind::Segments(all) => self.by_segment(resource, symbols, all.iter().map(|t| t.resolve(context))),
        }
    }

    fn by_segment<'a>(
        &self,
        resource: &Resource,
        symbols: &Symbols,
        patterns: impl Iterator<Item = Resolved<'a>>,
    ) -> Tri {
        if resource.tail.is_none() {
            // A reference to a whole ARN, of which nothing is known.
            return if resource.symbolic { Tri::Unknown } else { Tri::False };
        }
        let mut answer = Tri::True;
        for (n, (pattern, text)) in patterns.zip(resource.text.splitn(6, ':')).enumerate() {
            let one = match pattern {
                Resolved::Nothing => Tri::False,
                Resolved::Unknown => Tri::Unknown,
                Resolved::Glob(glob) if self.symbolic || resource.symbolic => {
                    if n < 5 && !self.exact_case {
                        glob.matches_symbolic(&text.to_ascii_lowercase(), symbols)
                    } else {
                        glob.matches_symbolic(text, symbols)
                    }
                }
                Resolved::Glob(glob) if n < 5 && !self.exact_case => {
                    glob.matches_ignoring_case(text.as_bytes()).into()
                }
                Resolved::Glob(glob) => glob.matches(text).into(),
            };
            answer = answer.and(one);
            if answer == Tri::False {
                return Tri::False;
            }
        }
        answer
    }
}

/// Whether the symbols that may hold a colon stand behind the fifth one, where colons do not count.
fn only_in_tail(parts: &[&str], symbols: &Symbols) -> bool {
    parts.iter().take(5).all(|part| {
        part.chars().all(|c| symbols.get(c).is_none_or(|s| !matches!(s.shape, Shape::Arn | Shape::Text)))
    })
}
