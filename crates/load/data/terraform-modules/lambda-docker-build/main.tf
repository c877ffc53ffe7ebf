data "aws_region" "current" {}
data "aws_caller_identity" "this" {}

locals {
  address = coalesce(
    var.ecr_address,
    format("%v.dkr.ecr.%v.amazonaws.com", data.aws_caller_identity.this.account_id, data.aws_region.current.region),
  )
  repository = var.create_ecr_repo ? aws_ecr_repository.this[0].id : var.ecr_repo
  image      = "${local.address}/${local.repository}"
}

resource "aws_ecr_repository" "this" {
  count                = var.create_ecr_repo ? 1 : 0
  name                 = var.ecr_repo
  force_delete         = var.ecr_force_delete
  image_tag_mutability = var.image_tag_mutability
  tags                 = var.ecr_repo_tags

  image_scanning_configuration {
    scan_on_push = var.scan_on_push
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  count      = var.ecr_repo_lifecycle_policy != null ? 1 : 0
  policy     = var.ecr_repo_lifecycle_policy
  repository = local.repository
}

output "image_uri" { value = var.image_tag == null ? local.image : "${local.image}:${var.image_tag}" }
output "image_id" { value = var.image_tag == null ? local.image : "${local.image}:${var.image_tag}" }
