//! Ignores: what each form covers, what is left of a finding, and which are stale.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

use std::collections::BTreeMap;
use std::sync::Arc;

use palisade_config::{Applied, Ask, Config, Stale, apply, parse, stale};
use palisade_diag::{Confidence, Finding, Label, Persona, References, Severity};
use palisade_graph::{Application, Entry, Graph, Node, NodeKind, Val, World};
use palisade_rules::{Checked, parse_date, rules};
use palisade_source::{FileId, Limits, SourceFile, Span, Store};

const TODAY: &str = "2026-11-24";
/// A rule that exists, whatever else does.
const RULE: &str = "deploy-value-unresolved";

/// An application of one file. Each key below `functions` or `Resources` is a node whose block is the
/// key with all below it; `made` are nodes that a framework made because of another.
struct Sample {
    application: Application,
    checked: Checked,
    text: String,
}

fn sample(text: &str) -> Sample {
    let mut store = Store::new();
    let source = Arc::new(SourceFile::new("app.yml", text));
    let file = store.add(source.clone());
    let tree = palisade_source::parse(file, &source, &Limits::default()).unwrap();
    let comments = tree.comments.iter().map(|c| (file, c.clone())).collect();
    let mut graph = Graph::default();
    let mut blocks = BTreeMap::new();
    let root = tree.documents[0];
    for section in ["functions", "Resources"] {
        let Some(section) = tree.get(root, section) else { continue };
        for (key, value) in tree.entries(section) {
            let name = tree.text(key).unwrap();
            let mut node = Node::new(
                NodeKind::Function,
                ".",
                name,
                "AWS::Lambda::Function",
                tree.span(key),
                Val::null().clone(),
            );
            node.logical_id = format!("{name}Logical").into();
            node.block = Span::new(file, tree.node(key).start, tree.node(value).end);
            if let Some(metadata) = tree.get(value, "Metadata") {
                node.attributes = Val::object([("Metadata", value_of(&tree, metadata))], tree.span(metadata));
            }
            blocks.insert(node.id.clone(), vec![node.block]);
            graph.add(node);
        }
    }
    let application = Application {
        root: ".".into(),
        worlds: vec![(World::default(), Arc::new(graph))],
        store,
        comments,
        ..Application::default()
    };
    Sample { application, checked: Checked { blocks, ..Checked::default() }, text: text.to_owned() }
}

fn value_of(tree: &palisade_source::Tree, id: palisade_source::NodeId) -> Val {
    let span = tree.span(id);
    if let Some(text) = tree.text(id) {
        return Val::str(text.clone(), span);
    }
    if matches!(tree.node(id).kind, palisade_source::Kind::Seq { .. }) {
        return Val::list(tree.children(id).map(|c| value_of(tree, c)).collect(), span);
    }
    let entry =
        |(k, v)| Entry { key: tree.text(k).unwrap().clone(), key_span: tree.span(k), val: value_of(tree, v) };
    Val::map(tree.entries(id).map(entry).collect(), span)
}

impl Sample {
    /// A finding at the first occurrence of a text, for nodes by name.
    fn finding(self, at: &str, nodes: &[&str]) -> Self {
        self.finding_of(RULE, at, nodes)
    }

    fn finding_of(mut self, rule: &'static str, at: &str, nodes: &[&str]) -> Self {
        let start = u32::try_from(self.text.find(at).unwrap()).unwrap();
        let end = start + u32::try_from(at.len()).unwrap();
        let source = self.application.store.get(FileId(0)).unwrap();
        let affected: Vec<String> = nodes.iter().map(|n| format!("function:.#{n}")).collect();
        let message = match nodes {
            [] => "file".to_owned(),
            [one] => format!("function `{one}` is wrong"),
            several => {
                let names: Vec<String> = several.iter().map(|n| format!("`{n}`")).collect();
                format!("{} functions ({}) are wrong", several.len(), names.join(", "))
            }
        };
        self.checked.findings.push(Finding {
            rule,
            severity: Severity::High,
            confidence: Confidence::High,
            persona: Persona::Regular,
            message,
            help: String::new(),
            node: affected.first().cloned(),
            affected,
            resource: None,
            labels: vec![Label {
                path: "app.yml".into(),
                start: source.position(start),
                end: source.position(end),
                text: String::new(),
                primary: true,
            }],
            steps: Vec::new(),
            fixes: Vec::new(),
            references: References::NONE,
            fingerprint: "0".repeat(32),
            identity: palisade_diag::Identity::default(),
            pattern: String::new(),
        });
        self.checked.spans.push(Span::new(FileId(0), start, end));
        self
    }

