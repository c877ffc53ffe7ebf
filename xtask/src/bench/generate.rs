//! Terraform trees that are made for the benchmark.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{Outcome, oracles};

/// Files of one generated root module.
const FILES_OF_ROOT: usize = 20;

/// Root modules of twenty files that call a module of the tree; answers the bytes written.
pub(super) fn tree(folder: &Path, files: usize) -> Result<usize, String> {
    let mut size = put(&folder.join("modules/worker/main.tf"), WORKER)?;
    let mut left = files.saturating_sub(1);
    let mut root = 0;
    while left > 0 {
        let here = folder.join(format!("service-{root:03}"));
        size += put(&here.join("main.tf"), MAIN)?;
        left -= 1;
        for number in 1..FILES_OF_ROOT.min(left + 1) {
            size += put(&here.join(format!("part-{number:02}.tf")), &part(number))?;
            left -= 1;
        }
        root += 1;
    }
    Ok(size)
}

/// One root whose function has so many instances, by a set that is written out.
pub(super) fn repeated(folder: &Path, instances: usize) -> Outcome {
    let mut names = String::new();
    for number in 0..instances {
        let _ = writeln!(names, "    \"worker-{number:05}\",");
    }
    let text = REPEATED.replace("NAMES", names.trim_end());
    put(&folder.join("main.tf"), &text).map(drop)
}

fn part(number: usize) -> String {
    let name = format!("part{number:02}");
    PART.replace("NAME", &name)
}

fn put(file: &Path, text: &str) -> Result<usize, String> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    oracles::write(file, text)?;
    Ok(text.len())
}

const MAIN: &str = r#"terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "stage" {
  type    = string
  default = "dev"
}

variable "names" {
  type    = set(string)
  default = ["orders", "payments", "letters"]
}

locals {
  prefix = "shop-${var.stage}"
  tags   = { stage = var.stage, owner = "shop" }
}

data "aws_caller_identity" "current" {}

module "worker" {
  source   = "../modules/worker"
  for_each = var.names

  name = "${local.prefix}-${each.key}"
  tags = merge(local.tags, { part = each.key })
}
"#;

const WORKER: &str = r#"variable "name" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "aws_iam_role" "this" {
  name = "${var.name}-worker"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"
  tags          = var.tags
}
"#;

const PART: &str = r#"resource "aws_sqs_queue" "NAME" {
  name                       = "${local.prefix}-NAME"
  visibility_timeout_seconds = 120
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.NAME_failed.arn
    maxReceiveCount     = 5
  })
  tags = local.tags
}

resource "aws_sqs_queue" "NAME_failed" {
  name                    = "${local.prefix}-NAME-failed"
  sqs_managed_sse_enabled = true
}

resource "aws_dynamodb_table" "NAME" {
  name         = "${local.prefix}-NAME"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

data "aws_iam_policy_document" "NAME" {
  statement {
    sid       = "Table"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.NAME.arn, "${aws_dynamodb_table.NAME.arn}/index/*"]
  }

  statement {
    sid       = "Queue"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.NAME.arn]
  }
}

resource "aws_iam_role" "NAME" {
  name = "${local.prefix}-NAME"

  assume_role_policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
      ]
    }
  EOT
}

resource "aws_iam_role_policy" "NAME" {
  role   = aws_iam_role.NAME.id
  policy = data.aws_iam_policy_document.NAME.json
}

resource "aws_lambda_function" "NAME" {
  function_name = "${local.prefix}-NAME"
  role          = aws_iam_role.NAME.arn
  handler       = "NAME.handler"
  runtime       = "python3.13"
  filename      = "NAME.zip"

  environment {
    variables = {
      TABLE = aws_dynamodb_table.NAME.name
      QUEUE = aws_sqs_queue.NAME.url
    }
  }
}

resource "aws_lambda_event_source_mapping" "NAME" {
  event_source_arn = aws_sqs_queue.NAME.arn
  function_name    = aws_lambda_function.NAME.arn
}
"#;

const REPEATED: &str = r#"locals {
  names = toset([
NAMES
  ])
}

resource "aws_iam_role" "worker" {
  name = "worker"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "worker" {
  for_each = local.names

  function_name = each.key
  role          = aws_iam_role.worker.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "worker.zip"
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_names_only_itself() {
        let part = part(7);
        assert!(part.contains("resource \"aws_lambda_function\" \"part07\""));
        assert!(!part.contains("NAME\""));
    }
}
