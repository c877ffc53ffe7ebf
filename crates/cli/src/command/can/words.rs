//! The answer for people: the verdict first, then what makes it.

use palisade_analyze::can::{Answer, Said};
use palisade_analyze::policies::Origin;
use palisade_graph::{Application, Node, World};
use palisade_iam::decide::{Gate, Verdict};
use palisade_iam::document::Effect;
use palisade_report::{Options, Quote, Quoted};
use palisade_source::Span;

use super::{Asked, Can, overall};

/// More pictures than these help nobody.
const PICTURES: usize = 8;

pub(super) fn written(
    can: &Can,
    application: &Application,
    function: &Node,
    first: &Asked<'_>,
    others: &[Asked<'_>],
    verdict: Verdict,
    options: &Options,
) -> String {
    let action = can.action.as_str();
    let mut out = String::new();
    match first.answers.as_slice() {
        [only] => {
            let what = if only.resource == "*" { String::new() } else { format!(" on {}", only.resource) };
            let may = if only.decision.verdict == Verdict::Allow { "may" } else { "may not" };
            let head = match only.decision.verdict {
                Verdict::Allow => format!("Yes: `{}` {may} {action}{what}", function.name),
                Verdict::Unknown => {
                    format!("Cannot tell whether `{}` may {action}{what}: {}", function.name, hangs(only))
                }
                _ => format!("No: `{}` {may} {action}{what}: {}", function.name, reason(only)),
            };
            out.push_str(&head);
            out.push('\n');
        }
        answers => {
            let head = match verdict {
                Verdict::Allow => "Yes, on some",
                Verdict::Unknown => "Cannot tell",
                _ => "No",
            };
            out.push_str(&format!("{head}: `{}` and {action}\n\n", function.name));
            let width = answers.iter().map(|a| a.target.label.chars().count()).max().unwrap_or(0).min(40);
            for answer in answers {
                out.push_str(&line(answer, width));
            }
        }
    }
    for other in others.iter().filter(|o| overall(&o.answers) != verdict) {
        out.push_str(&format!("{}: {}\n", world(other.world), short(overall(&other.answers))));
    }
    let mut drawn = Vec::new();
    for answer in &first.answers {
        // What does not count beside better answers is not shown.
        let counts = first.answers.len() == 1
            || same(answer.decision.verdict, verdict)
            || answer.decision.verdict == Verdict::ExplicitDeny;
        if counts && !(answer.target.any && first.answers.len() > 1) {
            pictures(answer, application, options, &mut drawn);
        }
    }
    let more = drawn.len().saturating_sub(PICTURES);
    for picture in drawn.iter().take(PICTURES) {
        out.push('\n');
        out.push_str(picture);
    }
    if more > 0 {
        out.push_str(&format!("\nand {more} more statements\n"));
    }
    let mut notes: Vec<&String> = first.answers.iter().flat_map(|a| &a.notes).collect();
    notes.dedup();
    for note in notes {
        out.push_str(&format!("\nnote: {note}\n"));
    }
    if let Some(help) = help(&first.answers, verdict) {
        out.push_str(&format!("\nhelp: {help}\n"));
    }
    out
}

fn same(a: Verdict, b: Verdict) -> bool {
    let no = |v| matches!(v, Verdict::ExplicitDeny | Verdict::ImplicitDeny);
    a == b || (no(a) && no(b))
}

fn short(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "yes",
        Verdict::Unknown => "cannot tell",
        Verdict::ExplicitDeny | Verdict::ImplicitDeny => "no",
    }
}

fn world(world: &World) -> String {
    let facts: Vec<String> = world.facts.iter().map(|(k, v)| format!("{k} {v}")).collect();
    if facts.is_empty() { "Otherwise".to_owned() } else { format!("With {}", facts.join(", ")) }
}

fn line(answer: &Answer, width: usize) -> String {
    let why = match answer.decision.verdict {
        Verdict::Allow => String::new(),
        Verdict::Unknown if answer.target.any => "depends on which".to_owned(),
        Verdict::Unknown => hangs(answer),
        Verdict::ExplicitDeny => "denied".to_owned(),
        Verdict::ImplicitDeny if answer.decision.blocked_by.contains(&Gate::Identity) => String::new(),
        Verdict::ImplicitDeny => reason(answer),
    };
    let line = format!("  {:11}  {:width$}  {why}", short(answer.decision.verdict), answer.target.label);
    format!("{}\n", line.trim_end())
}

/// Why not.
fn reason(answer: &Answer) -> String {
    let blocked = &answer.decision.blocked_by;
    let perhaps = if answer.decision.may_be_explicit { ", and one may deny it" } else { "" };
    if answer.decision.verdict == Verdict::ExplicitDeny {
        return "a statement denies it".to_owned();
    }
    let words = if blocked.contains(&Gate::Boundary) && !blocked.contains(&Gate::Identity) {
        "the permissions boundary does not allow it"
    } else if blocked.contains(&Gate::Resource) {
        "the policy of the resource does not allow it"
    } else {
        "no statement allows it"
    };
    format!("{words}{perhaps}")
}

