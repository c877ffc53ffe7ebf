use std::collections::{BTreeMap, BTreeSet};

use palisade_diag::{Confidence, Finding, Identity, Label, Resource, Severity};
use palisade_graph::{Application, Graph, NodeIx, NodeKind, Via, World};
use palisade_source::{FileId, Limits, Position, Span, Store, Tree, hcl, parse};
use smol_str::SmolStr;

use crate::accounts::Accounts;
use crate::found::Found;
use crate::naming::{every_instance, short, shortened, skeleton};
use crate::{Cx, Entry, Findings, Proposal, Settings, deploy};

/// What the rules say of one application.
#[derive(Debug, Default, Clone)]
pub struct Checked {
    /// Findings, not yet in the order of the contract.
    pub findings: Vec<Finding>,
    /// Nodes for which a rule could not tell.
    pub cannot_tell: BTreeMap<String, usize>,
    /// Spans of the declarations of each node that findings name, for ignores: node id → block.
    pub blocks: BTreeMap<SmolStr, Vec<Span>>,
    /// Primary span of each finding, in the order of `findings`.
    pub spans: Vec<Span>,
    /// What could mend each finding, in the order of `findings`, with the world in whose graph its nodes are.
    pub proposals: Vec<(usize, Vec<Proposal>)>,
    /// Values that no output may show.
    pub secret: BTreeSet<Span>,
    /// Who can start each function, in words.
    pub exposures: BTreeMap<SmolStr, String>,
}

/// One cause at one node, in however many worlds it holds.
struct Cause {
    found: Found,
    /// The node that it is about.
    id: Option<SmolStr>,
    ids: BTreeSet<SmolStr>,
    subject: String,
    resource: Option<Resource>,
    exposure: String,
    worlds: BTreeSet<usize>,
    /// Whether one written value causes it at several nodes.
    shared: bool,
    /// Whether what its node is like is a guess.
    guess: bool,
    /// Whether what it names is another thing in other worlds.
    varies: bool,
}

