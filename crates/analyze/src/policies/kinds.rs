//! Types of resources that policies name: the form of their ARN, the property with their name, and what
//! `Ref` answers.
//!
//! ARNs: <https://docs.aws.amazon.com/service-authorization/latest/reference/>; `Ref`: the type's page in
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/>.

use palisade_iam::symbol::Shape;

/// What `Ref` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ref {
    /// The name or id.
    Name,
    /// The ARN.
    Arn,
    /// Something else, as a URL.
    Other,
}

/// A type of resources.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// CloudFormation type.
    pub ty: &'static str,
    /// ARN behind `arn:partition:`; `R` region, `A` account, `{}` the name.
    pub form: &'static str,
    /// Property with the name; empty where AWS always makes it.
    pub name: &'static str,
    /// What `Ref` answers.
    pub reference: Ref,
    /// What a name may be.
    pub shape: Shape,
    /// Resource type in the catalogue.
    pub catalogue: &'static str,
}

const fn kind(
    ty: &'static str,
    form: &'static str,
    name: &'static str,
    reference: Ref,
    shape: Shape,
    catalogue: &'static str,
) -> Kind {
    Kind { ty, form, name, reference, shape, catalogue }
}

use Ref::{Arn, Name, Other};
use Shape::{Name as Plain, Path};

const KINDS: &[Kind] = &[
    kind("AWS::S3::Bucket", "s3:::{}", "BucketName", Name, Plain, "bucket"),
    kind("AWS::DynamoDB::Table", "dynamodb:R:A:table/{}", "TableName", Name, Plain, "table"),
    kind("AWS::DynamoDB::GlobalTable", "dynamodb:R:A:table/{}", "TableName", Name, Plain, "table"),
    kind("AWS::SQS::Queue", "sqs:R:A:{}", "QueueName", Other, Plain, "queue"),
    kind("AWS::SNS::Topic", "sns:R:A:{}", "TopicName", Arn, Plain, "topic"),
    kind("AWS::Kinesis::Stream", "kinesis:R:A:stream/{}", "Name", Name, Plain, "stream"),
    kind(
        "AWS::KinesisFirehose::DeliveryStream",
        "firehose:R:A:deliverystream/{}",
        "DeliveryStreamName",
        Name,
        Plain,
        "deliverystream",
    ),
    kind("AWS::Events::EventBus", "events:R:A:event-bus/{}", "Name", Name, Plain, "event-bus"),
    kind(
        "AWS::StepFunctions::StateMachine",
        "states:R:A:stateMachine:{}",
        "StateMachineName",
        Arn,
        Plain,
        "statemachine",
    ),
    kind("AWS::Lambda::Function", "lambda:R:A:function:{}", "FunctionName", Name, Plain, "function"),
    kind("AWS::IAM::Role", "iam::A:role/{}", "RoleName", Name, Plain, "role"),
    kind("AWS::IAM::User", "iam::A:user/{}", "UserName", Name, Plain, "user"),
    kind("AWS::IAM::Group", "iam::A:group/{}", "GroupName", Name, Plain, "group"),
    kind("AWS::IAM::ManagedPolicy", "iam::A:policy/{}", "ManagedPolicyName", Arn, Plain, "policy"),
    kind("AWS::Logs::LogGroup", "logs:R:A:log-group:{}", "LogGroupName", Name, Path, "log-group"),
    kind("AWS::SecretsManager::Secret", "secretsmanager:R:A:secret:{}", "Name", Arn, Path, "secret"),
    kind("AWS::SSM::Parameter", "ssm:R:A:parameter/{}", "Name", Name, Path, "parameter"),
    kind("AWS::KMS::Key", "kms:R:A:key/{}", "", Name, Plain, "key"),
    kind("AWS::KMS::ReplicaKey", "kms:R:A:key/{}", "", Name, Plain, "key"),
    kind("AWS::ECR::Repository", "ecr:R:A:repository/{}", "RepositoryName", Name, Path, "repository"),
    kind("AWS::Cognito::UserPool", "cognito-idp:R:A:userpool/{}", "", Name, Plain, "userpool"),
    kind("AWS::EFS::FileSystem", "elasticfilesystem:R:A:file-system/{}", "", Name, Plain, "file-system"),
    kind("AWS::Events::Rule", "events:R:A:rule/{}", "Name", Name, Plain, "rule-on-default-event-bus"),
];

/// The row of a type.
pub(crate) fn of(ty: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.ty == ty)
}

/// The row of a resource type of the catalogue.
pub(crate) fn of_catalogue(service: &str, name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.service() == service && k.catalogue.eq_ignore_ascii_case(name))
}

impl Kind {
    /// The service in its ARNs.
    pub(crate) fn service(&self) -> &'static str {
        self.form.split(':').next().unwrap_or_default()
    }

    /// The group of names that differ from each other.
    pub(crate) fn group(&self) -> u32 {
        let at = KINDS.iter().position(|k| k.service() == self.service() && k.catalogue == self.catalogue);
        at.and_then(|n| u32::try_from(n).ok()).map_or(0, |n| n + 1)
    }
}

#[cfg(test)]
mod tests {
    use palisade_iam::catalogue;

    #[test]
    fn every_type_is_one_of_the_catalogue() {
        for kind in super::KINDS {
            let service = catalogue::service(kind.service()).unwrap();
            assert!(catalogue::resource_type(service, kind.catalogue).is_some(), "{}", kind.ty);
        }
    }
}
