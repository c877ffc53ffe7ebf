variable "create" {
  default = true
}

variable "create_inline_policy" {
  default = false
}

variable "create_instance_profile" {
  default = false
}

variable "description" {
  default = null
}

variable "enable_bitbucket_oidc" {
  default = false
}

variable "enable_github_oidc" {
  default = false
}

variable "enable_oidc" {
  default = false
}

variable "enable_saml" {
  default = false
}

variable "github_provider" {
  default = "token.actions.githubusercontent.com"
}

variable "inline_policy_permissions" {
  default = null
}

variable "max_session_duration" {
  default = null
}

variable "name" {
  default = null
}

variable "oidc_account_id" {
  default = null
}

variable "oidc_audiences" {
  default = []
}

variable "oidc_provider_urls" {
  default = []
}

variable "oidc_subjects" {
  default = []
}

variable "oidc_wildcard_subjects" {
  default = []
}

variable "override_inline_policy_documents" {
  default = []
}

variable "path" {
  default = null
}

variable "permissions_boundary" {
  default = null
}

variable "policies" {
  default = {}
}

variable "saml_endpoints" {
  default = ["https://signin.aws.amazon.com/saml"]
}

variable "saml_provider_ids" {
  default = []
}

variable "saml_trust_actions" {
  default = []
}

variable "source_inline_policy_documents" {
  default = []
}

variable "tags" {
  default = {}
}

variable "trust_policy_conditions" {
  default = []
}

variable "trust_policy_permissions" {
  default = null
}

variable "use_name_prefix" {
  default = true
}
