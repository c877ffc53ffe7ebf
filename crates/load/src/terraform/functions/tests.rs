use palisade_graph::{Entry, Reason, State, Target, Val, Value};
use palisade_source::{FileId, Jail, Limits, Span};
use serde_json::{Value as Json, json};

use super::{Context, Templates, call, failure};
use crate::Files;

struct Echo;

impl Templates for Echo {
    fn render(&self, _file: FileId, text: &str, variables: &Val, span: Span) -> Val {
        Val::str(text.replace("${name}", &variables.get("name").display()), span)
    }
}

/// `{"?": "name"}` is unknown, `{"ref": "id"}` a reference, `{"open": […]}` and `{"open": {…}}` open,
/// `{"parts": […]}` a string with holes.
fn val(json: &Json) -> Val {
    let span = Span::NONE;
    match json {
        Json::Null => Val::null().clone(),
        Json::Bool(b) => Val::bool(*b, span),
        Json::Number(n) => Val::known(Value::Num(n.to_string().into()), span),
        Json::String(s) => Val::str(s.as_str(), span),
        Json::Array(items) => Val::list(items.iter().map(val).collect(), span),
        Json::Object(map) => {
            if let Some(name) = map.get("?") {
                return Val::unknown(Reason::ParameterWithoutDefault, name.as_str().unwrap(), span);
            }
            if let Some(id) = map.get("ref") {
                return Val::attribute(id.as_str().unwrap(), "arn", span);
            }
            if let Some(name) = map.get("pseudo") {
                return Val::target(Target::Pseudo(name.as_str().unwrap().into()), span);
            }
            if let Some(parts) = map.get("parts") {
                let parts = parts.as_array().unwrap().iter().map(|p| palisade_graph::Piece::Hole(val(p)));
                return crate::cloudformation::functions::concat(parts.collect(), span, 1 << 20);
            }
            if let Some(inner) = map.get("open") {
                let state = match val(inner).state {
                    State::Known(Value::List(l)) => {
                        let mut l = (*l).clone();
                        l.open = true;
                        State::Known(Value::List(l.into()))
                    }
                    State::Known(Value::Map(m)) => {
                        let mut m = (*m).clone();
                        m.open = true;
                        State::Known(Value::Map(m.into()))
                    }
                    other => other,
                };
                return Val::new(state, span);
            }
            let entry = |(k, v): (&String, &Json)| Entry { key: k.into(), key_span: span, val: val(v) };
            Val::map(map.iter().map(entry).collect(), span)
        }
    }
}

/// Like the input; open collections are wrapped, what is not known is its display string.
fn shown(val: &Val) -> Json {
    match &val.state {
        State::Known(Value::List(l)) => {
            let items = Json::Array(l.items.iter().map(shown).collect());
            if l.open { json!({ "open": items }) } else { items }
        }
        State::Known(Value::Map(m)) => {
            let map = Json::Object(m.entries.iter().map(|e| (e.key.to_string(), shown(&e.val))).collect());
            if m.open { json!({ "open": map }) } else { map }
        }
        State::Unknown(u) if failure(val) => json!({ "fails": u.reason.to_string() }),
        State::Unknown(u) => json!({ "?": u.reason.to_string() }),
        _ => val.to_json(),
    }
}

fn run(name: &str, arguments: &Json) -> Json {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("app/mod/src/deep")).unwrap();
    for (path, text) in [
        ("app/hello.txt", "Hello World"),
        ("app/greet.tpl", "Hi ${name}!"),
        ("app/mod/own.txt", "own"),
        ("app/mod/src/a.py", "a"),
        ("app/mod/src/b.txt", "b"),
        ("app/mod/src/deep/c.py", "c"),
    ] {
        palisade_source::write_atomic(&dir.path().join(path), text).unwrap();
    }
    palisade_source::write_atomic(&dir.path().join("app/people.csv"), "a,b\n1,\"x, y\"\n2,z\n").unwrap();
    let jail = Jail::new(dir.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let cx = Context { files: &files, module: "app/mod", root: "app", templates: &Echo };
    let arguments = arguments.as_array().unwrap().iter().map(val).collect();
    shown(&call(&cx, name, arguments, Span::NONE))
}

