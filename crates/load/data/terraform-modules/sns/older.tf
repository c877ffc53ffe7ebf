# Versions before 5.
variable "create_sns_topic" { default = true }
variable "policy" { default = null }

output "sns_topic_arn" { value = try(aws_sns_topic.this[0].arn, "") }
output "sns_topic_id" { value = try(aws_sns_topic.this[0].id, "") }
output "sns_topic_name" { value = try(aws_sns_topic.this[0].name, "") }
output "this_sns_topic_arn" { value = try(aws_sns_topic.this[0].arn, "") }
output "this_sns_topic_id" { value = try(aws_sns_topic.this[0].id, "") }
