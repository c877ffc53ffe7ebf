//! Intrinsics, parameters, conditions, mappings, nested stacks and loops of CloudFormation templates.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use palisade_graph::{Val, World};
use palisade_load::{Files, Inputs, Stack, Typing, cloudformation};
use palisade_source::{Jail, Limits};

fn expand(files: &[(&str, &str)], inputs: &Inputs) -> Vec<(World, Stack)> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let loaded = Files::new(&jail, &limits);
    let (path, documents) = loaded.documents("", files[0].0, Typing::Yaml11).unwrap();
    cloudformation::expand(&loaded, &path, &documents[0], inputs)
}

fn prop(stack: &Stack, id: &str, path: &str) -> Val {
    stack.get(id).unwrap().props.at(path).clone()
}

fn shown(stack: &Stack, id: &str, path: &str) -> String {
    prop(stack, id, path).display().to_string()
}

const INTRINSICS: &str = r#"
Parameters:
  Stage: {Type: String, Default: dev}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Free: {Type: String}
Mappings:
  Sizes:
    dev: {Memory: 128}
    prod: {Memory: 1024}
Resources:
  Q: {Type: AWS::SQS::Queue}
  F:
    Type: AWS::Lambda::Function
    Properties:
      A: !Sub "${Stage}-${Q.Arn}-${!Literal}-${AWS::Region}"
      B: !Join ["-", [x, !Ref Stage, !Ref Q]]
      C: !Select [1, !Ref Names]
      D: !Split [",", "p,q"]
      E: !FindInMap [Sizes, !Ref Stage, Memory]
      F: !GetAtt Q.Arn
      G: !Ref Free
      H: !Sub ["${x}/${Free}", {x: !Ref Stage}]
      I: "{{resolve:secretsmanager:db:SecretString:password}}"
      J: !Ref AWS::NoValue
      K: [1, !Ref AWS::NoValue, 2]
      L: !Base64 abc
      M: !Ref Nowhere
      N: {Fn::ToJsonString: {a: [1, true]}}
      O: {Fn::Length: [1, 2, 3]}
"#;

