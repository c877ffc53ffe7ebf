locals {
  pipe_roles = { for k, p in local.pipes : k => p if (var.create_role || var.create_pipe_role_only) && try(p.create_role, true) }

  # What a pipe may do at its source, and at its enrichment and target, by the service of the ARN.
  pipe_source_actions = {
    sqs      = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    dynamodb = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
    kinesis = [
      "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
      "kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard",
    ]
  }
  pipe_target_actions = {
    lambda   = ["lambda:InvokeFunction"]
    sqs      = ["sqs:SendMessage"]
    sns      = ["sns:Publish"]
    states   = ["states:StartExecution", "states:StartSyncExecution"]
    kinesis  = ["kinesis:PutRecord", "kinesis:PutRecords"]
    firehose = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    events   = ["events:PutEvents", "events:InvokeApiDestination"]
    logs     = ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:CreateLogStream", "logs:PutLogEvents"]
    batch    = ["batch:SubmitJob"]
    ecs      = ["ecs:RunTask", "ecs:TagResource"]
  }
}

resource "aws_pipes_pipe" "this" {
  for_each      = local.pipes
  name          = var.append_pipe_postfix ? "${replace(each.key, "_", "-")}-pipe" : each.key
  role_arn      = try(each.value.role_arn, aws_iam_role.eventbridge_pipe[each.key].arn)
  source        = each.value.source
  target        = each.value.target
  enrichment    = try(aws_cloudwatch_event_api_destination.this[each.value.enrichment].arn, each.value.enrichment, null)
  description   = try(each.value.description, null)
  desired_state = try(each.value.desired_state, null)

  kms_key_identifier = try(each.value.kms_key_identifier, null)

  dynamic "log_configuration" {
    for_each = try([each.value.log_configuration], [])
    content {
      level                  = log_configuration.value.level
      include_execution_data = try(log_configuration.value.include_execution_data, null)
      dynamic "cloudwatch_logs_log_destination" {
        for_each = try([log_configuration.value.cloudwatch_logs_log_destination], [])
        content {
          log_group_arn = cloudwatch_logs_log_destination.value.log_group_arn
        }
      }
    }
  }

  dynamic "source_parameters" {
    for_each = try([each.value.source_parameters], [])
    content {
      dynamic "filter_criteria" {
        for_each = try([source_parameters.value.filter_criteria], [])
        content {
          dynamic "filter" {
            for_each = filter_criteria.value
            content {
              pattern = filter.value.pattern
            }
          }
        }
      }
      dynamic "dynamodb_stream_parameters" {
        for_each = try([source_parameters.value.dynamodb_stream_parameters], [])
        content {
          starting_position = try(dynamodb_stream_parameters.value.starting_position, null)
          dynamic "dead_letter_config" {
            for_each = try([dynamodb_stream_parameters.value.dead_letter_config.arn], [])
            content {
              arn = dead_letter_config.value
            }
          }
        }
      }
      dynamic "kinesis_stream_parameters" {
        for_each = try([source_parameters.value.kinesis_stream_parameters], [])
        content {
          starting_position = try(kinesis_stream_parameters.value.starting_position, null)
          dynamic "dead_letter_config" {
            for_each = try([kinesis_stream_parameters.value.dead_letter_config.arn], [])
            content {
              arn = dead_letter_config.value
            }
          }
        }
      }
    }
  }
}

data "aws_iam_policy_document" "assume_role_pipe" {
  for_each = local.pipe_roles

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["pipes.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values = [join(":", [
        "arn:aws:pipes", data.aws_region.current.region, data.aws_caller_identity.current.account_id,
        "pipe/${var.append_pipe_postfix ? "${replace(each.key, "_", "-")}-pipe" : each.key}",
      ])]
    }
  }
}

resource "aws_iam_role" "eventbridge_pipe" {
  for_each             = local.pipe_roles
  name_prefix          = try(each.value.role_name_prefix, each.key)
  description          = try(each.value.role_description, null)
  path                 = try(each.value.role_path, null)
  permissions_boundary = try(each.value.role_permissions_boundary, null)
  assume_role_policy   = data.aws_iam_policy_document.assume_role_pipe[each.key].json
  tags                 = var.tags
}

data "aws_iam_policy_document" "service" {
  for_each = { for k, p in local.pipe_roles : k => p if try(p.attach_policies_for_integrations, true) }

  statement {
    actions   = local.pipe_source_actions[split(":", each.value.source)[2]]
    resources = [each.value.source]
  }
  statement {
    actions   = local.pipe_target_actions[split(":", each.value.target)[2]]
    resources = [each.value.target]
  }
}

resource "aws_iam_policy" "service" {
  for_each = { for k, p in local.pipe_roles : k => p if try(p.attach_policies_for_integrations, true) }
  name     = "${try(each.value.role_name_prefix, each.key)}-${each.key}"
  path     = var.policy_path
  policy   = data.aws_iam_policy_document.service[each.key].json
  tags     = var.tags
}

resource "aws_iam_policy_attachment" "service" {
  for_each   = { for k, p in local.pipe_roles : k => p if try(p.attach_policies_for_integrations, true) }
  name       = "${try(each.value.role_name_prefix, each.key)}-${each.key}"
  roles      = [aws_iam_role.eventbridge_pipe[each.key].name]
  policy_arn = aws_iam_policy.service[each.key].arn
}
