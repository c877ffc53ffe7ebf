//! Identity and access: roles, policies, statements, principals.

use palisade_graph::{Entry, Reason, State, Val, Value as Known};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Host, Place, Value, concat};
use super::core::managed_policy;
use super::{Library, Props, partition_arn, policy, pseudo};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_iam.Role" => role(lib, h, &props, place),
        "aws_iam.Policy" | "aws_iam.ManagedPolicy" => {
            let mut statements: Vec<Val> =
                props.get("statements").items().iter().map(|s| statement(lib, s)).collect();
            let given = lib.val(&props.get("document"));
            statements.extend(given.get("Statement").items().iter().cloned());
            let name = if class == "aws_iam.Policy" { "policyName" } else { "managedPolicyName" };
            let key = if class == "aws_iam.Policy" { "PolicyName" } else { "ManagedPolicyName" };
            let principals = |key: &str| {
                let items = props.get(key).items();
                let refs: Vec<Val> = items.iter().map(|r| lib.val(r)).collect();
                if refs.is_empty() { Val::default() } else { Val::list(refs, props.get(key).span()) }
            };
            let val = Props::new()
                .set("PolicyDocument", document(statements, place.block))
                .from(lib, &props, name, key)
                .from(lib, &props, "description", "Description")
                .from(lib, &props, "path", "Path")
                .set("Roles", principals("roles"))
                .set("Users", principals("users"))
                .set("Groups", principals("groups"))
                .done(place.block);
            let ty = if class == "aws_iam.Policy" { "AWS::IAM::Policy" } else { "AWS::IAM::ManagedPolicy" };
            lib.resource(h, "Resource", ty, val);
        }
        "aws_iam.User" | "aws_iam.Group" => {
            let ty = if class == "aws_iam.User" { "AWS::IAM::User" } else { "AWS::IAM::Group" };
            let name =
                if class == "aws_iam.User" { ("userName", "UserName") } else { ("groupName", "GroupName") };
            let val = Props::new()
                .from(lib, &props, name.0, name.1)
                .set("ManagedPolicyArns", managed(lib, &props.get("managedPolicies")))
                .done(place.block);
            lib.resource(h, "Resource", ty, val);
        }
        _ => return false,
    }
    true
}

fn role(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let inline = props.get("inlinePolicies");
    let policies: Vec<Val> = inline
        .entries()
        .into_iter()
        .map(|(name, key, value)| {
            let name = Val::str(name, key);
            Val::object(
                [("PolicyName", name), ("PolicyDocument", lib.val(&value))],
                value.span().or(place.block),
            )
        })
        .collect();
    let policies = if policies.is_empty() { Val::default() } else { Val::list(policies, inline.span()) };
    let boundary = props.get("permissionsBoundary");
    let val = Props::new()
        .set(
            "AssumeRolePolicyDocument",
            trust(lib, &props.get("assumedBy"), &props.get("externalIds"), place),
        )
        .from(lib, props, "roleName", "RoleName")
        .from(lib, props, "description", "Description")
        .from(lib, props, "path", "Path")
        .set("ManagedPolicyArns", managed(lib, &props.get("managedPolicies")))
        .set("Policies", policies)
        .set("PermissionsBoundary", lib.arn(&boundary))
        .set("MaxSessionDuration", super::core::seconds(lib, &props.get("maxSessionDuration")))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::IAM::Role", val);
    let role = Value::Host(h);
    lib.put(h, "role", role);
}

/// ARNs of managed policies; nothing where there are none.
fn managed(lib: &Library<'_>, policies: &Value) -> Val {
    if policies.is_null() {
        return Val::default();
    }
    let items = policies.items();
    let list: Vec<Val> = items.iter().map(|p| lib.arn(p)).collect();
    let mut val = Val::list(list, policies.span());
    if policies.is_open()
        && let State::Known(Known::List(list)) = &mut val.state
    {
        std::sync::Arc::make_mut(list).open = true;
    }
    val
}

