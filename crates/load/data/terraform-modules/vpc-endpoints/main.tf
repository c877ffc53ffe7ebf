data "aws_region" "current" {}

locals {
  endpoints = var.create ? { for k, e in var.endpoints : k => e if try(e.create, true) } : {}
  groups    = var.create && var.create_security_group ? concat(var.security_group_ids, [aws_security_group.this[0].id]) : var.security_group_ids
  kinds     = { for k, e in local.endpoints : k => try(e.service_type, "Interface") }
}

resource "aws_vpc_endpoint" "this" {
  for_each            = local.endpoints
  vpc_id              = var.vpc_id
  service_name        = try(each.value.service_endpoint, each.value.service_name, "com.amazonaws.${data.aws_region.current.region}.${each.value.service}")
  vpc_endpoint_type   = local.kinds[each.key]
  policy              = try(each.value.policy, null)
  security_group_ids  = local.kinds[each.key] == "Interface" ? distinct(concat(local.groups, try(each.value.security_group_ids, []))) : null
  subnet_ids          = local.kinds[each.key] == "Interface" ? distinct(concat(var.subnet_ids, try(each.value.subnet_ids, []))) : null
  route_table_ids     = local.kinds[each.key] == "Gateway" ? try(each.value.route_table_ids, null) : null
  private_dns_enabled = local.kinds[each.key] == "Interface" ? try(each.value.private_dns_enabled, null) : null
  tags                = merge(var.tags, try(each.value.tags, {}))
}

resource "aws_security_group" "this" {
  count       = var.create && var.create_security_group ? 1 : 0
  name        = var.security_group_name
  name_prefix = var.security_group_name_prefix
  description = var.security_group_description
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, var.security_group_tags)
}

resource "aws_security_group_rule" "this" {
  for_each                 = var.create && var.create_security_group ? var.security_group_rules : {}
  security_group_id        = aws_security_group.this[0].id
  type                     = try(each.value.type, "ingress")
  protocol                 = try(each.value.protocol, "tcp")
  from_port                = try(each.value.from_port, 443)
  to_port                  = try(each.value.to_port, 443)
  description              = try(each.value.description, null)
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  self                     = try(each.value.self, null)
  source_security_group_id = try(each.value.source_security_group_id, null)
}

output "endpoints" { value = aws_vpc_endpoint.this }
output "security_group_arn" { value = try(aws_security_group.this[0].arn, null) }
output "security_group_id" { value = try(aws_security_group.this[0].id, null) }
