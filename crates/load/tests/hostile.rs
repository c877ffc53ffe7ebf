//! Files that want to crash, hang or flood the reader. Each ends in an answer: read, or unread with a
//! reason. Everything runs on a thread with a stack of 2 MB.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use palisade_load::{Failure, Inputs, WalkOptions, read};
use palisade_source::Limits;

/// Number of applications and what was not read, for a tree of these files.
fn look(files: &[(&str, Vec<u8>)]) -> (usize, Vec<Failure>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
        std::io::Write::write_all(&mut file, bytes).unwrap();
        file.persist(&path).unwrap();
    }
    let root = folder.path().to_owned();
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(2 << 20).build().unwrap();
            let read =
                || read(&root, &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
            let output = pool.install(read);
            (output.applications.len(), output.failures)
        })
        .unwrap()
        .join()
        .unwrap()
}

fn template(body: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![("template.yaml", body.as_bytes().to_vec())]
}

fn reason(files: &[(&str, Vec<u8>)]) -> String {
    let (_, failures) = look(files);
    failures.first().map(|f| f.reason.clone()).unwrap_or_default()
}

const HEAD: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Q: {Type: AWS::SQS::Queue}\n";

#[test]
fn alias_bombs_are_read_within_their_budget() {
    let mut text = String::from(HEAD);
    text.push_str("Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..30 {
        let refs = vec![format!("*a{}", i - 1); 9].join(", ");
        text.push_str(&format!("  a{i}: &a{i} [{refs}]\n"));
    }
    text.push_str("  B: {Type: AWS::SQS::Queue, Properties: {Tags: *a29}}\n");
    assert_eq!(look(&template(&text)).0, 1);
    let own = format!("{HEAD}Outputs: &o {{a: *o}}\n");
    assert_eq!(look(&template(&own)).0, 1);
    let merge = format!("{HEAD}Metadata: &m {{<<: *m, a: 1}}\n");
    assert_eq!(look(&template(&merge)).0, 1);
}

#[test]
fn deep_nesting_is_unread_with_its_reason() {
    for open in ["[", "{a: ", "- "] {
        let text = format!("{HEAD}Metadata: \n  {}", open.repeat(100_000));
        assert!(!reason(&template(&text)).is_empty(), "{open}");
    }
    let json = format!("{{\"AWSTemplateFormatVersion\": {}", "[".repeat(100_000));
    assert!(!reason(&[("template.json", json.into_bytes())]).is_empty());
    let nested = (0..3000).map(|i| " ".repeat(i) + "a:\n").collect::<String>();
    assert!(!reason(&template(&format!("{HEAD}Metadata:\n{nested}"))).is_empty());
}

#[test]
fn just_below_the_depth_limit_is_read() {
    let depth = 190;
    let value = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let text = format!("{HEAD}  R: {{Type: AWS::SNS::Topic, Properties: {{A: {value}}}}}\n");
    assert_eq!(look(&template(&text)).0, 1);
}

#[test]
fn files_beyond_the_size_limit_are_unread_when_they_are_ours() {
    let mut big = HEAD.as_bytes().to_vec();
    big.resize(50 << 20, b'#');
    assert!(reason(&[("template.yaml", big.clone())]).contains("larger than the limit"));
    // A data file of that size is none of ours.
    let data = vec![b'x'; 50 << 20];
    assert_eq!(look(&[("data.json", data)]).1, []);
}

