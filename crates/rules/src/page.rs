/// What an example of a rule's header must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// At least one finding of the rule; where lines end in `# finding`, the primary labels stand exactly
    /// on these lines.
    Bad,
    /// No finding of the rule.
    Good,
    /// No finding, and a *cannot tell*.
    Unknown,
    /// What the rule's fixes make of the `bad` block right before it, which has the same file name. No finding.
    Fixed,
}

/// A fenced block of a rule's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it must give.
    pub expectation: Expectation,
    /// File name that the text stands for.
    pub file: String,
    /// The text.
    pub text: String,
}

/// The examples of a header. The info string of a block is `yaml bad serverless.yml`: a language, what is
/// expected, the file name.
pub fn examples(page: &str) -> Vec<Example> {
    let mut all = Vec::new();
    let mut open: Option<(Expectation, String, String)> = None;
    for line in page.lines() {
        match open.take() {
            None => {
                let Some(info) = line.strip_prefix("```") else { continue };
                let mut words = info.split_whitespace().skip(1);
                let expectation = match words.next() {
                    Some("bad") => Expectation::Bad,
                    Some("good") => Expectation::Good,
                    Some("unknown") => Expectation::Unknown,
                    Some("fixed") => Expectation::Fixed,
                    _ => continue,
                };
                open = Some((expectation, words.next().unwrap_or("template.yaml").to_owned(), String::new()));
            }
            Some((expectation, file, text)) if line.starts_with("```") => {
                all.push(Example { expectation, file, text });
            }
            Some((expectation, file, mut text)) => {
                text.push_str(line);
                text.push('\n');
                open = Some((expectation, file, text));
            }
        }
    }
    all
}

/// The text of a section (`What`, `Why`, `How to fix`…) of a header.
pub fn section<'a>(page: &'a str, title: &str) -> Option<&'a str> {
    let head = format!("## {title}\n");
    let at = page.find(&head)? + head.len();
    let rest = page.get(at..)?;
    let end = rest.find("\n## ").unwrap_or(rest.len());
    rest.get(..end).map(str::trim)
}
