//! serverless-appsync-plugin (1 below `custom.appSync`, 2 as `appSync`): a GraphQL API, its sources with
//! their roles, its resolvers.

use palisade_graph::{Entry, Val, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_bool, default_str, truthy};
use super::super::naming;
use super::super::role::{statement, trust};
use super::super::service::{Draft, Service};
use super::{custom, in_use, section};

const API: &str = "GraphQlApi";

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let found = section(service, "appSync").or_else(|| custom(service, "appSync"));
    let Some((settings, key)) = found else { return };
    if !in_use(service, &["serverless-appsync-plugin"], "appSync", vec![key]) {
        return;
    }
    // Version 1 took a list of APIs; the first keeps the plain names.
    for (n, val) in settings.items().iter().enumerate() {
        let suffix = if n == 0 { String::new() } else { n.to_string() };
        let place = if n == 0 { key } else { val.span };
        let api = Api {
            id: format_smolstr!("{API}{suffix}"),
            suffix,
            val,
            cause: Cause { key: place, block: val.span.or(place), id: API.into() },
        };
        api.build(draft);
    }
}

struct Api<'v> {
    id: SmolStr,
    suffix: String,
    val: &'v Val,
    cause: Cause,
}

impl Api<'_> {
    fn build(&self, draft: &mut Draft<'_>) {
        let service = draft.service;
        let at = self.cause.at();
        let val = self.val;
        let authentication = val.get("authentication");
        let (kind, main) = if truthy(authentication) {
            (authentication.get("type").clone(), provider(authentication))
        } else {
            (val.get("authenticationType").clone(), provider(val))
        };
        let others = match val.get("additionalAuthentications") {
            list if !list.is_null() => list,
            _ => val.get("additionalAuthenticationProviders"),
        };
        let additional = others.items().iter().map(|o| {
            let at = At(o.span);
            let kind = if o.get("type").is_null() { o.get("authenticationType") } else { o.get("type") };
            let own = provider(o).into_iter();
            at.obj(std::iter::once(("AuthenticationType", kind.clone())).chain(own))
        });
        let additional: Vec<Val> = additional.collect();
        let name = val.get("name");
        let name = if truthy(name) { name.clone() } else { service.prefix(at) };
        let mut made = Made::new(
            "AWS::AppSync::GraphQLApi",
            &self.cause,
            [
                ("Name", name),
                (
                    "AuthenticationType",
                    if kind.is_null() { default_str("API_KEY", self.cause.key) } else { kind.clone() },
                ),
                ("XrayEnabled", or(val.get("xrayEnabled"), default_bool(false, self.cause.key))),
                ("Visibility", val.get("visibility").clone()),
                ("IntrospectionConfig", introspection(val.get("introspection"))),
                ("QueryDepthLimit", val.get("queryDepthLimit").clone()),
                ("ResolverCountLimit", val.get("resolverCountLimit").clone()),
            ],
        );
        for (key, provider) in main {
            made.prop(key, provider);
        }
        if !additional.is_empty() {
            made.prop("AdditionalAuthenticationProviders", at.list(additional));
        }
        made.implied_by = None;
        self.logs(draft, &mut made);
        draft.template.add(self.id.clone(), made);
        let schema = Val::unknown(palisade_graph::Reason::KnownAfterApply, "schema", at.0);
        let props = [("ApiId", self.api_id(at)), ("Definition", schema)];
        draft.template.add(
            format_smolstr!("GraphQlSchema{}", self.suffix),
            Made::new("AWS::AppSync::GraphQLSchema", &self.cause, props),
        );
        self.keys(draft, &kind);
        self.sources(draft);
        self.resolvers(draft);
        self.firewall(draft);
    }

    fn api_id(&self, at: At) -> Val {
        at.get_att(self.id.clone(), "ApiId")
    }

    fn logs(&self, draft: &mut Draft<'_>, made: &mut Made) {
        let entry = self.val.entry("logging").or_else(|| self.val.entry("logConfig"));
        let Some(e) = entry.filter(|e| truthy(&e.val) && e.val.get("enabled").as_bool() != Some(false))
        else {
            return;
        };
        let at = At(e.key_span);
        let given = [e.val.get("roleArn"), e.val.get("loggingRoleArn")].into_iter().find(|r| truthy(r));
        let role_id = format_smolstr!("{}LogGroupRole", self.id);
        let role = given.cloned().unwrap_or_else(|| at.get_att(role_id.clone(), "Arn"));
        let config = at.obj([
            ("CloudWatchLogsRoleArn", role),
            ("FieldLogLevel", or(e.val.get("level"), default_str("ERROR", e.key_span))),
            (
                "ExcludeVerboseContent",
                or(e.val.get("excludeVerboseContent"), default_bool(false, e.key_span)),
            ),
        ]);
        made.prop("LogConfig", config);
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: self.id.clone() };
        let retention = e.val.get("retentionInDays");
        let retention =
            if retention.is_null() { draft.service.provider.get("logRetentionInDays") } else { retention };
        let name = at.join("/", [at.str("/aws/appsync/apis"), self.api_id(at)]);
        let group = Made::new(
            "AWS::Logs::LogGroup",
            &cause,
            [("LogGroupName", name), ("RetentionInDays", retention.clone())],
        );
        draft.template.add(format_smolstr!("{}LogGroup", self.id), group);
        if given.is_none() {
            let arn = at.get_att(format_smolstr!("{}LogGroup", self.id), "Arn");
            let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
            let allowed = statement("Allow", &actions, at.list([arn]), e.key_span);
            draft.template.add(role_id, role_for(&cause, vec![allowed]));
        }
    }

    fn keys(&self, draft: &mut Draft<'_>, kind: &Val) {
        let at = self.cause.at();
        let additional = self.val.get("additionalAuthentications").items();
        let by_key = kind.is_null()
            || kind.as_str() == Some("API_KEY")
            || additional.iter().any(|a| a.get("type").as_str() == Some("API_KEY"));
        if !by_key {
            return;
        }
        let keys = self.val.get("apiKeys");
        if keys.items().is_empty() {
            let made = Made::new("AWS::AppSync::ApiKey", &self.cause, [("ApiId", self.api_id(at))]);
            draft.template.add(format_smolstr!("{}DefaultApiKey", self.id), made);
        }
        for key in keys.items() {
            let name = if key.as_map().is_some() { key.get("name") } else { key };
            let cause = Cause { key: key.span, block: key.span, id: self.id.clone() };
            let made = Made::new(
                "AWS::AppSync::ApiKey",
                &cause,
                [
                    ("ApiId", self.api_id(at)),
                    ("Description", name.clone()),
                    ("Expires", key.get("expiresAt").clone()),
                ],
            );
            draft
                .template
                .add(format_smolstr!("{}{}ApiKey", self.id, naming::alphanumeric(&name.display())), made);
        }
    }

    /// Data sources by name: a map in version 2, a list in version 1.
    fn sources(&self, draft: &mut Draft<'_>) {
        for (name, span, val) in named(self.val.get("dataSources")) {
            let word = naming::alphanumeric(&name);
            let id = format_smolstr!("GraphQlDs{}{word}", self.suffix);
            let cause = Cause { key: span, block: val.span.or(span), id: self.id.clone() };
            let at = cause.at();
            let kind = val.get("type").display();
            let config = val.get("config");
            let mut made = Made::new(
                "AWS::AppSync::DataSource",
                &cause,
                [
                    ("ApiId", self.api_id(at)),
                    ("Name", at.str(word.clone())),
                    ("Type", val.get("type").clone()),
                ],
            );
            let mut allowed = Vec::new();
            match kind.as_str() {
                "AWS_LAMBDA" => {
                    let arn = function(draft, config, at);
                    let all = at.join(":", [arn.clone(), at.str("*")]);
                    allowed.push(statement(
                        "Allow",
                        &["lambda:invokeFunction"],
                        at.list([arn.clone(), all]),
                        span,
                    ));
                    made.prop("LambdaConfig", at.obj([("LambdaFunctionArn", arn)]));
                }
                "AMAZON_DYNAMODB" => {
                    let table = config.get("tableName");
                    let region = or(config.get("region"), at.pseudo("Region"));
                    let arn = at.join(
                        "",
                        [
                            at.str("arn:"),
                            at.pseudo("Partition"),
                            at.str(":dynamodb:"),
                            region.clone(),
                            at.str(":"),
                            at.pseudo("AccountId"),
                            at.str(":table/"),
                            table.clone(),
                        ],
                    );
                    let actions = [
                        "dynamodb:DeleteItem",
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                        "dynamodb:UpdateItem",
                        "dynamodb:BatchGetItem",
                        "dynamodb:BatchWriteItem",
                        "dynamodb:ConditionCheckItem",
                    ];
                    let below = at.join("/", [arn.clone(), at.str("*")]);
                    allowed.push(statement("Allow", &actions, at.list([arn, below]), span));
                    made.prop(
                        "DynamoDBConfig",
                        at.obj([
                            ("AwsRegion", region),
                            ("TableName", table.clone()),
                            ("UseCallerCredentials", config.get("useCallerCredentials").clone()),
                        ]),
                    );
                }
                "AMAZON_EVENTBRIDGE" => {
                    let bus = config.get("eventBusArn");
                    allowed.push(statement("Allow", &["events:PutEvents"], at.list([bus.clone()]), span));
                    made.prop("EventBridgeConfig", at.obj([("EventBusArn", bus.clone())]));
                }
                "HTTP" => {
                    made.prop(
                        "HttpConfig",
                        at.obj([
                            ("Endpoint", config.get("endpoint").clone()),
                            ("AuthorizationConfig", config.get("authorizationConfig").clone()),
                        ]),
                    );
                }
                "RELATIONAL_DATABASE" => {
                    let secret = config.get("awsSecretStoreArn");
                    let actions = [
                        "rds-data:DeleteItems",
                        "rds-data:ExecuteSql",
                        "rds-data:ExecuteStatement",
                        "rds-data:GetItems",
                        "rds-data:InsertItems",
                        "rds-data:UpdateItems",
                    ];
                    let cluster =
                        at.arn("rds", [at.str(":cluster:"), config.get("dbClusterIdentifier").clone()]);
                    let below = at.join(":", [cluster.clone(), at.str("*")]);
                    allowed.push(statement("Allow", &actions, at.list([cluster, below]), span));
                    let secrets = at.list([secret.clone(), at.join(":", [secret.clone(), at.str("*")])]);
                    allowed.push(statement("Allow", &["secretsmanager:GetSecretValue"], secrets, span));
                    made.prop("RelationalDatabaseConfig", config.clone());
                }
                "AMAZON_OPENSEARCH_SERVICE" | "AMAZON_ELASTICSEARCH" => {
                    let actions = [
                        "es:ESHttpDelete",
                        "es:ESHttpGet",
                        "es:ESHttpHead",
                        "es:ESHttpPost",
                        "es:ESHttpPut",
                        "es:ESHttpPatch",
                    ];
                    let arn = match config.get("domain").as_str() {
                        Some(domain) => at.join("/", [at.get_att(domain, "Arn"), at.str("*")]),
                        None => at.arn("es", [at.str(":domain/*")]),
                    };
                    allowed.push(statement("Allow", &actions, at.list([arn]), span));
                }
                _ => {}
            }
            let own = config.get("serviceRoleArn");
            let statements = config.get("iamRoleStatements");
            if truthy(own) {
                made.prop("ServiceRoleArn", own.clone());
            } else if !allowed.is_empty() || truthy(statements) {
                if truthy(statements) {
                    allowed = super::super::role::items(statements).0;
                }
                let role_id = format_smolstr!("{id}Role");
                made.prop("ServiceRoleArn", at.get_att(role_id.clone(), "Arn"));
                let cause = Cause { id: id.clone(), ..cause.clone() };
                draft.template.add(role_id, role_for(&cause, allowed));
            }
            draft.template.add(id, made);
        }
        for (name, span, val) in named(self.val.get("pipelineFunctions")) {
            let cause = Cause { key: span, block: val.span.or(span), id: self.id.clone() };
            let at = cause.at();
            let source = if val.as_map().is_some() { val.get("dataSource") } else { &val };
            let made = Made::new(
                "AWS::AppSync::FunctionConfiguration",
                &cause,
                [
                    ("ApiId", self.api_id(at)),
                    ("Name", at.str(name.clone())),
                    ("DataSourceName", self.source_name(source)),
                ],
            );
            let word = naming::alphanumeric(&name);
            draft.template.add(format_smolstr!("GraphQlFunctionConfiguration{word}"), made);
        }
    }

    fn source_name(&self, source: &Val) -> Val {
        let word = naming::alphanumeric(&source.display());
        At(source.span).get_att(format_smolstr!("GraphQlDs{}{word}", self.suffix), "Name")
    }

    /// Resolvers: `Type.field` in version 2, `mappingTemplates` in version 1.
    fn resolvers(&self, draft: &mut Draft<'_>) {
        let mut all: Vec<(SmolStr, SmolStr, Span, Val)> = Vec::new();
        for e in entries(self.val.get("resolvers")) {
            let own = (e.val.get("type").as_str(), e.val.get("field").as_str());
            let (ty, field) = match (own, e.key.split_once('.')) {
                ((Some(ty), Some(field)), _) => (ty, field),
                (_, Some(pair)) => pair,
                _ => continue,
            };
            all.push((ty.into(), field.into(), e.key_span, e.val.clone()));
        }
        for item in self.val.get("mappingTemplates").items() {
            for item in item.items() {
                let text = |key: &str| item.get(key).as_str().map(SmolStr::new);
                if let (Some(ty), Some(field)) = (text("type"), text("field")) {
                    all.push((ty, field, item.span, item.clone()));
                }
            }
        }
        for (ty, field, span, val) in all {
            let cause = Cause { key: span, block: val.span.or(span), id: self.id.clone() };
            let at = cause.at();
            let source = if val.as_map().is_some() { val.get("dataSource") } else { &val };
            let pipeline = !val.get("functions").is_null();
            let functions = val.get("functions").items().iter().map(|f| {
                let name = f.as_str().map_or_else(|| f.get("dataSource").display(), SmolStr::new);
                at.get_att(
                    format_smolstr!("GraphQlFunctionConfiguration{}", naming::alphanumeric(&name)),
                    "FunctionId",
                )
            });
            let functions: Vec<Val> = functions.collect();
            let made = Made::new(
                "AWS::AppSync::Resolver",
                &cause,
                [
                    ("ApiId", self.api_id(at)),
                    ("TypeName", at.str(ty.clone())),
                    ("FieldName", at.str(field.clone())),
                    ("Kind", at.str(if pipeline { "PIPELINE" } else { "UNIT" })),
                    (
                        "DataSourceName",
                        if source.is_null() { Val::null().clone() } else { self.source_name(source) },
                    ),
                    (
                        "PipelineConfig",
                        if pipeline {
                            at.obj([("Functions", at.list(functions))])
                        } else {
                            Val::null().clone()
                        },
                    ),
                ],
            );
            let id = format_smolstr!(
                "GraphQlResolver{}{}{}",
                self.suffix,
                naming::alphanumeric(&ty),
                naming::alphanumeric(&field)
            );
            draft.template.add(id, made.depends([format_smolstr!("GraphQlSchema{}", self.suffix)]));
        }
    }

    fn firewall(&self, draft: &mut Draft<'_>) {
        let Some(e) =
            self.val.entry("waf").or_else(|| self.val.entry("wafConfig")).filter(|e| truthy(&e.val))
        else {
            return;
        };
        if e.val.get("enabled").as_bool() == Some(false) {
            return;
        }
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: self.id.clone() };
        let at = cause.at();
        let given = e.val.get("arn");
        let acl = if truthy(given) { given.clone() } else { at.get_att("GraphQlWaf", "Arn") };
        if !truthy(given) {
            let action = e.val.get("defaultAction").as_str().unwrap_or("Allow").to_owned();
            let made = Made::new(
                "AWS::WAFv2::WebACL",
                &cause,
                [
                    ("Scope", at.str("REGIONAL")),
                    ("Name", e.val.get("name").clone()),
                    ("DefaultAction", at.obj([(action, Val::map(Vec::new(), at.0))])),
                    ("Rules", e.val.get("rules").clone()),
                ],
            );
            draft.template.add("GraphQlWaf", made);
        }
        let props = [("ResourceArn", at.get_att(self.id.clone(), "Arn")), ("WebACLArn", acl)];
        draft.template.add("GraphQlWafAssoc", Made::new("AWS::WAFv2::WebACLAssociation", &cause, props));
    }
}

