# Versions before 5: routes and their integrations are one map, and the stage is the default one.
variable "create" { default = true }
variable "create_api_gateway" { default = true }
variable "create_api_domain_name" { default = true }
variable "create_default_stage" { default = true }
variable "create_default_stage_api_mapping" { default = true }
variable "create_default_stage_access_log_group" { default = false }
variable "create_routes_and_integrations" { default = true }
variable "create_vpc_link" { default = true }
variable "name" { default = "" }
variable "description" { default = null }
variable "protocol_type" { default = "HTTP" }
variable "api_version" { default = null }
variable "body" { default = null }
variable "route_key" { default = null }
variable "target" { default = null }
variable "credentials_arn" { default = null }
variable "fail_on_warnings" { default = null }
variable "cors_configuration" { default = {} }
variable "disable_execute_api_endpoint" { default = null }
variable "domain_name" { default = null }
variable "domain_name_certificate_arn" { default = null }
variable "mutual_tls_authentication" { default = {} }
variable "default_stage_access_log_destination_arn" { default = null }
variable "default_stage_access_log_format" { default = null }
variable "default_stage_access_log_group_name" { default = null }
variable "default_stage_access_log_group_retention_in_days" { default = null }
variable "default_stage_access_log_group_kms_key_id" { default = null }
variable "default_route_settings" { default = {} }
variable "integrations" { default = {} }
variable "authorizers" { default = {} }
variable "vpc_links" { default = {} }
variable "tags" { default = {} }

locals {
  api          = var.create && var.create_api_gateway
  stage        = local.api && var.create_default_stage
  domain       = var.create && var.create_api_domain_name
  http         = var.protocol_type == "HTTP"
  integrations = local.api && var.create_routes_and_integrations ? var.integrations : {}
  group        = local.stage && var.create_default_stage_access_log_group
}

resource "aws_apigatewayv2_api" "this" {
  count                        = local.api ? 1 : 0
  name                         = var.name
  description                  = var.description
  protocol_type                = var.protocol_type
  version                      = var.api_version
  body                         = var.body
  route_key                    = var.route_key
  target                       = var.target
  credentials_arn              = var.credentials_arn
  fail_on_warnings             = var.fail_on_warnings
  disable_execute_api_endpoint = var.disable_execute_api_endpoint
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = length(var.cors_configuration) > 0 ? [var.cors_configuration] : []
    content {
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      expose_headers    = try(cors_configuration.value.expose_headers, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  count       = local.domain ? 1 : 0
  domain_name = var.domain_name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = var.domain_name_certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }

  dynamic "mutual_tls_authentication" {
    for_each = length(var.mutual_tls_authentication) > 0 ? [var.mutual_tls_authentication] : []
    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = try(mutual_tls_authentication.value.truststore_version, null)
    }
  }
}

