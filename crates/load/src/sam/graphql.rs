//! `AWS::Serverless::GraphQLApi`.

use std::collections::HashMap;

use palisade_graph::{Entry, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::Transform;
use super::build::{At, Props, map_mut, truthy};
use super::cause::{Cause, depend};
use super::connectors::{self, Connector};
use super::role::{Role, aws_managed, trust};
use super::tags;
use crate::Resource;

const PIPELINE: &str = "\nexport function request(ctx) {\n    return {};\n}\n\nexport function response(ctx) {\n    return ctx.prev.result;\n}\n";

/// An API while its parts are made.
struct Api<'a, 'b> {
    transform: &'a mut Transform<'b>,
    cause: Cause,
    /// `ApiId`.
    id: Val,
    made: Vec<Resource>,
    /// Names of data sources by their key.
    sources: HashMap<SmolStr, Val>,
    /// Ids of functions by their key.
    functions: HashMap<SmolStr, Val>,
    none: Option<Resource>,
}

impl Transform<'_> {
    /// The API with its schema, data sources, functions and resolvers.
    pub fn graphql_api(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause { attributes: Val::default(), ..Cause::of(resource) };
        let at = cause.at();
        let id = at.attribute(&cause.id, "ApiId");
        let mut api = Api {
            transform: self,
            cause,
            id,
            made: Vec::new(),
            sources: HashMap::new(),
            functions: HashMap::new(),
            none: None,
        };
        api.api(resource);
        api.schema(own);
        api.authorizers(own.get("Auth"));
        for entry in own.get("ApiKeys").entries() {
            api.key(entry);
        }
        api.cache(own);
        for entry in own.get("DataSources").get("DynamoDb").entries() {
            api.table_source(entry);
        }
        for entry in own.get("DataSources").get("Lambda").entries() {
            api.function_source(entry);
        }
        api.domain(own);
        for entry in own.get("Functions").entries() {
            api.function(entry);
        }
        for ty in own.get("Resolvers").entries() {
            for entry in ty.val.entries() {
                api.resolver(&ty.key, entry);
            }
        }
        let mut made = api.made;
        made.extend(api.none);
        made
    }
}

impl Api<'_, '_> {
    fn name(&self, rest: &str) -> SmolStr {
        format_smolstr!("{}{rest}", self.cause.id)
    }

    fn api(&mut self, resource: &Resource) {
        let own = &resource.props;
        let at = self.cause.at();
        let mut props = Props::default();
        let name = own.get("Name");
        props.put("Name", if truthy(name) { name.clone() } else { at.text(resource.id.clone()) });
        props.copy_set(
            own,
            &["Visibility", "OwnerContact", "IntrospectionConfig", "QueryDepthLimit", "ResolverCountLimit"],
        );
        props.copy(own, "XrayEnabled");
        let auth = own.get("Auth");
        props.rename(auth, "Type", "AuthenticationType");
        authorizer(&mut props, auth, false);
        let additional = auth.get("Additional");
        if truthy(additional) {
            let provider = |given: &Val| {
                let mut props = Props::default();
                props.rename(given, "Type", "AuthenticationType");
                authorizer(&mut props, given, true);
                props.finish(given.span)
            };
            let providers = additional.items().iter().map(provider).collect();
            props.put("AdditionalAuthenticationProviders", Val::list(providers, additional.span));
        }
        let mut given = own.get("Tags").clone();
        if given.is_null() {
            given = at.object([]);
        }
        if let Some(map) = map_mut(&mut given) {
            map.set("graphqlapi:createdBy", at.0, at.text("SAM"));
        }
        props.put("Tags", tags::list(&given));
        let role = self.logging(&mut props, own.get("Logging"));

        let mut api = resource.clone();
        api.ty = SmolStr::new_static("AWS::AppSync::GraphQLApi");
        api.props = props.finish(own.span.or(resource.key));
        self.made.push(api);
        self.made.extend(role);
    }

