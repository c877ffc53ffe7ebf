locals {
  role      = var.create && var.create_role
  role_name = coalesce(var.role_name, var.bus_name, "*")
}

data "aws_iam_policy_document" "assume_role" {
  count = local.role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "Service"
      identifiers = distinct(concat(
        ["events.amazonaws.com"], var.trusted_entities,
        length(var.schedules) > 0 && var.create_schedules ? ["scheduler.amazonaws.com"] : [],
      ))
    }
  }
}

resource "aws_iam_role" "eventbridge" {
  count                 = local.role ? 1 : 0
  name                  = local.role_name
  description           = var.role_description
  path                  = var.role_path
  force_detach_policies = var.role_force_detach_policies
  permissions_boundary  = var.role_permissions_boundary
  assume_role_policy    = data.aws_iam_policy_document.assume_role[0].json
  tags                  = merge({ Name = local.role_name }, var.tags, var.role_tags)
}

# What the managed policy AWSXrayWriteOnlyAccess allows.
data "aws_iam_policy_document" "tracing" {
  count = local.role && var.attach_tracing_policy ? 1 : 0

  statement {
    sid       = ""
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "tracing" {
  count  = local.role && var.attach_tracing_policy ? 1 : 0
  name   = "${local.role_name}-tracing"
  policy = data.aws_iam_policy_document.tracing[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-tracing" }, var.tags)
}

resource "aws_iam_policy_attachment" "tracing" {
  count      = local.role && var.attach_tracing_policy ? 1 : 0
  name       = "${local.role_name}-tracing"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.tracing[0].arn
}

data "aws_iam_policy_document" "kinesis" {
  count = local.role && var.attach_kinesis_policy ? 1 : 0

  statement {
    sid       = "KinesisAccess"
    actions   = ["kinesis:PutRecord"]
    resources = var.kinesis_target_arns
  }
}

resource "aws_iam_policy" "kinesis" {
  count  = local.role && var.attach_kinesis_policy ? 1 : 0
  name   = "${local.role_name}-kinesis"
  policy = data.aws_iam_policy_document.kinesis[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-kinesis" }, var.tags)
}

resource "aws_iam_policy_attachment" "kinesis" {
  count      = local.role && var.attach_kinesis_policy ? 1 : 0
  name       = "${local.role_name}-kinesis"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.kinesis[0].arn
}

data "aws_iam_policy_document" "kinesis_firehose" {
  count = local.role && var.attach_kinesis_firehose_policy ? 1 : 0

  statement {
    sid       = "KinesisFirehoseAccess"
    actions   = ["firehose:PutRecord"]
    resources = var.kinesis_firehose_target_arns
  }
}

resource "aws_iam_policy" "kinesis_firehose" {
  count  = local.role && var.attach_kinesis_firehose_policy ? 1 : 0
  name   = "${local.role_name}-kinesis-firehose"
  policy = data.aws_iam_policy_document.kinesis_firehose[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-kinesis-firehose" }, var.tags)
}

resource "aws_iam_policy_attachment" "kinesis_firehose" {
  count      = local.role && var.attach_kinesis_firehose_policy ? 1 : 0
  name       = "${local.role_name}-kinesis-firehose"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.kinesis_firehose[0].arn
}

data "aws_iam_policy_document" "sqs" {
  count = local.role && var.attach_sqs_policy ? 1 : 0

  statement {
    sid       = "SQSAccess"
    actions   = ["sqs:SendMessage*", "kms:Decrypt", "kms:GenerateDataKey"]
    resources = var.sqs_target_arns
  }
}

resource "aws_iam_policy" "sqs" {
  count  = local.role && var.attach_sqs_policy ? 1 : 0
  name   = "${local.role_name}-sqs"
  policy = data.aws_iam_policy_document.sqs[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-sqs" }, var.tags)
}

resource "aws_iam_policy_attachment" "sqs" {
  count      = local.role && var.attach_sqs_policy ? 1 : 0
  name       = "${local.role_name}-sqs"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.sqs[0].arn
}

data "aws_iam_policy_document" "sns" {
  count = local.role && var.attach_sns_policy ? 1 : 0

  statement {
    sid       = "SNSAccess"
    actions   = ["sns:Publish"]
    resources = var.sns_target_arns
  }

  dynamic "statement" {
    for_each = length(var.sns_kms_arns) > 0 ? [var.sns_kms_arns] : []
    content {
      sid       = "SNSKMSAccess"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = statement.value
    }
  }
}

resource "aws_iam_policy" "sns" {
  count  = local.role && var.attach_sns_policy ? 1 : 0
  name   = "${local.role_name}-sns"
  policy = data.aws_iam_policy_document.sns[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-sns" }, var.tags)
}

resource "aws_iam_policy_attachment" "sns" {
  count      = local.role && var.attach_sns_policy ? 1 : 0
  name       = "${local.role_name}-sns"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.sns[0].arn
}

data "aws_iam_policy_document" "ecs" {
  count = local.role && var.attach_ecs_policy ? 1 : 0

  statement {
    sid       = "ECSAccess"
    actions   = ["ecs:RunTask", "ecs:TagResource"]
    resources = [for arn in var.ecs_target_arns : try(replace(arn, "/:\\d+$/", ":*"), arn)]
  }

  statement {
    sid       = "PassRole"
    actions   = ["iam:PassRole"]
    resources = coalescelist(var.ecs_pass_role_resources, ["*"])
  }
}

resource "aws_iam_policy" "ecs" {
  count  = local.role && var.attach_ecs_policy ? 1 : 0
  name   = "${local.role_name}-ecs"
  policy = data.aws_iam_policy_document.ecs[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-ecs" }, var.tags)
}

resource "aws_iam_policy_attachment" "ecs" {
  count      = local.role && var.attach_ecs_policy ? 1 : 0
  name       = "${local.role_name}-ecs"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.ecs[0].arn
}

data "aws_iam_policy_document" "lambda" {
  count = local.role && var.attach_lambda_policy ? 1 : 0

  statement {
    sid       = "LambdaAccess"
    actions   = ["lambda:InvokeFunction"]
    resources = var.lambda_target_arns
  }
}

resource "aws_iam_policy" "lambda" {
  count  = local.role && var.attach_lambda_policy ? 1 : 0
  name   = "${local.role_name}-lambda"
  policy = data.aws_iam_policy_document.lambda[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-lambda" }, var.tags)
}

resource "aws_iam_policy_attachment" "lambda" {
  count      = local.role && var.attach_lambda_policy ? 1 : 0
  name       = "${local.role_name}-lambda"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.lambda[0].arn
}

data "aws_iam_policy_document" "sfn" {
  count = local.role && var.attach_sfn_policy ? 1 : 0

  statement {
    sid       = "StepFunctionAccess"
    actions   = ["states:StartExecution"]
    resources = var.sfn_target_arns
  }
}

resource "aws_iam_policy" "sfn" {
  count  = local.role && var.attach_sfn_policy ? 1 : 0
  name   = "${local.role_name}-sfn"
  policy = data.aws_iam_policy_document.sfn[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-sfn" }, var.tags)
}

resource "aws_iam_policy_attachment" "sfn" {
  count      = local.role && var.attach_sfn_policy ? 1 : 0
  name       = "${local.role_name}-sfn"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.sfn[0].arn
}

data "aws_iam_policy_document" "api_destination" {
  count = local.role && var.attach_api_destination_policy ? 1 : 0

  statement {
    sid       = "APIDestinationAccess"
    actions   = ["events:InvokeApiDestination"]
    resources = [for d in aws_cloudwatch_event_api_destination.this : d.arn]
  }
}

resource "aws_iam_policy" "api_destination" {
  count  = local.role && var.attach_api_destination_policy ? 1 : 0
  name   = "${local.role_name}-api-destination"
  policy = data.aws_iam_policy_document.api_destination[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-api-destination" }, var.tags)
}

resource "aws_iam_policy_attachment" "api_destination" {
  count      = local.role && var.attach_api_destination_policy ? 1 : 0
  name       = "${local.role_name}-api-destination"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.api_destination[0].arn
}

data "aws_iam_policy_document" "cloudwatch" {
  count = local.role && var.attach_cloudwatch_policy ? 1 : 0

  statement {
    sid       = "CloudwatchAccess"
    actions   = ["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = var.cloudwatch_target_arns
  }
}

resource "aws_iam_policy" "cloudwatch" {
  count  = local.role && var.attach_cloudwatch_policy ? 1 : 0
  name   = "${local.role_name}-cloudwatch"
  policy = data.aws_iam_policy_document.cloudwatch[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-cloudwatch" }, var.tags)
}

resource "aws_iam_policy_attachment" "cloudwatch" {
  count      = local.role && var.attach_cloudwatch_policy ? 1 : 0
  name       = "${local.role_name}-cloudwatch"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.cloudwatch[0].arn
}

resource "aws_iam_policy" "additional_json" {
  count  = local.role && var.attach_policy_json ? 1 : 0
  name   = local.role_name
  path   = var.role_path
  policy = var.policy_json
  tags   = merge({ Name = local.role_name }, var.tags)
}

resource "aws_iam_policy_attachment" "additional_json" {
  count      = local.role && var.attach_policy_json ? 1 : 0
  name       = local.role_name
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.additional_json[0].arn
}

resource "aws_iam_policy" "additional_jsons" {
  count  = local.role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name   = "${local.role_name}-${count.index}"
  policy = var.policy_jsons[count.index]
  tags   = merge({ Name = "${local.role_name}-${count.index}" }, var.tags)
}

resource "aws_iam_policy_attachment" "additional_jsons" {
  count      = local.role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0
  name       = "${local.role_name}-${count.index}"
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.additional_jsons[count.index].arn
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count      = local.role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.eventbridge[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count      = local.role && var.attach_policies ? var.number_of_policies : 0
  role       = aws_iam_role.eventbridge[0].name
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
  policy = data.aws_iam_policy_document.additional_inline[0].json
  path   = var.policy_path
  tags   = merge({ Name = "${local.role_name}-inline" }, var.tags)
}

resource "aws_iam_policy_attachment" "additional_inline" {
  count      = local.role && var.attach_policy_statements ? 1 : 0
  name       = local.role_name
  roles      = [aws_iam_role.eventbridge[0].name]
  policy_arn = aws_iam_policy.additional_inline[0].arn
}
