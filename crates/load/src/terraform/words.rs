//! Words about deployed properties, in Terraform's own: who reads of `TracingConfig.Mode` and has written HCL is
//! told `tracing_config.mode`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{self, Attribute};

/// Paths of the attributes that become properties of a name, over all types; none where types differ.
static EVERYWHERE: LazyLock<HashMap<&'static str, Option<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Option<&'static str>> = HashMap::new();
    for cfn in table::cfn_types() {
        for ty in table::all(cfn) {
            each(&ty.attributes, &mut |attribute| {
                let seen = all.entry(leaf(attribute.cfn)).or_insert(Some(attribute.path));
                if seen.is_some_and(|path| leaf(path) != leaf(attribute.path)) {
                    *seen = None;
                }
            });
        }
    }
    all
});

fn each(attributes: &'static [Attribute], visit: &mut impl FnMut(&'static Attribute)) {
    for attribute in attributes {
        visit(attribute);
        each(&attribute.children, visit);
    }
}

fn leaf(path: &'static str) -> &'static str {
    path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]")
}

/// A text whose words in backticks are those of CloudFormation, for a reader of a resource of this Terraform type.
/// `Key: value` becomes `key = value`. Words that are no property stay.
pub fn translated(text: &str, terraform_type: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('`').enumerate() {
        if n > 0 {
            out.push('`');
        }
        match if n % 2 == 1 { word(part, terraform_type) } else { None } {
            Some(own) => out.push_str(&own),
            None => out.push_str(part),
        }
    }
    out
}

fn word(token: &str, terraform_type: &str) -> Option<String> {
    let (path, value) = match token.split_once(": ") {
        Some((path, value)) => (path, Some(value)),
        None => (token, None),
    };
    let pascal = path.starts_with(|c: char| c.is_ascii_uppercase())
        && path.bytes().any(|b| b.is_ascii_lowercase())
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    if !pascal {
        return None;
    }
    let own = property(path, terraform_type)?;
    Some(match value {
        Some("true" | "false") => format!("{own} = {}", value.unwrap_or_default()),
        Some(value) if value.parse::<f64>().is_ok() => format!("{own} = {value}"),
        Some(value) => format!("{own} = \"{}\"", value.trim_matches(['\'', '"'])),
        None => own.to_owned(),
    })
}

fn property(path: &str, terraform_type: &str) -> Option<&'static str> {
    if let Some(own) = table::written(terraform_type, path).and_then(|w| w.steps.last().map(|a| a.path)) {
        return Some(own);
    }
    let ty = table::find(terraform_type)?;
    let mut found: Option<&'static str> = None;
    for ty in std::iter::once(ty).chain(table::all(ty.cfn)) {
        if found.is_none() {
            each(&ty.attributes, &mut |attribute| {
                let cfn = attribute.cfn.trim_end_matches("[]");
                let same = cfn == path || cfn.strip_suffix(path).is_some_and(|before| before.ends_with('.'));
                if same && found.is_none_or(|f| attribute.path.len() < f.len()) {
                    found = Some(attribute.path);
                }
            });
        }
    }
    found.or_else(|| EVERYWHERE.get(path).copied().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_called_by_their_attributes() {
        let help = "set `TracingConfig.Mode` to `Active`, or `Timeout: 30`";
        assert_eq!(
            translated(help, "aws_lambda_function"),
            "set `tracing_config.mode` to `Active`, or `timeout = 30`"
        );
        assert_eq!(
            translated("set `PubliclyAccessible: false`", "aws_db_instance"),
            "set `publicly_accessible = false`"
        );
        assert_eq!(
            translated("raise its `VisibilityTimeout`", "aws_lambda_function"),
            "raise its `visibility_timeout_seconds`"
        );
    }

    #[test]
    fn what_is_no_property_stays() {
        let text = "anybody can call `GET /x` of `ANY`; use `AWS_IAM`, `lambda:Invoke*` and ``";
        assert_eq!(translated(text, "aws_lambda_function"), text);
        assert_eq!(translated("a lone ` stays", "aws_lambda_function"), "a lone ` stays");
    }
}
