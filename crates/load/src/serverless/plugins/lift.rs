//! serverless-lift (1): `constructs` that stand for several resources. Logical ids are those of the
//! framework without the hash that CDK puts behind them.

use palisade_graph::{Entry, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{
    At, Cause, Made, default_bool, default_int, default_str, entry, push, set, truthy,
};
use super::super::role::trust;
use super::super::service::Draft;
use super::super::variables::Resolver;
use super::{in_use, section};

const NAME: &str = "serverless-lift";

/// The start of a construct's logical ids.
fn stem(key: &str) -> SmolStr {
    key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().into()
}

/// What `${construct:name.attribute}` stands for.
pub fn reference(resolver: &Resolver<'_>, constructs: &Val, path: &str, span: Span) -> Option<Val> {
    let (name, attribute) = path.split_once('.')?;
    let construct = resolver.head(constructs.entry(name).map(|e| &e.val)?);
    let at = At(span);
    let id = stem(name);
    let of = |suffix: &str| format_smolstr!("{id}{suffix}");
    let kind = construct.get("type");
    Some(match (kind.as_str()?, attribute) {
        ("queue", "queueUrl") => at.reference(of("Queue")),
        ("queue", "queueArn") => at.get_att(of("Queue"), "Arn"),
        ("queue", "dlqUrl") => at.reference(of("Dlq")),
        ("queue", "dlqArn") => at.get_att(of("Dlq"), "Arn"),
        ("storage", "bucketName") | ("static-website" | "single-page-app", "assetsBucketName") => {
            at.reference(of("Bucket"))
        }
        ("storage", "bucketArn") => at.get_att(of("Bucket"), "Arn"),
        ("database/dynamodb-single-table", "tableName") => at.reference(of("Table")),
        ("database/dynamodb-single-table", "tableArn") => at.get_att(of("Table"), "Arn"),
        ("database/dynamodb-single-table", "tableStreamArn") => at.get_att(of("Table"), "StreamArn"),
        ("webhook", "busName") => at.reference(of("Bus")),
        ("static-website" | "single-page-app" | "server-side-website", "cname") => {
            at.get_att(of("CDN"), "DomainName")
        }
        ("server-side-website", "assetsBucketName") => at.reference(of("Assets")),
        ("server-side-website", "url") => {
            at.join("", [at.str("https://"), at.get_att(of("CDN"), "DomainName")])
        }
        _ => return None,
    })
}

/// What constructs add before functions are read: workers, authorizers, statements and the network.
pub fn prepare(resolver: &Resolver<'_>, active: bool, functions: &mut Val, provider: &mut Val) {
    if !active {
        return;
    }
    let constructs = resolver.section("constructs");
    let automatic = resolver.peek("lift.automaticPermissions").as_bool() != Some(false);
    for e in constructs.entries() {
        match e.val.get("type").as_str() {
            Some("queue") => worker(e, functions),
            Some("webhook") if truthy(e.val.get("authorizer")) => {
                let name = format_smolstr!("{}Authorizer", e.key);
                add_function(functions, &name, e, e.val.get("authorizer").clone());
            }
            Some("vpc") => {
                let at = At(e.key_span);
                let id = stem(&e.key);
                let subnet = |n: u8| at.reference(format_smolstr!("{id}PrivateSubnet{n}Subnet"));
                let network = at.obj([
                    (
                        "securityGroupIds",
                        at.list([at.get_att(format_smolstr!("{id}AppSecurityGroup"), "GroupId")]),
                    ),
                    ("subnetIds", at.list([subnet(1), subnet(2)])),
                ]);
                set_key(provider, "vpc", e.key_span, network);
            }
            _ => {}
        }
        if automatic && let Some(statement) = statement(e) {
            grant(provider, statement);
        }
    }
}

fn set_key(map: &mut Val, key: &str, key_span: Span, val: Val) {
    match &mut map.state {
        State::Known(Value::Map(inner)) => std::sync::Arc::make_mut(inner).set(key, key_span, val),
        State::Known(Value::Null) => {
            *map = Val::map(vec![Entry { key: key.into(), key_span, val }], key_span);
        }
        _ => {}
    }
}

fn add_function(functions: &mut Val, name: &str, construct: &Entry, val: Val) {
    if functions.as_list().is_some() {
        *functions = super::super::shapes::resources(functions);
    }
    set_key(functions, name, construct.key_span, val);
}

/// The function that works a queue, with the event that feeds it.
fn worker(e: &Entry, functions: &mut Val) {
    let at = At(e.key_span);
    let get = |key: &str| e.val.get(key).clone();
    let or = |key: &str, default: Val| if e.val.get(key).is_null() { default } else { get(key) };
    let event = at.obj([
        ("arn", at.get_att(format_smolstr!("{}Queue", stem(&e.key)), "Arn")),
        ("batchSize", or("batchSize", default_int(1, e.key_span))),
        ("maximumBatchingWindow", or("maxBatchingWindow", default_int(0, e.key_span))),
        ("maximumConcurrency", get("maxConcurrency")),
        ("functionResponseType", default_str("ReportBatchItemFailures", e.key_span)),
    ]);
    let item = at.obj([("sqs", event)]);
    let worker = e.val.get("worker");
    let (name, mut function) = match worker.as_str() {
        Some(name) => (SmolStr::new(name), functions.get(name).clone()),
        None => (format_smolstr!("{}Worker", e.key), worker.clone()),
    };
    if function.as_map().is_none() {
        return;
    }
    let mut events = function.get("events").clone();
    if events.as_list().is_none() {
        events = at.list([]);
    }
    push(&mut events, item);
    set(&mut function, "events", events);
    let key = Entry { key: name.clone(), key_span: e.key_span, val: Val::null().clone() };
    let place = functions.entry(&name).map_or(e.key_span, |f| f.key_span);
    add_function(functions, &name, &Entry { key_span: place, ..key }, function);
}

/// The statement that a construct gives to all functions of the default role.
fn statement(e: &Entry) -> Option<Val> {
    let at = At(e.key_span);
    let id = stem(&e.key);
    let arn = |suffix: &str| at.get_att(format_smolstr!("{id}{suffix}"), "Arn");
    let (actions, resources): (&[&str], Vec<Val>) = match e.val.get("type").as_str()? {
        "queue" => (&["sqs:SendMessage", "sqs:ChangeMessageVisibility"], vec![arn("Queue")]),
        "storage" => (
            &[
                "s3:PutObject",
                "s3:GetObject",
                "s3:DeleteObject",
                "s3:ListBucket",
                "s3:GetObjectAcl",
                "s3:PutObjectAcl",
                "s3:GetObjectTagging",
                "s3:PutObjectTagging",
                "s3:DeleteObjectTagging",
                "s3:GetObjectAttributes",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
                "s3:ListBucketMultipartUploads",
                "s3:RestoreObject",
            ],
            vec![arn("Bucket"), at.join("/", [arn("Bucket"), at.str("*")])],
        ),
        "database/dynamodb-single-table" => (
            &[
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "dynamodb:Scan",
                "dynamodb:PutItem",
                "dynamodb:DeleteItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:UpdateItem",
                "dynamodb:ConditionCheckItem",
            ],
            vec![arn("Table"), at.join("/", [arn("Table"), at.str("index"), at.str("*")])],
        ),
        _ => return None,
    };
    Some(super::super::role::statement("Allow", actions, at.list(resources), e.key_span))
}

/// Adds a statement where the provider keeps its own.
fn grant(provider: &mut Val, statement: Val) {
    let span = statement.span;
    let at = At(span);
    if provider.at("iam.role.statements").as_list().is_some() {
        let mut iam = provider.get("iam").clone();
        let mut role = iam.get("role").clone();
        let mut statements = role.get("statements").clone();
        push(&mut statements, statement);
        set(&mut role, "statements", statements);
        set(&mut iam, "role", role);
        set(provider, "iam", iam);
        return;
    }
    let mut statements = provider.get("iamRoleStatements").clone();
    if statements.is_null() {
        statements = at.list([]);
    }
    push(&mut statements, statement);
    set_key(provider, "iamRoleStatements", span, statements);
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let Some((constructs, key)) = section(service, "constructs") else { return };
    if !in_use(service, &[NAME], "constructs", vec![key]) {
        return;
    }
    for e in constructs.entries() {
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: stem(&e.key) };
        let construct = Construct { key: &e.key, val: &e.val, cause };
        match e.val.get("type").as_str() {
            Some("queue") => construct.queue(draft),
            Some("storage") => construct.storage(draft),
            Some("database/dynamodb-single-table") => construct.table(draft),
            Some("webhook") => construct.webhook(draft),
            Some("static-website" | "single-page-app") => construct.website(draft),
            Some("server-side-website") => construct.server_side(draft),
            Some("vpc") => construct.network(draft),
            _ => {}
        }
    }
    extend(draft, &constructs);
}

