locals {
  http       = var.protocol_type == "HTTP"
  websocket  = var.protocol_type == "WEBSOCKET"
  stage      = var.create && var.create_stage
  domain     = var.create && var.create_domain_name
  routes     = var.create && var.create_routes_and_integrations ? var.routes : {}
  settings   = var.stage_default_route_settings == null ? {} : var.stage_default_route_settings
  access_log = var.stage_access_log_settings
  group      = local.stage && local.access_log != null && try(coalesce(local.access_log.create_log_group), true)

  log_format = jsonencode({
    context = {
      requestId   = "$context.requestId"
      requestTime = "$context.requestTime"
      routeKey    = "$context.routeKey"
      status      = "$context.status"
      identity    = { sourceIP = "$context.identity.sourceIp" }
    }
  })
}

resource "aws_apigatewayv2_api" "this" {
  count                        = var.create ? 1 : 0
  name                         = var.name
  description                  = var.description
  protocol_type                = var.protocol_type
  version                      = var.api_version
  body                         = local.http ? var.body : null
  route_key                    = local.http ? var.route_key : null
  target                       = local.http ? var.target : null
  credentials_arn              = local.http ? var.credentials_arn : null
  fail_on_warnings             = local.http ? var.fail_on_warnings : null
  api_key_selection_expression = local.websocket ? var.api_key_selection_expression : null
  route_selection_expression   = var.route_selection_expression
  ip_address_type              = var.ip_address_type
  disable_execute_api_endpoint = local.http && local.domain ? true : var.disable_execute_api_endpoint
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = local.http && var.cors_configuration != null ? [var.cors_configuration] : []
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

resource "aws_apigatewayv2_authorizer" "this" {
  for_each                          = var.create ? var.authorizers : {}
  api_id                            = aws_apigatewayv2_api.this[0].id
  name                              = try(coalesce(each.value.name), each.key)
  authorizer_type                   = try(coalesce(each.value.authorizer_type), "REQUEST")
  authorizer_uri                    = try(each.value.authorizer_uri, null)
  authorizer_credentials_arn        = try(each.value.authorizer_credentials_arn, null)
  authorizer_payload_format_version = try(each.value.authorizer_payload_format_version, null)
  authorizer_result_ttl_in_seconds  = try(each.value.authorizer_result_ttl_in_seconds, null)
  enable_simple_responses           = try(each.value.enable_simple_responses, null)
  identity_sources                  = try(each.value.identity_sources, null)

  dynamic "jwt_configuration" {
    for_each = try([coalesce(each.value.jwt_configuration)], [])
    content {
      audience = try(jwt_configuration.value.audience, null)
      issuer   = try(jwt_configuration.value.issuer, null)
    }
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  count       = local.domain ? 1 : 0
  domain_name = var.domain_name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn                        = var.domain_name_certificate_arn
    endpoint_type                          = "REGIONAL"
    security_policy                        = "TLS_1_2"
    ownership_verification_certificate_arn = var.domain_name_ownership_verification_certificate_arn
  }

  dynamic "mutual_tls_authentication" {
    for_each = length(var.mutual_tls_authentication) > 0 ? [var.mutual_tls_authentication] : []
    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = try(mutual_tls_authentication.value.truststore_version, null)
    }
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count           = local.domain && local.stage ? 1 : 0
  api_id          = aws_apigatewayv2_api.this[0].id
  api_mapping_key = var.api_mapping_key
  domain_name     = aws_apigatewayv2_domain_name.this[0].id
  stage           = aws_apigatewayv2_stage.this[0].id
}

resource "aws_apigatewayv2_route" "this" {
  for_each             = local.routes
  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  authorization_type   = try(each.value.authorization_type, null)
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  authorization_scopes = try(each.value.authorization_scopes, null)
  api_key_required     = local.websocket ? try(each.value.api_key_required, null) : null
  operation_name       = try(each.value.operation_name, null)
  request_models       = local.websocket ? try(each.value.request_models, null) : null

  model_selection_expression          = local.websocket ? try(each.value.model_selection_expression, null) : null
  route_response_selection_expression = local.websocket ? try(each.value.route_response_selection_expression, null) : null
}

resource "aws_apigatewayv2_integration" "this" {
  for_each                  = { for k, r in local.routes : k => r.integration }
  api_id                    = aws_apigatewayv2_api.this[0].id
  integration_type          = try(coalesce(each.value.type), "AWS_PROXY")
  integration_uri           = try(each.value.uri, null)
  integration_method        = try(each.value.method, null)
  integration_subtype       = try(each.value.subtype, null)
  connection_type           = try(each.value.connection_type, null)
  connection_id             = try(aws_apigatewayv2_vpc_link.this[each.value.vpc_link_key].id, each.value.connection_id, null)
  credentials_arn           = try(each.value.credentials_arn, null)
  description               = try(each.value.description, null)
  content_handling_strategy = try(each.value.content_handling_strategy, null)
  passthrough_behavior      = try(each.value.passthrough_behavior, null)
  payload_format_version    = try(each.value.payload_format_version, null)
  request_parameters        = try(each.value.request_parameters, null)
  request_templates         = try(each.value.request_templates, null)
  timeout_milliseconds      = try(each.value.timeout_milliseconds, null)

  dynamic "tls_config" {
    for_each = local.websocket ? [] : try([coalesce(each.value.tls_config)], [])
    content {
      server_name_to_verify = try(tls_config.value.server_name_to_verify, null)
    }
  }
}

resource "aws_apigatewayv2_stage" "this" {
  count                 = local.stage ? 1 : 0
  api_id                = aws_apigatewayv2_api.this[0].id
  name                  = var.stage_name
  description           = var.stage_description
  auto_deploy           = local.http ? true : null
  client_certificate_id = local.websocket ? var.stage_client_certificate_id : null
  stage_variables       = var.stage_variables
  tags                  = merge(var.tags, var.stage_tags)

  dynamic "access_log_settings" {
    for_each = local.access_log != null ? [local.access_log] : []
    content {
      destination_arn = local.group ? aws_cloudwatch_log_group.this["this"].arn : access_log_settings.value.destination_arn
      format          = try(coalesce(access_log_settings.value.format), local.log_format)
    }
  }

  dynamic "default_route_settings" {
    for_each = var.stage_default_route_settings != null ? [local.settings] : []
    content {
      data_trace_enabled       = local.websocket ? try(default_route_settings.value.data_trace_enabled, true) : null
      detailed_metrics_enabled = try(default_route_settings.value.detailed_metrics_enabled, true)
      logging_level            = local.websocket ? try(default_route_settings.value.logging_level, null) : null
      throttling_burst_limit   = try(default_route_settings.value.throttling_burst_limit, 500)
      throttling_rate_limit    = try(default_route_settings.value.throttling_rate_limit, 1000)
    }
  }

  dynamic "route_settings" {
    for_each = local.routes
    content {
      route_key                = route_settings.key
      data_trace_enabled       = local.websocket ? try(coalesce(route_settings.value.data_trace_enabled), local.settings.data_trace_enabled, true) : null
      detailed_metrics_enabled = try(coalesce(route_settings.value.detailed_metrics_enabled), local.settings.detailed_metrics_enabled, true)
      logging_level            = local.websocket ? try(coalesce(route_settings.value.logging_level), local.settings.logging_level, null) : null
      throttling_burst_limit   = try(coalesce(route_settings.value.throttling_burst_limit), local.settings.throttling_burst_limit, 500)
      throttling_rate_limit    = try(coalesce(route_settings.value.throttling_rate_limit), local.settings.throttling_rate_limit, 1000)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = local.group ? { this = local.access_log } : {}
  name              = try(coalesce(each.value.log_group_name), "/aws/apigateway/${var.name}/${replace(var.stage_name, "$", "")}")
  retention_in_days = try(coalesce(each.value.log_group_retention_in_days), 30)
  kms_key_id        = try(each.value.log_group_kms_key_id, null)
  tags              = merge(var.tags, try(each.value.log_group_tags, {}))
}

resource "aws_apigatewayv2_vpc_link" "this" {
  for_each           = var.create ? var.vpc_links : {}
  name               = try(coalesce(each.value.name), each.key)
  security_group_ids = each.value.security_group_ids
  subnet_ids         = each.value.subnet_ids
  tags               = merge(var.tags, var.vpc_link_tags)
}

output "api_id" { value = try(aws_apigatewayv2_api.this[0].id, null) }
output "api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, null) }
output "api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, null) }
output "api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, null) }
output "authorizers" { value = aws_apigatewayv2_authorizer.this }
output "domain_name_id" { value = try(aws_apigatewayv2_domain_name.this[0].id, null) }
output "domain_name_arn" { value = try(aws_apigatewayv2_domain_name.this[0].arn, null) }
output "domain_name_target_domain_name" {
  value = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name, null)
}
output "domain_name_hosted_zone_id" {
  value = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id, null)
}
output "integrations" { value = aws_apigatewayv2_integration.this }
output "routes" { value = aws_apigatewayv2_route.this }
output "stage_id" { value = try(aws_apigatewayv2_stage.this[0].id, null) }
output "stage_arn" { value = try(aws_apigatewayv2_stage.this[0].arn, null) }
output "stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, null) }
output "stage_invoke_url" { value = try(aws_apigatewayv2_stage.this[0].invoke_url, null) }
output "stage_domain_name" { value = try(replace(aws_apigatewayv2_stage.this[0].invoke_url, "/^https?://([^/]*).*/", "$1"), null) }
output "stage_access_logs_cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.this["this"].name, null) }
output "stage_access_logs_cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.this["this"].arn, null) }
output "vpc_links" { value = aws_apigatewayv2_vpc_link.this }
