//! CloudFormation templates: intrinsics, parameters, conditions, mappings, nested stacks, loops.
//!
//! A template is evaluated once for each *world*: a choice of parameter values and condition truths that
//! the template itself distinguishes. Everything behind this module sees plain values.

mod evaluate;
pub(crate) mod functions;
mod nested;
mod parameters;
mod samconfig;
mod worlds;

pub use evaluate::Evaluator;
pub use nested::{mapped, renamed};
pub use worlds::expand;

use palisade_graph::Val;

/// Whether a template's `Transform` names the SAM transform, or a resource is of its types.
pub fn is_sam(template: &Val) -> bool {
    transforms(template).any(|t| t.starts_with("AWS::Serverless-"))
        || template
            .get("Resources")
            .entries()
            .iter()
            .any(|r| r.val.get("Type").as_str().is_some_and(|t| t.starts_with("AWS::Serverless::")))
}

/// The names in `Transform`.
pub fn transforms(template: &Val) -> impl Iterator<Item = &str> {
    template.get("Transform").items().iter().filter_map(|t| t.as_str().or_else(|| t.get("Name").as_str()))
}

/// Whether a document is a CloudFormation template: `Resources` is a map and an entry has a type that
/// CloudFormation knows, or the document says its format version or SAM's transform: what is wrong with all
/// resources of such a file has to be said.
pub fn is_template(document: &Val) -> bool {
    let resources = document.get("Resources");
    let typed = |t: &str| t.starts_with("AWS::") || t.starts_with("Custom::") || t.starts_with("Alexa::");
    let any = resources
        .entries()
        .iter()
        .any(|r| r.val.get("Type").as_str().is_some_and(typed) || r.key.starts_with("Fn::ForEach::"));
    let said = document.entry("AWSTemplateFormatVersion").is_some()
        || transforms(document).any(|t| t.starts_with("AWS::Serverless-"));
    any || (said && document.entry("Resources").is_some())
}
