variable "attributes" {
  default = []
}

variable "autoscaling_enabled" {
  default = false
}

variable "billing_mode" {
  default = "PAY_PER_REQUEST"
}

variable "create_table" {
  default = true
}

variable "deletion_protection_enabled" {
  default = null
}

variable "global_secondary_indexes" {
  default = []
}

variable "hash_key" {
  default = null
}

variable "ignore_changes_global_secondary_index" {
  default = false
}

variable "local_secondary_indexes" {
  default = []
}

variable "name" {
  default = null
}

variable "point_in_time_recovery_enabled" {
  default = false
}

variable "point_in_time_recovery_period_in_days" {
  default = null
}

variable "range_key" {
  default = null
}

variable "read_capacity" {
  default = null
}

variable "replica_regions" {
  default = []
}

variable "resource_policy" {
  default = null
}

variable "server_side_encryption_enabled" {
  default = false
}

variable "server_side_encryption_kms_key_arn" {
  default = null
}

variable "stream_enabled" {
  default = false
}

variable "stream_view_type" {
  default = null
}

variable "table_class" {
  default = null
}

variable "tags" {
  default = {}
}

variable "ttl_attribute_name" {
  default = ""
}

variable "ttl_enabled" {
  default = false
}

variable "write_capacity" {
  default = null
}
