//! ARNs of resources against the forms that AWS lists.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::pattern::{has_variable, is_wild};
use super::region::{self, PARTITIONS};
use super::rules::{Rule, grammar};
use crate::catalogue;
use crate::document::Version;
use crate::glob::Glob;
use crate::symbol::Symbols;
use crate::template::segments;

/// One form of an ARN.
struct Form {
    region: Field,
    account: Field,
    /// The tail with `*` where AWS prints a variable.
    tail: String,
    /// Bytes of the tail before its first `*`.
    head: usize,
    glob: Glob,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Empty,
    Needed,
}

/// The forms by the service segment of the ARN, which is not always the prefix of the actions.
static FORMS: LazyLock<HashMap<Box<str>, Vec<Form>>> = LazyLock::new(|| {
    let mut forms: HashMap<Box<str>, Vec<Form>> = HashMap::new();
    let types = catalogue::services().flat_map(|s| s.resource_types().map(move |t| (s.prefix(), t)));
    for (prefix, format) in types.flat_map(|(prefix, t)| t.arn_formats().map(move |f| (prefix, f))) {
        let mut parts = format.splitn(6, ':');
        let (Some(service), Some(region), Some(account), Some(tail)) =
            (parts.nth(2), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        // `arn:${Partition}:${Vendor}:…` is a resource of any service that AWS Backup knows.
        let service = if has_variable(service) { prefix } else { service };
        let field = |text: &str| if text.is_empty() { Field::Empty } else { Field::Needed };
        let tail = starred(tail);
        let form = Form {
            region: field(region),
            account: field(account),
            glob: Glob::new(&tail),
            head: head(&tail),
            tail,
        };
        let list = forms.entry(service.into()).or_default();
        if !list.iter().any(|f| f.tail == form.tail && f.region == form.region && f.account == form.account) {
            list.push(form);
        }
    }
    forms
});

/// Service segments that no resource type uses, beside the prefixes of the actions.
static PREFIXES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| catalogue::services().map(catalogue::ServiceId::prefix).collect());

/// Bytes before the first wildcard.
fn head(text: &str) -> usize {
    text.bytes().position(|b| matches!(b, b'*' | b'?')).unwrap_or(text.len())
}

