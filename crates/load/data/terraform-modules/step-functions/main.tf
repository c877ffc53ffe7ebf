data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  role      = var.create && var.create_role && !var.use_existing_role
  role_name = local.role ? coalesce(var.role_name, var.name) : null
  region    = var.aws_region_assume_role == "" ? data.aws_region.current.region : var.aws_region_assume_role
  account   = data.aws_caller_identity.current.account_id
  logging   = try(var.logging_configuration.level, "OFF") != "OFF"
  log_group = try(data.aws_cloudwatch_log_group.sfn[0].arn, aws_cloudwatch_log_group.sfn[0].arn, "")
  services  = local.role && var.attach_policies_for_integrations ? var.service_integrations : {}
}

resource "aws_sfn_state_machine" "this" {
  count      = var.create ? 1 : 0
  name       = var.name
  role_arn   = var.use_existing_role ? var.role_arn : aws_iam_role.this[0].arn
  definition = var.definition
  type       = upper(var.type)
  publish    = var.publish
  tags       = merge({ Name = var.name }, var.tags)

  dynamic "logging_configuration" {
    for_each = local.logging ? [var.logging_configuration] : []
    content {
      log_destination        = try(logging_configuration.value.log_destination, "${local.log_group}:*")
      include_execution_data = try(logging_configuration.value.include_execution_data, null)
      level                  = try(logging_configuration.value.level, null)
    }
  }
  dynamic "tracing_configuration" {
    for_each = try(tobool(var.service_integrations.xray.xray), false) ? [true] : []
    content {
      enabled = tracing_configuration.value
    }
  }
  dynamic "encryption_configuration" {
    for_each = length(var.encryption_configuration) > 0 ? [var.encryption_configuration] : []
    content {
      type       = encryption_configuration.value.type
      kms_key_id = try(encryption_configuration.value.kms_key_id, null)
    }
  }
}

data "aws_cloudwatch_log_group" "sfn" {
  count = var.create && local.logging && var.use_existing_cloudwatch_log_group ? 1 : 0
  name  = var.cloudwatch_log_group_name
}

resource "aws_cloudwatch_log_group" "sfn" {
  count             = var.create && local.logging && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name              = coalesce(var.cloudwatch_log_group_name, "/aws/vendedlogs/states/${var.name}")
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
  tags              = merge(var.tags, var.cloudwatch_log_group_tags)
}

data "aws_iam_policy_document" "assume_role" {
  count = local.role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = distinct(concat(["states.${local.region}.amazonaws.com"], var.trusted_entities))
    }
  }
}

resource "aws_iam_role" "this" {
  count                 = local.role ? 1 : 0
  name                  = local.role_name
  description           = var.role_description
  path                  = var.role_path
  force_detach_policies = var.role_force_detach_policies
  permissions_boundary  = var.role_permissions_boundary
  assume_role_policy    = data.aws_iam_policy_document.assume_role[0].json
  tags                  = merge(var.tags, var.role_tags)
}

data "aws_iam_policy_document" "service" {
  for_each = local.services

  dynamic "statement" {
    for_each = each.value
    content {
      sid       = replace("${each.key}${title(statement.key)}", "/[^0-9A-Za-z]*/", "")
      effect    = try(local.integrations[each.key][statement.key].effect, "Allow")
      actions   = local.integrations[each.key][statement.key].actions
      resources = try(tobool(statement.value), false) ? local.integrations[each.key][statement.key].resources : statement.value

      dynamic "condition" {
        for_each = try(local.integrations[each.key][statement.key].condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_policy" "service" {
  for_each = local.services
  name     = "${local.role_name}-${each.key}"
  path     = var.policy_path
  policy   = data.aws_iam_policy_document.service[each.key].json
  tags     = var.tags
}

resource "aws_iam_policy_attachment" "service" {
  for_each   = local.services
  name       = "${local.role_name}-${each.key}"
  roles      = [aws_iam_role.this[0].name]
  policy_arn = aws_iam_policy.service[each.key].arn
}

resource "aws_iam_policy" "additional_json" {
  count  = local.role && var.attach_policy_json ? 1 : 0
  name   = local.role_name
  path   = var.policy_path
  policy = var.policy_json
  tags   = var.tags
}

resource "aws_iam_policy_attachment" "additional_json" {
  count      = local.role && var.attach_policy_json ? 1 : 0
  name       = local.role_name
  roles      = [aws_iam_role.this[0].name]
  policy_arn = aws_iam_policy.additional_json[0].arn
}

resource "aws_iam_policy" "additional_jsons" {
  count  = local.role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name   = "${local.role_name}-${count.index}"
  path   = var.policy_path
  policy = var.policy_jsons[count.index]
  tags   = var.tags
}

resource "aws_iam_policy_attachment" "additional_jsons" {
  count      = local.role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name       = "${local.role_name}-${count.index}"
  roles      = [aws_iam_role.this[0].name]
  policy_arn = aws_iam_policy.additional_jsons[count.index].arn
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "additional_inline" {
  count = local.role && var.attach_policy_statements ? 1 : 0

  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid           = try(statement.value.sid, replace(statement.key, "/[^0-9A-Za-z]*/", ""))
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_policy" "additional_inline" {
  count  = local.role && var.attach_policy_statements ? 1 : 0
  name   = "${local.role_name}-inline"
  path   = var.policy_path
  policy = data.aws_iam_policy_document.additional_inline[0].json
  tags   = var.tags
}

resource "aws_iam_policy_attachment" "additional_inline" {
  count      = local.role && var.attach_policy_statements ? 1 : 0
  name       = local.role_name
  roles      = [aws_iam_role.this[0].name]
  policy_arn = aws_iam_policy.additional_inline[0].arn
}

# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
data "aws_iam_policy_document" "logs" {
  count = local.role && local.logging && var.attach_cloudwatch_logs_policy ? 1 : 0

  statement {
    actions = [
      "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "logs" {
  count  = local.role && local.logging && var.attach_cloudwatch_logs_policy ? 1 : 0
  name   = "${local.role_name}-logs"
  path   = var.policy_path
  policy = data.aws_iam_policy_document.logs[0].json
  tags   = var.tags
}

resource "aws_iam_policy_attachment" "logs" {
  count      = local.role && local.logging && var.attach_cloudwatch_logs_policy ? 1 : 0
  name       = "${local.role_name}-logs"
  roles      = [aws_iam_role.this[0].name]
  policy_arn = aws_iam_policy.logs[0].arn
}

output "state_machine_id" { value = try(aws_sfn_state_machine.this[0].id, "") }
output "state_machine_arn" { value = try(aws_sfn_state_machine.this[0].arn, "") }
output "state_machine_name" { value = try(aws_sfn_state_machine.this[0].name, "") }
output "state_machine_version_arn" { value = try(aws_sfn_state_machine.this[0].state_machine_version_arn, "") }
output "role_arn" { value = var.use_existing_role ? var.role_arn : try(aws_iam_role.this[0].arn, "") }
output "role_name" { value = try(aws_iam_role.this[0].name, "") }
output "cloudwatch_log_group_arn" { value = local.log_group }
output "cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.sfn[0].name, data.aws_cloudwatch_log_group.sfn[0].name, "") }

# Names of versions before 3.
output "this_state_machine_arn" { value = try(aws_sfn_state_machine.this[0].arn, "") }
output "step_function_role_arn" { value = try(aws_iam_role.this[0].arn, "") }
