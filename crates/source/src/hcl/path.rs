use super::{Body, Document, Expr, ExprKind, Item, Part};

impl Document {
    /// Names on the way from the top to an offset: of a block its kind and labels, of an attribute its
    /// name, of an object's item its key. One of several blocks of the same kind has its number among them.
    pub fn key_path(&self, offset: u32) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(&self.body);
        while let Some(body) = at {
            at = step(body, offset, &mut path);
        }
        path
    }
}

/// One block down; the body of the block in which the offset stands.
fn step<'a>(body: &'a Body, offset: u32, path: &mut Vec<String>) -> Option<&'a Body> {
    for item in &body.items {
        match item {
            Item::Block(block) if block.at.contains(offset) => {
                let same = |other: &&super::Block| {
                    other.kind == block.kind
                        && other.labels.iter().map(|l| &l.text).eq(block.labels.iter().map(|l| &l.text))
                };
                path.push(block.kind.to_string());
                path.extend(block.labels.iter().map(|l| l.text.to_string()));
                if body.blocks().filter(same).count() > 1 {
                    let before = body.blocks().filter(same).take_while(|b| b.at.start < block.at.start);
                    path.push(before.count().to_string());
                }
                return Some(&block.body);
            }
            Item::Attribute(attribute) if attribute.range().contains(offset) => {
                path.push(attribute.name.to_string());
                let mut at = Some(&attribute.expr);
                while let Some(expr) = at {
                    at = inside(expr, offset, path);
                }
                return None;
            }
            Item::Block(_) | Item::Attribute(_) => {}
        }
    }
    None
}

/// One level into an object or a list.
fn inside<'a>(expr: &'a Expr, offset: u32, path: &mut Vec<String>) -> Option<&'a Expr> {
    match &expr.kind {
        ExprKind::Object(items) => {
            let (key, value) = items.iter().find(|(k, v)| k.at.contains(offset) || v.at.contains(offset))?;
            if let ExprKind::Template(parts) = &key.kind
                && let [Part::Text(text, ..)] = parts.as_slice()
            {
                path.push(text.to_string());
            }
            Some(value)
        }
        ExprKind::List(items) => {
            let (n, value) = items.iter().enumerate().find(|(_, v)| v.at.contains(offset))?;
            path.push(n.to_string());
            Some(value)
        }
        ExprKind::Call { arguments, .. } => arguments.iter().find(|a| a.at.contains(offset)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::Limits;
    use crate::hcl::parse;

    fn path(text: &str, at: &str) -> String {
        let offset = u32::try_from(text.find(at).unwrap()).unwrap();
        parse(text, &Limits::default()).key_path(offset).join(".")
    }

    #[test]
    fn places_have_paths() {
        let text = "\
resource \"aws_lambda_function\" \"a\" {
  environment {
    variables = { KEY = \"x\" }
  }
  tags = merge(local.tags, { Own = [\"p\", \"q\"] })
  rule { id = 1 }
  rule { id = 2 }
}
locals { runtime = \"nodejs16.x\" }
";
        assert_eq!(path(text, "\"x\""), "resource.aws_lambda_function.a.environment.variables.KEY");
        assert_eq!(path(text, "\"q\""), "resource.aws_lambda_function.a.tags.Own.1");
        assert_eq!(path(text, "2 }"), "resource.aws_lambda_function.a.rule.1.id");
        assert_eq!(path(text, "nodejs16"), "locals.runtime");
        assert_eq!(path("", ""), "");
    }
}
