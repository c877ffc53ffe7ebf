use serde_json::json;

use crate::{look, outputs, value, why};

#[test]
fn literals_operators_and_templates() {
    for (expr, expected) in [
        ("1 + 2 * 3", json!(7)),
        ("(1 + 2) * 3", json!(9)),
        ("7 / 2", json!(3.5)),
        ("8 / 2", json!(4)),
        ("7 % 3", json!(1)),
        ("-(3)", json!(-3)),
        ("\"5\" + 1", json!(6)),
        ("!true", json!(false)),
        ("true && false || true", json!(true)),
        ("1 == 1.0", json!(true)),
        ("\"1\" == 1", json!(false)),
        ("[1, \"a\"] == [1, \"a\"]", json!(true)),
        ("{a = 1, b = 2} == {b = 2, a = 1}", json!(true)),
        ("\"a\" != \"b\"", json!(true)),
        ("2 >= 2", json!(true)),
        ("\"a-${1 + 1}-${true}\"", json!("a-2-true")),
        ("\"${[1, 2]}\"", json!([1, 2])),
        ("\"%{ if true }yes%{ else }no%{ endif }\"", json!("yes")),
        ("\"%{ for x in [1, 2] }<${x}>%{ endfor }\"", json!("<1><2>")),
        ("true ? \"a\" : \"b\"", json!("a")),
        ("[for x in [1, 2, 3] : x * 2 if x != 2]", json!([2, 6])),
        ("[for i, x in [\"a\", \"b\"] : \"${i}${x}\"]", json!(["0a", "1b"])),
        ("{for k, v in {a = 1} : upper(k) => v + 1}", json!({"A": 2})),
        ("{for x in [\"a\", \"bb\", \"c\"] : length(x) => x...}", json!({"1": ["a", "c"], "2": ["bb"]})),
        ("[{a = 1}, {a = 2}][*].a", json!([1, 2])),
        ("[{a = 1}, {a = 2}].*.a", json!([1, 2])),
        ("{a = 5}[*].a", json!([5])),
        ("null[*]", json!([])),
        ("{a = {b = [3]}}.a.b[0]", json!(3)),
        ("{a = {b = [3]}}[\"a\"].b.0", json!(3)),
        ("{(\"k\") = 1, \"l\" = 2, m : 3}", json!({"k": 1, "l": 2, "m": 3})),
        ("max([1, 5, 3]...)", json!(5)),
        ("try({}.x, \"d\")", json!("d")),
        ("try([{}[0].a], [])", json!([])),
        ("try(\"x-${{}.a}\", \"d\")", json!("d")),
        ("can({}.x)", json!(false)),
        ("can({x = 1}.x)", json!(true)),
        ("merge({a = 1, b = 1}, {b = 2})", json!({"a": 1, "b": 2})),
        ("jsonencode({a = [1]})", json!({"a": [1]})),
    ] {
        let val = value(expr);
        assert_eq!(val.to_json(), expected, "{expr}: {val:?}");
    }
}

#[test]
fn failures_are_not_known() {
    for expr in ["{}.x", "[1][3]", "1 / 0", "nothing.at.all", "local.none", "var.none", "\"a\".b", "-\"x\""] {
        let val = value(expr);
        assert!(!val.is_known(), "{expr}: {val:?}");
    }
}

#[test]
fn the_text_around_what_is_declared_elsewhere_is_known() {
    // Terragrunt writes declarations when it runs.
    for expr in ["\"arn:aws:sqs:${var.region}:*\"", "\"arn:aws:sqs:${local.region}:*\""] {
        let val = value(expr);
        assert!(val.display().starts_with("arn:aws:sqs:${"), "{expr}: {val:?}");
    }
    let seen = look(&[
        ("main.tf", "output \"o\" { value = \"${var.name}-x\" }\n"),
        ("terraform.tfvars", "name = \"orders\"\n"),
    ]);
    assert_eq!(seen.outputs.to_json(), json!({"o": "orders-x"}));
}

#[test]
fn what_cannot_be_decided_keeps_what_is_the_same() {
    let text = r#"
variable "x" {}
output "same" { value = var.x ? "a" : "a" }
output "other" { value = var.x ? "a" : "b" }
output "map" { value = var.x ? { a = 1, b = 2 } : { a = 1, b = 3 } }
output "and" { value = var.x && false }
output "or" { value = true || var.x }
output "text" { value = "a-${var.x}" }
output "list" { value = concat(["a"], var.x) }
output "merged" { value = merge(var.x, { a = 1 }) }
output "try" { value = try(var.x.y, "d") }
output "for" { value = [for v in var.x : { fixed = 1, v = v }] }
"#;
    let seen = look(&[("main.tf", text)]);
    let out = |name: &str| seen.outputs.get(name);
    assert_eq!(out("same").to_json(), json!("a"));
    assert_eq!(why(out("other")), "condition");
    assert_eq!(out("map").get("a").to_json(), json!(1));
    assert_eq!(why(out("map").get("b")), "condition");
    assert_eq!(out("and").to_json(), json!(false));
    assert_eq!(out("or").to_json(), json!(true));
    assert_eq!(out("text").display(), "a-${var.x}");
    assert!(out("list").as_list().unwrap().open);
    assert_eq!(out("list").items().first().unwrap().to_json(), json!("a"));
    assert!(out("merged").as_map().unwrap().open);
    assert_eq!(out("merged").get("a").to_json(), json!(1));
    assert_eq!(why(out("try")), "parameter without default");
    let list = out("for").as_list().unwrap();
    assert!(list.open);
    assert_eq!(list.items.first().unwrap().get("fixed").to_json(), json!(1));
    assert_eq!(seen.undecided, ["x"]);
}

