//! The contract of `graph --format json`, and that pictures are well-formed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]
#![expect(clippy::many_single_char_names, reason = "small graphs")]

use std::sync::Arc;

use palisade_graph::{
    Application, Authorization, Detail, Edge, EdgeKind, EntryDetail, External, From, Function, Graph,
    ManagedPolicy, Node, NodeIx, NodeKind, Permission, Piece, Reason, Role, State, Statement, StoreDetail,
    Target, Tri, Trigger, Val, World, graph_json, to_dot, to_mermaid,
};
use palisade_source::{FileId, SourceFile, Span, Store};
use serde_json::{Value as Json, json};

const FILE: FileId = FileId(0);
const TEXT: &str = "one\ntwo\nthree\nfour\n";

/// The span of a line, from 1.
fn line(n: usize) -> Span {
    let start: usize = TEXT.lines().take(n - 1).map(|l| l.len() + 1).sum();
    Span::new(FILE, u32::try_from(start).unwrap(), u32::try_from(start + 1).unwrap())
}

fn text(s: &str) -> Val {
    Val::str(s, line(1))
}

fn object(entries: &[(&str, Val)]) -> Val {
    Val::object(entries.iter().cloned(), line(1))
}

fn node(kind: NodeKind, name: &str, ty: &str, props: Val, detail: Detail) -> Node {
    let mut node = Node::new(kind, "app", name, ty, line(2), props);
    node.logical_id = name.into();
    node.detail = detail;
    node
}

fn statement() -> Statement {
    Statement {
        sid: Some("S".into()),
        effect: text("Allow"),
        actions: vec![text("s3:Get*")],
        not_actions: Vec::new(),
        resources: vec![Val::attribute("Photos", "Arn", line(3))],
        not_resources: Vec::new(),
        principal: text("*"),
        not_principal: Val::default(),
        condition: object(&[("Bool", object(&[("aws:SecureTransport", Val::bool(true, line(3)))]))]),
        from: From::Template,
        policy: "inline".into(),
        implied_by: None,
        span: line(3),
    }
}

fn graph(memory: i64) -> Graph {
    let secret = Target::External { kind: External::Secret, name: "resolve:x".into(), secret: true };
    let variables = object(&[
        ("PASSWORD", text("hunter2")),
        ("TABLE", Val::reference("Photos", line(1))),
        ("KEY", Val::target(secret, line(1))),
        ("FREE", Val::unknown(Reason::ParameterWithoutDefault, "Free", line(1))),
    ]);
    let holes =
        [Piece::Text("fn-".into()), Piece::Hole(Val::unknown(Reason::ParameterWithoutDefault, "H", line(1)))];
    let function = object(&[
        ("Runtime", text("python3.12")),
        ("Handler", Val::new(State::Partial(Arc::new(holes)), line(1))),
        ("Timeout", text("30")),
        ("MemorySize", Val::int(memory, line(1))),
        ("Architectures", Val::list(vec![text("arm64")], line(1))),
        ("Role", Val::attribute("Role", "Arn", line(1))),
        ("Layers", Val::list(vec![Val::reference("Layer", line(1))], line(1))),
        ("Environment", object(&[("Variables", variables)])),
        ("VpcConfig", object(&[("SubnetIds", Val::list(vec![text("subnet-1")], line(1)))])),
    ]);
    let permission = Permission {
        logical_id: "May".into(),
        props: object(&[
            ("Principal", text("alexa-appkit.amazonaws.com")),
            ("Action", text("lambda:InvokeFunction")),
            ("EventSourceToken", text("hunter2")),
        ]),
        span: line(4),
        implied_by: None,
    };
    let mut g = Graph::default();
    let detail = Function { permissions: vec![permission], ..Function::default() };
    let f = g.add(node(
        NodeKind::Function,
        "F",
        "AWS::Lambda::Function",
        function,
        Detail::Function(Box::new(detail)),
    ));
    let role = Role {
        trust: vec![statement()],
        statements: vec![statement()],
        managed: vec![ManagedPolicy { value: text("AWSLambdaBasicExecutionRole"), implied_by: None }],
        boundary: None,
    };
    let r =
        g.add(node(NodeKind::Role, "Role", "AWS::IAM::Role", Val::default(), Detail::Role(Box::new(role))));
    let store = StoreDetail { policy: vec![statement()], unread_policy: false };
    let s = g.add(node(
        NodeKind::Store,
        "Photos",
        "AWS::S3::Bucket",
        Val::default(),
        Detail::Store(Box::new(store)),
    ));
    let entry = EntryDetail {
        protocol: "rest".into(),
        method: "GET".into(),
        path: "/\"<a>`".into(),
        authorization: Authorization::Unknown,
        authorization_at: Val::default(),
        authorizer: Some(r),
        api: None,
        validator: Tri::No,
        throttled: Tri::Yes,
        waf: Tri::Unknown,
        public: Tri::Yes,
        props: Val::default(),
        api_key: Tri::No,
        from_openapi: false,
    };
    let e = g.add(node(
        NodeKind::Entry,
        "Api GET /",
        "AWS::ApiGateway::Method",
        Val::default(),
        Detail::Entry(Box::new(entry)),
    ));
    g.add(node(NodeKind::Other, "Alone", "AWS::Route53::HostedZone", Val::default(), Detail::None));
    let trigger = Trigger {
        event: "apigateway-v1".into(),
        via: "route",
        enabled: text("true"),
        batch_size: Val::default(),
        filter: Val::default(),
        logical_id: "M".into(),
        source: "${Api}".into(),
        asynchronous: false,
        props: Val::default(),
    };
    let edge = |from: NodeIx, to: NodeIx, kind, trigger: Option<Trigger>, label: &str| Edge {
        from,
        to,
        kind,
        trigger: trigger.map(Box::new),
        span: line(4),
        label: label.into(),
    };
    g.connect(edge(f, s, EdgeKind::ReadsEnv, None, "TABLE"));
    g.connect(edge(e, f, EdgeKind::Triggers, Some(trigger), ""));
    g.connect(edge(f, r, EdgeKind::RunsAs, None, ""));
    g.sorted()
}

