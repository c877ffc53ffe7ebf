# Versions before 6.
variable "create_role" { default = true }
variable "role_name" { default = null }
variable "role_policy_arns" { default = {} }

output "iam_role_arn" { value = try(aws_iam_role.this[0].arn, "") }
output "iam_role_name" { value = try(aws_iam_role.this[0].name, "") }
