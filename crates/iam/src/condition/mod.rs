//! `Condition`: operators, keys, values.
//!
//! Operators: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>;
//! several values and set operators:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.

mod date;
mod ip;
mod number;
mod operator;
mod test;

pub use date::Instant;
pub use ip::Range;
pub use number::Decimal;
pub use operator::{Base, Operator, Quantifier};
pub(crate) use test::{Test, TestValues};