    fn cannot_tell(mut self) -> Self {
        self.checked.cannot_tell.insert(RULE.to_owned(), 1);
        self
    }

    fn made(mut self, name: &str, by: &str) -> Self {
        let mut graph = (*self.application.worlds[0].1).clone();
        let mut node =
            Node::new(NodeKind::Function, ".", name, "AWS::IAM::Role", Span::NONE, Val::null().clone());
        node.implied_by = Some(by.into());
        self.checked.blocks.insert(node.id.clone(), vec![Span::NONE]);
        graph.add(node);
        self.application.worlds[0].1 = Arc::new(graph);
        self
    }

    fn run_with(self, config: &Config, no_inline: bool) -> Answer {
        let all: Vec<&'static palisade_rules::Entry> = rules().iter().collect();
        let ask = Ask { config, no_inline, today: parse_date(TODAY).unwrap(), ran: &all };
        let Applied { kept, ignored, trail, .. } = apply(&self.application, self.checked, &ask);
        let Stale { findings, ignored: silenced, sources } = stale([trail], &ask);
        for finding in &findings {
            assert!(sources.contains_key(&finding.primary().unwrap().path));
        }
        Answer {
            kept: kept.into_iter().map(|f| f.message).collect(),
            ignored: ignored
                .iter()
                .map(|i| format!("{} ({}: {})", i.finding.message, i.by, i.reason))
                .collect(),
            stale: findings.iter().map(|f| f.message.clone()).collect(),
            silenced: silenced.len(),
            findings,
            text: self.text,
        }
    }

    fn run(self) -> Answer {
        self.run_with(&Config::default(), false)
    }
}

struct Answer {
    kept: Vec<String>,
    ignored: Vec<String>,
    stale: Vec<String>,
    silenced: usize,
    findings: Vec<Finding>,
    text: String,
}

impl Answer {
    /// The text after the fixes of stale ignores.
    fn fixed(&self) -> String {
        let edits: Vec<palisade_source::Edit> = self
            .findings
            .iter()
            .flat_map(|f| &f.fixes)
            .flat_map(|f| &f.edits)
            .map(|e| palisade_source::Edit {
                path: e.path.clone(),
                start: e.start,
                end: e.end,
                replacement: e.replacement.clone(),
            })
            .collect();
        palisade_source::apply_edits(&self.text, &edits).unwrap()
    }
}

const NONE: &[&str] = &[];

#[test]
fn above_a_key_it_covers_all_below() {
    let text = "functions:\n  # palisade: ignore[deploy-value-unresolved] known\n  a:\n    x: one\n  b:\n    x: two\n";
    let answer = sample(text).finding("one", &["a"]).finding("two", &["b"]).run();
    assert_eq!(answer.kept, ["function `b` is wrong"]);
    assert_eq!(answer.ignored, ["function `a` is wrong (comment: known)"]);
    assert_eq!(answer.stale, NONE);
}

#[test]
fn at_the_end_of_a_line_it_covers_that_line() {
    let text = "functions:\n  a:\n    x: one # palisade: ignore[deploy-*] known\n    y: two\n";
    let answer = sample(text).finding("one", &["a"]).finding("two", &["a"]).run();
    assert_eq!(answer.kept.len(), 1);
    assert_eq!(answer.ignored, ["function `a` is wrong (comment: known)"]);
    let header = "functions:\n  a: # palisade: ignore[deploy-*] known\n    x: one\n";
    assert_eq!(sample(header).finding("one", &["a"]).run().kept.len(), 1);
}

#[test]
fn above_the_first_key_it_covers_the_file() {
    let text = "# palisade: ignore[deploy-*] all of it\nfunctions:\n  a:\n    x: one\n";
    let answer = sample(text).finding("one", &["a"]).finding("one", &[]).run();
    assert_eq!(answer.kept, NONE);
    assert_eq!(answer.ignored.len(), 2);
}

