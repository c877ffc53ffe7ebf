//! Files that want to crash, hang or flood the evaluation. Each ends in an answer.

use std::fmt::Write;

use palisade_load::{Inputs, WalkOptions, read};
use palisade_source::Limits;

use crate::{look, tree, why};

/// The same on a thread with the stack of a worker.
fn small(files: &[(&str, &str)]) -> usize {
    let folder = tree(files);
    let root = folder.path().to_owned();
    let run = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(2 << 20).build().unwrap();
        let read = || read(&root, &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
        pool.install(read).applications.len()
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

fn one(text: &str) -> usize {
    small(&[("main.tf", &format!("{text}\nresource \"aws_x\" \"y\" {{\n  a = local.a\n}}\n"))])
}

#[test]
fn ranges_and_loops_end() {
    assert_eq!(one("locals { a = range(1000000000) }"), 1);
    assert_eq!(one("locals { a = [for x in range(5000) : [for y in range(5000) : x * y]] }"), 1);
    assert_eq!(one("locals { a = setproduct(range(1000), range(1000), range(1000)) }"), 1);
    let seen = look(&[("main.tf", "resource \"aws_x\" \"y\" {\n  count = 1000000000\n}\n")]);
    assert_eq!(seen.instances.len(), 101);
    let keys = (0..10_000).map(|n| format!("    k{n} = {{ n = {n} }}\n")).collect::<Vec<_>>().concat();
    let many = format!(
        "locals {{\n  m = {{\n{keys}  }}\n}}\nresource \"aws_x\" \"y\" {{\n  for_each = {{ for k, v in local.m : \"x${{k}}\" => v }}\n  \
         n = each.value.n\n  o = local.m[\"k5\"].n\n}}\n"
    );
    let many = &many;
    assert_eq!(look(&[("main.tf", many)]).instances.len(), 101);
}

#[test]
fn growth_ends() {
    let doubling = |each: &dyn Fn(usize) -> String, start: &str| {
        let mut text = format!("locals {{\n  a0 = {start}\n");
        for n in 1..60 {
            writeln!(text, "  a{n} = {}", each(n - 1)).unwrap();
        }
        text.push_str("  a = local.a59\n}\n");
        text
    };
    let cases: [(&dyn Fn(usize) -> String, &str); 6] = [
        (&|n| format!("\"${{local.a{n}}}${{local.a{n}}}\""), "\"xxxxxxxx\""),
        (&|n| format!("join(local.a{n}, [local.a{n}, local.a{n}])"), "\"x\""),
        (&|n| format!("[local.a{n}, local.a{n}]"), "\"x\""),
        (&|n| format!("concat(local.a{n}, local.a{n})"), "[1, 2]"),
        (&|n| format!("{{ x = local.a{n}, y = local.a{n} }}"), "1"),
        (&|n| format!("jsonencode([local.a{n}, \"${{jsonencode(local.a{n})}}-\"])"), "[1]"),
    ];
    for (each, start) in cases {
        let text = doubling(each, start);
        let seen = look(&[("main.tf", &format!("{text}output \"o\" {{ value = local.a }}\n"))]);
        assert!(seen.outputs.any_unknown(), "{text}");
        assert_eq!(one(&text), 1);
    }
}

#[test]
fn chains_do_not_need_the_stack() {
    for order in [false, true] {
        let mut lines: Vec<String> = (1..20_000).map(|n| format!("  l{n} = [local.l{}]\n", n - 1)).collect();
        if order {
            lines.reverse();
        }
        let text = format!("locals {{\n  l0 = 1\n{}  a = local.l19999\n}}\n", lines.concat());
        assert_eq!(one(&text), 1);
    }
    // A value is as deep whichever end is evaluated first.
    let mut outputs = String::from("locals {\n  l0 = 1\n");
    for n in 1..600 {
        writeln!(outputs, "  l{n} = [local.l{}]", n - 1).unwrap();
    }
    outputs.push_str("}\n");
    let forward =
        (0..600).map(|n| format!("output \"o{n}\" {{ value = local.l{n} }}\n")).collect::<Vec<_>>().concat();
    let seen = look(&[("main.tf", &format!("{outputs}{forward}"))]);
    assert!(seen.outputs.get("o100").is_known());
    let alone = look(&[("main.tf", &format!("{outputs}output \"o599\" {{ value = local.l599 }}\n"))]);
    let limited = |val: &palisade_graph::Val| {
        let mut at = val;
        while let Some(next) = at.items().first().filter(|_| at.is_known()) {
            at = next;
        }
        why(at)
    };
    assert_eq!(limited(alone.outputs.get("o599")), "limit: depth");
    assert_eq!(limited(seen.outputs.get("o599")), "limit: depth");
}

#[test]
fn modules_multiply_to_a_limit() {
    let call = |to: &str| format!("module \"m\" {{\n  source = \"../{to}\"\n  count = 100\n}}\n");
    let (a, b, c) = (call("b"), call("c"), call("d"));
    let files = [
        ("a/main.tf", a.as_str()),
        ("b/main.tf", &b),
        ("c/main.tf", &c),
        ("d/main.tf", "resource \"aws_x\" \"y\" {}\n"),
    ];
    let folder = tree(&files);
    let out = read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    assert_eq!(out.applications.len(), 1);
    assert!(out.failures.iter().any(|f| f.reason.contains("more than 10000 modules")), "{:?}", out.failures);
}

#[test]
fn deep_expressions_are_lost_and_the_rest_is_read() {
    let deep = format!("locals {{ a = {}1{} }}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(one(&deep), 1);
    let chain = format!("locals {{ a = local{} }}", ".a".repeat(50_000));
    assert_eq!(one(&chain), 1);
    let index = format!("locals {{ a = local{} }}", "[0]".repeat(50_000));
    assert_eq!(one(&index), 1);
}

#[test]
fn templates_that_call_for_themselves_end() {
    let main =
        "locals { a = templatefile(\"t.tpl\", { x = 1 }) }\nresource \"aws_x\" \"y\" { a = local.a }\n";
    assert_eq!(small(&[("main.tf", main), ("t.tpl", "${templatefile(\"t.tpl\", { x = x })}")]), 1);
    assert_eq!(small(&[("main.tf", main), ("t.tpl", &"${x".repeat(5000))]), 1);
    let grow = "%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }x%{ endfor }%{ endfor }%{ endfor }";
    assert_eq!(small(&[("main.tf", main), ("t.tpl", grow)]), 1);
}
