//! The names of operators.

/// `ForAllValues:`, `ForAnyValue:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantifier {
    /// None is written.
    None,
    /// Every value of the request has to match; none at all does.
    All,
    /// Some value of the request has to match.
    Any,
}

/// The operators without qualifier, suffix and negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    /// `StringEquals`.
    StringEquals,
    /// `StringEqualsIgnoreCase`.
    StringEqualsIgnoreCase,
    /// `StringLike`.
    StringLike,
    /// `NumericEquals`.
    NumericEquals,
    /// `NumericLessThan`.
    NumericLessThan,
    /// `NumericLessThanEquals`.
    NumericLessThanEquals,
    /// `NumericGreaterThan`.
    NumericGreaterThan,
    /// `NumericGreaterThanEquals`.
    NumericGreaterThanEquals,
    /// `DateEquals`.
    DateEquals,
    /// `DateLessThan`.
    DateLessThan,
    /// `DateLessThanEquals`.
    DateLessThanEquals,
    /// `DateGreaterThan`.
    DateGreaterThan,
    /// `DateGreaterThanEquals`.
    DateGreaterThanEquals,
    /// `Bool`.
    Bool,
    /// `BinaryEquals`.
    BinaryEquals,
    /// `IpAddress`.
    IpAddress,
    /// `ArnEquals` and `ArnLike`, which mean the same.
    ArnLike,
    /// `Null`.
    Null,
}

/// An operator, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operator {
    /// Its qualifier.
    pub quantifier: Quantifier,
    /// What it compares.
    pub base: Base,
    /// `Not…`: none of the values may match.
    pub negated: bool,
    /// `…IfExists`: an absent key passes.
    pub if_exists: bool,
}

impl Operator {
    /// Reads the name of an operator. AWS takes it in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            None => (Quantifier::None, lower.as_str()),
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
        };
        let (rest, if_exists) = match rest.strip_suffix("ifexists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (base, negated) = match rest {
            "stringequals" => (Base::StringEquals, false),
            "stringnotequals" => (Base::StringEquals, true),
            "stringequalsignorecase" => (Base::StringEqualsIgnoreCase, false),
            "stringnotequalsignorecase" => (Base::StringEqualsIgnoreCase, true),
            "stringlike" => (Base::StringLike, false),
            "stringnotlike" => (Base::StringLike, true),
            "numericequals" => (Base::NumericEquals, false),
            "numericnotequals" => (Base::NumericEquals, true),
            "numericlessthan" => (Base::NumericLessThan, false),
            "numericlessthanequals" => (Base::NumericLessThanEquals, false),
            "numericgreaterthan" => (Base::NumericGreaterThan, false),
            "numericgreaterthanequals" => (Base::NumericGreaterThanEquals, false),
            "dateequals" => (Base::DateEquals, false),
            "datenotequals" => (Base::DateEquals, true),
            "datelessthan" => (Base::DateLessThan, false),
            "datelessthanequals" => (Base::DateLessThanEquals, false),
            "dategreaterthan" => (Base::DateGreaterThan, false),
            "dategreaterthanequals" => (Base::DateGreaterThanEquals, false),
            "bool" => (Base::Bool, false),
            "binaryequals" => (Base::BinaryEquals, false),
            "ipaddress" => (Base::IpAddress, false),
            "notipaddress" => (Base::IpAddress, true),
            "arnequals" | "arnlike" => (Base::ArnLike, false),
            "arnnotequals" | "arnnotlike" => (Base::ArnLike, true),
            "null" if !if_exists => (Base::Null, false),
            _ => return None,
        };
        Some(Self { quantifier, base, negated, if_exists })
    }

    /// The operator without its negation and without `IfExists`, as AWS spells it. A set operator keeps
    /// both: under it a negated operator is not the contrary.
    pub fn positive_name(self) -> String {
        let (base, not) = match self.base {
            Base::StringEquals => ("StringEquals", "StringNotEquals"),
            Base::StringEqualsIgnoreCase => ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
            Base::StringLike => ("StringLike", "StringNotLike"),
            Base::NumericEquals => ("NumericEquals", "NumericNotEquals"),
            Base::NumericLessThan => ("NumericLessThan", ""),
            Base::NumericLessThanEquals => ("NumericLessThanEquals", ""),
            Base::NumericGreaterThan => ("NumericGreaterThan", ""),
            Base::NumericGreaterThanEquals => ("NumericGreaterThanEquals", ""),
            Base::DateEquals => ("DateEquals", "DateNotEquals"),
            Base::DateLessThan => ("DateLessThan", ""),
            Base::DateLessThanEquals => ("DateLessThanEquals", ""),
            Base::DateGreaterThan => ("DateGreaterThan", ""),
            Base::DateGreaterThanEquals => ("DateGreaterThanEquals", ""),
            Base::Bool => ("Bool", ""),
            Base::BinaryEquals => ("BinaryEquals", ""),
            Base::IpAddress => ("IpAddress", "NotIpAddress"),
            Base::ArnLike => ("ArnLike", "ArnNotLike"),
            Base::Null => ("Null", ""),
        };
        match self.quantifier {
            Quantifier::None => base.to_owned(),
            quantifier => {
                let set = if quantifier == Quantifier::All { "ForAllValues:" } else { "ForAnyValue:" };
                let name = if self.negated { not } else { base };
                format!("{set}{name}{}", if self.if_exists { "IfExists" } else { "" })
            }
        }
    }
}