    /// Logs are on unless `Logging` is false.
    fn logging(&self, props: &mut Props, logging: &Val) -> Option<Resource> {
        if logging.as_bool() == Some(false) {
            return None;
        }
        let at = self.cause.at();
        let mut config = Props::default();
        config.copy_set(logging, &["ExcludeVerboseContent"]);
        let level = logging.get("FieldLogLevel");
        config.put("FieldLogLevel", if truthy(level) { level.clone() } else { at.text("ALL") });
        let given = logging.get("CloudWatchLogsRoleArn");
        let (arn, role) = if truthy(given) {
            (given.clone(), None)
        } else {
            let mut role = Role::new(self.name("CloudWatchRole"), trust(at.0, "appsync.amazonaws.com"));
            role.attach(aws_managed(at.0, "service-role/AWSAppSyncPushToCloudWatchLogs", Via::Defaulted));
            (at.attribute(&role.id, "Arn"), Some(role.resource(&self.cause, true)))
        };
        config.put("CloudWatchLogsRoleArn", arn);
        props.put("LogConfig", config.finish(if logging.is_null() { at.0 } else { logging.span }));
        role
    }

    fn schema(&mut self, own: &Val) {
        let mut props = Props::default();
        props.put("ApiId", self.id.clone());
        props.rename(own, "SchemaInline", "Definition");
        props.rename(own, "SchemaUri", "DefinitionS3Location");
        self.push("Schema", "AWS::AppSync::GraphQLSchema", props);
    }

    fn push(&mut self, rest: &str, ty: &'static str, props: Props) {
        let resource = self.cause.make(self.name(rest), ty, props.finish(self.cause.key));
        self.made.push(resource);
    }

    /// The right to call Lambda authorizers.
    fn authorizers(&mut self, auth: &Val) {
        let all = std::iter::once(auth).chain(auth.get("Additional").items());
        let lambda = all.filter(|a| a.get("Type").as_str() == Some("AWS_LAMBDA"));
        let arns: Vec<Val> = lambda.map(|a| a.get("LambdaAuthorizer").get("AuthorizerUri").clone()).collect();
        let at = self.cause.at();
        for (index, arn) in arns.into_iter().enumerate() {
            let source = at.object([
                ("Type", at.text("AWS::AppSync::GraphQLApi")),
                ("Arn", at.reference(&self.cause.id)),
                ("ResourceId", self.id.clone()),
            ]);
            let destination = at.object([("Type", at.text("AWS::Lambda::Function")), ("Arn", arn)]);
            let id = self.name(&format!("ToLambdaAuthConnector{}", index + 1));
            self.connect(id, &self.cause.clone(), source, destination, at.texts(&["Write"]));
        }
    }

    fn connect(&mut self, id: SmolStr, cause: &Cause, source: Val, destination: Val, permissions: Val) {
        let connector = Connector::made(id, cause.clone(), source, destination, permissions);
        let mut resources = indexmap::IndexMap::new();
        connectors::connect_all(self.transform.cx, &mut resources, &[connector]);
        self.made.extend(resources.into_values());
    }

    fn key(&mut self, entry: &Entry) {
        let mut props = Props::default();
        props.put("ApiId", self.id.clone());
        props.copy_all(&entry.val, &["ApiKeyId", "Description"]);
        props.rename(&entry.val, "ExpiresOn", "Expires");
        let cause = self.cause.entry(entry);
        let key = cause.make(self.name(&entry.key), "AWS::AppSync::ApiKey", props.finish(cause.key));
        self.made.push(key);
    }

    fn cache(&mut self, own: &Val) {
        let cache = own.get("Cache");
        if !truthy(cache) {
            return;
        }
        let mut props = Props::default();
        props.put("ApiId", self.id.clone());
        props.copy_all(
            cache,
            &["ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled"],
        );
        self.push("ApiCache", "AWS::AppSync::ApiCache", props);
    }

    fn domain(&mut self, own: &Val) {
        let domain = own.get("DomainName");
        if !truthy(domain) {
            return;
        }
        let at = self.cause.at();
        let mut props = Props::default();
        props.copy_all(domain, &["CertificateArn", "DomainName", "Description"]);
        let id = self.name("DomainName");
        self.push("DomainName", "AWS::AppSync::DomainName", props);
        let mut props = Props::default();
        props.put("ApiId", self.id.clone());
        props.put("DomainName", at.reference(&id));
        self.push("DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", props);
    }

