variable "bucket" {
  default = ""
}

variable "bucket_arn" {
  default = null
}

variable "create" {
  default = true
}

variable "create_lambda_permission" {
  default = true
}

variable "create_sns_policy" {
  default = true
}

variable "create_sqs_policy" {
  default = true
}

variable "eventbridge" {
  default = null
}

variable "lambda_notifications" {
  default = {}
}

variable "sns_notifications" {
  default = {}
}

variable "sqs_notifications" {
  default = {}
}
