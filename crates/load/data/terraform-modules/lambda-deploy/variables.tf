variable "after_allow_traffic_hook_arn" {
  default = ""
}

variable "app_name" {
  default = ""
}

variable "attach_hooks_policy" {
  default = true
}

variable "attach_triggers_policy" {
  default = false
}

variable "before_allow_traffic_hook_arn" {
  default = ""
}

variable "codedeploy_principals" {
  default = ["codedeploy.amazonaws.com"]
}

variable "codedeploy_role_name" {
  default = ""
}

variable "create" {
  default = true
}

variable "create_app" {
  default = false
}

variable "create_codedeploy_role" {
  default = true
}

variable "create_deployment_group" {
  default = false
}

variable "deployment_config_name" {
  default = "CodeDeployDefault.LambdaAllAtOnce"
}

variable "deployment_group_name" {
  default = ""
}

variable "tags" {
  default = {}
}

variable "use_existing_app" {
  default = false
}

variable "use_existing_deployment_group" {
  default = false
}