#[track_caller]
fn check(cases: &[(&str, Json, Json)]) {
    for (name, arguments, expected) in cases {
        assert_eq!(&run(name, arguments), expected, "{name}({arguments})");
    }
}

fn fails() -> Json {
    json!({ "fails": "parse error" })
}

fn unset() -> Json {
    json!({ "?": "parameter without default" })
}

#[test]
fn strings() {
    check(&[
        ("lower", json!(["HELLO"]), json!("hello")),
        ("upper", json!(["hello"]), json!("HELLO")),
        ("title", json!(["hello world-of my_code"]), json!("Hello World-Of My_code")),
        ("chomp", json!(["hello\r\n\n"]), json!("hello")),
        ("trimspace", json!(["  hello\n\n"]), json!("hello")),
        ("trim", json!(["?!hello?!", "!?"]), json!("hello")),
        ("trim", json!(["  hi! ", "!"]), json!("  hi! ")),
        ("trimprefix", json!(["helloworld", "hello"]), json!("world")),
        ("trimprefix", json!(["hellohello", "hello"]), json!("hello")),
        ("trimsuffix", json!(["helloworld", "world"]), json!("hello")),
        ("trimsuffix", json!(["helloworld", "x"]), json!("helloworld")),
        ("startswith", json!(["hello world", "hello"]), json!(true)),
        ("endswith", json!(["hello world", "hello"]), json!(false)),
        ("strcontains", json!(["hello world", "wor"]), json!(true)),
        ("substr", json!(["hello world", 1, 4]), json!("ello")),
        ("substr", json!(["hello world", -5, -1]), json!("world")),
        ("substr", json!(["hello world", 6, 10]), json!("world")),
        ("substr", json!(["hello", 9, 2]), json!("")),
        ("substr", json!(["hello", 0, 0]), json!("")),
        ("strrev", json!(["a☃"]), json!("☃a")),
        ("indent", json!([2, "[\n  foo,\n]\n"]), json!("[\n    foo,\n  ]\n  ")),
        ("split", json!([",", "foo,bar,,baz"]), json!(["foo", "bar", "", "baz"])),
        ("split", json!([",", ""]), json!([""])),
        ("split", json!(["", "abc"]), json!(["a", "b", "c"])),
        ("join", json!(["-", ["foo", 1, true]]), json!("foo-1-true")),
        ("join", json!(["-", [], ["a"], ["b"]]), json!("a-b")),
        ("join", json!(["-", ["a", null]]), fails()),
        ("join", json!(["", [{"a": {"ref": "T"}}]]), json!({"a": "${T.arn}"})),
        ("replace", json!(["{\"a\": \"__X__/b\"}", "__X__", {"ref": "T"}]), json!({"a": "${T.arn}/b"})),
        ("trimspace", json!([{"a": 1}]), json!({"a": 1})),
        ("replace", json!(["1 + 2 + 3", "+", "-"]), json!("1 - 2 - 3")),
        ("replace", json!(["hello world", "/w.*d/", "everybody"]), json!("hello everybody")),
        ("replace", json!(["a-b", "/(?P<l>.)-(.)/", "$2${l}"]), json!("ba")),
        ("replace", json!(["a/b", "/", "-"]), json!("a-b")),
        ("replace", json!(["a//b", "//", "-"]), json!("-a-/-/-b-")),
    ]);
}

