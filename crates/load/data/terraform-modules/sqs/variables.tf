variable "content_based_deduplication" {
  default = null
}

variable "create" {
  default = true
}

variable "create_dlq" {
  default = false
}

variable "create_dlq_queue_policy" {
  default = false
}

variable "create_dlq_redrive_allow_policy" {
  default = true
}

variable "create_queue_policy" {
  default = false
}

variable "deduplication_scope" {
  default = null
}

variable "delay_seconds" {
  default = null
}

variable "dlq_content_based_deduplication" {
  default = null
}

variable "dlq_deduplication_scope" {
  default = null
}

variable "dlq_delay_seconds" {
  default = null
}

variable "dlq_fifo_throughput_limit" {
  default = null
}

variable "dlq_kms_data_key_reuse_period_seconds" {
  default = null
}

variable "dlq_kms_master_key_id" {
  default = null
}

variable "dlq_message_retention_seconds" {
  default = null
}

variable "dlq_name" {
  default = null
}

variable "dlq_queue_policy_statements" {
  default = null
}

variable "dlq_receive_wait_time_seconds" {
  default = null
}

variable "dlq_redrive_allow_policy" {
  default = {}
}

variable "dlq_sqs_managed_sse_enabled" {
  default = true
}

variable "dlq_tags" {
  default = {}
}

variable "dlq_visibility_timeout_seconds" {
  default = null
}

variable "fifo_queue" {
  default = false
}

variable "fifo_throughput_limit" {
  default = null
}

variable "kms_data_key_reuse_period_seconds" {
  default = null
}

variable "kms_master_key_id" {
  default = null
}

variable "max_message_size" {
  default = null
}

variable "message_retention_seconds" {
  default = null
}

variable "name" {
  default = null
}

variable "override_dlq_queue_policy_documents" {
  default = []
}

variable "override_queue_policy_documents" {
  default = []
}

variable "queue_policy_statements" {
  default = null
}

variable "receive_wait_time_seconds" {
  default = null
}

variable "redrive_allow_policy" {
  default = {}
}

variable "redrive_policy" {
  default = {}
}

variable "source_dlq_queue_policy_documents" {
  default = []
}

variable "source_queue_policy_documents" {
  default = []
}

variable "sqs_managed_sse_enabled" {
  default = true
}

variable "tags" {
  default = {}
}

variable "use_name_prefix" {
  default = false
}

variable "visibility_timeout_seconds" {
  default = null
}