#[test]
fn locals_stand_in_any_order_and_cycles_end() {
    let text = r#"
locals {
  c = "${local.b}c"
  a = "a"
}
locals {
  b     = "${local.a}b"
  one   = local.two
  two   = local.one
  self  = { x = 1, y = local.self.x }
}
output "c" { value = local.c }
output "one" { value = local.one }
output "self" { value = local.self }
"#;
    let seen = look(&[("main.tf", text)]);
    assert_eq!(seen.outputs.get("c").to_json(), json!("abc"));
    assert_eq!(why(seen.outputs.get("one")), "cycle");
    assert_eq!(seen.outputs.at("self.x").to_json(), json!(1));
    assert_eq!(why(seen.outputs.at("self.y")), "cycle");
}

#[test]
fn files_and_templates() {
    let main = r#"
output "file" { value = file("${path.module}/a.txt") }
output "json" { value = jsondecode(file("p.json")).Statement[0].Action }
output "template" {
  value = templatefile("${path.module}/t.tpl", { name = "x", list = ["a", "b"], n = var.n })
}
output "policy" { value = jsondecode(templatefile("p.tpl", { arn = aws_sqs_queue.q.arn, n = 1 })) }
output "outside" { value = file("../../etc/passwd") }
output "only" { value = templatefile("only.tpl", { x = "y" }) }
variable "n" {}
resource "aws_sqs_queue" "q" {}
"#;
    let seen = look(&[
        ("main.tf", main),
        ("a.txt", "hello"),
        ("p.json", r#"{"Statement": [{"Action": "s3:*"}]}"#),
        ("t.tpl", "${name}:%{ for x in list ~}\n[${x}]\n%{ endfor ~}\n${n} \"q\" \\n var.x $${name}"),
        ("p.tpl", r#"{"Statement": [{"Action": "sqs:*", "Resource": "${arn}", "Sid": "S${n}"}]}"#),
        ("only.tpl", "${x}\n"),
    ]);
    let out = |name: &str| seen.outputs.get(name);
    assert_eq!(out("file").to_json(), json!("hello"));
    assert_eq!(out("json").to_json(), json!("s3:*"));
    assert_eq!(seen.written(out("json")), ("p.json", "\"s3:*\""));
    assert_eq!(out("template").display(), "x:[a]\n[b]\n${var.n} \"q\" \\n var.x ${name}");
    let statement = out("policy").get("Statement").items().first().unwrap();
    assert_eq!(statement.get("Action").to_json(), json!("sqs:*"));
    assert_eq!(statement.get("Sid").to_json(), json!("S1"));
    assert_eq!(statement.get("Resource").display(), "${aws_sqs_queue.q.arn}");
    assert_eq!(why(out("outside")), "outside the scanned tree");
    assert_eq!(out("only").to_json(), json!("y\n"));
}

#[test]
fn a_template_sees_nothing_but_what_it_is_given() {
    let seen = look(&[
        ("main.tf", "locals { a = 1 }\noutput \"o\" { value = templatefile(\"t.tpl\", { b = 2 }) }\n"),
        ("t.tpl", "${local.a}"),
    ]);
    assert!(!seen.outputs.get("o").is_known());
}

#[test]
fn provenance_ends_where_the_user_wrote_the_value() {
    let text = r#"
variable "runtime" {
  default = "python3.8"
}
locals {
  runtime = var.runtime
}
resource "aws_lambda_function" "f" {
  runtime = local.runtime
}
"#;
    let seen = look(&[("main.tf", text)]);
    let val = seen.at("aws_lambda_function.f").body.get("runtime");
    assert_eq!(seen.written(val), ("main.tf", "\"python3.8\""));
    let way: Vec<(&str, &str)> = val.links().map(|l| (l.word.word(), seen.store.text(l.span))).collect();
    assert_eq!(way, [("evaluated", "local.runtime"), ("parameter", "var.runtime")]);
}

#[test]
fn paths_and_workspace() {
    let out = outputs("output \"o\" { value = [path.module, path.root, terraform.workspace] }");
    assert_eq!(out, json!({"o": [".", ".", "default"]}));
}
