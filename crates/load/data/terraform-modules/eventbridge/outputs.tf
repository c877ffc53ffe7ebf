output "eventbridge_bus_name" { value = var.bus_name }
output "eventbridge_bus_arn" { value = try(aws_cloudwatch_event_bus.this[0].arn, "") }
output "eventbridge_archive_arns" { value = { for k, v in aws_cloudwatch_event_archive.this : k => v.arn } }
output "eventbridge_permission_ids" { value = { for k, v in aws_cloudwatch_event_permission.this : k => v.id } }
output "eventbridge_connection_ids" { value = { for k, v in aws_cloudwatch_event_connection.this : k => v.id } }
output "eventbridge_connection_arns" { value = { for k, v in aws_cloudwatch_event_connection.this : k => v.arn } }
output "eventbridge_api_destination_arns" { value = { for k, v in aws_cloudwatch_event_api_destination.this : k => v.arn } }
output "eventbridge_rule_ids" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.id } }
output "eventbridge_rule_arns" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.arn } }
output "eventbridge_schedule_group_ids" { value = { for k, v in aws_scheduler_schedule_group.this : k => v.id } }
output "eventbridge_schedule_group_arns" { value = { for k, v in aws_scheduler_schedule_group.this : k => v.arn } }
output "eventbridge_schedule_ids" { value = { for k, v in aws_scheduler_schedule.this : k => v.id } }
output "eventbridge_schedule_arns" { value = { for k, v in aws_scheduler_schedule.this : k => v.arn } }
output "eventbridge_role_arn" { value = try(aws_iam_role.eventbridge[0].arn, "") }
output "eventbridge_role_name" { value = try(aws_iam_role.eventbridge[0].name, "") }
output "eventbridge_pipe_ids" { value = { for k, v in aws_pipes_pipe.this : k => v.id } }
output "eventbridge_pipe_arns" { value = { for k, v in aws_pipes_pipe.this : k => v.arn } }
output "eventbridge_pipe_role_arns" { value = { for k, v in aws_iam_role.eventbridge_pipe : k => v.arn } }
output "eventbridge_pipe_role_names" { value = { for k, v in aws_iam_role.eventbridge_pipe : k => v.name } }
output "eventbridge_bus" { value = aws_cloudwatch_event_bus.this }
output "eventbridge_rules" { value = aws_cloudwatch_event_rule.this }
output "eventbridge_targets" { value = aws_cloudwatch_event_target.this }
output "eventbridge_schedules" { value = aws_scheduler_schedule.this }
output "eventbridge_pipes" { value = aws_pipes_pipe.this }
output "eventbridge_iam_roles" { value = aws_iam_role.eventbridge }
