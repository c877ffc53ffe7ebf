use std::io::{self, Write};

use palisade_diag::{Finding, Report, Severity};
use serde_json::{Map, Value, json};

use crate::time::stamp;
use crate::words::{clean, short};
use crate::{Needs, Options};

/// AWS Security Finding Format, schema version 2018-10-08: a JSON array whose members
/// `BatchImportFindings` takes, 100 a call. Account and region are those of the options: Security Hub
/// imports only findings of the account that calls it, under that account's default product.
pub fn asff(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let target = Target::of(options).map_err(|n| io::Error::new(io::ErrorKind::InvalidInput, n.message))?;
    let findings: Vec<Value> = report.findings.iter().map(|f| target.finding(f)).collect();
    serde_json::to_writer_pretty(&mut *out, &findings).map_err(io::Error::from)?;
    writeln!(out)
}

/// What is missing before findings can be written for Security Hub.
pub(crate) fn needs(options: &Options) -> Result<(), Needs> {
    Target::of(options).map(|_| ())
}

/// Where the findings go.
struct Target<'a> {
    account: &'a str,
    region: &'a str,
    partition: &'static str,
    time: String,
}

impl<'a> Target<'a> {
    fn of(options: &'a Options) -> Result<Self, Needs> {
        let (account, region) = (options.account.as_deref(), options.region.as_deref());
        let (Some(account), Some(region)) = (account, region) else {
            let (missing, help) = match (account, region) {
                (None, Some(_)) => ("the account", "give `account = \"111122223333\"` in palisade.toml"),
                (Some(_), None) => ("the region", "give `--region eu-west-1`, or `region` in palisade.toml"),
                _ => (
                    "the account and the region",
                    "give `account = \"111122223333\"` in palisade.toml, and `--region eu-west-1` or `region`",
                ),
            };
            let message = format!(
                "`asff` needs {missing}: Security Hub takes findings only with the account and region they belong to"
            );
            return Err(Needs { message, help: help.to_owned() });
        };
        let time = format!("{}Z", stamp(options.time));
        Ok(Self { account, region, partition: partition(region), time })
    }

    fn finding(&self, finding: &Finding) -> Value {
        let entry = palisade_rules::find(finding.rule);
        let title = entry.map_or(finding.rule, |e| e.summary);
        let severity = json!({
            "Label": label(finding.severity),
            "Original": finding.severity.word(),
        });
        let mut out = json!({
            "SchemaVersion": "2018-10-08",
            "Id": format!("palisade/{}/{}", finding.rule, finding.fingerprint),
            "ProductArn": format!(
                "arn:{}:securityhub:{}:{}:product/{}/default",
                self.partition, self.region, self.account, self.account
            ),
            "ProductName": "Palisade",
            "CompanyName": "Palisade",
            "GeneratorId": format!("palisade/{}", finding.rule),
            "AwsAccountId": self.account,
            "Region": self.region,
            "Types": types(finding),
            "CreatedAt": self.time,
            "UpdatedAt": self.time,
            "Severity": severity,
            "Confidence": confidence(finding),
            "Title": short(&clean(title), 256),
            "Description": short(&clean(&finding.message), 1024),
            "FindingProviderFields": { "Severity": severity, "Types": types(finding) },
            "ProductFields": fields(finding),
            "Resources": self.resources(finding),
            "RecordState": "ACTIVE",
        });
        if !finding.help.is_empty()
            && let Some(map) = out.as_object_mut()
        {
            let text = short(&clean(&finding.help), 512);
            map.insert("Remediation".to_owned(), json!({ "Recommendation": { "Text": text } }));
        }
        out
    }

    /// At most 32 resources a finding.
    fn resources(&self, finding: &Finding) -> Vec<Value> {
        let mut details = Map::new();
        if let Some(label) = finding.primary().filter(|l| !l.path.is_empty()) {
            details.insert("Path".to_owned(), json!(short(&clean(&label.path), 1024)));
            details.insert("Line".to_owned(), json!(label.start.line.to_string()));
        }
        if let Some(resource) = &finding.resource {
            for (key, value) in [
                ("LogicalId", &resource.logical_id),
                ("CloudFormationType", &resource.ty),
                ("TerraformAddress", &resource.address),
            ] {
                if !value.is_empty() {
                    details.insert(key.to_owned(), json!(short(&clean(value), 1024)));
                }
            }
        }
        let resource = |ty: &str, id: &str, details: Option<&Map<String, Value>>| {
            let mut out = json!({
                "Type": ty,
                "Id": short(&clean(id), 512),
                "Partition": self.partition,
                "Region": self.region,
            });
            if let (Some(details), Some(map)) = (details.filter(|d| !d.is_empty()), out.as_object_mut()) {
                map.insert("Details".to_owned(), json!({ "Other": details }));
            }
            out
        };
        if finding.affected.is_empty() {
            let id = finding.primary().map_or("file", |l| l.path.as_str());
            return vec![resource("Other", if id.trim().is_empty() { "file" } else { id }, Some(&details))];
        }
        let all = finding.affected.iter().take(32).enumerate();
        all.map(|(n, id)| {
            let own = finding.resource.as_ref().filter(|_| finding.node.as_ref() == Some(id));
            let ty = own.map_or_else(|| of_kind(id), |r| of_type(&r.ty));
            resource(ty, id, (n == 0).then_some(&details))
        })
        .collect()
    }
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::High => "HIGH",
        Severity::Medium => "MEDIUM",
        Severity::Low => "LOW",
        Severity::Info => "INFORMATIONAL",
    }
}