#[test]
fn bytes_that_are_no_text_are_unread_when_they_are_ours() {
    assert!(reason(&[("template.yaml", vec![0xFF, 0xC3, 0x28, 0])]).contains("not UTF-8"));
    assert_eq!(look(&[("image.json", vec![0xFF, 0xC3, 0x28, 0])]).1, []);
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(HEAD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(look(&[("template.yaml", wide)]).0, 1);
    let mark: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(HEAD.bytes()).collect();
    assert_eq!(look(&[("template.yaml", mark)]), (1, Vec::new()));
    assert_eq!(look(&[("template.yaml", HEAD.replace('\n', "\r\n").into_bytes())]), (1, Vec::new()));
}

#[test]
fn shapes_that_no_one_expects_lose_only_themselves() {
    for body in [
        "Resources: []\nAWSTemplateFormatVersion: x\n",
        "Resources: text\nAWSTemplateFormatVersion: x\n",
        "AWSTemplateFormatVersion: x\nResources:\n",
        "Resources: {A: {Type: AWS::Lambda::Function, Properties: text}, B: 1, C: [], D: {Type: [1]}, E: {}}\n",
        "Transform: AWS::Serverless-2016-10-31\nGlobals: x\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Events: [], Policies: {a: 1}}}}\n",
        "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {A: {Type: Api, Properties: x}, B: {Type: Nope}, C: 1}}}}\n",
        "service: [a]\nprovider: aws\nfunctions: 1\n",
        "service: a\nprovider: {name: aws, stage: '${self:provider.stage}', runtime: '${${${'}\nfunctions: {f: {handler: '${self:functions.f.handler}', events: [1, [], {http: []}, {sqs: {}}]}}\n",
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1e400, VisibilityTimeout: 99999999999999999999999999999999999999999999}}}\n",
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {A: {Fn::Sub: '${${${'}, B: {Fn::Join: [a]}, C: {Fn::Select: [-1, []]}, D: {Fn::Split: ['', '']}, E: {Fn::Cidr: [x, 999999999, 9]}}}}\n",
        "? {a: 1}\n: 2\nResources: {Q: {Type: AWS::SQS::Queue}}\n? [x]\n: 3\n",
    ] {
        look(&template(body));
        look(&[("serverless.yml", body.as_bytes().to_vec())]);
    }
}

#[test]
fn variables_that_grow_or_turn_end() {
    let mut text = String::from("service: a\nprovider: {name: aws}\ncustom:\n  v0: xxxxxxxxxxxxxxxx\n");
    for i in 1..40 {
        let one = format!("${{self:custom.v{}}}", i - 1);
        text.push_str(&format!("  v{i}: {one}{one}{one}{one}\n"));
    }
    text.push_str("functions: {f: {handler: 'a.${self:custom.v39}'}}\n");
    look(&[("serverless.yml", text.into_bytes())]);
    let turn = "service: a\nprovider: {name: aws}\ncustom: {a: '${self:custom.b}', b: '${self:custom.a}'}\nfunctions: '${file(./serverless.yml):functions}'\n";
    look(&[("serverless.yml", turn.as_bytes().to_vec())]);
    let long = format!(
        "service: a\nprovider: {{name: aws}}\nfunctions: {{f: {{handler: \"${{self:{}}}\"}}}}\n",
        "a.".repeat(500_000)
    );
    look(&[("serverless.yml", long.into_bytes())]);
}

#[test]
fn loops_of_loops_are_bounded() {
    let list: Vec<String> = (0..100).map(|n| format!("N{n}")).collect();
    let list = list.join(", ");
    let text = format!(
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - A\n    - [{list}]\n    - Fn::ForEach::B:\n        - B\n        - [{list}]\n        - Fn::ForEach::C:\n            - C\n            - [{list}]\n            - 'Q${{A}}${{B}}${{C}}': {{Type: AWS::SQS::Queue}}\n"
    );
    let (_, failures) = look(&template(&text));
    assert!(failures.iter().any(|f| f.reason.contains("more than")), "{failures:?}");
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_left_alone() {
    let outside = tempfile::tempdir().unwrap();
    palisade_source::write_atomic(&outside.path().join("secret.yaml"), "key: value\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let parent = format!(
        "{HEAD}  N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ../secret.yaml}}}}\n  M: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: link.yaml}}}}\n"
    );
    palisade_source::write_atomic(&folder.path().join("template.yaml"), &parent).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), folder.path().join("link.yaml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status().unwrap();
    assert!(made.success());
    let output =
        read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    assert_eq!(output.applications.len(), 1);
    let paths: Vec<_> = output.applications[0].store.files().map(|(_, f)| f.path.to_string()).collect();
    assert_eq!(paths, ["template.yaml"]);
}
