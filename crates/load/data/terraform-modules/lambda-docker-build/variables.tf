variable "create_ecr_repo" {
  default = false
}

variable "ecr_address" {
  default = null
}

variable "ecr_force_delete" {
  default = true
}

variable "ecr_repo" {
  default = null
}

variable "ecr_repo_lifecycle_policy" {
  default = null
}

variable "ecr_repo_tags" {
  default = {}
}

variable "image_tag" {
  default = null
}

variable "image_tag_mutability" {
  default = "MUTABLE"
}

variable "scan_on_push" {
  default = false
}
