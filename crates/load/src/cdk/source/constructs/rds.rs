//! Databases.

use palisade_graph::{Reason, Val};
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value, concat};
use super::{Library, Props, ec2, secrets};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let cluster = match class {
        "aws_rds.DatabaseInstance" | "aws_rds.DatabaseInstanceFromSnapshot" => false,
        "aws_rds.DatabaseCluster"
        | "aws_rds.DatabaseClusterFromSnapshot"
        | "aws_rds.ServerlessCluster"
        | "aws_rds.ServerlessClusterFromSnapshot" => true,
        _ => return false,
    };
    let serverless = class.contains("Serverless");
    let span = place.key;
    let engine = engine(&props, lib, span);
    let (user, password) = login(lib, h, &props, place);
    let vpc = props.get("vpc");
    let given = props.get("securityGroups");
    let groups = if given.is_null() {
        let words = if cluster { "RDS security group" } else { "Security group for database" };
        vec![ec2::own_group(lib, h, &vpc, words, place)]
    } else {
        if let Some(first) = given.items().first() {
            lib.put(h, "securityGroup", first.clone());
        }
        given
            .items()
            .iter()
            .map(|g| g.handle().map_or_else(|| lib.val(g), |g| lib.attribute(g, "GroupId")))
            .collect()
    };
    let encrypted = lib.val(&props.get("storageEncrypted"));
    let key = lib.arn(&props.get("storageEncryptionKey"));
    let encrypted = match (encrypted.is_null(), key.is_null(), serverless) {
        (false, ..) => encrypted,
        (true, false, _) => Val::bool(true, key.span.or(span)),
        (true, true, true) => Val::bool(true, span),
        _ => Val::default(),
    };
    let mut made = Props::new()
        .set("Engine", engine)
        .set("MasterUsername", user)
        .set("MasterUserPassword", password)
        .set("StorageEncrypted", encrypted)
        .set("KmsKeyId", key)
        .set(if cluster { "VpcSecurityGroupIds" } else { "VPCSecurityGroups" }, Val::list(groups, span))
        .from(lib, &props, "deletionProtection", "DeletionProtection")
        .from(lib, &props, "iamAuthentication", "EnableIAMDatabaseAuthentication")
        .from(
            lib,
            &props,
            if cluster { "defaultDatabaseName" } else { "databaseName" },
            if cluster { "DatabaseName" } else { "DBName" },
        )
        .from(lib, &props, "port", "Port");
    let retention = super::core::seconds(lib, &props.get("backupRetention"));
    let retention = if retention.is_null() {
        super::core::seconds(lib, &props.get("backup").get("retention"))
    } else {
        retention
    };
    let days = retention.as_int().map(|s| Val::int(s / 86_400, retention.span)).unwrap_or_default();
    made = made.set("BackupRetentionPeriod", days);
    let ty = if cluster {
        if serverless {
            made = made.set("EngineMode", Val::str("serverless", span));
        }
        made = made.from(lib, &props, "enableDataApi", "EnableHttpEndpoint");
        "AWS::RDS::DBCluster"
    } else {
        made = made
            .set("PubliclyAccessible", public(lib, &props))
            .from(lib, &props, "multiAz", "MultiAZ")
            .from(lib, &props, "autoMinorVersionUpgrade", "AutoMinorVersionUpgrade");
        "AWS::RDS::DBInstance"
    };
    let id = lib.resource(h, "Resource", ty, made.done(place.block));
    lib.removal(&id, &props, "Snapshot");
    if cluster && !serverless {
        instances(lib, h, &props, &id, place);
    }
    true
}

/// Whether an instance has a public address: as it is told, else whether it is in public subnets.
fn public(lib: &Library<'_>, props: &Value) -> Val {
    let given = lib.val(&props.get("publiclyAccessible"));
    let subnets = props.get("vpcSubnets").get("subnetType");
    match super::lambda::constant(&subnets) {
        Some("PUBLIC") if given.is_null() => Val::bool(true, subnets.span()),
        _ => given,
    }
}

