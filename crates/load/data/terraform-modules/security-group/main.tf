locals {
  create = var.create
  id     = var.create_sg ? try(aws_security_group.this[0].id, aws_security_group.this_name_prefix[0].id, "") : var.security_group_id
}

resource "aws_security_group" "this" {
  count                  = local.create && var.create_sg && !var.use_name_prefix ? 1 : 0
  name                   = var.name
  description            = var.description
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = var.revoke_rules_on_delete
  tags                   = merge({ Name = var.name }, var.tags)
}

resource "aws_security_group" "this_name_prefix" {
  count                  = local.create && var.create_sg && var.use_name_prefix ? 1 : 0
  name_prefix            = "${var.name}-"
  description            = var.description
  vpc_id                 = var.vpc_id
  revoke_rules_on_delete = var.revoke_rules_on_delete
  tags                   = merge({ Name = var.name }, var.tags)
}

resource "aws_security_group_rule" "ingress_rules" {
  count             = local.create ? length(var.ingress_rules) : 0
  security_group_id = local.id
  type              = "ingress"
  cidr_blocks       = var.ingress_cidr_blocks
  ipv6_cidr_blocks  = var.ingress_ipv6_cidr_blocks
  prefix_list_ids   = var.ingress_prefix_list_ids
  from_port         = var.rules[var.ingress_rules[count.index]][0]
  to_port           = var.rules[var.ingress_rules[count.index]][1]
  protocol          = var.rules[var.ingress_rules[count.index]][2]
  description       = var.rules[var.ingress_rules[count.index]][3]
}