#[test]
fn one_of_several_nodes_is_taken_out() {
    let text = "provider:\n  x: shared\nfunctions:\n  # palisade: ignore[deploy-*] known\n  a:\n    h: 1\n  b:\n    h: 2\n  c:\n    h: 3\n";
    let answer = sample(text).finding("shared", &["a", "b", "c"]).run();
    assert_eq!(answer.kept, ["2 functions (`b`, `c`) are wrong"]);
    assert_eq!(answer.ignored, ["function `a` are wrong (comment: known)"]);
    // The place that sets the value covers all of them.
    let text = "provider:\n  # palisade: ignore[deploy-*] known\n  x: shared\nfunctions:\n  a: 1\n  b: 2\n";
    let answer = sample(text).finding("shared", &["a", "b"]).run();
    assert_eq!(answer.kept, NONE);
    assert_eq!(answer.ignored, ["2 functions (`a`, `b`) are wrong (comment: known)"]);
}

#[test]
fn what_is_left_names_its_first_node() {
    let text = "provider:\n  x: shared\nfunctions:\n  # palisade: ignore[deploy-*] known\n  a:\n    h: 1\n  b:\n    h: 2\n";
    let Sample { application, checked, .. } = sample(text).finding("shared", &["a", "b"]);
    let config = Config::default();
    let ask = Ask { config: &config, no_inline: false, today: 0, ran: &[] };
    let applied = apply(&application, checked, &ask);
    let kept = &applied.kept[0];
    assert_eq!(kept.node.as_deref(), Some("function:.#b"));
    assert_eq!(kept.affected, ["function:.#b"]);
    assert_eq!(kept.resource.as_ref().unwrap().logical_id, "bLogical");
    assert_eq!(kept.fingerprint, "0".repeat(32));
    assert_eq!(applied.ignored[0].finding.affected, ["function:.#a"]);
}

#[test]
fn metadata_of_a_resource_covers_its_node_and_what_was_made_for_it() {
    let text = "Resources:\n  A:\n    Metadata:\n      palisade:\n        ignore:\n          - rule: deploy-*\n            reason: known\n            until: '2027-01-31'\n    x: one\n  B:\n    x: two\n";
    let answer = sample(text)
        .made("Role", "ALogical")
        .finding("one", &["A"])
        .finding("two", &["B"])
        .finding("one", &["Role"])
        .run();
    assert_eq!(answer.kept, ["function `B` is wrong"]);
    assert_eq!(
        answer.ignored,
        ["function `A` is wrong (metadata: known)", "function `Role` is wrong (metadata: known)"]
    );
    assert_eq!(answer.stale, NONE);
}

#[test]
fn metadata_of_the_template_covers_all_of_it() {
    let text = "{\"Metadata\": {\"palisade\": {\"ignore\": [{\"rule\": [\"deploy-*\"], \"reason\": \"known\"}]}},\n \"Resources\": {\"A\": {\"x\": \"one\"}}}\n";
    let answer = sample(text).finding("one", &["A"]).run();
    assert_eq!(answer.kept, NONE);
    assert_eq!(answer.ignored, ["function `A` is wrong (metadata: known)"]);
}

fn toml(entry: &str) -> Config {
    parse("palisade.toml", &format!("[[ignore]]\nrule = \"{RULE}\"\nreason = \"known\"\n{entry}\n")).unwrap()
}

#[test]
fn configuration_covers_by_path_node_and_logical_id() {
    let text = "functions:\n  a:\n    x: one\n  b:\n    x: two\n";
    let run = |entry: &str| {
        let config = toml(entry);
        let answer = sample(text).finding("one", &["a"]).finding("two", &["b"]).run_with(&config, false);
        (answer.ignored.len(), answer.kept.len(), answer.stale.len())
    };
    assert_eq!(run(""), (2, 0, 0));
    assert_eq!(run("node = \"function:*#a\""), (1, 1, 0));
    assert_eq!(run("logical_id = \"bLogical\""), (1, 1, 0));
    assert_eq!(run("path = \"*.yml\""), (2, 0, 0));
    assert_eq!(run("path = \"*.yml\"\nlogical_id = \"aLogical\""), (1, 1, 0));
    assert_eq!(run("path = \"other/**\""), (0, 2, 1));
    assert_eq!(run("until = 2026-11-24"), (2, 0, 0));
    assert_eq!(run("until = 2026-11-23"), (0, 2, 1));
}

#[test]
fn expired_ignores_silence_nothing_and_are_reported() {
    let text =
        "functions:\n  # palisade: ignore[deploy-value-unresolved] until=2026-11-23 soon\n  a:\n    x: one\n";
    let answer = sample(text).finding("one", &["a"]).run();
    assert_eq!(answer.kept.len(), 1);
    assert_eq!(answer.stale, ["this ignore of `deploy-value-unresolved` expired on 2026-11-23"]);
    assert_eq!(answer.fixed(), "functions:\n  a:\n    x: one\n");
    let last_day = text.replace("2026-11-23", "2026-11-24");
    let answer = sample(&last_day).finding("one", &["a"]).run();
    assert_eq!((answer.kept.len(), answer.stale.len()), (0, 0));
}

