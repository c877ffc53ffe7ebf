//! How nodes are called in messages.

/// A name as people say it: a Terraform address without the modules around it
/// (`module.api["a"].aws_lambda_function.f[0]` is `aws_lambda_function.f[0]`). Which one it is, is said by the id.
pub fn short(name: &str) -> &str {
    let mut rest = name;
    while let Some(inner) = rest.strip_prefix("module.") {
        let Some(end) = step(inner) else { return rest };
        match inner.get(end + 1..) {
            Some(next) if !next.is_empty() => rest = next,
            _ => return rest,
        }
    }
    rest
}

/// Byte of the dot that ends the first step of an address; dots inside of keys are no ends.
fn step(address: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in address.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// The name that stands for all instances of a block: `a.q[0]` and `a.q["x"]` are `a.q[*]`.
pub fn every_instance(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let (mut quoted, mut escaped, mut inside) = (false, false, false);
    for c in name.chars() {
        let end = c == ']' && !quoted;
        if !inside || end {
            out.push(c);
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted && !inside => {
                inside = true;
                out.push('*');
            }
            _ if end => inside = false,
            _ => {}
        }
    }
    out
}

/// A message in which every name in backticks is short.
pub fn shortened(message: &str) -> String {
    if !message.contains("`module.") {
        return message.to_owned();
    }
    let mut out = String::with_capacity(message.len());
    for (n, part) in message.split('`').enumerate() {
        if n > 0 {
            out.push('`');
        }
        out.push_str(if n % 2 == 1 { short(part) } else { part });
    }
    out
}

/// What is said, without of whom: what stands in backticks is left out.
pub fn skeleton(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_modules() {
        assert_eq!(short("module.a.module.b[\"x.y\"].aws_sqs_queue.q[0]"), "aws_sqs_queue.q[0]");
        assert_eq!(short("aws_sqs_queue.q"), "aws_sqs_queue.q");
        assert_eq!(short("module.vpc"), "module.vpc");
        assert_eq!(short("orders"), "orders");
        assert_eq!(shortened("role `module.a.aws_iam_role.r` may"), "role `aws_iam_role.r` may");
    }

    #[test]
    fn instances_have_a_name_for_all_of_them() {
        assert_eq!(every_instance("module.a[\"x]y\"].aws_sqs_queue.q[0]"), "module.a[*].aws_sqs_queue.q[*]");
        assert_eq!(every_instance("aws_sqs_queue.q[*]"), "aws_sqs_queue.q[*]");
        assert_eq!(every_instance("aws_sqs_queue.q"), "aws_sqs_queue.q");
    }

    #[test]
    fn skeletons_are_alike_whoever_is_meant() {
        assert_eq!(skeleton("queue `a` feeds `b`"), skeleton("queue `c` feeds `d`"));
        assert_ne!(skeleton("queue `a` feeds"), skeleton("queue `a` starves"));
    }
}
