# Versions before 6.
variable "default_protocol" { default = "TLSv1" }
