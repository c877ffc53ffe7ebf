use palisade_graph::{External, Piece, Reason, Target, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::functions::{Context, Templates};
use super::super::{documents, functions};
use super::{App, ModuleInst, Name, Scope};
use crate::cloudformation::functions::concat;

/// Data sources that stand for one thing in the account: what is asked of them is a reference to it.
const THINGS: &[&str] = &[
    "aws_lambda_function",
    "aws_lambda_alias",
    "aws_lambda_layer_version",
    "aws_s3_bucket",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_dynamodb_table",
    "aws_kms_key",
    "aws_kms_alias",
    "aws_iam_role",
    "aws_iam_user",
    "aws_secretsmanager_secret",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_event_bus",
    "aws_sfn_state_machine",
    "aws_ecr_repository",
    "aws_ecr_image",
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_cognito_user_pool",
    "aws_vpc",
    "aws_subnet",
    "aws_security_group",
    "aws_efs_file_system",
    "aws_efs_access_point",
    "aws_rds_cluster",
    "aws_db_instance",
    "aws_lb",
    "aws_alb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_wafv2_web_acl",
    "aws_acm_certificate",
    "aws_route53_zone",
    "aws_cloudfront_distribution",
    "aws_msk_cluster",
    "aws_elasticsearch_domain",
    "aws_opensearch_domain",
    "aws_appsync_graphql_api",
    "archive_file",
    "aws_signer_signing_profile",
    "aws_lambda_code_signing_config",
    "aws_dynamodb_table_item",
];

impl<'p> App<'p> {
    /// An attribute of a data source.
    pub(super) fn data_attribute(
        &self,
        address: &str,
        module: &ModuleInst<'p>,
        (decl, each): (usize, usize),
        name: &str,
        span: Span,
    ) -> Val {
        let Some(resource) = module.module.resources.get(decl) else { return Val::null().clone() };
        let symbol = || format_smolstr!("{address}.{name}");
        let unknown = |reason| Val::unknown(reason, symbol(), span);
        let given = |key: &str| self.configured(module.ix, decl, each, key);
        let external = |kind, called: Option<Val>, secret| {
            let name = called.map_or_else(symbol, |v| v.display());
            Val::target(Target::External { kind, name, secret }, span)
        };
        let pseudo = |name: &'static str| Val::target(Target::Pseudo(SmolStr::new_static(name)), span);
        match (resource.ty, name) {
            ("aws_iam_policy_document", "json" | "minified_json") => self.policy_document(module, decl, each),
            ("aws_caller_identity", "account_id" | "id") => match &self.inputs.account {
                Some(account) => Val::str(account, span),
                None => pseudo("AWS::AccountId"),
            },
            ("aws_region", "name" | "region" | "id") => {
                match (given("region").or_else(|| given("name")), &self.inputs.region) {
                    (Some(region), _) => region,
                    (None, Some(region)) => Val::str(region, span),
                    (None, None) => pseudo("AWS::Region"),
                }
            }
            ("aws_partition", "partition" | "id") => pseudo("AWS::Partition"),
            ("aws_partition", "dns_suffix") => pseudo("AWS::URLSuffix"),
            ("aws_service_principal", "name" | "id") => match given("service_name") {
                Some(service) => {
                    let pieces = vec![Piece::Hole(service), Piece::Text(".amazonaws.com".into())];
                    concat(pieces, span, self.files.limits.string_bytes)
                }
                None => unknown(Reason::ExternalLookup),
            },
            ("aws_iam_policy", "arn" | "id") => match (given("arn"), given("name")) {
                (Some(arn), _) => arn,
                (None, Some(name)) => {
                    managed(&name, span).unwrap_or_else(|| Val::attribute(address, "arn", span))
                }
                (None, None) => unknown(Reason::ExternalLookup),
            },
            ("archive_file", _) => Val::attribute(address, name, span),
            ("local_file" | "local_sensitive_file", "content" | "content_base64") => {
                match given("filename") {
                    Some(path) => {
                        let cx = Context {
                            files: self.files,
                            module: module.module.folder,
                            root: self.root,
                            templates: self,
                        };
                        let read = if name == "content" { "file" } else { "filebase64" };
                        functions::call(&cx, read, vec![path], span)
                    }
                    None => unknown(Reason::ParseError),
                }
            }
            ("template_file", "rendered") => match given("template") {
                Some(template) => {
                    let vars = given("vars").unwrap_or_else(|| Val::object::<SmolStr>([], span));
                    match template.as_str() {
                        Some(text) => self.render(Span::NONE.file, text, &vars, span),
                        None => template,
                    }
                }
                None => unknown(Reason::ExternalLookup),
            },
            ("aws_ssm_parameter", "value" | "insecure_value") => {
                external(External::Parameter, given("name"), false)
            }
            ("aws_ssm_parameters_by_path", "values") => external(External::Parameter, given("path"), true),
            ("aws_secretsmanager_secret_version", "secret_string" | "secret_binary") => {
                external(External::Secret, given("secret_id"), true)
            }
            ("aws_secretsmanager_random_password", "random_password")
            | ("aws_kms_secrets", "plaintext")
            | ("aws_kms_secret" | "vault_generic_secret" | "vault_kv_secret" | "vault_kv_secret_v2", _) => {
                external(External::Secret, None, true)
            }
            ("terraform_remote_state" | "tfe_outputs", "outputs" | "values" | "nonsensitive_values") => {
                external(External::StackOutput, None, false)
            }
            ("external", _) => unknown(Reason::NeedsCode),
            ("null_data_source", "outputs") => {
                given("inputs").unwrap_or_else(|| unknown(Reason::ExternalLookup))
            }
            _ => {
                // What is asked for by a name is that name; what the account answers is a reference.
                let identity = matches!(name, "arn" | "id");
                match given(name).filter(|_| !identity) {
                    Some(val) => val,
                    None if THINGS.contains(&resource.ty) => Val::attribute(address, name, span),
                    None => unknown(Reason::ExternalLookup),
                }
            }
        }
    }

    /// The document that `aws_iam_policy_document` makes.
    fn policy_document(&self, module: &ModuleInst<'p>, decl: usize, each: usize) -> Val {
        let Some(resource) = module.module.resources.get(decl) else { return Val::null().clone() };
        let symbol = || format_smolstr!("data.{}.{}.json", resource.ty, resource.name);
        self.slot(module, Name::Attribute(decl, each, "json".into()), &symbol, || {
            let expansion = self.expansion(module, decl);
            let Some(of) = expansion.each.get(each) else { return Val::null().clone() };
            let scope = Scope { each: Some(of), ..Scope::of(module, Span::NONE.file) };
            let items = resource.decl.items();
            let mut body =
                self.body(scope, &items, &["count", "for_each", "provider", "depends_on"], &mut |_, _| None);
            let (header, block) = self.places(module, &resource.decl);
            body.span = block;
            documents::policy(self.files, &body, header)
        })
    }
}

/// An attribute of an `ephemeral` resource: it is never stored.
pub fn ephemeral(ty: &str, name: &str, span: Span) -> Val {
    let secret = ty.contains("secret") || ty.contains("password") || ty.contains("parameter");
    let kind = if ty.contains("parameter") { External::Parameter } else { External::Secret };
    Val::target(Target::External { kind, name: format_smolstr!("ephemeral.{ty}.{name}"), secret }, span)
}

/// Names of managed policies without a path that do not begin as a service is called.
const PLAIN: &[&str] = &[
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "CloudWatchFullAccess",
    "CloudWatchFullAccessV2",
    "CloudWatchLogsFullAccess",
    "CloudWatchReadOnlyAccess",
    "SecretsManagerReadWrite",
];

/// The ARN of a policy that AWS manages, by its name; `None` where an account may have made it.
fn managed(name: &Val, span: Span) -> Option<Val> {
    let text = name.as_str()?;
    let mut lines = include_str!("../../../data/sam/managed_policies.txt").lines().map(str::trim);
    let path = lines.find(|line| line.rsplit('/').next() == Some(text));
    let own = || text.starts_with("Amazon") || text.starts_with("AWS") || PLAIN.contains(&text);
    let path = path.or_else(|| own().then_some(text))?;
    let partition = Val::target(Target::Pseudo("AWS::Partition".into()), span);
    let pieces = vec![
        Piece::Text("arn:".into()),
        Piece::Hole(partition),
        Piece::Text(format_smolstr!(":iam::aws:policy/{path}")),
    ];
    Some(concat(pieces, span, 4096))
}
