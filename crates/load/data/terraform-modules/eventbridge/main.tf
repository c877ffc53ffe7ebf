data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  bus      = var.create && var.create_bus
  bus_name = local.bus ? aws_cloudwatch_event_bus.this[0].name : var.bus_name
  bus_arn  = local.bus ? aws_cloudwatch_event_bus.this[0].arn : data.aws_cloudwatch_event_bus.this[0].arn
  rules    = var.create && var.create_rules ? var.rules : {}
  names    = { for k in keys(var.rules) : k => var.append_rule_postfix ? "${replace(k, "_", "-")}-rule" : k }

  # Targets are told apart by their own names.
  targets = var.create && var.create_targets && length(var.targets) > 0 ? merge([
    for rule in keys(var.rules) : { for target in var.targets[rule] : target.name => merge(target, { rule = rule }) }
  ]...) : {}

  schedules    = var.create && var.create_schedules ? var.schedules : {}
  groups       = var.create && var.create_schedule_groups ? var.schedule_groups : {}
  pipes        = var.create && var.create_pipes ? var.pipes : {}
  connections  = var.create && var.create_connections ? var.connections : {}
  destinations = var.create && var.create_api_destinations ? var.api_destinations : {}
}

data "aws_cloudwatch_event_bus" "this" {
  count = local.bus ? 0 : 1
  name  = var.bus_name
}

resource "aws_cloudwatch_event_bus" "this" {
  count              = local.bus ? 1 : 0
  name               = var.bus_name
  description        = var.bus_description
  event_source_name  = var.event_source_name
  kms_key_identifier = var.kms_key_identifier
  tags               = var.tags

  dynamic "dead_letter_config" {
    for_each = length(var.dead_letter_config) > 0 ? [var.dead_letter_config] : []
    content {
      arn = try(dead_letter_config.value.arn, null)
    }
  }
  dynamic "log_config" {
    for_each = var.log_config != null ? [var.log_config] : []
    content {
      include_detail = try(log_config.value.include_detail, null)
      level          = try(upper(log_config.value.level), null)
    }
  }
}

resource "aws_schemas_discoverer" "this" {
  count       = var.create && var.create_schemas_discoverer ? 1 : 0
  source_arn  = local.bus_arn
  description = var.schemas_discoverer_description
  tags        = var.tags
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each            = local.rules
  name                = local.names[each.key]
  event_bus_name      = local.bus_name
  description         = try(each.value.description, null)
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  role_arn            = try(tobool(each.value.role_arn), false) ? aws_iam_role.eventbridge[0].arn : null
  state = try(
    tobool(each.value.enabled) ? "ENABLED" : "DISABLED", tobool(each.value.state) ? "ENABLED" : "DISABLED",
    upper(each.value.state), null,
  )
  tags = merge(var.tags, { Name = local.names[each.key] })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each       = local.targets
  rule           = local.names[each.value.rule]
  event_bus_name = local.bus_name
  target_id      = try(each.value.target_id, null)
  arn            = try(aws_cloudwatch_event_api_destination.this[each.value.destination].arn, each.value.arn)
  role_arn = try(tobool(each.value.attach_role_arn), null) == true ? aws_iam_role.eventbridge[0].arn : (
    can(tobool(each.value.attach_role_arn)) ? null : try(each.value.attach_role_arn, null)
  )
  input      = try(each.value.input, null)
  input_path = try(each.value.input_path, null)

  dynamic "dead_letter_config" {
    for_each = try([coalesce(each.value.dead_letter_arn)], [])
    content {
      arn = dead_letter_config.value
    }
  }
  dynamic "sqs_target" {
    for_each = try([coalesce(each.value.message_group_id)], [])
    content {
      message_group_id = sqs_target.value
    }
  }
  dynamic "kinesis_target" {
    for_each = try([coalesce(each.value.partition_key_path)], [])
    content {
      partition_key_path = kinesis_target.value
    }
  }
  dynamic "ecs_target" {
    for_each = try([each.value.ecs_target], [])
    content {
      task_definition_arn = ecs_target.value.task_definition_arn
      launch_type         = try(ecs_target.value.launch_type, null)
      task_count          = try(ecs_target.value.task_count, null)

      dynamic "network_configuration" {
        for_each = try([ecs_target.value.network_configuration], [])
        content {
          subnets          = try(network_configuration.value.subnets, null)
          security_groups  = try(network_configuration.value.security_groups, null)
          assign_public_ip = try(network_configuration.value.assign_public_ip, null)
        }
      }
    }
  }
  dynamic "http_target" {
    for_each = try([each.value.http_target], [])
    content {
      path_parameter_values   = try(http_target.value.path_parameter_values, null)
      query_string_parameters = try(http_target.value.query_string_parameters, null)
      header_parameters       = try(http_target.value.header_parameters, null)
    }
  }
  dynamic "input_transformer" {
    for_each = try([each.value.input_transformer], [])
    content {
      input_paths    = try(input_transformer.value.input_paths, null)
      input_template = chomp(input_transformer.value.input_template)
    }
  }
  dynamic "retry_policy" {
    for_each = try([each.value.retry_policy], [])
    content {
      maximum_event_age_in_seconds = retry_policy.value.maximum_event_age_in_seconds
      maximum_retry_attempts       = retry_policy.value.maximum_retry_attempts
    }
  }
}

