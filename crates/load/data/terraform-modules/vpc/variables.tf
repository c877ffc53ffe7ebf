variable "azs" {
  default = []
}

variable "cidr" {
  default = "10.0.0.0/16"
}

variable "create_database_internet_gateway_route" {
  default = false
}

variable "create_database_nat_gateway_route" {
  default = false
}

variable "create_database_subnet_group" {
  default = true
}

variable "create_database_subnet_route_table" {
  default = false
}

variable "create_flow_log_cloudwatch_iam_role" {
  default = false
}

variable "create_flow_log_cloudwatch_log_group" {
  default = false
}

variable "create_igw" {
  default = true
}

variable "create_multiple_public_route_tables" {
  default = false
}

variable "create_private_nat_gateway_route" {
  default = true
}

variable "create_vpc" {
  default = true
}

variable "database_subnet_group_name" {
  default = null
}

variable "database_subnet_suffix" {
  default = "db"
}

variable "database_subnet_tags" {
  default = {}
}

variable "database_subnets" {
  default = []
}

variable "default_security_group_egress" {
  default = []
}

variable "default_security_group_ingress" {
  default = []
}

variable "default_security_group_tags" {
  default = {}
}

variable "elasticache_subnet_suffix" {
  default = "elasticache"
}

variable "elasticache_subnet_tags" {
  default = {}
}

variable "elasticache_subnets" {
  default = []
}

variable "enable_dns_hostnames" {
  default = true
}

variable "enable_dns_support" {
  default = true
}

variable "enable_flow_log" {
  default = false
}

variable "enable_ipv6" {
  default = false
}

variable "enable_nat_gateway" {
  default = false
}

variable "external_nat_ip_ids" {
  default = []
}

variable "flow_log_cloudwatch_iam_role_arn" {
  default = ""
}

variable "flow_log_cloudwatch_log_group_kms_key_id" {
  default = null
}

variable "flow_log_cloudwatch_log_group_name_prefix" {
  default = "/aws/vpc-flow-log/"
}

variable "flow_log_cloudwatch_log_group_name_suffix" {
  default = ""
}

variable "flow_log_cloudwatch_log_group_retention_in_days" {
  default = null
}

variable "flow_log_destination_arn" {
  default = ""
}

variable "flow_log_destination_type" {
  default = "cloud-watch-logs"
}

variable "flow_log_log_format" {
  default = null
}

variable "flow_log_max_aggregation_interval" {
  default = 600
}

variable "flow_log_traffic_type" {
  default = "ALL"
}

variable "igw_tags" {
  default = {}
}

variable "instance_tenancy" {
  default = "default"
}

variable "intra_subnet_suffix" {
  default = "intra"
}

variable "intra_subnet_tags" {
  default = {}
}

variable "intra_subnets" {
  default = []
}

variable "manage_default_security_group" {
  default = true
}

variable "map_public_ip_on_launch" {
  default = false
}

variable "name" {
  default = ""
}

variable "nat_gateway_destination_cidr_block" {
  default = "0.0.0.0/0"
}

variable "one_nat_gateway_per_az" {
  default = false
}

variable "private_subnet_suffix" {
  default = "private"
}

variable "private_subnet_tags" {
  default = {}
}

variable "private_subnets" {
  default = []
}

variable "public_subnet_suffix" {
  default = "public"
}

variable "public_subnet_tags" {
  default = {}
}

variable "public_subnets" {
  default = []
}

variable "redshift_subnet_suffix" {
  default = "redshift"
}

variable "redshift_subnet_tags" {
  default = {}
}

variable "redshift_subnets" {
  default = []
}

variable "reuse_nat_ips" {
  default = false
}

variable "single_nat_gateway" {
  default = false
}

variable "tags" {
  default = {}
}

variable "use_ipam_pool" {
  default = false
}

variable "vpc_flow_log_tags" {
  default = {}
}

variable "vpc_tags" {
  default = {}
}