/// What an answer hangs on.
fn hangs(answer: &Answer) -> String {
    let account = "whether the resource is of the account that is deployed to";
    let plain = |name: &String| if name == "resource_account" { account.to_owned() } else { name.clone() };
    let missing: Vec<String> = answer.decision.missing.iter().map(plain).collect();
    match missing.as_slice() {
        [] => "not all that decides is known".to_owned(),
        [one] => format!("it hangs on {one}"),
        many if many.len() <= 4 => format!("it hangs on {}", many.join(", ")),
        many => {
            let some: Vec<&str> = many.iter().take(3).map(String::as_str).collect();
            format!("it hangs on {} and {} more", some.join(", "), many.len() - 3)
        }
    }
}

fn help(answers: &[Answer], verdict: Verdict) -> Option<String> {
    if verdict != Verdict::Unknown {
        return None;
    }
    let all = || answers.iter().filter(|a| !a.target.any || answers.len() == 1);
    let hangs_on = |name: &str| all().any(|a| a.decision.missing.iter().any(|m| m == name));
    let mut ways = Vec::new();
    if hangs_on("${AWS::Region}") {
        ways.push("`--region` says the region");
    }
    if hangs_on("${AWS::AccountId}") || hangs_on("resource_account") {
        ways.push("`account` in palisade.toml says the account");
    }
    let named = |m: &&String| m.starts_with("${") && !m.contains("::") && !m.contains('.');
    if all().flat_map(|a| &a.decision.missing).any(|m| named(&m)) {
        ways.push("`--param` gives a value to a parameter");
    }
    (!ways.is_empty()).then(|| ways.join("; "))
}

fn pictures(answer: &Answer, application: &Application, options: &Options, out: &mut Vec<String>) {
    let mut draw = |word: &str, stops: bool, message: &str, places: Vec<(Span, &str)>| {
        let places: Vec<Quoted<'_>> = places
            .into_iter()
            .filter_map(|(span, text)| Some(Quoted { file: application.store.get(span.file)?, span, text }))
            .collect();
        let picture = palisade_report::quote(&Quote { word, stops, message, places }, options);
        if !out.contains(&picture) {
            out.push(picture);
        }
    };
    for (gate, name, span) in &answer.blocked_at {
        let (word, message) = match gate {
            Gate::Boundary => ("blocks", format!("permissions boundary `{name}`")),
            _ => ("blocks", format!("policy of `{name}`")),
        };
        draw(word, true, &message, vec![(*span, "does not allow it")]);
    }
    let mut denies: Vec<&Said> = answer.statements.iter().collect();
    denies.sort_by_key(|s| (s.hit.effect == Effect::Allow, !s.hit.certain));
    for said in denies {
        let deny = said.hit.effect == Effect::Deny;
        let word = match (deny, said.hit.certain) {
            (true, true) => "denies",
            (true, false) => "may deny",
            (false, true) => "allows",
            (false, false) => "may allow",
        };
        draw(word, deny, &title(said), places(said, ""));
    }
    for one in &answer.unread {
        draw("unread", false, &policy(one.origin, &one.name), vec![(one.span, "what it says is not known")]);
    }
    for said in &answer.near {
        draw("elsewhere", false, &format!("{} allows it on other resources", title(said)), places(said, ""));
    }
}

fn places<'a>(said: &'a Said, alone: &'a str) -> Vec<(Span, &'a str)> {
    if said.values.is_empty() { vec![(said.span, alone)] } else { said.values.clone() }
}

/// What a policy is called.
fn policy(origin: Origin, name: &str) -> String {
    match origin {
        Origin::Inline if name.is_empty() => "inline policy".to_owned(),
        Origin::Inline => format!("inline policy `{name}`"),
        Origin::Attached => format!("policy `{name}`"),
        Origin::Aws => format!("managed policy `{name}` of AWS"),
        Origin::Elsewhere => format!("managed policy `{name}`, which is not in the files"),
        Origin::UnknownRole => "the role, which is not in the files".to_owned(),
        Origin::Trust => format!("trust policy of `{name}`"),
        Origin::Resource | Origin::Foreign if name.is_empty() => "the policy of the resource".to_owned(),
        Origin::Resource | Origin::Foreign => format!("policy of `{name}`"),
        Origin::Permissions => format!("permissions of `{name}`"),
        Origin::KeyDefault => format!("default policy of `{name}`, which delegates to the account"),
    }
}

/// What a statement is called.
fn title(said: &Said) -> String {
    let policy = policy(said.origin, &said.name);
    match &said.sid {
        Some(sid) => format!("{policy}, statement `{sid}`"),
        None => format!("{policy}, statement {}", said.hit.statement + 1),
    }
}
