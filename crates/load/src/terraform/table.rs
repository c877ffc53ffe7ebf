//! Which CloudFormation property each attribute of a Terraform resource becomes, and the way back.

use std::collections::HashMap;
use std::sync::LazyLock;

use smol_str::SmolStr;

const TYPES: &str = include_str!("../../data/terraform/types.txt");
const ATTRIBUTES: &str = include_str!("../../data/terraform/attributes.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

/// Names that the provider has kept for what it calls otherwise today.
const SYNONYMS: &[(&str, &str)] = &[
    ("aws_alb", "aws_lb"),
    ("aws_alb_listener", "aws_lb_listener"),
    ("aws_alb_listener_rule", "aws_lb_listener_rule"),
    ("aws_alb_target_group", "aws_lb_target_group"),
    ("aws_alb_target_group_attachment", "aws_lb_target_group_attachment"),
];

/// Attributes of `aws_s3_bucket` that are its own today; the others stand in resources of their own.
const BUCKET: &[&str] = &["bucket", "bucket_prefix", "tags", "object_lock_enabled"];

/// All types.
struct Table {
    types: HashMap<&'static str, Type>,
    /// Terraform types of each CloudFormation type, in the order of the file.
    deployed: HashMap<&'static str, Vec<&'static str>>,
}

/// A type of resource of the AWS provider.
#[derive(Debug)]
pub struct Type {
    /// `aws_lambda_function`
    pub name: &'static str,
    /// `AWS::Lambda::Function`
    pub cfn: &'static str,
    /// Whether it is a resource of its own.
    pub place: Place,
    /// Where its attributes stand in the properties; empty where they are the properties.
    pub base: &'static str,
    /// Its attributes and blocks.
    pub attributes: Vec<Attribute>,
}

/// What a Terraform resource is in the deployed shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A resource.
    Own,
    /// Properties of the resource that this attribute names.
    Into(&'static str),
    /// Properties of another resource, found by code.
    Part,
}

/// An attribute or block.
#[derive(Debug)]
pub struct Attribute {
    /// `mode`
    pub name: &'static str,
    /// `tracing_config.mode`
    pub path: &'static str,
    /// `TracingConfig.Mode`; `[]` behind a step makes an item of a list.
    pub cfn: &'static str,
    /// How it is written.
    pub form: Form,
    /// What becomes of its value.
    pub word: Word,
    /// What stands in it.
    pub children: Vec<Attribute>,
}

/// How something is written in HCL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `name = value`
    Attribute,
    /// `name { … }`, at most once.
    Block,
    /// `name { … }`, any number of times.
    Blocks,
    /// `name = { … }`
    Object,
    /// `name = [{ … }]`
    Objects,
}

/// What becomes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The value itself.
    Same,
    /// A JSON document.
    Json,
    /// A list of the one value.
    List,
    /// The first of a list.
    First,
    /// A map as a list of maps with these two keys.
    Pairs(&'static str, &'static str),
    /// Blocks with these two attributes as a map.
    Named(&'static str, &'static str),
    /// One word for another.
    Words(Vec<(&'static str, &'static str)>),
    /// The opposite.
    Not,
    /// The beginning of a name.
    Prefix,
    /// An item in which this key has this value too.
    Item(&'static str, &'static str),
    /// A copy of the item around it for each of a list.
    Each,
    /// This value means that nothing is set.
    Absent(&'static str),
    /// Blocks whose names are CloudFormation's in snake case.
    Pascal,
    /// By code.
    Special,
}

fn word(text: &'static str) -> Word {
    let mut parts = text.split(' ');
    let first = parts.next().unwrap_or("");
    let mut next = || parts.next().unwrap_or("");
    match first {
        "json" => Word::Json,
        "list" => Word::List,
        "first" => Word::First,
        "pairs" => Word::Pairs(next(), next()),
        "named" => Word::Named(next(), next()),
        "not" => Word::Not,
        "prefix" => Word::Prefix,
        "each" => Word::Each,
        "pascal" => Word::Pascal,
        "special" => Word::Special,
        "absent" => Word::Absent(next()),
        "item" => {
            let rest = text.strip_prefix("item ").unwrap_or("");
            let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
            Word::Item(key, value)
        }
        "words" => Word::Words(parts.filter_map(|p| p.split_once('=')).collect()),
        _ => Word::Same,
    }
}

