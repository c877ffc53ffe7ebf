//! Programs and the trees that are expected of them, written by hand. A tree is compared by a short form of it: see
//! [`stmt`].
#![expect(clippy::string_slice, reason = "tests fail by panicking")]

use palisade_code::script::{
    Argument, Class, Entry, Expr, ExprKind, Function, Language, Module, Pattern, Piece, Stmt, StmtKind, parse,
};

fn pattern(p: &Pattern) -> String {
    match p {
        Pattern::Name(n) => n.to_string(),
        Pattern::Member(b, n) => format!("{}.{n}", expr(b)),
        Pattern::Index(b, k) => format!("{}[{}]", expr(b), expr(k)),
        Pattern::List(items) => {
            let items: Vec<String> = items.iter().map(|i| i.as_ref().map_or("_".into(), pattern)).collect();
            format!("[{}]", items.join(" "))
        }
        Pattern::Rest(p) => format!("...{}", pattern(p)),
        Pattern::Default(p, e) => format!("{}={}", pattern(p), expr(e)),
        Pattern::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(k, p, d)| {
                    let default = d.as_ref().map_or(String::new(), |d| format!("={}", expr(d)));
                    format!("{k}:{}{default}", pattern(p))
                })
                .collect();
            format!("{{{}}}", entries.join(" "))
        }
        Pattern::Other => "?".into(),
    }
}

fn argument(a: &Argument) -> String {
    let name = a.name.as_ref().map_or(String::new(), |n| format!("{n}="));
    format!("{name}{}{}", if a.spread { "..." } else { "" }, expr(&a.value))
}

fn arguments(all: &[Argument]) -> String {
    all.iter().map(argument).collect::<Vec<_>>().join(" ")
}

fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Str(s) => format!("'{s}'"),
        ExprKind::Template(pieces) => {
            let pieces: Vec<String> = pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) => t.to_string(),
                    Piece::Expr(e) => format!("${{{}}}", expr(e)),
                })
                .collect();
            format!("`{}`", pieces.concat())
        }
        ExprKind::Num(n) | ExprKind::Name(n) => n.to_string(),
        ExprKind::This => "this".into(),
        ExprKind::Super => "super".into(),
        ExprKind::Member(b, n, _) => format!("{}.{n}", expr(b)),
        ExprKind::Index(b, k) => format!("{}[{}]", expr(b), expr(k)),
        ExprKind::Call { callee, arguments: a, new } => {
            format!("{}{}({})", if *new { "new " } else { "" }, expr(callee), arguments(a))
        }
        ExprKind::List(items) => format!("[{}]", arguments(items)),
        ExprKind::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|e| match e {
                    Entry::Pair(k, _, v) => format!("{k}:{}", expr(v)),
                    Entry::Computed(k, v) => format!("[{}]:{}", expr(k), expr(v)),
                    Entry::Spread(v) => format!("...{}", expr(v)),
                })
                .collect();
            format!("{{{}}}", entries.join(" "))
        }
        ExprKind::Function(f) => function(f),
        ExprKind::Class(c) => class(c),
        ExprKind::Conditional(c, a, b) => format!("({} ? {} : {})", expr(c), expr(a), expr(b)),
        ExprKind::Logical(o, a, b) => format!("({} {o:?} {})", expr(a), expr(b)),
        ExprKind::Binary(o, a, b) => format!("({} {o:?} {})", expr(a), expr(b)),
        ExprKind::Not(e) => format!("!{}", expr(e)),
        ExprKind::Minus(e) => format!("-{}", expr(e)),
        ExprKind::Assign(p, e) => format!("({} := {})", pattern(p), expr(e)),
        ExprKind::Comprehension(e, p, v, c) => {
            let condition = c.as_ref().map_or(String::new(), |c| format!(" if {}", expr(c)));
            format!("[{} for {} in {}{condition}]", expr(e), pattern(p), expr(v))
        }
        ExprKind::Other => "?".into(),
    }
}