fn application(worlds: Vec<Graph>) -> Application {
    let mut store = Store::new();
    store.add(Arc::new(SourceFile::new("t.yaml", TEXT)));
    Application {
        root: "app".into(),
        dialects: vec!["sam"],
        worlds: worlds.into_iter().map(|g| (World::default(), Arc::new(g))).collect(),
        store,
        ..Application::default()
    }
}

fn found(json: &Json, id: &str) -> Json {
    let nodes = json["applications"][0]["nodes"].as_array().unwrap();
    nodes.iter().find(|n| n["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
}

#[test]
fn nodes_carry_what_the_contract_lists() {
    let json = graph_json(&[application(vec![graph(128)])]);
    assert_eq!(json["schema"], "palisade/graph/1");
    assert_eq!(json["applications"][0]["root"], "app");
    let f = found(&json, "function:app#F");
    assert_eq!(
        (&f["kind"], &f["name"], &f["type"], &f["logical_id"], &f["address"], &f["implied_by"]),
        (
            &json!("function"),
            &json!("F"),
            &json!("AWS::Lambda::Function"),
            &json!("F"),
            &Json::Null,
            &Json::Null
        )
    );
    assert_eq!(f["location"], json!({ "path": "t.yaml", "line": 2 }));
    let p = &f["properties"];
    assert_eq!(p["runtime"], "python3.12");
    assert_eq!(p["handler"], "fn-${H}");
    assert_eq!((&p["timeout"], &p["memory"]), (&json!(30), &json!(128)));
    assert_eq!((&p["architecture"], &p["package_type"]), (&json!("arm64"), &Json::Null));
    assert_eq!(p["layers"], json!(["${Layer}"]));
    assert_eq!(p["role"], "${Role.Arn}");
    assert_eq!(p["vpc"], json!({ "subnets": ["subnet-1"], "security_groups": [] }));
    assert_eq!(
        p["environment"],
        json!({
            "PASSWORD": { "kind": "literal", "target": null },
            "TABLE": { "kind": "reference", "target": "store:app#Photos" },
            "KEY": { "kind": "secret", "target": null },
            "FREE": { "kind": "unknown", "target": null },
        })
    );
    assert_eq!(
        p["permissions"],
        json!([{
            "logical_id": "May", "principal": "alexa-appkit.amazonaws.com", "action": "lambda:InvokeFunction",
            "source_arn": null, "source_account": null, "url_auth_type": null, "via_url": null,
        }])
    );
    assert_eq!(p["resource_policy"][0]["principals"], json!({ "Service": ["alexa-appkit.amazonaws.com"] }));
    assert_eq!(f["unknown"], json!(["handler"]));
    assert_eq!(f["partial"], json!({ "handler": "fn-${H}" }));
    assert_eq!(f["varies"], json!([]));
}

#[test]
fn statements_are_as_written_with_conditions_as_lists() {
    let json = graph_json(&[application(vec![graph(128)])]);
    let expected = json!([{
        "sid": "S", "effect": "Allow", "actions": ["s3:Get*"], "not_actions": [],
        "resources": ["${Photos.Arn}"], "not_resources": [], "principals": { "AWS": ["*"] },
        "conditions": { "Bool": { "aws:SecureTransport": ["true"] } },
        "from": "template", "policy": "inline", "location": { "path": "t.yaml", "line": 3 },
    }]);
    let role = found(&json, "role:app#Role");
    assert_eq!(role["properties"]["trust"], expected);
    assert_eq!(role["properties"]["statements"], expected);
    assert_eq!(role["properties"]["managed_policies"], json!(["AWSLambdaBasicExecutionRole"]));
    assert_eq!(role["properties"]["boundary"], Json::Null);
    assert_eq!(found(&json, "store:app#Photos")["properties"]["resource_policy"], expected);
}

#[test]
fn a_statement_that_could_not_be_read_makes_its_list_unknown() {
    let mut g = graph(128);
    let unknown = Val::unknown(Reason::Macro, "P", line(3));
    for n in &mut g.nodes {
        if let Detail::Role(role) = &mut n.detail {
            let unread = Statement {
                effect: unknown.clone(),
                actions: vec![unknown.clone()],
                principal: Val::default(),
                ..statement()
            };
            role.statements.push(unread);
        }
    }
    let json = graph_json(&[application(vec![g])]);
    let role = found(&json, "role:app#Role");
    assert_eq!(role["properties"]["statements"].as_array().unwrap().len(), 1);
    assert_eq!(role["unknown"], json!(["statements"]));
}

#[test]
fn entries_and_edges() {
    let json = graph_json(&[application(vec![graph(128)])]);
    let e = found(&json, "entry:app#Api GET /");
    let p = &e["properties"];
    assert_eq!(
        (&p["protocol"], &p["method"], &p["authorization"]),
        (&json!("rest"), &json!("GET"), &json!("unknown"))
    );
    assert_eq!(p["authorizer"], "role:app#Role");
    assert_eq!((&p["validator"], &p["throttled"], &p["waf"]), (&json!(false), &json!(true), &Json::Null));
    assert_eq!(e["unknown"], json!(["authorization", "waf"]));
    let edges = json["applications"][0]["edges"].as_array().unwrap();
    assert_eq!(
        edges[0],
        json!({
            "from": "entry:app#Api GET /", "to": "function:app#F", "kind": "triggers",
            "event": "apigateway-v1", "via": "route", "enabled": true, "batch_size": null, "filter": null,
            "logical_id": "M", "source": "${Api}", "asynchronous": false, "blocked": false,
            "location": { "path": "t.yaml", "line": 4 },
        })
    );
    let kinds: Vec<&Json> = edges.iter().map(|e| &e["kind"]).collect();
    assert_eq!(kinds, ["triggers", "runs_as", "reads_env"]);
}

#[test]
fn worlds_are_one_union_that_says_what_varies() {
    let mut other = graph(512);
    other.add(node(NodeKind::Store, "OnlyProd", "AWS::SQS::Queue", Val::default(), Detail::None));
    let json = graph_json(&[application(vec![graph(128), other])]);
    let f = found(&json, "function:app#F");
    assert_eq!(f["properties"]["memory"], 128);
    assert_eq!(f["varies"], json!(["memory"]));
    found(&json, "store:app#OnlyProd");
    assert_eq!(json["applications"][0]["edges"].as_array().unwrap().len(), 3);
}

#[test]
fn the_same_input_gives_the_same_bytes_and_no_secret() {
    let make = || graph_json(&[application(vec![graph(128), graph(256)])]).to_string();
    let first = make();
    assert_eq!(first, make());
    assert!(!first.contains("hunter2"));
}

#[test]
fn pictures_leave_out_what_is_not_connected_and_escape_labels() {
    let app = [application(vec![graph(128)])];
    let dot = to_dot(&app);
    assert!(dot.starts_with("digraph palisade {") && dot.ends_with("}\n"));
    assert!(dot.contains(r#"GET /\"<a>`"#), "{dot}");
    assert!(dot.contains("[label=\"triggers apigateway-v1\"]"), "{dot}");
    let mermaid = to_mermaid(&app);
    assert!(mermaid.starts_with("flowchart LR\n"));
    assert!(mermaid.contains("GET /#quot;#lt;a#gt;#96;"), "{mermaid}");
    assert!(mermaid.contains("-->|\"reads env TABLE\"|"), "{mermaid}");
    for picture in [dot, mermaid] {
        assert!(!picture.contains("Alone") && picture.contains("Photos"));
    }
}

#[test]
fn sorting_keeps_ends_names_and_details() {
    let mut g = Graph::default();
    let b = g.add(node(NodeKind::Store, "B", "T", Val::default(), Detail::None));
    let a = g.add(node(NodeKind::Store, "A", "T", Val::default(), Detail::None));
    let again = g.add(node(NodeKind::Store, "A", "T", Val::default(), Detail::None));
    g.alias("Second".into(), again);
    g.connect(Edge {
        from: b,
        to: a,
        kind: EdgeKind::FailsTo,
        trigger: None,
        span: line(1),
        label: "x".into(),
    });
    let g = g.sorted();
    let ids: Vec<&str> = g.nodes.iter().map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["store:app#A", "store:app#A~2", "store:app#B"]);
    let edge = g.out(g.by_id("store:app#B").unwrap(), EdgeKind::FailsTo).next().unwrap();
    assert_eq!(g.node(edge.to).unwrap().id, "store:app#A");
    assert_eq!(g.by_logical("Second"), g.by_id("store:app#A~2"));
    assert_eq!(Graph::into(&g, edge.to, EdgeKind::FailsTo).count(), 1);
}
