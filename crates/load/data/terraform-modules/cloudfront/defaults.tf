variable "default_protocol" { default = "TLSv1.2_2025" }