    fn source(&mut self, entry: &Entry, id: &SmolStr, ty: &'static str, role: Val) -> Props {
        let at = At(entry.key_span);
        let name = entry.val.get("Name");
        let mut props = Props::default();
        props.put("Name", if truthy(name) { name.clone() } else { at.text(entry.key.clone()) });
        props.put("Type", at.text(ty));
        props.put("ApiId", self.id.clone());
        props.copy(&entry.val, "Description");
        props.put("ServiceRoleArn", role);
        self.sources.insert(entry.key.clone(), at.attribute(id, "Name"));
        props
    }

    fn table_source(&mut self, entry: &Entry) {
        let own = &entry.val;
        let cause = self.cause.entry(entry);
        let at = cause.at();
        let id = self.name(&format!("{}DynamoDBDataSource", entry.key));
        let (role_arn, role) = source_role(&cause, &id, own.get("ServiceRoleArn"));
        let mut props = self.source(entry, &id, "AMAZON_DYNAMODB", role_arn);
        let region = own.get("Region");
        let region = if truthy(region) { region.clone() } else { at.pseudo("AWS::Region") };
        let mut config = Props::default();
        config.put("AwsRegion", region.clone());
        config.copy(own, "TableName");
        config.copy_set(own, &["UseCallerCredentials", "Versioned"]);
        if truthy(own.get("DeltaSync")) {
            config.rename(own, "DeltaSync", "DeltaSyncConfig");
        }
        props.put("DynamoDBConfig", config.finish(own.span));
        self.made.push(cause.make(id.clone(), "AWS::AppSync::DataSource", props.finish(own.span)));
        let Some(role) = role else { return };
        let arn = own.get("TableArn");
        let arn = if truthy(arn) {
            arn.clone()
        } else {
            let text = "arn:${AWS::Partition}:dynamodb:${region}:${AWS::AccountId}:table/${table}";
            at.sub(text, &[("region", &region), ("table", own.get("TableName"))])
        };
        let asked = own.get("Permissions");
        let asked = if truthy(asked) { asked.clone() } else { at.texts(&["Read", "Write"]) };
        let destination = at.object([("Type", at.text("AWS::DynamoDB::Table")), ("Arn", arn)]);
        self.grant(&cause, &id, role, "ToTableConnector", destination, asked);
    }

    fn function_source(&mut self, entry: &Entry) {
        let own = &entry.val;
        let cause = self.cause.entry(entry);
        let at = cause.at();
        let id = self.name(&format!("{}LambdaDataSource", entry.key));
        let (role_arn, role) = source_role(&cause, &id, own.get("ServiceRoleArn"));
        let mut props = self.source(entry, &id, "AWS_LAMBDA", role_arn);
        let function = own.get("FunctionArn").clone();
        props.put("LambdaConfig", at.object([("LambdaFunctionArn", function.clone())]));
        self.made.push(cause.make(id.clone(), "AWS::AppSync::DataSource", props.finish(own.span)));
        let Some(role) = role else { return };
        let destination = at.object([("Type", at.text("AWS::Lambda::Function")), ("Arn", function)]);
        self.grant(&cause, &id, role, "ToLambdaConnector", destination, at.texts(&["Write"]));
    }

    fn grant(&mut self, cause: &Cause, id: &SmolStr, role: Role, name: &str, to: Val, asked: Val) {
        let at = cause.at();
        let source = at.object([
            ("Type", at.text("AWS::AppSync::DataSource")),
            ("Arn", at.attribute(id, "DataSourceArn")),
            ("RoleName", at.reference(&role.id)),
        ]);
        self.made.push(role.resource(cause, false));
        self.connect(format_smolstr!("{id}{name}"), cause, source, to, asked);
    }

    fn function(&mut self, entry: &Entry) {
        let own = &entry.val;
        let given = own.get("Id");
        if truthy(given) {
            self.functions.insert(entry.key.clone(), given.clone());
            return;
        }
        let cause = self.cause.entry(entry);
        let at = cause.at();
        let id = self.name(&entry.key);
        let name = own.get("Name");
        let mut props = Props::default();
        props.put("ApiId", self.id.clone());
        props.put("Name", if truthy(name) { name.clone() } else { at.text(entry.key.clone()) });
        props.rename(own, "InlineCode", "Code");
        props.rename(own, "CodeUri", "CodeS3Location");
        props.put("DataSourceName", self.source_name(own.get("DataSource")));
        props.copy_all(own, &["MaxBatchSize", "Description"]);
        runtime(&mut props, own);
        if truthy(own.get("Sync")) {
            props.rename(own, "Sync", "SyncConfig");
        }
        self.functions.insert(entry.key.clone(), at.attribute(&id, "FunctionId"));
        self.made.push(cause.make(id, "AWS::AppSync::FunctionConfiguration", props.finish(own.span)));
    }