fn function(f: &Function) -> String {
    let parameters: Vec<String> = f
        .parameters
        .iter()
        .map(|p| {
            let marks = [(p.rest, "*"), (p.keywords, "**"), (p.member, "@")];
            let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, m)| *m).collect();
            let default = p.default.as_ref().map_or(String::new(), |d| format!("={}", expr(d)));
            format!("{marks}{}{default}", pattern(&p.pattern))
        })
        .collect();
    format!("fn({}) {{{}}}", parameters.join(" "), body(&f.body))
}

fn class(c: &Class) -> String {
    let mut parts = Vec::new();
    if let Some(f) = &c.constructor {
        parts.push(format!("new {}", function(f)));
    }
    for (name, value, is_static) in &c.fields {
        let value = value.as_ref().map_or(String::new(), |v| format!("={}", expr(v)));
        parts.push(format!("{}{name}{value}", if *is_static { "static " } else { "" }));
    }
    for (name, m) in &c.methods {
        let marks =
            format!("{}{}", if m.is_static { "static " } else { "" }, if m.getter { "get " } else { "" });
        parts.push(format!("{marks}{name} {}", function(&m.function)));
    }
    let base = c.base.as_ref().map_or(String::new(), |b| format!(":{}", expr(b)));
    format!("class{base} {{{}}}", parts.join("; "))
}

/// A statement on one line.
fn stmt(s: &Stmt) -> String {
    match &s.kind {
        StmtKind::Import(i) => {
            let names: Vec<String> = i.names.iter().map(|(a, b)| format!("{a} as {b}")).collect();
            format!("import {} ({})", i.module, names.join(", "))
        }
        StmtKind::Export { names, from } => {
            let names: Vec<String> = names.iter().map(|(a, b)| format!("{a}={b}")).collect();
            let from = from.as_ref().map_or(String::new(), |f| format!(" from {f}"));
            format!("export {}{from}", names.join(" "))
        }
        StmtKind::Assign { target, value, operator, declares } => {
            let value = value.as_ref().map_or("nothing".into(), expr);
            let operator = operator.map_or(String::new(), |o| format!("{o:?}"));
            format!("{}{} {operator}= {value}", if *declares { "let " } else { "" }, pattern(target))
        }
        StmtKind::Expr(e) => expr(e),
        StmtKind::If(c, a, b) => format!("if {} {{{}}} {{{}}}", expr(c), body(a), body(b)),
        StmtKind::ForOf(p, v, b) => format!("for {} of {} {{{}}}", pattern(p), expr(v), body(b)),
        StmtKind::For { before, test, step, body: b } => {
            let test = test.as_ref().map_or(String::new(), expr);
            format!("for ({}; {test}; {}) {{{}}}", body(before), body(step), body(b))
        }
        StmtKind::Loop(b) => format!("loop {{{}}}", body(b)),
        StmtKind::Return(v) => format!("return {}", v.as_ref().map_or("nothing".into(), expr)),
        StmtKind::Throw => "throw".into(),
        StmtKind::Jump => "jump".into(),
        StmtKind::Function(n, f) => format!("{n}: {}", function(f)),
        StmtKind::Class(n, c) => format!("{n}: {}", class(c)),
        StmtKind::Block(b) => format!("{{{}}}", body(b)),
        StmtKind::Other => "?".into(),
    }
}

fn body(all: &[Stmt]) -> String {
    all.iter().map(stmt).collect::<Vec<_>>().join("; ")
}

fn read(text: &str, name: &str) -> Module {
    let module = parse(text, name);
    assert_eq!(module.errors, [], "{text}");
    module
}

fn same(name: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(body(&read(text, name).body), *expected, "{text}");
    }
}

