data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  plain   = var.create_bucket && !var.is_directory_bucket
  express = var.create_bucket && var.is_directory_bucket

  # Inputs of any type may be JSON, for Terragrunt.
  grants          = try(jsondecode(var.grant), var.grant)
  cors_rules      = try(jsondecode(var.cors_rule), var.cors_rule)
  lifecycle_rules = try(jsondecode(var.lifecycle_rule), var.lifecycle_rule)

  has_acl = (var.acl != null && var.acl != "null") || length(local.grants) > 0
  has_policy = anytrue([
    var.attach_policy, var.attach_deny_insecure_transport_policy, var.attach_require_latest_tls_policy,
    var.attach_elb_log_delivery_policy, var.attach_lb_log_delivery_policy, var.attach_access_log_delivery_policy,
    var.attach_cloudtrail_log_delivery_policy, var.attach_waf_log_delivery_policy,
    var.attach_deny_incorrect_encryption_headers, var.attach_deny_incorrect_kms_key_sse,
    var.attach_deny_unencrypted_object_uploads, var.attach_deny_ssec_encrypted_object_uploads,
    var.attach_inventory_destination_policy, var.attach_analytics_destination_policy,
  ])

  id      = try(aws_s3_bucket.this[0].id, aws_s3_directory_bucket.this[0].bucket, "")
  arn     = try(aws_s3_bucket.this[0].arn, aws_s3_directory_bucket.this[0].arn, "")
  objects = "${local.arn}/*"
  account = data.aws_caller_identity.current.account_id
}

resource "aws_s3_bucket" "this" {
  count               = local.plain ? 1 : 0
  bucket              = var.bucket
  bucket_prefix       = var.bucket_prefix
  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock_enabled
  tags                = var.tags
}

resource "aws_s3_directory_bucket" "this" {
  count           = local.express ? 1 : 0
  bucket          = "${var.bucket}--${var.availability_zone_id}--x-s3"
  force_destroy   = var.force_destroy
  data_redundancy = var.data_redundancy
  type            = var.type

  location {
    name = var.availability_zone_id
    type = var.location_type
  }
}

resource "aws_s3_bucket_logging" "this" {
  count         = local.plain && length(var.logging) > 0 ? 1 : 0
  bucket        = aws_s3_bucket.this[0].id
  target_bucket = var.logging.target_bucket
  target_prefix = try(var.logging.target_prefix, null)
}

resource "aws_s3_bucket_acl" "this" {
  count  = local.plain && local.has_acl ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  acl    = var.acl == "null" ? null : var.acl

  dynamic "access_control_policy" {
    for_each = length(local.grants) > 0 ? [local.grants] : []
    content {
      dynamic "grant" {
        for_each = access_control_policy.value
        content {
          permission = grant.value.permission
          grantee {
            type          = grant.value.type
            id            = try(grant.value.id, null)
            uri           = try(grant.value.uri, null)
            email_address = try(grant.value.email, null)
          }
        }
      }
      owner {
        id = try(var.owner.id, null)
      }
    }
  }
}

