variable "create" {
  default = true
}

variable "description" {
  default = null
}

variable "name" {
  default = null
}

variable "name_prefix" {
  default = null
}

variable "path" {
  default = null
}

variable "policy" {
  default = ""
}

variable "tags" {
  default = {}
}
