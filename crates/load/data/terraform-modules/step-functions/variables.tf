variable "attach_cloudwatch_logs_policy" {
  default = true
}

variable "attach_policies" {
  default = false
}

variable "attach_policies_for_integrations" {
  default = true
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

variable "aws_region_assume_role" {
  default = ""
}

variable "cloudwatch_log_group_kms_key_id" {
  default = null
}

variable "cloudwatch_log_group_name" {
  default = null
}

variable "cloudwatch_log_group_retention_in_days" {
  default = null
}

variable "cloudwatch_log_group_tags" {
  default = {}
}

variable "create" {
  default = true
}

variable "create_role" {
  default = true
}

variable "definition" {
  default = ""
}

variable "encryption_configuration" {
  default = {}
}

variable "logging_configuration" {
  default = {}
}

variable "name" {
  default = ""
}

variable "number_of_policies" {
  default = 0
}

variable "number_of_policy_jsons" {
  default = 0
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

variable "publish" {
  default = false
}

variable "role_arn" {
  default = ""
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

variable "service_integrations" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "trusted_entities" {
  default = []
}

variable "type" {
  default = "STANDARD"
}

variable "use_existing_cloudwatch_log_group" {
  default = false
}

variable "use_existing_role" {
  default = false
}