/// The engine's name: of `DatabaseClusterEngine.auroraPostgres({…})` and `DatabaseInstanceEngine.POSTGRES`.
fn engine(props: &Value, lib: &Library<'_>, default: Span) -> Val {
    let given = props.get("engine");
    let path = given.native().or_else(|| given.handle().map(|h| lib.class(h))).unwrap_or_default();
    let name = path.rsplit('.').next().unwrap_or_default();
    let span = given.span().or(default);
    let known = match name.to_lowercase().replace('_', "").as_str() {
        "postgres" => "postgres",
        "mysql" => "mysql",
        "mariadb" => "mariadb",
        "aurora" => "aurora",
        "auroramysql" => "aurora-mysql",
        "aurorapostgres" | "aurorapostgresql" => "aurora-postgresql",
        "sqlserverex" => "sqlserver-ex",
        "sqlserverse" => "sqlserver-se",
        "sqlserveree" => "sqlserver-ee",
        "sqlserverweb" => "sqlserver-web",
        "oracleee" => "oracle-ee",
        "oraclese2" => "oracle-se2",
        _ => return Val::unknown(Reason::NeedsCode, "engine", span),
    };
    Val::str(known, span)
}

/// User and password: of a secret, generated unless the program gives one.
fn login(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) -> (Val, Val) {
    let span = place.key;
    let given = props.get("credentials");
    let object = given.handle().and_then(|c| lib.get(c)).cloned();
    let method =
        object.as_ref().and_then(|o| o.class.rsplit('.').next().map(str::to_owned)).unwrap_or_default();
    let first = object.as_ref().map(|o| o.props.item(0)).unwrap_or_default();
    let second = object.as_ref().map(|o| o.props.item(1)).unwrap_or_default();
    let secret = match method.as_str() {
        "fromPassword" => return (lib.val(&first), lib.val(&second)),
        "fromSecret" => first.handle(),
        "fromUsername" if !second.get("password").is_null() => {
            return (lib.val(&first), lib.val(&second.get("password")));
        }
        _ => None,
    };
    let secret = match secret {
        Some(secret) => secret,
        None => {
            let secret = lib.child(Some(h), "Secret", "aws_rds.DatabaseSecret", Value::null(), place);
            let user = if first.as_str().is_some() { lib.val(&first) } else { Val::str("admin", span) };
            let generated = secrets::generated_login(user, span);
            let val = Val::object([("GenerateSecretString", generated)], place.block);
            let id = lib.resource(secret, "Resource", "AWS::SecretsManager::Secret", val);
            lib.removal(&id, &Value::null(), "Delete");
            secret
        }
    };
    lib.put(h, "secret", Value::Host(secret));
    let arn = lib.arn(&Value::Host(secret));
    let field = |name: &str| {
        let parts = vec![
            Val::str("{{resolve:secretsmanager:", span),
            arn.clone(),
            Val::str(format!(":SecretString:{name}::}}}}"), span),
        ];
        concat(parts, span)
    };
    (field("username"), field("password"))
}

/// Instances of a cluster.
fn instances(lib: &mut Library<'_>, h: Handle, props: &Value, cluster: &str, place: Place) {
    let writer = props.get("writer");
    let mut all: Vec<(String, Value)> = Vec::new();
    for (n, given) in std::iter::once(writer).chain(props.get("readers").items()).enumerate() {
        let Some(object) = given.handle().and_then(|i| lib.get(i)) else { continue };
        let name = lib.val(&object.props.item(0)).display();
        let name = if name.is_empty() { format!("instance{}", n + 1) } else { name.to_string() };
        all.push((name, object.props.item(1)));
    }
    if all.is_empty() {
        let count = lib.val(&props.get("instances")).as_int().unwrap_or(2).clamp(1, 16);
        all = (1..=count).map(|n| (format!("Instance{n}"), props.get("instanceProps"))).collect();
    }
    for (name, options) in all {
        let val = Props::new()
            .set("DBClusterIdentifier", Val::reference(cluster, place.key))
            .set("PubliclyAccessible", public(lib, &options))
            .done(place.block);
        lib.resource(h, &name, "AWS::RDS::DBInstance", val);
    }
}
