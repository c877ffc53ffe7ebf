//! `FunctionUrlConfig`.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::build::{Props, literal, truthy};
use super::cause::Cause;
use super::function::Target;
use crate::Resource;

/// The URL of a function, and the permissions that open it to everybody where it says `NONE`.
pub fn resources(cause: &Cause, own: &Val, target: &Target) -> Vec<Resource> {
    let Some(entry) = own.entry("FunctionUrlConfig").filter(|e| truthy(&e.val)) else { return Vec::new() };
    let config = &entry.val;
    let cause = cause.entry(entry);
    let at = cause.at();
    let function = match &target.alias {
        Some(alias) => at.reference(alias),
        None => at.reference(&target.function),
    };
    let mut props = Props::default();
    props.put("TargetFunctionArn", function.clone());
    props.copy(config, "AuthType");
    props.copy_set(config, &["Cors"]);
    props.copy(config, "InvokeMode");
    let mut url =
        cause.make(format_smolstr!("{}Url", cause.id), "AWS::Lambda::Url", props.finish(config.span));
    url.props.via.clone_from(&config.via);
    let mut made = vec![url];

    let auth = config.get("AuthType");
    if literal(auth) != Some("NONE") {
        return made;
    }
    let at = super::build::At(auth.span);
    made.push(cause.make(
        format_smolstr!("{}UrlPublicPermissions", cause.id),
        "AWS::Lambda::Permission",
        at.object([
            ("Action", at.text("lambda:InvokeFunctionUrl")),
            ("FunctionName", function.clone()),
            ("Principal", at.text("*")),
            ("FunctionUrlAuthType", auth.clone()),
        ]),
    ));
    made.push(cause.make(
        format_smolstr!("{}URLInvokeAllowPublicAccess", cause.id),
        "AWS::Lambda::Permission",
        at.object([
            ("Action", at.text("lambda:InvokeFunction")),
            ("FunctionName", function),
            ("Principal", at.text("*")),
            ("InvokedViaFunctionUrl", at.bool(true)),
        ]),
    ));
    made
}
