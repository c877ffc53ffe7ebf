//! Users: pools, clients, identity pools.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value, concat};
use super::core::seconds;
use super::given::Given;
use super::lambda::{argument, constant};
use super::{Library, Props, RETAIN};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_cognito.UserPool" => pool(lib, h, &props, place),
        "aws_cognito.UserPoolClient" => {
            let pool = props.get("userPool");
            client(lib, h, &pool, &props, place);
        }
        "aws_cognito.UserPoolDomain" => {
            let pool = lib.val(&props.get("userPool"));
            domain(lib, h, pool, &props, place);
        }
        "aws_cognito.UserPoolResourceServer" => {
            let pool = props.get("userPool");
            resource_server(lib, h, &pool, &props, place);
        }
        "aws_cognito_identitypool.IdentityPool" => {
            let open = lib.val(&props.get("allowUnauthenticatedIdentities"));
            let open = if open.is_null() { Val::bool(false, place.key) } else { open };
            let val = Props::new()
                .from(lib, &props, "identityPoolName", "IdentityPoolName")
                .set("AllowUnauthenticatedIdentities", open)
                .done(place.block);
            lib.resource(h, "", "AWS::Cognito::IdentityPool", val);
        }
        _ => return false,
    }
    true
}

fn pool(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let sign_up = props.get("selfSignUpEnabled");
    let admin_only = match sign_up.as_bool() {
        Some(open) => Val::bool(!open, sign_up.span()),
        None if sign_up.is_null() => Val::bool(true, place.key),
        None => lib.val(&sign_up),
    };
    let policy = props.get("passwordPolicy");
    let policies = if policy.is_null() {
        Val::default()
    } else {
        let days = seconds(lib, &policy.get("tempPasswordValidity"));
        let days = days.as_int().map(|s| Val::int(s / 86_400, days.span)).unwrap_or_default();
        let inner = Props::new()
            .from(lib, &policy, "minLength", "MinimumLength")
            .from(lib, &policy, "requireLowercase", "RequireLowercase")
            .from(lib, &policy, "requireUppercase", "RequireUppercase")
            .from(lib, &policy, "requireDigits", "RequireNumbers")
            .from(lib, &policy, "requireSymbols", "RequireSymbols")
            .set("TemporaryPasswordValidityDays", days)
            .done(policy.span());
        Val::object([("PasswordPolicy", inner)], policy.span())
    };
    let mfa = props.get("mfa");
    let mfa_val = constant(&mfa).map(|m| Val::str(if m == "REQUIRED" { "ON" } else { m }, mfa.span()));
    let second = props.get("mfaSecondFactor");
    let factors: Vec<Val> = [("sms", "SMS_MFA"), ("otp", "SOFTWARE_TOKEN_MFA"), ("email", "EMAIL_OTP")]
        .iter()
        .filter(|(name, _)| second.get(name).as_bool() == Some(true))
        .map(|(_, factor)| Val::str(*factor, second.span()))
        .collect();
    let security = props.get("advancedSecurityMode");
    let security = if security.is_null() { props.get("standardThreatProtectionMode") } else { security };
    let add_ons = match constant(&security) {
        Some("ENFORCED" | "FULL_FUNCTION") => Val::str("ENFORCED", security.span()),
        Some("AUDIT" | "AUDIT_ONLY") => Val::str("AUDIT", security.span()),
        Some("OFF" | "NO_ENFORCEMENT") => Val::str("OFF", security.span()),
        _ => Val::default(),
    };
    let add_ons = if add_ons.is_null() {
        add_ons
    } else {
        Val::object([("AdvancedSecurityMode", add_ons)], security.span())
    };
    let triggers = props.get("lambdaTriggers");
    let mut config = Props::new();
    for (name, key, value) in triggers.entries() {
        let name = super::super::names::pascal(&super::super::names::camel(&name));
        config = config.with(&name, key, lib.arn(&value));
    }
    let config = if triggers.is_null() { Val::default() } else { config.done(triggers.span()) };
    let protection = props.get("deletionProtection");
    let protection = protection
        .as_bool()
        .map(|on| Val::str(if on { "ACTIVE" } else { "INACTIVE" }, protection.span()))
        .unwrap_or_default();
    let plan = props.get("featurePlan");
    let plan = constant(&plan).map(|p| Val::str(p, plan.span())).unwrap_or_default();
    let val = Props::new()
        .from(lib, props, "userPoolName", "UserPoolName")
        .set(
            "AdminCreateUserConfig",
            Val::object([("AllowAdminCreateUserOnly", admin_only)], sign_up.span().or(place.key)),
        )
        .set("Policies", policies)
        .set("MfaConfiguration", mfa_val.unwrap_or_default())
        .set(
            "EnabledMfas",
            if factors.is_empty() { Val::default() } else { Val::list(factors, second.span()) },
        )
        .set("UserPoolAddOns", add_ons)
        .set("UserPoolTier", plan)
        .set("DeletionProtection", protection)
        .set("LambdaConfig", config)
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::Cognito::UserPool", val);
    lib.removal(&id, props, RETAIN);
    for (name, _, function) in triggers.entries() {
        permission(lib, h, &name, &function, place);
    }
}