/// The document that lets a principal assume a role.
pub fn trust(lib: &Library<'_>, principal: &Value, external: &Value, place: Place) -> Val {
    if principal.is_null() {
        return Val::default();
    }
    let span = principal_span(lib, principal, place.block);
    let parts = match principal.handle() {
        Some(h) if lib.class(h) == "aws_iam.CompositePrincipal" => lib.set(h, "parts").items(),
        _ => vec![principal.clone()],
    };
    let mut statements = Vec::new();
    for part in parts {
        let span = principal_span(lib, &part, span);
        let who = principal_val(lib, &part);
        let action = match &part.handle() {
            Some(h) => lib.set(*h, "action"),
            None => Value::null(),
        };
        let action = lib.val(&action);
        let action = if action.is_null() { Val::str("sts:AssumeRole", span) } else { action };
        let mut conditions = part.handle().map(|h| lib.val(&lib.set(h, "conditions"))).unwrap_or_default();
        let ids: Vec<Val> = external.items().iter().map(|v| lib.val(v)).collect();
        if !ids.is_empty() {
            let ids = Val::list(ids, external.span());
            super::set_at(&mut conditions, &["StringEquals", "sts:ExternalId"], external.span(), ids);
        }
        let statement = Props::new()
            .with("Action", span, action)
            .with("Effect", span, Val::str("Allow", span))
            .with("Principal", span, who)
            .set("Condition", conditions)
            .done(span);
        statements.push(statement);
    }
    document(statements, span)
}

fn principal_span(lib: &Library<'_>, principal: &Value, default: Span) -> Span {
    match principal.handle().and_then(|h| lib.get(h)) {
        Some(o) if !o.construct => o.place.block,
        _ => principal.span().or(default),
    }
}

/// A policy document.
pub fn document(statements: Vec<Val>, span: Span) -> Val {
    Val::object([("Version", Val::str("2012-10-17", span)), ("Statement", Val::list(statements, span))], span)
}

/// Who a value is in a statement: `{ Service: … }`.
pub fn principal_val(lib: &Library<'_>, principal: &Value) -> Val {
    let Some(h) = principal.handle() else { return lib.val(principal) };
    let Some(object) = lib.get(h) else { return Val::default() };
    if object.construct {
        // A role, or a construct that acts as one.
        let role = policy::role_of(lib, h).unwrap_or(h);
        let arn = lib.arn(&Value::Host(role));
        return Val::object([("AWS", arn)], object.place.key);
    }
    object.value.clone()
}

/// Objects of the service that are no constructs.
pub fn object(lib: &mut Library<'_>, class: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let first = arguments.first().cloned().unwrap_or_default();
    let span = at.block;
    let one = |key: &str, val: Val| Val::object([(key, val)], span);
    let value = match class {
        "aws_iam.PolicyStatement" => {
            let props = if matches!(first, Value::Map(_)) { first } else { Value::map([], span) };
            let h = lib.plain(class, props, Val::default(), at);
            return Some(Value::Host(h));
        }
        "aws_iam.PolicyDocument" => {
            let h = lib.plain(class, first, Val::default(), at);
            return Some(Value::Host(h));
        }
        "aws_iam.ServicePrincipal" => {
            let service = lib.val(&first);
            let name = match service.as_str() {
                Some(name) if !name.contains('.') => {
                    Val::str(format_smolstr!("{name}.amazonaws.com"), service.span)
                }
                _ => service,
            };
            one("Service", name)
        }
        "aws_iam.ArnPrincipal" => one("AWS", lib.val(&first)),
        "aws_iam.AccountPrincipal" => one("AWS", account_root(&lib.val(&first), span)),
        "aws_iam.AccountRootPrincipal" => one("AWS", account_root(&pseudo("AWS::AccountId", span), span)),
        "aws_iam.AnyPrincipal" | "aws_iam.Anyone" | "aws_iam.OrganizationPrincipal" => {
            one("AWS", Val::str("*", span))
        }
        "aws_iam.StarPrincipal" => Val::str("*", span),
        "aws_iam.CanonicalUserPrincipal" => one("CanonicalUser", lib.val(&first)),
        "aws_iam.FederatedPrincipal"
        | "aws_iam.WebIdentityPrincipal"
        | "aws_iam.OpenIdConnectPrincipal"
        | "aws_iam.SamlPrincipal"
        | "aws_iam.SamlConsolePrincipal" => one("Federated", lib.arn(&first)),
        "aws_iam.CompositePrincipal" => {
            let mut merged: Vec<Entry> = Vec::new();
            for part in arguments {
                for entry in principal_val(lib, part).entries() {
                    match merged.iter_mut().find(|e| e.key == entry.key) {
                        Some(old) => {
                            let mut both: Vec<Val> = old.val.items().to_vec();
                            both.extend(entry.val.items().iter().cloned());
                            old.val = Val::list(both, span);
                        }
                        None => merged.push(entry.clone()),
                    }
                }
            }
            Val::map(merged, span)
        }
        "aws_iam.PrincipalWithConditions" | "aws_iam.SessionTagsPrincipal" => principal_val(lib, &first),
        _ => return None,
    };
    let h = lib.plain(class, Value::list(arguments.to_vec(), span), value, at);
    match class {
        "aws_iam.CompositePrincipal" => lib.put(h, "parts", Value::list(arguments.to_vec(), span)),
        "aws_iam.FederatedPrincipal" => {
            let named =
                arguments.iter().find(|a| matches!(a, Value::Map(_)) && !a.get("conditions").is_null());
            let conditions = match named {
                Some(map) => map.get("conditions"),
                None => arguments.get(1).cloned().unwrap_or_default(),
            };
            lib.put(h, "conditions", conditions);
            let action = arguments.get(2).cloned().unwrap_or_default();
            if action.as_str().is_some() {
                lib.put(h, "action", action);
            }
        }
        "aws_iam.WebIdentityPrincipal" | "aws_iam.OpenIdConnectPrincipal" => {
            lib.put(h, "conditions", arguments.get(1).cloned().unwrap_or_default());
            lib.put(h, "action", Value::str("sts:AssumeRoleWithWebIdentity", span));
        }
        "aws_iam.ServicePrincipal" => {
            let options = arguments.get(1).cloned().unwrap_or_default();
            lib.put(h, "conditions", options.get("conditions"));
        }
        "aws_iam.PrincipalWithConditions" => {
            lib.put(h, "conditions", arguments.get(1).cloned().unwrap_or_default());
        }
        "aws_iam.OrganizationPrincipal" => {
            let id = arguments.first().cloned().unwrap_or_default();
            let equals = Value::map([("aws:PrincipalOrgID".into(), (span, id))], span);
            lib.put(h, "conditions", Value::map([("StringEquals".into(), (span, equals))], span));
        }
        _ => {}
    }
    Some(Value::Host(h))
}

