//! Functions that Terraform and CDK source declare, against the graph.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{items, text};

/// A dialect whose functions a counter of its own finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// HCL and its JSON form.
    Terraform,
    /// CDK applications in TypeScript and JavaScript.
    CdkScript,
    /// CDK applications in Python.
    CdkPython,
}

impl Dialect {
    /// Its name in the table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::CdkScript => "cdk typescript",
            Self::CdkPython => "cdk python",
        }
    }

    /// Whether a line of a counter is of this dialect.
    fn has(self, line: &Value) -> bool {
        match text(line, "language") {
            "" => self == Self::Terraform,
            "typescript" | "javascript" => self == Self::CdkScript,
            "python" => self == Self::CdkPython,
            _ => false,
        }
    }

    /// Whether a file is source of this dialect.
    fn writes(self, path: &str) -> bool {
        let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
        match self {
            Self::Terraform => ends(&[".tf", ".tofu", ".tf.json", ".tofu.json"]),
            Self::CdkScript => ends(&[".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs"]),
            Self::CdkPython => ends(&[".py"]),
        }
    }
}

/// What the graph has of functions, by the application's root.
pub(super) struct Graph<'a> {
    functions: BTreeMap<&'a str, Vec<Node<'a>>>,
    roots: BTreeSet<&'a str>,
    unread: BTreeMap<&'a str, &'a str>,
}

struct Node<'a> {
    /// Terraform address or construct path, without instance keys.
    name: String,
    path: &'a str,
    line: u64,
    generated: bool,
}

impl<'a> Graph<'a> {
    /// Functions of every application; `unread` has one line a file, as the command line writes them.
    pub(super) fn new(applications: &[&'a Value], unread: &'a str) -> Self {
        let mut functions: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
        for node in applications.iter().flat_map(|application| items(application, "nodes")) {
            let Some(rest) = text(node, "id").strip_prefix("function:") else { continue };
            let Some((root, name)) = rest.split_once('#') else { continue };
            let location = node.get("location").unwrap_or(&Value::Null);
            functions.entry(root).or_default().push(Node {
                name: without_keys(name),
                path: text(location, "path"),
                line: location.get("line").and_then(Value::as_u64).unwrap_or_default(),
                generated: !text(node, "implied_by").is_empty(),
            });
        }
        let unread = unread.lines().filter_map(|line| {
            let (place, reason) = line.split_once(": unread: ")?;
            Some((place.rsplit_once(':').map_or(place, |(path, _)| path), reason))
        });
        Self {
            functions,
            roots: applications.iter().map(|application| text(application, "root")).collect(),
            unread: unread.collect(),
        }
    }
}

/// How many functions have a node, and lists of what has not.
pub(super) struct Answer {
    pub(super) same: usize,
    pub(super) total: usize,
    pub(super) lists: Vec<(String, Vec<String>)>,
}

/// Every function that a counter found against the graph.
pub(super) fn compare(dialect: Dialect, counted: &[Value], graph: &Graph<'_>, only: &str) -> Answer {
    let (mut same, mut total) = (0, 0);
    let (mut missing, mut many, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let none = Vec::new();
    for line in counted.iter().filter(|line| dialect.has(line) && text(line, "path").contains(only)) {
        let root = text(line, "path");
        let nodes = graph.functions.get(root).unwrap_or(&none);
        let mut matched = vec![false; nodes.len()];
        let declared: Vec<Declared<'_>> = items(line, "functions").map(Declared::new).collect();
        for function in &declared {
            total += 1;
            let mut found = false;
            for (node, taken) in nodes.iter().zip(&mut matched) {
                if function.is(node) {
                    found = true;
                    *taken = true;
                }
            }
            if found {
                same += 1;
                continue;
            }
            let reason = function.reason(dialect, graph, line, nodes);
            *reasons.entry(reason).or_default() += 1;
            missing.push(format!("{root}: {}: {reason}", function.shown()));
        }
        for (node, _) in nodes.iter().zip(matched).filter(|(_, taken)| !taken) {
            if dialect.writes(node.path) && !node.generated {
                many.push(format!("{root}: {} ({}:{})", node.name, node.path, node.line));
            }
        }
        left.extend(items(line, "left").map(|one| {
            let line = one.get("line").unwrap_or(&Value::Null);
            format!("{root}: {} ({}:{line}): {}", text(one, "class"), text(one, "file"), text(one, "reason"))
        }));
    }
    let known: BTreeSet<&str> = counted.iter().map(|line| text(line, "path")).collect();
    for (root, nodes) in graph.functions.iter().filter(|(root, _)| !known.contains(*root)) {
        let ours = nodes.iter().filter(|node| dialect.writes(node.path) && !node.generated);
        let ours = ours.filter(|_| root.contains(only));
        many.extend(ours.map(|node| format!("{root}: {} ({}:{})", node.name, node.path, node.line)));
    }
    let rejected = counted.iter().filter(|line| dialect.has(line) && !text(line, "error").is_empty());
    let rejected = rejected.map(|line| format!("{}: {}", text(line, "path"), text(line, "error"))).collect();
    let by_reason = reasons.iter().map(|(reason, count)| format!("{count:>5}  {reason}")).collect();
    let lists = vec![
        ("functions not seen, by reason".to_owned(), by_reason),
        ("functions not seen".to_owned(), missing),
        ("functions too many".to_owned(), many),
        ("declared and not counted".to_owned(), left),
        ("files that the counter reads by a regular expression".to_owned(), rejected),
    ];
    Answer { same, total, lists }
}

/// A function as a counter found it.
struct Declared<'a> {
    value: &'a Value,
    address: &'a str,
    file: &'a str,
    line: u64,
    /// Where its statement begins.
    from: u64,
}

impl<'a> Declared<'a> {
    fn new(value: &'a Value) -> Self {
        let number = |key: &str| value.get(key).and_then(Value::as_u64);
        let line = number("line").unwrap_or_default();
        Self {
            value,
            address: text(value, "address"),
            file: text(value, "file"),
            line,
            from: number("from").unwrap_or(line),
        }
    }