fn form(text: &'static str) -> (Form, &'static str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    match first {
        "block" => (Form::Block, rest),
        "blocks" => (Form::Blocks, rest),
        "object" => (Form::Object, rest),
        "objects" => (Form::Objects, rest),
        _ => (Form::Attribute, text),
    }
}

impl Table {
    fn read() -> Self {
        let mut table = Table { types: HashMap::new(), deployed: HashMap::new() };
        for line in TYPES.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split_ascii_whitespace();
            let (Some(name), Some(cfn)) = (parts.next(), parts.next()) else { continue };
            let place = match (parts.next(), parts.next()) {
                (Some("into"), Some(owner)) => Place::Into(owner),
                (Some("part"), _) => Place::Part,
                _ => Place::Own,
            };
            table.deployed.entry(cfn).or_default().push(name);
            table.types.insert(name, Type { name, cfn, place, base: "", attributes: Vec::new() });
        }
        // A row follows the row of the block in which it stands.
        let mut open: Vec<(&'static str, Attribute)> = Vec::new();
        for line in ATTRIBUTES.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(ty), Some(path), Some(cfn)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            let (form, rest) = form(fields.next().unwrap_or(""));
            if path == "." {
                if let Some(ty) = table.types.get_mut(ty) {
                    ty.base = cfn;
                }
                continue;
            }
            while open.last().is_some_and(|(t, a)| *t != ty || !inside(path, a.path)) {
                table.close(&mut open);
            }
            let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
            let cfn = if cfn == "." { "" } else { cfn };
            open.push((ty, Attribute { name, path, cfn, form, word: word(rest), children: Vec::new() }));
        }
        while !open.is_empty() {
            table.close(&mut open);
        }
        table
    }

    /// Puts the innermost open row into the one around it, or into its type.
    fn close(&mut self, open: &mut Vec<(&'static str, Attribute)>) {
        let Some((ty, attribute)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, parent)) => parent.children.push(attribute),
            None => {
                if let Some(ty) = self.types.get_mut(ty) {
                    ty.attributes.push(attribute);
                }
            }
        }
    }
}

fn inside(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// What the table says of a Terraform type.
pub fn find(terraform_type: &str) -> Option<&'static Type> {
    let synonym = SYNONYMS.iter().find(|(old, _)| *old == terraform_type);
    TABLE.types.get(synonym.map_or(terraform_type, |(_, new)| new))
}

/// CloudFormation type of a Terraform type; of a part, that of the resource to which it belongs.
pub fn cfn_type(terraform_type: &str) -> Option<&'static str> {
    find(terraform_type).map(|t| t.cfn)
}

/// Usual Terraform type of a CloudFormation type.
pub fn terraform_type(cfn_type: &str) -> Option<&'static str> {
    all(cfn_type).find(|t| t.place == Place::Own).map(|t| t.name)
}

/// CloudFormation types that the table knows.
pub fn cfn_types() -> Vec<&'static str> {
    let mut all: Vec<&'static str> = TABLE.deployed.keys().copied().collect();
    all.sort_unstable();
    all
}

/// All Terraform types that are, or add to, a CloudFormation type.
pub fn all(cfn_type: &str) -> impl Iterator<Item = &'static Type> {
    let names = TABLE.deployed.get(cfn_type).map_or(&[][..], |names| names.as_slice());
    names.iter().filter_map(|name| TABLE.types.get(name))
}

/// Path of the attribute of a Terraform type that becomes a property: (`aws_lambda_function`,
/// `TracingConfig.Mode`) is `tracing_config.mode`. Items of lists are not told apart.
pub fn attribute(terraform_type: &str, cfn_path: &str) -> Option<&'static str> {
    let ty = find(terraform_type)?;
    steps(&ty.attributes, cfn_path).and_then(|steps| steps.last().map(|a| a.path))
}

/// Where a property is written in Terraform.
#[derive(Debug, Clone)]
pub struct Written {
    /// Type of the resource in which it stands: the resource's own, or one that adds to it.
    pub terraform_type: &'static str,
    /// The attribute by which that resource names its owner; none for the resource itself.
    pub owner: Option<&'static str>,
    /// Blocks and the attribute, from the outside in.
    pub steps: Vec<&'static Attribute>,
}

impl Written {
    /// The word that Terraform has for a deployed value.
    pub fn value(&self, deployed: &str) -> SmolStr {
        match self.steps.last().map(|a| &a.word) {
            Some(Word::Words(words)) => {
                words.iter().find(|(_, to)| *to == deployed).map_or(deployed, |(from, _)| from).into()
            }
            Some(Word::Not) => match deployed {
                "true" => "false".into(),
                "false" => "true".into(),
                other => other.into(),
            },
            _ => deployed.into(),
        }
    }
}