#[test]
fn typescript_statements() {
    same(
        "a.ts",
        &[
            ("import * as cdk from 'aws-cdk-lib';", "import aws-cdk-lib (* as cdk)"),
            ("import d, { Stack, App as A } from 'x';", "import x (default as d, Stack as Stack, App as A)"),
            ("import type { T } from 'x';", ""),
            ("import lambda = require('@aws-cdk/aws-lambda');", "import @aws-cdk/aws-lambda (* as lambda)"),
            ("import F = lambda.x.Function;", "let F = lambda.x.Function"),
            ("export const a = 1, b = 2;", "let a = 1; let b = 2; export a=a b=b"),
            ("export default class extends B {}", "default: class:B {}; export default=default"),
            ("export default class X {}", "X: class {}; export default=X"),
            (
                "export * from './a'; export { x as y } from './b'; export { z };",
                "export *=* from ./a; export y=x from ./b; export z=z",
            ),
            ("export * as ns from './a';", "export ns=* from ./a"),
            ("let x: string; x = 'a'; x += 'b';", "let x = nothing; x = 'a'; x Add= 'b'"),
            ("const { a, b: { c = 1 }, ...rest } = p;", "let {a:a b:{c:c=1} ...:rest} = p"),
            ("const [a, , b = 2, ...c] = p;", "let [a _ b=2 ...c] = p"),
            ("enum E { A, B = 5, C, D = 'd' }", "let E = {A:0 B:5 C:6 D:'d'}"),
            ("for (const x of xs) f(x);", "for x of xs {f(x)}"),
            ("for (const k in o) {}", "for k of Object.keys(o) {}"),
            ("for (let i = 0; i < 3; i++) g(i);", "for (let i = 0; (i Less 3); (i := (i Add 1))) {g(i)}"),
            ("while (x) { y(); }", "loop {y()}"),
            ("if (a) b(); else if (c) d(); else e();", "if a {b()} {if c {d()} {e()}}"),
            ("try { a() } catch (e) { b() } finally { c() }", "{a(); c()}"),
            (
                "switch (s) { case 'a': case 'b': f(); break; default: g(); }",
                "let switch 0 = s; if ((switch 0 Equal 'a') Or (switch 0 Equal 'b')) {f()} {g()}",
            ),
            ("module.exports = { a };", "return {a:a}"),
            ("exports.h = 1; module.exports.i = 2;", "exports.h = 1; exports.i = 2"),
            ("function f(a, b = 1, ...c) { return a }", "f: fn(a b=1 *c) {return a}"),
            ("declare const x: number; interface I {} type T = 1; declare module 'm' {}", ""),
            ("a = b = c;", "a = (b := c)"),
            ("x['y'] = 1; this.z = 2;", "x['y'] = 1; this.z = 2"),
        ],
    );
}

#[test]
fn typescript_expressions() {
    same(
        "a.ts",
        &[
            (
                "new lambda.Function(this, 'F', { runtime: R.X, ...p });",
                "new lambda.Function(this 'F' {runtime:R.X ...p})",
            ),
            ("(x as Y)!.z<T>();", "x.z()"),
            ("<any>x;", "x"),
            ("await f?.(a)?.b;", "f(a).b"),
            ("a ?? b;", "(a Nullish b)"),
            ("b || c && d;", "(b Or (c And d))"),
            ("`a${b}c${d.e}`;", "`a${b}c${d.e}`"),
            ("`plain`;", "'plain'"),
            (
                "xs.map(x => x.y).filter((x) => { return !x; });",
                "xs.map(fn(x) {return x.y}).filter(fn(x) {return !x})",
            ),
            ("const f = function () { return 1 };", "let f = fn() {return 1}"),
            (
                "({ [k]: 1, m() { return 2 }, 'q-r': -3, 4: undefined });",
                "{[k]:1 m:fn() {return 2} q-r:-3 4:null}",
            ),
            ("a ? b : c;", "(a ? b : c)"),
            ("typeof x; /re/g; 1n;", "?; ?; ?"),
            ("f(...xs, 1.5, 0x10, 1_000);", "f(...xs 1.5 16 1000)"),
            ("import('x');", "require('x')"),
            ("a ||= 1;", "(a := (a Or 1))"),
        ],
    );
}

