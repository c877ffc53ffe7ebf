//! an API does not compress its answers
//!
//! ## What
//!
//! A REST API sets no minimum size from which answers are compressed.
//!
//! ## Why
//!
//! Without compression answers take more of the line than they need: somebody who asks for large ones again and again makes the application pay for all of it. No data are at risk.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders # finding
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   apiGateway: {minimumCompressionSize: 1024}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! Zero compresses everything:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, MinimumCompressionSize: 0}
//! ```
//!
//! ```hcl bad main.tf
//! variable "size" {
//!   default = -1 # finding
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name                     = "orders"
//!   minimum_compression_size = var.size
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name                     = "orders"
//!   minimum_compression_size = 1024
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Size:
//!     Type: Number
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, MinimumCompressionSize: !Ref Size}
//! ```
//!
//! ## How to fix
//!
//! Set `MinimumCompressionSize` (serverless.yml: `provider.apiGateway.minimumCompressionSize`) to some 1024 bytes. Where an answer holds a secret beside text that a caller chooses, compression tells its length: leave it off there.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { cwe: &[400], owasp_serverless: &["SAS-8"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGateway::RestApi") {
        let size = node.props.get("MinimumCompressionSize");
        match size.as_int() {
            // -1 takes it away.
            Some(bytes) if bytes >= 0 => {}
            None if !size.is_null() => out.cannot_tell(ix, "MinimumCompressionSize", size),
            _ => out.push(
                Found::at_value(ix, size, node.span, "{subject} does not compress its answers")
                    .label(if size.span.is_some() { "off" } else { "no `MinimumCompressionSize`" })
                    .help("set `MinimumCompressionSize` to some 1024 bytes")
                    .evidence("MinimumCompressionSize"),
            ),
        }
    }
}