fn account_root(account: &Val, span: Span) -> Val {
    concat(vec![partition_arn(":iam::", span), account.clone(), Val::str(":root", span)], span)
}

/// A statement in IAM's form. What methods added stands beside what the constructor was given.
pub fn statement(lib: &Library<'_>, value: &Value) -> Val {
    let Some(h) = value.handle() else { return lib.val(value) };
    let Some(object) = lib.get(h) else { return Val::default() };
    if object.class != "aws_iam.PolicyStatement" {
        return object.value.clone();
    }
    let span = object.place.block;
    let props = object.props.clone();
    if !props.get("json").is_null() {
        return lib.val(&props.get("json"));
    }
    let listed = |name: &str| -> Val {
        let given = props.entry(name);
        let added = lib.set(h, name);
        let mut items: Vec<Val> =
            given.iter().flat_map(|(_, v)| v.items()).map(|v| lib.arn_text(&v)).collect();
        items.extend(added.items().iter().map(|v| lib.arn_text(v)));
        if items.is_empty() {
            return Val::default();
        }
        let span = given.as_ref().map_or(span, |(_, v)| v.span().or(span));
        let mut list = Val::list(items, span);
        if given.is_some_and(|(_, v)| v.is_open())
            && let State::Known(Known::List(l)) = &mut list.state
        {
            std::sync::Arc::make_mut(l).open = true;
        }
        list
    };
    let effect = props.get("effect");
    let effect = match effect.native().and_then(|p| p.rsplit('.').next()) {
        Some("DENY") => Val::str("Deny", effect.span()),
        Some(_) => Val::str("Allow", effect.span()),
        None if effect.is_null() => Val::str("Allow", span),
        None => lib.val(&effect),
    };
    let mut who: Vec<Entry> = Vec::new();
    let mut star = None;
    let mut conditions = lib.val(&props.get("conditions"));
    let members = ["principals", "notPrincipals"].map(|n| (n, props.get(n).items(), lib.set(h, n).items()));
    let mut negated = false;
    for (name, given, added) in members {
        for part in given.iter().chain(&added) {
            negated = name == "notPrincipals";
            let val = principal_val(lib, part);
            if val.as_map().is_none() {
                star = Some(val.clone());
            }
            for entry in val.entries() {
                match who.iter_mut().find(|e| e.key == entry.key) {
                    Some(old) => {
                        let mut both = old.val.items().to_vec();
                        both.extend(entry.val.items().iter().cloned());
                        old.val = Val::list(both, old.val.span);
                    }
                    None => who.push(entry.clone()),
                }
            }
            if let Some(p) = part.handle() {
                for (operator, key_span, inner) in lib.set(p, "conditions").entries() {
                    for (key, span, value) in inner.entries() {
                        let value = lib.val(&value);
                        super::set_at(
                            &mut conditions,
                            &[operator.as_str(), key.as_str()],
                            key_span.or(span),
                            value,
                        );
                    }
                }
            }
        }
    }
    for (operator, span, inner) in lib.set(h, "conditions").entries() {
        for (key, _, value) in inner.entries() {
            let value = lib.val(&value);
            super::set_at(&mut conditions, &[operator.as_str(), key.as_str()], span, value);
        }
    }
    let principal = match (star, who.is_empty()) {
        (Some(star), true) => star,
        (_, true) => Val::default(),
        _ => Val::map(who, span),
    };
    Props::new()
        .from(lib, &props, "sid", "Sid")
        .set("Effect", effect)
        .set("Action", listed("actions"))
        .set("NotAction", listed("notActions"))
        .set("Resource", listed("resources"))
        .set("NotResource", listed("notResources"))
        .with(if negated { "NotPrincipal" } else { "Principal" }, span, principal)
        .set("Condition", conditions)
        .done(span)
}