#[test]
fn strings_with_holes() {
    let hole = json!({"parts": ["arn:AWS:", {"ref": "T"}, "/Index"]});
    check(&[
        ("lower", json!([{"parts": ["A-", {"pseudo": "AWS::AccountId"}]}]), json!("a-${AWS::AccountId}")),
        ("upper", json!([{"parts": ["a-", {"?": "var.x"}]}]), json!("A-${upper(var.x)}")),
        ("trimsuffix", json!([{"ref": "T"}, ":*"]), json!("${T.arn}")),
        ("trimsuffix", json!([hole, "/Index"]), json!("arn:AWS:${T.arn}")),
        ("trimprefix", json!([hole, "arn:"]), json!("AWS:${T.arn}/Index")),
        ("trimprefix", json!([hole, "arn:AWS:x"]), json!({"?": "known after apply"})),
        ("trimprefix", json!([hole, "urn:"]), json!("arn:AWS:${T.arn}/Index")),
        ("trimspace", json!([{"parts": [" a", {"?": "v"}, "b\n"]}]), json!("a${v}b")),
        ("startswith", json!([hole, "arn:"]), json!(true)),
        ("startswith", json!([hole, "urn:"]), json!(false)),
        ("startswith", json!([hole, "arn:AWS:s3"]), json!({"?": "known after apply"})),
        ("endswith", json!([hole, "ndex"]), json!(true)),
        ("strcontains", json!([hole, "AWS"]), json!(true)),
        ("strcontains", json!([hole, "nope"]), json!({"?": "known after apply"})),
        ("substr", json!([hole, 0, 3]), json!("arn")),
        ("substr", json!([hole, 0, 30]), json!({"?": "known after apply"})),
        ("join", json!([",", ["a", {"?": "b"}, {"ref": "T"}]]), json!("a,${b},${T.arn}")),
        ("join", json!([",", {"open": ["a"]}]), json!({"?": "known after apply"})),
        ("join", json!([{"?": "s"}, ["a", "b"]]), json!("a${s}b")),
        (
            "replace",
            json!([{"parts": ["a_b_", {"pseudo": "AWS::Region"}]}, "_", "-"]),
            json!("a-b-${AWS::Region}"),
        ),
        (
            "replace",
            json!([{"parts": ["a-b-", {"pseudo": "AWS::Region"}]}, "-", "_"]),
            json!({"?": "known after apply"}),
        ),
        ("replace", json!([{"?": "v"}, "-", "_"]), unset()),
        ("replace", json!(["a __ARN__/*", "__ARN__", {"ref": "T"}]), json!("a ${T.arn}/*")),
        (
            "replace",
            json!([{"R": ["__ARN__", {"ref": "T"}, {"parts": [{"ref": "T"}, "/__ARN__"]}], "n": 1}, "__ARN__", {"ref": "B"}]),
            json!({"R": ["${B.arn}", "${T.arn}", "${T.arn}/${B.arn}"], "n": 1}),
        ),
        ("replace", json!([{"R": {"ref": "T"}}, "function", "layer"]), json!({"?": "known after apply"})),
        ("split", json!([",", {"?": "v"}]), unset()),
        (
            "split",
            json!([":", {"parts": ["a:", {"pseudo": "AWS::Region"}, ":b"]}]),
            json!(["a", "${AWS::Region}", "b"]),
        ),
    ]);
}

#[test]
fn formats() {
    check(&[
        ("format", json!(["Hello, %s!", "Ander"]), json!("Hello, Ander!")),
        ("format", json!(["There are %d lights", 4]), json!("There are 4 lights")),
        (
            "format",
            json!(["%05d|%-10s|%q|%t|%%", 42, "ab", "x\"y", true]),
            json!("00042|ab        |\"x\\\"y\"|true|%"),
        ),
        (
            "format",
            json!(["%5d|%-5d|%+d|%x|%X|%o|%b", 42, 42, 42, 255, 255, 8, 5]),
            json!("   42|42   |+42|ff|FF|10|101"),
        ),
        ("format", json!(["%05d", -42]), json!("-0042")),
        ("format", json!(["%.2f|%8.3f|%e", 3.146, 2.5, 1_500_000]), json!("3.15|   2.500|1.500000e+06")),
        ("format", json!(["%v %v %v %v", "a", 1.5, false, null]), json!("a 1.5 false null")),
        ("format", json!(["%v!", {"a": [1, "b"]}]), json!("{\"a\":[1,\"b\"]}!")),
        ("format", json!(["%#v", "a"]), json!("\"a\"")),
        ("format", json!(["%s", {"a": 1}]), json!({"a": 1})),
        ("format", json!(["%s!", {"a": 1}]), json!("{\"a\":1}!")),
        ("format", json!(["%[2]s-%[1]s", "a", "b"]), json!("b-a")),
        ("format", json!(["%.2s", "abc"]), json!("ab")),
        ("format", json!(["%d", "12"]), json!("12")),
        ("format", json!(["%d", "x"]), fails()),
        ("format", json!(["%s"]), fails()),
        ("format", json!(["%s", "a", "b"]), fails()),
        ("format", json!(["arn:%s:%d", {"ref": "T"}, {"?": "v"}]), json!("arn:${T.arn}:${v}")),
        ("format", json!(["%q", {"?": "v"}]), json!("\"${v}\"")),
        ("format", json!(["%10s", {"?": "v"}]), unset()),
        ("format", json!([{"parts": [{"?": "p"}, "-%s"]}, "x"]), json!("${p}-x")),
        ("formatlist", json!(["%s/%s", ["a", "b"], "c"]), json!(["a/c", "b/c"])),
        ("formatlist", json!(["%s/%s", ["a", "b"], ["c", "d"]]), json!(["a/c", "b/d"])),
        ("formatlist", json!(["%s/%s", ["a", "b"], ["c"]]), fails()),
        ("formatlist", json!(["%s", []]), json!([])),
        ("formatlist", json!(["%s", "x"]), json!(["x"])),
        ("formatlist", json!(["%s/*", ["a", {"ref": "T"}]]), json!(["a/*", "${T.arn}/*"])),
        ("formatlist", json!(["%s/*", {"open": ["a"]}]), json!({"open": ["a/*"]})),
        ("formatlist", json!(["%s/*", {"?": "v"}]), unset()),
    ]);
}

