# Versions before 6.
variable "create_distribution" { default = true }
variable "create_origin_access_control" { default = true }
variable "create_origin_access_identity" { default = false }
variable "origin_access_identities" { default = {} }

resource "aws_cloudfront_origin_access_identity" "this" {
  for_each = var.create_origin_access_identity ? var.origin_access_identities : {}
  comment  = each.value
}

output "cloudfront_origin_access_identities" { value = aws_cloudfront_origin_access_identity.this }
output "cloudfront_origin_access_identity_ids" { value = [for i in aws_cloudfront_origin_access_identity.this : i.id] }
output "cloudfront_origin_access_identity_iam_arns" { value = [for i in aws_cloudfront_origin_access_identity.this : i.iam_arn] }
output "cloudfront_origin_access_controls_ids" { value = [for c in aws_cloudfront_origin_access_control.this : c.id] }
output "this_cloudfront_distribution_domain_name" { value = try(aws_cloudfront_distribution.this[0].domain_name, "") }
