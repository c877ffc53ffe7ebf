variable "acl" {
  default = null
}

variable "bucket" {
  default = ""
}

variable "content" {
  default = null
}

variable "content_base64" {
  default = null
}

variable "content_type" {
  default = null
}

variable "create" {
  default = true
}

variable "file_source" {
  default = null
}

variable "force_destroy" {
  default = false
}

variable "key" {
  default = ""
}

variable "kms_key_id" {
  default = null
}

variable "server_side_encryption" {
  default = null
}

variable "storage_class" {
  default = null
}

variable "tags" {
  default = {}
}
