locals {
  alias_arn = try(
    data.aws_lambda_alias.existing[0].arn, aws_lambda_alias.with_refresh[0].arn, aws_lambda_alias.no_refresh[0].arn, "",
  )
  version = try(
    data.aws_lambda_alias.existing[0].function_version, aws_lambda_alias.with_refresh[0].function_version,
    aws_lambda_alias.no_refresh[0].function_version, "",
  )
  function_version = var.function_version == "" ? "$LATEST" : var.function_version
  qualifiers = toset(concat(
    var.create && var.create_async_event_config && var.create_version_async_event_config ? ["version"] : [],
    var.create && var.create_async_event_config && var.create_qualified_alias_async_event_config ? ["qualified_alias"] : [],
  ))
}

data "aws_lambda_alias" "existing" {
  count         = var.create && var.use_existing_alias ? 1 : 0
  function_name = var.function_name
  name          = var.name
}

resource "aws_lambda_alias" "no_refresh" {
  count            = var.create && !var.use_existing_alias && !var.refresh_alias ? 1 : 0
  name             = var.name
  description      = var.description
  function_name    = var.function_name
  function_version = local.function_version

  dynamic "routing_config" {
    for_each = length(var.routing_additional_version_weights) > 0 ? [var.routing_additional_version_weights] : []
    content {
      additional_version_weights = routing_config.value
    }
  }
}

resource "aws_lambda_alias" "with_refresh" {
  count            = var.create && !var.use_existing_alias && var.refresh_alias ? 1 : 0
  name             = var.name
  description      = var.description
  function_name    = var.function_name
  function_version = local.function_version

  dynamic "routing_config" {
    for_each = length(var.routing_additional_version_weights) > 0 ? [var.routing_additional_version_weights] : []
    content {
      additional_version_weights = routing_config.value
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each                     = local.qualifiers
  function_name                = var.function_name
  qualifier                    = each.key == "version" ? local.version : var.name
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [1] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure != null ? [var.destination_on_failure] : []
        content {
          destination = on_failure.value
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success != null ? [var.destination_on_success] : []
        content {
          destination = on_success.value
        }
      }
    }
  }
}

resource "aws_lambda_permission" "version_triggers" {
  for_each           = var.create && var.create_version_allowed_triggers ? var.allowed_triggers : {}
  function_name      = var.function_name
  qualifier          = local.version == "$LATEST" ? null : local.version
  statement_id       = try(each.value.statement_id, each.key)
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id   = try(each.value.principal_org_id, null)
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_permission" "qualified_alias_triggers" {
  for_each           = var.create && var.create_qualified_alias_allowed_triggers ? var.allowed_triggers : {}
  function_name      = var.function_name
  qualifier          = var.name
  statement_id       = try(each.value.statement_id, each.key)
  action             = try(each.value.action, "lambda:InvokeFunction")
  principal          = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id   = try(each.value.principal_org_id, null)
  source_arn         = try(each.value.source_arn, null)
  source_account     = try(each.value.source_account, null)
  event_source_token = try(each.value.event_source_token, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                           = var.create ? var.event_source_mapping : {}
  function_name                      = local.alias_arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  enabled                            = try(each.value.enabled, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  starting_position                  = try(each.value.starting_position, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)
  function_response_types            = try(each.value.function_response_types, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [each.value.destination_arn_on_failure] : []
    content {
      on_failure {
        destination_arn = destination_config.value
      }
    }
  }
  dynamic "filter_criteria" {
    for_each = try([each.value.filter_criteria], [])
    content {
      dynamic "filter" {
        for_each = flatten([filter_criteria.value])
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }
  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }
  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }
}

output "lambda_alias_name" {
  value = try(
    data.aws_lambda_alias.existing[0].name, aws_lambda_alias.with_refresh[0].name, aws_lambda_alias.no_refresh[0].name, "",
  )
}
output "lambda_alias_arn" { value = local.alias_arn }
output "lambda_alias_invoke_arn" {
  value = try(
    data.aws_lambda_alias.existing[0].invoke_arn, aws_lambda_alias.with_refresh[0].invoke_arn,
    aws_lambda_alias.no_refresh[0].invoke_arn, "",
  )
}
output "lambda_alias_function_version" { value = local.version }
