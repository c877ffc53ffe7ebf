variable "api_destinations" {
  default = {}
}

variable "append_connection_postfix" {
  default = true
}

variable "append_destination_postfix" {
  default = true
}

variable "append_pipe_postfix" {
  default = true
}

variable "append_rule_postfix" {
  default = true
}

variable "append_schedule_postfix" {
  default = true
}

variable "archives" {
  default = {}
}

variable "attach_api_destination_policy" {
  default = false
}

variable "attach_cloudwatch_policy" {
  default = false
}

variable "attach_ecs_policy" {
  default = false
}

variable "attach_kinesis_firehose_policy" {
  default = false
}

variable "attach_kinesis_policy" {
  default = false
}

variable "attach_lambda_policy" {
  default = false
}

variable "attach_policies" {
  default = false
}

variable "attach_policy" {
  default = false
}

variable "attach_policy_json" {
  default = false
}

variable "attach_policy_jsons" {
  default = false
}

variable "attach_policy_statements" {
  default = false
}

variable "attach_sfn_policy" {
  default = false
}

variable "attach_sns_policy" {
  default = false
}

variable "attach_sqs_policy" {
  default = false
}

variable "attach_tracing_policy" {
  default = false
}

variable "bus_description" {
  default = null
}

variable "bus_name" {
  default = "default"
}

variable "cloudwatch_target_arns" {
  default = []
}

variable "connections" {
  default = {}
}

variable "create" {
  default = true
}

variable "create_api_destinations" {
  default = false
}

variable "create_archives" {
  default = false
}

variable "create_bus" {
  default = true
}

variable "create_connections" {
  default = false
}

variable "create_permissions" {
  default = true
}

variable "create_pipe_role_only" {
  default = false
}

variable "create_pipes" {
  default = true
}

variable "create_role" {
  default = true
}

variable "create_rules" {
  default = true
}

variable "create_schedule_groups" {
  default = true
}

variable "create_schedules" {
  default = true
}

variable "create_schemas_discoverer" {
  default = false
}

variable "create_targets" {
  default = true
}

variable "dead_letter_config" {
  default = {}
}

variable "ecs_pass_role_resources" {
  default = []
}

variable "ecs_target_arns" {
  default = []
}

variable "event_source_name" {
  default = null
}

variable "kinesis_firehose_target_arns" {
  default = []
}

variable "kinesis_target_arns" {
  default = []
}

variable "kms_key_identifier" {
  default = null
}

variable "lambda_target_arns" {
  default = []
}

variable "log_config" {
  default = null
}

variable "number_of_policies" {
  default = 0
}

variable "number_of_policy_jsons" {
  default = 0
}

variable "permissions" {
  default = {}
}

variable "pipes" {
  default = {}
}

variable "policies" {
  default = []
}

variable "policy" {
  default = null
}

variable "policy_json" {
  default = null
}

variable "policy_jsons" {
  default = []
}

variable "policy_path" {
  default = null
}

variable "policy_statements" {
  default = {}
}

variable "role_description" {
  default = null
}

variable "role_force_detach_policies" {
  default = true
}

variable "role_name" {
  default = null
}

variable "role_path" {
  default = null
}

variable "role_permissions_boundary" {
  default = null
}

variable "role_tags" {
  default = {}
}

variable "rules" {
  default = {}
}

variable "schedule_groups" {
  default = {}
}

variable "schedules" {
  default = {}
}

variable "schemas_discoverer_description" {
  default = "Auto schemas discoverer event"
}

variable "sfn_target_arns" {
  default = []
}

variable "sns_kms_arns" {
  default = ["*"]
}

variable "sns_target_arns" {
  default = []
}

variable "sqs_target_arns" {
  default = []
}

variable "tags" {
  default = {}
}

variable "targets" {
  default = {}
}

variable "trusted_entities" {
  default = []
}