    fn is(&self, node: &Node<'_>) -> bool {
        // A module that is not in the tree has its functions below its own address.
        let inside = node.name.strip_prefix(self.address).is_some_and(|rest| rest.starts_with('.'));
        if !self.address.is_empty() && (node.name == self.address || inside) {
            return true;
        }
        let apart = !self.address.is_empty()
            && node.name.starts_with("module.") != self.address.starts_with("module.");
        node.path == self.file && (node.line == self.line || node.line == self.from) && !apart
    }

    fn shown(&self) -> String {
        let name = if self.address.is_empty() { text(self.value, "id") } else { self.address };
        let name = if name.is_empty() { text(self.value, "class") } else { name };
        format!("{name} ({}:{})", self.file, self.line)
    }

    /// Why the graph has no such function, as far as both sides tell.
    fn reason(&self, dialect: Dialect, graph: &Graph<'_>, line: &Value, nodes: &[Node<'_>]) -> &'static str {
        let root = text(line, "path");
        let flag = |key: &str| self.value.get(key).and_then(Value::as_bool) == Some(true);
        if graph.unread.contains_key(self.file) || graph.unread.contains_key(text(line, "entry")) {
            return "file not parsed";
        }
        if !graph.roots.contains(root) {
            return "application not in the graph";
        }
        if dialect == Dialect::Terraform {
            if text(self.value, "kind") == "module" {
                return "registry module without adapter";
            }
            if !flag("known") {
                return "count or for_each not known";
            }
            if self.address.starts_with("module.") {
                let call = self.address.rsplit_once(".aws").map_or(self.address, |(call, _)| call);
                if !nodes.iter().any(|node| node.name.starts_with(call)) {
                    return "inside a module call of which the graph has no function";
                }
            }
            return "unexplained";
        }
        match text(self.value, "loop") {
            "unknown" => return "inside a loop over unknown values",
            "literal" => return "inside a loop over written values",
            _ => {}
        }
        if flag("condition") {
            return "inside a condition";
        }
        if !TABLE.contains(&text(self.value, "class")) {
            return "construct class outside the table";
        }
        let elsewhere = nodes.iter().any(|node| node.path == self.file);
        match text(self.value, "inside") {
            "construct" if !elsewhere => "inside a class that was not followed",
            "helper" if !elsewhere => "inside a helper function that was not followed",
            "stack" if !elsewhere => "inside a stack that was not followed",
            _ => "unexplained",
        }
    }
}

