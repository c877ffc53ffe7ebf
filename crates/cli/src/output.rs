use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::exit;

/// Why a command could not be carried out; words for people, one line each.
#[derive(Debug)]
pub struct Problem {
    /// Exit code.
    pub code: u8,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether `message` is drawn already, with its own heading.
    pub drawn: bool,
}

impl Problem {
    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { code: exit::USAGE, message: message.into(), help: None, drawn: false }
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says it on standard error.
    pub fn tell(&self) -> u8 {
        if self.code == exit::CLEAN {
            return self.code;
        }
        let mut words = if self.drawn { self.message.clone() } else { format!("error: {}", self.message) };
        if let Some(help) = &self.help {
            words.push_str("\n  help: ");
            words.push_str(help);
        }
        say(&words);
        self.code
    }
}

/// A line for people, on standard error.
pub fn say(words: &str) {
    // Nobody is left to hear of a closed standard error.
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}

/// Writes to standard output; a pipe that the reader closed is no error.
pub fn print(text: &[u8]) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {
            Err(Problem { code: exit::CLEAN, message: String::new(), help: None, drawn: false })
        }
        Err(e) => Err(Problem {
            code: exit::USAGE,
            message: format!("cannot write: {e}"),
            help: None,
            drawn: false,
        }),
    }
}

/// Replaces a file in one step. `shown` is how the user called it.
pub fn save(path: &Path, shown: &Path, text: &[u8]) -> Result<(), Problem> {
    let text = String::from_utf8_lossy(text);
    palisade_source::write_atomic(path, &text).map_err(|e| {
        // The system's own words name a temporary file that nobody knows.
        let reason = match e.kind() {
            ErrorKind::NotFound => "its folder does not exist".to_owned(),
            ErrorKind::PermissionDenied => "permission denied".to_owned(),
            ErrorKind::IsADirectory => "it is a folder".to_owned(),
            ErrorKind::NotADirectory => "what should be its folder is a file".to_owned(),
            kind => kind.to_string(),
        };
        Problem::usage(format!("cannot write `{}`: {reason}", shown.display()))
    })
}
