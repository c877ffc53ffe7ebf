data "aws_caller_identity" "current" {}

locals {
  create = var.create && var.create_sns_topic
  name   = try(trimsuffix(var.name, ".fifo"), "")
}

resource "aws_sns_topic" "this" {
  count = local.create ? 1 : 0

  name                        = var.use_name_prefix ? null : (var.fifo_topic ? "${local.name}.fifo" : local.name)
  name_prefix                 = var.use_name_prefix ? "${local.name}-" : null
  display_name                = var.display_name
  fifo_topic                  = var.fifo_topic
  content_based_deduplication = var.content_based_deduplication
  signature_version           = var.fifo_topic ? null : var.signature_version
  tracing_config              = var.tracing_config
  delivery_policy             = var.delivery_policy
  kms_master_key_id           = var.kms_master_key_id
  archive_policy              = var.archive_policy
  policy                      = var.policy != null ? var.policy : (var.create_topic_policy ? null : var.topic_policy)
  tags                        = var.tags

  lambda_failure_feedback_role_arn    = try(var.lambda_feedback.failure_role_arn, null)
  lambda_success_feedback_role_arn    = try(var.lambda_feedback.success_role_arn, null)
  lambda_success_feedback_sample_rate = try(var.lambda_feedback.success_sample_rate, null)
  sqs_failure_feedback_role_arn       = try(var.sqs_feedback.failure_role_arn, null)
  sqs_success_feedback_role_arn       = try(var.sqs_feedback.success_role_arn, null)
  sqs_success_feedback_sample_rate    = try(var.sqs_feedback.success_sample_rate, null)
  http_failure_feedback_role_arn      = try(var.http_feedback.failure_role_arn, null)
  http_success_feedback_role_arn      = try(var.http_feedback.success_role_arn, null)
  http_success_feedback_sample_rate   = try(var.http_feedback.success_sample_rate, null)
}

data "aws_iam_policy_document" "this" {
  count                     = local.create && var.create_topic_policy ? 1 : 0
  source_policy_documents   = var.source_topic_policy_documents
  override_policy_documents = var.override_topic_policy_documents

  # What AWS itself puts on a new topic.
  dynamic "statement" {
    for_each = var.enable_default_topic_policy ? [1] : []
    content {
      sid = "DefaultStatementID"
      actions = [
        "sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic",
        "sns:ListSubscriptionsByTopic", "sns:AddPermission", "sns:RemovePermission",
      ]
      resources = [aws_sns_topic.this[0].arn]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "AWS:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = var.topic_policy_statements == null ? {} : var.topic_policy_statements
    content {
      sid           = try(coalesce(statement.value.sid), statement.key)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(tolist(coalesce(statement.value.resources)), [aws_sns_topic.this[0].arn])
      not_resources = try(statement.value.not_resources, null)

      dynamic "principals" {
        for_each = try(coalesce(statement.value.principals), [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(coalesce(statement.value.not_principals), [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = concat(try(coalesce(statement.value.condition), []), try(coalesce(statement.value.conditions), []))
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  count  = local.create && var.create_topic_policy ? 1 : 0
  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.this[0].json
}

resource "aws_sns_topic_subscription" "this" {
  for_each                        = local.create && var.create_subscription ? var.subscriptions : {}
  topic_arn                       = aws_sns_topic.this[0].arn
  protocol                        = each.value.protocol
  endpoint                        = each.value.endpoint
  endpoint_auto_confirms          = try(each.value.endpoint_auto_confirms, null)
  confirmation_timeout_in_minutes = try(each.value.confirmation_timeout_in_minutes, null)
  delivery_policy                 = try(each.value.delivery_policy, null)
  filter_policy                   = try(each.value.filter_policy, null)
  filter_policy_scope             = try(each.value.filter_policy_scope, null)
  raw_message_delivery            = try(each.value.raw_message_delivery, null)
  redrive_policy                  = try(each.value.redrive_policy, null)
  subscription_role_arn           = try(each.value.subscription_role_arn, null)
}

resource "aws_sns_topic_data_protection_policy" "this" {
  count  = local.create && var.data_protection_policy != null && !var.fifo_topic ? 1 : 0
  arn    = aws_sns_topic.this[0].arn
  policy = var.data_protection_policy
}

output "topic_arn" { value = try(aws_sns_topic.this[0].arn, null) }
output "topic_id" { value = try(aws_sns_topic.this[0].id, null) }
output "topic_name" { value = try(aws_sns_topic.this[0].name, null) }
output "topic_owner" { value = try(aws_sns_topic.this[0].owner, null) }
output "topic_beginning_archive_time" { value = try(aws_sns_topic.this[0].beginning_archive_time, null) }
output "subscriptions" { value = aws_sns_topic_subscription.this }