impl Library<'_> {
    /// An ARN in a list: a construct is its ARN, a string itself.
    fn arn_text(&self, value: &Value) -> Val {
        if value.handle().is_some() { self.arn(value) } else { self.val(value) }
    }

    /// Adds values to a list that a method of a statement fills.
    pub fn add_to(&mut self, h: Handle, name: &str, more: &[Value], at: Span) {
        let mut items = self.set(h, name).items();
        items.extend(more.iter().flat_map(Value::items));
        self.put(h, name, Value::list(items, at));
    }
}

/// Methods of the service's objects, and of everything that acts as a role.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    let first = arguments.first().cloned().unwrap_or_default();
    if class == "aws_iam.PolicyStatement" {
        let list = match method {
            "addActions" => "actions",
            "addNotActions" => "notActions",
            "addResources" => "resources",
            "addNotResources" => "notResources",
            "addPrincipals" => "principals",
            "addNotPrincipals" => "notPrincipals",
            "addAllResources" => {
                lib.add_to(on, "resources", &[Value::str("*", at.block)], at.block);
                return Some(Value::null());
            }
            "addServicePrincipal"
            | "addArnPrincipal"
            | "addAwsAccountPrincipal"
            | "addAnyPrincipal"
            | "addAccountRootPrincipal"
            | "addFederatedPrincipal" => {
                let class = match method {
                    "addServicePrincipal" => "aws_iam.ServicePrincipal",
                    "addArnPrincipal" => "aws_iam.ArnPrincipal",
                    "addAwsAccountPrincipal" => "aws_iam.AccountPrincipal",
                    "addAccountRootPrincipal" => "aws_iam.AccountRootPrincipal",
                    "addFederatedPrincipal" => "aws_iam.FederatedPrincipal",
                    _ => "aws_iam.AnyPrincipal",
                };
                let principal = object(lib, class, arguments, at)?;
                lib.add_to(on, "principals", &[principal], at.block);
                return Some(Value::null());
            }
            "addCondition" => {
                let operator = lib.val(&first).display();
                let mut entries: Vec<(SmolStr, (Span, Value))> =
                    lib.set(on, "conditions").entries().into_iter().map(|(k, s, v)| (k, (s, v))).collect();
                entries.push((operator, (at.block, arguments.get(1).cloned().unwrap_or_default())));
                lib.put(on, "conditions", Value::map(entries, at.block));
                return Some(Value::null());
            }
            "addConditions" => {
                lib.put(on, "conditions", first);
                return Some(Value::null());
            }
            "toStatementJson" | "toJSON" => return Some(Value::Val(statement(lib, &Value::Host(on)))),
            _ => return None,
        };
        lib.add_to(on, list, arguments, at.block);
        return Some(Value::null());
    }
    match (class.as_str(), method) {
        ("aws_iam.PolicyDocument", "addStatements") => {
            lib.add_to(on, "statements", arguments, at.block);
            return Some(Value::null());
        }
        ("aws_iam.Policy" | "aws_iam.ManagedPolicy", "addStatements") => {
            let statements: Vec<Val> = arguments.iter().map(|s| statement(lib, s)).collect();
            if let Some(id) = lib.get(on).and_then(|o| o.resource.clone()) {
                for s in statements {
                    lib.append(&id, &["PolicyDocument", "Statement"], s);
                }
            }
            return Some(Value::null());
        }
        ("aws_iam.Policy" | "aws_iam.ManagedPolicy", "attachToRole" | "attachToUser" | "attachToGroup") => {
            let key = match method {
                "attachToRole" => "Roles",
                "attachToUser" => "Users",
                _ => "Groups",
            };
            let who = lib.val(&first);
            if let Some(id) = lib.get(on).and_then(|o| o.resource.clone()) {
                lib.append(&id, &[key], who);
            }
            return Some(Value::null());
        }
        _ => {}
    }
    if class.starts_with("aws_iam.") && method == "withConditions" {
        let value = lib.get(on)?.value.clone();
        let h = lib.plain(&class, Value::null(), value, at);
        lib.put(h, "conditions", first);
        return Some(Value::Host(h));
    }
    let role = policy::role_of(lib, on)?;
    match method {
        "addToPolicy" | "addToRolePolicy" | "addToPrincipalPolicy" => {
            let val = statement(lib, &first);
            policy::grant(lib, &Value::Host(role), val, at);
            Some(Value::Val(Val::bool(true, at.key)))
        }
        "addManagedPolicy" => {
            let arn = lib.arn(&first);
            if let Some(id) = lib.get(role).and_then(|o| o.resource.clone()) {
                lib.append(&id, &["ManagedPolicyArns"], arn);
            }
            Some(Value::null())
        }
        "attachInlinePolicy" => {
            let who = lib.val(&Value::Host(role));
            let policy = first.handle().and_then(|h| lib.get(h)).and_then(|o| o.resource.clone());
            if let Some(id) = policy {
                lib.append(&id, &["Roles"], who);
            }
            Some(Value::null())
        }
        "withoutPolicyUpdates" => Some(Value::Host(role)),
        _ => None,
    }
}