/// The pool may call the function of a trigger.
fn permission(lib: &mut Library<'_>, h: Handle, name: &str, function: &Value, place: Place) {
    let arn = lib.arn(function);
    let pool = lib.attribute(h, "Arn");
    let name = super::super::names::pascal(&super::super::names::camel(name));
    let child =
        lib.child(Some(h), &format!("{name}Cognito"), "aws_lambda.CfnPermission", Value::null(), place);
    let val = Val::object(
        [
            ("Action", Val::str("lambda:InvokeFunction", place.key)),
            ("FunctionName", arn),
            ("Principal", Val::str("cognito-idp.amazonaws.com", place.key)),
            ("SourceArn", pool),
        ],
        place.block,
    );
    lib.resource(child, "", "AWS::Lambda::Permission", val);
}

fn client(lib: &mut Library<'_>, h: Handle, pool: &Value, props: &Value, place: Place) {
    let auth = props.get("authFlows");
    let flows: Vec<Val> = [
        ("userPassword", "ALLOW_USER_PASSWORD_AUTH"),
        ("adminUserPassword", "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
        ("custom", "ALLOW_CUSTOM_AUTH"),
        ("userSrp", "ALLOW_USER_SRP_AUTH"),
        ("user", "ALLOW_USER_AUTH"),
    ]
    .iter()
    .filter_map(|(name, flow)| {
        auth.entry(name).filter(|(_, v)| v.as_bool() == Some(true)).map(|(key, _)| (key, flow))
    })
    .map(|(key, flow)| Val::str(*flow, key))
    .chain((!auth.is_null()).then(|| Val::str("ALLOW_REFRESH_TOKEN_AUTH", auth.span())))
    .collect();
    let disabled = props.get("disableOAuth").as_bool() == Some(true);
    let oauth = props.get("oAuth");
    let flow_given = oauth.get("flows");
    let span = flow_given.span().or(place.key);
    let oauth_flows: Vec<Val> = if flow_given.is_null() {
        vec![Val::str("implicit", span), Val::str("code", span)]
    } else {
        [
            ("clientCredentials", "client_credentials"),
            ("implicitCodeGrant", "implicit"),
            ("authorizationCodeGrant", "code"),
        ]
        .iter()
        .filter(|(name, _)| flow_given.get(name).as_bool() == Some(true))
        .map(|(_, flow)| Val::str(*flow, span))
        .collect()
    };
    let urls = lib.val(&oauth.get("callbackUrls"));
    let urls = if urls.is_null() && flow_given.is_null() {
        Val::list(vec![Val::str("https://example.com", place.key)], place.key)
    } else {
        urls
    };
    let errors = props.get("preventUserExistenceErrors");
    let errors = errors
        .as_bool()
        .map(|on| Val::str(if on { "ENABLED" } else { "LEGACY" }, errors.span()))
        .unwrap_or_default();
    let minutes = |lib: &Library<'_>, name: &str| {
        let given = seconds(lib, &props.get(name));
        given.as_int().map(|s| Val::int(s / 60, given.span)).unwrap_or_default()
    };
    let mut made = Props::new()
        .from(lib, props, "userPoolClientName", "ClientName")
        .set("UserPoolId", lib.val(pool))
        .from(lib, props, "generateSecret", "GenerateSecret")
        .set(
            "ExplicitAuthFlows",
            if flows.is_empty() { Val::default() } else { Val::list(flows, auth.span()) },
        )
        .set("PreventUserExistenceErrors", errors)
        .from(lib, props, "enableTokenRevocation", "EnableTokenRevocation")
        .set("AllowedOAuthFlowsUserPoolClient", Val::bool(!disabled, place.key));
    if !disabled {
        made = made.set("AllowedOAuthFlows", Val::list(oauth_flows, span)).set("CallbackURLs", urls);
    }
    let (access, id, refresh) = (
        minutes(lib, "accessTokenValidity"),
        minutes(lib, "idTokenValidity"),
        minutes(lib, "refreshTokenValidity"),
    );
    let unit = |val: &Val| if val.is_null() { Val::default() } else { Val::str("minutes", val.span) };
    let units = Props::new()
        .set("AccessToken", unit(&access))
        .set("IdToken", unit(&id))
        .set("RefreshToken", unit(&refresh));
    let units = units.done(place.block);
    let val = made
        .set("AccessTokenValidity", access)
        .set("IdTokenValidity", id)
        .set("RefreshTokenValidity", refresh)
        .set("TokenValidityUnits", if units.entries().is_empty() { Val::default() } else { units })
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Cognito::UserPoolClient", val);
}

