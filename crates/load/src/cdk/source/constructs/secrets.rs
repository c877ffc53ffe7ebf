//! Secrets and parameters.

use palisade_graph::{Reason, Val};
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value, concat};
use super::lambda::{argument, constant};
use super::{Library, Props, l1};

/// Constructs of the services; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_secretsmanager.Secret" | "aws_rds.DatabaseSecret" => {
            let text = props.get("secretStringValue");
            let object = props.get("secretObjectValue");
            let generated = l1::properties(lib, "aws_secretsmanager", &props.get("generateSecretString"));
            let given = !text.is_null() || !object.is_null();
            let generated = match (given, class) {
                (true, _) => Val::default(),
                (_, "aws_rds.DatabaseSecret") => generated_login(lib.val(&props.get("username")), place.key),
                _ if generated.is_null() => Val::object::<&str>([], place.key),
                _ => generated,
            };
            let val = Props::new()
                .from(lib, &props, "secretName", "Name")
                .from(lib, &props, "description", "Description")
                .set("SecretString", if text.is_null() { lib.val(&object) } else { lib.val(&text) })
                .set("GenerateSecretString", generated)
                .set("KmsKeyId", lib.arn(&props.get("encryptionKey")))
                .done(place.block);
            let id = lib.resource(h, "Resource", "AWS::SecretsManager::Secret", val);
            lib.removal(&id, &props, "Delete");
        }
        "aws_secretsmanager.RotationSchedule" => {
            rotation(lib, h, &props.get("secret"), &props, place);
        }
        "aws_ssm.StringParameter" | "aws_ssm.StringListParameter" => {
            let list = props.get("stringListValue");
            let (ty, value) = if class == "aws_ssm.StringListParameter" {
                ("StringList", lib.val(&list))
            } else {
                ("String", lib.val(&props.get("stringValue")))
            };
            let given = props.get("type");
            let ty = match constant(&given) {
                Some("SECURE_STRING") => Val::str("SecureString", given.span()),
                Some("STRING_LIST") => Val::str("StringList", given.span()),
                _ => Val::str(ty, place.key),
            };
            let tier = props.get("tier");
            let tier = match constant(&tier) {
                Some("ADVANCED") => Val::str("Advanced", tier.span()),
                Some("INTELLIGENT_TIERING") => Val::str("Intelligent-Tiering", tier.span()),
                _ => Val::default(),
            };
            let val = Props::new()
                .from(lib, &props, "parameterName", "Name")
                .from(lib, &props, "description", "Description")
                .set("Type", ty)
                .set("Value", value)
                .set("Tier", tier)
                .from(lib, &props, "allowedPattern", "AllowedPattern")
                .done(place.block);
            lib.resource(h, "Resource", "AWS::SSM::Parameter", val);
        }
        _ => return false,
    }
    true
}

/// What the library generates where a database is given no credentials.
pub fn generated_login(user: Val, span: Span) -> Val {
    let template = concat(vec![Val::str("{\"username\":\"", span), user, Val::str("\"}", span)], span);
    Val::object(
        [
            ("GenerateStringKey", Val::str("password", span)),
            ("PasswordLength", Val::int(30, span)),
            ("SecretStringTemplate", template),
        ],
        span,
    )
}

fn rotation(lib: &mut Library<'_>, h: Handle, secret: &Value, props: &Value, place: Place) {
    let days = super::core::seconds(lib, &props.get("automaticallyAfter"));
    let days = days.as_int().map_or_else(|| Val::int(30, place.key), |s| Val::int(s / 86_400, days.span));
    let val = Props::new()
        .set("SecretId", lib.val(secret))
        .set("RotationLambdaARN", lib.arn(&props.get("rotationLambda")))
        .set("RotationRules", Val::object([("AutomaticallyAfterDays", days)], place.block))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::SecretsManager::RotationSchedule", val);
}

fn is_secret(class: &str) -> bool {
    matches!(class, "aws_secretsmanager.Secret" | "aws_rds.DatabaseSecret")
}

/// Methods of the services' constructs.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if class == "core.SecretValue" && matches!(method, "unsafeUnwrap" | "toString") {
        return lib.get(on).map(|o| Value::Val(o.value.clone()));
    }
    if !is_secret(&class) {
        return None;
    }
    match method {
        "secretValueFromJson" => {
            let key = lib.val(&argument(arguments, 0, "key"));
            Some(resolved(lib, on, &key, at))
        }
        "addRotationSchedule" => {
            let id = lib.val(&argument(arguments, 0, "id")).display();
            let options = arguments.last().cloned().unwrap_or_default();
            let at_child =
                lib.child(Some(on), &id, "aws_secretsmanager.RotationSchedule", options.clone(), at);
            rotation(lib, at_child, &Value::Host(on), &options, at);
            Some(Value::Host(at_child))
        }
        "attach" => Some(Value::Host(on)),
        _ => None,
    }
}

/// `{{resolve:secretsmanager:…}}`
fn resolved(lib: &mut Library<'_>, on: Handle, key: &Val, at: Place) -> Value {
    let secret = lib.arn(&Value::Host(on));
    let span = at.block;
    let text = concat(
        vec![
            Val::str("{{resolve:secretsmanager:", span),
            secret,
            Val::str(":SecretString:", span),
            if key.is_null() { Val::str("", span) } else { key.clone() },
            Val::str("::}}", span),
        ],
        span,
    );
    Value::Host(lib.plain("core.SecretValue", Value::null(), text, at))
}

/// Members of the services' constructs.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if is_secret(&class) && name == "secretValue" {
        return Some(resolved(lib, on, &Val::default(), Place { key: at, block: at }));
    }
    if class.starts_with("aws_ssm.String") {
        let imported = !lib.set(on, "imported").is_null();
        return match name {
            "stringValue" | "stringListValue" if imported => {
                Some(Value::unknown(Reason::ExternalLookup, lib.get(on)?.id.clone(), at))
            }
            "stringValue" | "stringListValue" => {
                let id = lib.get(on)?.resource.clone()?;
                Some(Value::Val(Val::attribute(id, "Value", at)))
            }
            _ => None,
        };
    }
    None
}
