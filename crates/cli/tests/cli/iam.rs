//! `palisade iam`: lines in, lines out, in order, and bad ones among them.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::run::{Done, command, tree};

/// Runs a question over lines of standard input.
fn ask(question: &str, input: &[u8]) -> Done {
    let folder = tree(&[]);
    let mut child = command(folder.path(), &["iam", question])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn answers(done: &Done) -> Vec<Value> {
    done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn policy(effect: &str, action: &str, resource: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": effect, "Action": action, "Resource": resource}]})
}

const ROLE: &str = "arn:aws:iam::123456789012:role/orders";

#[test]
fn every_line_has_its_answer_in_order() {
    let question = |id: Value, effect: &str| {
        json!({"id": id, "request": {"principal": ROLE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"},
            "identity": [policy(effect, "s3:Get*", "arn:aws:s3:::b/*")]})
        .to_string()
    };
    let mut input = Vec::new();
    for line in [
        question(json!(1), "Allow"),
        String::new(),
        "not JSON".to_owned(),
        question(json!({"a": []}), "Deny"),
    ] {
        input.extend(line.bytes());
        input.push(b'\n');
    }
    input.extend(b"\xFF\xFE\n");
    input.extend(question(Value::Null, "allow").bytes());
    let done = ask("evaluate", &input).quiet(3);
    let all = answers(&done);
    assert_eq!(all.len(), 5);
    assert_eq!(
        all[0],
        json!({"id": 1, "decision": "allow", "missing": [],
        "because": [{"policy": "identity", "index": 0, "statement": 0, "sid": "S", "effect": "Allow"}]})
    );
    assert!(all[1]["error"].is_string());
    assert_eq!((&all[2]["id"], &all[2]["decision"]), (&json!({"a": []}), &json!("explicit_deny")));
    assert!(all[3]["error"].as_str().unwrap().contains("UTF-8"));
    // AWS refuses the effect `allow`; the error says where it stands.
    assert!(all[4]["error"].as_str().unwrap().contains("/Statement/0/Effect"), "{}", all[4]);
}

#[test]
fn what_is_unknown_is_named() {
    let mut policy = policy("Allow", "s3:*", "*");
    policy["Statement"][0]["Condition"] = json!({"StringEquals": {"aws:principaltag/team": "blue"}});
    let request = json!({"principal": ROLE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"});
    for complete in [json!(false), Value::Null] {
        let line =
            json!({"request": request, "identity": [policy], "context_complete": complete}).to_string();
        let all = answers(&ask("evaluate", line.as_bytes()).quiet(0));
        assert_eq!(all[0]["decision"], "unknown");
        assert_eq!(all[0]["missing"], json!(["aws:PrincipalTag/team"]));
        assert_eq!(all[0]["residue"], json!(["StringEquals aws:PrincipalTag/team [blue]"]));
    }
}

#[test]
fn policies_are_compared_with_a_counterexample() {
    let line =
        json!({"a": [policy("Allow", "s3:*", "*")], "b": [policy("Allow", "s3:Get*", "*")]}).to_string();
    let all = answers(&ask("compare", line.as_bytes()).quiet(0));
    assert_eq!((&all[0]["result"], &all[0]["only_b"]), (&json!("b_in_a"), &Value::Null));
    let replayed = |policy: Value| {
        let line = json!({"request": all[0]["only_a"], "identity": [policy]}).to_string();
        answers(&ask("evaluate", line.as_bytes()).quiet(0))[0]["decision"].clone()
    };
    assert_eq!(replayed(policy("Allow", "s3:*", "*")), "allow");
    assert_eq!(replayed(policy("Allow", "s3:Get*", "*")), "implicit_deny");
}

#[test]
fn why_says_the_smallest_change() {
    let request = json!({"principal": ROLE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"});
    let line = json!({"request": request, "identity": [policy("Allow", "s3:Put*", "*"), policy("Deny", "s3:Get*", "*")]});
    let all = answers(&ask("why", line.to_string().as_bytes()).quiet(0));
    assert_eq!(all[0]["decision"], "explicit_deny");
    assert_eq!(
        all[0]["change"],
        json!([{"do": "remove", "policy": "identity", "index": 1, "statement": 0},
            {"do": "add", "policy": "identity", "index": 0, "statement": null,
             "value": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/k"}}])
    );
    let line = json!({"request": request, "identity": [policy("Allow", "s3:*", "*")]});
    let all = answers(&ask("why", line.to_string().as_bytes()).quiet(0));
    assert_eq!(all[0]["change"], json!([{"do": "remove", "policy": "identity", "index": 0, "statement": 0}]));
    // A role of another account cannot be passed, whatever is allowed.
    let request =
        json!({"principal": ROLE, "action": "iam:PassRole", "resource": "arn:aws:iam::999999999999:role/r"});
    let all = answers(&ask("why", json!({"request": request}).to_string().as_bytes()).quiet(0));
    assert_eq!(all[0]["change"], Value::Null);
}

#[test]
fn documents_are_linted_expanded_and_shrunk() {
    let line = json!({"policy": policy("Allow", "s3:GetObjekt", "*")}).to_string();
    let all = answers(&ask("lint", line.as_bytes()).quiet(0));
    let unknown =
        all[0]["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "iam-unknown-action").unwrap();
    assert_eq!(unknown["pointer"], "/Statement/0/Action");
    assert!(unknown["message"].as_str().unwrap().contains("GetObject"), "{unknown}");

    let line = json!({"policy": policy("Allow", "sts:Get*", "*")}).to_string();
    let all = answers(&ask("expand", line.as_bytes()).quiet(0));
    let actions = all[0]["policy"]["Statement"][0]["Action"].as_array().unwrap();
    assert!(
        actions.contains(&json!("sts:GetCallerIdentity")) && !actions.contains(&json!("sts:Get*")),
        "{actions:?}"
    );

    let expanded = json!({"policy": all[0]["policy"], "limit": 120}).to_string();
    let all = answers(&ask("shrink", expanded.as_bytes()).quiet(0));
    assert_eq!((&all[0]["exact"], &all[0]["added"]), (&json!(true), &json!([])));
}
