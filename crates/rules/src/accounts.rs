//! Whose account an id is: own, trusted, somebody else's, or not to be told.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use palisade_graph::{State, Target, Val};

use crate::{Cx, lambda};

/// Whose account an id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Deployed to, used as own by the application, or configured as trusted.
    Own,
    /// Another's.
    Foreign,
    /// The only account that the application names, or one of the ids that documentation uses.
    Unknown,
}

/// The literal account ids of one world, gathered when a rule first asks.
#[derive(Debug, Default)]
pub struct Accounts {
    own: OnceCell<BTreeSet<String>>,
    all: OnceCell<BTreeSet<String>>,
}

/// The account field of an ARN, or an account id that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A literal id of twelve digits.
    Id(String),
    /// The account that is deployed to, or the account of a resource of the application.
    Own,
    /// A wildcard: every account.
    Any,
    /// The ARN has no account, as those of buckets.
    Empty,
    /// Not known.
    Unknown,
    /// Neither an ARN nor an account id.
    None,
}

/// Deeper values are not looked into.
const DEPTH: u8 = 24;

/// Fields of an ARN as it is displayed; a colon inside `${…}` separates nothing. At most six.
pub fn fields(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut before) = (0, 0usize, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && parts.len() < 5 => {
                parts.push(text.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

/// The account that a value names: an id, or the account of an ARN.
pub fn account_of(val: &Val) -> Account {
    match &val.state {
        State::Ref(target) => match &**target {
            Target::Resource { .. } => return Account::Own,
            Target::Pseudo(name) if name == "AWS::AccountId" => return Account::Own,
            _ => return Account::Unknown,
        },
        State::Unknown(_) => return Account::Unknown,
        State::Known(_) if val.as_str().is_none() => return Account::None,
        _ => {}
    }
    let text = val.display();
    if is_id(&text) {
        return Account::Id(text.to_string());
    }
    let parts = fields(&text);
    match parts.as_slice() {
        ["arn", _, _, _, account, ..] => classify(account),
        // `${Role.Arn}:live` is of the application's own account, `${Arn}:live` of any.
        [first, ..] if first.starts_with("${") => {
            if first.ends_with(".Arn}") {
                Account::Own
            } else {
                Account::Unknown
            }
        }
        _ if text.contains("${") => Account::Unknown,
        _ => Account::None,
    }
}

fn classify(account: &str) -> Account {
    if account == "${AWS::AccountId}" {
        Account::Own
    } else if is_id(account) {
        Account::Id(account.to_owned())
    } else if account.is_empty() {
        Account::Empty
    } else if account.contains("${") {
        Account::Unknown
    } else if account.contains(['*', '?']) {
        Account::Any
    } else {
        Account::None
    }
}

/// Twelve digits.
pub fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Ids that documentation and samples use in place of a real one.
///
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
fn is_sample(id: &str) -> bool {
    let same = id.bytes().all(|b| id.as_bytes().first() == Some(&b));
    same || matches!(
        id,
        "123456789012"
            | "012345678901"
            | "012345678910"
            | "123456789123"
            | "111122223333"
            | "444455556666"
            | "777788889999"
            | "123412341234"
            | "210987654321"
            | "987654321098"
    )
}

/// Whose account an id is.
///
/// Without a configured account, an id is foreign only if it differs from every account that the
/// application uses as its own, or, where it uses none, if it is not the only one that it names.
pub fn standing(cx: &Cx<'_>, id: &str) -> Standing {
    let settings = cx.settings;
    if settings.account.as_deref() == Some(id) || settings.trusted_accounts.iter().any(|t| t == id) {
        return Standing::Own;
    }
    if is_sample(id) {
        return Standing::Unknown;
    }
    let own = cx.accounts.own.get_or_init(|| ids(cx, false));
    let all = || cx.accounts.all.get_or_init(|| ids(cx, true));
    if own.contains(id) {
        Standing::Own
    } else if settings.account.is_some() || !own.is_empty() || all().iter().any(|other| other != id) {
        Standing::Foreign
    } else {
        Standing::Unknown
    }
}

/// Literal account ids of the application: those it uses as its own, or all of them.
fn ids(cx: &Cx<'_>, all: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, node) in cx.graph.iter() {
        collect(&node.props, all, DEPTH, &mut found);
        if all {
            for permission in node.function().map_or(&[][..], |f| &f.permissions) {
                collect(&permission.props, all, DEPTH, &mut found);
            }
        }
    }
    found.retain(|id| !is_sample(id) && lambda::publisher(id).is_none());
    found
}

/// Keys below which an id names somebody that is let in, or code that is taken from elsewhere.
const OTHERS: &[&str] = &[
    "Principal",
    "NotPrincipal",
    "Condition",
    "Layers",
    "ImageUri",
    "Environment",
    "SourceArn",
    "SourceAccount",
];

fn collect(val: &Val, all: bool, depth: u8, found: &mut BTreeSet<String>) {
    if depth == 0 {
        return;
    }
    for entry in val.entries() {
        if all || !OTHERS.contains(&entry.key.as_str()) {
            if all && is_id(&entry.val.display()) {
                found.insert(entry.val.display().to_string());
            }
            collect(&entry.val, all, depth - 1, found);
        }
    }
    if let Some(list) = val.as_list() {
        for item in &list.items {
            collect(item, all, depth - 1, found);
        }
        return;
    }
    if !val.known_prefix().starts_with("arn:") {
        return;
    }
    let text = val.display();
    let parts = fields(&text);
    let &["arn", _, service, _, account, ref rest @ ..] = parts.as_slice() else { return };
    // Roles that a policy lets the application assume, layers, and what takes logs of other accounts are often
    // another's.
    let begins = |with: &str| rest.first().is_some_and(|r| r.starts_with(with));
    let elsewhere = service == "sts" || begins("layer:") || service == "logs" && begins("destination:");
    if is_id(account) && (all || !elsewhere) {
        found.insert(account.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use palisade_source::Span;

    use super::*;

    fn of(text: &str) -> Account {
        account_of(&Val::str(text, Span::NONE))
    }

    #[test]
    fn accounts_of_arns() {
        assert_eq!(of("arn:aws:iam::314159265358:root"), Account::Id("314159265358".into()));
        assert_eq!(of("314159265358"), Account::Id("314159265358".into()));
        assert_eq!(of("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:t"), Account::Own);
        assert_eq!(of("arn:aws:execute-api:*:*:*"), Account::Any);
        assert_eq!(of("arn:aws:s3:::photos"), Account::Empty);
        assert_eq!(of("arn:aws:sns:eu-west-1:${Account}:t"), Account::Unknown);
        assert_eq!(of("events.amazonaws.com"), Account::None);
    }

    #[test]
    fn ids_of_samples() {
        assert!(is_sample("111111111111"));
        assert!(is_sample("123456789012"));
        assert!(!is_sample("314159265358"));
    }
}
