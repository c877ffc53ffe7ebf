resource "aws_iam_policy" "policy" {
  count       = var.create && var.create_policy ? 1 : 0
  name        = var.name
  name_prefix = var.name_prefix
  path        = var.path
  description = var.description
  policy      = var.policy
  tags        = var.tags
}

output "arn" { value = try(aws_iam_policy.policy[0].arn, null) }
output "id" { value = try(aws_iam_policy.policy[0].id, null) }
output "name" { value = try(aws_iam_policy.policy[0].name, null) }
output "policy" { value = try(aws_iam_policy.policy[0].policy, null) }
output "policy_id" { value = try(aws_iam_policy.policy[0].policy_id, null) }
output "path" { value = try(aws_iam_policy.policy[0].path, null) }
output "description" { value = try(aws_iam_policy.policy[0].description, null) }