#[test]
fn faults_are_named() {
    let stale = |comment: &str| {
        let text = format!("functions:\n  # palisade: {comment}\n  a:\n    x: one\n");
        let answer = sample(&text).finding("one", &["a"]).run();
        let help = answer.findings.first().map(|f| f.help.clone()).unwrap_or_default();
        (answer.stale.join("; "), answer.kept.len(), help)
    };
    let (message, kept, _) = stale("ignore[deploy-value-unresolved]");
    assert_eq!(message, "this ignore of `deploy-value-unresolved` has no reason and silences nothing");
    assert_eq!(kept, 1);
    let (message, kept, help) = stale("ignore[deploy-value-unresolvd] known");
    assert_eq!(message, "this ignore names an unknown rule, `deploy-value-unresolvd`");
    assert_eq!((kept, help.as_str()), (1, "did you mean `deploy-value-unresolved`?"));
    let (message, kept, _) = stale("ignore[deploy-value-unresolved, nope] known");
    assert_eq!(message, "this ignore names an unknown rule, `nope`");
    assert_eq!(kept, 0);
    let (message, kept, _) = stale("ignore[deploy-value-unresolved] until=soon known");
    assert_eq!(message, "`soon` is not a date, so this ignore of `deploy-value-unresolved` silences nothing");
    assert_eq!(kept, 1);
    assert_eq!(stale("ignore everything").0, "this ignore names no rule and is not understood");
    let (message, ..) = stale("ignore[deploy-file-unread] known");
    assert_eq!(message, "`deploy-file-unread` cannot be ignored: what was not read must be seen");
}

#[test]
fn useless_ignores_are_reported_where_that_is_certain() {
    let text = "functions:\n  a:\n    x: one # palisade: ignore[deploy-value-unresolved] known\n";
    let answer = sample(text).run();
    assert_eq!(answer.stale, ["this ignore of `deploy-value-unresolved` silences nothing"]);
    assert_eq!(answer.fixed(), "functions:\n  a:\n    x: one\n");
    assert_eq!(sample(text).cannot_tell().run().stale, NONE);
    let elsewhere = "functions:\n  a:\n    x: one\n# palisade: ignore[deploy-value-unresolved] known\n";
    assert_eq!(sample(elsewhere).finding("one", &["a"]).run().stale.len(), 1);
}

#[test]
fn an_ignore_of_a_rule_that_did_not_run_is_not_useless() {
    let text = "functions:\n  a:\n    x: one # palisade: ignore[deploy-value-unresolved] known\n";
    let Sample { application, checked, .. } = sample(text);
    let config = Config::default();
    let ask = Ask { config: &config, no_inline: false, today: 0, ran: &[] };
    let applied = apply(&application, checked, &ask);
    assert!(stale([applied.trail], &ask).findings.is_empty());
}

#[test]
fn a_file_of_two_applications_is_useless_only_if_it_is_in_both() {
    let text = "functions:\n  a:\n    x: one # palisade: ignore[deploy-value-unresolved] known\n";
    let all: Vec<&'static palisade_rules::Entry> = rules().iter().collect();
    let config = Config::default();
    let ask = Ask { config: &config, no_inline: false, today: 0, ran: &all };
    let trail = |sample: Sample| apply(&sample.application, sample.checked, &ask).trail;
    let (idle, used) = (trail(sample(text)), trail(sample(text).finding("one", &["a"])));
    assert!(stale([idle, used], &ask).findings.is_empty());
    let (idle, again) = (trail(sample(text)), trail(sample(text)));
    assert_eq!(stale([idle, again], &ask).findings.len(), 1);
}

#[test]
fn nothing_in_the_files_silences_when_that_is_forbidden() {
    let text = "# palisade: ignore[deploy-*]\nfunctions:\n  a:\n    x: one\n";
    let answer = sample(text).finding("one", &["a"]).run_with(&Config::default(), true);
    assert_eq!((answer.kept.len(), answer.ignored.len(), answer.stale.len()), (1, 0, 0));
}