resource "aws_cloudwatch_event_archive" "this" {
  for_each         = var.create && var.create_archives ? var.archives : {}
  name             = try(each.value.name, each.key)
  event_source_arn = try(each.value.event_source_arn, local.bus_arn)
  description      = try(each.value.description, null)
  event_pattern    = try(each.value.event_pattern, null)
  retention_days   = try(each.value.retention_days, null)

  kms_key_identifier = try(each.value.kms_key_identifier, null)
}

# A permission's key is the account and the id of the statement.
resource "aws_cloudwatch_event_permission" "this" {
  for_each       = var.create && var.create_permissions ? var.permissions : {}
  principal      = compact(split(" ", each.key))[0]
  statement_id   = compact(split(" ", each.key))[1]
  action         = try(each.value.action, null)
  event_bus_name = try(each.value.event_bus_name, local.bus_name)

  dynamic "condition" {
    for_each = try([each.value.condition_org], [])
    content {
      key   = "aws:PrincipalOrgID"
      type  = "StringEquals"
      value = condition.value
    }
  }
}

resource "aws_cloudwatch_event_connection" "this" {
  for_each           = local.connections
  name               = var.append_connection_postfix ? "${replace(each.key, "_", "-")}-connection" : each.key
  description        = try(each.value.description, null)
  authorization_type = each.value.authorization_type
  kms_key_identifier = try(each.value.kms_key_identifier, null)

  auth_parameters {
    dynamic "api_key" {
      for_each = try([each.value.auth_parameters.api_key], [])
      content {
        key   = api_key.value.key
        value = api_key.value.value
      }
    }
    dynamic "basic" {
      for_each = try([each.value.auth_parameters.basic], [])
      content {
        username = basic.value.username
        password = basic.value.password
      }
    }
    dynamic "oauth" {
      for_each = try([each.value.auth_parameters.oauth], [])
      content {
        authorization_endpoint = oauth.value.authorization_endpoint
        http_method            = oauth.value.http_method
        client_parameters {
          client_id     = oauth.value.client_parameters.client_id
          client_secret = oauth.value.client_parameters.client_secret
        }
      }
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "this" {
  for_each                         = local.destinations
  name                             = var.append_destination_postfix ? "${replace(each.key, "_", "-")}-destination" : each.key
  description                      = try(each.value.description, null)
  invocation_endpoint              = each.value.invocation_endpoint
  http_method                      = each.value.http_method
  invocation_rate_limit_per_second = try(each.value.invocation_rate_limit_per_second, null)
  connection_arn = try(
    aws_cloudwatch_event_connection.this[each.value.connection_name].arn, aws_cloudwatch_event_connection.this[each.key].arn,
  )
}

resource "aws_scheduler_schedule_group" "this" {
  for_each    = local.groups
  name        = can(each.value.name_prefix) ? null : try(each.value.name, each.key)
  name_prefix = try(each.value.name_prefix, null)
  tags        = try(each.value.tags, {})
}

resource "aws_scheduler_schedule" "this" {
  for_each                     = local.schedules
  name                         = var.append_schedule_postfix ? "${replace(each.key, "_", "-")}-schedule" : each.key
  description                  = try(each.value.description, null)
  group_name                   = try(aws_scheduler_schedule_group.this[each.value.group_name].id, each.value.group_name, null)
  kms_key_arn                  = try(each.value.kms_key_arn, null)
  schedule_expression          = each.value.schedule_expression
  schedule_expression_timezone = try(each.value.timezone, null)
  state                        = try(each.value.state, true) ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode                      = try(each.value.use_flexible_time_window, false) ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = try(each.value.maximum_window_in_minutes, null)
  }

  target {
    arn      = each.value.arn
    role_arn = try(coalesce(each.value.role_arn), aws_iam_role.eventbridge[0].arn)
    input    = try(each.value.input, null)

    dynamic "dead_letter_config" {
      for_each = try([coalesce(each.value.dead_letter_arn)], [])
      content {
        arn = dead_letter_config.value
      }
    }
    dynamic "retry_policy" {
      for_each = try([each.value.retry_policy], [])
      content {
        maximum_event_age_in_seconds = try(retry_policy.value.maximum_event_age_in_seconds, null)
        maximum_retry_attempts       = try(retry_policy.value.maximum_retry_attempts, null)
      }
    }
    dynamic "sqs_parameters" {
      for_each = try([coalesce(each.value.message_group_id)], [])
      content {
        message_group_id = sqs_parameters.value
      }
    }
  }
}
