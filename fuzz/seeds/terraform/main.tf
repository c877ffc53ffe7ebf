variable "stage" {
  type    = string
  default = "dev"
}
locals {
  names = { for n in ["a", "b"] : n => upper("${n}-${var.stage}") }
  tags  = merge({ app = "shop" }, var.stage == "prod" ? { tier = "1" } : {})
}
module "queues" {
  source = "./m"
  name   = local.names["a"]
}
data "aws_iam_policy_document" "p" {
  dynamic "statement" {
    for_each = module.queues.arns
    content {
      actions   = ["sqs:*"]
      resources = [statement.value]
    }
  }
}
resource "aws_lambda_function" "f" {
  count         = var.stage == "prod" ? 2 : 1
  function_name = format("f-%d", count.index)
  handler       = "f.h"
  runtime       = "nodejs12.x"
  role          = aws_iam_role.r.arn
  environment {
    variables = jsondecode("{\"A\": \"${var.stage}\"}")
  }
}
resource "aws_iam_role" "r" {
  assume_role_policy = <<-E
    {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
  E
  inline_policy {
    policy = data.aws_iam_policy_document.p.json
  }
}
