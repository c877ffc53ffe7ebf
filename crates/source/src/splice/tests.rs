use super::*;
use crate::{FileId, Limits, SourceFile, apply_edits, parse};

fn s(text: &str) -> Content {
    Content::Str(text.into())
}

fn map(entries: &[(&str, Content)]) -> Content {
    Content::Map(entries.iter().map(|(k, v)| ((*k).into(), v.clone())).collect())
}

/// The node behind a path of keys and indexes.
fn at(tree: &Tree, path: &str) -> NodeId {
    let mut id = tree.documents[0];
    for part in path.split('.').filter(|p| !p.is_empty()) {
        id = match part.parse::<usize>() {
            Ok(n) if matches!(tree.node(id).kind, crate::Kind::Seq { .. }) => {
                tree.children(id).nth(n).unwrap()
            }
            _ => tree.get(id, part).unwrap(),
        };
    }
    id
}

fn entry(tree: &Tree, index: &Index, path: &str) -> NodeId {
    let id = at(tree, path);
    index.key_of(tree, id).unwrap_or(id)
}

enum Do<'a> {
    Set(&'a str, Content),
    Remove(&'a str),
    Prune(&'a str, &'a str),
    Insert(&'a str, &'a str, Content),
    After(&'a str, &'a str, &'a str, Content),
    Append(&'a str, Content),
}

fn run(text: &str, changes: &[Do<'_>]) -> Result<String, Refusal> {
    let file = SourceFile::new("t.yml", text);
    let tree = parse(FileId(0), &file, &Limits::default()).unwrap();
    let index = Index::new(&file, &tree);
    let changes: Vec<Splice> = changes
        .iter()
        .map(|c| match c {
            Do::Set(path, with) => Splice::Replace { value: at(&tree, path), with: with.clone() },
            Do::Remove(path) => Splice::Remove { entry: entry(&tree, &index, path), within: None },
            Do::Prune(path, within) => {
                Splice::Remove { entry: entry(&tree, &index, path), within: Some(at(&tree, within)) }
            }
            Do::Insert(map, key, value) => {
                Splice::Insert { map: at(&tree, map), after: None, key: (*key).into(), value: value.clone() }
            }
            Do::After(map, after, key, value) => Splice::Insert {
                map: at(&tree, map),
                after: Some(entry(&tree, &index, after)),
                key: (*key).into(),
                value: value.clone(),
            },
            Do::Append(list, item) => Splice::Append { list: at(&tree, list), item: item.clone() },
        })
        .collect();
    let edits = splice(&file, &tree, &index, &changes)?;
    let out = apply_edits(text, &edits).unwrap();
    let again = SourceFile::new("t.yml", out.as_str());
    parse(FileId(0), &again, &Limits::default()).unwrap_or_else(|e| panic!("{e}:\n{out}"));
    Ok(out)
}

#[track_caller]
fn gives(text: &str, changes: &[Do<'_>], expected: &str) {
    assert_eq!(run(text, changes).unwrap(), expected);
}

#[test]
fn scalars_are_replaced_in_their_quotes() {
    gives("a: x # why\n", &[Do::Set("a", s("q"))], "a: q # why\n");
    gives("a: 'x'\n", &[Do::Set("a", s("y'z"))], "a: 'y''z'\n");
    gives("a: \"x\"\n", &[Do::Set("a", s("q"))], "a: \"q\"\n");
    gives("a: x\n", &[Do::Set("a", s("yes"))], "a: 'yes'\n");
    gives("a: \"x\"\n", &[Do::Set("a", Content::Bool(true))], "a: true\n");
    gives("{\"a\": \"x\"}", &[Do::Set("a", s("y\"z"))], "{\"a\": \"y\\\"z\"}");
    gives("a: &n x\n", &[Do::Set("a", Content::Int(3))], "a: &n 3\n");
    gives("a: !!str 1\n", &[Do::Set("a", s("2"))], "a: '2'\n");
    gives("a:\nb: 1\n", &[Do::Set("a", s("x"))], "a: x\nb: 1\n");
    gives("a: # why\n", &[Do::Set("a", s("x"))], "a: x # why\n");
    gives("a: |\n  x\n  y\nb: 1\n", &[Do::Set("a", s("z"))], "a: z\nb: 1\n");
    gives("a:\n  b: 1\n  c: 2\nd: 1\n", &[Do::Set("a", s("z"))], "a: z\nd: 1\n");
    gives("a: {b: 1}\n", &[Do::Set("a", Content::Bool(false))], "a: false\n");
    gives("- x\n- y # b\n", &[Do::Set("1", s("z"))], "- x\n- z # b\n");
}

#[test]
fn a_scalar_becomes_a_map() {
    let auth = || map(&[("authorizer", s("aws_iam"))]);
    gives(
        "f:\n  url: true # why\n  x: 1\n",
        &[Do::Set("f.url", auth())],
        "f:\n  url: # why\n    authorizer: aws_iam\n  x: 1\n",
    );
    gives("f: {url: true, x: 1}\n", &[Do::Set("f.url", auth())], "f: {url: {authorizer: aws_iam}, x: 1}\n");
    gives("f:\n    url: true", &[Do::Set("f.url", auth())], "f:\n    url:\n        authorizer: aws_iam");
    gives(
        "- http: GET /x\n- y\n",
        &[Do::Set("0.http", map(&[("method", s("get")), ("path", s("/x"))]))],
        "- http:\n    method: get\n    path: /x\n- y\n",
    );
    gives(
        "{\n  \"a\": true\n}\n",
        &[Do::Set("a", map(&[("b", Content::Bool(true))]))],
        "{\n  \"a\": {\n    \"b\": true\n  }\n}\n",
    );
    gives("- x\n- y\n", &[Do::Set("0", map(&[("a", s("b")), ("c", s("d"))]))], "- a: b\n  c: d\n- y\n");
}

#[test]
fn what_is_computed_or_shared_is_refused() {
    assert_eq!(run("a: !Sub x\n", &[Do::Set("a", s("q"))]), Err(Refusal::Tagged("!Sub".into())));
    assert_eq!(run("a: !If [C, x, y]\n", &[Do::Set("a", s("q"))]), Err(Refusal::Tagged("!If".into())));
    assert_eq!(run("a: &x {b: 1}\nc: *x\n", &[Do::Set("a.b", s("q"))]), Err(Refusal::Aliased));
    assert_eq!(run("a: &x {b: 1}\nc: *x\n", &[Do::Insert("a", "k", s("q"))]), Err(Refusal::Aliased));
    assert_eq!(run("a: &x\n  b: 1\nc:\n  <<: *x\n", &[Do::Remove("a.b")]), Err(Refusal::Aliased));
    assert_eq!(run("a: &x {b: 1}\nc: *x\n", &[Do::Set("c", s("q"))]), Err(Refusal::Aliased));
    gives("a: &x {b: 1}\n", &[Do::Insert("a", "k", s("q"))], "a: &x {b: 1, k: q}\n");
    gives("a: !If [C, x, y]\n", &[Do::Set("a.1", s("z"))], "a: !If [C, z, y]\n");
    gives(
        "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n",
        &[Do::Insert("c", "k", s("q"))],
        "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1\n  k: q\n",
    );
    assert!(run("a: x\n", &[Do::Set("", s("q"))]).is_err());
    assert_eq!(
        run("a:\n  # note\n  b: 1\n", &[Do::Set("a", s("q"))]).unwrap_err(),
        Refusal::Form("comments or an anchor stand in it")
    );
}

#[test]
fn entries_are_inserted_as_their_neighbours_are_written() {
    gives("a:\n  b: 1\nc: 2\n", &[Do::Insert("a", "k", s("v"))], "a:\n  b: 1\n  k: v\nc: 2\n");
    gives(
        "a:\n  b: 1 # x\n# y\nc: 2\n",
        &[Do::Insert("a", "k", s("v"))],
        "a:\n  b: 1 # x\n  k: v\n# y\nc: 2\n",
    );
    gives("a:\n  b: 1", &[Do::Insert("a", "k", s("v"))], "a:\n  b: 1\n  k: v");
    gives("a:\r\n  b: 1\r\nc: 2\r\n", &[Do::Insert("a", "k", s("v"))], "a:\r\n  b: 1\r\n  k: v\r\nc: 2\r\n");
    gives(
        "a:\n    b:\n        c: 1\n",
        &[Do::Insert("a", "k", map(&[("x", map(&[("w", s("v"))]))]))],
        "a:\n    b:\n        c: 1\n    k:\n        x:\n            w: v\n",
    );
    gives("a: {b: 1}\n", &[Do::Insert("a", "k", map(&[("x", s("a,b"))]))], "a: {b: 1, k: {x: 'a,b'}}\n");
    gives("a: { b: 1 }\n", &[Do::Insert("a", "k", s("v"))], "a: { b: 1, k: v }\n");
    gives(
        "\"a\":\n  \"b\": \"x\"\n",
        &[Do::Insert("a", "k", s("v"))],
        "\"a\":\n  \"b\": \"x\"\n  \"k\": \"v\"\n",
    );
    gives("a:\n  'b': 'x'\n", &[Do::Insert("a", "k", s("v"))], "a:\n  'b': 'x'\n  'k': 'v'\n");
    gives("a:\n  b: '1'\n", &[Do::Insert("a", "k", s("v"))], "a:\n  b: '1'\n  k: v\n");
    gives("- a: 1\n  b: 2\n- c\n", &[Do::Insert("0", "k", s("v"))], "- a: 1\n  b: 2\n  k: v\n- c\n");
    gives("- a: 1\n- c\n", &[Do::Insert("0", "k", s("v"))], "- a: 1\n  k: v\n- c\n");
    gives("-   a: 1\n", &[Do::Insert("0", "k", s("v"))], "-   a: 1\n    k: v\n");
    gives("- - a: 1\n", &[Do::Insert("0.0", "k", s("v"))], "- - a: 1\n    k: v\n");
    gives(
        "a:\n  b: |\n    x\n\nc: 1\n",
        &[Do::Insert("a", "k", s("v"))],
        "a:\n  b: |\n    x\n  k: v\n\nc: 1\n",
    );
    gives("a: 1\n...\n", &[Do::Insert("", "k", s("v"))], "a: 1\nk: v\n...\n");
    gives("\u{feff}a: 1\n", &[Do::Insert("", "k", s("v"))], "\u{feff}a: 1\nk: v\n");
    assert!(run("a:\n  b: |+\n    x\n\nc: 1\n", &[Do::Insert("a", "k", s("v"))]).is_err());
    assert!(run("a:\n  b: 1\n", &[Do::Insert("a", "b", s("v"))]).is_err());
}

#[test]
fn the_first_entry_is_inserted() {
    gives("a:\nc: 1\n", &[Do::Insert("a", "k", s("v"))], "a:\n  k: v\nc: 1\n");
    gives("a: # why\nc: 1\n", &[Do::Insert("a", "k", s("v"))], "a: # why\n  k: v\nc: 1\n");
    gives("a: {}\nc: 1\n", &[Do::Insert("a", "k", s("v"))], "a:\n  k: v\nc: 1\n");
    gives("a: {} # x\n", &[Do::Insert("a", "k", s("v"))], "a: # x\n  k: v\n");
    gives("a: null\n", &[Do::Insert("a", "k", s("v"))], "a:\n  k: v\n");
    gives("a: {b: {}}\n", &[Do::Insert("a.b", "k", s("v"))], "a: {b: {k: v}}\n");
    gives("{\"a\":{}}", &[Do::Insert("a", "k", s("v"))], "{\"a\":{\"k\":\"v\"}}");
    gives(
        "{\n\t\"a\": {}\n}\n",
        &[Do::Insert("a", "k", s("v"))],
        "{\n\t\"a\": {\n\t\t\"k\": \"v\"\n\t}\n}\n",
    );
    assert!(run("a: x\n", &[Do::Insert("a", "k", s("v"))]).is_err());
}

#[test]
fn json_is_written_as_it_is_formatted() {
    let text = "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"c\": [\n    1\n  ]\n}\n";
    gives(
        text,
        &[Do::Insert("a", "k", map(&[("x", Content::List(vec![s("q")]))]))],
        "{\n  \"a\": {\n    \"b\": 1,\n    \"k\": {\n      \"x\": [\n        \"q\"\n      ]\n    }\n  },\n  \"c\": [\n    1\n  ]\n}\n",
    );
    gives(
        text,
        &[Do::Append("c", s("q"))],
        "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"c\": [\n    1,\n    \"q\"\n  ]\n}\n",
    );
    gives(
        text,
        &[Do::After("", "a", "k", s("v"))],
        "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"k\": \"v\",\n  \"c\": [\n    1\n  ]\n}\n",
    );
    gives("{\"a\":1,\"b\":2}", &[Do::Insert("", "k", s("v"))], "{\"a\":1,\"b\":2,\"k\":\"v\"}");
    gives("{\"a\" : 1}", &[Do::Insert("", "k", s("v"))], "{\"a\" : 1, \"k\" : \"v\"}");
    gives(
        "{\n\t\"a\": 1\n}",
        &[Do::Insert("", "k", map(&[("x", s("q"))]))],
        "{\n\t\"a\": 1,\n\t\"k\": {\n\t\t\"x\": \"q\"\n\t}\n}",
    );
    gives("{\r\n  \"a\": 1\r\n}", &[Do::Insert("", "k", s("v"))], "{\r\n  \"a\": 1,\r\n  \"k\": \"v\"\r\n}");
    gives(
        "{\n  \"a\": 1, \"b\": 2 }",
        &[Do::Insert("", "k", s("v"))],
        "{\n  \"a\": 1, \"b\": 2, \"k\": \"v\" }",
    );
}

#[test]
fn flow_over_several_lines_keeps_comments_and_commas() {
    gives(
        "a: {\n  b: 1, # x\n  c: 2 # y\n}\n",
        &[Do::Insert("a", "k", s("v"))],
        "a: {\n  b: 1, # x\n  c: 2, # y\n  k: v\n}\n",
    );
    gives("a: {\n  b: 1,\n}\n", &[Do::Insert("a", "k", s("v"))], "a: {\n  b: 1,\n  k: v,\n}\n");
    gives("a: [x, y]\n", &[Do::Append("a", s("z"))], "a: [x, y, z]\n");
    gives("a: []\n", &[Do::Append("a", s("z"))], "a:\n  - z\n");
    gives("a: [\n  x,\n  y\n]\n", &[Do::Append("a", s("z"))], "a: [\n  x,\n  y,\n  z\n]\n");
}

#[test]
fn items_are_appended() {
    gives("a:\n  - x\n  - y # b\nc: 1\n", &[Do::Append("a", s("z"))], "a:\n  - x\n  - y # b\n  - z\nc: 1\n");
    gives("a:\n- x\nc: 1\n", &[Do::Append("a", s("z"))], "a:\n- x\n- z\nc: 1\n");
    gives("a:\n- - x\nc: 1\n", &[Do::Append("a.0", s("z"))], "a:\n- - x\n  - z\nc: 1\n");
    gives(
        "a:\n  - b: 1\n    c: 2\n",
        &[Do::Append("a", map(&[("b", Content::Int(3)), ("d", map(&[("e", s("f"))]))]))],
        "a:\n  - b: 1\n    c: 2\n  - b: 3\n    d:\n      e: f\n",
    );
    gives("a:\n  - &x b\n", &[Do::Append("a", s("z"))], "a:\n  - &x b\n  - z\n");
    gives(
        "a:\n  - !Ref b\n",
        &[Do::Append("a", Content::Tagged("!Ref".into(), Box::new(s("c"))))],
        "a:\n  - !Ref b\n  - !Ref c\n",
    );
}

#[test]
fn entries_are_removed_with_their_own_comments() {
    let text = "a:\n  # about x\n  x: 1 # one\n  # about y\n  y: 2\nz: 3\n";
    gives(text, &[Do::Remove("a.x")], "a:\n  # about y\n  y: 2\nz: 3\n");
    gives(text, &[Do::Remove("a.y")], "a:\n  # about x\n  x: 1 # one\nz: 3\n");
    gives(text, &[Do::Remove("a.x"), Do::Remove("a.y")], "a: {}\nz: 3\n");
    gives(text, &[Do::Prune("a.x", ""), Do::Prune("a.y", "")], "z: 3\n");
    gives("a:\n  x: 1\n  y: 2", &[Do::Remove("a.y")], "a:\n  x: 1");
    gives("a: 1\n\nb:\n  c: 1\n\nd: 1\n", &[Do::Remove("b")], "a: 1\n\nd: 1\n");
    gives("a: 1\n\nb: 1\n", &[Do::Remove("b")], "a: 1\n");
    gives("a:\n  b: # why\n    c: 1\n  d: 1\n", &[Do::Remove("a.b.c")], "a:\n  b: {} # why\n  d: 1\n");
    gives("a:\n  b:\n    c:\n      d: 1\n  e: 1\n", &[Do::Prune("a.b.c.d", "a")], "a:\n  e: 1\n");
    gives("a:\n  b:\n    c:\n      d: 1\n", &[Do::Prune("a.b.c.d", "a")], "a: {}\n");
    gives("a:\n  b:\n    # deep\n    c: 1\n    # more\n  d: 1\n", &[Do::Remove("a.b")], "a:\n  d: 1\n");
    gives("a:\r\n  b: 1\r\n  c: 2\r\n", &[Do::Remove("a.b")], "a:\r\n  c: 2\r\n");
    assert!(run("a: 1\n", &[Do::Remove("a")]).is_err());
}

#[test]
fn what_stands_behind_a_dash_is_removed() {
    gives("- a: 1\n  b: 2\n", &[Do::Remove("0.a")], "- b: 2\n");
    gives("- a: 1\n  # about b\n  b: 2\n", &[Do::Remove("0.a")], "-\n  # about b\n  b: 2\n");
    gives("- a: 1\n- c\n", &[Do::Remove("0.a")], "- {}\n- c\n");
    gives("- x\n- y # why\n- z\n", &[Do::Remove("1")], "- x\n- z\n");
    gives("- x\n- y\n", &[Do::Remove("0")], "- y\n");
    gives("a:\n  - x\n", &[Do::Remove("a.0")], "a: []\n");
    gives("a:\n- x\nb: 1\n", &[Do::Remove("a.0")], "a: []\nb: 1\n");
    gives("a:\n  - - x\n    - y\n", &[Do::Remove("a.0.0")], "a:\n  - - y\n");
    gives("a:\n  - b: 1\n    c: 2\n  - d: 1\n", &[Do::Remove("a.0")], "a:\n  - d: 1\n");
}

#[test]
fn separators_go_with_what_they_separate() {
    gives("a: {b: 1, c: 2, d: 3}\n", &[Do::Remove("a.b")], "a: {c: 2, d: 3}\n");
    gives("a: {b: 1, c: 2, d: 3}\n", &[Do::Remove("a.c")], "a: {b: 1, d: 3}\n");
    gives("a: {b: 1, c: 2, d: 3}\n", &[Do::Remove("a.d")], "a: {b: 1, c: 2}\n");
    gives("a: {b: 1, c: 2, d: 3}\n", &[Do::Remove("a.c"), Do::Remove("a.d")], "a: {b: 1}\n");
    gives("a: {b: 1, c: 2, d: 3}\n", &[Do::Remove("a.b"), Do::Remove("a.d")], "a: {c: 2}\n");
    gives("a: {b: 1}\n", &[Do::Remove("a.b")], "a: {}\n");
    gives("a: [x, y]\n", &[Do::Remove("a.1")], "a: [x]\n");
    gives("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[Do::Remove("b")], "{\n  \"a\": 1\n}\n");
    gives("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[Do::Remove("a")], "{\n  \"b\": 2\n}\n");
    gives(
        "a: {\n  b: 1, # x\n  c: 2, # y\n  # about d\n  d: 3 # z\n}\n",
        &[Do::Remove("a.d")],
        "a: {\n  b: 1, # x\n  c: 2 # y\n}\n",
    );
    gives("a: {\n  b: 1, # x\n  c: 2 # y\n}\n", &[Do::Remove("a.b")], "a: {\n  c: 2 # y\n}\n");
    gives("a: [\n  x, # 1\n  # about y\n  y\n]\n", &[Do::Remove("a.0")], "a: [\n  # about y\n  y\n]\n");
}

#[test]
fn a_resource_is_declared_behind_another() {
    let new = || map(&[("Type", s("AWS::SQS::Queue"))]);
    gives(
        "R:\n  A:\n    Type: x\n\n  B:\n    Type: y\n",
        &[Do::After("R", "R.A", "New", new())],
        "R:\n  A:\n    Type: x\n\n  New:\n    Type: AWS::SQS::Queue\n\n  B:\n    Type: y\n",
    );
    gives(
        "R:\n  A:\n    Type: x\n  B:\n    Type: y\n",
        &[Do::After("R", "R.B", "New", new())],
        "R:\n  A:\n    Type: x\n  B:\n    Type: y\n  New:\n    Type: AWS::SQS::Queue\n",
    );
}

#[test]
fn changes_of_one_place_are_joined_or_refused() {
    let tracing = Do::Insert("f", "p", map(&[("t", s("1"))]));
    let timeout = Do::Insert("f", "p", map(&[("u", s("2"))]));
    gives("f:\n  a: 1\n", &[tracing, timeout], "f:\n  a: 1\n  p:\n    t: '1'\n    u: '2'\n");
    gives(
        "f:\n  a: 1\n",
        &[Do::Insert("f", "k", s("v")), Do::Insert("f", "l", s("w"))],
        "f:\n  a: 1\n  k: v\n  l: w\n",
    );
    gives(
        "f:\n  a:\n    b: 1\nz: 1\n",
        &[Do::Insert("f", "k", s("v")), Do::Insert("f.a", "l", s("w"))],
        "f:\n  a:\n    b: 1\n    l: w\n  k: v\nz: 1\n",
    );
    gives(
        "f:\n  url: true\n",
        &[Do::Insert("f", "k", s("v")), Do::Set("f.url", map(&[("authorizer", s("aws_iam"))]))],
        "f:\n  url:\n    authorizer: aws_iam\n  k: v\n",
    );
    assert_eq!(run("a: x\n", &[Do::Set("a", s("q")), Do::Set("a", s("z"))]), Err(Refusal::Conflict));
    assert_eq!(run("a:\n  b: x\nc: 1\n", &[Do::Set("a.b", s("q")), Do::Remove("a")]), Err(Refusal::Conflict));
    assert_eq!(
        run("f:\n  a: 1\n", &[Do::Insert("f", "k", s("v")), Do::Insert("f", "k", s("w"))]),
        Err(Refusal::Conflict)
    );
}

#[test]
fn odd_styles_are_kept() {
    gives(
        "a:\n- b: 1\n  c:\n  - d\n",
        &[Do::Insert("a.0", "k", Content::List(vec![s("v")]))],
        "a:\n- b: 1\n  c:\n  - d\n  k:\n  - v\n",
    );
    gives(
        "a:\n  b: \"one\n  two\"\n",
        &[Do::Insert("a", "k", s("v"))],
        "a:\n  b: \"one\n  two\"\n  k: \"v\"\n",
    );
    gives(
        "a:\n  b: one\n    two\nc: 1\n",
        &[Do::Insert("a", "k", s("v"))],
        "a:\n  b: one\n    two\n  k: v\nc: 1\n",
    );
    gives("a:   {b: 1}   # x\n", &[Do::Insert("a", "k", s("v"))], "a:   {b: 1, k: v}   # x\n");
    gives("a:\n  b: {c: [\n    1]}\n", &[Do::Insert("a", "k", s("v"))], "a:\n  b: {c: [\n    1]}\n  k: v\n");
    gives("? a\n: b\nc: 1\n", &[Do::Insert("", "k", s("v"))], "? a\n: b\nc: 1\nk: v\n");
}

#[test]
fn a_new_entry_takes_the_place_of_one_that_goes() {
    let both = |text: &str, gone: &[&str]| {
        let mut changes: Vec<Do<'_>> = gone.iter().map(|g| Do::Remove(g)).collect();
        changes.push(Do::Insert("a", "new", map(&[("x", s("v"))])));
        run(text, &changes)
    };
    for (text, gone, expected) in [
        ("a:\n  b: 1 # c\nz: 1\n", &["a.b"][..], "a:\n  new:\n    x: v\nz: 1\n"),
        ("a:\n  c: 1\n  # why\n  b: |\n    1\n\nz: 1\n", &["a.b"], "a:\n  c: 1\n  new:\n    x: v\n\nz: 1\n"),
        ("a:\n  b: 1\n  c: 2\nz: 1\n", &["a.b", "a.c"], "a:\n  new:\n    x: v\nz: 1\n"),
        ("a: {b: 1, c: 2}\n", &["a.c"], "a: {b: 1, new: {x: v}}\n"),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n",
            &["a.b"],
            "{\n  \"a\": {\n    \"new\": {\n      \"x\": \"v\"\n    }\n  }\n}\n",
        ),
        ("k:\n  - a: 1\na:\n  b: 1\n", &["a.b"], "k:\n  - a: 1\na:\n  new:\n    x: v\n"),
    ] {
        assert_eq!(both(text, gone).as_deref(), Ok(expected), "{text}");
    }
}
