//! Who may call a function: URLs, permissions, grants.

use palisade_graph::Val;

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::{Library, Props, iam, policy, pseudo};
use super::{argument, constant};

/// A function URL and, where everybody may call it, the permission.
pub(super) fn url(lib: &mut Library<'_>, h: Handle, function: &Value, options: &Value, place: Place) {
    let auth = options.get("authType");
    let auth_val = match constant(&auth) {
        Some("NONE") => Val::str("NONE", auth.span()),
        Some(_) => Val::str("AWS_IAM", auth.span()),
        None if auth.is_null() => Val::str("AWS_IAM", place.key),
        None => lib.val(&auth),
    };
    let cors = options.get("cors");
    let cors_val = if cors.is_null() {
        Val::default()
    } else {
        let methods = cors.get("allowedMethods");
        let list: Vec<Val> = methods
            .items()
            .iter()
            .map(|m| match constant(m) {
                Some("ALL") => Val::str("*", m.span()),
                Some(name) => Val::str(name, m.span()),
                None => lib.val(m),
            })
            .collect();
        Props::new()
            .from(lib, &cors, "allowedOrigins", "AllowOrigins")
            .from(lib, &cors, "allowedHeaders", "AllowHeaders")
            .from(lib, &cors, "allowCredentials", "AllowCredentials")
            .set(
                "AllowMethods",
                if list.is_empty() { Val::default() } else { Val::list(list, methods.span()) },
            )
            .done(cors.span())
    };
    let arn = lib.arn(function);
    let public = auth_val.as_str() == Some("NONE");
    let val = Props::new()
        .set("AuthType", auth_val)
        .set("TargetFunctionArn", arn.clone())
        .set("Cors", cors_val)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Lambda::Url", val);
    if public && let Some(f) = function.handle() {
        let permission =
            lib.child(Some(f), "invoke-function-url", "aws_lambda.CfnPermission", Value::null(), place);
        let span = place.key;
        let val = Val::object(
            [
                ("Action", Val::str("lambda:InvokeFunctionUrl", span)),
                ("FunctionName", arn),
                ("Principal", Val::str("*", span)),
                ("FunctionUrlAuthType", Val::str("NONE", span)),
            ],
            place.block,
        );
        lib.resource(permission, "", "AWS::Lambda::Permission", val);
        // The function itself lets in what comes through its URL.
        let through = lib.child(Some(f), "invoke-function", "aws_lambda.CfnPermission", Value::null(), place);
        let val = Props::new()
            .set("Action", Val::str("lambda:InvokeFunction", span))
            .set("FunctionName", lib.arn(function))
            .set("Principal", Val::str("*", span))
            .set("InvokedViaFunctionUrl", Val::bool(true, span))
            .done(place.block);
        lib.resource(through, "", "AWS::Lambda::Permission", val);
    }
}

pub(super) fn grant_invoke(lib: &mut Library<'_>, on: Handle, who: &Value, url: bool, at: Place) {
    let arn = lib.arn(&Value::Host(on));
    let action = if url { "lambda:InvokeFunctionUrl" } else { "lambda:InvokeFunction" };
    let is_principal = who.handle().and_then(|h| lib.get(h)).is_some_and(|o| !o.construct);
    if is_principal {
        let mut options = vec![("principal".into(), (at.block, who.clone()))];
        // Conditions of a principal are the source of the permission.
        let conditions = who.handle().map(|h| lib.set(h, "conditions")).unwrap_or_default();
        for (_, _, of) in conditions.entries() {
            for (key, key_span, value) in of.entries() {
                let name = match key.to_ascii_lowercase().as_str() {
                    "aws:sourcearn" => "sourceArn",
                    "aws:sourceaccount" => "sourceAccount",
                    "aws:principalorgid" => "organizationId",
                    _ => continue,
                };
                options.push((name.into(), (key_span, value)));
            }
        }
        let options = Value::map(options, at.block);
        permission(lib, on, &[Value::str("Invoke", at.block), options], at);
        return;
    }
    let span = at.block;
    let all = concat(vec![arn.clone(), Val::str(":*", span)], span);
    let statement = policy::allow(&[action], vec![arn, all], span);
    policy::grant(lib, who, statement, at);
}

/// `addPermission(id, { principal, action, sourceArn, … })`
pub(super) fn permission(lib: &mut Library<'_>, on: Handle, arguments: &[Value], at: Place) {
    let id = lib.val(&argument(arguments, 0, "id")).display();
    let options = arguments.last().cloned().unwrap_or_default();
    let who = options.get("principal");
    let principal = iam::principal_val(lib, &who);
    let account = who.handle().and_then(|h| lib.get(h)).filter(|o| o.class.starts_with("aws_iam.Account"));
    let principal = match account {
        // Permissions name an account by its number.
        Some(object) => match object.props.item(0) {
            given if given.is_null() => pseudo("AWS::AccountId", at.block),
            given => lib.val(&given),
        },
        None => principal,
    };
    let principal = match principal.entries() {
        [only] => only.val.clone(),
        _ => principal,
    };
    let action = options.get("action");
    let action = if action.is_null() { Val::str("lambda:InvokeFunction", at.key) } else { lib.val(&action) };
    let auth = options.get("functionUrlAuthType");
    let auth = constant(&auth).map(|a| Val::str(if a == "NONE" { "NONE" } else { "AWS_IAM" }, auth.span()));
    let child = lib.child(Some(on), &id, "aws_lambda.CfnPermission", options.clone(), at);
    let val = Props::new()
        .set("Action", action)
        .set("FunctionName", lib.arn(&Value::Host(on)))
        .set("Principal", principal)
        .from(lib, &options, "sourceArn", "SourceArn")
        .from(lib, &options, "sourceAccount", "SourceAccount")
        .from(lib, &options, "eventSourceToken", "EventSourceToken")
        .from(lib, &options, "organizationId", "PrincipalOrgID")
        .set("FunctionUrlAuthType", auth.unwrap_or_default())
        .done(at.block);
    lib.resource(child, "", "AWS::Lambda::Permission", val);
}
