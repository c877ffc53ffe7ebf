//! Program text behind one language-neutral tree. The only code that may name a parser of a programming
//! language.

pub mod script;