resource "aws_s3_bucket_website_configuration" "this" {
  count  = local.plain && length(var.website) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  dynamic "index_document" {
    for_each = try([var.website.index_document], [])
    content {
      suffix = index_document.value
    }
  }
  dynamic "error_document" {
    for_each = try([var.website.error_document], [])
    content {
      key = error_document.value
    }
  }
  dynamic "redirect_all_requests_to" {
    for_each = try([var.website.redirect_all_requests_to], [])
    content {
      host_name = redirect_all_requests_to.value.host_name
      protocol  = try(redirect_all_requests_to.value.protocol, null)
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  count  = local.plain && length(var.versioning) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  mfa    = try(var.versioning.mfa, null)

  versioning_configuration {
    status = try(
      tobool(var.versioning.enabled) ? "Enabled" : "Suspended", tobool(var.versioning.status) ? "Enabled" : "Suspended",
      title(lower(var.versioning.status)), "Enabled",
    )
    mfa_delete = try(
      tobool(var.versioning.mfa_delete) ? "Enabled" : "Disabled", title(lower(var.versioning.mfa_delete)), null,
    )
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = var.create_bucket && length(var.server_side_encryption_configuration) > 0 ? 1 : 0
  bucket = local.id

  dynamic "rule" {
    for_each = try(flatten([var.server_side_encryption_configuration.rule]), [])
    content {
      bucket_key_enabled = try(rule.value.bucket_key_enabled, null)

      dynamic "apply_server_side_encryption_by_default" {
        for_each = try([rule.value.apply_server_side_encryption_by_default], [])
        content {
          sse_algorithm     = apply_server_side_encryption_by_default.value.sse_algorithm
          kms_master_key_id = try(apply_server_side_encryption_by_default.value.kms_master_key_id, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_accelerate_configuration" "this" {
  count  = local.plain && var.acceleration_status != null ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  status = title(lower(var.acceleration_status))
}

resource "aws_s3_bucket_request_payment_configuration" "this" {
  count  = local.plain && var.request_payer != null ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  payer  = lower(var.request_payer) == "requester" ? "Requester" : "BucketOwner"
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count  = local.plain && length(local.cors_rules) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  dynamic "cors_rule" {
    for_each = local.cors_rules
    content {
      id              = try(cors_rule.value.id, null)
      allowed_methods = cors_rule.value.allowed_methods
      allowed_origins = cors_rule.value.allowed_origins
      allowed_headers = try(cors_rule.value.allowed_headers, null)
      expose_headers  = try(cors_rule.value.expose_headers, null)
      max_age_seconds = try(cors_rule.value.max_age_seconds, null)
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = var.create_bucket && length(local.lifecycle_rules) > 0 ? 1 : 0
  bucket = local.id

  dynamic "rule" {
    for_each = local.lifecycle_rules
    content {
      id = try(rule.value.id, null)
      status = try(
        tobool(rule.value.enabled) ? "Enabled" : "Disabled", tobool(rule.value.status) ? "Enabled" : "Disabled",
        title(lower(rule.value.status)), "Enabled",
      )

      dynamic "abort_incomplete_multipart_upload" {
        for_each = try([rule.value.abort_incomplete_multipart_upload_days], [])
        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }
      dynamic "filter" {
        for_each = try(flatten([rule.value.filter]), [])
        content {
          prefix = try(filter.value.prefix, null)
        }
      }
      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])
        content {
          date                         = try(expiration.value.date, null)
          days                         = try(expiration.value.days, null)
          expired_object_delete_marker = try(expiration.value.expired_object_delete_marker, null)
        }
      }
      dynamic "transition" {
        for_each = try(flatten([rule.value.transition]), [])
        content {
          date          = try(transition.value.date, null)
          days          = try(transition.value.days, null)
          storage_class = transition.value.storage_class
        }
      }
      dynamic "noncurrent_version_expiration" {
        for_each = try(flatten([rule.value.noncurrent_version_expiration]), [])
        content {
          newer_noncurrent_versions = try(noncurrent_version_expiration.value.newer_noncurrent_versions, null)
          noncurrent_days = try(
            noncurrent_version_expiration.value.days, noncurrent_version_expiration.value.noncurrent_days, null,
          )
        }
      }
      dynamic "noncurrent_version_transition" {
        for_each = try(flatten([rule.value.noncurrent_version_transition]), [])
        content {
          newer_noncurrent_versions = try(noncurrent_version_transition.value.newer_noncurrent_versions, null)
          noncurrent_days = try(
            noncurrent_version_transition.value.days, noncurrent_version_transition.value.noncurrent_days, null,
          )
          storage_class = noncurrent_version_transition.value.storage_class
        }
      }
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count  = var.create_bucket && var.object_lock_enabled && try(var.object_lock_configuration.rule.default_retention, null) != null ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  token  = try(var.object_lock_configuration.token, null)

  rule {
    default_retention {
      mode  = var.object_lock_configuration.rule.default_retention.mode
      days  = try(var.object_lock_configuration.rule.default_retention.days, null)
      years = try(var.object_lock_configuration.rule.default_retention.years, null)
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count  = local.plain && length(var.replication_configuration) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this[0].id
  role   = var.replication_configuration.role

  dynamic "rule" {
    for_each = flatten(try([var.replication_configuration.rule], [var.replication_configuration.rules], []))
    content {
      id       = try(rule.value.id, null)
      priority = try(rule.value.priority, null)
      status   = try(tobool(rule.value.status) ? "Enabled" : "Disabled", title(lower(rule.value.status)), "Enabled")

      dynamic "destination" {
        for_each = try(flatten([rule.value.destination]), [])
        content {
          bucket        = destination.value.bucket
          account       = try(destination.value.account_id, destination.value.account, null)
          storage_class = try(destination.value.storage_class, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count  = var.create_bucket && local.has_policy ? 1 : 0
  bucket = local.id
  policy = replace(replace(replace(
    data.aws_iam_policy_document.combined[0].json,
    "_S3_BUCKET_ID_", local.id), "_S3_BUCKET_ARN_", local.arn), "_AWS_ACCOUNT_ID_", local.account
  )
}

data "aws_iam_policy_document" "combined" {
  count                   = var.create_bucket && local.has_policy ? 1 : 0
  source_policy_documents = compact([var.attach_policy ? var.policy : ""])

  dynamic "statement" {
    for_each = var.attach_deny_insecure_transport_policy ? [1] : []
    content {
      sid       = "denyInsecureTransport"
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = [local.arn, local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "Bool"
        variable = "aws:SecureTransport"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_require_latest_tls_policy ? [1] : []
    content {
      sid       = "denyOutdatedTLS"
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = [local.arn, local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "NumericLessThan"
        variable = "s3:TlsVersion"
        values   = ["1.2"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_deny_unencrypted_object_uploads ? [1] : []
    content {
      sid       = "denyUnencryptedObjectUploads"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "Null"
        variable = "s3:x-amz-server-side-encryption"
        values   = [true]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_deny_ssec_encrypted_object_uploads ? [1] : []
    content {
      sid       = "denySSECEncryptedObjectUploads"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "Null"
        variable = "s3:x-amz-server-side-encryption-customer-algorithm"
        values   = [false]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_deny_incorrect_kms_key_sse ? [1] : []
    content {
      sid       = "denyIncorrectKmsKeySse"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "StringNotEquals"
        variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
        values   = [var.allowed_kms_key_arn]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_deny_incorrect_encryption_headers ? [1] : []
    content {
      sid       = "denyIncorrectEncryptionHeaders"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "StringNotEquals"
        variable = "s3:x-amz-server-side-encryption"
        values   = [try(var.server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm, null) == "aws:kms" ? "aws:kms" : "AES256"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_elb_log_delivery_policy ? [1] : []
    content {
      sid       = ""
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "Service"
        identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_lb_log_delivery_policy ? [1] : []
    content {
      sid       = "AlbNlbLogDeliveryWrite"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "Service"
        identifiers = ["delivery.logs.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-acl"
        values   = ["bucket-owner-full-control"]
      }
      dynamic "condition" {
        for_each = length(var.lb_log_delivery_policy_source_organizations) > 0 ? [var.lb_log_delivery_policy_source_organizations] : []
        content {
          test     = "StringEquals"
          variable = "aws:ResourceOrgID"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_lb_log_delivery_policy ? [1] : []
    content {
      sid       = "AlbNlbLogDeliveryAclCheck"
      effect    = "Allow"
      actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
      resources = [local.arn]
      principals {
        type        = "Service"
        identifiers = ["delivery.logs.amazonaws.com"]
      }
      dynamic "condition" {
        for_each = length(var.lb_log_delivery_policy_source_organizations) > 0 ? [var.lb_log_delivery_policy_source_organizations] : []
        content {
          test     = "StringEquals"
          variable = "aws:ResourceOrgID"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_access_log_delivery_policy ? [1] : []
    content {
      sid       = "AWSAccessLogDeliveryWrite"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }
      dynamic "condition" {
        for_each = length(var.access_log_delivery_policy_source_buckets) > 0 ? [var.access_log_delivery_policy_source_buckets] : []
        content {
          test     = "ForAnyValue:ArnLike"
          variable = "aws:SourceArn"
          values   = condition.value
        }
      }
      dynamic "condition" {
        for_each = length(var.access_log_delivery_policy_source_accounts) > 0 ? [var.access_log_delivery_policy_source_accounts] : []
        content {
          test     = "ForAnyValue:StringEquals"
          variable = "aws:SourceAccount"
          values   = condition.value
        }
      }
      dynamic "condition" {
        for_each = length(var.access_log_delivery_policy_source_organizations) > 0 ? [var.access_log_delivery_policy_source_organizations] : []
        content {
          test     = "StringEquals"
          variable = "aws:ResourceOrgID"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_access_log_delivery_policy ? [1] : []
    content {
      sid       = "AWSAccessLogDeliveryAclCheck"
      effect    = "Allow"
      actions   = ["s3:GetBucketAcl"]
      resources = [local.arn]
      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }
      dynamic "condition" {
        for_each = length(var.access_log_delivery_policy_source_organizations) > 0 ? [var.access_log_delivery_policy_source_organizations] : []
        content {
          test     = "StringEquals"
          variable = "aws:ResourceOrgID"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_cloudtrail_log_delivery_policy ? [1] : []
    content {
      sid       = "AWSCloudTrailAclCheck"
      effect    = "Allow"
      actions   = ["s3:GetBucketAcl"]
      resources = [local.arn]
      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_cloudtrail_log_delivery_policy ? [1] : []
    content {
      sid       = "AWSCloudTrailWrite"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = ["${local.arn}/AWSLogs/*"]
      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-acl"
        values   = ["bucket-owner-full-control"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_waf_log_delivery_policy ? [1] : []
    content {
      sid       = "WafLogDeliveryWrite"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = ["${local.arn}/AWSLogs/${local.account}/*"]
      principals {
        type        = "Service"
        identifiers = ["delivery.logs.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-acl"
        values   = ["bucket-owner-full-control"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["arn:${data.aws_partition.current.partition}:logs:*:${local.account}:*"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_waf_log_delivery_policy ? [1] : []
    content {
      sid       = "WafLogDeliveryAclCheck"
      effect    = "Allow"
      actions   = ["s3:GetBucketAcl"]
      resources = [local.arn]
      principals {
        type        = "Service"
        identifiers = ["delivery.logs.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["arn:${data.aws_partition.current.partition}:logs:*:${local.account}:*"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.attach_inventory_destination_policy || var.attach_analytics_destination_policy ? [1] : []
    content {
      sid       = "destinationInventoryAndAnalyticsPolicy"
      effect    = "Allow"
      actions   = ["s3:PutObject"]
      resources = [local.objects]
      principals {
        type        = "Service"
        identifiers = ["s3.amazonaws.com"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values = compact(distinct([
          var.inventory_self_source_destination ? local.arn : var.inventory_source_bucket_arn,
          var.analytics_self_source_destination ? local.arn : var.analytics_source_bucket_arn,
        ]))
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
      condition {
        test     = "StringEquals"
        variable = "s3:x-amz-acl"
        values   = ["bucket-owner-full-control"]
      }
    }
  }

}

resource "aws_s3_bucket_public_access_block" "this" {
  count                   = local.plain && var.attach_public_policy ? 1 : 0
  bucket                  = aws_s3_bucket.this[0].id
  block_public_acls       = var.block_public_acls
  block_public_policy     = var.block_public_policy
  ignore_public_acls      = var.ignore_public_acls
  restrict_public_buckets = var.restrict_public_buckets
}

resource "aws_s3_bucket_ownership_controls" "this" {
  count  = local.plain && var.control_object_ownership ? 1 : 0
  bucket = aws_s3_bucket.this[0].id

  rule {
    object_ownership = var.object_ownership
  }
}

output "s3_bucket_id" { value = local.id }
output "s3_bucket_arn" { value = local.arn }
output "s3_bucket_bucket_domain_name" { value = try(aws_s3_bucket.this[0].bucket_domain_name, "") }
output "s3_bucket_bucket_regional_domain_name" { value = try(aws_s3_bucket.this[0].bucket_regional_domain_name, "") }
output "s3_bucket_hosted_zone_id" { value = try(aws_s3_bucket.this[0].hosted_zone_id, "") }
output "s3_bucket_region" { value = try(aws_s3_bucket.this[0].region, "") }
output "s3_bucket_policy" { value = try(aws_s3_bucket_policy.this[0].policy, "") }
output "s3_bucket_website_endpoint" { value = try(aws_s3_bucket_website_configuration.this[0].website_endpoint, "") }
output "s3_bucket_website_domain" { value = try(aws_s3_bucket_website_configuration.this[0].website_domain, "") }
output "s3_bucket_lifecycle_configuration_rules" { value = try(aws_s3_bucket_lifecycle_configuration.this[0].rule, "") }
output "s3_directory_bucket_name" { value = try(aws_s3_directory_bucket.this[0].bucket, "") }
output "s3_directory_bucket_arn" { value = try(aws_s3_directory_bucket.this[0].arn, "") }
output "aws_s3_bucket_versioning_status" { value = try(aws_s3_bucket_versioning.this[0].versioning_configuration[0].status, "") }
output "s3_bucket_tags" { value = var.tags }

# Names of version 1.
output "this_s3_bucket_id" { value = local.id }
output "this_s3_bucket_arn" { value = local.arn }
output "this_s3_bucket_bucket_regional_domain_name" { value = try(aws_s3_bucket.this[0].bucket_regional_domain_name, "") }