#[test]
fn patterns() {
    check(&[
        ("regex", json!(["[a-z]+", "53453453.345345aaabbbccc23454"]), json!("aaabbbccc")),
        ("regex", json!(["(\\d\\d\\d\\d)-(\\d\\d)(x)?", "2019-02"]), json!(["2019", "02", null])),
        (
            "regex",
            json!(["^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<host>[^/?#]*))?", "https://terraform.io/docs"]),
            json!({"scheme": "https", "host": "terraform.io"}),
        ),
        ("regex", json!(["[a-z]+", "53453453.34534523454"]), fails()),
        ("regex", json!(["(", "x"]), fails()),
        ("regex", json!(["a", {"?": "v"}]), unset()),
        ("regexall", json!(["[a-z]+", "1234abcd5678efgh9"]), json!(["abcd", "efgh"])),
        ("regexall", json!(["[a-z]+", "123456789"]), json!([])),
        ("regexall", json!(["(a)(b)", "ab ab"]), json!([["a", "b"], ["a", "b"]])),
    ]);
}

#[test]
fn collections() {
    check(&[
        ("alltrue", json!([["true", true]]), json!(true)),
        ("alltrue", json!([[]]), json!(true)),
        ("alltrue", json!([[{"?": "v"}, false]]), json!(false)),
        ("anytrue", json!([[{"?": "v"}, false]]), unset()),
        ("anytrue", json!([{"open": [true]}]), json!(true)),
        ("chunklist", json!([["a", "b", "c"], 2]), json!([["a", "b"], ["c"]])),
        ("coalesce", json!(["", null, "b"]), json!("b")),
        ("coalesce", json!([1, 2]), json!(1)),
        ("coalesce", json!([{"?": "v"}, "b"]), unset()),
        ("coalesce", json!([null, {"ref": "T"}]), json!("${T.arn}")),
        ("coalesce", json!(["", null]), fails()),
        ("coalescelist", json!([[], ["c"]]), json!(["c"])),
        ("compact", json!([["a", "", null, "b"]]), json!(["a", "b"])),
        ("concat", json!([["a", ""], ["b"]]), json!(["a", "", "b"])),
        ("concat", json!([["a"], {"?": "v"}, ["b"]]), json!({"open": ["a", "b"]})),
        ("contains", json!([["a", "b"], "a"]), json!(true)),
        ("contains", json!([["a", "b"], "c"]), json!(false)),
        ("contains", json!([{"open": ["a"]}, "a"]), json!(true)),
        ("contains", json!([{"open": ["a"]}, "c"]), json!({"?": "known after apply"})),
        ("contains", json!([["a", {"?": "v"}], "c"]), unset()),
        ("distinct", json!([["a", "b", "a", 1, 1, ["x"], ["x"]]]), json!(["a", "b", 1, ["x"]])),
        ("element", json!([["a", "b", "c"], 1]), json!("b")),
        ("element", json!([["a", "b", "c"], 3]), json!("a")),
        ("element", json!([["a", "b", "c"], -1]), json!("c")),
        ("element", json!([[], 0]), fails()),
        ("element", json!([{"open": ["a"]}, 0]), json!({"?": "known after apply"})),
        ("flatten", json!([[["a", "b"], [], [["c"]], "d"]]), json!(["a", "b", "c", "d"])),
        ("flatten", json!([[["a"], {"?": "v"}]]), json!({"open": ["a", {"?": "parameter without default"}]})),
        ("index", json!([["a", "b"], "b"]), json!(1)),
        ("index", json!([["a", "b"], "c"]), fails()),
        ("keys", json!([{"b": 1, "a": 2}]), json!(["a", "b"])),
        ("values", json!([{"b": 1, "a": 2}]), json!([2, 1])),
        ("length", json!([["a", "b"]]), json!(2)),
        ("length", json!([{"a": 1}]), json!(1)),
        ("length", json!(["hällo"]), json!(5)),
        ("length", json!([{"open": ["a"]}]), json!({"?": "known after apply"})),
        ("lookup", json!([{"a": "ay"}, "a", "no"]), json!("ay")),
        ("lookup", json!([{"a": "ay"}, "b", "no"]), json!("no")),
        ("lookup", json!([{"a": "ay"}, "b"]), json!({"fails": "undeclared name"})),
        ("lookup", json!([{"open": {"a": "ay"}}, "a", "no"]), json!("ay")),
        ("lookup", json!([{"open": {"a": "ay"}}, "b", "no"]), json!({"?": "known after apply"})),
        ("merge", json!([{"a": 1, "b": 2}, null, {"b": 3}]), json!({"a": 1, "b": 3})),
        (
            "merge",
            json!([{"a": 1}, {"?": "v"}, {"b": 3}]),
            json!({"open": {"a": {"?": "parameter without default"}, "b": 3}}),
        ),
        ("merge", json!([]), json!({})),
        ("one", json!([[]]), json!(null)),
        ("one", json!([["a"]]), json!("a")),
        ("one", json!([["a", "b"]]), fails()),
        ("reverse", json!([[1, 2, 3]]), json!([3, 2, 1])),
        ("slice", json!([["a", "b", "c", "d"], 1, 3]), json!(["b", "c"])),
        ("slice", json!([["a"], 0, 2]), fails()),
        ("sort", json!([["e", "d", "a", "B"]]), json!(["B", "a", "d", "e"])),
        (
            "transpose",
            json!([{"a": ["1", "2"], "b": ["2", "3"]}]),
            json!({"1": ["a"], "2": ["a", "b"], "3": ["b"]}),
        ),
        ("zipmap", json!([["a", "b"], [1, 2]]), json!({"a": 1, "b": 2})),
        ("zipmap", json!([["a"], [1, 2]]), fails()),
        ("zipmap", json!([["a", {"?": "v"}], [1, 2]]), json!({"open": {"a": 1}})),
        ("matchkeys", json!([["i-1", "i-2", "i-3"], ["w", "e", "w"], ["w"]]), json!(["i-1", "i-3"])),
    ]);
}