#[test]
fn typescript_classes() {
    same(
        "a.ts",
        &[(
            "class S extends cdk.Stack {
               readonly fn: Function;
               static N = 'n';
               private t = 3;
               #hidden = 4;
               constructor(scope: Construct, private readonly p: P, id?: string) { super(scope, id, p); this.fn = p.f; }
               get url(): string { return this.x }
               static of(x) { return x }
               async m() { super.m(); }
               set y(v) {}
               abstract z(): void;
             }",
            "S: class:cdk.Stack {new fn(scope @p id) {super(scope id p); this.fn = p.f}; fn; static N='n'; t=3; #hidden=4; \
             get url fn() {return this.x}; static of fn(x) {return x}; m fn() {super.m()}}",
        )],
    );
}

#[test]
fn jsx_and_old_modules_are_read() {
    same(
        "a.js",
        &[("const x = require('./y'); const z = <A b={1}>c</A>;", "let x = require('./y'); let z = ?")],
    );
    same("a.cjs", &[("with (a) { b() }", "{b()}")]);
    assert_eq!(read("", "a.mts").language, Language::JavaScript);
}

#[test]
fn python_statements() {
    same(
        "a.py",
        &[
            ("import os", "import os (* as os)"),
            ("import aws_cdk as cdk", "import aws_cdk (* as cdk)"),
            ("import a.b.c", "import a.b.c (); import a (* as a)"),
            (
                "from aws_cdk import aws_lambda as _lambda, Stack",
                "import aws_cdk (aws_lambda as _lambda, Stack as Stack)",
            ),
            ("from .stack import X", "import .stack (X as X)"),
            ("from .. import y", "import .. (y as y)"),
            ("from m import *", "import m (* as )"),
            ("a = b = F()", "let a = F(); let b = a"),
            ("x: int = 1\ny: str", "let x = 1; let y = nothing"),
            ("a, (b, *c) = d", "let [a [b ...c]] = d"),
            ("x += 1", "let x Add= 1"),
            ("for i, v in enumerate(xs):\n  f(i)", "for [i v] of enumerate(xs) {f(i)}"),
            ("if a:\n  b()\nelif c:\n  d()\nelse:\n  e()", "if a {b()} {if c {d()} {e()}}"),
            ("with open('f') as f:\n  x = f.read()", "{let f = open('f'); let x = f.read()}"),
            (
                "match s:\n  case 'a' | 'b':\n    f()\n  case _:\n    g()",
                "let match 1 = s; if ((match 1 Equal 'a') Or (match 1 Equal 'b')) {f()} {g()}",
            ),
            ("try:\n  a()\nexcept E:\n  b()\nfinally:\n  c()", "{a(); c()}"),
            ("def f(a, *b, c=1, **d):\n  return a", "f: fn(a *b c=1 **d) {return a}"),
            ("raise X()\nassert y\npass", "throw"),
            ("while True:\n  break", "loop {jump}"),
        ],
    );
}

#[test]
fn python_expressions() {
    same(
        "a.py",
        &[
            ("Function(self, 'F', runtime=R.X, **kw)", "Function(self 'F' runtime=R.X =...kw)"),
            ("f'a{b}c' 'd'", "`a${b}cd`"),
            ("'a' \"b\"", "'ab'"),
            ("{'a': 1, b: 2, **c}", "{a:1 [b]:2 ...c}"),
            ("[x.y for x in xs if x]", "[x.y for x in xs if x]"),
            ("{k: v for k, v in d.items()}", "dict([[k v] for [k v] in d.items()])"),
            ("[a for b in c for a in b]", "[[a for a in b] for b in c].flat()"),
            ("a if b else c", "(b ? a : c)"),
            ("a or b and c", "(a Or (b And c))"),
            ("not a in b", "!(a In b)"),
            ("a not in b", "!(a In b)"),
            ("x[1:]", "x.slice(1 null)"),
            ("lambda a, b=1: a", "fn(a b=1) {return a}"),
            ("(y := f())", "(y := f())"),
            ("'%s' % a / b", "(('%s' Modulo a) Divide b)"),
            ("-1, None, True, 1_000, 0x10", "[-1 null true 1000 16]"),
        ],
    );
}