/// Runs rules over all worlds of an application and merges what they say: the same cause in several
/// worlds, and one written value that holds for several nodes, are one finding.
pub fn check(application: &Application, settings: &Settings, entries: &[&'static Entry]) -> Checked {
    let mut checked = Checked::default();
    let mut paths = KeyPaths::default();
    let accounts: Vec<Accounts> = application.worlds.iter().map(|_| Accounts::default()).collect();
    for entry in entries {
        let mut causes: BTreeMap<(Span, String, SmolStr), Cause> = BTreeMap::new();
        let mut unknown: BTreeSet<SmolStr> = BTreeSet::new();
        for (n, ((world, graph), accounts)) in application.worlds.iter().zip(&accounts).enumerate() {
            let cx = Cx { application, world, graph, settings, accounts };
            let mut filed = Findings::default();
            if entry.name == "deploy-value-unresolved" {
                deploy::value_unresolved::collect(&cx, entries, &mut filed);
            } else {
                (entry.rule.check)(&cx, &mut filed);
            }
            for (ix, ..) in &filed.unknown {
                unknown.extend(graph.node(*ix).map(|node| node.id.clone()));
            }
            checked.secret.extend(filed.secret);
            for found in filed.found {
                add(&mut causes, &cx, n, found);
            }
        }
        if !unknown.is_empty() {
            checked.cannot_tell.insert(entry.name.to_owned(), unknown.len());
        }
        for mut cause in merged(causes) {
            let world = cause.worlds.first().copied().unwrap_or(0);
            checked.proposals.push((world, std::mem::take(&mut cause.found.proposals)));
            let (span, finding) = report(application, entry, cause, &mut paths);
            checked.spans.push(span);
            checked.findings.push(finding);
        }
    }
    for ((world, graph), accounts) in application.worlds.iter().zip(&accounts) {
        let cx = Cx { application, world, graph, settings, accounts };
        note_nodes(&cx, graph, &mut checked);
    }
    checked
}

fn note_nodes(cx: &Cx<'_>, graph: &Graph, checked: &mut Checked) {
    for (ix, node) in graph.iter() {
        let blocks = checked.blocks.entry(node.id.clone()).or_default();
        if !blocks.contains(&node.block) {
            blocks.push(node.block);
        }
        if node.kind == NodeKind::Function && !checked.exposures.contains_key(&node.id) {
            let words = cx.exposure(ix);
            if !words.is_empty() {
                checked.exposures.insert(node.id.clone(), words);
            }
        }
    }
}

fn add(causes: &mut BTreeMap<(Span, String, SmolStr), Cause>, cx: &Cx<'_>, world: usize, mut found: Found) {
    let node = found.node.and_then(|ix| cx.node(ix));
    // Calls of the Terraform modules through which the node came, the innermost first.
    let calls = node.filter(|n| !n.address.is_empty()).into_iter().flat_map(|n| n.attributes.links());
    for call in calls.filter(|link| link.word == Via::Inherited) {
        found = found.also(call.span, "in the module called here");
    }
    let id = node.map(|n| n.id.clone()).unwrap_or_default();
    let key = (found.at, found.evidence.clone(), id.clone());
    if let Some(cause) = causes.get_mut(&key) {
        cause.worlds.insert(world);
        return;
    }
    let mut ids: BTreeSet<SmolStr> =
        found.affected.iter().filter_map(|ix| cx.node(*ix)).map(|n| n.id.clone()).collect();
    if node.is_some() {
        ids.insert(id);
    }
    let function = node.filter(|n| n.kind == NodeKind::Function).and(found.node);
    let cause = Cause {
        id: node.map(|n| n.id.clone()),
        ids,
        subject: found.node.map_or_else(String::new, |ix| cx.subject(ix)),
        resource: node.map(|n| Resource {
            logical_id: n.deployed_id().to_owned(),
            ty: n.ty.to_string(),
            address: n.address.to_string(),
        }),
        exposure: function.map_or_else(String::new, |ix: NodeIx| cx.exposure(ix)),
        worlds: BTreeSet::from([world]),
        shared: false,
        guess: node.is_some_and(|n| cx.graph.interface.guessed.iter().any(|m| is_in(&n.address, m))),
        varies: false,
        found,
    };
    causes.insert(key, cause);
}

/// Whether a resource of Terraform is in a module or one of its instances.
fn is_in(address: &str, module: &str) -> bool {
    address.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Joins causes that stand at one written place.
fn merged(causes: BTreeMap<(Span, String, SmolStr), Cause>) -> Vec<Cause> {
    let mut all: Vec<Cause> = Vec::new();
    for ((at, evidence, _), cause) in causes {
        match all.last_mut() {
            // One value that is written for every world and means another resource in each.
            Some(last) if at.is_some() && last.found.at == at && same_in_other_worlds(last, &cause) => {
                last.worlds.extend(cause.worlds);
                last.varies |= last.found.message != cause.found.message;
            }
            Some(last) if at.is_some() && last.found.at == at && alike(last, &evidence, &cause) => {
                last.ids.extend(cause.ids);
                last.worlds.extend(cause.worlds);
                last.found.severity = last.found.severity.max(cause.found.severity);
                for related in cause.found.related {
                    if last.found.related.len() < 6 && !last.found.related.contains(&related) {
                        last.found.related.push(related);
                    }
                }
                last.exposure.clear();
                last.shared = true;
            }
            _ => all.push(cause),
        }
    }
    all.iter_mut().for_each(without_instances);
    all
}

/// Where a block is seen as a whole in one world and by its instances in another, the whole says it.
fn without_instances(cause: &mut Cause) {
    if cause.ids.len() < 2 || !cause.ids.iter().any(|id| id.contains("[*]")) {
        return;
    }
    let all = cause.ids.clone();
    cause.ids.retain(|id| {
        let whole = every_instance(id);
        whole == *id || !all.contains(whole.as_str())
    });
    if cause.ids.len() == 1 {
        cause.shared = false;
    }
}

/// Whether a place of a program holds what is written there: a literal, a constant, a call with literals.
fn written(store: &Store, at: Span) -> bool {
    let Some(text) = store.get(at.file).map(|f| f.slice(at.start, at.end)) else { return false };
    let computed = ["${", " + ", " ? ", " if ", "=>", ".format(", "lambda "];
    let formatted = text.starts_with("f\"") || text.starts_with("f'");
    !formatted && !computed.iter().any(|c| text.contains(c))
}

/// Whether two causes say the same of one node in different worlds, but for what is named.
fn same_in_other_worlds(last: &Cause, cause: &Cause) -> bool {
    last.ids == cause.ids
        && last.id == cause.id
        && last.worlds.is_disjoint(&cause.worlds)
        && last.found.severity == cause.found.severity
        && skeleton(&last.found.message) == skeleton(&cause.found.message)
}

/// Whether two causes at one place are one: the same of several nodes. Instances of one block of Terraform say the
/// same of different neighbours.
fn alike(last: &Cause, evidence: &str, cause: &Cause) -> bool {
    let instances = |c: &Cause| c.resource.as_ref().is_some_and(|r| !r.address.is_empty());
    if instances(last) && instances(cause) {
        return skeleton(&last.found.message) == skeleton(&cause.found.message);
    }
    last.found.evidence == *evidence && last.found.message == cause.found.message
}

fn report(application: &Application, entry: &Entry, cause: Cause, paths: &mut KeyPaths) -> (Span, Finding) {
    let Cause { found, id, ids, subject, resource, exposure, worlds, shared, guess, varies } = cause;
    let severity = found.severity.unwrap_or(entry.rule.severity);
    let mut confidence = found.confidence.unwrap_or(entry.rule.confidence);
    let named = found.message.contains("{subject}");
    let subjects = of_kind(&ids, id.as_deref());
    let several = subjects.len() > 1 && named;
    let mut message = if several {
        of_several(&found.message, &subjects, &subject)
    } else {
        found.message.replace("{subject}", &subject)
    };
    let mut pattern = if named { found.message } else { String::new() };
    if varies {
        message.push_str(" (and its like in other environments)");
    }
    if let Some(words) = when(&application.worlds, &worlds) {
        message.push_str(&words);
        pattern.push_str(&words);
        confidence = confidence.min(Confidence::Medium);
    }
    if severity >= Severity::Medium
        && ids.len() == 1
        && !exposure.is_empty()
        && !message.contains("on the internet")
        && !repeats(&message, &exposure)
    {
        message.push_str("; ");
        message.push_str(&exposure);
    }
    if guess {
        confidence = Confidence::Low;
    }
    if application.interpreted() {
        // What is computed may come out differently when the program runs.
        let sure = if written(&application.store, found.at) { Confidence::Medium } else { Confidence::Low };
        confidence = confidence.min(sure);
        message.push_str(" (read from CDK source)");
    }
    let mut labels = Vec::with_capacity(1 + found.related.len());
    labels.push(label(&application.store, found.at, shortened(&found.label), true));
    for (span, text) in found.related {
        let related = label(&application.store, span, shortened(&text), false);
        if !labels.contains(&related) {
            labels.push(related);
        }
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let node = if shared { ids.first().cloned() } else { id.map(|i| i.to_string()) };
    let place = match &node {
        // One written value: its nodes come and go, its key path stays.
        _ if shared => format!("{}#{}", application.root, paths.of(&application.store, found.at)),
        Some(node) => node.clone(),
        None => format!("{}#{}", application.root, labels.first().map_or("", |l| l.path.as_str())),
    };
    let identity = Identity { application: application.root.to_string(), place, evidence: found.evidence };
    let finding = Finding {
        rule: entry.name,
        severity,
        confidence,
        persona: found.persona.unwrap_or(entry.rule.persona),
        message: shortened(&message),
        help: shortened(&found.help),
        node,
        affected: ids,
        resource,
        steps: found.steps.into_iter().filter(|s| *s < labels.len()).collect(),
        labels,
        fixes: Vec::new(),
        references: entry.rule.references,
        fingerprint: identity.fingerprint(entry.name),
        identity,
        pattern: shortened(&pattern),
    };
    (found.at, finding)
}

/// Whether a message names what starts the function already.
fn repeats(message: &str, exposure: &str) -> bool {
    let name = exposure.strip_prefix("started by ").and_then(|by| by.split('`').nth(1));
    name.is_some_and(|name| message.contains(&format!("`{name}`")))
}

/// Trees of the files in which written values hold for several nodes, for their key paths.
#[derive(Default)]
struct KeyPaths {
    trees: BTreeMap<FileId, Text>,
}

/// What a file is, for its key paths.
enum Text {
    Tree(Tree),
    Hcl(hcl::Document),
    Other,
}

impl KeyPaths {
    /// `serverless.yml:provider.runtime`; only the path of the file where its text is no tree.
    fn of(&mut self, store: &Store, at: Span) -> String {
        let Some(file) = store.get(at.file) else { return String::new() };
        let text = self.trees.entry(at.file).or_insert_with(|| {
            if file.path.ends_with(".tf") || file.path.ends_with(".tofu") || file.path.ends_with(".tfvars") {
                return Text::Hcl(hcl::parse(&file.text, &Limits::default()));
            }
            parse(at.file, file, &Limits::default()).map_or(Text::Other, Text::Tree)
        });
        let keys = match text {
            Text::Tree(tree) => tree.key_path(at.start),
            Text::Hcl(document) => document.key_path(at.start),
            Text::Other => Vec::new(),
        };
        format!("{}:{}", file.path, keys.join("."))
    }
}

/// Joins findings of several applications that one written value causes (a file that they share). The
/// findings must be in the order of the contract.
pub fn join(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Finding>> = Vec::with_capacity(findings.len());
    for finding in findings {
        let at = |f: &Finding| f.primary().map(|l| (l.path.clone(), l.start, l.end));
        let here = |f: &Finding| f.rule == finding.rule && at(f) == at(&finding);
        let near = groups.iter_mut().rev().take_while(|group| group.first().is_some_and(here));
        let mut same = near.filter(|group| group.first().is_some_and(|first| same_cause(first, &finding)));
        match same.next() {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().filter_map(joined).collect()
}

/// One finding of those of one cause.
fn joined(group: Vec<Finding>) -> Option<Finding> {
    let exposed = group.iter().max_by_key(|f| {
        let rest = around(&f.message);
        (rest.contains("anybody on the internet"), rest.contains("on the internet"), f.affected.len())
    });
    let exposed = exposed.map(|f| (f.identity.application.clone(), around(&f.message).to_owned()));
    let mut group = group.into_iter();
    let mut all = group.next()?;
    let noun = noun_of(&all.message, &all.pattern).unwrap_or_else(|| "resource".to_owned());
    let (mut many, mut differ) = (false, false);
    for finding in group {
        many = true;
        differ |= skeleton(&all.pattern) != skeleton(&finding.pattern);
        // A fix that holds in one of the applications only is none.
        all.fixes.retain(|fix| finding.fixes.contains(fix));
        all.affected.extend(finding.affected);
        for label in finding.labels {
            if all.labels.len() < 7 && !all.labels.contains(&label) {
                all.labels.push(label);
            }
        }
    }
    if many {
        all.affected.sort();
        all.affected.dedup();
        let ids: BTreeSet<SmolStr> = all.affected.iter().map(SmolStr::from).collect();
        let ids = of_kind(&ids, all.node.as_deref());
        all.node = all.affected.first().cloned();
        if differ {
            // What is around the cause is told of the application in which it is worst.
            let cut = cause(&all.pattern).len();
            all.pattern.truncate(cut);
            all.message = of_these(&all.pattern, &ids, &noun);
            if let Some((application, rest)) = exposed.filter(|(_, rest)| !rest.is_empty()) {
                all.message.push_str(&format!("; in `{application}`: {rest}"));
            }
        } else {
            all.message = of_these(&all.pattern, &ids, &noun);
        }
    }
    Some(all)
}

/// The nodes that a message means: those of the kind that it is about, and not what else it holds for.
fn of_kind(ids: &BTreeSet<SmolStr>, node: Option<&str>) -> BTreeSet<SmolStr> {
    let kind = |id: &str| id.split(':').next().unwrap_or_default().to_owned();
    match node {
        Some(node) => ids.iter().filter(|id| kind(id) == kind(node)).cloned().collect(),
        None => ids.clone(),
    }
}

/// A message for one node or several.
fn of_these(pattern: &str, ids: &BTreeSet<SmolStr>, noun: &str) -> String {
    let only = ids.first().filter(|_| ids.len() == 1).and_then(|id| id.split_once('#'));
    match only {
        Some((_, name)) => pattern.replace("{subject}", &format!("{noun} `{}`", short(name))),
        None => of_several(pattern, ids, noun),
    }
}

/// The part of a message that says what is wrong.
fn cause(message: &str) -> &str {
    message.split_once("; ").map_or(message, |(cause, _)| cause)
}

/// The part of a message that says who is near to what is wrong.
fn around(message: &str) -> &str {
    message.split_once("; ").map_or("", |(_, around)| around)
}

/// Whether two findings at one place say the same; of instances of Terraform, whoever their neighbours are.
fn same_cause(a: &Finding, b: &Finding) -> bool {
    let instance = |f: &Finding| f.resource.as_ref().is_some_and(|r| !r.address.is_empty());
    let same = a.pattern == b.pattern
        || instance(a) && instance(b) && skeleton(cause(&a.pattern)) == skeleton(cause(&b.pattern));
    a.severity == b.severity && !a.pattern.is_empty() && same
}

/// What a finding calls its node or nodes: `bucket` of `bucket `a`` and of `2 buckets (`a`, `b`)`.
fn noun_of(message: &str, pattern: &str) -> Option<String> {
    let rest = message.strip_prefix(pattern.split("{subject}").next()?)?;
    let Some((count, rest)) = rest.split_once(' ').filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()))
    else {
        return rest.split_once(" `").map(|(noun, _)| noun.to_owned());
    };
    let many = rest.split_once(" (`").map(|(noun, _)| noun).filter(|_| !count.is_empty())?;
    Some(
        many.strip_suffix("ies")
            .map_or_else(|| many.trim_end_matches('s').to_owned(), |stem| format!("{stem}y")),
    )
}

/// A message for several nodes: `{subject} is` becomes `3 buckets (…) are`.
fn of_several(pattern: &str, ids: &BTreeSet<SmolStr>, subject: &str) -> String {
    const HOLE: &str = "{subject}";
    let subject = plural(ids, subject);
    let Some((before, after)) = pattern.split_once(HOLE) else { return pattern.to_owned() };
    let after = after.replace(HOLE, &subject);
    // Behind other words it is they that the verb belongs to: `the policy of {subject} lets`.
    let Some(rest) = after.strip_prefix(' ').filter(|_| before.is_empty()) else {
        return format!("{before}{subject}{after}");
    };
    let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    let (verb, rest) = rest.split_at(end);
    let verb = match verb {
        "is" => "are",
        "was" => "were",
        "has" => "have",
        "does" => "do",
        _ => verb.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'a'])).unwrap_or(verb),
    };
    format!("{before}{subject} {verb}{rest}")
}