fn confidence(finding: &Finding) -> u8 {
    match finding.confidence {
        palisade_diag::Confidence::High => 95,
        palisade_diag::Confidence::Medium => 70,
        palisade_diag::Confidence::Low => 40,
    }
}

/// Namespace, category and classifier of the finding types that Security Hub defines.
fn types(finding: &Finding) -> Vec<String> {
    let category = palisade_rules::find(finding.rule).map_or("", |e| e.category);
    let mut out = vec!["Software and Configuration Checks/AWS Security Best Practices".to_owned()];
    match category {
        "network" | "api" => {
            out.push(
                "Software and Configuration Checks/AWS Security Best Practices/Network Reachability"
                    .to_owned(),
            );
        }
        "secrets" => out.push("Sensitive Data Identifications/Passwords".to_owned()),
        _ => {}
    }
    out
}

/// At most 50 fields with names of 128 and values of 2,048 characters.
fn fields(finding: &Finding) -> Map<String, Value> {
    let references = &finding.references;
    let cwe: Vec<String> = references.cwe.iter().map(|n| format!("CWE-{n}")).collect();
    let mut out = Map::new();
    for (key, value) in [
        ("palisade/rule", finding.rule.to_owned()),
        ("palisade/fingerprint", finding.fingerprint.clone()),
        ("palisade/application", finding.identity.application.clone()),
        ("palisade/persona", finding.persona.word().to_owned()),
        ("palisade/version", env!("CARGO_PKG_VERSION").to_owned()),
        ("palisade/cwe", cwe.join(" ")),
        ("palisade/owasp-serverless", references.owasp_serverless.join(" ")),
        ("palisade/attack", references.attack.join(" ")),
        ("palisade/controls", references.aws.join(" ")),
    ] {
        if !value.is_empty() {
            out.insert(key.to_owned(), json!(short(&clean(&value), 2048)));
        }
    }
    out
}

/// The resource types of the format that there are for what serverless applications deploy.
fn of_type(ty: &str) -> &'static str {
    match ty {
        "AWS::Lambda::Function" | "AWS::Serverless::Function" => "AwsLambdaFunction",
        "AWS::Lambda::LayerVersion" => "AwsLambdaLayerVersion",
        "AWS::IAM::Role" => "AwsIamRole",
        "AWS::IAM::User" => "AwsIamUser",
        "AWS::IAM::Group" => "AwsIamGroup",
        "AWS::IAM::ManagedPolicy" | "AWS::IAM::Policy" => "AwsIamPolicy",
        "AWS::S3::Bucket" => "AwsS3Bucket",
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => "AwsDynamoDbTable",
        "AWS::SQS::Queue" => "AwsSqsQueue",
        "AWS::SNS::Topic" => "AwsSnsTopic",
        "AWS::KMS::Key" => "AwsKmsKey",
        "AWS::Kinesis::Stream" => "AwsKinesisStream",
        "AWS::SecretsManager::Secret" => "AwsSecretsManagerSecret",
        "AWS::ApiGateway::RestApi" => "AwsApiGatewayRestApi",
        "AWS::ApiGateway::Stage" => "AwsApiGatewayStage",
        "AWS::ApiGatewayV2::Api" => "AwsApiGatewayV2Api",
        "AWS::ApiGatewayV2::Stage" => "AwsApiGatewayV2Stage",
        "AWS::AppSync::GraphQLApi" => "AwsAppSyncGraphQlApi",
        "AWS::StepFunctions::StateMachine" => "AwsStepFunctionStateMachine",
        "AWS::Events::EventBus" => "AwsEventsEventbus",
        "AWS::CloudFront::Distribution" => "AwsCloudFrontDistribution",
        "AWS::EC2::SecurityGroup" => "AwsEc2SecurityGroup",
        "AWS::EC2::Subnet" => "AwsEc2Subnet",
        "AWS::EC2::VPC" => "AwsEc2Vpc",
        "AWS::RDS::DBInstance" => "AwsRdsDbInstance",
        "AWS::RDS::DBCluster" => "AwsRdsDbCluster",
        "AWS::EFS::AccessPoint" => "AwsEfsAccessPoint",
        "AWS::OpenSearchService::Domain" => "AwsOpenSearchServiceDomain",
        "AWS::ECR::Repository" => "AwsEcrRepository",
        "AWS::WAFv2::WebACL" => "AwsWafv2WebAcl",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "AwsElbv2LoadBalancer",
        "AWS::MSK::Cluster" => "AwsMskCluster",
        "AWS::AmazonMQ::Broker" => "AwsAmazonMqBroker",
        "AWS::CloudFormation::Stack" => "AwsCloudFormationStack",
        _ => "Other",
    }
}

/// Of a node whose own type the finding does not carry.
fn of_kind(id: &str) -> &'static str {
    match id.split(':').next() {
        Some("function") => "AwsLambdaFunction",
        Some("role") => "AwsIamRole",
        _ => "Other",
    }
}