#[test]
fn stale_ignores_can_be_accepted_in_the_configuration() {
    let text = "functions:\n  a: 1 # palisade: ignore[deploy-value-unresolved] known\n";
    let config = parse(
        "palisade.toml",
        "[[ignore]]\nrule = \"deploy-ignore-stale\"\nreason = \"old files\"\npath = \"*.yml\"\n",
    )
    .unwrap();
    let answer = sample(text).run_with(&config, false);
    assert_eq!((answer.stale.len(), answer.silenced), (0, 1));
}

#[test]
fn comments_that_are_not_ours_are_left_alone() {
    let text = "# see palisade: ignore[x]\nfunctions:\n  a: 1 # palisade is a wall\n";
    assert_eq!(sample(text).run().stale, NONE);
}

/// A rule whose references name an id of Checkov and one of the other tools.
fn referenced() -> &'static palisade_rules::Entry {
    rules()
        .iter()
        .find(|e| {
            let references = &e.rule.references;
            !references.checkov.is_empty() && references.others.iter().any(|o| o.starts_with("AWS-"))
        })
        .unwrap()
}

/// What is left and what is ignored when a tool's mark stands in `text` and its marks are honoured.
fn foreign(tool: &str, text: &str) -> (usize, Vec<String>) {
    let config = parse("palisade.toml", &format!("compat-ignores = [\"{tool}\"]\n")).unwrap();
    let entry = referenced();
    let checkov = entry.rule.references.checkov[0];
    let aws = entry.rule.references.others.iter().find(|o| o.starts_with("AWS-")).unwrap();
    let text = text.replace("CHECKOV", checkov).replace("AWSID", aws);
    let filed = || sample(&text).finding_of(entry.name, "one", &["A"]).finding_of(entry.name, "two", &["B"]);
    let unasked = filed().run();
    assert_eq!((unasked.kept.len(), unasked.stale.len()), (2, 0), "honoured without being asked");
    let answer = filed().run_with(&config, false);
    assert_eq!(answer.stale, NONE);
    assert_eq!(filed().run_with(&config, true).kept.len(), 2);
    (answer.kept.len(), answer.ignored)
}

#[test]
fn marks_of_checkov() {
    let inside = "Resources:\n  A:\n    # checkov:skip=CHECKOV:known\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("checkov", inside), (1, vec!["function `A` is wrong (comment: known)".to_owned()]));
    let metadata = "Resources:\n  A:\n    Metadata:\n      checkov:\n        skip:\n          - id: CHECKOV\n    x: one\n  B:\n    x: two\n";
    assert_eq!(
        foreign("checkov", metadata),
        (1, vec!["function `A` is wrong (metadata: imported from checkov)".to_owned()])
    );
    assert_eq!(foreign("checkov", &inside.replace("CHECKOV", "CKV_AWS_999999")).0, 2);
    assert_eq!(foreign("kics", inside).0, 2);
}

#[test]
fn marks_of_trivy() {
    let above = "Resources:\n  # trivy:ignore:AVD-AWSID\n  A:\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("trivy", above).1, ["function `A` is wrong (comment: imported from trivy)"]);
    let line = "Resources:\n  A:\n    x: one #tfsec:ignore:AWSID\n  B:\n    x: two\n";
    assert_eq!(foreign("trivy", line).0, 1);
    let expired = above.replace("AVD-AWSID", "AWSID exp:2026-11-23");
    assert_eq!(foreign("trivy", &expired).0, 2);
    assert_eq!(foreign("trivy", &expired.replace("-23", "-24")).0, 1);
    // Above the first key it is the next block for Trivy, not the file.
    let first = "# trivy:ignore:AWSID\nOther:\n  y: 1\nResources:\n  A:\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("trivy", first).0, 2);
}

#[test]
fn marks_of_cfn_nag_guard_and_kics() {
    let nag = "Resources:\n  A:\n    Metadata:\n      cfn_nag:\n        rules_to_suppress:\n          - id: AWSID\n            reason: known\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("cfn-nag", nag).1, ["function `A` is wrong (metadata: known)"]);
    let guard = "Resources:\n  A:\n    Metadata:\n      guard:\n        SuppressedRules: [AWSID]\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("guard", guard).1, ["function `A` is wrong (metadata: imported from guard)"]);
    let body = "Resources:\n  A:\n    x: one\n  B:\n    x: two\n";
    assert_eq!(foreign("kics", &format!("# kics-scan ignore\n{body}")).0, 0);
    assert_eq!(foreign("kics", &body.replace("    x: one", "    # kics-scan ignore-line\n    x: one")).0, 1);
    assert_eq!(foreign("kics", &body.replace("  B:", "  # kics-scan ignore-block\n  B:")).0, 1);
}
