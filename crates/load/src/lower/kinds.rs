use palisade_graph::NodeKind;

pub const FUNCTION: &str = "AWS::Lambda::Function";
pub const STATE_MACHINE: &str = "AWS::StepFunctions::StateMachine";

/// The kind of node that a type always gives. `None` for types that are folded into another node, that
/// become entries, or that no row of the table names.
pub fn kind(ty: &str) -> Option<NodeKind> {
    Some(match ty {
        FUNCTION => NodeKind::Function,
        "AWS::IAM::Role" => NodeKind::Role,
        "AWS::IAM::User" | "AWS::IAM::Group" | "AWS::IAM::OIDCProvider" | "AWS::IAM::SAMLProvider" => {
            NodeKind::Principal
        }
        "AWS::S3::Bucket"
        | "AWS::S3::AccessPoint"
        | "AWS::S3Express::DirectoryBucket"
        | "AWS::S3Tables::TableBucket"
        | "AWS::S3Vectors::VectorBucket"
        | "AWS::DynamoDB::Table"
        | "AWS::DynamoDB::GlobalTable"
        | "AWS::DAX::Cluster"
        | "AWS::SQS::Queue"
        | "AWS::SNS::Topic"
        | "AWS::Kinesis::Stream"
        | "AWS::KinesisFirehose::DeliveryStream"
        | "AWS::MSK::Cluster"
        | "AWS::MSK::ServerlessCluster"
        | "AWS::AmazonMQ::Broker"
        | "AWS::Events::EventBus"
        | "AWS::Events::Archive"
        | "AWS::RDS::DBInstance"
        | "AWS::RDS::DBCluster"
        | "AWS::RDS::GlobalCluster"
        | "AWS::DSQL::Cluster"
        | "AWS::DocDB::DBCluster"
        | "AWS::DocDB::DBInstance"
        | "AWS::Neptune::DBCluster"
        | "AWS::Neptune::DBInstance"
        | "AWS::Redshift::Cluster"
        | "AWS::RedshiftServerless::Namespace"
        | "AWS::Timestream::Database"
        | "AWS::Timestream::Table"
        | "AWS::Cassandra::Table"
        | "AWS::OpenSearchService::Domain"
        | "AWS::Elasticsearch::Domain"
        | "AWS::OpenSearchServerless::Collection"
        | "AWS::ElastiCache::CacheCluster"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::ElastiCache::ServerlessCache"
        | "AWS::MemoryDB::Cluster"
        | "AWS::EFS::FileSystem"
        | "AWS::EFS::AccessPoint"
        | "AWS::FSx::FileSystem"
        | "AWS::Glue::Database"
        | "AWS::Glue::Table"
        | "AWS::Backup::BackupVault"
        | "AWS::AppConfig::HostedConfigurationVersion"
        | STATE_MACHINE
        | "AWS::Logs::LogGroup"
        | "AWS::SecretsManager::Secret"
        | "AWS::SSM::Parameter"
        | "AWS::SSM::Document"
        | "AWS::KMS::Key"
        | "AWS::KMS::ReplicaKey" => NodeKind::Store,
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy"
        | "AWS::S3::BucketPolicy"
        | "AWS::S3::AccessPointPolicy"
        | "AWS::S3Express::BucketPolicy"
        | "AWS::S3Tables::TableBucketPolicy"
        | "AWS::SQS::QueuePolicy"
        | "AWS::SQS::QueueInlinePolicy"
        | "AWS::SNS::TopicPolicy"
        | "AWS::SNS::TopicInlinePolicy"
        | "AWS::Kinesis::ResourcePolicy"
        | "AWS::SecretsManager::ResourcePolicy"
        | "AWS::SSM::ResourcePolicy"
        | "AWS::Events::EventBusPolicy"
        | "AWS::Logs::ResourcePolicy"
        | "AWS::MSK::ClusterPolicy"
        | "AWS::IoT::Policy"
        | "AWS::Lambda::LayerVersionPermission"
        | "AWS::OpenSearchServerless::AccessPolicy"
        | "AWS::EC2::VPCEndpointServicePermissions" => NodeKind::Policy,
        "AWS::Lambda::LayerVersion" | "AWS::ECR::Repository" => NodeKind::Package,
        "AWS::Lambda::CodeSigningConfig"
        | "AWS::Lambda::EventInvokeConfig"
        | "AWS::ApiGateway::RestApi"
        | "AWS::ApiGateway::Stage"
        | "AWS::ApiGateway::Authorizer"
        | "AWS::ApiGateway::RequestValidator"
        | "AWS::ApiGateway::UsagePlan"
        | "AWS::ApiGateway::UsagePlanKey"
        | "AWS::ApiGateway::ApiKey"
        | "AWS::ApiGateway::Model"
        | "AWS::ApiGateway::DomainName"
        | "AWS::ApiGateway::Account"
        | "AWS::ApiGateway::ClientCertificate"
        | "AWS::ApiGatewayV2::Api"
        | "AWS::ApiGatewayV2::Stage"
        | "AWS::ApiGatewayV2::Authorizer"
        | "AWS::ApiGatewayV2::DomainName"
        | "AWS::AppSync::GraphQLApi"
        | "AWS::AppSync::Api"
        | "AWS::AppSync::ApiKey"
        | "AWS::AppSync::DomainName"
        | "AWS::Cognito::UserPool"
        | "AWS::Cognito::UserPoolClient"
        | "AWS::Cognito::UserPoolDomain"
        | "AWS::Cognito::IdentityPool"
        | "AWS::Cognito::IdentityPoolRoleAttachment"
        | "AWS::CloudFront::Distribution"
        | "AWS::CloudFront::Function"
        | "AWS::CloudFront::OriginAccessControl"
        | "AWS::CloudFront::CloudFrontOriginAccessIdentity"
        | "AWS::CloudFront::ResponseHeadersPolicy"
        | "AWS::ElasticLoadBalancingV2::LoadBalancer"
        | "AWS::ElasticLoadBalancingV2::Listener"
        | "AWS::ElasticLoadBalancingV2::TargetGroup"
        | "AWS::WAFv2::WebACL"
        | "AWS::WAFv2::WebACLAssociation"
        | "AWS::WAFv2::IPSet"
        | "AWS::WAFv2::LoggingConfiguration"
        | "AWS::WAFRegional::WebACL"
        | "AWS::WAFRegional::WebACLAssociation"
        | "AWS::WAF::WebACL"
        | "AWS::CloudWatch::Alarm"
        | "AWS::CloudWatch::CompositeAlarm"
        | "AWS::CloudTrail::Trail"
        | "AWS::Budgets::Budget"
        | "AWS::Backup::BackupPlan"
        | "AWS::Backup::BackupSelection"
        | "AWS::GuardDuty::Detector"
        | "AWS::SecurityHub::Hub"
        | "AWS::Config::ConfigRule"
        | "AWS::Config::ConfigurationRecorder"
        | "AWS::SecretsManager::RotationSchedule"
        | "AWS::Scheduler::ScheduleGroup" => NodeKind::Control,
        "AWS::EC2::VPC"
        | "AWS::EC2::Subnet"
        | "AWS::EC2::RouteTable"
        | "AWS::EC2::Route"
        | "AWS::EC2::SecurityGroup"
        | "AWS::EC2::VPCEndpoint"
        | "AWS::EC2::NatGateway"
        | "AWS::EC2::InternetGateway"
        | "AWS::EC2::EgressOnlyInternetGateway"
        | "AWS::EC2::NetworkAcl"
        | "AWS::EC2::NetworkAclEntry"
        | "AWS::EC2::FlowLog"
        | "AWS::EC2::VPCPeeringConnection"
        | "AWS::EC2::TransitGateway"
        | "AWS::ApiGateway::VpcLink"
        | "AWS::ApiGatewayV2::VpcLink"
        | "AWS::EFS::MountTarget" => NodeKind::Network,
        _ => return None,
    })
}

