use globset::{GlobBuilder, GlobMatcher};
use palisade_rules::{Entry, rules};

/// A glob as it was written.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

/// Two patterns are equal when they are written the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Pattern {
    /// Over names, ids: `*` is any text. The error is one line.
    pub fn name(text: &str) -> Result<Self, String> {
        Self::new(text, false)
    }

    /// Over paths: `*` does not cross `/`, `**` does.
    pub fn path(text: &str) -> Result<Self, String> {
        Self::new(text.trim_start_matches("./"), true)
    }

    fn new(text: &str, separator: bool) -> Result<Self, String> {
        let glob = GlobBuilder::new(text).literal_separator(separator).build();
        let matcher = glob.map_err(|e| e.kind().to_string())?.compile_matcher();
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it covers a name or path.
    pub fn is_match(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }

    /// Whether it names one thing.
    pub fn is_plain(&self) -> bool {
        !self.text.contains(['*', '?', '[', '{', '\\'])
    }

    /// The rules it covers, as a pattern of rule names.
    pub fn rules(&self) -> impl Iterator<Item = &'static Entry> + '_ {
        rules().iter().filter(|e| self.is_match(e.name))
    }
}