/// Constructs that the design promises to read.
const TABLE: [&str; 8] = [
    "Function",
    "NodejsFunction",
    "PythonFunction",
    "DockerImageFunction",
    "GoFunction",
    "SingletonFunction",
    "CfnFunction",
    "experimental.EdgeFunction",
];

/// `module.a["x"].b.c[0]` as `module.a.b.c`.
fn without_keys(address: &str) -> String {
    let (mut plain, mut inside, mut quoted, mut escaped) = (String::new(), false, false, false);
    for sign in address.chars() {
        if !inside {
            inside = sign == '[';
            if !inside {
                plain.push(sign);
            }
        } else if escaped {
            escaped = false;
        } else if quoted {
            escaped = sign == '\\';
            quoted = sign != '"';
        } else {
            quoted = sign == '"';
            inside = sign != ']';
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn graph() -> Value {
        let node = |id: &str, path: &str, line: u64| json!({"id": id, "kind": "function", "location": {"path": path, "line": line}});
        json!({"root": "app", "nodes": [
            node("function:app#module.a[\"x.y]\\\"\"].aws_lambda_function.f[0]", "lib/main.tf", 3),
            node("function:app#module.remote.aws_lambda_function.this[0]", "app/main.tf", 9),
            node("function:app#Stack/Hello", "app/stack.ts", 12),
        ]})
    }

    #[test]
    fn instance_keys_are_taken_out() {
        assert_eq!(without_keys("module.a[\"x].y\"].b[0]"), "module.a.b");
        assert_eq!(without_keys("a.b"), "a.b");
    }

    #[test]
    fn a_function_is_found_by_its_address_or_place_and_a_miss_has_a_reason() {
        let graph = graph();
        let graph = Graph::new(&[&graph], "bad/main.tf:4: unread: not valid HCL\n");
        let one = |address: &str, kind: &str| json!({"address": address, "file": "x.tf", "line": 1, "kind": kind, "known": true});
        let counted = [json!({"path": "app", "functions": [
            one("module.a.aws_lambda_function.f", "aws_lambda_function"),
            one("module.remote", "module"),
            one("module.other", "module"),
            one("aws_lambda_function.g", "aws_lambda_function"),
        ]})];
        let answer = compare(Dialect::Terraform, &counted, &graph, "");
        assert_eq!((answer.same, answer.total), (2, 4));
        assert_eq!(
            answer.lists[1].1,
            [
                "app: module.other (x.tf:1): registry module without adapter",
                "app: aws_lambda_function.g (x.tf:1): unexplained",
            ]
        );
        let written = [json!({"path": "app", "language": "typescript", "functions": [
            {"file": "app/stack.ts", "line": 13, "from": 12, "class": "Function", "inside": "stack"},
            {"file": "app/stack.ts", "line": 20, "from": 20, "class": "Function", "loop": "unknown"},
        ], "left": []})];
        let answer = compare(Dialect::CdkScript, &written, &graph, "");
        assert_eq!((answer.same, answer.total), (1, 2));
        assert_eq!(answer.lists[0].1, ["    1  inside a loop over unknown values"]);
        assert!(answer.lists[2].1.is_empty());
    }

    #[test]
    fn a_node_that_no_counter_found_is_named() {
        let graph = graph();
        let graph = Graph::new(&[&graph], "");
        for path in ["app", "other"] {
            let counted = [json!({"path": path, "functions": []})];
            let answer = compare(Dialect::Terraform, &counted, &graph, "");
            assert_eq!(answer.lists[2].1.len(), 2);
        }
    }
}
