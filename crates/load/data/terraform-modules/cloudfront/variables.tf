variable "aliases" {
  default = null
}

variable "comment" {
  default = null
}

variable "continuous_deployment_policy_id" {
  default = null
}

variable "create" {
  default = true
}

variable "create_monitoring_subscription" {
  default = false
}

variable "custom_error_response" {
  default = null
}

variable "default_cache_behavior" {
  nullable = false
}

variable "default_root_object" {
  default = null
}

variable "enabled" {
  default = true
}

variable "http_version" {
  default = "http2"
}

variable "is_ipv6_enabled" {
  default = true
}

variable "logging_config" {
  default = null
}

variable "ordered_cache_behavior" {
  default = []
  nullable = false
}

variable "origin" {
  default = {}
  nullable = false
}

variable "origin_access_control" {
  default = {
    s3 = {
      origin_type      = "s3",
      signing_behavior = "always",
      signing_protocol = "sigv4"
    }
  }
}

variable "origin_group" {
  default = null
}

variable "price_class" {
  default = null
}

variable "restrictions" {
  default = {
    geo_restriction = {
      restriction_type = "none"
    }
  }
  nullable = false
}

variable "retain_on_delete" {
  default = null
}

variable "staging" {
  default = null
}

variable "tags" {
  default = {}
}

variable "viewer_certificate" {
  default = {}
  nullable = false
}

variable "web_acl_id" {
  default = null
}
