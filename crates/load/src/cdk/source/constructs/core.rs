//! `aws-cdk-lib` itself: applications, stacks, stages, durations, intrinsic functions.

use palisade_graph::{External, Reason, State, Target, Val, Value as Known};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Host, Place, Value, concat};
use super::{Library, OUTPUTS, partition_arn, pseudo};

/// Constructs of the core library; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    match class {
        "core.App"
        | "core.Stage"
        | "constructs.Construct"
        | "core.Construct"
        | "core.Stack"
        | "core.NestedStack"
        | "core.CfnCondition"
        | "core.CfnMapping"
        | "core.CfnRule"
        | "core.Resource"
        | "core.CfnInclude" => {}
        "core.CfnOutput" => output(lib, h),
        "core.CfnParameter" => parameter(lib, h),
        "core.CustomResource" => {
            let props = lib.get(h).map(|o| o.props.clone()).unwrap_or_default();
            let given = lib.val(&props.get("properties"));
            let mut val =
                if given.as_map().is_some() { given } else { Val::object::<SmolStr>([], Span::NONE) };
            let token = lib.val(&props.get("serviceToken"));
            super::set_at(&mut val, &["ServiceToken"], token.span, token);
            let ty = props.get("resourceType");
            let ty = SmolStr::new(ty.as_str().unwrap_or("AWS::CloudFormation::CustomResource"));
            lib.resource(h, "Default", &ty, val);
        }
        _ if class.ends_with(".Stack") && class.starts_with("aws_") => {}
        _ => return false,
    }
    true
}

fn output(lib: &mut Library<'_>, h: Handle) {
    let value = lib.prop(h, "value");
    let value = lib.val(&value);
    let export = lib.prop(h, "exportName");
    let export = lib.val(&export);
    let Some(object) = lib.get(h) else { return };
    let (place, id) = (object.place, object.id.clone());
    let mut entry = Val::object([("Value", value)], place.block);
    if !export.is_null() {
        super::set_at(&mut entry, &["Export", "Name"], export.span, export);
    }
    let mut outputs = lib.resources.shift_remove(OUTPUTS).map(|r| r.props).unwrap_or_default();
    super::set_at(&mut outputs, &[id.as_str()], place.key, entry);
    lib.resources.insert(OUTPUTS.into(), crate::Resource::new(OUTPUTS, "", Span::NONE, outputs));
}

fn parameter(lib: &mut Library<'_>, h: Handle) {
    let default = lib.prop(h, "default");
    let val = lib.val(&default);
    let Some(object) = lib.get_mut(h) else { return };
    object.value = if val.is_null() {
        Val::unknown(Reason::ParameterWithoutDefault, object.id.clone(), object.place.key)
    } else {
        let at = val.span;
        val.through(palisade_graph::Via::Parameter, at)
    };
}

/// Methods of the core library's constructs.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    let first = arguments.first().cloned().unwrap_or_default();
    if let Some(method) = method.strip_prefix("node.") {
        return Some(match method {
            "tryFindChild" | "findChild" => {
                let path = lib.get(on)?.path.clone();
                let name = lib.val(&first).display();
                match lib.by_path.get(&format_smolstr!("{path}/{name}")) {
                    Some(h) => Value::Host(*h),
                    None if matches!(name.as_str(), "Resource" | "Default") => Value::Host(lower(lib, on)),
                    None => Value::null(),
                }
            }
            _ => Value::null(),
        });
    }
    match (class.as_str(), method) {
        ("core.Duration", "toSeconds" | "toMinutes" | "toMilliseconds" | "toHours" | "toDays") => {
            let seconds = lib.get(on)?.value.as_int();
            let per = match method {
                "toMinutes" => 60,
                "toHours" => 3_600,
                "toDays" => 86_400,
                _ => 1,
            };
            let value =
                seconds.map(|s| if method == "toMilliseconds" { s.saturating_mul(1_000) } else { s / per });
            Some(match value {
                Some(n) => Value::Val(Val::int(n, at.key)),
                None => Value::unknown(Reason::NeedsCode, "", at.key),
            })
        }
        ("core.Stack" | "core.NestedStack", "formatArn") => {
            Some(Value::Val(format_arn(lib, &first, at.block)))
        }
        (_, "toString" | "toJSON" | "toStringList") => {
            let value = lib.get(on)?.value.clone();
            Some(Value::Val(value))
        }
        (
            _,
            "addDependency" | "addDependsOn" | "applyRemovalPolicy" | "overrideLogicalId" | "synth"
            | "toSynthesize",
        ) => Some(Value::null()),
        (_, "getAtt") => {
            let id = lib.get(on)?.resource.clone()?;
            let attribute = lib.val(&first).display();
            Some(Value::Val(Val::attribute(id, attribute, at.block)))
        }
        _ => None,
    }
}