/// The kind of a resource that no row took in.
pub fn fallback(ty: &str) -> NodeKind {
    match ty {
        "AWS::Events::Rule"
        | "AWS::Logs::SubscriptionFilter"
        | "AWS::Scheduler::Schedule"
        | "AWS::IoT::TopicRule"
        | "AWS::SES::ReceiptRule"
        | "AWS::ApiGateway::Method"
        | "AWS::ApiGatewayV2::Route"
        | "AWS::ElasticLoadBalancingV2::ListenerRule"
        | "AWS::Pipes::Pipe" => NodeKind::Control,
        "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => NodeKind::Network,
        _ => NodeKind::Other,
    }
}

/// Family of a type and the property that holds its physical name.
pub fn named(ty: &str) -> Option<(&'static str, &'static str)> {
    Some(match ty {
        FUNCTION => ("function", "FunctionName"),
        "AWS::S3::Bucket" => ("bucket", "BucketName"),
        "AWS::SQS::Queue" => ("queue", "QueueName"),
        "AWS::SNS::Topic" => ("topic", "TopicName"),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => ("table", "TableName"),
        "AWS::Kinesis::Stream" => ("stream", "Name"),
        "AWS::KinesisFirehose::DeliveryStream" => ("firehose", "DeliveryStreamName"),
        "AWS::Events::EventBus" => ("bus", "Name"),
        STATE_MACHINE => ("machine", "StateMachineName"),
        "AWS::IAM::Role" => ("role", "RoleName"),
        "AWS::IAM::ManagedPolicy" => ("policy", "ManagedPolicyName"),
        "AWS::IAM::User" => ("user", "UserName"),
        "AWS::IAM::Group" => ("group", "GroupName"),
        "AWS::Logs::LogGroup" => ("logs", "LogGroupName"),
        "AWS::SecretsManager::Secret" => ("secret", "Name"),
        "AWS::SSM::Parameter" => ("parameter", "Name"),
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => ("key", "KeyId"),
        "AWS::ECR::Repository" => ("repository", "RepositoryName"),
        _ => return None,
    })
}

/// Family of a type.
pub fn family(ty: &str) -> Option<&'static str> {
    named(ty).map(|(family, _)| family)
}
