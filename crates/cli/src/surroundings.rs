use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

/// What the process finds around it. Effects are passed in, so that tests choose them.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The current folder.
    pub folder: PathBuf,
    /// The environment. Only `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, `COLUMNS` and what `--env` names are
    /// looked at.
    pub environment: BTreeMap<String, String>,
    /// Whether standard output is a terminal.
    pub output_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub error_is_terminal: bool,
    /// Columns of the terminal.
    pub width: Option<usize>,
    /// Seconds since 1970-01-01 UTC.
    pub now: i64,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
        let now = std::time::SystemTime::now();
        let seconds = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let text = |s: std::ffi::OsString| s.into_string().ok();
        Self {
            folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            environment: std::env::vars_os().filter_map(|(k, v)| Some((text(k)?, text(v)?))).collect(),
            output_is_terminal: std::io::stdout().is_terminal(),
            error_is_terminal: std::io::stderr().is_terminal(),
            width: terminal_size::terminal_size().map(|(w, _)| usize::from(w.0)),
            now: i64::try_from(seconds).unwrap_or(0),
        }
    }

    /// Days since 1970-01-01.
    pub fn today(&self) -> i64 {
        self.now.div_euclid(86_400)
    }

    /// Whether output is coloured: <https://no-color.org>, `CLICOLOR_FORCE`, `TERM=dumb`, a terminal.
    pub fn color(&self, terminal: bool) -> bool {
        let set = |name: &str| self.environment.get(name).is_some_and(|v| !v.is_empty());
        if set("NO_COLOR") {
            return false;
        }
        if self.environment.get("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty() && v != "0") {
            return true;
        }
        terminal && self.environment.get("TERM").is_none_or(|t| t != "dumb")
    }

    /// Whether a line of progress can be drawn: a terminal that knows how to clear a line.
    pub fn progress(&self) -> bool {
        self.error_is_terminal && self.environment.get("TERM").is_none_or(|t| t != "dumb")
    }

    /// Columns to write for, between 40 and 140.
    pub fn columns(&self) -> usize {
        let said = self.environment.get("COLUMNS").and_then(|c| c.parse().ok());
        said.or(self.width).unwrap_or(100).clamp(40, 140)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(pairs: &[(&str, &str)]) -> Surroundings {
        Surroundings {
            folder: PathBuf::from("."),
            environment: pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            output_is_terminal: true,
            error_is_terminal: true,
            width: None,
            now: 0,
        }
    }

    #[test]
    fn colour_follows_the_conventions() {
        assert!(around(&[]).color(true));
        assert!(!around(&[]).color(false));
        assert!(!around(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]).color(true));
        assert!(around(&[("NO_COLOR", "")]).color(true));
        assert!(around(&[("CLICOLOR_FORCE", "1")]).color(false));
        assert!(!around(&[("TERM", "dumb")]).color(true));
    }

    #[test]
    fn progress_needs_a_terminal_that_clears_lines() {
        assert!(around(&[("TERM", "xterm")]).progress());
        assert!(!around(&[("TERM", "dumb")]).progress());
        assert!(!Surroundings { error_is_terminal: false, ..around(&[]) }.progress());
    }

    #[test]
    fn the_width_is_what_columns_says_within_bounds() {
        assert_eq!(around(&[]).columns(), 100);
        assert_eq!(around(&[("COLUMNS", "72")]).columns(), 72);
        assert_eq!(around(&[("COLUMNS", "7")]).columns(), 40);
        assert_eq!(around(&[("COLUMNS", "999")]).columns(), 140);
        assert_eq!(Surroundings { width: Some(60), ..around(&[("COLUMNS", "x")]) }.columns(), 60);
    }
}