fn or(val: &Val, default: Val) -> Val {
    if val.is_null() { default } else { val.clone() }
}

fn introspection(val: &Val) -> Val {
    match val.as_bool() {
        Some(enabled) => At(val.span).str(if enabled { "ENABLED" } else { "DISABLED" }),
        None => val.clone(),
    }
}

/// The settings of one way to authenticate, as properties.
fn provider(val: &Val) -> Vec<(&'static str, Val)> {
    let config = val.get("config");
    let kind = val.get("type");
    let kind = if kind.is_null() { val.get("authenticationType") } else { kind };
    let pick = |old: &str| if val.get(old).is_null() { config.clone() } else { val.get(old).clone() };
    match kind.as_str() {
        Some("AMAZON_COGNITO_USER_POOLS") => {
            let pool = pick("userPoolConfig");
            let at = At(pool.span);
            let config = at.obj([
                ("UserPoolId", pool.get("userPoolId").clone()),
                ("AwsRegion", or(pool.get("awsRegion"), at.pseudo("Region"))),
                ("DefaultAction", pool.get("defaultAction").clone()),
                ("AppIdClientRegex", pool.get("appIdClientRegex").clone()),
            ]);
            vec![("UserPoolConfig", config)]
        }
        Some("OPENID_CONNECT") => {
            let own = pick("openIdConnectConfig");
            let config = At(own.span).obj([
                ("Issuer", own.get("issuer").clone()),
                ("ClientId", own.get("clientId").clone()),
                ("IatTTL", own.get("iatTTL").clone()),
                ("AuthTTL", own.get("authTTL").clone()),
            ]);
            vec![("OpenIDConnectConfig", config)]
        }
        Some("AWS_LAMBDA") => {
            let own = pick("lambdaAuthorizerConfig");
            let at = At(own.span);
            let arn = match own.get("functionName").as_str() {
                Some(name) => at.get_att(naming::function(name), "Arn"),
                None => own.get("authorizerUri").clone(),
            };
            let config = at.obj([
                ("AuthorizerUri", or(own.get("lambdaFunctionArn"), arn)),
                ("AuthorizerResultTtlInSeconds", own.get("authorizerResultTtlInSeconds").clone()),
                ("IdentityValidationExpression", own.get("identityValidationExpression").clone()),
            ]);
            vec![("LambdaAuthorizerConfig", config)]
        }
        _ => Vec::new(),
    }
}