/// `bucket/${Name}` as `bucket/*`.
fn starred(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

/// What is wrong about a value of `Resource`, each with its message.
pub(super) fn faults(text: &str, version: Version, symbols: &Symbols) -> Vec<(&'static Rule, String)> {
    if !text.starts_with("arn:") {
        return Vec::new();
    }
    let parts = segments(text, version == Version::New);
    let [_, partition, service, region, account, tail] = parts.as_slice() else {
        // A reference may be a whole ARN or the rest of one.
        if symbols.any_in(text) {
            return Vec::new();
        }
        let message =
            format!("`{text}` has {} of the six segments of an ARN; write the missing ones", parts.len());
        return vec![(&grammar::ARN_SEGMENT_MISSING, message)];
    };
    let open = |part: &str| has_variable(part) || symbols.any_in(part);
    let mut out: Vec<(&'static Rule, String)> = Vec::new();
    if !open(partition) && !is_wild(partition) && !PARTITIONS.contains(partition) {
        let message =
            format!("`{partition}` in `{text}` is no partition; write `aws`, `aws-cn` or `aws-us-gov`");
        out.push((&grammar::ARN_PARTITION_INVALID, message));
    }
    if !open(account) && !is_account(account) {
        let message = format!("`{account}` in `{text}` is no account; write twelve digits");
        out.push((&grammar::ARN_ACCOUNT_INVALID, message));
    }
    let region_open = open(region) || region.is_empty() || super::pattern::is_any(region);
    if !region_open && !region::is_region(region) {
        let message = format!("`{region}` in `{text}` is no known Region; write one of the partition or `*`");
        out.push((&grammar::ARN_REGION_INVALID, message));
    } else if !region_open && !is_wild(region) && !open(partition) && !region::belongs(partition, region) {
        let message = format!("`{region}` in `{text}` is no Region of the partition `{partition}`");
        out.push((&grammar::ARN_REGION_INVALID, message));
    }
    if open(service) || is_wild(service) {
        return out;
    }
    let lower = service.to_ascii_lowercase();
    if lower != **service {
        let message = format!("`{service}` in `{text}` has upper-case letters; write `{lower}`");
        out.push((&grammar::ARN_SERVICE_UPPERCASE, message));
    }
    let Some(forms) = FORMS.get(lower.as_str()) else {
        if !PREFIXES.contains(lower.as_str()) {
            let names: Vec<&str> = catalogue::services().map(catalogue::ServiceId::prefix).collect();
            let hint = super::problems::nearest(&lower, &names)
                .map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
            let message =
                format!("the service `{service}` in `{text}` was not known on {}{hint}", catalogue::date());
            out.push((&grammar::UNKNOWN_SERVICE, message));
        }
        return out;
    };
    shape(text, [region, account, tail], forms, symbols, &open, &mut out);
    out
}

fn shape(
    text: &str,
    [region, account, tail]: [&str; 3],
    forms: &[Form],
    symbols: &Symbols,
    open: &dyn Fn(&str) -> bool,
    out: &mut Vec<(&'static Rule, String)>,
) {
    let wanted = loose(tail);
    let glob = Glob::new(&wanted);
    let start = head(&wanted);
    let mut fitting = forms.iter().filter(|form| fits(form, &wanted, start, &glob, symbols)).peekable();
    if fitting.peek().is_none() {
        let example = forms.first().map_or("", |form| form.tail.as_str());
        let message = format!(
            "`{tail}` in `{text}` fits none of the resource types of the service, such as `{example}`"
        );
        out.push((&grammar::ARN_RESOURCE_INVALID, message));
        return;
    }
    let fixed = |part: &str| !part.is_empty() && !open(part) && !super::pattern::is_any(part);
    let (fixed_region, fixed_account) = (fixed(region), fixed(account));
    if !fixed_region && !region.is_empty() && !fixed_account {
        return;
    }
    // Whether some fitting form lacks a Region, needs one, has an account.
    let (mut without_region, mut with_region, mut with_account) = (false, false, false);
    for form in fitting {
        without_region |= form.region == Field::Empty;
        with_region |= form.region == Field::Needed;
        with_account |= form.account == Field::Needed;
    }
    if fixed_region && !with_region {
        let message = format!("resources such as `{text}` have no Region; leave `{region}` out");
        out.push((&grammar::ARN_REGION_NOT_ALLOWED, message));
    }
    if region.is_empty() && !without_region {
        let message =
            format!("`{text}` lacks the Region, so that it fits no resource; write a Region or `*`");
        out.push((&grammar::ARN_REGION_MISSING, message));
    }
    if fixed_account && !with_account {
        let message = format!("resources such as `{text}` have no account; leave `{account}` out");
        out.push((&grammar::ARN_ACCOUNT_NOT_ALLOWED, message));
    }
}

fn fits(form: &Form, tail: &str, start: usize, glob: &Glob, symbols: &Symbols) -> bool {
    let common = form.head.min(start);
    // Symbols have no head to compare.
    if form.tail.as_bytes().get(..common) != tail.as_bytes().get(..common) && !symbols.any_in(tail) {
        return false;
    }
    form.glob.matches(tail) || glob.meets(&form.glob, symbols)
}

/// A tail with `*` in place of its variables.
fn loose(tail: &str) -> std::borrow::Cow<'_, str> {
    if has_variable(tail) { starred(tail).into() } else { tail.into() }
}

/// Twelve digits, a pattern of them, nothing, or a word that AWS uses in the place of an account.
fn is_account(text: &str) -> bool {
    const OWNERS: [&str; 5] = ["aws", "aws-marketplace", "cloudfront", "amazon", "aws-managed"];
    if text.is_empty() || OWNERS.contains(&text) {
        return true;
    }
    let plausible = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'?'));
    plausible && (text.contains('*') || text.len() == 12)
}