resource "aws_apigatewayv2_stage" "default" {
  count       = local.stage ? 1 : 0
  api_id      = aws_apigatewayv2_api.this[0].id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  dynamic "access_log_settings" {
    for_each = local.group || var.default_stage_access_log_destination_arn != null ? [1] : []
    content {
      destination_arn = local.group ? aws_cloudwatch_log_group.this[0].arn : var.default_stage_access_log_destination_arn
      format          = var.default_stage_access_log_format
    }
  }

  dynamic "default_route_settings" {
    for_each = length(var.default_route_settings) > 0 ? [var.default_route_settings] : []
    content {
      data_trace_enabled       = try(default_route_settings.value.data_trace_enabled, false)
      detailed_metrics_enabled = try(default_route_settings.value.detailed_metrics_enabled, false)
      logging_level            = try(default_route_settings.value.logging_level, null)
      throttling_burst_limit   = try(default_route_settings.value.throttling_burst_limit, null)
      throttling_rate_limit    = try(default_route_settings.value.throttling_rate_limit, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count             = local.group ? 1 : 0
  name              = var.default_stage_access_log_group_name
  retention_in_days = var.default_stage_access_log_group_retention_in_days
  kms_key_id        = var.default_stage_access_log_group_kms_key_id
  tags              = var.tags
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count       = local.domain && local.stage && var.create_default_stage_api_mapping ? 1 : 0
  api_id      = aws_apigatewayv2_api.this[0].id
  domain_name = aws_apigatewayv2_domain_name.this[0].id
  stage       = aws_apigatewayv2_stage.default[0].id
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each                          = local.api ? var.authorizers : {}
  api_id                            = aws_apigatewayv2_api.this[0].id
  name                              = try(each.value.name, null)
  authorizer_type                   = try(each.value.authorizer_type, null)
  authorizer_uri                    = try(each.value.authorizer_uri, null)
  authorizer_payload_format_version = try(each.value.authorizer_payload_format_version, null)
  authorizer_result_ttl_in_seconds  = try(each.value.authorizer_result_ttl_in_seconds, null)
  enable_simple_responses           = try(each.value.enable_simple_responses, null)
  identity_sources                  = try(flatten([each.value.identity_sources]), null)

  dynamic "jwt_configuration" {
    for_each = try([coalesce(each.value.issuer)], [])
    content {
      audience = try(each.value.audience, null)
      issuer   = jwt_configuration.value
    }
  }
}

resource "aws_apigatewayv2_route" "this" {
  for_each             = local.integrations
  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  api_key_required     = try(each.value.api_key_required, null)
  authorization_type   = try(each.value.authorization_type, "NONE")
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  authorization_scopes = try(split(",", each.value.authorization_scopes), each.value.authorization_scopes, null)
  operation_name       = try(each.value.operation_name, null)
}

resource "aws_apigatewayv2_integration" "this" {
  for_each               = local.integrations
  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = try(each.value.integration_type, can(each.value.lambda_arn) ? "AWS_PROXY" : "MOCK")
  integration_uri        = try(each.value.lambda_arn, each.value.integration_uri, null)
  integration_method     = try(each.value.integration_method, can(each.value.integration_subtype) ? null : "POST")
  integration_subtype    = try(each.value.integration_subtype, null)
  connection_type        = try(each.value.connection_type, "INTERNET")
  connection_id          = try(aws_apigatewayv2_vpc_link.this[each.value.vpc_link].id, each.value.connection_id, null)
  credentials_arn        = try(each.value.credentials_arn, null)
  payload_format_version = try(each.value.payload_format_version, null)
  timeout_milliseconds   = try(each.value.timeout_milliseconds, null)
  request_parameters     = try(jsondecode(each.value.request_parameters), each.value.request_parameters, null)

  dynamic "tls_config" {
    for_each = try([jsondecode(each.value.tls_config)], [each.value.tls_config], [])
    content {
      server_name_to_verify = try(tls_config.value.server_name_to_verify, null)
    }
  }
}

resource "aws_apigatewayv2_vpc_link" "this" {
  for_each           = var.create && var.create_vpc_link ? var.vpc_links : {}
  name               = try(each.value.name, each.key)
  security_group_ids = each.value.security_group_ids
  subnet_ids         = each.value.subnet_ids
  tags               = var.tags
}

output "apigatewayv2_api_id" { value = try(aws_apigatewayv2_api.this[0].id, "") }
output "apigatewayv2_api_api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, "") }
output "apigatewayv2_api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, "") }
output "apigatewayv2_api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, "") }
output "default_apigatewayv2_stage_id" { value = try(aws_apigatewayv2_stage.default[0].id, "") }
output "default_apigatewayv2_stage_arn" { value = try(aws_apigatewayv2_stage.default[0].arn, "") }
output "default_apigatewayv2_stage_execution_arn" { value = try(aws_apigatewayv2_stage.default[0].execution_arn, "") }
output "default_apigatewayv2_stage_invoke_url" { value = try(aws_apigatewayv2_stage.default[0].invoke_url, "") }
output "default_apigatewayv2_stage_domain_name" {
  value = try(replace(aws_apigatewayv2_stage.default[0].invoke_url, "/^https?://([^/]*).*/", "$1"), "")
}
output "apigatewayv2_domain_name_id" { value = try(aws_apigatewayv2_domain_name.this[0].id, "") }
output "apigatewayv2_domain_name_arn" { value = try(aws_apigatewayv2_domain_name.this[0].arn, "") }
output "apigatewayv2_domain_name_configuration" { value = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration, []) }
output "apigatewayv2_domain_name_target_domain_name" {
  value = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name, "")
}
output "apigatewayv2_domain_name_hosted_zone_id" {
  value = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id, "")
}
output "apigatewayv2_authorizer_id" { value = { for k, a in aws_apigatewayv2_authorizer.this : k => a.id } }
output "apigatewayv2_vpc_link_id" { value = { for k, l in aws_apigatewayv2_vpc_link.this : k => l.id } }
output "this_apigatewayv2_api_api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, "") }
output "this_apigatewayv2_api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, "") }