resource "aws_security_group_rule" "ingress_with_source_security_group_id" {
  count             = local.create ? length(var.ingress_with_source_security_group_id) : 0
  security_group_id = local.id
  type              = "ingress"
  source_security_group_id = var.ingress_with_source_security_group_id[count.index].source_security_group_id
  description       = try(var.ingress_with_source_security_group_id[count.index].description, "Ingress Rule")
  from_port         = try(var.ingress_with_source_security_group_id[count.index].from_port, var.rules[var.ingress_with_source_security_group_id[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.ingress_with_source_security_group_id[count.index].to_port, var.rules[var.ingress_with_source_security_group_id[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.ingress_with_source_security_group_id[count.index].protocol, var.rules[var.ingress_with_source_security_group_id[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "ingress_with_cidr_blocks" {
  count             = local.create ? length(var.ingress_with_cidr_blocks) : 0
  security_group_id = local.id
  type              = "ingress"
  cidr_blocks       = compact(try(split(",", var.ingress_with_cidr_blocks[count.index].cidr_blocks), var.ingress_cidr_blocks))
  description       = try(var.ingress_with_cidr_blocks[count.index].description, "Ingress Rule")
  from_port         = try(var.ingress_with_cidr_blocks[count.index].from_port, var.rules[var.ingress_with_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.ingress_with_cidr_blocks[count.index].to_port, var.rules[var.ingress_with_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.ingress_with_cidr_blocks[count.index].protocol, var.rules[var.ingress_with_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "ingress_with_ipv6_cidr_blocks" {
  count             = local.create ? length(var.ingress_with_ipv6_cidr_blocks) : 0
  security_group_id = local.id
  type              = "ingress"
  ipv6_cidr_blocks  = compact(try(split(",", var.ingress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks), var.ingress_ipv6_cidr_blocks))
  description       = try(var.ingress_with_ipv6_cidr_blocks[count.index].description, "Ingress Rule")
  from_port         = try(var.ingress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.ingress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.ingress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.ingress_with_ipv6_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "ingress_with_self" {
  count             = local.create ? length(var.ingress_with_self) : 0
  security_group_id = local.id
  type              = "ingress"
  self              = try(var.ingress_with_self[count.index].self, true)
  description       = try(var.ingress_with_self[count.index].description, "Ingress Rule")
  from_port         = try(var.ingress_with_self[count.index].from_port, var.rules[var.ingress_with_self[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.ingress_with_self[count.index].to_port, var.rules[var.ingress_with_self[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.ingress_with_self[count.index].protocol, var.rules[var.ingress_with_self[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "ingress_with_prefix_list_ids" {
  count             = local.create ? length(var.ingress_with_prefix_list_ids) : 0
  security_group_id = local.id
  type              = "ingress"
  prefix_list_ids   = compact(try(split(",", var.ingress_with_prefix_list_ids[count.index].prefix_list_ids), var.ingress_prefix_list_ids))
  description       = try(var.ingress_with_prefix_list_ids[count.index].description, "Ingress Rule")
  from_port         = try(var.ingress_with_prefix_list_ids[count.index].from_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.ingress_with_prefix_list_ids[count.index].to_port, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.ingress_with_prefix_list_ids[count.index].protocol, var.rules[var.ingress_with_prefix_list_ids[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_ingress_rules" {
  count             = local.create ? var.number_of_computed_ingress_rules : 0
  security_group_id = local.id
  type              = "ingress"
  cidr_blocks       = var.ingress_cidr_blocks
  ipv6_cidr_blocks  = var.ingress_ipv6_cidr_blocks
  prefix_list_ids   = var.ingress_prefix_list_ids
  from_port         = var.rules[var.computed_ingress_rules[count.index]][0]
  to_port           = var.rules[var.computed_ingress_rules[count.index]][1]
  protocol          = var.rules[var.computed_ingress_rules[count.index]][2]
  description       = var.rules[var.computed_ingress_rules[count.index]][3]
}

resource "aws_security_group_rule" "computed_ingress_with_source_security_group_id" {
  count             = local.create ? var.number_of_computed_ingress_with_source_security_group_id : 0
  security_group_id = local.id
  type              = "ingress"
  source_security_group_id = var.computed_ingress_with_source_security_group_id[count.index].source_security_group_id
  description       = try(var.computed_ingress_with_source_security_group_id[count.index].description, "Ingress Rule")
  from_port         = try(var.computed_ingress_with_source_security_group_id[count.index].from_port, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_ingress_with_source_security_group_id[count.index].to_port, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_ingress_with_source_security_group_id[count.index].protocol, var.rules[var.computed_ingress_with_source_security_group_id[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_ingress_with_cidr_blocks" {
  count             = local.create ? var.number_of_computed_ingress_with_cidr_blocks : 0
  security_group_id = local.id
  type              = "ingress"
  cidr_blocks       = compact(try(split(",", var.computed_ingress_with_cidr_blocks[count.index].cidr_blocks), var.ingress_cidr_blocks))
  description       = try(var.computed_ingress_with_cidr_blocks[count.index].description, "Ingress Rule")
  from_port         = try(var.computed_ingress_with_cidr_blocks[count.index].from_port, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_ingress_with_cidr_blocks[count.index].to_port, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_ingress_with_cidr_blocks[count.index].protocol, var.rules[var.computed_ingress_with_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_ingress_with_ipv6_cidr_blocks" {
  count             = local.create ? var.number_of_computed_ingress_with_ipv6_cidr_blocks : 0
  security_group_id = local.id
  type              = "ingress"
  ipv6_cidr_blocks  = compact(try(split(",", var.computed_ingress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks), var.ingress_ipv6_cidr_blocks))
  description       = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].description, "Ingress Rule")
  from_port         = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_ingress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.computed_ingress_with_ipv6_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_ingress_with_self" {
  count             = local.create ? var.number_of_computed_ingress_with_self : 0
  security_group_id = local.id
  type              = "ingress"
  self              = try(var.computed_ingress_with_self[count.index].self, true)
  description       = try(var.computed_ingress_with_self[count.index].description, "Ingress Rule")
  from_port         = try(var.computed_ingress_with_self[count.index].from_port, var.rules[var.computed_ingress_with_self[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_ingress_with_self[count.index].to_port, var.rules[var.computed_ingress_with_self[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_ingress_with_self[count.index].protocol, var.rules[var.computed_ingress_with_self[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_ingress_with_prefix_list_ids" {
  count             = local.create ? var.number_of_computed_ingress_with_prefix_list_ids : 0
  security_group_id = local.id
  type              = "ingress"
  prefix_list_ids   = compact(try(split(",", var.computed_ingress_with_prefix_list_ids[count.index].prefix_list_ids), var.ingress_prefix_list_ids))
  description       = try(var.computed_ingress_with_prefix_list_ids[count.index].description, "Ingress Rule")
  from_port         = try(var.computed_ingress_with_prefix_list_ids[count.index].from_port, var.rules[var.computed_ingress_with_prefix_list_ids[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_ingress_with_prefix_list_ids[count.index].to_port, var.rules[var.computed_ingress_with_prefix_list_ids[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_ingress_with_prefix_list_ids[count.index].protocol, var.rules[var.computed_ingress_with_prefix_list_ids[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "egress_rules" {
  count             = local.create ? length(var.egress_rules) : 0
  security_group_id = local.id
  type              = "egress"
  cidr_blocks       = var.egress_cidr_blocks
  ipv6_cidr_blocks  = var.egress_ipv6_cidr_blocks
  prefix_list_ids   = var.egress_prefix_list_ids
  from_port         = var.rules[var.egress_rules[count.index]][0]
  to_port           = var.rules[var.egress_rules[count.index]][1]
  protocol          = var.rules[var.egress_rules[count.index]][2]
  description       = var.rules[var.egress_rules[count.index]][3]
}

resource "aws_security_group_rule" "egress_with_source_security_group_id" {
  count             = local.create ? length(var.egress_with_source_security_group_id) : 0
  security_group_id = local.id
  type              = "egress"
  source_security_group_id = var.egress_with_source_security_group_id[count.index].source_security_group_id
  description       = try(var.egress_with_source_security_group_id[count.index].description, "Egress Rule")
  from_port         = try(var.egress_with_source_security_group_id[count.index].from_port, var.rules[var.egress_with_source_security_group_id[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.egress_with_source_security_group_id[count.index].to_port, var.rules[var.egress_with_source_security_group_id[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.egress_with_source_security_group_id[count.index].protocol, var.rules[var.egress_with_source_security_group_id[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "egress_with_cidr_blocks" {
  count             = local.create ? length(var.egress_with_cidr_blocks) : 0
  security_group_id = local.id
  type              = "egress"
  cidr_blocks       = compact(try(split(",", var.egress_with_cidr_blocks[count.index].cidr_blocks), var.egress_cidr_blocks))
  description       = try(var.egress_with_cidr_blocks[count.index].description, "Egress Rule")
  from_port         = try(var.egress_with_cidr_blocks[count.index].from_port, var.rules[var.egress_with_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.egress_with_cidr_blocks[count.index].to_port, var.rules[var.egress_with_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.egress_with_cidr_blocks[count.index].protocol, var.rules[var.egress_with_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "egress_with_ipv6_cidr_blocks" {
  count             = local.create ? length(var.egress_with_ipv6_cidr_blocks) : 0
  security_group_id = local.id
  type              = "egress"
  ipv6_cidr_blocks  = compact(try(split(",", var.egress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks), var.egress_ipv6_cidr_blocks))
  description       = try(var.egress_with_ipv6_cidr_blocks[count.index].description, "Egress Rule")
  from_port         = try(var.egress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.egress_with_ipv6_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.egress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.egress_with_ipv6_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.egress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.egress_with_ipv6_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "egress_with_self" {
  count             = local.create ? length(var.egress_with_self) : 0
  security_group_id = local.id
  type              = "egress"
  self              = try(var.egress_with_self[count.index].self, true)
  description       = try(var.egress_with_self[count.index].description, "Egress Rule")
  from_port         = try(var.egress_with_self[count.index].from_port, var.rules[var.egress_with_self[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.egress_with_self[count.index].to_port, var.rules[var.egress_with_self[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.egress_with_self[count.index].protocol, var.rules[var.egress_with_self[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "egress_with_prefix_list_ids" {
  count             = local.create ? length(var.egress_with_prefix_list_ids) : 0
  security_group_id = local.id
  type              = "egress"
  prefix_list_ids   = compact(try(split(",", var.egress_with_prefix_list_ids[count.index].prefix_list_ids), var.egress_prefix_list_ids))
  description       = try(var.egress_with_prefix_list_ids[count.index].description, "Egress Rule")
  from_port         = try(var.egress_with_prefix_list_ids[count.index].from_port, var.rules[var.egress_with_prefix_list_ids[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.egress_with_prefix_list_ids[count.index].to_port, var.rules[var.egress_with_prefix_list_ids[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.egress_with_prefix_list_ids[count.index].protocol, var.rules[var.egress_with_prefix_list_ids[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_egress_rules" {
  count             = local.create ? var.number_of_computed_egress_rules : 0
  security_group_id = local.id
  type              = "egress"
  cidr_blocks       = var.egress_cidr_blocks
  ipv6_cidr_blocks  = var.egress_ipv6_cidr_blocks
  prefix_list_ids   = var.egress_prefix_list_ids
  from_port         = var.rules[var.computed_egress_rules[count.index]][0]
  to_port           = var.rules[var.computed_egress_rules[count.index]][1]
  protocol          = var.rules[var.computed_egress_rules[count.index]][2]
  description       = var.rules[var.computed_egress_rules[count.index]][3]
}

resource "aws_security_group_rule" "computed_egress_with_source_security_group_id" {
  count             = local.create ? var.number_of_computed_egress_with_source_security_group_id : 0
  security_group_id = local.id
  type              = "egress"
  source_security_group_id = var.computed_egress_with_source_security_group_id[count.index].source_security_group_id
  description       = try(var.computed_egress_with_source_security_group_id[count.index].description, "Egress Rule")
  from_port         = try(var.computed_egress_with_source_security_group_id[count.index].from_port, var.rules[var.computed_egress_with_source_security_group_id[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_egress_with_source_security_group_id[count.index].to_port, var.rules[var.computed_egress_with_source_security_group_id[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_egress_with_source_security_group_id[count.index].protocol, var.rules[var.computed_egress_with_source_security_group_id[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_egress_with_cidr_blocks" {
  count             = local.create ? var.number_of_computed_egress_with_cidr_blocks : 0
  security_group_id = local.id
  type              = "egress"
  cidr_blocks       = compact(try(split(",", var.computed_egress_with_cidr_blocks[count.index].cidr_blocks), var.egress_cidr_blocks))
  description       = try(var.computed_egress_with_cidr_blocks[count.index].description, "Egress Rule")
  from_port         = try(var.computed_egress_with_cidr_blocks[count.index].from_port, var.rules[var.computed_egress_with_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_egress_with_cidr_blocks[count.index].to_port, var.rules[var.computed_egress_with_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_egress_with_cidr_blocks[count.index].protocol, var.rules[var.computed_egress_with_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_egress_with_ipv6_cidr_blocks" {
  count             = local.create ? var.number_of_computed_egress_with_ipv6_cidr_blocks : 0
  security_group_id = local.id
  type              = "egress"
  ipv6_cidr_blocks  = compact(try(split(",", var.computed_egress_with_ipv6_cidr_blocks[count.index].ipv6_cidr_blocks), var.egress_ipv6_cidr_blocks))
  description       = try(var.computed_egress_with_ipv6_cidr_blocks[count.index].description, "Egress Rule")
  from_port         = try(var.computed_egress_with_ipv6_cidr_blocks[count.index].from_port, var.rules[var.computed_egress_with_ipv6_cidr_blocks[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_egress_with_ipv6_cidr_blocks[count.index].to_port, var.rules[var.computed_egress_with_ipv6_cidr_blocks[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_egress_with_ipv6_cidr_blocks[count.index].protocol, var.rules[var.computed_egress_with_ipv6_cidr_blocks[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_egress_with_self" {
  count             = local.create ? var.number_of_computed_egress_with_self : 0
  security_group_id = local.id
  type              = "egress"
  self              = try(var.computed_egress_with_self[count.index].self, true)
  description       = try(var.computed_egress_with_self[count.index].description, "Egress Rule")
  from_port         = try(var.computed_egress_with_self[count.index].from_port, var.rules[var.computed_egress_with_self[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_egress_with_self[count.index].to_port, var.rules[var.computed_egress_with_self[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_egress_with_self[count.index].protocol, var.rules[var.computed_egress_with_self[count.index].rule][2], var.rules["_"][2])
}

resource "aws_security_group_rule" "computed_egress_with_prefix_list_ids" {
  count             = local.create ? var.number_of_computed_egress_with_prefix_list_ids : 0
  security_group_id = local.id
  type              = "egress"
  prefix_list_ids   = compact(try(split(",", var.computed_egress_with_prefix_list_ids[count.index].prefix_list_ids), var.egress_prefix_list_ids))
  description       = try(var.computed_egress_with_prefix_list_ids[count.index].description, "Egress Rule")
  from_port         = try(var.computed_egress_with_prefix_list_ids[count.index].from_port, var.rules[var.computed_egress_with_prefix_list_ids[count.index].rule][0], var.rules["_"][0])
  to_port           = try(var.computed_egress_with_prefix_list_ids[count.index].to_port, var.rules[var.computed_egress_with_prefix_list_ids[count.index].rule][1], var.rules["_"][1])
  protocol          = try(var.computed_egress_with_prefix_list_ids[count.index].protocol, var.rules[var.computed_egress_with_prefix_list_ids[count.index].rule][2], var.rules["_"][2])
}

output "security_group_arn" { value = try(aws_security_group.this[0].arn, aws_security_group.this_name_prefix[0].arn, "") }
output "security_group_id" { value = local.id }
output "security_group_vpc_id" { value = try(aws_security_group.this[0].vpc_id, aws_security_group.this_name_prefix[0].vpc_id, "") }
output "security_group_name" { value = try(aws_security_group.this[0].name, aws_security_group.this_name_prefix[0].name, "") }
output "security_group_description" { value = var.description }
output "this_security_group_id" { value = local.id }
