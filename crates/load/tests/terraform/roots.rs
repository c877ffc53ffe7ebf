use palisade_load::terraform::{Project, Root, RootKind, roots};
use palisade_load::{FailureKind, Inputs, WalkOptions, discover, read};
use palisade_source::{Jail, Limits};

use crate::tree;

fn found(files: &[(&str, &str)], options: &WalkOptions) -> Vec<Root> {
    let folder = tree(files);
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let project = Project::read(&jail, &discover(&jail, options, &limits).terraform, &limits);
    let modules = project.modules();
    roots(&project, &modules, std::collections::BTreeMap::new())
}

fn folders(files: &[(&str, &str)]) -> Vec<String> {
    found(files, &WalkOptions::default()).into_iter().map(|r| r.folder).collect()
}

const AWS: &str = "resource \"aws_sqs_queue\" \"q\" {}\n";

#[test]
fn a_module_that_is_called_belongs_to_its_callers() {
    let calls = "module \"m\" {\n  source = \"../modules/m\"\n}\n";
    let files = [
        ("prod/main.tf", calls),
        ("dev/main.tf", calls),
        ("modules/m/main.tf", AWS),
        ("modules/alone/main.tf", AWS),
        ("empty/main.tf", "variable \"x\" {}\n"),
    ];
    assert_eq!(folders(&files), ["dev", "modules/alone", "prod"]);
}

#[test]
fn modules_that_only_call_each_other_are_seen() {
    let call = |to: &str| format!("module \"m\" {{\n  source = \"../{to}\"\n}}\n{AWS}");
    let (a, b) = (call("b"), call("a"));
    assert_eq!(folders(&[("a/main.tf", &a), ("b/main.tf", &b)]), ["a"]);
    let own = format!("module \"m\" {{\n  source = \"./\"\n}}\n{AWS}");
    assert_eq!(folders(&[("a/main.tf", &own)]), ["a"]);
}

#[test]
fn other_clouds_are_foreign() {
    let google =
        "resource \"google_x\" \"y\" {}\nresource \"azurerm_x\" \"y\" {}\nresource \"random_id\" \"r\" {}\n";
    let roots = found(
        &[
            ("g/main.tf", google),
            ("n/main.tf", "resource \"null_resource\" \"n\" {}\n"),
            ("r/main.tf", "module \"m\" {\n  source = \"acme/x/aws\"\n}\n"),
            ("az/main.tf", "module \"m\" {\n  source = \"acme/x/azurerm\"\n}\n"),
            ("m/main.tf", "module \"m\" {\n  source = \"../sub/m\"\n}\n"),
            ("sub/m/main.tf", google),
            ("d/main.tf", "data \"aws_region\" \"r\" {}\nresource \"google_x\" \"y\" {}\n"),
        ],
        &WalkOptions::default(),
    );
    let kinds: Vec<(&str, bool)> =
        roots.iter().map(|r| (r.folder.as_str(), r.kind == RootKind::Ours)).collect();
    assert_eq!(kinds, [("az", false), ("d", true), ("g", false), ("m", false), ("r", true)]);
    let RootKind::Foreign(providers, file) = &roots.get(2).unwrap().kind else { panic!("ours") };
    assert_eq!(providers.iter().map(String::as_str).collect::<Vec<_>>(), ["azurerm", "google"]);
    assert_eq!(file, "g/main.tf");
}

#[test]
fn terragrunt_names_roots() {
    let files = [
        ("live/prod/terragrunt.hcl", "terraform {\n  source = \"../../modules//m\"\n}\n"),
        ("modules/m/main.tf", AWS),
        ("other/main.tf", "module \"m\" {\n  source = \"../modules/m\"\n}\n"),
    ];
    assert_eq!(folders(&files), ["modules/m", "other"]);
}

#[test]
fn a_named_file_or_folder_brings_its_module_and_what_it_calls() {
    let files = [
        ("env/main.tf", "module \"m\" {\n  source = \"../modules/m\"\n  a = local.a\n}\n"),
        ("env/locals.tf", "locals { a = 1 }\n"),
        ("modules/m/main.tf", AWS),
        ("other/main.tf", AWS),
    ];
    for path in ["env", "env/main.tf"] {
        let options = WalkOptions { paths: vec![path.into()], ..WalkOptions::default() };
        let roots = found(&files, &options);
        let names: Vec<&str> = roots.iter().map(|r| r.folder.as_str()).collect();
        assert_eq!(names, ["env"], "{path}");
    }
}

#[test]
fn applications_and_failures_of_a_tree() {
    let folder = tree(&[
        (
            "main.tf",
            "# palisade: ignore[x]\nresource \"aws_sqs_queue\" \"a\" {}\nresource \"aws_sqs_queue\" \"b\" {\n  name = = 1\n}\n// note\n",
        ),
        ("g/main.tf", "resource \"google_x\" \"y\" {}\n"),
        ("m.tf.json", "{"),
    ]);
    let out = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    assert_eq!(out.applications.len(), 1);
    let application = out.applications.first().unwrap();
    assert_eq!((application.root.as_str(), application.dialects.as_slice()), (".", &["terraform"][..]));
    let comments: Vec<&str> = application.comments.iter().map(|(_, c)| c.text.trim()).collect();
    assert_eq!(comments, ["palisade: ignore[x]", "note"]);
    let failures: Vec<(&str, FailureKind, Option<u32>)> =
        out.failures.iter().map(|f| (f.path.as_str(), f.kind, f.line)).collect();
    assert_eq!(
        failures,
        [
            ("g/main.tf", FailureKind::Foreign, None),
            ("m.tf.json", FailureKind::Failed, Some(1)),
            ("main.tf", FailureKind::Failed, Some(4)),
        ]
    );
}
