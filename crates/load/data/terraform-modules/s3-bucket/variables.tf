variable "acceleration_status" {
  default = null
}

variable "access_log_delivery_policy_source_accounts" {
  default = []
}

variable "access_log_delivery_policy_source_buckets" {
  default = []
}

variable "access_log_delivery_policy_source_organizations" {
  default = []
}

variable "acl" {
  default = null
}

variable "allowed_kms_key_arn" {
  default = null
}

variable "analytics_self_source_destination" {
  default = false
}

variable "analytics_source_bucket_arn" {
  default = null
}

variable "attach_access_log_delivery_policy" {
  default = false
}

variable "attach_analytics_destination_policy" {
  default = false
}

variable "attach_cloudtrail_log_delivery_policy" {
  default = false
}

variable "attach_deny_incorrect_encryption_headers" {
  default = false
}

variable "attach_deny_incorrect_kms_key_sse" {
  default = false
}

variable "attach_deny_insecure_transport_policy" {
  default = false
}

variable "attach_deny_ssec_encrypted_object_uploads" {
  default = false
}

variable "attach_deny_unencrypted_object_uploads" {
  default = false
}

variable "attach_elb_log_delivery_policy" {
  default = false
}

variable "attach_inventory_destination_policy" {
  default = false
}

variable "attach_lb_log_delivery_policy" {
  default = false
}

variable "attach_policy" {
  default = false
}

variable "attach_public_policy" {
  default = true
}

variable "attach_require_latest_tls_policy" {
  default = false
}

variable "attach_waf_log_delivery_policy" {
  default = false
}

variable "availability_zone_id" {
  default = null
}

variable "bucket" {
  default = null
}

variable "bucket_prefix" {
  default = null
}

variable "cors_rule" {
  default = []
}

variable "create_bucket" {
  default = true
}

variable "data_redundancy" {
  default = null
}

variable "force_destroy" {
  default = false
}

variable "grant" {
  default = []
}

variable "inventory_self_source_destination" {
  default = false
}

variable "inventory_source_bucket_arn" {
  default = null
}

variable "is_directory_bucket" {
  default = false
}

variable "lb_log_delivery_policy_source_organizations" {
  default = []
}

variable "lifecycle_rule" {
  default = []
}

variable "location_type" {
  default = null
}

variable "logging" {
  default = {}
}

variable "object_lock_configuration" {
  default = {}
}

variable "object_lock_enabled" {
  default = false
}

variable "owner" {
  default = {}
}

variable "policy" {
  default = null
}

variable "replication_configuration" {
  default = {}
}

variable "request_payer" {
  default = null
}

variable "server_side_encryption_configuration" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "type" {
  default = "Directory"
}

variable "versioning" {
  default = {}
}

variable "website" {
  default = {}
}
