variable "allowed_triggers" {
  default = {}
}

variable "create" {
  default = true
}

variable "create_async_event_config" {
  default = false
}

variable "create_qualified_alias_allowed_triggers" {
  default = true
}

variable "create_qualified_alias_async_event_config" {
  default = true
}

variable "create_version_allowed_triggers" {
  default = true
}

variable "create_version_async_event_config" {
  default = true
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

variable "event_source_mapping" {
  default = {}
}

variable "function_name" {
  default = ""
}

variable "function_version" {
  default = ""
}

variable "maximum_event_age_in_seconds" {
  default = null
}

variable "maximum_retry_attempts" {
  default = null
}

variable "name" {
  default = ""
}

variable "refresh_alias" {
  default = true
}

variable "routing_additional_version_weights" {
  default = {}
}

variable "use_existing_alias" {
  default = false
}