#[test]
fn python_classes() {
    same(
        "a.py",
        &[(
            "class S(Stack):
  N = 'n'
  size: int = 3
  bare: str
  def __init__(self, scope, id, **kw):
    super().__init__(scope, id, **kw)
    self.fn = lambda: self.N
  @property
  def url(self):
    return self.x
  @staticmethod
  def of(x):
    return x
  @classmethod
  def make(cls):
    return cls()
class T(S):
  def __init__(me, a):
    S.__init__(me, a)
    me.b = a",
            "S: class:Stack {new fn(scope id **kw) {super(scope id =...kw); let this.fn = fn() {return this.N}}; static N='n'; \
             static size=3; bare; get url fn() {return this.x}; static of fn(x) {return x}; static make fn() {return this()}}; \
             T: class:S {new fn(a) {super(a); let this.b = a}}",
        )],
    );
}

#[test]
fn ranges_are_bytes_of_the_file() {
    for (name, text) in [("a.ts", "\u{feff}const é = f('ü', 12);"), ("a.py", "\u{feff}é = f('ü', 12)")] {
        let module = read(text, name);
        let StmtKind::Assign { value: Some(value), .. } = &module.body[0].kind else { panic!("{name}") };
        let ExprKind::Call { arguments, .. } = &value.kind else { panic!("{name}") };
        let slice = |e: &Expr| &text[e.at.start as usize..e.at.end as usize];
        assert_eq!(slice(value), "f('ü', 12)", "{name}");
        assert_eq!(slice(&arguments[0].value), "'ü'", "{name}");
        assert_eq!(slice(&arguments[1].value), "12", "{name}");
    }
}

#[test]
fn comments_are_kept() {
    let module = read("// one\nconst a = 1; /* two */", "a.ts");
    let words: Vec<&str> = module.comments.iter().map(|(_, t)| t.as_str()).collect();
    assert_eq!(words, ["one", "two"]);
    assert_eq!(module.comments[1].0.start, 20);
    let module = read("# one\na = '# no'  # two", "a.py");
    let words: Vec<&str> = module.comments.iter().map(|(_, t)| t.as_str()).collect();
    assert_eq!(words, ["one", "two"]);
}

#[test]
fn a_statement_that_is_not_valid_is_lost_alone() {
    let module = parse("const a = 1;\nconst = ;\nconst b = 2;\n", "a.ts");
    assert_eq!(body(&module.body), "let a = 1; let b = 2");
    assert_eq!(module.errors.len(), 1);
    assert!((13..23).contains(&module.errors[0].0), "{:?}", module.errors);
    let module = parse("a = 1\ndef f(:\n  pass\nb = 2\n", "a.py");
    let kept = body(&module.body);
    assert!(kept.starts_with("let a = 1") && kept.ends_with("let b = 2"), "{kept}");
    assert!(!module.errors.is_empty());
}

#[test]
fn hostile_nesting_ends() {
    for unit in
        ["(", "[", "{", "`${", "!", "a=>", "a?b:", "if(a)", "new ", "<a>", "a.", "a+", "f()(", "async ", "/*"]
    {
        for n in [200, 5_000, 100_000] {
            let _ = parse(&unit.repeat(n), "a.tsx");
        }
    }
    for unit in
        ["(", "[", "{", "not ", "-", "lambda:", "a if b else ", "f'{", "a**", "a.", "a+", "f()(", "if a:\n "]
    {
        for n in [200, 5_000, 100_000] {
            let _ = parse(&unit.repeat(n), "a.py");
        }
    }
    // What is below the limit is read whole.
    let deep = format!("x = {}1{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(read(&deep, "a.py").body.len(), 1);
    assert_eq!(read(&deep, "a.ts").body.len(), 1);
    assert!(parse(&"a".repeat((2 << 20) + 1), "a.ts").errors.len() == 1);
    let last = read("x = 1", "a.py");
    assert_eq!(last.body.last().unwrap().at.end, 5);
}