    fn source_name(&mut self, written: &Val) -> Val {
        let Some(name) = written.as_str() else { return written.clone() };
        if let Some(known) = self.sources.get(name) {
            return known.clone();
        }
        if !name.eq_ignore_ascii_case("none") {
            return written.clone();
        }
        let at = self.cause.at();
        let id = self.name("NoneDataSource");
        let name = at.attribute(&id, "Name");
        if self.none.is_none() {
            let props = at.object([
                ("ApiId", self.id.clone()),
                ("Name", at.text(id.clone())),
                ("Type", at.text("NONE")),
            ]);
            self.none = Some(self.cause.make(id, "AWS::AppSync::DataSource", props));
        }
        name
    }

    fn resolver(&mut self, ty: &str, entry: &Entry) {
        let own = &entry.val;
        let cause = self.cause.entry(entry);
        let at = cause.at();
        let mut props = Props::default();
        props.rename(own, "InlineCode", "Code");
        props.rename(own, "CodeUri", "CodeS3Location");
        if truthy(own.get("InlineCode")) || truthy(own.get("CodeUri")) {
            runtime(&mut props, own);
        } else {
            props.put("Code", at.text(PIPELINE));
            let runtime = [("Name", at.text("APPSYNC_JS")), ("RuntimeVersion", at.text("1.0.0"))];
            props.put("Runtime", at.object(runtime));
        }
        props.put("ApiId", self.id.clone());
        let field = own.get("FieldName");
        props.put("FieldName", if truthy(field) { field.clone() } else { at.text(entry.key.clone()) });
        props.put("TypeName", at.text(ty));
        let pipeline = own.get("Pipeline");
        if truthy(pipeline) {
            let function = |name: &Val| match self.functions.get(name.display().as_str()) {
                Some(known) => known.clone(),
                None => name.clone(),
            };
            let functions = Val::list(pipeline.items().iter().map(function).collect(), pipeline.span);
            props.put("Kind", at.text("PIPELINE"));
            props.put("PipelineConfig", At(pipeline.span).object([("Functions", functions)]));
        }
        if truthy(own.get("Caching")) {
            props.rename(own, "Caching", "CachingConfig");
        }
        props.copy_set(own, &["MaxBatchSize"]);
        let id = self.name(&format!("{ty}{}", entry.key));
        let mut resolver = cause.make(id, "AWS::AppSync::Resolver", props.finish(own.span.or(at.0)));
        depend(&mut resolver, [self.name("Schema")], at.0);
        self.made.push(resolver);
    }
}

/// The role of a data source: what is given, else one made for it.
fn source_role(cause: &Cause, id: &SmolStr, given: &Val) -> (Val, Option<Role>) {
    if truthy(given) {
        return (given.clone(), None);
    }
    let role = Role::new(format_smolstr!("{id}Role"), trust(cause.key, "appsync.amazonaws.com"));
    (cause.at().attribute(&role.id, "Arn"), Some(role))
}

fn runtime(props: &mut Props, own: &Val) {
    let given = own.get("Runtime");
    let mut runtime = Props::default();
    runtime.copy(given, "Name");
    runtime.rename(given, "Version", "RuntimeVersion");
    if !runtime.0.entries.is_empty() {
        props.put("Runtime", runtime.finish(given.span));
    }
}

/// The configuration of an authentication type.
fn authorizer(props: &mut Props, auth: &Val, additional: bool) {
    match auth.get("Type").as_str() {
        Some("AWS_LAMBDA") => props.rename(auth, "LambdaAuthorizer", "LambdaAuthorizerConfig"),
        Some("OPENID_CONNECT") => props.rename(auth, "OpenIDConnect", "OpenIDConnectConfig"),
        Some("AMAZON_COGNITO_USER_POOLS") => {
            let Some(entry) = auth.entry("UserPool") else { return };
            let mut pool = entry.val.clone();
            if additional && let Some(map) = map_mut(&mut pool) {
                map.remove("DefaultAction");
            }
            props.put_at("UserPoolConfig", entry.key_span, pool);
        }
        _ => {}
    }
}
