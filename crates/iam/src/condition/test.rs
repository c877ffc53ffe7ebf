//! One key under one operator, compiled and evaluated.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{Base, Decimal, Instant, Operator, Quantifier, Range};
use crate::arn::{ArnPattern, Resource};
use crate::context::{Context, Key, State};
use crate::document::{ConditionEntry, Version};
use crate::glob::Glob;
use crate::residue::{Atom, Logic};
use crate::symbol::Symbols;
use crate::template::{Reading, Resolved, Template};
use crate::tri::Tri;

/// A condition on one key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    pub operator: Operator,
    pub key: Key,
    pub values: TestValues,
    /// Part of the values is not known before deployment.
    pub open: bool,
    /// The key as it is written.
    pub written: Box<str>,
    /// The values as they are written.
    pub listed: Box<str>,
}

/// The values of a condition by what they are compared as. Those that do not parse match nothing and
/// are left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TestValues {
    Text(Box<[Template]>),
    Arn(Box<[ArnPattern]>),
    Number(Box<[Decimal]>),
    Date(Box<[Instant]>),
    Bool(Box<[bool]>),
    Ip(Box<[Range]>),
    Binary(Box<[Box<[u8]>]>),
    Null(Box<[bool]>),
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

impl Test {
    pub(crate) fn new(entry: &ConditionEntry, version: Version, symbols: &Symbols) -> Option<Self> {
        let operator = Operator::parse(&entry.operator)?;
        let texts = || entry.values.iter().map(|t| &*t.value);
        let values = match operator.base {
            Base::StringEquals | Base::StringEqualsIgnoreCase | Base::StringLike => {
                let wild = operator.base == Base::StringLike;
                let fold = operator.base == Base::StringEqualsIgnoreCase;
                let reading = Reading::new(version, wild, fold);
                TestValues::Text(texts().map(|t| Template::new(t, reading)).collect())
            }
            Base::ArnLike => {
                TestValues::Arn(texts().map(|t| ArnPattern::condition(t, version, symbols)).collect())
            }
            Base::NumericEquals
            | Base::NumericLessThan
            | Base::NumericLessThanEquals
            | Base::NumericGreaterThan
            | Base::NumericGreaterThanEquals => {
                TestValues::Number(texts().filter_map(Decimal::parse).collect())
            }
            Base::DateEquals
            | Base::DateLessThan
            | Base::DateLessThanEquals
            | Base::DateGreaterThan
            | Base::DateGreaterThanEquals => TestValues::Date(texts().filter_map(Instant::parse).collect()),
            Base::Bool => TestValues::Bool(texts().filter_map(boolean).collect()),
            Base::IpAddress => TestValues::Ip(texts().filter_map(Range::parse).collect()),
            Base::BinaryEquals => TestValues::Binary(
                texts().filter_map(|t| BASE64.decode(t.trim()).ok()).map(Vec::into_boxed_slice).collect(),
            ),
            Base::Null => TestValues::Null(texts().filter_map(boolean).collect()),
        };
        let listed: Vec<String> = texts().map(|t| symbols.show(t)).collect();
        let listed = listed.join(", ").into();
        let symbolic = entry.values.iter().any(|v| symbols.any_in(&v.value));
        // A reference where a number, date or range should stand is a value that nobody knows yet.
        let lost = symbolic && !matches!(values, TestValues::Text(_) | TestValues::Arn(_));
        Some(Self {
            operator,
            key: Key::new(&entry.key),
            values,
            open: entry.open || lost,
            written: (&*entry.key).into(),
            listed,
        })
    }

    /// The keys of the policy variables in its values.
    pub(crate) fn variables(&self) -> Vec<&Key> {
        match &self.values {
            TestValues::Text(templates) => templates.iter().flat_map(Template::keys).collect(),
            TestValues::Arn(patterns) => patterns.iter().flat_map(ArnPattern::keys).collect(),
            _ => Vec::new(),
        }
    }

    /// `StringNotEquals` is the contrary of `StringEquals`, an absent key included: one atom for both.
    fn atom<L: Logic>(&self, logic: &mut L, why: &str) -> L::F {
        let atom = logic.atom(&mut || {
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            self.say(&self.operator.positive_name(), &format!("{}{why}", self.listed))
        });
        if self.operator.negated && self.operator.quantifier == Quantifier::None {
            logic.not(atom)
        } else {
            atom
        }
    }

    fn absent<L: Logic>(&self, logic: &mut L) -> L::F {
        logic.atom(&mut || self.say("Null", "true"))
    }

    fn say(&self, operator: &str, values: &str) -> Atom {
        let key = crate::context::spelling(&self.written);
        Atom {
            // Equal keys may be written in different case.
            identity: format!("{operator} {} [{values}]", self.key.as_str()),
            text: format!("{operator} {key} [{values}]"),
            names: vec![key],
        }
    }

    /// The key is unknown: absent, or with any value.
    fn unknown<L: Logic>(&self, logic: &mut L) -> L::F {
        let atom = self.atom(logic, "");
        let operator = self.operator;
        if operator.if_exists && !operator.negated && operator.quantifier == Quantifier::None {
            let absent = self.absent(logic);
            return logic.or(absent, atom);
        }
        atom
    }

