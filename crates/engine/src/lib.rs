//! `scan(request) -> Report`: discovery, loading, rules and ignores in one call, for the command line, an
//! editor and a test alike. Clock, environment and output are the caller's.

mod baseline;
mod fix;
mod parameters;
mod scan;
mod words;

pub use baseline::{Rebased, accept};
pub use fix::{Changed, Fixed, Outcome, Withheld, fix, fix_in};
pub use parameters::{EnvironmentFileError, ParameterFileError, environment_file, parameter_file};
pub use scan::{EngineError, Fixes, Request, Selection, graphs, scan};