#[test]
fn sets() {
    check(&[
        ("toset", json!([["c", "b", "b"]]), json!(["b", "c"])),
        ("toset", json!([[10, 9, 9]]), json!([9, 10])),
        ("setunion", json!([["a", "b"], ["b", "c"], ["d"]]), json!(["a", "b", "c", "d"])),
        ("setunion", json!([["a"], {"?": "v"}]), json!({"open": ["a"]})),
        ("setintersection", json!([["a", "b"], ["b", "c"], ["b", "d"]]), json!(["b"])),
        ("setsubtract", json!([["a", "b", "c"], ["a", "c"]]), json!(["b"])),
        ("setsubtract", json!([["a", "b"], {"open": ["a"]}]), json!({"open": []})),
        (
            "setproduct",
            json!([["d", "s"], ["a", "b"]]),
            json!([["d", "a"], ["d", "b"], ["s", "a"], ["s", "b"]]),
        ),
        ("setproduct", json!([[], ["a"]]), json!([])),
    ]);
    let many: Vec<u32> = (0..300).collect();
    assert_eq!(run("setproduct", &json!([many, many, many])), json!({"?": "limit: elements"}));
}

#[test]
fn numbers() {
    check(&[
        ("abs", json!([-12.4]), json!(12.4)),
        ("ceil", json!([5.1]), json!(6)),
        ("floor", json!([-4.9]), json!(-5)),
        ("max", json!([12, 54, 3]), json!(54)),
        ("min", json!([12, "3", 54]), json!(3)),
        ("pow", json!([3, 2]), json!(9)),
        ("log", json!([16, 2]), json!(4)),
        ("signum", json!([-13]), json!(-1)),
        ("parseint", json!(["100", 10]), json!(100)),
        ("parseint", json!(["FF", 16]), json!(255)),
        ("parseint", json!(["-10", 2]), json!(-2)),
        ("parseint", json!(["aA", 62]), json!(656)),
        ("parseint", json!(["12", 2]), fails()),
        ("sum", json!([[10, 13, 6, 4.5]]), json!(33.5)),
        ("sum", json!([[]]), fails()),
        ("range", json!([3]), json!([0, 1, 2])),
        ("range", json!([1, 4]), json!([1, 2, 3])),
        ("range", json!([1, 8, 2]), json!([1, 3, 5, 7])),
        ("range", json!([4, 1]), json!([4, 3, 2])),
        ("range", json!([1, 0, 1]), fails()),
        ("range", json!([1, 5, 0]), fails()),
        ("range", json!([1_000_000_000]), json!({"?": "limit: elements"})),
        ("tonumber", json!(["1.50"]), json!(1.5)),
        ("tonumber", json!(["no"]), fails()),
        ("tonumber", json!([null]), json!(null)),
        ("tostring", json!([1]), json!("1")),
        ("tostring", json!([true]), json!("true")),
        ("tostring", json!([[{"ref": "T"}]]), fails()),
        ("tobool", json!([[{"?": "v"}]]), fails()),
        ("tobool", json!([{"ref": "T"}]), fails()),
        ("tobool", json!([{"?": "v"}]), unset()),
        ("tolist", json!([{"a": {"?": "v"}}]), fails()),
        ("tobool", json!(["true"]), json!(true)),
        ("tobool", json!(["yes"]), fails()),
    ]);
}