/// The construct of the lower level inside another: its properties are those of the same resource.
fn lower(lib: &mut Library<'_>, on: Handle) -> Handle {
    let Some(object) = lib.get(on).filter(|o| !o.class.contains(".Cfn")) else { return on };
    let Some(ty) = object.resource.as_ref().and_then(|id| lib.resources.get(id)).map(|r| r.ty.clone()) else {
        return on;
    };
    let parts: Vec<&str> = ty.split("::").collect();
    let ["AWS", service, name] = parts.as_slice() else { return on };
    let mut view = object.clone();
    view.class = format_smolstr!("aws_{}.Cfn{name}", service.to_lowercase());
    view.props = Value::null();
    view.members.clear();
    lib.push(view)
}

/// Members of every construct.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    if let Some(name) = name.strip_prefix("node.") {
        let object = lib.get(on)?;
        return Some(match name {
            "id" => Value::str(object.id.clone(), at),
            "path" => Value::str(object.path.clone(), at),
            "addr" => Value::unknown(Reason::NeedsCode, "addr", at),
            "scope" => object.scope.map_or_else(Value::null, Value::Host),
            "root" => {
                let root = lib.around(on).last().map(|(h, _)| h);
                root.map_or_else(Value::null, Value::Host)
            }
            "defaultChild" => Value::Host(lower(lib, on)),
            "children" => Value::list(Vec::new(), at),
            _ => Value::unknown(Reason::NeedsCode, name, at),
        });
    }
    let class = lib.class(on).to_owned();
    match name {
        "stack" => return lib.stack_of(on).map(Value::Host),
        "env" if lib.get(on)?.construct => {
            let stack = lib.stack_of(on)?;
            let region = member(lib, stack, "region", at)?;
            let account = member(lib, stack, "account", at)?;
            return Some(Value::map(
                [("region".into(), (at, region)), ("account".into(), (at, account))],
                at,
            ));
        }
        _ => {}
    }
    match (class.as_str(), name) {
        ("core.Stack" | "core.NestedStack", "region" | "account") => {
            let around = lib.around(on).map(|(_, o)| o.props.get("env").get(name)).find(|v| !v.is_null());
            let given = around.map(|v| lib.val(&v)).filter(|v| matches!(v.state, State::Known(_)));
            let symbol = if name == "region" { "AWS::Region" } else { "AWS::AccountId" };
            Some(Value::Val(given.unwrap_or_else(|| pseudo(symbol, at))))
        }
        ("core.Stack" | "core.NestedStack", "stackName") => {
            let given = lib.prop(on, "stackName");
            let val = lib.val(&given);
            Some(if val.is_null() {
                Value::str(lib.get(on)?.path.replace('/', "-"), at)
            } else {
                Value::Val(val)
            })
        }
        ("core.Stack" | "core.NestedStack", "stackId") => Some(Value::Val(pseudo("AWS::StackId", at))),
        ("core.Stack" | "core.NestedStack", "partition") => Some(Value::Val(pseudo("AWS::Partition", at))),
        ("core.Stack" | "core.NestedStack", "urlSuffix") => Some(Value::Val(pseudo("AWS::URLSuffix", at))),
        ("core.CfnParameter", "valueAsString" | "valueAsNumber" | "valueAsList" | "value") => {
            Some(Value::Val(lib.get(on)?.value.clone()))
        }
        _ => None,
    }
}

