/// An ignore as a comment says it: `palisade: ignore[rule, other-*] until=2027-01-31 reason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Rules and patterns of rules.
    pub rules: Vec<String>,
    /// Text behind `until=`.
    pub until: Option<String>,
    /// Why; empty where it is missing.
    pub reason: String,
}

/// Reads a comment's text. `None`: not ours. `Err`: ours, and not understood.
pub(crate) fn directive(comment: &str) -> Option<Result<Directive, ()>> {
    let text = comment.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*' | '!'));
    let text = text.strip_suffix("*/").unwrap_or(text);
    let rest = text.strip_prefix("palisade:")?.trim();
    let Some(rest) = rest.strip_prefix("ignore") else {
        return Some(Err(()));
    };
    let Some((list, rest)) = rest.trim_start().strip_prefix('[').and_then(|r| r.split_once(']')) else {
        return Some(Err(()));
    };
    let rules: Vec<String> = list
        .split(',')
        .map(|r| r.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|r| !r.is_empty())
        .collect();
    if rules.is_empty() {
        return Some(Err(()));
    }
    let mut rest = rest.trim();
    let mut until = None;
    if let Some(behind) = rest.strip_prefix("until=").or(rest.strip_prefix("until =")) {
        let behind = behind.trim_start();
        let (date, reason) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
        until = Some(date.trim_matches(['"', '\'', ',', ';']).to_owned());
        rest = reason;
    }
    let reason = rest.trim().trim_start_matches(['-', '–', '—', ':', ' ']).trim().to_owned();
    Some(Ok(Directive { rules, until, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Directive {
        directive(text).unwrap().unwrap()
    }

    #[test]
    fn the_form_of_the_contract() {
        let full = read(
            " palisade: ignore[iam-wildcard-action, data-*] until=2027-01-31 shared by the reports team",
        );
        assert_eq!(full.rules, ["iam-wildcard-action", "data-*"]);
        assert_eq!(full.until.as_deref(), Some("2027-01-31"));
        assert_eq!(full.reason, "shared by the reports team");
    }

    #[test]
    fn variants_that_people_write() {
        assert_eq!(read("palisade:ignore[a] -- known").reason, "known");
        assert_eq!(read("# palisade: ignore [a]: known").reason, "known");
        assert_eq!(read("/ palisade: ignore[a] known").reason, "known");
        assert_eq!(read(" palisade: ignore['a', \"b\"]").rules, ["a", "b"]);
        assert_eq!(read("* palisade: ignore[a] known */").reason, "known");
    }

    #[test]
    fn what_is_missing_is_seen() {
        assert_eq!(read("palisade: ignore[a]").reason, "");
        assert_eq!(read("palisade: ignore[a] until=2027-01-31").reason, "");
        assert_eq!(read("palisade: ignore[a] until=soon why").until.as_deref(), Some("soon"));
        assert_eq!(directive("palisade: ignore iam-x because"), Some(Err(())));
        assert_eq!(directive("palisade: ignore[] because"), Some(Err(())));
        assert_eq!(directive("palisade: skip[a]"), Some(Err(())));
        assert_eq!(directive("see palisade: ignore[a] in the manual"), None);
        assert_eq!(directive("anything else"), None);
    }
}