/// `extensions` of constructs, which override properties of their main resources.
fn extend(draft: &mut Draft<'_>, constructs: &Val) {
    for e in constructs.entries() {
        for extension in e.val.get("extensions").entries() {
            let suffix = match extension.key.as_str() {
                "queue" => "Queue",
                "dlq" => "Dlq",
                "alarm" => "Alarm",
                "table" => "Table",
                "bucket" => "Bucket",
                "distribution" => "CDN",
                "api" => "HttpApi",
                "bus" => "Bus",
                _ => continue,
            };
            if let Some(made) = draft.template.resources.get_mut(&format_smolstr!("{}{suffix}", stem(&e.key)))
            {
                for p in extension.val.get("Properties").entries() {
                    made.prop(p.key.clone(), p.val.clone());
                }
            }
        }
    }
}

struct Construct<'c> {
    key: &'c SmolStr,
    val: &'c Val,
    cause: Cause,
}

impl Construct<'_> {
    fn id(&self, suffix: &str) -> SmolStr {
        format_smolstr!("{}{suffix}", self.cause.id)
    }

    /// The resource that the construct is about.
    fn main(&self, draft: &mut Draft<'_>, suffix: &str, ty: &str, props: Vec<(&'static str, Val)>) {
        let mut made = Made::new(ty, &self.cause, props);
        made.name = Some(self.key.clone());
        made.implied_by = None;
        draft.template.add(self.id(suffix), made);
    }

    /// A resource that comes with it.
    fn other(
        &self,
        draft: &mut Draft<'_>,
        by: &str,
        suffix: &str,
        ty: &str,
        props: Vec<(&'static str, Val)>,
    ) {
        let cause = Cause { id: self.id(by), ..self.cause.clone() };
        draft.template.add(self.id(suffix), Made::new(ty, &cause, props));
    }

    fn queue(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        let span = self.cause.key;
        let service = draft.service;
        let fifo = self.val.get("fifo");
        let end = if truthy(fifo) { ".fifo" } else { "" };
        let name = |word: &str| at.concat([service.prefix(at), at.str(format!("-{}{word}{end}", self.key))]);
        let worker = self.val.get("worker");
        let timeout = match worker.as_str() {
            Some(name) => service.function(name).map_or(Val::null(), |f| f.get("timeout")),
            None => worker.get("timeout"),
        };
        let window = self.val.get("maxBatchingWindow").as_int().unwrap_or(0);
        let visibility = match timeout.as_int() {
            Some(seconds) => default_int(seconds.saturating_mul(6).saturating_add(window), span),
            None if timeout.is_null() => default_int(36 + window, span),
            None => timeout.clone(),
        };
        let retries = self.val.get("maxRetries");
        let encryption = match self.val.get("encryption").as_str() {
            Some("kmsManaged") => At(self.val.get("encryption").span).str("alias/aws/sqs"),
            Some("kms") => self.val.get("encryptionKey").clone(),
            _ => Val::null().clone(),
        };
        self.other(
            draft,
            "Queue",
            "Dlq",
            "AWS::SQS::Queue",
            vec![
                ("QueueName", name("-dlq")),
                ("MessageRetentionPeriod", default_int(1_209_600, span)),
                ("FifoQueue", fifo.clone()),
                ("KmsMasterKeyId", encryption.clone()),
            ],
        );
        let redrive = at.obj([
            ("deadLetterTargetArn", at.get_att(self.id("Dlq"), "Arn")),
            ("maxReceiveCount", if retries.is_null() { default_int(3, span) } else { retries.clone() }),
        ]);
        self.main(
            draft,
            "Queue",
            "AWS::SQS::Queue",
            vec![
                ("QueueName", name("")),
                ("VisibilityTimeout", visibility),
                ("RedrivePolicy", redrive),
                ("FifoQueue", fifo.clone()),
                ("ContentBasedDeduplication", fifo.clone()),
                ("DelaySeconds", self.val.get("delay").clone()),
                ("KmsMasterKeyId", encryption),
            ],
        );
        let email = self.val.get("alarm");
        if truthy(email) {
            let topic = self.id("AlarmTopic");
            self.other(
                draft,
                "Queue",
                "AlarmTopic",
                "AWS::SNS::Topic",
                vec![("TopicName", name("-dlq-alarm-topic"))],
            );
            let subscription = vec![
                ("TopicArn", at.reference(topic.clone())),
                ("Protocol", at.str("email")),
                ("Endpoint", email.clone()),
            ];
            self.other(draft, "Queue", "AlarmTopicSubscription", "AWS::SNS::Subscription", subscription);
            let dimension =
                at.obj([("Name", at.str("QueueName")), ("Value", at.get_att(self.id("Dlq"), "QueueName"))]);
            let alarm = vec![
                ("AlarmName", name("-dlq-alarm")),
                ("Namespace", at.str("AWS/SQS")),
                ("MetricName", at.str("ApproximateNumberOfMessagesVisible")),
                ("Dimensions", at.list([dimension])),
                ("Threshold", default_int(0, span)),
                ("ComparisonOperator", at.str("GreaterThanThreshold")),
                ("AlarmActions", at.list([at.reference(topic)])),
            ];
            self.other(draft, "Queue", "Alarm", "AWS::CloudWatch::Alarm", alarm);
        }
    }

    fn bucket_props(&self, public: bool) -> Vec<(&'static str, Val)> {
        let at = self.cause.at();
        let span = self.cause.key;
        let block = |key: &'static str| (key, default_bool(!public, span));
        vec![(
            "PublicAccessBlockConfiguration",
            at.obj([
                block("BlockPublicAcls"),
                block("BlockPublicPolicy"),
                block("IgnorePublicAcls"),
                block("RestrictPublicBuckets"),
            ]),
        )]
    }

    fn storage(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        let path = self.val.get("publicPath");
        let algorithm = match self.val.get("encryption").as_str() {
            Some("kms") => At(self.val.get("encryption").span).str("aws:kms"),
            _ => default_str("AES256", self.cause.key),
        };
        let rule = at.obj([("ServerSideEncryptionByDefault", at.obj([("SSEAlgorithm", algorithm)]))]);
        let mut props = self.bucket_props(!path.is_null());
        props.push(("VersioningConfiguration", at.obj([("Status", default_str("Enabled", self.cause.key))])));
        props.push(("BucketEncryption", at.obj([("ServerSideEncryptionConfiguration", at.list([rule]))])));
        self.main(draft, "Bucket", "AWS::S3::Bucket", props);
        let arn = || at.get_att(self.id("Bucket"), "Arn");
        let insecure = at.obj([("Bool", at.obj([("aws:SecureTransport", at.str("false"))]))]);
        let mut statements = vec![
            at.obj([
                ("Action", at.str("s3:*")),
                ("Effect", at.str("Deny")),
                ("Principal", at.obj([("AWS", at.str("*"))])),
                ("Resource", at.list([arn(), at.join("", [arn(), at.str("/*")])])),
                ("Condition", insecure),
            ])
            .through(Via::Implied, self.cause.key),
        ];
        if !path.is_null() {
            let at = At(path.span);
            let shown = path.display();
            let prefix = match shown.trim_matches('/') {
                "" | "*" => "/*".to_owned(),
                prefix => format!("/{prefix}/*"),
            };
            statements.push(
                at.obj([
                    ("Action", at.str("s3:GetObject")),
                    ("Effect", at.str("Allow")),
                    ("Principal", at.obj([("AWS", at.str("*"))])),
                    ("Resource", at.join("", [arn(), at.str(prefix)])),
                ])
                .through(Via::Implied, path.span),
            );
        }
        self.policy(draft, "Bucket", statements);
    }

    fn policy(&self, draft: &mut Draft<'_>, bucket: &str, statements: Vec<Val>) {
        let at = self.cause.at();
        let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list(statements))]);
        let props = vec![("Bucket", at.reference(self.id(bucket))), ("PolicyDocument", document)];
        self.other(draft, bucket, &format!("{bucket}Policy"), "AWS::S3::BucketPolicy", props);
    }

    fn table(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        let attribute =
            |name: &str| at.obj([("AttributeName", at.str(name)), ("AttributeType", at.str("S"))]);
        let key =
            |name: &str, kind: &str| at.obj([("AttributeName", at.str(name)), ("KeyType", at.str(kind))]);
        let enabled = || default_bool(true, self.cause.key);
        let props = vec![
            ("AttributeDefinitions", at.list([attribute("PK"), attribute("SK")])),
            ("KeySchema", at.list([key("PK", "HASH"), key("SK", "RANGE")])),
            ("BillingMode", default_str("PAY_PER_REQUEST", self.cause.key)),
            ("PointInTimeRecoverySpecification", at.obj([("PointInTimeRecoveryEnabled", enabled())])),
            ("StreamSpecification", at.obj([("StreamViewType", at.str("NEW_AND_OLD_IMAGES"))])),
            (
                "TimeToLiveSpecification",
                at.obj([("AttributeName", at.str("TimeToLive")), ("Enabled", enabled())]),
            ),
        ];
        self.main(draft, "Table", "AWS::DynamoDB::Table", props);
    }

    fn webhook(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        let span = self.cause.key;
        let or = |key: &str, default: Val| {
            if self.val.get(key).is_null() { default } else { self.val.get(key).clone() }
        };
        self.main(
            draft,
            "HttpApi",
            "AWS::ApiGatewayV2::Api",
            vec![("Name", at.str("HttpApi")), ("ProtocolType", at.str("HTTP"))],
        );
        let api = || at.reference(self.id("HttpApi"));
        let stage = vec![("ApiId", api()), ("StageName", at.str("$default")), ("AutoDeploy", at.bool(true))];
        self.other(draft, "HttpApi", "HttpApiDefaultStage", "AWS::ApiGatewayV2::Stage", stage);
        self.other(draft, "HttpApi", "Bus", "AWS::Events::EventBus", vec![("Name", at.str(self.id("Bus")))]);
        let secured = truthy(self.val.get("authorizer"));
        let authorizer = super::super::naming::function(&format!("{}Authorizer", self.key));
        let mut statements = vec![super::super::role::statement(
            "Allow",
            &["events:PutEvents"],
            at.get_att(self.id("Bus"), "Arn"),
            span,
        )];
        if secured {
            let arn = at.get_att(authorizer.clone(), "Arn");
            statements.push(super::super::role::statement("Allow", &["lambda:InvokeFunction"], arn, span));
        }
        let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list(statements))]);
        let policy = at.obj([("PolicyName", at.str("EventBridge")), ("PolicyDocument", document)]);
        let role = vec![
            ("AssumeRolePolicyDocument", trust(vec![at.str("apigateway.amazonaws.com")], at)),
            ("Policies", at.list([policy])),
        ];
        self.other(draft, "HttpApi", "ApiGatewayRole", "AWS::IAM::Role", role);
        let role = || at.get_att(self.id("ApiGatewayRole"), "Arn");
        let parameters = at.obj([
            ("DetailType", or("eventType", at.str("Webhook"))),
            ("Detail", at.str("$request.body")),
            ("Source", at.str(self.key.clone())),
            ("EventBusName", at.reference(self.id("Bus"))),
        ]);
        let integration = vec![
            ("ApiId", api()),
            ("ConnectionType", at.str("INTERNET")),
            ("CredentialsArn", role()),
            ("IntegrationSubtype", at.str("EventBridge-PutEvents")),
            ("IntegrationType", at.str("AWS_PROXY")),
            ("PayloadFormatVersion", at.str("1.0")),
            ("RequestParameters", parameters),
        ];
        self.other(draft, "HttpApi", "Integration", "AWS::ApiGatewayV2::Integration", integration);
        let key = at.concat([or("method", at.str("POST")), at.str(" "), self.val.get("path").clone()]);
        let mut route = vec![
            ("ApiId", api()),
            ("RouteKey", key),
            ("Target", at.join("/", [at.str("integrations"), at.reference(self.id("Integration"))])),
        ];
        if secured {
            route.push(("AuthorizationType", at.str("CUSTOM")));
            route.push(("AuthorizerId", at.reference(self.id("Authorizer"))));
            let uri = super::super::events::rest_api::lambda_uri(at, at.get_att(authorizer, "Arn"));
            let props = vec![
                ("ApiId", api()),
                ("AuthorizerType", at.str("REQUEST")),
                ("AuthorizerPayloadFormatVersion", at.str("2.0")),
                ("EnableSimpleResponses", at.bool(true)),
                ("Name", at.str(format!("{}-authorizer", self.key))),
                ("AuthorizerUri", uri),
                ("AuthorizerCredentialsArn", role()),
            ];
            self.other(draft, "HttpApi", "Authorizer", "AWS::ApiGatewayV2::Authorizer", props);
        } else {
            route.push(("AuthorizationType", default_str("NONE", span)));
        }
        self.other(draft, "HttpApi", "Route", "AWS::ApiGatewayV2::Route", route);
    }

    /// What both kinds of websites say of their distribution.
    fn distribution(&self, behavior: Val, origins: Vec<Val>, others: Vec<Val>) -> Val {
        let at = self.cause.at();
        let domain = self.val.get("domain");
        let aliases = match domain.as_list() {
            Some(_) => domain.clone(),
            None if truthy(domain) => At(domain.span).list([domain.clone()]),
            None => Val::null().clone(),
        };
        let certificate = self.val.get("certificate");
        let certificate = if truthy(certificate) {
            let at = At(certificate.span);
            at.obj([
                ("AcmCertificateArn", certificate.clone()),
                ("MinimumProtocolVersion", default_str("TLSv1.2_2021", self.cause.key)),
                ("SslSupportMethod", at.str("sni-only")),
            ])
        } else {
            Val::null().clone()
        };
        at.obj([
            ("Enabled", at.bool(true)),
            ("Aliases", aliases),
            ("ViewerCertificate", certificate),
            ("HttpVersion", at.str("http2")),
            ("DefaultCacheBehavior", behavior),
            ("CacheBehaviors", if others.is_empty() { Val::null().clone() } else { at.list(others) }),
            ("Origins", at.list(origins)),
        ])
    }

    fn behavior(&self, origin: &str, methods: &[&str]) -> Vec<Entry> {
        let at = self.cause.at();
        vec![
            entry("AllowedMethods", at.strs(methods)),
            entry("TargetOriginId", at.str(origin)),
            entry("ViewerProtocolPolicy", default_str("redirect-to-https", self.cause.key)),
        ]
    }

    fn website(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        // A static website is read through the bucket's website endpoint, which must be public.
        let public = self.val.get("type").as_str() == Some("static-website");
        let props = self.bucket_props(public);
        self.main(draft, "Bucket", "AWS::S3::Bucket", props);
        let principal = if public {
            at.obj([("AWS", at.str("*"))])
        } else {
            at.obj([("Service", at.str("cloudfront.amazonaws.com"))])
        };
        let statement = at
            .obj([
                ("Action", at.str("s3:GetObject")),
                ("Effect", at.str("Allow")),
                ("Principal", principal),
                ("Resource", at.join("", [at.get_att(self.id("Bucket"), "Arn"), at.str("/*")])),
            ])
            .through(Via::Implied, self.cause.key);
        self.policy(draft, "Bucket", vec![statement]);
        let origin = if public {
            at.obj([
                ("Id", at.str("bucket")),
                ("DomainName", at.get_att(self.id("Bucket"), "WebsiteURL")),
                ("CustomOriginConfig", at.obj([("OriginProtocolPolicy", at.str("http-only"))])),
            ])
        } else {
            let identity = "CDNOrigin1S3Origin";
            let props = vec![("CloudFrontOriginAccessIdentityConfig", Val::map(Vec::new(), at.0))];
            self.other(draft, "Bucket", identity, "AWS::CloudFront::CloudFrontOriginAccessIdentity", props);
            let path =
                at.join("", [at.str("origin-access-identity/cloudfront/"), at.reference(self.id(identity))]);
            at.obj([
                ("Id", at.str("bucket")),
                ("DomainName", at.get_att(self.id("Bucket"), "RegionalDomainName")),
                ("S3OriginConfig", at.obj([("OriginAccessIdentity", path)])),
            ])
        };
        // A function adds the headers for security to every answer.
        let function = "ResponseFunction";
        let props = vec![("AutoPublish", at.bool(true))];
        self.other(draft, "Bucket", function, "AWS::CloudFront::Function", props);
        let association = at.obj([
            ("EventType", at.str("viewer-response")),
            ("FunctionARN", at.get_att(self.id(function), "FunctionARN")),
        ]);
        let mut behavior = self.behavior("bucket", &["GET", "HEAD", "OPTIONS"]);
        behavior.push(entry("FunctionAssociations", at.list([association])));
        let mut config = self.distribution(Val::map(behavior, at.0), vec![origin], Vec::new());
        super::super::build::set(&mut config, "DefaultRootObject", at.str("index.html"));
        self.other(
            draft,
            "Bucket",
            "CDN",
            "AWS::CloudFront::Distribution",
            vec![("DistributionConfig", config)],
        );
    }

    fn server_side(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        let props = self.bucket_props(false);
        self.main(draft, "Assets", "AWS::S3::Bucket", props);
        let (api, path) = match self.val.get("apiGateway").as_str() {
            Some("rest") => ("ApiGatewayRestApi", at.concat([at.str("/"), draft.service.stage.clone()])),
            _ => ("HttpApi", Val::null().clone()),
        };
        let host = at.join(
            ".",
            [at.reference(api), at.str("execute-api"), at.pseudo("Region"), at.str("amazonaws.com")],
        );
        let secure = at.obj([("OriginProtocolPolicy", at.str("https-only"))]);
        let backend = at.obj([
            ("Id", at.str("backend")),
            ("DomainName", host),
            ("OriginPath", path),
            ("CustomOriginConfig", secure),
        ]);
        let control = "S3OriginAccessControl";
        let settings = at.obj([
            ("OriginAccessControlOriginType", at.str("s3")),
            ("SigningBehavior", at.str("always")),
            ("SigningProtocol", at.str("sigv4")),
        ]);
        let props = vec![("OriginAccessControlConfig", settings)];
        self.other(draft, "Assets", control, "AWS::CloudFront::OriginAccessControl", props);
        let assets = at.obj([
            ("Id", at.str("assets")),
            ("OriginAccessControlId", at.get_att(self.id(control), "Id")),
            ("DomainName", at.get_att(self.id("Assets"), "RegionalDomainName")),
            ("S3OriginConfig", Val::map(Vec::new(), at.0)),
        ]);
        let all = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];
        let behavior = Val::map(self.behavior("backend", &all), at.0);
        let others = self
            .val
            .get("assets")
            .entries()
            .iter()
            .map(|e| {
                let mut entries = self.behavior("assets", &["GET", "HEAD", "OPTIONS"]);
                entries.push(entry("PathPattern", Val::str(e.key.clone(), e.key_span)));
                Val::map(entries, e.key_span)
            })
            .collect();
        let config = self.distribution(behavior, vec![backend, assets], others);
        self.other(
            draft,
            "Assets",
            "CDN",
            "AWS::CloudFront::Distribution",
            vec![("DistributionConfig", config)],
        );
    }

    fn network(&self, draft: &mut Draft<'_>) {
        let at = self.cause.at();
        self.main(
            draft,
            "",
            "AWS::EC2::VPC",
            vec![("CidrBlock", default_str("10.0.0.0/16", self.cause.key))],
        );
        let vpc = || at.reference(self.id(""));
        for (n, cidr) in [(1, "10.0.128.0/18"), (2, "10.0.192.0/18")] {
            let props = vec![("VpcId", vpc()), ("CidrBlock", default_str(cidr, self.cause.key))];
            self.other(draft, "", &format!("PrivateSubnet{n}Subnet"), "AWS::EC2::Subnet", props);
        }
        let egress = at.obj([
            ("CidrIp", default_str("0.0.0.0/0", self.cause.key)),
            ("IpProtocol", default_str("-1", self.cause.key)),
        ]);
        let props = vec![("VpcId", vpc()), ("SecurityGroupEgress", at.list([egress]))];
        self.other(draft, "", "AppSecurityGroup", "AWS::EC2::SecurityGroup", props);
    }
}
