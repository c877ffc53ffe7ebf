#![no_main]
//! Any bytes as a Terraform module that calls one beside it, in both syntaxes at once.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let module = br#"variable "name" {}
resource "aws_sqs_queue" "q" {
  for_each = toset(["a", var.name])
  name     = each.key
}
output "arns" { value = { for k, q in aws_sqs_queue.q : k => q.arn } }
"#;
    palisade_fuzz::application(&[
        ("native/main.tf", bytes),
        ("native/values.auto.tfvars", b"stage = \"prod\"\n".as_slice()),
        ("native/m/main.tf", module.as_slice()),
        ("json/main.tf.json", bytes),
    ]);
});
