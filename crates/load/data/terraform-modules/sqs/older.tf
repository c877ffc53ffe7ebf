# Versions before 4.
variable "create_queue" { default = true }
variable "policy" { default = null }

output "sqs_queue_id" { value = try(aws_sqs_queue.this[0].id, "") }
output "sqs_queue_arn" { value = try(aws_sqs_queue.this[0].arn, "") }
output "sqs_queue_name" { value = try(aws_sqs_queue.this[0].name, "") }
output "this_sqs_queue_id" { value = try(aws_sqs_queue.this[0].id, "") }
output "this_sqs_queue_arn" { value = try(aws_sqs_queue.this[0].arn, "") }
output "this_sqs_queue_name" { value = try(aws_sqs_queue.this[0].name, "") }
