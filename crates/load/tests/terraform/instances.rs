use serde_json::json;

use crate::look;

#[test]
fn count_and_for_each() {
    let text = r#"
resource "aws_sqs_queue" "a" {
  count = 2
  name  = "q-${count.index}"
}
resource "aws_sqs_queue" "m" {
  for_each   = { b = { fifo = true }, a = { fifo = false } }
  name       = each.key
  fifo_queue = each.value.fifo
}
resource "aws_sqs_queue" "s" {
  for_each = toset(["x", "x", "y"])
  name     = "${each.key}-${each.value}"
}
resource "aws_sqs_queue" "none" {
  for_each = {}
}
resource "aws_sqs_queue" "off" {
  count = false ? 1 : 0
}
resource "aws_sqs_queue" "names" {
  for_each = toset([aws_s3_bucket.b.bucket])
  name     = each.key
}
resource "aws_s3_bucket" "b" {
  bucket = "store"
}
resource "aws_sqs_queue" "any" {
  for_each = var.queues
  name     = each.key
  delay_seconds = 5
}
variable "queues" {}
"#;
    let seen = look(&[("main.tf", text)]);
    assert_eq!(
        seen.addresses(),
        [
            "aws_sqs_queue.a[0]",
            "aws_sqs_queue.a[1]",
            "aws_sqs_queue.m[\"b\"]",
            "aws_sqs_queue.m[\"a\"]",
            "aws_sqs_queue.s[\"x\"]",
            "aws_sqs_queue.s[\"y\"]",
            "aws_sqs_queue.names[\"store\"]",
            "aws_s3_bucket.b",
            "aws_sqs_queue.any[*]",
        ]
    );
    assert_eq!(seen.json("aws_sqs_queue.a[1]", "name"), json!("q-1"));
    assert_eq!(seen.json("aws_sqs_queue.a[1]", "count"), json!(null));
    assert_eq!(seen.json("aws_sqs_queue.m[\"b\"]", "fifo_queue"), json!(true));
    assert_eq!(seen.json("aws_sqs_queue.s[\"y\"]", "name"), json!("y-y"));
    let any = seen.at("aws_sqs_queue.any[*]");
    assert!(any.symbolic);
    assert!(!any.body.get("name").is_known());
    assert_eq!(any.body.get("delay_seconds").to_json(), json!(5));
    assert!(!seen.at("aws_sqs_queue.a[0]").symbolic);
    assert_eq!(seen.store.text(seen.at("aws_s3_bucket.b").header), "resource \"aws_s3_bucket\" \"b\"");
    assert!(seen.store.text(seen.at("aws_s3_bucket.b").block).ends_with("bucket = \"store\"\n}"));
}

#[test]
fn nested_and_dynamic_blocks() {
    let text = r#"
resource "aws_x" "a" {
  rule {
    id = "first"
    filter { prefix = "p" }
  }
  dynamic "rule" {
    for_each = [{ id = "second", days = [1, 2] }]
    iterator = it
    content {
      id = "${it.value.id}-${it.key}"
      dynamic "day" {
        for_each = it.value.days
        content {
          n  = day.value
          of = it.value.id
        }
      }
    }
  }
  dynamic "tag" {
    for_each = { k = "v" }
    content {
      key   = tag.key
      value = tag.value
    }
  }
  dynamic "off" {
    for_each = false ? [1] : []
    content {}
  }
  dynamic "any" {
    for_each = var.any
    content {
      fixed = true
      value = any.value.x
    }
  }
  lifecycle { prevent_destroy = true }
  provisioner "local-exec" { command = "x" }
  depends_on = [aws_x.b]
}
variable "any" {}
"#;
    let seen = look(&[("main.tf", text)]);
    let body = &seen.at("aws_x.a").body;
    assert_eq!(
        body.get("rule").to_json(),
        json!([
            {"id": "first", "filter": [{"prefix": "p"}]},
            {"id": "second-0", "day": [{"n": 1, "of": "second"}, {"n": 2, "of": "second"}]},
        ])
    );
    assert_eq!(body.get("tag").to_json(), json!([{"key": "k", "value": "v"}]));
    assert!(body.get("off").is_null());
    let any = body.get("any").as_list().unwrap();
    assert!(any.open);
    assert_eq!(any.items.first().unwrap().get("fixed").to_json(), json!(true));
    for meta in ["lifecycle", "provisioner", "depends_on"] {
        assert!(body.get(meta).is_null(), "{meta}");
    }
    let rule = body.get("rule").items().first().unwrap();
    assert!(seen.store.text(rule.span).starts_with("rule {"));
}

#[test]
fn what_all_share_is_kept_beyond_the_cap() {
    let text = r#"
resource "aws_sqs_queue" "q" {
  count         = 250
  name          = "q-${count.index}"
  delay_seconds = 7
}
resource "aws_sqs_queue" "m" {
  for_each      = { for i in range(250) : "k${i}" => { delay = 7, n = i } }
  name          = each.key
  delay_seconds = each.value.delay
  max_message_size = each.value.n
}
output "last" { value = aws_sqs_queue.q[249].arn }
"#;
    let seen = look(&[("main.tf", text)]);
    assert_eq!(seen.instances.len(), 202);
    let rest = seen.at("aws_sqs_queue.m[*]");
    assert!(rest.symbolic);
    assert_eq!(rest.body.get("delay_seconds").to_json(), json!(7));
    assert!(!rest.body.get("max_message_size").is_known());
    assert_eq!(seen.json("aws_sqs_queue.m[\"k99\"]", "max_message_size"), json!(99));
    assert_eq!(seen.outputs.get("last").display(), "${aws_sqs_queue.q[*].arn}");
    assert_eq!(seen.notes.len(), 2);
}
