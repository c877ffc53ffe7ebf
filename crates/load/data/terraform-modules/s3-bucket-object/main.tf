resource "aws_s3_object" "this" {
  count                  = var.create ? 1 : 0
  bucket                 = var.bucket
  key                    = var.key
  acl                    = var.acl
  source                 = var.file_source
  content                = var.content
  content_base64         = var.content_base64
  content_type           = var.content_type
  force_destroy          = var.force_destroy
  storage_class          = var.storage_class
  server_side_encryption = var.server_side_encryption
  kms_key_id             = var.kms_key_id
  tags                   = var.tags
}

output "s3_object_id" { value = try(aws_s3_object.this[0].id, "") }
output "s3_object_version_id" { value = try(aws_s3_object.this[0].version_id, "") }
