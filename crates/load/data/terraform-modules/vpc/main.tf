locals {
  vpc_id   = try(aws_vpc.this[0].id, "")
  public   = var.create_vpc && length(var.public_subnets) > 0
  private  = var.create_vpc && length(var.private_subnets) > 0
  largest  = max(length(var.private_subnets), length(var.public_subnets), length(var.elasticache_subnets), length(var.database_subnets), length(var.redshift_subnets))
  gateways = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.largest
}

resource "aws_vpc" "this" {
  count                            = var.create_vpc ? 1 : 0
  cidr_block                       = var.use_ipam_pool ? null : var.cidr
  instance_tenancy                 = var.instance_tenancy
  enable_dns_hostnames             = var.enable_dns_hostnames
  enable_dns_support               = var.enable_dns_support
  assign_generated_ipv6_cidr_block = var.enable_ipv6 && !var.use_ipam_pool ? true : null
  tags                             = merge({ Name = var.name }, var.tags, var.vpc_tags)
}

resource "aws_subnet" "public" {
  count                   = var.create_vpc ? length(var.public_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.public_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = var.map_public_ip_on_launch
  tags                    = merge({ Name = "${var.name}-${var.public_subnet_suffix}" }, var.tags, var.public_subnet_tags)
}

resource "aws_subnet" "private" {
  count                   = var.create_vpc ? length(var.private_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.private_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = null
  tags                    = merge({ Name = "${var.name}-${var.private_subnet_suffix}" }, var.tags, var.private_subnet_tags)
}

resource "aws_subnet" "database" {
  count                   = var.create_vpc ? length(var.database_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.database_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = null
  tags                    = merge({ Name = "${var.name}-${var.database_subnet_suffix}" }, var.tags, var.database_subnet_tags)
}

resource "aws_subnet" "elasticache" {
  count                   = var.create_vpc ? length(var.elasticache_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.elasticache_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = null
  tags                    = merge({ Name = "${var.name}-${var.elasticache_subnet_suffix}" }, var.tags, var.elasticache_subnet_tags)
}

resource "aws_subnet" "redshift" {
  count                   = var.create_vpc ? length(var.redshift_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.redshift_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = null
  tags                    = merge({ Name = "${var.name}-${var.redshift_subnet_suffix}" }, var.tags, var.redshift_subnet_tags)
}

resource "aws_subnet" "intra" {
  count                   = var.create_vpc ? length(var.intra_subnets) : 0
  vpc_id                  = local.vpc_id
  cidr_block              = var.intra_subnets[count.index]
  availability_zone       = try(element(var.azs, count.index), null)
  map_public_ip_on_launch = null
  tags                    = merge({ Name = "${var.name}-${var.intra_subnet_suffix}" }, var.tags, var.intra_subnet_tags)
}

resource "aws_db_subnet_group" "database" {
  count       = var.create_vpc && length(var.database_subnets) > 0 && var.create_database_subnet_group ? 1 : 0
  name        = lower(coalesce(var.database_subnet_group_name, var.name))
  description = "Database subnet group for ${var.name}"
  subnet_ids  = aws_subnet.database[*].id
}

resource "aws_internet_gateway" "this" {
  count  = local.public && var.create_igw ? 1 : 0
  vpc_id = local.vpc_id
  tags   = merge({ Name = var.name }, var.tags, var.igw_tags)
}

resource "aws_route_table" "public" {
  count  = local.public ? (var.create_multiple_public_route_tables ? length(var.public_subnets) : 1) : 0
  vpc_id = local.vpc_id
  tags   = merge({ Name = "${var.name}-${var.public_subnet_suffix}" }, var.tags)
}

resource "aws_route" "public_internet_gateway" {
  count                  = local.public && var.create_igw ? (var.create_multiple_public_route_tables ? length(var.public_subnets) : 1) : 0
  route_table_id         = aws_route_table.public[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  count          = local.public ? length(var.public_subnets) : 0
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = element(aws_route_table.public[*].id, count.index)
}

resource "aws_eip" "nat" {
  count  = var.create_vpc && var.enable_nat_gateway && !var.reuse_nat_ips ? local.gateways : 0
  domain = "vpc"
  tags   = var.tags
}

resource "aws_nat_gateway" "this" {
  count         = var.create_vpc && var.enable_nat_gateway ? local.gateways : 0
  allocation_id = var.reuse_nat_ips ? var.external_nat_ip_ids[count.index] : aws_eip.nat[count.index].id
  subnet_id     = element(aws_subnet.public[*].id, count.index)
  tags          = var.tags
}

resource "aws_route_table" "private" {
  count  = local.private && local.largest > 0 ? local.gateways : 0
  vpc_id = local.vpc_id
  tags   = merge({ Name = "${var.name}-${var.private_subnet_suffix}" }, var.tags)
}

resource "aws_route" "private_nat_gateway" {
  count                  = var.create_vpc && var.enable_nat_gateway && var.create_private_nat_gateway_route ? local.gateways : 0
  route_table_id         = try(element(aws_route_table.private[*].id, count.index), null)
  destination_cidr_block = var.nat_gateway_destination_cidr_block
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
}

resource "aws_route_table_association" "private" {
  count          = local.private ? length(var.private_subnets) : 0
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route_table" "database" {
  count  = var.create_vpc && length(var.database_subnets) > 0 && var.create_database_subnet_route_table ? (var.single_nat_gateway || var.create_database_internet_gateway_route ? 1 : length(var.database_subnets)) : 0
  vpc_id = local.vpc_id
  tags   = var.tags
}

resource "aws_route" "database_internet_gateway" {
  count                  = var.create_vpc && length(var.database_subnets) > 0 && var.create_database_subnet_route_table && var.create_igw && var.create_database_internet_gateway_route && !var.create_database_nat_gateway_route ? 1 : 0
  route_table_id         = aws_route_table.database[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "database" {
  count          = var.create_vpc ? length(var.database_subnets) : 0
  subnet_id      = aws_subnet.database[count.index].id
  route_table_id = element(coalescelist(aws_route_table.database[*].id, aws_route_table.private[*].id), count.index)
}

resource "aws_route_table" "intra" {
  count  = var.create_vpc && length(var.intra_subnets) > 0 ? 1 : 0
  vpc_id = local.vpc_id
  tags   = var.tags
}

resource "aws_route_table_association" "intra" {
  count          = var.create_vpc ? length(var.intra_subnets) : 0
  subnet_id      = aws_subnet.intra[count.index].id
  route_table_id = aws_route_table.intra[0].id
}

# The default group has no rules unless they are given.
resource "aws_default_security_group" "this" {
  count  = var.create_vpc && var.manage_default_security_group ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, var.default_security_group_tags)

  dynamic "ingress" {
    for_each = var.default_security_group_ingress
    content {
      self             = try(ingress.value.self, null)
      cidr_blocks      = try(compact(split(",", ingress.value.cidr_blocks)), [])
      ipv6_cidr_blocks = try(compact(split(",", ingress.value.ipv6_cidr_blocks)), [])
      security_groups  = try(compact(split(",", ingress.value.security_groups)), [])
      description      = try(ingress.value.description, null)
      from_port        = try(ingress.value.from_port, 0)
      to_port          = try(ingress.value.to_port, 0)
      protocol         = try(ingress.value.protocol, "-1")
    }
  }
  dynamic "egress" {
    for_each = var.default_security_group_egress
    content {
      self             = try(egress.value.self, null)
      cidr_blocks      = try(compact(split(",", egress.value.cidr_blocks)), [])
      ipv6_cidr_blocks = try(compact(split(",", egress.value.ipv6_cidr_blocks)), [])
      security_groups  = try(compact(split(",", egress.value.security_groups)), [])
      description      = try(egress.value.description, null)
      from_port        = try(egress.value.from_port, 0)
      to_port          = try(egress.value.to_port, 0)
      protocol         = try(egress.value.protocol, "-1")
    }
  }
}

locals {
  logs       = var.create_vpc && var.enable_flow_log
  log_group  = local.logs && var.flow_log_destination_type != "s3" && var.create_flow_log_cloudwatch_log_group
  log_role   = local.logs && var.flow_log_destination_type != "s3" && var.create_flow_log_cloudwatch_iam_role
  log_suffix = var.flow_log_cloudwatch_log_group_name_suffix == "" ? local.vpc_id : var.flow_log_cloudwatch_log_group_name_suffix
}

resource "aws_flow_log" "this" {
  count                    = local.logs ? 1 : 0
  vpc_id                   = local.vpc_id
  traffic_type             = var.flow_log_traffic_type
  log_destination_type     = var.flow_log_destination_type
  log_destination          = local.log_group ? aws_cloudwatch_log_group.flow_log[0].arn : var.flow_log_destination_arn
  iam_role_arn             = local.log_role ? aws_iam_role.vpc_flow_log_cloudwatch[0].arn : var.flow_log_cloudwatch_iam_role_arn
  log_format               = var.flow_log_log_format
  max_aggregation_interval = var.flow_log_max_aggregation_interval
  tags                     = merge(var.tags, var.vpc_flow_log_tags)
}

resource "aws_cloudwatch_log_group" "flow_log" {
  count             = local.log_group ? 1 : 0
  name              = "${var.flow_log_cloudwatch_log_group_name_prefix}${local.log_suffix}"
  retention_in_days = var.flow_log_cloudwatch_log_group_retention_in_days
  kms_key_id        = var.flow_log_cloudwatch_log_group_kms_key_id
  tags              = merge(var.tags, var.vpc_flow_log_tags)
}

data "aws_iam_policy_document" "flow_log_cloudwatch_assume_role" {
  count = local.log_role ? 1 : 0

  statement {
    sid     = "AWSVPCFlowLogsAssumeRole"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "vpc_flow_log_cloudwatch" {
  count              = local.log_role ? 1 : 0
  name_prefix        = "vpc-flow-log-role-"
  assume_role_policy = data.aws_iam_policy_document.flow_log_cloudwatch_assume_role[0].json
  tags               = merge(var.tags, var.vpc_flow_log_tags)
}

data "aws_iam_policy_document" "vpc_flow_log_cloudwatch" {
  count = local.log_role ? 1 : 0

  statement {
    sid       = "AWSVPCFlowLogsPushToCloudWatch"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
    resources = local.log_group ? ["${aws_cloudwatch_log_group.flow_log[0].arn}:*"] : ["*"]
  }
}

resource "aws_iam_policy" "vpc_flow_log_cloudwatch" {
  count       = local.log_role ? 1 : 0
  name_prefix = "vpc-flow-log-to-cloudwatch-"
  policy      = data.aws_iam_policy_document.vpc_flow_log_cloudwatch[0].json
}

resource "aws_iam_role_policy_attachment" "vpc_flow_log_cloudwatch" {
  count      = local.log_role ? 1 : 0
  role       = aws_iam_role.vpc_flow_log_cloudwatch[0].name
  policy_arn = aws_iam_policy.vpc_flow_log_cloudwatch[0].arn
}

output "vpc_id" { value = local.vpc_id }
output "vpc_arn" { value = try(aws_vpc.this[0].arn, null) }
output "vpc_cidr_block" { value = try(aws_vpc.this[0].cidr_block, null) }
output "vpc_main_route_table_id" { value = try(aws_vpc.this[0].main_route_table_id, null) }
output "default_security_group_id" { value = try(aws_vpc.this[0].default_security_group_id, null) }
output "default_route_table_id" { value = try(aws_vpc.this[0].default_route_table_id, null) }
output "default_network_acl_id" { value = try(aws_vpc.this[0].default_network_acl_id, null) }
output "igw_id" { value = try(aws_internet_gateway.this[0].id, null) }
output "natgw_ids" { value = aws_nat_gateway.this[*].id }
output "nat_public_ips" { value = aws_eip.nat[*].public_ip }
output "public_route_table_ids" { value = aws_route_table.public[*].id }
output "private_route_table_ids" { value = aws_route_table.private[*].id }
output "database_route_table_ids" { value = try(coalescelist(aws_route_table.database[*].id, aws_route_table.private[*].id), []) }
output "intra_route_table_ids" { value = aws_route_table.intra[*].id }
output "database_subnet_group" { value = try(aws_db_subnet_group.database[0].id, null) }
output "database_subnet_group_name" { value = try(aws_db_subnet_group.database[0].name, null) }
output "azs" { value = var.azs }
output "name" { value = var.name }
output "public_subnets" { value = aws_subnet.public[*].id }
output "public_subnet_arns" { value = aws_subnet.public[*].arn }
output "public_subnets_cidr_blocks" { value = aws_subnet.public[*].cidr_block }
output "private_subnets" { value = aws_subnet.private[*].id }
output "private_subnet_arns" { value = aws_subnet.private[*].arn }
output "private_subnets_cidr_blocks" { value = aws_subnet.private[*].cidr_block }
output "database_subnets" { value = aws_subnet.database[*].id }
output "database_subnet_arns" { value = aws_subnet.database[*].arn }
output "database_subnets_cidr_blocks" { value = aws_subnet.database[*].cidr_block }
output "elasticache_subnets" { value = aws_subnet.elasticache[*].id }
output "elasticache_subnet_arns" { value = aws_subnet.elasticache[*].arn }
output "elasticache_subnets_cidr_blocks" { value = aws_subnet.elasticache[*].cidr_block }
output "redshift_subnets" { value = aws_subnet.redshift[*].id }
output "redshift_subnet_arns" { value = aws_subnet.redshift[*].arn }
output "redshift_subnets_cidr_blocks" { value = aws_subnet.redshift[*].cidr_block }
output "intra_subnets" { value = aws_subnet.intra[*].id }
output "intra_subnet_arns" { value = aws_subnet.intra[*].arn }
output "intra_subnets_cidr_blocks" { value = aws_subnet.intra[*].cidr_block }