/// Static functions of the core library.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let first = arguments.first().cloned().unwrap_or_default();
    if let Some(unit) = path.strip_prefix("core.Duration.") {
        let per = match unit {
            "seconds" => 1_i64,
            "minutes" => 60,
            "hours" => 3_600,
            "days" => 86_400,
            "millis" => {
                let value = first.as_str().and_then(|n| n.parse::<i64>().ok()).map(|n| n / 1_000);
                let val = value.map_or_else(
                    || Val::unknown(Reason::NeedsCode, "duration", at.block),
                    |n| Val::int(n, first.span()),
                );
                return Some(Value::Host(lib.plain("core.Duration", Value::null(), val, at)));
            }
            _ => {
                let val = Val::unknown(Reason::NeedsCode, "duration", at.block);
                return Some(Value::Host(lib.plain("core.Duration", Value::null(), val, at)));
            }
        };
        let amount = lib.val(&first);
        let val = match amount.as_int() {
            Some(n) => {
                let mut val = Val::int(n.saturating_mul(per), at.block);
                // The number as it is written is what a fix replaces only where it is in seconds.
                val.span = if per == 1 { amount.span } else { at.block };
                val
            }
            None => Val::unknown(Reason::NeedsCode, "duration", at.block),
        };
        return Some(Value::Host(lib.plain("core.Duration", Value::null(), val, at)));
    }
    if let Some(unit) = path.strip_prefix("core.Size.") {
        let per = match unit {
            "mebibytes" => 1,
            "gibibytes" => 1_024,
            _ => return Some(Value::unknown(Reason::NeedsCode, "size", at.block)),
        };
        let n = lib.val(&first).as_int().map(|n| n.saturating_mul(per));
        return Some(n.map_or_else(
            || Value::unknown(Reason::NeedsCode, "size", at.block),
            |n| Value::Val(Val::int(n, at.block)),
        ));
    }
    let text = |n: usize, lib: &Library<'_>| arguments.get(n).map(|v| lib.val(v)).unwrap_or_default();
    Some(match path {
        "core.Stack.of" => {
            let stack = first.handle().and_then(|h| lib.stack_of(h));
            stack.map_or_else(|| Value::unknown(Reason::NeedsCode, "stack", at.key), Value::Host)
        }
        "core.Stage.of" => {
            let h = first.handle()?;
            let stage = lib.around(h).find(|(_, o)| matches!(o.class.as_str(), "core.Stage" | "core.App"));
            stage.map_or_else(Value::null, |(h, _)| Value::Host(h))
        }
        "core.Token.asString"
        | "core.Token.asNumber"
        | "core.Token.asList"
        | "core.Lazy.string"
        | "core.Token.asAny"
        | "core.SecretValue.unsafePlainText"
        | "core.SecretValue.plainText" => first,
        "core.Fn.join" => {
            let separator = text(0, lib);
            let items = arguments.get(1).map(Value::items).unwrap_or_default();
            let mut parts = Vec::new();
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    parts.push(separator.clone());
                }
                parts.push(lib.val(item));
            }
            Value::Val(concat(parts, at.block))
        }
        "core.Fn.ref" => {
            let id = text(0, lib).display();
            Value::Val(if id.starts_with("AWS::") {
                pseudo(&id, at.block)
            } else {
                Val::reference(id, at.block)
            })
        }
        "core.Fn.getAtt" => {
            Value::Val(Val::attribute(text(0, lib).display(), text(1, lib).display(), at.block))
        }
        "core.Fn.importValue" => {
            let name = text(0, lib).display();
            Value::Val(Val::target(
                Target::External { kind: External::Export, name, secret: false },
                at.block,
            ))
        }
        "core.Fn.sub" => Value::Val(substituted(&text(0, lib), &text(1, lib), at.block)),
        "core.SecretValue.secretsManager" => {
            let name = text(0, lib).display();
            Value::Val(Val::target(Target::External { kind: External::Secret, name, secret: true }, at.block))
        }
        "core.SecretValue.ssmSecure" => {
            let name = text(0, lib).display();
            Value::Val(Val::target(
                Target::External { kind: External::Parameter, name, secret: true },
                at.block,
            ))
        }
        "core.Arn.format" => Value::Val(format_arn(lib, &first, at.block)),
        "core.Tags.of" | "core.Aspects.of" | "core.Annotations.of" | "core.Validations.of" => {
            let value = Val::unknown(Reason::NeedsCode, path, at.key);
            Value::Host(lib.plain(path, Value::null(), value, at))
        }
        "constructs.Construct.isConstruct" => Value::Val(Val::bool(first.handle().is_some(), at.key)),
        _ => return None,
    })
}

