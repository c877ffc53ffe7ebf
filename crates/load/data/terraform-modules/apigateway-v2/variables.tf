variable "api_key_selection_expression" {
  default = null
}

variable "api_mapping_key" {
  default = null
}

variable "api_version" {
  default = null
}

variable "authorizers" {
  default = {}
}

variable "body" {
  default = null
}

variable "cors_configuration" {
  default = null
}

variable "create" {
  default = true
}

variable "create_domain_name" {
  default = true
}

variable "create_routes_and_integrations" {
  default = true
}

variable "create_stage" {
  default = true
}

variable "credentials_arn" {
  default = null
}

variable "description" {
  default = null
}

variable "disable_execute_api_endpoint" {
  default = null
}

variable "domain_name" {
  default = ""
}

variable "domain_name_certificate_arn" {
  default = null
}

variable "domain_name_ownership_verification_certificate_arn" {
  default = null
}

variable "fail_on_warnings" {
  default = null
}

variable "ip_address_type" {
  default = null
}

variable "mutual_tls_authentication" {
  default = {}
}

variable "name" {
  default = ""
}

variable "protocol_type" {
  default = "HTTP"
}

variable "route_key" {
  default = null
}

variable "route_selection_expression" {
  default = null
}

variable "routes" {
  default = {}
}

variable "stage_access_log_settings" {
  default = {}
}

variable "stage_client_certificate_id" {
  default = null
}

variable "stage_default_route_settings" {
  default = {}
}

variable "stage_description" {
  default = null
}

variable "stage_name" {
  default = "$default"
}

variable "stage_tags" {
  default = {}
}

variable "stage_variables" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "target" {
  default = null
}

variable "vpc_link_tags" {
  default = {}
}

variable "vpc_links" {
  default = {}
}
