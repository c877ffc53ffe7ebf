use smol_str::{SmolStr, format_smolstr};

/// A number of Terraform: whole where it can be, so that large ones stay exact.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// Any other.
    Real(f64),
}

impl Number {
    /// A number from its decimal text.
    pub fn read(text: &str) -> Option<Number> {
        let text = text.trim();
        if let Ok(n) = text.parse::<i128>() {
            return Some(Number::Whole(n));
        }
        // `inf` and `nan` are numbers to the library only.
        if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) {
            return None;
        }
        text.parse::<f64>().ok().filter(|f| f.is_finite()).map(Number::real)
    }

    /// A number from a float, whole where it has no fraction.
    pub fn real(f: f64) -> Number {
        // Beyond 2^100 a float is printed as it is.
        if f.fract() == 0.0 && f.abs() < 1e30 {
            #[expect(clippy::cast_possible_truncation, reason = "has no fraction and is in range")]
            return Number::Whole(f as i128);
        }
        Number::Real(f)
    }

    /// As a float.
    #[expect(clippy::cast_precision_loss, reason = "what a float cannot hold is not exact in it")]
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Whole(n) => n as f64,
            Number::Real(f) => f,
        }
    }

    /// As a whole number, the fraction cut off.
    #[expect(clippy::cast_possible_truncation, reason = "cutting off is what is asked for; it saturates")]
    pub fn truncate(self) -> i128 {
        match self {
            Number::Whole(n) => n,
            Number::Real(f) => f as i128,
        }
    }

    /// The whole number that it is.
    pub fn whole(self) -> Option<i128> {
        match self {
            Number::Whole(n) => Some(n),
            Number::Real(_) => None,
        }
    }

    /// Canonical decimal text.
    pub fn to_text(self) -> SmolStr {
        match self {
            Number::Whole(n) => format_smolstr!("{n}"),
            Number::Real(f) => format_smolstr!("{f}"),
        }
    }

    /// Their sum.
    #[must_use]
    pub fn plus(self, other: Number) -> Number {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => {
                a.checked_add(b).map_or_else(|| Number::real(self.as_f64() + other.as_f64()), Number::Whole)
            }
            _ => Number::real(self.as_f64() + other.as_f64()),
        }
    }

    /// Order of two numbers.
    pub fn order(self, other: Number) -> std::cmp::Ordering {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => a.cmp(&b),
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.order(*other).is_eq()
    }
}
