locals {
  create   = var.create && var.create_distribution
  controls = var.create_origin_access_control && var.origin_access_control != null ? var.origin_access_control : {}
}

resource "aws_cloudfront_origin_access_control" "this" {
  for_each                          = local.controls
  name                              = try(coalesce(each.value.name), each.key)
  description                       = try(each.value.description, null)
  origin_access_control_origin_type = each.value.origin_type
  signing_behavior                  = each.value.signing_behavior
  signing_protocol                  = each.value.signing_protocol
}

resource "aws_cloudfront_distribution" "this" {
  count                           = local.create ? 1 : 0
  aliases                         = var.aliases
  comment                         = var.comment
  continuous_deployment_policy_id = var.continuous_deployment_policy_id
  default_root_object             = var.default_root_object
  enabled                         = var.enabled
  http_version                    = var.http_version
  is_ipv6_enabled                 = var.is_ipv6_enabled
  price_class                     = var.price_class
  retain_on_delete                = var.retain_on_delete
  staging                         = var.staging
  web_acl_id                      = var.web_acl_id
  tags                            = var.tags

  dynamic "logging_config" {
    for_each = length(var.logging_config == null ? {} : var.logging_config) > 0 ? [var.logging_config] : []
    content {
      bucket          = logging_config.value.bucket
      prefix          = try(logging_config.value.prefix, null)
      include_cookies = try(logging_config.value.include_cookies, null)
    }
  }

  dynamic "origin" {
    for_each = var.origin
    content {
      domain_name = origin.value.domain_name
      origin_id   = try(coalesce(origin.value.origin_id), origin.key)
      origin_path = try(origin.value.origin_path, null)
      origin_access_control_id = try(
        coalesce(origin.value.origin_access_control_id),
        aws_cloudfront_origin_access_control.this[origin.value.origin_access_control_key].id,
        aws_cloudfront_origin_access_control.this[origin.value.origin_access_control].id, null,
      )

      dynamic "s3_origin_config" {
        for_each = try([coalesce(origin.value.s3_origin_config)], [])
        content {
          origin_access_identity = try(
            s3_origin_config.value.cloudfront_access_identity_path,
            aws_cloudfront_origin_access_identity.this[s3_origin_config.value.origin_access_identity].cloudfront_access_identity_path, null,
          )
        }
      }
      dynamic "custom_origin_config" {
        for_each = try([coalesce(origin.value.custom_origin_config)], [])
        content {
          http_port              = try(custom_origin_config.value.http_port, 80)
          https_port             = try(custom_origin_config.value.https_port, 443)
          origin_protocol_policy = try(custom_origin_config.value.origin_protocol_policy, "https-only")
          origin_ssl_protocols   = try(custom_origin_config.value.origin_ssl_protocols, ["TLSv1.2"])
        }
      }
      dynamic "custom_header" {
        for_each = try(coalesce(origin.value.custom_header), {})
        content {
          name  = try(custom_header.value.name, custom_header.key)
          value = try(custom_header.value.value, custom_header.value)
        }
      }
    }
  }

  dynamic "origin_group" {
    for_each = var.origin_group == null ? {} : var.origin_group
    content {
      origin_id = try(coalesce(origin_group.value.origin_id), origin_group.key)
      failover_criteria {
        status_codes = try(origin_group.value.failover_criteria.status_codes, origin_group.value.failover_status_codes)
      }
      dynamic "member" {
        for_each = try(origin_group.value.member, [])
        content {
          origin_id = member.value.origin_id
        }
      }
    }
  }

  dynamic "default_cache_behavior" {
    for_each = [var.default_cache_behavior]
    content {
      target_origin_id           = default_cache_behavior.value.target_origin_id
      viewer_protocol_policy     = try(coalesce(default_cache_behavior.value.viewer_protocol_policy), "https-only")
      allowed_methods            = try(coalesce(default_cache_behavior.value.allowed_methods), ["GET", "HEAD", "OPTIONS"])
      cached_methods             = try(coalesce(default_cache_behavior.value.cached_methods), ["GET", "HEAD"])
      compress                   = try(default_cache_behavior.value.compress, null)
      cache_policy_id            = try(default_cache_behavior.value.cache_policy_id, null)
      origin_request_policy_id   = try(default_cache_behavior.value.origin_request_policy_id, null)
      response_headers_policy_id = try(default_cache_behavior.value.response_headers_policy_id, null)
      realtime_log_config_arn    = try(default_cache_behavior.value.realtime_log_config_arn, null)
      field_level_encryption_id  = try(default_cache_behavior.value.field_level_encryption_id, null)
      trusted_key_groups         = try(default_cache_behavior.value.trusted_key_groups, null)
      trusted_signers            = try(default_cache_behavior.value.trusted_signers, null)
      min_ttl                    = try(default_cache_behavior.value.min_ttl, null)
      default_ttl                = try(default_cache_behavior.value.default_ttl, null)
      max_ttl                    = try(default_cache_behavior.value.max_ttl, null)

      dynamic "lambda_function_association" {
        for_each = try(coalesce(default_cache_behavior.value.lambda_function_association), {})
        content {
          event_type   = try(coalesce(lambda_function_association.value.event_type), lambda_function_association.key)
          lambda_arn   = lambda_function_association.value.lambda_arn
          include_body = try(lambda_function_association.value.include_body, null)
        }
      }
      dynamic "function_association" {
        for_each = try(coalesce(default_cache_behavior.value.function_association), {})
        content {
          event_type   = try(coalesce(function_association.value.event_type), function_association.key)
          function_arn = try(function_association.value.function_arn, null)
        }
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.ordered_cache_behavior
    content {
      path_pattern               = ordered_cache_behavior.value.path_pattern
      target_origin_id           = ordered_cache_behavior.value.target_origin_id
      viewer_protocol_policy     = try(coalesce(ordered_cache_behavior.value.viewer_protocol_policy), "https-only")
      allowed_methods            = try(coalesce(ordered_cache_behavior.value.allowed_methods), ["GET", "HEAD", "OPTIONS"])
      cached_methods             = try(coalesce(ordered_cache_behavior.value.cached_methods), ["GET", "HEAD"])
      compress                   = try(ordered_cache_behavior.value.compress, null)
      cache_policy_id            = try(ordered_cache_behavior.value.cache_policy_id, null)
      origin_request_policy_id   = try(ordered_cache_behavior.value.origin_request_policy_id, null)
      response_headers_policy_id = try(ordered_cache_behavior.value.response_headers_policy_id, null)
      realtime_log_config_arn    = try(ordered_cache_behavior.value.realtime_log_config_arn, null)
      field_level_encryption_id  = try(ordered_cache_behavior.value.field_level_encryption_id, null)
      trusted_key_groups         = try(ordered_cache_behavior.value.trusted_key_groups, null)
      trusted_signers            = try(ordered_cache_behavior.value.trusted_signers, null)
      min_ttl                    = try(ordered_cache_behavior.value.min_ttl, null)
      default_ttl                = try(ordered_cache_behavior.value.default_ttl, null)
      max_ttl                    = try(ordered_cache_behavior.value.max_ttl, null)

      dynamic "lambda_function_association" {
        for_each = try(coalesce(ordered_cache_behavior.value.lambda_function_association), {})
        content {
          event_type   = try(coalesce(lambda_function_association.value.event_type), lambda_function_association.key)
          lambda_arn   = lambda_function_association.value.lambda_arn
          include_body = try(lambda_function_association.value.include_body, null)
        }
      }
      dynamic "function_association" {
        for_each = try(coalesce(ordered_cache_behavior.value.function_association), {})
        content {
          event_type   = try(coalesce(function_association.value.event_type), function_association.key)
          function_arn = try(function_association.value.function_arn, null)
        }
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = try(flatten([coalesce(var.custom_error_response)]), [])
    content {
      error_code         = custom_error_response.value.error_code
      response_code      = try(custom_error_response.value.response_code, null)
      response_page_path = try(custom_error_response.value.response_page_path, null)
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = try(var.restrictions.geo_restriction.restriction_type, "none")
      locations        = try(var.restrictions.geo_restriction.locations, [])
    }
  }

  viewer_certificate {
    acm_certificate_arn            = try(var.viewer_certificate.acm_certificate_arn, null)
    cloudfront_default_certificate = try(var.viewer_certificate.cloudfront_default_certificate, null)
    iam_certificate_id             = try(var.viewer_certificate.iam_certificate_id, null)
    minimum_protocol_version       = try(coalesce(var.viewer_certificate.minimum_protocol_version), var.default_protocol)
    ssl_support_method             = try(var.viewer_certificate.ssl_support_method, null)
  }
}

resource "aws_cloudfront_monitoring_subscription" "this" {
  count           = local.create && var.create_monitoring_subscription ? 1 : 0
  distribution_id = aws_cloudfront_distribution.this[0].id

  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Enabled"
    }
  }
}

output "cloudfront_distribution_id" { value = try(aws_cloudfront_distribution.this[0].id, "") }
output "cloudfront_distribution_arn" { value = try(aws_cloudfront_distribution.this[0].arn, "") }
output "cloudfront_distribution_domain_name" { value = try(aws_cloudfront_distribution.this[0].domain_name, "") }
output "cloudfront_distribution_hosted_zone_id" { value = try(aws_cloudfront_distribution.this[0].hosted_zone_id, "") }
output "cloudfront_distribution_status" { value = try(aws_cloudfront_distribution.this[0].status, "") }
output "cloudfront_origin_access_controls" { value = aws_cloudfront_origin_access_control.this }
output "cloudfront_monitoring_subscription_id" { value = try(aws_cloudfront_monitoring_subscription.this[0].id, "") }
