variable "create" {
  default = true
}

variable "description" {
  default = null
}

variable "max_session_duration" {
  default = null
}

variable "name" {
  default = ""
}

variable "oidc_providers" {
  default = {}
}

variable "path" {
  default = "/"
}

variable "permissions_boundary" {
  default = null
}

variable "policies" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "trust_condition_test" {
  default = "StringEquals"
}

variable "use_name_prefix" {
  default = true
}
