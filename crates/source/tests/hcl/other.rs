//! The tree of an independent reader in the notation of `dump`.

use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, ObjectKey, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{Directive, Element, Template};

/// Reads a text; the message where it cannot.
pub fn tree(text: &str) -> Result<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    hcl_edit::parser::parse_body(text).map(|b| body(&b)).map_err(|e| e.to_string())
}

fn body(body: &Body) -> String {
    let items: Vec<String> = body
        .iter()
        .map(|item| match item {
            Structure::Attribute(a) => format!("{}={}", a.key.as_str(), expr(&a.value)),
            Structure::Block(b) => {
                let labels: Vec<String> = b.labels.iter().map(|l| format!(" {:?}", l.as_str())).collect();
                let labels = labels.concat();
                format!("{}{labels}{{{}}}", b.ident.as_str(), self::body(&b.body))
            }
        })
        .collect();
    items.join("; ")
}

fn list<'a>(items: impl Iterator<Item = &'a Expression>) -> String {
    items.map(expr).collect::<Vec<_>>().join(" ")
}

fn expr(e: &Expression) -> String {
    match e {
        Expression::Null(_) => "null".into(),
        Expression::Bool(b) => b.value().to_string(),
        Expression::Number(n) => {
            let n = n.value();
            n.as_u64()
                .map(|n| n.to_string())
                .or_else(|| n.as_f64().map(|n| n.to_string()))
                .unwrap_or_default()
        }
        Expression::String(s) => format!("{:?}", s.value()),
        Expression::Array(a) => format!("[{}]", list(a.iter())),
        Expression::Object(o) => {
            let entries: Vec<String> = o
                .iter()
                .map(|(k, v)| {
                    let key = match k {
                        ObjectKey::Ident(i) => format!("{:?}", i.as_str()),
                        ObjectKey::Expression(Expression::Variable(v)) => format!("{:?}", v.as_str()),
                        ObjectKey::Expression(Expression::Bool(b)) => format!("{:?}", b.value().to_string()),
                        ObjectKey::Expression(e) => expr(e),
                    };
                    format!("{key}:{}", expr(v.expr()))
                })
                .collect();
            format!("{{{}}}", entries.join(" "))
        }
        Expression::StringTemplate(t) => elements(t.iter()),
        Expression::HeredocTemplate(t) => template(&t.template),
        Expression::Parenthesis(p) => format!("<{}>", expr(p.inner())),
        Expression::Variable(v) => v.as_str().to_owned(),
        Expression::Conditional(c) => {
            format!("({} ? {} : {})", expr(&c.cond_expr), expr(&c.true_expr), expr(&c.false_expr))
        }
        Expression::FuncCall(c) => {
            let mut name: Vec<&str> = c.name.namespace.iter().map(|n| n.as_str()).collect();
            name.push(c.name.name.as_str());
            let expand = if c.args.expand_final() { "..." } else { "" };
            format!("{}({}{expand})", name.join("::"), list(c.args.iter()))
        }
        Expression::Traversal(t) => traversal(t),
        Expression::UnaryOp(u) => {
            let sign = if *u.operator.value() == UnaryOperator::Neg { "-" } else { "!" };
            format!("{sign}{}", expr(&u.expr))
        }
        Expression::BinaryOp(b) => {
            let sign = match b.operator.value() {
                BinaryOperator::Eq => "==",
                BinaryOperator::NotEq => "!=",
                BinaryOperator::LessEq => "<=",
                BinaryOperator::GreaterEq => ">=",
                BinaryOperator::Less => "<",
                BinaryOperator::Greater => ">",
                BinaryOperator::Plus => "+",
                BinaryOperator::Minus => "-",
                BinaryOperator::Mul => "*",
                BinaryOperator::Div => "/",
                BinaryOperator::Mod => "%",
                BinaryOperator::And => "&&",
                BinaryOperator::Or => "||",
            };
            format!("({} {sign} {})", expr(&b.lhs_expr), expr(&b.rhs_expr))
        }
        Expression::ForExpr(f) => for_expression(f),
    }
}

fn for_expression(f: &ForExpr) -> String {
    let key_name = f.intro.key_var.as_ref().map(|k| format!("{},", k.as_str())).unwrap_or_default();
    let key = f.key_expr.as_ref().map(|k| format!("{}=>", expr(k))).unwrap_or_default();
    let group = if f.grouping { "..." } else { "" };
    let test = f.cond.as_ref().map(|c| format!(" if {}", expr(&c.expr))).unwrap_or_default();
    format!(
        "for({key_name}{} in {}: {key}{}{group}{test})",
        f.intro.value_var.as_str(),
        expr(&f.intro.collection_expr),
        expr(&f.value_expr)
    )
}

fn traversal(t: &Traversal) -> String {
    let steps: Vec<&TraversalOperator> = t.operators.iter().map(hcl_edit::Decorated::value).collect();
    along(expr(&t.expr), &steps)
}

fn along(mut base: String, steps: &[&TraversalOperator]) -> String {
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        at += 1;
        base = match step {
            TraversalOperator::FullSplat(_) => {
                return format!("splat[]({base} {})", along("*".into(), steps.get(at..).unwrap_or(&[])));
            }
            TraversalOperator::AttrSplat(_) => {
                let rest = steps.get(at..).unwrap_or(&[]);
                let taken = rest
                    .iter()
                    .take_while(|s| {
                        matches!(s, TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
                    })
                    .count();
                let each = along("*".into(), rest.get(..taken).unwrap_or(&[]));
                at += taken;
                format!("splat({base} {each})")
            }
            TraversalOperator::GetAttr(name) => format!("{base}.{}", name.as_str()),
            TraversalOperator::LegacyIndex(n) => format!("{base}.{}", n.value()),
            TraversalOperator::Index(key) => format!("{base}[{}]", expr(key)),
        };
    }
    base
}

fn template(t: &Template) -> String {
    elements(t.iter())
}

fn elements<'a>(elements: impl Iterator<Item = &'a Element>) -> String {
    let inner: Vec<String> = elements
        .filter(|e| e.as_literal().is_none_or(|l| !l.is_empty()))
        .map(|e| match e {
            Element::Literal(text) => format!("{:?}", text.as_str()),
            Element::Interpolation(i) => format!("${{{}}}", expr(&i.expr)),
            Element::Directive(d) => match &**d {
                Directive::If(d) => {
                    let no =
                        d.else_expr.as_ref().map_or_else(|| "\"\"".to_owned(), |e| template(&e.template));
                    format!("%if({} {} {no})", expr(&d.if_expr.cond_expr), template(&d.if_expr.template))
                }
                Directive::For(d) => {
                    let f = &d.for_expr;
                    let key = f.key_var.as_ref().map(|k| format!("{},", k.as_str())).unwrap_or_default();
                    format!(
                        "%for({key}{} in {} {})",
                        f.value_var.as_str(),
                        expr(&f.collection_expr),
                        template(&f.template)
                    )
                }
            },
        })
        .collect();
    match inner.as_slice() {
        [] => "\"\"".into(),
        [one] if one.starts_with('"') => one.clone(),
        _ => format!("`{}`", inner.join(" ")),
    }
}

/// Without white space and empty texts: strip marks are kept apart by the other reader and applied by ours.
pub fn without_spaces(tree: &str) -> String {
    let mut out = tree.to_owned();
    for gone in [" ", "\\n", "\\r", "\\t", "\"\"", "`"] {
        out = out.replace(gone, "");
    }
    out
}