/// Where a property of a resource of this Terraform type is written: in the resource itself, or in another
/// resource that adds to it (`aws_s3_bucket` with `VersioningConfiguration.Status`: in
/// `aws_s3_bucket_versioning`).
pub fn written(terraform_type: &str, cfn_path: &str) -> Option<Written> {
    let own = find(terraform_type)?;
    let here = |ty: &'static Type| {
        let steps = steps(&ty.attributes, cfn_path)?;
        let owner = match ty.place {
            Place::Into(attribute) => Some(attribute),
            Place::Own | Place::Part => None,
        };
        Some(Written { terraform_type: ty.name, owner, steps })
    };
    let stale = own.name == "aws_s3_bucket";
    let in_itself = here(own).filter(|w| !stale || w.steps.first().is_some_and(|a| BUCKET.contains(&a.name)));
    in_itself.or_else(|| all(own.cfn).filter(|t| t.place != Place::Own).find_map(here))
}

/// Attributes from the outermost to the one whose property has this path.
fn steps(attributes: &'static [Attribute], cfn_path: &str) -> Option<Vec<&'static Attribute>> {
    let mut found: Option<Vec<&'static Attribute>> = None;
    for attribute in attributes {
        if matches!(attribute.word, Word::Special | Word::Prefix) {
            continue;
        }
        let way = if attribute.children.is_empty() || same_path(attribute.cfn, cfn_path) {
            same_path(attribute.cfn, cfn_path).then(Vec::new)
        } else {
            steps(&attribute.children, cfn_path)
        };
        if let Some(way) = way {
            let mut all = vec![attribute];
            all.extend(way);
            // A flattened block has the path of what stands around it, and of two attributes for one property the
            // one of its name is meant.
            let rank = |way: &[&Attribute]| (way.len(), !way.last().is_some_and(|a| namesake(a)));
            if found.as_ref().is_none_or(|old| rank(&all) < rank(old)) {
                found = Some(all);
            }
        }
    }
    found
}

/// Whether an attribute is called like its property.
fn namesake(attribute: &Attribute) -> bool {
    let property = attribute.cfn.rsplit('.').next().unwrap_or("");
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    letters(attribute.name).eq_ignore_ascii_case(&letters(property))
}

/// Whether two paths are the same but for the marks of items.
fn same_path(a: &str, b: &str) -> bool {
    let bare = |path: &'_ str| path.replace("[]", "");
    a == b || bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_properties() {
        assert_eq!(attribute("aws_lambda_function", "TracingConfig.Mode"), Some("tracing_config.mode"));
        assert_eq!(attribute("aws_lambda_function", "Environment.Variables"), Some("environment.variables"));
        assert_eq!(attribute("aws_lambda_function", "Code.ImageUri"), Some("image_uri"));
        assert_eq!(attribute("aws_sqs_queue", "VisibilityTimeout"), Some("visibility_timeout_seconds"));
        assert_eq!(attribute("aws_lambda_function", "Nothing"), None);
        assert_eq!(attribute("aws_nothing", "Name"), None);
    }

    #[test]
    fn types_are_found_both_ways() {
        assert_eq!(terraform_type("AWS::SQS::Queue"), Some("aws_sqs_queue"));
        assert_eq!(terraform_type("AWS::S3::Bucket"), Some("aws_s3_bucket"));
        assert_eq!(cfn_type("aws_s3_bucket_versioning"), Some("AWS::S3::Bucket"));
        assert_eq!(cfn_type("aws_alb_listener"), Some("AWS::ElasticLoadBalancingV2::Listener"));
        assert_eq!(cfn_type("random_id"), None);
    }

    #[test]
    fn a_property_is_written_in_the_resource_or_in_one_that_adds_to_it() {
        let mode = written("aws_lambda_function", "TracingConfig.Mode").unwrap();
        assert_eq!(mode.terraform_type, "aws_lambda_function");
        assert_eq!(mode.owner, None);
        let forms: Vec<(&str, Form)> = mode.steps.iter().map(|a| (a.name, a.form)).collect();
        assert_eq!(forms, [("tracing_config", Form::Block), ("mode", Form::Attribute)]);

        let status = written("aws_s3_bucket", "VersioningConfiguration.Status").unwrap();
        assert_eq!(status.terraform_type, "aws_s3_bucket_versioning");
        assert_eq!(status.owner, Some("bucket"));
        assert_eq!(status.steps.last().unwrap().path, "versioning_configuration.status");

        let block = written("aws_s3_bucket", "PublicAccessBlockConfiguration.BlockPublicAcls").unwrap();
        assert_eq!(block.terraform_type, "aws_s3_bucket_public_access_block");
        assert_eq!(block.steps.last().unwrap().path, "block_public_acls");

        let scheme = written("aws_lb", "Scheme").unwrap();
        assert_eq!(scheme.value("internal"), "true");
    }

    #[test]
    fn every_row_belongs_to_a_type_and_stands_inside_its_block() {
        let mut rows = 0;
        for line in ATTRIBUTES.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let (ty, path, cfn) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
            let found = find(ty).unwrap_or_else(|| panic!("{ty} is in types.txt"));
            if path == "." {
                assert_eq!(found.base, cfn);
                continue;
            }
            let mut level = &found.attributes;
            let mut at = None;
            for step in path.split('.') {
                at = level.iter().find(|a| a.name == step);
                level = &at.unwrap_or_else(|| panic!("{ty} {path}")).children;
            }
            assert_eq!(at.unwrap().path, path);
            rows += 1;
        }
        assert!(rows > 4000, "{rows}");
    }

    /// What the rules ask of Terraform, by hand from the catalogue: type, property, attribute.
    const ASKED: &str = "
aws_lambda_function Timeout timeout
aws_lambda_function MemorySize memory_size
aws_lambda_function ReservedConcurrentExecutions reserved_concurrent_executions
aws_lambda_function DeadLetterConfig.TargetArn dead_letter_config.target_arn
aws_lambda_function Runtime runtime
aws_lambda_function Code.ImageUri image_uri
aws_lambda_function Layers layers
aws_lambda_function CodeSigningConfigArn code_signing_config_arn
aws_lambda_function EphemeralStorage.Size ephemeral_storage.size
aws_lambda_function KmsKeyArn kms_key_arn
aws_lambda_function VpcConfig.SubnetIds vpc_config.subnet_ids
aws_lambda_function SnapStart.ApplyOn snap_start.apply_on
aws_lambda_function LoggingConfig.ApplicationLogLevel logging_config.application_log_level
aws_lambda_code_signing_config CodeSigningPolicies.UntrustedArtifactOnDeployment policies.untrusted_artifact_on_deployment
aws_lambda_function_event_invoke_config DestinationConfig.OnFailure.Destination destination_config.on_failure.destination
aws_lambda_layer_version_permission Principal principal
aws_lambda_function_url AuthType authorization_type
aws_lambda_function_url Cors.AllowOrigins cors.allow_origins
aws_lambda_permission SourceArn source_arn
aws_lambda_permission EventSourceToken event_source_token
aws_lambda_permission FunctionUrlAuthType function_url_auth_type
aws_lambda_function_recursion_config RecursiveLoop recursive_loop
aws_lambda_event_source_mapping FunctionResponseTypes function_response_types
aws_lambda_event_source_mapping DestinationConfig.OnFailure.Destination destination_config.on_failure.destination_arn
aws_lambda_event_source_mapping MaximumRetryAttempts maximum_retry_attempts
aws_lambda_event_source_mapping ScalingConfig.MaximumConcurrency scaling_config.maximum_concurrency
aws_api_gateway_method AuthorizationType authorization
aws_api_gateway_method RequestValidatorId request_validator_id
aws_api_gateway_method RequestModels request_models
aws_api_gateway_method ApiKeyRequired api_key_required
aws_api_gateway_method AuthorizationScopes authorization_scopes
aws_api_gateway_integration Integration.Uri uri
aws_api_gateway_integration Integration.TimeoutInMillis timeout_milliseconds
aws_api_gateway_stage AccessLogSetting.Format access_log_settings.format
aws_api_gateway_stage TracingEnabled xray_tracing_enabled
aws_api_gateway_stage Variables variables
aws_api_gateway_stage CacheClusterEnabled cache_cluster_enabled
aws_api_gateway_stage ClientCertificateId client_certificate_id
aws_api_gateway_method_settings MethodSettings.LoggingLevel settings.logging_level
aws_api_gateway_method_settings MethodSettings.DataTraceEnabled settings.data_trace_enabled
aws_api_gateway_method_settings MethodSettings.CacheDataEncrypted settings.cache_data_encrypted
aws_api_gateway_rest_api Body body
aws_api_gateway_rest_api MinimumCompressionSize minimum_compression_size
aws_api_gateway_rest_api DisableExecuteApiEndpoint disable_execute_api_endpoint
aws_api_gateway_rest_api EndpointConfiguration.Types endpoint_configuration.types
aws_api_gateway_rest_api_policy Policy policy
aws_api_gateway_domain_name SecurityPolicy security_policy
aws_api_gateway_authorizer AuthorizerResultTtlInSeconds authorizer_result_ttl_in_seconds
aws_apigatewayv2_route AuthorizationType authorization_type
aws_apigatewayv2_stage AccessLogSettings.Format access_log_settings.format
aws_apigatewayv2_stage DefaultRouteSettings.ThrottlingBurstLimit default_route_settings.throttling_burst_limit
aws_apigatewayv2_stage StageVariables stage_variables
aws_apigatewayv2_integration IntegrationUri integration_uri
aws_apigatewayv2_api CorsConfiguration.AllowOrigins cors_configuration.allow_origins
aws_apigatewayv2_authorizer JwtConfiguration.Audience jwt_configuration.audience
aws_appsync_graphql_api LogConfig.FieldLogLevel log_config.field_log_level
aws_appsync_graphql_api IntrospectionConfig introspection_config
aws_appsync_graphql_api QueryDepthLimit query_depth_limit
aws_appsync_graphql_api AuthenticationType authentication_type
aws_lb_listener Protocol protocol
aws_lb_listener_rule Actions.Type action.type
aws_wafv2_web_acl_association ResourceArn resource_arn
aws_wafv2_web_acl_logging_configuration LogDestinationConfigs log_destination_configs
aws_cognito_identity_pool AllowUnauthenticatedIdentities allow_unauthenticated_identities
aws_cognito_user_pool MfaConfiguration mfa_configuration
aws_cognito_user_pool Policies.PasswordPolicy.MinimumLength password_policy.minimum_length
aws_cognito_user_pool UserPoolAddOns.AdvancedSecurityMode user_pool_add_ons.advanced_security_mode
aws_cognito_user_pool_client ExplicitAuthFlows explicit_auth_flows
aws_cognito_user_pool_client CallbackURLs callback_urls
aws_cognito_user_pool_client PreventUserExistenceErrors prevent_user_existence_errors
aws_sqs_queue RedrivePolicy redrive_policy
aws_sqs_queue SqsManagedSseEnabled sqs_managed_sse_enabled
aws_sqs_queue KmsMasterKeyId kms_master_key_id
aws_sns_topic KmsMasterKeyId kms_master_key_id
aws_sns_topic_subscription Protocol protocol
aws_sns_topic_subscription RedrivePolicy redrive_policy
aws_cloudwatch_event_rule EventPattern event_pattern
aws_cloudwatch_event_target Targets.DeadLetterConfig.Arn dead_letter_config.arn
aws_scheduler_schedule Target.DeadLetterConfig.Arn target.dead_letter_config.arn
aws_scheduler_schedule KmsKeyArn kms_key_arn
aws_iot_policy PolicyDocument policy
aws_msk_cluster EncryptionInfo.EncryptionInTransit.ClientBroker encryption_info.encryption_in_transit.client_broker
aws_mq_broker PubliclyAccessible publicly_accessible
aws_pipes_pipe RoleArn role_arn
aws_s3_bucket_acl AccessControl acl
aws_s3_bucket_policy PolicyDocument policy
aws_s3_bucket_public_access_block PublicAccessBlockConfiguration.RestrictPublicBuckets restrict_public_buckets
aws_s3_bucket_logging LoggingConfiguration.DestinationBucketName target_bucket
aws_s3_bucket_cors_configuration CorsConfiguration.CorsRules.AllowedOrigins cors_rule.allowed_origins
aws_s3_bucket_ownership_controls OwnershipControls.Rules.ObjectOwnership rule.object_ownership
aws_s3_bucket_website_configuration WebsiteConfiguration.IndexDocument index_document.suffix
aws_dynamodb_table SSESpecification.SSEEnabled server_side_encryption.enabled
aws_dynamodb_table PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled point_in_time_recovery.enabled
aws_dynamodb_table DeletionProtectionEnabled deletion_protection_enabled
aws_dynamodb_resource_policy ResourcePolicy.PolicyDocument policy
aws_dax_cluster ClusterEndpointEncryptionType cluster_endpoint_encryption_type
aws_kinesis_stream StreamEncryption.EncryptionType encryption_type
aws_kinesis_firehose_delivery_stream DeliveryStreamEncryptionConfigurationInput.KeyARN server_side_encryption.key_arn
aws_kinesis_firehose_delivery_stream RedshiftDestinationConfiguration.Password redshift_configuration.password
aws_kinesis_firehose_delivery_stream SplunkDestinationConfiguration.HECToken splunk_configuration.hec_token
aws_db_instance StorageEncrypted storage_encrypted
aws_db_instance MasterUserPassword password
aws_db_instance EnableIAMDatabaseAuthentication iam_database_authentication_enabled
aws_db_instance EnableCloudwatchLogsExports enabled_cloudwatch_logs_exports
aws_db_instance ManageMasterUserPassword manage_master_user_password
aws_db_instance VPCSecurityGroups vpc_security_group_ids
aws_rds_cluster MasterUserPassword master_password
aws_db_parameter_group Parameters parameter
aws_kms_key EnableKeyRotation enable_key_rotation
aws_kms_key PendingWindowInDays deletion_window_in_days
aws_kms_key_policy KeyPolicy policy
aws_efs_file_system Encrypted encrypted
aws_efs_access_point RootDirectory.Path root_directory.path
aws_elasticache_replication_group AtRestEncryptionEnabled at_rest_encryption_enabled
aws_elasticache_replication_group AuthToken auth_token
aws_ecr_repository ImageScanningConfiguration.ScanOnPush image_scanning_configuration.scan_on_push
aws_ecr_repository ImageTagMutability image_tag_mutability
aws_ecr_repository_policy RepositoryPolicyText policy
aws_secretsmanager_secret_version SecretString secret_string
aws_secretsmanager_secret_policy ResourcePolicy policy
aws_ssm_parameter Type type
aws_ssm_parameter KeyId key_id
aws_cloudwatch_log_group RetentionInDays retention_in_days
aws_cloudwatch_log_group KmsKeyId kms_key_id
aws_cloudwatch_log_subscription_filter DestinationArn destination_arn
aws_cloudwatch_log_data_protection_policy DataProtectionPolicy policy_document
aws_cloudwatch_log_resource_policy PolicyDocument policy_document
aws_cloudtrail EventSelectors.DataResources.Values event_selector.data_resource.values
aws_cloudwatch_metric_alarm AlarmActions alarm_actions
aws_cloudwatch_metric_alarm Dimensions dimensions
aws_budgets_budget Budget.BudgetLimit.Amount limit_amount
aws_sfn_state_machine LoggingConfiguration.IncludeExecutionData logging_configuration.include_execution_data
aws_sfn_state_machine TracingConfiguration.Enabled tracing_configuration.enabled
aws_sfn_state_machine Definition definition
aws_cloudfront_distribution DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy default_cache_behavior.viewer_protocol_policy
aws_cloudfront_distribution DistributionConfig.ViewerCertificate.MinimumProtocolVersion viewer_certificate.minimum_protocol_version
aws_cloudfront_distribution DistributionConfig.Origins.OriginAccessControlId origin.origin_access_control_id
aws_cloudfront_distribution DistributionConfig.Origins.CustomOriginConfig.OriginSSLProtocols origin.custom_origin_config.origin_ssl_protocols
aws_cloudfront_distribution DistributionConfig.WebACLId web_acl_id
aws_cloudfront_distribution DistributionConfig.Logging.Bucket logging_config.bucket
aws_cloudfront_distribution DistributionConfig.DefaultRootObject default_root_object
aws_vpc_security_group_ingress_rule CidrIp cidr_ipv4
aws_vpc_endpoint PolicyDocument policy
aws_route NatGatewayId nat_gateway_id
aws_flow_log LogDestination log_destination
aws_iam_role AssumeRolePolicyDocument assume_role_policy
aws_iam_role PermissionsBoundary permissions_boundary
aws_iam_role Policies.PolicyDocument inline_policy.policy
aws_iam_role_policy_attachment ManagedPolicyArns policy_arn
";

    #[test]
    fn what_rules_ask_is_in_the_table() {
        for line in ASKED.lines().filter(|l| !l.is_empty()) {
            let [ty, property, wanted] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert_eq!(attribute(ty, property), Some(wanted), "{line}");
        }
    }
}