#[test]
fn encodings() {
    check(&[
        ("jsonencode", json!([{"a": {"ref": "T"}}]), json!({"a": "${T.arn}"})),
        ("jsonencode", json!(["a\"b"]), json!("\"a\\\"b\"")),
        ("jsonencode", json!([5]), json!("5")),
        ("jsonencode", json!([null]), json!("null")),
        ("jsondecode", json!(["{\"hello\": [\"world\", 1.0, null]}"]), json!({"hello": ["world", 1, null]})),
        ("jsondecode", json!(["{nope"]), fails()),
        ("jsondecode", json!([{"a": 1}]), json!({"a": 1})),
        (
            "yamldecode",
            json!(["hello: world\nn: [1, true, ~]"]),
            json!({"hello": "world", "n": [1, true, null]}),
        ),
        (
            "yamldecode",
            json!([{"parts": ["a: x-", {"?": "v"}, "\nb: ", {"ref": "T"}]}]),
            json!({"a": "x-${v}", "b": "${T.arn}"}),
        ),
        ("base64encode", json!(["Hello World"]), json!("SGVsbG8gV29ybGQ=")),
        ("base64encode", json!([{"a": 1}]), json!("eyJhIjoxfQ==")),
        ("base64decode", json!(["SGVsbG8gV29ybGQ="]), json!("Hello World")),
        ("base64decode", json!(["SGVsbG8"]), fails()),
        ("base64decode", json!(["//79"]), fails()),
        ("urlencode", json!(["Hello World!☃"]), json!("Hello+World%21%E2%98%83")),
        ("csvdecode", json!(["a,b\n1,2\n"]), json!([{"a": "1", "b": "2"}])),
        ("sha256", json!(["x"]), json!({"?": "unsupported function sha256"})),
        ("timestamp", json!([]), json!({"?": "known after apply"})),
        (
            "provider::aws::arn_parse",
            json!(["x"]),
            json!({"?": "unsupported function provider::aws::arn_parse"}),
        ),
    ]);
    // A document in which names are replaced stays one; anything else makes its JSON text.
    assert_eq!(run("replace", &json!([{"a": "b"}, "b", "c"])), json!({"a": "c"}));
    assert_eq!(run("replace", &json!([{"a": "b"}, "\"", "'"])), json!("{'a':'b'}"));
    assert_eq!(run("substr", &json!([{"a": "b"}, 0, 4])), json!("{\"a\""));
}