#[test]
fn intrinsics_are_evaluated() {
    let worlds = expand(&[("t.yaml", INTRINSICS)], &Inputs::default());
    let stack = &worlds[0].1;
    assert_eq!(shown(stack, "F", "A"), "dev-${Q.Arn}-${Literal}-${AWS::Region}");
    assert_eq!(shown(stack, "F", "B"), "x-dev-${Q}");
    assert_eq!(shown(stack, "F", "C"), "b");
    assert_eq!(prop(stack, "F", "D").items().len(), 2);
    assert_eq!(prop(stack, "F", "E").as_int(), Some(128));
    assert_eq!(shown(stack, "F", "F"), "${Q.Arn}");
    assert!(prop(stack, "F", "G").any_unknown());
    assert_eq!(shown(stack, "F", "H"), "dev/${Free}");
    assert_eq!(shown(stack, "F", "I"), "${resolve:secretsmanager:db:SecretString:password}");
    assert!(stack.get("F").unwrap().props.entry("J").is_none());
    assert_eq!(prop(stack, "F", "K").items().len(), 2);
    assert_eq!(shown(stack, "F", "L"), "YWJj");
    assert!(prop(stack, "F", "M").any_unknown());
    assert_eq!(shown(stack, "F", "N"), r#"{"a":[1,true]}"#);
    assert_eq!(prop(stack, "F", "O").as_int(), Some(3));
}

#[test]
fn a_mapping_key_parameter_has_a_world_for_each_key() {
    let worlds = expand(&[("t.yaml", INTRINSICS)], &Inputs::default());
    let memory: Vec<_> = worlds.iter().map(|(_, s)| prop(s, "F", "E").as_int().unwrap()).collect();
    assert_eq!(memory, [128, 1024]);
    assert_eq!(worlds[1].0.facts, [("Stage".into(), "prod".into())]);
}

#[test]
fn given_parameters_leave_one_world() {
    let inputs = Inputs { params: [("Stage".to_owned(), "prod".to_owned())].into(), ..Inputs::default() };
    let worlds = expand(&[("t.yaml", INTRINSICS)], &inputs);
    assert_eq!(worlds.len(), 1);
    assert_eq!(prop(&worlds[0].1, "F", "E").as_int(), Some(1024));
}

#[test]
fn conditions_split_worlds() {
    let text = r#"
Parameters:
  Stage: {Type: String, Default: dev}
  Domain: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  HasDomain: !Not [!Equals [!Ref Domain, ""]]
Resources:
  Always:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !If [IsProd, live, !Ref AWS::NoValue]
  OnlyProd: {Type: AWS::SQS::Queue, Condition: IsProd}
  OnlyDomain: {Type: AWS::SNS::Topic, Condition: HasDomain}
"#;
    let worlds = expand(&[("t.yaml", text)], &Inputs::default());
    assert!(worlds[0].1.get("OnlyProd").is_none());
    let prod = worlds.iter().find(|(_, s)| s.get("OnlyProd").is_some()).unwrap();
    assert_eq!(shown(&prod.1, "Always", "BucketName"), "live");
    assert!(prod.0.facts.contains(&("Stage".into(), "prod".into())));
    let domain = worlds.iter().find(|(_, s)| s.get("OnlyDomain").is_some()).unwrap();
    assert!(domain.0.facts.contains(&("HasDomain".into(), "true".into())));
}

#[test]
fn loops_are_unrolled_and_capped() {
    let text = r#"
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Queues:
    - Name
    - [Alpha, Beta]
    - "Queue${Name}":
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub "q-${Name}"
"#;
    let worlds = expand(&[("t.yaml", text)], &Inputs::default());
    assert_eq!(shown(&worlds[0].1, "QueueBeta", "QueueName"), "q-Beta");
    let many: Vec<String> = (0..150).map(|n| format!("N{n}")).collect();
    let text = text.replace("Alpha, Beta", &many.join(","));
    let worlds = expand(&[("t.yaml", &text)], &Inputs::default());
    assert_eq!(worlds[0].1.resources.len(), 100);
}

#[test]
fn nested_stacks_are_folded_in() {
    let parent = r"
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters: {TableArn: !GetAtt Table.Arn}
  User:
    Type: AWS::Lambda::Function
    Properties: {Queue: !GetAtt Child.Outputs.QueueArn}
";
    let child = r"
Parameters: {TableArn: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Table: !Ref TableArn, Own: !Ref Queue}
Outputs: {QueueArn: {Value: !GetAtt Queue.Arn}}
";
    let worlds = expand(&[("t.yaml", parent), ("child.yaml", child)], &Inputs::default());
    let stack = &worlds[0].1;
    assert_eq!(shown(stack, "Child/Fn", "Table"), "${Table.Arn}");
    assert_eq!(shown(stack, "Child/Fn", "Own"), "${Child/Queue}");
    assert_eq!(shown(stack, "User", "Queue"), "${Child/Queue.Arn}");
}

#[test]
fn hostile_templates_end() {
    let cyclic = "Conditions: {A: !Not [Condition: B], B: !Not [Condition: A]}\nResources: {Q: {Type: AWS::SQS::Queue, Condition: A}}";
    assert!(!expand(&[("t.yaml", cyclic)], &Inputs::default()).is_empty());
    let own = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml}}}";
    assert_eq!(expand(&[("t.yaml", own)], &Inputs::default())[0].1.resources.len(), 1);
    for text in ["Resources: []", "Resources: x", "Resources: {A: 1, B: {}, C: {Type: [], Properties: y}}"] {
        assert!(!expand(&[("t.yaml", text)], &Inputs::default()).is_empty());
    }
}