/// A role that AppSync takes.
fn role_for(cause: &Cause, statements: Vec<Val>) -> Made {
    let at = cause.at();
    let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list(statements))]);
    let policy = at.obj([("PolicyName", at.str("Policy")), ("PolicyDocument", document)]);
    let trusted = trust(vec![at.str("appsync.amazonaws.com")], at);
    Made::new(
        "AWS::IAM::Role",
        cause,
        [("AssumeRolePolicyDocument", trusted), ("Policies", at.list([policy]))],
    )
}

/// The function of a data source; one written in place becomes a function of its own only for the plugin.
fn function(draft: &Draft<'_>, config: &Val, at: At) -> Val {
    let given = config.get("lambdaFunctionArn");
    if truthy(given) {
        return given.clone();
    }
    let service: &Service<'_> = draft.service;
    match config.get("functionName").as_str() {
        Some(name) => match service.function(name) {
            Some(f) => f.target(at),
            None => at.get_att(naming::function(name), "Arn"),
        },
        None => Val::unknown(palisade_graph::Reason::Undeclared, "functionName", at.0)
            .through(Via::Defaulted, at.0),
    }
}

/// Entries of a map, or of a list of maps.
fn entries(val: &Val) -> Vec<Entry> {
    match val.as_list() {
        Some(list) => list.items.iter().flat_map(|i| i.entries().iter().cloned()).collect(),
        None => val.entries().to_vec(),
    }
}

/// Named things: entries of maps, or items of a list that carry their name.
fn named(val: &Val) -> Vec<(SmolStr, Span, Val)> {
    let mut out = Vec::new();
    if val.as_list().is_none() {
        out.extend(val.entries().iter().map(|e| (e.key.clone(), e.key_span, e.val.clone())));
    }
    for item in val.items().iter().filter(|_| val.as_list().is_some()) {
        // A list may hold lists, from files.
        for item in item.items() {
            match item.get("name").as_str() {
                Some(name) => out.push((name.into(), item.span, item.clone())),
                None => out.extend(item.entries().iter().map(|e| (e.key.clone(), e.key_span, e.val.clone()))),
            }
        }
    }
    out
}