fn domain(lib: &mut Library<'_>, h: Handle, pool: Val, props: &Value, place: Place) {
    let cognito = lib.val(&props.get("cognitoDomain").get("domainPrefix"));
    let custom = props.get("customDomain");
    let name = if cognito.is_null() { lib.val(&custom.get("domainName")) } else { cognito };
    let val = Props::new().set("UserPoolId", pool).set("Domain", name).done(place.block);
    lib.resource(h, "Resource", "AWS::Cognito::UserPoolDomain", val);
}

/// What tokens may be asked for on behalf of an API.
fn resource_server(lib: &mut Library<'_>, h: Handle, pool: &Value, props: &Value, place: Place) {
    let scopes = props.get("scopes");
    let all: Vec<Val> = scopes
        .items()
        .iter()
        .map(|scope| {
            let scope = super::given::structure(lib, scope);
            Props::new()
                .from(lib, &scope, "scopeName", "ScopeName")
                .from(lib, &scope, "scopeDescription", "ScopeDescription")
                .done(scope.span())
        })
        .collect();
    let name = lib.val(&props.get("userPoolResourceServerName"));
    let name = if name.is_null() { lib.val(&props.get("identifier")) } else { name };
    let val = Props::new()
        .from(lib, props, "identifier", "Identifier")
        .set("Name", name)
        .set("Scopes", super::given::list(all, scopes.span()))
        .set("UserPoolId", lib.val(pool))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Cognito::UserPoolResourceServer", val);
}

/// `OAuthScope.resourceServer(server, scope).scopeName`
pub fn member(lib: &Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    let words = [
        ("EMAIL", "email"),
        ("OPENID", "openid"),
        ("PHONE", "phone"),
        ("PROFILE", "profile"),
        ("COGNITO_ADMIN", "aws.cognito.signin.user.admin"),
    ];
    let given = Given::of(lib, &Value::Host(on)).filter(|_| name == "scopeName")?;
    match given.class.as_str() {
        "OAuthScope.resourceServer" => {
            let server = lib.val(&given.pick(0, "server"));
            let scope = given.pick(1, "scope");
            let scope = match Given::of(lib, &scope) {
                Some(made) => lib.val(&made.options.get("scopeName")),
                None => lib.val(&scope.get("scopeName")),
            };
            if scope.is_null() {
                // The scope stands by its place as a map, which is what the options are then.
                let scope = lib.val(&given.options.get("scopeName"));
                return Some(Value::Val(concat(vec![server, Val::str("/", at), scope], at)));
            }
            Some(Value::Val(concat(vec![server, Val::str("/", at), scope], at)))
        }
        "OAuthScope.custom" => Some(given.pick(0, "name")),
        class => {
            let (_, word) = words.into_iter().find(|(key, _)| class.ends_with(key))?;
            Some(Value::str(word, at))
        }
    }
}

/// Methods of pools.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if lib.class(on) != "aws_cognito.UserPool" {
        return None;
    }
    let id = lib.val(&argument(arguments, 0, "id")).display();
    let options = arguments.last().filter(|v| matches!(v, Value::Map(_))).cloned().unwrap_or_default();
    match method {
        "addClient" => {
            let made = lib.child(Some(on), &id, "aws_cognito.UserPoolClient", options.clone(), at);
            client(lib, made, &Value::Host(on), &options, at);
            Some(Value::Host(made))
        }
        "addDomain" => {
            let made = lib.child(Some(on), &id, "aws_cognito.UserPoolDomain", options.clone(), at);
            let pool = lib.val(&Value::Host(on));
            domain(lib, made, pool, &options, at);
            Some(Value::Host(made))
        }
        "addTrigger" => {
            let operation = argument(arguments, 0, "operation");
            let words: Vec<String> = constant(&operation)?
                .split('_')
                .map(|w| super::super::names::pascal(&w.to_lowercase()).to_string())
                .collect();
            let name = words.concat();
            let function = argument(arguments, 1, "fn");
            let arn = lib.arn(&function);
            let pool = lib.get(on)?.resource.clone()?;
            lib.edit(&pool, &["LambdaConfig", &name], at.block, arn);
            permission(lib, on, &name, &function, at);
            Some(Value::null())
        }
        "addResourceServer" => {
            let made = lib.child(Some(on), &id, "aws_cognito.UserPoolResourceServer", options.clone(), at);
            resource_server(lib, made, &Value::Host(on), &options, at);
            Some(Value::Host(made))
        }
        _ => None,
    }
}
