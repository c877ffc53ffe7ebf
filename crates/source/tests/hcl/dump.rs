//! A short notation of trees for expectations.

use palisade_source::Limits;
use palisade_source::hcl::{BinaryOp, Body, Document, Expr, ExprKind, Item, Part, Range, parse};

pub fn read(text: &str) -> Document {
    parse(text, &Limits::default())
}

/// The tree of a text that has no errors.
pub fn tree(text: &str) -> String {
    let document = read(text);
    assert!(document.errors.is_empty(), "{text:?}: {:?}", document.errors);
    body(&document.body)
}

/// The expression of `a = …`.
pub fn value(text: &str) -> String {
    let whole = tree(&format!("a = {text}\n"));
    whole.strip_prefix("a=").map(str::to_owned).unwrap_or(whole)
}

pub fn body(body: &Body) -> String {
    let items: Vec<String> = body
        .items
        .iter()
        .map(|item| match item {
            Item::Attribute(a) => format!("{}={}", a.name, expr(&a.expr)),
            Item::Block(b) => {
                let labels: Vec<String> = b.labels.iter().map(|l| format!(" {:?}", l.text)).collect();
                let labels = labels.concat();
                format!("{}{labels}{{{}}}", b.kind, self::body(&b.body))
            }
        })
        .collect();
    items.join("; ")
}

fn list(items: &[Expr]) -> String {
    items.iter().map(expr).collect::<Vec<_>>().join(" ")
}

pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Template(p) => parts(p),
        ExprKind::Variable(n) | ExprKind::Number(n) => n.to_string(),
        ExprKind::Attr(base, name, _) => format!("{}.{name}", expr(base)),
        ExprKind::Index(base, key) => format!("{}[{}]", expr(base), expr(key)),
        ExprKind::Splat { base, full, each } => {
            format!("splat{}({} {})", if *full { "[]" } else { "" }, expr(base), expr(each))
        }
        ExprKind::Call { name, arguments, expand, .. } => {
            format!("{name}({}{})", list(arguments), if *expand { "..." } else { "" })
        }
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Object(entries) => {
            let entries: Vec<_> = entries.iter().map(|(k, v)| format!("{}:{}", expr(k), expr(v))).collect();
            format!("{{{}}}", entries.join(" "))
        }
        ExprKind::For(f) => {
            let names = match &f.key_name {
                Some(k) => format!("{k},{}", f.value_name),
                None => f.value_name.to_string(),
            };
            let key = f.key.as_ref().map(|k| format!("{}=>", expr(k))).unwrap_or_default();
            let test = f.condition.as_ref().map(|c| format!(" if {}", expr(c))).unwrap_or_default();
            let group = if f.group { "..." } else { "" };
            format!("for({names} in {}: {key}{}{group}{test})", expr(&f.collection), expr(&f.value))
        }
        ExprKind::Conditional(a, b, c) => format!("({} ? {} : {})", expr(a), expr(b), expr(c)),
        ExprKind::Binary(op, a, b) => format!("({} {} {})", expr(a), sign(*op), expr(b)),
        ExprKind::Not(a) => format!("!{}", expr(a)),
        ExprKind::Minus(a) => format!("-{}", expr(a)),
        ExprKind::Parens(a) => format!("<{}>", expr(a)),
        ExprKind::Error => "error".into(),
    }
}

/// As [`parts`], with texts that follow each other written apart.
pub fn parts_apart(parts: &[Part]) -> String {
    enclosed(&parts.iter().map(part).collect::<Vec<_>>())
}

pub fn parts(parts: &[Part]) -> String {
    let mut inner = Vec::new();
    let mut text = String::new();
    for p in parts {
        if let Part::Text(t, _) = p {
            text.push_str(t);
            continue;
        }
        if !text.is_empty() {
            inner.push(format!("{:?}", std::mem::take(&mut text)));
        }
        inner.push(part(p));
    }
    if !text.is_empty() {
        inner.push(format!("{text:?}"));
    }
    enclosed(&inner)
}

fn enclosed(inner: &[String]) -> String {
    match inner {
        [] => "\"\"".into(),
        [one] if one.starts_with('"') => one.clone(),
        _ => format!("`{}`", inner.join(" ")),
    }
}

fn part(part: &Part) -> String {
    match part {
        Part::Text(t, _) => format!("{t:?}"),
        Part::Interpolation(e) => format!("${{{}}}", expr(e)),
        Part::If(c, yes, no) => format!("%if({} {} {})", expr(c), parts(yes), parts(no)),
        Part::For { key_name, value_name, collection, parts } => {
            let key = key_name.as_ref().map(|k| format!("{k},")).unwrap_or_default();
            format!("%for({key}{value_name} in {} {})", expr(collection), self::parts(parts))
        }
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
    }
}

pub fn at(text: &str, range: Range) -> &str {
    text.get(range.start as usize..range.end as usize).unwrap_or("(no range of characters)")
}
