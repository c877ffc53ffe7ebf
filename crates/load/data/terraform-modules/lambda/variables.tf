variable "allowed_triggers" {
  default = {}
}

variable "architectures" {
  default = null
}

variable "artifacts_dir" {
  default = "builds"
}

variable "assume_role_policy_statements" {
  default = {}
}

variable "attach_async_event_policy" {
  default = false
}

variable "attach_cloudwatch_logs_policy" {
  default = true
}

variable "attach_create_log_group_permission" {
  default = true
}

variable "attach_dead_letter_policy" {
  default = false
}

variable "attach_network_policy" {
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

variable "attach_tracing_policy" {
  default = false
}

variable "authorization_type" {
  default = "NONE"
}

variable "cloudwatch_logs_kms_key_id" {
  default = null
}

variable "cloudwatch_logs_log_group_class" {
  default = null
}

variable "cloudwatch_logs_retention_in_days" {
  default = null
}

variable "cloudwatch_logs_skip_destroy" {
  default = false
}

variable "cloudwatch_logs_tags" {
  default = {}
}

variable "code_signing_config_arn" {
  default = null
}

variable "compatible_architectures" {
  default = null
}

variable "compatible_runtimes" {
  default = []
}

variable "cors" {
  default = {}
}

variable "create" {
  default = true
}

variable "create_async_event_config" {
  default = false
}

variable "create_current_version_allowed_triggers" {
  default = true
}

variable "create_current_version_async_event_config" {
  default = true
}

variable "create_function" {
  default = true
}

variable "create_lambda_function_url" {
  default = false
}

variable "create_layer" {
  default = false
}

variable "create_package" {
  default = true
}

variable "create_role" {
  default = true
}

variable "create_unqualified_alias_allowed_triggers" {
  default = true
}

variable "create_unqualified_alias_async_event_config" {
  default = true
}

variable "create_unqualified_alias_lambda_function_url" {
  default = true
}

variable "dead_letter_target_arn" {
  default = null
}

variable "description" {
  default = ""
}

variable "destination_on_failure" {
  default = null
}

variable "destination_on_success" {
  default = null
}

variable "environment_variables" {
  default = {}
}

variable "ephemeral_storage_size" {
  default = 512
}

variable "event_source_mapping" {
  default = {}
}

variable "file_system_arn" {
  default = null
}

variable "file_system_local_mount_path" {
  default = null
}

variable "function_name" {
  default = ""
}

variable "function_tags" {
  default = {}
}

variable "handler" {
  default = ""
}

variable "image_config_command" {
  default = []
}

variable "image_config_entry_point" {
  default = []
}

variable "image_config_working_directory" {
  default = null
}

variable "image_uri" {
  default = null
}

variable "invoke_mode" {
  default = null
}

variable "ipv6_allowed_for_dual_stack" {
  default = null
}

variable "kms_key_arn" {
  default = null
}

variable "lambda_at_edge" {
  default = false
}

variable "lambda_at_edge_logs_all_regions" {
  default = true
}

variable "lambda_role" {
  default = ""
}

variable "layer_name" {
  default = ""
}

variable "layer_skip_destroy" {
  default = false
}

variable "layers" {
  default = null
}

variable "license_info" {
  default = ""
}

variable "local_existing_package" {
  default = null
}

variable "logging_application_log_level" {
  default = "INFO"
}

variable "logging_log_format" {
  default = "Text"
}

variable "logging_log_group" {
  default = null
}

variable "logging_system_log_level" {
  default = "INFO"
}

variable "maximum_event_age_in_seconds" {
  default = null
}

variable "maximum_retry_attempts" {
  default = null
}

variable "memory_size" {
  default = 128
}

variable "number_of_policies" {
  default = 0
}

variable "number_of_policy_jsons" {
  default = 0
}

variable "package_type" {
  default = "Zip"
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

variable "policy_name" {
  default = null
}

variable "policy_statements" {
  default = {}
}

variable "provisioned_concurrent_executions" {
  default = -1
}

variable "publish" {
  default = false
}

variable "recursive_loop" {
  default = null
}

variable "reserved_concurrent_executions" {
  default = -1
}

variable "role_description" {
  default = null
}

variable "role_force_detach_policies" {
  default = true
}

variable "role_maximum_session_duration" {
  default = 3600
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

variable "runtime" {
  default = ""
}

variable "s3_acl" {
  default = "private"
}

variable "s3_bucket" {
  default = null
}

variable "s3_existing_package" {
  default = null
}

variable "s3_kms_key_id" {
  default = null
}

variable "s3_object_storage_class" {
  default = "ONEZONE_IA"
}

variable "s3_object_tags" {
  default = {}
}

variable "s3_object_tags_only" {
  default = false
}

variable "s3_prefix" {
  default = null
}

variable "s3_server_side_encryption" {
  default = null
}

variable "skip_destroy" {
  default = null
}

variable "snap_start" {
  default = false
}

variable "source_path" {
  default = null
}

variable "store_on_s3" {
  default = false
}

variable "tags" {
  default = {}
}

variable "timeout" {
  default = 3
}

variable "tracing_mode" {
  default = null
}

variable "trusted_entities" {
  default = []
}

variable "use_existing_cloudwatch_log_group" {
  default = false
}

variable "vpc_security_group_ids" {
  default = null
}

variable "vpc_subnet_ids" {
  default = null
}
