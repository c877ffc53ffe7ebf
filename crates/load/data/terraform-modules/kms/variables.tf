variable "aliases" {
  default = []
}

variable "aliases_use_name_prefix" {
  default = false
}

variable "bypass_policy_lockout_safety_check" {
  default = null
}

variable "computed_aliases" {
  default = {}
}

variable "create" {
  default = true
}

variable "create_external" {
  default = false
}

variable "create_replica" {
  default = false
}

variable "create_replica_external" {
  default = false
}

variable "custom_key_store_id" {
  default = null
}

variable "customer_master_key_spec" {
  default = null
}

variable "deletion_window_in_days" {
  default = null
}

variable "description" {
  default = null
}

variable "enable_default_policy" {
  default = true
}

variable "enable_key_rotation" {
  default = true
}

variable "enable_route53_dnssec" {
  default = false
}

variable "grants" {
  default = null
}

variable "is_enabled" {
  default = null
}

variable "key_administrators" {
  default = []
}

variable "key_asymmetric_public_encryption_users" {
  default = []
}

variable "key_asymmetric_sign_verify_users" {
  default = []
}

variable "key_hmac_users" {
  default = []
}

variable "key_material_base64" {
  default = null
}

variable "key_owners" {
  default = []
}

variable "key_service_roles_for_autoscaling" {
  default = []
}

variable "key_service_users" {
  default = []
}

variable "key_statements" {
  default = null
}

variable "key_symmetric_encryption_users" {
  default = []
}

variable "key_usage" {
  default = null
}

variable "key_users" {
  default = []
}

variable "multi_region" {
  default = false
}

variable "override_policy_documents" {
  default = []
}

variable "policy" {
  default = null
}

variable "primary_external_key_arn" {
  default = null
}

variable "primary_key_arn" {
  default = null
}

variable "rotation_period_in_days" {
  default = null
}

variable "route53_dnssec_sources" {
  default = null
}

variable "source_policy_documents" {
  default = []
}

variable "tags" {
  default = {}
}

variable "valid_to" {
  default = null
}
