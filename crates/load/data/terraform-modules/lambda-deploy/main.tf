data "aws_partition" "current" {}

locals {
  role  = var.create && var.create_codedeploy_role
  hooks = compact([var.before_allow_traffic_hook_arn, var.after_allow_traffic_hook_arn])
}

resource "aws_codedeploy_app" "this" {
  count            = var.create && var.create_app && !var.use_existing_app ? 1 : 0
  name             = var.app_name
  compute_platform = "Lambda"
  tags             = var.tags
}

resource "aws_codedeploy_deployment_group" "this" {
  count                  = var.create && var.create_deployment_group && !var.use_existing_deployment_group ? 1 : 0
  app_name               = var.app_name
  deployment_group_name  = var.deployment_group_name
  deployment_config_name = var.deployment_config_name
  service_role_arn       = try(aws_iam_role.codedeploy[0].arn, data.aws_iam_role.codedeploy[0].arn, "")
  tags                   = var.tags
}

data "aws_iam_role" "codedeploy" {
  count = var.create && !var.create_codedeploy_role ? 1 : 0
  name  = var.codedeploy_role_name
}

data "aws_iam_policy_document" "assume_role" {
  count = local.role ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = var.codedeploy_principals
    }
  }
}

resource "aws_iam_role" "codedeploy" {
  count              = local.role ? 1 : 0
  name               = coalesce(var.codedeploy_role_name, "${var.app_name}-codedeploy")
  assume_role_policy = data.aws_iam_policy_document.assume_role[0].json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "codedeploy" {
  count      = local.role ? 1 : 0
  role       = aws_iam_role.codedeploy[0].id
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"
}

data "aws_iam_policy_document" "hooks" {
  count = local.role && var.attach_hooks_policy && length(local.hooks) > 0 ? 1 : 0

  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = local.hooks
  }
}

resource "aws_iam_policy" "hooks" {
  count  = local.role && var.attach_hooks_policy && length(local.hooks) > 0 ? 1 : 0
  policy = data.aws_iam_policy_document.hooks[0].json
  tags   = var.tags
}

resource "aws_iam_role_policy_attachment" "hooks" {
  count      = local.role && var.attach_hooks_policy && length(local.hooks) > 0 ? 1 : 0
  role       = aws_iam_role.codedeploy[0].id
  policy_arn = aws_iam_policy.hooks[0].arn
}

data "aws_iam_policy_document" "triggers" {
  count = local.role && var.attach_triggers_policy ? 1 : 0

  statement {
    actions   = ["sns:Publish"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "triggers" {
  count  = local.role && var.attach_triggers_policy ? 1 : 0
  policy = data.aws_iam_policy_document.triggers[0].json
  tags   = var.tags
}

resource "aws_iam_role_policy_attachment" "triggers" {
  count      = local.role && var.attach_triggers_policy ? 1 : 0
  role       = aws_iam_role.codedeploy[0].id
  policy_arn = aws_iam_policy.triggers[0].arn
}

output "codedeploy_app_name" { value = var.app_name }
output "codedeploy_deployment_group_name" { value = var.deployment_group_name }
output "codedeploy_iam_role_name" { value = try(aws_iam_role.codedeploy[0].name, "") }