#[test]
fn files() {
    check(&[
        ("file", json!(["./hello.txt"]), json!("Hello World")),
        ("file", json!(["mod/own.txt"]), json!("own")),
        ("file", json!(["own.txt"]), json!("own")),
        ("file", json!(["nope.txt"]), json!({"fails": "undeclared name"})),
        ("file", json!(["../../etc/passwd"]), json!({"?": "outside the scanned tree"})),
        ("file", json!(["/etc/passwd"]), json!({"?": "outside the scanned tree"})),
        ("file", json!([{"?": "v"}]), unset()),
        ("fileexists", json!(["hello.txt"]), json!(true)),
        ("fileexists", json!(["nope.txt"]), json!(false)),
        ("fileexists", json!(["/etc/passwd"]), json!({"?": "outside the scanned tree"})),
        ("fileset", json!(["mod/src", "*.py"]), json!(["a.py"])),
        ("fileset", json!(["mod", "src/**"]), json!(["src/a.py", "src/b.txt", "src/deep/c.py"])),
        ("fileset", json!(["mod/src", "{a.py,b.txt}"]), json!(["a.py", "b.txt"])),
        ("fileset", json!(["nope", "*"]), json!([])),
        ("templatefile", json!(["greet.tpl", {"name": "you"}]), json!("Hi you!")),
        ("basename", json!(["foo/bar.txt"]), json!("bar.txt")),
        ("dirname", json!(["foo/bar.txt"]), json!("foo")),
        ("dirname", json!(["bar.txt"]), json!(".")),
        ("abspath", json!(["./mod/../x"]), json!("x")),
        ("pathexpand", json!(["~/x"]), json!({"?": "outside the scanned tree"})),
        ("pathexpand", json!(["x"]), json!("x")),
    ]);
}

#[test]
fn networks() {
    check(&[
        ("cidrsubnet", json!(["172.16.0.0/12", 4, 2]), json!("172.18.0.0/16")),
        ("cidrsubnet", json!(["10.1.2.0/24", 4, 15]), json!("10.1.2.240/28")),
        ("cidrsubnet", json!(["fd00:fd12:3456:7890::/56", 16, 162]), json!("fd00:fd12:3456:7800:a200::/72")),
        ("cidrsubnet", json!(["10.0.0.0/24", 4, 16]), fails()),
        ("cidrsubnet", json!(["10.0.0.0/24", 9, 0]), fails()),
        ("cidrsubnet", json!([{"?": "v"}, 4, 2]), unset()),
        (
            "cidrsubnets",
            json!(["10.1.0.0/16", 4, 4, 8, 4]),
            json!(["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"]),
        ),
        ("cidrhost", json!(["10.12.112.0/20", 16]), json!("10.12.112.16")),
        ("cidrhost", json!(["10.12.112.0/20", 268]), json!("10.12.113.12")),
        ("cidrhost", json!(["10.12.112.0/20", -1]), json!("10.12.127.255")),
        ("cidrhost", json!(["fd00:fd12:3456:7890:00a2::/72", 34]), json!("fd00:fd12:3456:7890::22")),
        ("cidrhost", json!(["10.0.0.0/30", 4]), fails()),
        ("cidrnetmask", json!(["172.16.0.0/12"]), json!("255.240.0.0")),
    ]);
}

#[test]
fn nothing_grows_without_end() {
    let long = "x".repeat(1 << 20);
    assert_eq!(run("join", &json!(["", [long, long]])), json!({"?": "limit: size"}));
    assert_eq!(run("replace", &json!([long, "", long])), json!({"?": "limit: size"}));
    assert_eq!(run("format", &json!(["%1000000000d", 1])), fails());
    assert_eq!(run("indent", &json!([1_000_000_000, "a\nb"])), json!({"?": "limit: size"}));
    assert_eq!(run("regexall", &json!(["", long])), json!({"?": "limit: elements"}));
    assert_eq!(run("parseint", &json!(["9".repeat(100), 10])), json!({"?": "limit: size"}));
}