    pub(crate) fn evaluate<L: Logic>(&self, logic: &mut L, context: &Context, symbols: &Symbols) -> L::F {
        let state = context.get(&self.key);
        if let TestValues::Null(wanted) = &self.values {
            let absent = match state {
                State::Absent => true,
                State::Known(_) => false,
                State::Unknown => {
                    // Both or neither asked for is decided without the key.
                    return match (wanted.contains(&true), wanted.contains(&false)) {
                        (true, true) => logic.constant(true),
                        (false, false) if !self.open => logic.constant(false),
                        _ if self.open => self.atom(logic, ""),
                        (wanted, _) => {
                            let absent = self.absent(logic);
                            if wanted { absent } else { logic.not(absent) }
                        }
                    };
                }
            };
            return if self.open && !wanted.contains(&absent) {
                self.atom(logic, "")
            } else {
                logic.constant(wanted.contains(&absent))
            };
        }
        let values = match state {
            State::Unknown => return self.unknown(logic),
            State::Absent => {
                let passes = match self.operator.quantifier {
                    Quantifier::All => true,
                    // `IfExists` does not help: no value is there that could match.
                    Quantifier::Any => false,
                    Quantifier::None => self.operator.negated || self.operator.if_exists,
                };
                return logic.constant(passes);
            }
            State::Known(values) => values,
        };
        let answer = match self.operator.quantifier {
            Quantifier::None => match values.as_slice() {
                [] => Tri::from(self.operator.negated),
                [one] => self.one(one, context, symbols),
                // AWS says neither that such a request fails nor which of its values counts.
                _ => return self.atom(logic, "set operator missing"),
            },
            Quantifier::All => {
                values.iter().fold(Tri::True, |answer, v| answer.and(self.one(v, context, symbols)))
            }
            Quantifier::Any => {
                values.iter().fold(Tri::False, |answer, v| answer.or(self.one(v, context, symbols)))
            }
        };
        match answer {
            Tri::True => logic.constant(true),
            Tri::False => logic.constant(false),
            Tri::Unknown => {
                let shown: Vec<&str> = values.iter().map(|v| &**v).collect();
                self.atom(logic, &format!("value {}", symbols.show(&shown.join(", "))))
            }
        }
    }

    /// One value of the request against the values of the policy, negation included.
    pub(crate) fn one(&self, value: &str, context: &Context, symbols: &Symbols) -> Tri {
        let found = self.among(value, context, symbols);
        let found = if self.open && found == Tri::False { Tri::Unknown } else { found };
        if self.operator.negated { found.negate() } else { found }
    }

    fn among(&self, value: &str, context: &Context, symbols: &Symbols) -> Tri {
        let symbolic = symbols.any_in(value);
        match &self.values {
            TestValues::Text(templates) => {
                let fold = self.operator.base == Base::StringEqualsIgnoreCase;
                let folded;
                let value = if fold {
                    folded = value.to_lowercase();
                    &folded
                } else {
                    value
                };
                templates.iter().fold(Tri::False, |answer, template| {
                    answer.or(match template.resolve(context) {
                        Resolved::Nothing => Tri::False,
                        Resolved::Unknown => Tri::Unknown,
                        Resolved::Glob(glob) => text_matches(&glob, value, symbols),
                    })
                })
            }
            TestValues::Arn(patterns) => {
                let value = Resource::new(value, symbols);
                patterns.iter().fold(Tri::False, |answer, p| answer.or(p.matches(&value, context, symbols)))
            }
            _ if symbolic => Tri::Unknown,
            TestValues::Number(values) => {
                let Some(number) = Decimal::parse(value) else { return Tri::False };
                Tri::from(values.iter().any(|v| match self.operator.base {
                    Base::NumericLessThan => number < *v,
                    Base::NumericLessThanEquals => number <= *v,
                    Base::NumericGreaterThan => number > *v,
                    Base::NumericGreaterThanEquals => number >= *v,
                    _ => number == *v,
                }))
            }
            TestValues::Date(values) => {
                let Some(date) = Instant::parse(value) else { return Tri::False };
                Tri::from(values.iter().any(|v| match self.operator.base {
                    Base::DateLessThan => date < *v,
                    Base::DateLessThanEquals => date <= *v,
                    Base::DateGreaterThan => date > *v,
                    Base::DateGreaterThanEquals => date >= *v,
                    _ => date == *v,
                }))
            }
            TestValues::Bool(values) => boolean(value).is_some_and(|b| values.contains(&b)).into(),
            TestValues::Ip(ranges) => {
                let Ok(address) = value.trim().parse::<IpAddr>() else { return Tri::False };
                ranges.iter().any(|r| r.holds(address)).into()
            }
            TestValues::Binary(values) => {
                BASE64.decode(value.trim()).is_ok_and(|bytes| values.iter().any(|v| **v == *bytes)).into()
            }
            TestValues::Null(_) => Tri::False,
        }
    }
}

fn text_matches(glob: &Glob, value: &str, symbols: &Symbols) -> Tri {
    if glob.matches(value) && !symbols.any_in(value) {
        return Tri::True;
    }
    if symbols.is_empty() && !symbols.any_in(value) {
        Tri::False
    } else {
        glob.matches_symbolic(value, symbols)
    }
}