/// Constants of the core library.
pub fn static_member(path: &str, at: Span) -> Option<Value> {
    let name = path.strip_prefix("core.Aws.")?;
    let symbol = match name {
        "REGION" => "AWS::Region",
        "ACCOUNT_ID" => "AWS::AccountId",
        "PARTITION" => "AWS::Partition",
        "STACK_NAME" => "AWS::StackName",
        "STACK_ID" => "AWS::StackId",
        "URL_SUFFIX" => "AWS::URLSuffix",
        "NO_VALUE" => return Some(Value::null()),
        _ => return None,
    };
    Some(Value::Val(pseudo(symbol, at)))
}

/// `${Name}` of `Fn.sub`.
fn substituted(text: &Val, values: &Val, span: Span) -> Val {
    let Some(text) = text.as_str() else { return text.clone() };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        parts.push(Val::str(before, span));
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let given = values.get(name);
        parts.push(if let Some(literal) = name.strip_prefix('!') {
            Val::str(format_smolstr!("${{{literal}}}"), span)
        } else if !given.is_null() {
            given.clone()
        } else if name.starts_with("AWS::") {
            pseudo(name, span)
        } else if let Some((id, attribute)) = name.split_once('.') {
            Val::attribute(id, attribute, span)
        } else {
            Val::reference(name, span)
        });
        rest = tail;
    }
    parts.push(Val::str(rest, span));
    concat(parts, span)
}

/// `stack.formatArn({service, resource, …})`
fn format_arn(lib: &Library<'_>, components: &Value, span: Span) -> Val {
    let part = |name: &str, default: Val| {
        let val = lib.val(&components.get(name));
        if val.is_null() { default } else { val }
    };
    let colon = || Val::str(":", span);
    let format = components.get("arnFormat");
    let separator = match (format.native(), lib.val(&components.get("sep")).as_str()) {
        (Some(path), _) if path.ends_with("COLON_RESOURCE_NAME") => ":",
        (_, Some(":")) => ":",
        _ => "/",
    };
    let mut parts = vec![
        Val::str("arn:", span),
        part("partition", pseudo("AWS::Partition", span)),
        colon(),
        part("service", Val::default()),
        colon(),
        part("region", pseudo("AWS::Region", span)),
        colon(),
        part("account", pseudo("AWS::AccountId", span)),
        colon(),
        part("resource", Val::default()),
    ];
    let name = lib.val(&components.get("resourceName"));
    if !name.is_null() {
        parts.push(Val::str(separator, span));
        parts.push(name);
    }
    concat(parts, span)
}

/// A number of seconds of a duration, or of a plain number.
pub fn seconds(lib: &Library<'_>, value: &Value) -> Val {
    match value.handle() {
        Some(h) => lib.reference(h, Span::NONE),
        None => {
            let val = lib.val(value);
            if matches!(val.state, State::Known(Known::Str(_))) {
                return Val::unknown(Reason::NeedsCode, "duration", val.span);
            }
            val
        }
    }
}

/// The ARN of a policy that AWS manages.
pub fn managed_policy(name: &Val, span: Span) -> Val {
    match name.as_str() {
        Some(name) => partition_arn(&format!(":iam::aws:policy/{name}"), span),
        None => concat(vec![partition_arn(":iam::aws:policy/", span), name.clone()], span),
    }
}