#[test]
fn elements_keep_their_places() {
    let jail = Jail::new(std::path::Path::new(".")).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let cx = Context { files: &files, module: "", root: "", templates: &Echo };
    let at = |n| Span::new(FileId(0), n, n + 1);
    let list = Val::list(vec![Val::str("a", at(1)), Val::str("b", at(2))], at(0));
    let element = call(&cx, "element", vec![list.clone(), Val::int(1, at(9))], at(5));
    assert_eq!(element.span, at(2));
    assert_eq!(element.links().next().unwrap().span, at(5));
    let joined = call(&cx, "join", vec![Val::str(",", at(3)), list], at(5));
    assert_eq!(joined.span, at(5));
}

/// Every function, with arguments that nobody means.
#[test]
fn no_arguments_make_it_fail() {
    let names = [
        "format",
        "formatlist",
        "join",
        "split",
        "replace",
        "regex",
        "regexall",
        "lower",
        "upper",
        "title",
        "strrev",
        "chomp",
        "trimspace",
        "trim",
        "trimprefix",
        "trimsuffix",
        "startswith",
        "endswith",
        "strcontains",
        "substr",
        "indent",
        "alltrue",
        "anytrue",
        "chunklist",
        "coalesce",
        "coalescelist",
        "compact",
        "concat",
        "contains",
        "distinct",
        "element",
        "flatten",
        "index",
        "keys",
        "length",
        "list",
        "lookup",
        "map",
        "matchkeys",
        "merge",
        "one",
        "reverse",
        "slice",
        "sort",
        "transpose",
        "values",
        "zipmap",
        "setunion",
        "setintersection",
        "setsubtract",
        "setproduct",
        "abs",
        "ceil",
        "floor",
        "signum",
        "max",
        "min",
        "pow",
        "log",
        "parseint",
        "sum",
        "range",
        "tostring",
        "tonumber",
        "tobool",
        "tolist",
        "toset",
        "tomap",
        "sensitive",
        "jsonencode",
        "jsondecode",
        "yamlencode",
        "yamldecode",
        "base64encode",
        "base64decode",
        "urlencode",
        "csvdecode",
        "file",
        "filebase64",
        "fileexists",
        "templatefile",
        "templatestring",
        "basename",
        "dirname",
        "abspath",
        "pathexpand",
        "cidrsubnet",
        "cidrsubnets",
        "cidrhost",
        "cidrnetmask",
        "nope",
        "",
    ];
    let values: Vec<Val> = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(1e38),
        json!(3),
        json!(""),
        json!("%"),
        json!("%[0]d%*s%v%9999999d"),
        json!("ä☃/x"),
        json!("/(/"),
        json!("[[a"),
        json!("10.0.0.0/8"),
        json!("::/0"),
        json!("1e999"),
        json!([]),
        json!(["b", "a", null, 1]),
        json!([["x"], {"?": "v"}]),
        json!({}),
        json!({"a": ["1"], "b": {"c": null}}),
        json!({"?": "v"}),
        json!({"ref": "T"}),
        json!({"parts": ["{\"a\": \"", {"ref": "T"}, "\"}"]}),
        json!({"parts": [{"?": "v"}, "-☃"]}),
        json!({"open": ["a"]}),
        json!({"open": {"a": 1}}),
    ]
    .iter()
    .map(val)
    .collect();
    let dir = tempfile::tempdir().unwrap();
    let jail = Jail::new(dir.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let cx = Context { files: &files, module: "", root: "", templates: &Echo };
    for name in names {
        call(&cx, name, Vec::new(), Span::NONE);
        for (n, a) in values.iter().enumerate() {
            call(&cx, name, vec![a.clone()], Span::NONE);
            for b in &values {
                call(&cx, name, vec![a.clone(), b.clone()], Span::NONE);
                // Each third one once.
                let third = values[(n * 7 + 3) % values.len()].clone();
                call(&cx, name, vec![b.clone(), a.clone(), third], Span::NONE);
            }
        }
    }
}
