//! The resource that an action accepts, from one that stands beside it: the bucket of an object, the objects of
//! a bucket.

use std::borrow::Cow;

use crate::catalogue::{ActionId, ResourceTypeId};
use crate::glob::Glob;

/// A form of an ARN.
struct Form {
    kind: ResourceTypeId,
    text: String,
    /// Letters that are no variables: the more, the closer the form describes what it matches.
    letters: usize,
}

/// A resource as the action accepts it; as it is where nothing better is known.
///
/// An action without resource types takes `*` only
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>).
pub(super) fn accepted(action: ActionId, resource: &str) -> Cow<'_, str> {
    let types: Vec<ResourceTypeId> = action.resource_types().map(|(kind, _)| kind).collect();
    if types.is_empty() {
        return Cow::Borrowed("*");
    }
    if !resource.starts_with("arn:") {
        return Cow::Borrowed(resource);
    }
    let forms: Vec<Form> = action.service().resource_types().flat_map(forms).collect();
    let fitting = forms.iter().filter(|form| glob(&form.text).matches(resource));
    let Some(own) = fitting.max_by_key(|form| form.letters) else { return Cow::Borrowed(resource) };
    // several types may share a form
    if forms.iter().any(|form| form.text == own.text && types.contains(&form.kind)) {
        return Cow::Borrowed(resource);
    }
    let accepted = || forms.iter().filter(|form| types.contains(&form.kind));
    // the resource is part of one that the action accepts
    let above = accepted().filter_map(|form| Some((form.text.len(), own.text.strip_prefix(&form.text)?)));
    if let Some((_, rest)) = above.max() {
        let letter = rest.chars().next().unwrap_or('/');
        let fixed = own.text.len() - rest.len();
        return Cow::Owned(head(resource, own.text.get(..fixed).unwrap_or_default(), letter).to_owned());
    }
    // the action accepts parts of the resource
    let mut below = accepted().filter_map(|form| form.text.strip_prefix(&own.text));
    if !resource.ends_with('*')
        && let Some(rest) = below.next()
        && below.next().is_none()
    {
        return Cow::Owned(format!("{resource}{}", starred(rest)));
    }
    Cow::Borrowed(resource)
}

/// What stands before the first such letter in the last field of the ARN that the form of the whole ends with.
fn head<'a>(resource: &'a str, form: &str, letter: char) -> &'a str {
    let tail = form.rsplit(':').next().unwrap_or_default();
    let fields = form.split(':').count();
    let start: usize = resource.split(':').take(fields - 1).map(|field| field.len() + 1).sum();
    // letters of the same kind within the form itself belong to it
    let own = starred(tail).matches(letter).count();
    let rest = resource.get(start..).unwrap_or_default();
    let cut = rest.match_indices(letter).nth(own).map_or(resource.len(), |(place, _)| start + place);
    resource.get(..cut).unwrap_or(resource)
}

fn forms(kind: ResourceTypeId) -> impl Iterator<Item = Form> {
    kind.arn_formats().map(move |text| {
        let letters = starred(&text).bytes().filter(|byte| *byte != b'*').count();
        Form { kind, text, letters }
    })
}

fn glob(form: &str) -> Glob {
    Glob::new(&starred(form))
}

/// A form with `*` for its variables.
fn starred(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    let mut rest = form;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn the_resource_is_of_a_type_that_the_action_accepts() {
        let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders";
        let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f";
        let cases = [
            ("s3:GetObject", "arn:aws:s3:::b", "arn:aws:s3:::b/*".to_owned()),
            ("s3:GetObject", "arn:aws:s3:::b/in/*", "arn:aws:s3:::b/in/*".to_owned()),
            ("s3:ListBucket", "arn:aws:s3:::b", "arn:aws:s3:::b".to_owned()),
            ("s3:ListBucket", "arn:aws:s3:::b/in/*", "arn:aws:s3:::b".to_owned()),
            ("dynamodb:GetItem", table, table.to_owned()),
            ("dynamodb:Query", &format!("{table}/index/by"), format!("{table}/index/by")),
            ("dynamodb:PutItem", &format!("{table}/index/by"), table.to_owned()),
            ("logs:PutLogEvents", group, format!("{group}:log-stream:*")),
            ("logs:PutLogEvents", &format!("{group}:*"), format!("{group}:*")),
            ("logs:CreateLogGroup", group, group.to_owned()),
            ("logs:CreateLogGroup", &format!("{group}:log-stream:s"), group.to_owned()),
            ("xray:PutTraceSegments", "arn:aws:xray:eu-west-1:123456789012:group/g/1", "*".to_owned()),
            ("sqs:SendMessage", "*", "*".to_owned()),
            ("sqs:SendMessage", "arn:aws:s3:::elsewhere", "arn:aws:s3:::elsewhere".to_owned()),
        ];
        for (action, resource, expected) in cases {
            let (service, name) = action.split_once(':').unwrap();
            let id = catalogue::action(catalogue::service(service).unwrap(), name).unwrap();
            assert_eq!(accepted(id, resource), expected, "{action} on {resource}");
        }
    }
}