fn plural(ids: &BTreeSet<SmolStr>, subject: &str) -> String {
    let noun = subject.split(" `").next().unwrap_or("resource");
    let noun = match noun.strip_suffix('y') {
        Some(stem) if !noun.ends_with("ey") => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in ids.iter().filter_map(|id| id.split_once('#')) {
        let name = short(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let shown = names.iter().take(3).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let rest = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
    format!("{} {noun} ({shown}{rest})", ids.len())
}

/// In which worlds something holds, in words; `None` when in all.
fn when(all: &[(World, std::sync::Arc<Graph>)], holding: &BTreeSet<usize>) -> Option<String> {
    if holding.len() >= all.len() {
        return None;
    }
    let values = |key: &str, inside: bool| -> BTreeSet<SmolStr> {
        let chosen = all.iter().enumerate().filter(|(n, _)| holding.contains(n) == inside);
        chosen
            .flat_map(|(_, (w, _))| w.facts.iter().filter(|(k, _)| k == key).map(|(_, v)| v.clone()))
            .collect()
    };
    let keys: BTreeSet<&SmolStr> = all.iter().flat_map(|(w, _)| w.facts.iter().map(|(k, _)| k)).collect();
    for key in keys {
        let (inside, outside) = (values(key, true), values(key, false));
        if inside.is_empty() || inside.intersection(&outside).next().is_some() {
            continue;
        }
        let words = inside.iter().map(|v| format!("`{v}`")).collect::<Vec<_>>().join(" or ");
        return Some(if key == "stage" {
            format!(", in stage {words}")
        } else {
            format!(", when `{key}` is {words}")
        });
    }
    Some(", for some values of its parameters".to_owned())
}

fn label(store: &Store, span: Span, text: String, primary: bool) -> Label {
    match store.get(span.file) {
        Some(file) => Label {
            path: file.path.to_string(),
            start: file.position(span.start),
            end: file.position(span.end),
            text,
            primary,
        },
        None => {
            let start = Position { line: 1, column: 1, offset: 0 };
            Label { path: String::new(), start, end: start, text, primary }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_for_several_nodes_agree() {
        let ids: BTreeSet<SmolStr> = ["store:.#a".into(), "store:.#b".into()].into();
        let of = |pattern: &str, subject: &str| of_several(pattern, &ids, subject);
        assert_eq!(of("{subject} is open", "bucket `a`"), "2 buckets (`a`, `b`) are open");
        assert_eq!(of("{subject} has no key", "key `a`"), "2 keys (`a`, `b`) have no key");
        assert_eq!(of("{subject} keeps it", "bucket `a`"), "2 buckets (`a`, `b`) keep it");
        assert_eq!(of("{subject} cannot", "bucket `a`"), "2 buckets (`a`, `b`) cannot");
        assert_eq!(of("the key of {subject} is", "table `a`"), "the key of 2 tables (`a`, `b`) is");
        assert_eq!(of("who reads {subject}", "policy `a`"), "who reads 2 policies (`a`, `b`)");
        assert_eq!(of("{subject}'s code is old", "function `a`"), "2 functions (`a`, `b`)'s code is old");
    }

    #[test]
    fn the_noun_of_a_message_is_found_again() {
        let of = noun_of;
        assert_eq!(of("bucket `a` is open", "{subject} is open").as_deref(), Some("bucket"));
        assert_eq!(of("who reads 2 policies (`a`, `b`)", "who reads {subject}").as_deref(), Some("policy"));
        assert_eq!(of("2 security groups (`a`, `b`) are", "{subject} is").as_deref(), Some("security group"));
        assert_eq!(of("nothing", "other {subject}"), None);
    }
}
