//! Decimal numbers compared digit by digit: no rounding, whatever their length.

use std::cmp::Ordering;

/// A number as sign, digits and the place of its point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Digits before the point without leading zeros.
    whole: Box<str>,
    /// Digits behind it without trailing zeros.
    fraction: Box<str>,
}

/// Larger exponents are no numbers that anybody writes in a policy.
const EXPONENT: i32 = 400;

impl Decimal {
    /// Reads `12`, `-3.50`, `1e3`. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, rest) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        if exponent.abs() > EXPONENT {
            return None;
        }
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let mut all = format!("{whole}{fraction}");
        let mut point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
        while point < 0 {
            all.insert(0, '0');
            point += 1;
        }
        while i64::try_from(all.len()).ok()? < point {
            all.push('0');
        }
        let at = usize::try_from(point).ok()?;
        let (whole, fraction) = all.split_at_checked(at)?;
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole: whole.into(), fraction: fraction.into() })
    }
}

impl Decimal {
    /// Below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Digits before the point, none for zero.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Digits behind the point.
    pub fn fraction(&self) -> &str {
        &self.fraction
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        write!(f, "{sign}{whole}")?;
        if self.fraction.is_empty() { Ok(()) } else { write!(f, ".{}", self.fraction) }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (negative, _) => {
                let size = (self.whole.len(), &*self.whole, &*self.fraction).cmp(&(
                    other.whole.len(),
                    &*other.whole,
                    &*other.fraction,
                ));
                if negative { size.reverse() } else { size }
            }
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let order = [
            "-1e3",
            "-12.5",
            "-12",
            "-0.001",
            "0",
            "0.0010",
            "0.002",
            "9",
            "10",
            "10.01",
            "1e2",
            "100000000000000000000000.1",
        ];
        for (i, a) in order.iter().enumerate() {
            for (j, b) in order.iter().enumerate() {
                assert_eq!(Decimal::parse(a).unwrap().cmp(&Decimal::parse(b).unwrap()), i.cmp(&j), "{a} {b}");
            }
        }
        for (a, b) in [("1", "1.0"), ("-0", "0"), ("1e2", "100"), ("0.5", ".5"), ("+7", "007")] {
            assert_eq!(Decimal::parse(a), Decimal::parse(b), "{a} {b}");
        }
        for bad in ["", "a", "1.2.3", "--1", "1e", "1e999999999", ".", "0x1", "1 2"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }
}
