use smol_str::SmolStr;

/// What an ARN names, as far as the lowering asks.
pub struct Arn {
    /// The family of [`super::kinds::named`], or the service where it has none.
    pub family: &'static str,
    /// The physical name.
    pub name: SmolStr,
}

/// Splits at a character outside `${…}`, into at most `max` parts.
pub fn split(text: &str, at: char, max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    let mut previous = ' ';
    for (i, c) in text.char_indices() {
        match c {
            '{' if previous == '$' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if c == at && depth == 0 && parts.len() + 1 < max => {
                parts.push(text.get(start..i).unwrap_or(""));
                start = i + c.len_utf8();
            }
            _ => {}
        }
        previous = c;
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

/// Reads a displayed ARN; `None` where the text is none, or of a service whose names are not joined.
pub fn parse(text: &str) -> Option<Arn> {
    let fields = split(text, ':', 6);
    let [arn, _, service, _, _, rest] = fields.as_slice() else { return None };
    if *arn != "arn" {
        return None;
    }
    let after = |prefix: &str| rest.strip_prefix(prefix);
    let until = |text: &str, at: char| SmolStr::new(split(text, at, 2).first().copied().unwrap_or(text));
    let last = |text: &str| SmolStr::new(split(text, '/', usize::MAX).last().copied().unwrap_or(text));
    let (family, name) = match *service {
        "lambda" => ("function", until(after("function:")?, ':')),
        "s3" => ("bucket", until(rest, '/')),
        "sqs" => ("queue", SmolStr::new(rest)),
        "sns" => ("topic", until(rest, ':')),
        "dynamodb" => ("table", until(after("table/")?, '/')),
        "kinesis" => ("stream", until(after("stream/")?, '/')),
        "firehose" => ("firehose", until(after("deliverystream/")?, '/')),
        "events" => ("bus", until(after("event-bus/")?, '/')),
        "states" => ("machine", until(after("stateMachine:")?, ':')),
        "iam" if rest.starts_with("role/") => ("role", last(rest)),
        "iam" if rest.starts_with("user/") => ("user", last(rest)),
        "iam" => ("policy", last(after("policy/")?)),
        "logs" => ("logs", until(after("log-group:")?, ':')),
        "secretsmanager" => ("secret", secret(after("secret:")?)),
        "ssm" => ("parameter", parameter(after("parameter")?)),
        "kms" => ("key", SmolStr::new(after("key/").unwrap_or(rest))),
        "ecr" => ("repository", SmolStr::new(after("repository/")?)),
        _ => return None,
    };
    Some(Arn { family, name })
}

/// Secrets Manager puts six characters behind a name; templates write them as wildcards.
fn secret(text: &str) -> SmolStr {
    let text = text.strip_suffix("-??????").or_else(|| text.strip_suffix("-*")).unwrap_or(text);
    SmolStr::new(text.strip_suffix('*').unwrap_or(text))
}

/// A parameter `/a/b` has the ARN `…:parameter/a/b`, a parameter `a` has `…:parameter/a`.
fn parameter(text: &str) -> SmolStr {
    let inner = text.strip_prefix('/').unwrap_or(text);
    SmolStr::new(if inner.contains('/') && !inner.starts_with('/') { text } else { inner })
}

/// Name of a function in a name, an ARN, a partial ARN (`account:function:name`) or an invocation
/// address of API Gateway.
pub fn function_name(text: &str) -> Option<SmolStr> {
    let text = match text.split_once("/functions/") {
        Some((_, rest)) => rest.strip_suffix("/invocations").unwrap_or(rest),
        None => text,
    };
    let name = match text.split_once(":function:") {
        Some((_, rest)) => rest,
        None if text.starts_with("arn:") || text.contains('/') || text.contains("://") => return None,
        None => text,
    };
    let name = split(name, ':', 2).first().copied().unwrap_or(name);
    (!name.is_empty()).then(|| SmolStr::new(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&'static str, String)> {
        parse(text).map(|a| (a.family, a.name.to_string()))
    }

    #[test]
    fn colons_of_pseudo_parameters_do_not_split() {
        let arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders-${S}/index/*";
        assert_eq!(read(arn), Some(("table", "orders-${S}".into())));
        assert_eq!(read("arn:aws:s3:::photos/*"), Some(("bucket", "photos".into())));
        assert_eq!(read("arn:aws:secretsmanager:r:1:secret:db-??????"), Some(("secret", "db".into())));
        assert_eq!(read("arn:aws:ssm:r:1:parameter/a/b"), Some(("parameter", "/a/b".into())));
        assert_eq!(read("arn:aws:ssm:r:1:parameter/a"), Some(("parameter", "a".into())));
        assert_eq!(read("photos"), None);
    }

    #[test]
    fn functions_are_named_in_many_ways() {
        let name = |t: &str| function_name(t).map(|n| n.to_string());
        assert_eq!(name("hello").as_deref(), Some("hello"));
        assert_eq!(name("arn:aws:lambda:us-east-1:1:function:hello:live").as_deref(), Some("hello"));
        assert_eq!(name("arn:aws:lambda:${AWS::Region}:1:function:a-${AWS::StackName}").as_deref(), {
            Some("a-${AWS::StackName}")
        });
        let uri =
            "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:1:function:f/invocations";
        assert_eq!(name(uri).as_deref(), Some("f"));
        assert_eq!(name("arn:aws:sqs:r:1:q"), None);
    }
}
