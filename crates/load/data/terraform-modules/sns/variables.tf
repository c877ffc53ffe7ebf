variable "archive_policy" {
  default = null
}

variable "content_based_deduplication" {
  default = false
}

variable "create" {
  default = true
}

variable "create_subscription" {
  default = true
}

variable "create_topic_policy" {
  default = true
}

variable "data_protection_policy" {
  default = null
}

variable "delivery_policy" {
  default = null
}

variable "display_name" {
  default = null
}

variable "enable_default_topic_policy" {
  default = true
}

variable "fifo_topic" {
  default = false
}

variable "http_feedback" {
  default = {}
}

variable "kms_master_key_id" {
  default = null
}

variable "lambda_feedback" {
  default = {}
}

variable "name" {
  default = null
}

variable "override_topic_policy_documents" {
  default = []
}

variable "signature_version" {
  default = null
}

variable "source_topic_policy_documents" {
  default = []
}

variable "sqs_feedback" {
  default = {}
}

variable "subscriptions" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "topic_policy" {
  default = null
}

variable "topic_policy_statements" {
  default = null
}

variable "tracing_config" {
  default = null
}

variable "use_name_prefix" {
  default = false
}