/// Members of roles.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    let class = lib.class(on).to_owned();
    match (class.as_str(), name) {
        ("aws_iam.Role", "roleId") => Some(Value::Val(lib.attribute(on, "RoleId"))),
        (_, "grantPrincipal" | "principal") if policy::role_of(lib, on).is_some() => {
            policy::role_of(lib, on).map(Value::Host)
        }
        ("aws_iam.ManagedPolicy", "managedPolicyArn") => Some(Value::Val(lib.reference(on, at))),
        _ => None,
    }
}

/// Static functions of the service.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let first = arguments.first().cloned().unwrap_or_default();
    match path {
        "aws_iam.ManagedPolicy.fromAwsManagedPolicyName" => {
            // The argument may stand under its name.
            let name = match &first {
                Value::Map(_) => first.get("managedPolicyName"),
                other => other.clone(),
            };
            let name = lib.val(&name);
            let mut arn = managed_policy(&name, name.span.or(at.block));
            arn.span = name.span.or(at.block);
            Some(Value::Host(lib.plain("aws_iam.IManagedPolicy", Value::null(), arn, at)))
        }
        "aws_iam.PolicyStatement.fromJson" | "aws_iam.PolicyDocument.fromJson" => {
            let val = lib.val(&first);
            Some(Value::Host(lib.plain("aws_iam.Json", first, val, at)))
        }
        _ => None,
    }
}

/// The value of a document or statement inside a property.
pub fn value_of(lib: &Library<'_>, h: Handle) -> Option<Val> {
    let object = lib.get(h)?;
    match object.class.as_str() {
        "aws_iam.PolicyStatement" => Some(statement(lib, &Value::Host(h))),
        "aws_iam.PolicyDocument" => {
            let given = object.props.get("statements");
            let added = lib.set(h, "statements");
            let mut all: Vec<Val> = given.items().iter().map(|s| statement(lib, s)).collect();
            all.extend(added.items().iter().map(|s| statement(lib, s)));
            let mut val = document(all, object.place.block);
            if given.is_open() && !given.is_null() {
                let unknown = Val::unknown(Reason::NeedsCode, "statements", given.span());
                if let Val { state: State::Known(Known::Map(map)), .. } = &mut val {
                    std::sync::Arc::make_mut(map).set("Statement", given.span(), unknown);
                }
            }
            Some(val)
        }
        _ => None,
    }
}
