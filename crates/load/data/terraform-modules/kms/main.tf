data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

locals {
  own    = var.create && !var.create_external && !var.create_replica && !var.create_replica_external
  policy = coalesce(var.policy, try(data.aws_iam_policy_document.this[0].json, null))
  key_id = try(
    aws_kms_key.this[0].key_id, aws_kms_external_key.this[0].id, aws_kms_replica_key.this[0].key_id,
    aws_kms_replica_external_key.this[0].key_id, null,
  )
  key_arn = try(
    aws_kms_key.this[0].arn, aws_kms_external_key.this[0].arn, aws_kms_replica_key.this[0].arn,
    aws_kms_replica_external_key.this[0].arn, null,
  )
}

resource "aws_kms_key" "this" {
  count                              = local.own ? 1 : 0
  description                        = var.description
  key_usage                          = var.key_usage
  customer_master_key_spec           = var.customer_master_key_spec
  custom_key_store_id                = var.custom_key_store_id
  bypass_policy_lockout_safety_check = var.bypass_policy_lockout_safety_check
  deletion_window_in_days            = var.deletion_window_in_days
  enable_key_rotation                = var.enable_key_rotation
  rotation_period_in_days            = var.rotation_period_in_days
  is_enabled                         = var.is_enabled
  multi_region                       = var.multi_region
  policy                             = local.policy
  tags                               = var.tags
}

resource "aws_kms_external_key" "this" {
  count                   = var.create && var.create_external && !var.create_replica && !var.create_replica_external ? 1 : 0
  description             = var.description
  deletion_window_in_days = var.deletion_window_in_days
  enabled                 = var.is_enabled
  key_material_base64     = var.key_material_base64
  multi_region            = var.multi_region
  policy                  = local.policy
  valid_to                = var.valid_to
  tags                    = var.tags
}

resource "aws_kms_replica_key" "this" {
  count                   = var.create && var.create_replica && !var.create_external && !var.create_replica_external ? 1 : 0
  description             = var.description
  deletion_window_in_days = var.deletion_window_in_days
  primary_key_arn         = var.primary_key_arn
  enabled                 = var.is_enabled
  policy                  = local.policy
  tags                    = var.tags
}

resource "aws_kms_replica_external_key" "this" {
  count                   = var.create && var.create_replica_external && !var.create_replica && !var.create_external ? 1 : 0
  description             = var.description
  deletion_window_in_days = var.deletion_window_in_days
  primary_key_arn         = var.primary_external_key_arn
  enabled                 = var.is_enabled
  key_material_base64     = var.key_material_base64
  policy                  = local.policy
  valid_to                = var.valid_to
  tags                    = var.tags
}

data "aws_iam_policy_document" "this" {
  count                     = var.create ? 1 : 0
  source_policy_documents   = var.source_policy_documents
  override_policy_documents = var.override_policy_documents

  dynamic "statement" {
    for_each = var.enable_default_policy ? [1] : []
    content {
      sid       = "Default"
      actions   = ["kms:*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_owners) > 0 ? [var.key_owners] : []
    content {
      sid       = "KeyOwner"
      actions   = ["kms:*"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_administrators) > 0 ? [var.key_administrators] : []
    content {
      sid       = "KeyAdministration"
      actions   = [
        "kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Revoke*",
        "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource", "kms:ScheduleKeyDeletion",
        "kms:CancelKeyDeletion", "kms:ReplicateKey", "kms:ImportKeyMaterial",
      ]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_users) > 0 ? [var.key_users] : []
    content {
      sid       = "KeyUsage"
      actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_service_users) > 0 ? [var.key_service_users] : []
    content {
      sid       = "KeyServiceUsage"
      actions   = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = [true]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_service_roles_for_autoscaling) > 0 ? [var.key_service_roles_for_autoscaling] : []
    content {
      sid       = "KeyServiceRolesASG"
      actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_service_roles_for_autoscaling) > 0 ? [var.key_service_roles_for_autoscaling] : []
    content {
      sid       = "KeyServiceRolesASGPersistentVol"
      actions   = ["kms:CreateGrant"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = [true]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_symmetric_encryption_users) > 0 ? [var.key_symmetric_encryption_users] : []
    content {
      sid       = "KeySymmetricEncryption"
      actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_hmac_users) > 0 ? [var.key_hmac_users] : []
    content {
      sid       = "KeyHMAC"
      actions   = ["kms:DescribeKey", "kms:GenerateMac", "kms:VerifyMac"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_asymmetric_public_encryption_users) > 0 ? [var.key_asymmetric_public_encryption_users] : []
    content {
      sid       = "KeyAsymmetricPublicEncryption"
      actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:DescribeKey", "kms:GetPublicKey"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.key_asymmetric_sign_verify_users) > 0 ? [var.key_asymmetric_sign_verify_users] : []
    content {
      sid       = "KeyAsymmetricSignVerify"
      actions   = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"]
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = var.enable_route53_dnssec ? [1] : []
    content {
      sid       = "Route53DnssecService"
      actions   = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = ["dnssec-route53.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.enable_route53_dnssec ? [1] : []
    content {
      sid       = "Route53DnssecGrant"
      actions   = ["kms:CreateGrant"]
      resources = ["*"]
      principals {
        type        = "Service"
        identifiers = ["dnssec-route53.amazonaws.com"]
      }
      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = [true]
      }
      dynamic "condition" {
        for_each = var.route53_dnssec_sources == null ? [] : var.route53_dnssec_sources
        content {
          test     = "StringEquals"
          variable = "aws:SourceAccount"
          values   = try(coalescelist(condition.value.account_ids), [data.aws_caller_identity.current.account_id])
        }
      }
      dynamic "condition" {
        for_each = var.route53_dnssec_sources == null ? [] : var.route53_dnssec_sources
        content {
          test     = "ArnLike"
          variable = "aws:SourceArn"
          values   = [try(coalesce(condition.value.hosted_zone_arn), "arn:${data.aws_partition.current.partition}:route53:::hostedzone/*")]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.key_statements == null ? [] : var.key_statements
    content {
      sid           = try(statement.value.sid, null)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "principals" {
        for_each = try(coalesce(statement.value.principals), [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(coalesce(statement.value.not_principals), [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = concat(try(coalesce(statement.value.condition), []), try(coalesce(statement.value.conditions), []))
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_kms_alias" "this" {
  for_each      = var.create ? merge({ for a in var.aliases : a => { name = a } }, var.computed_aliases) : {}
  name          = var.aliases_use_name_prefix ? null : "alias/${each.value.name}"
  name_prefix   = var.aliases_use_name_prefix ? "alias/${each.value.name}-" : null
  target_key_id = local.key_id
}

resource "aws_kms_grant" "this" {
  for_each          = var.create && var.grants != null ? var.grants : {}
  name              = try(coalesce(each.value.name), each.key)
  key_id            = local.key_id
  grantee_principal = each.value.grantee_principal
  operations        = each.value.operations
}

output "key_arn" { value = local.key_arn }
output "key_id" { value = local.key_id }
output "key_policy" { value = local.policy }
output "aliases" { value = aws_kms_alias.this }
output "grants" { value = aws_kms_grant.this }
