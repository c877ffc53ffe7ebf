# Versions before 6.
variable "create_policy" { default = true }
