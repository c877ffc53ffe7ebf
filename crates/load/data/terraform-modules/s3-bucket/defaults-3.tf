# Version 3 and before: nothing is blocked unless asked for.
variable "block_public_acls" { default = false }
variable "block_public_policy" { default = false }
variable "ignore_public_acls" { default = false }
variable "restrict_public_buckets" { default = false }
variable "control_object_ownership" { default = false }
variable "object_ownership" { default = "ObjectWriter" }
