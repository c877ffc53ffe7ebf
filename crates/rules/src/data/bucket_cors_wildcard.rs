//! any website may write to a bucket from a visitor's browser
//!
//! ## What
//!
//! A CORS rule of the bucket has origin `*` (or `http://*`, `https://*`) and one of the methods `PUT`,
//! `POST` or `DELETE`.
//!
//! ## Why
//!
//! CORS gives no rights, but takes away the browser's: a page of the attacker's can use a presigned URL or
//! form that leaked to it, or a session of the visitor's, and read S3's answer.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         CorsConfiguration:
//!           CorsRules:
//!             - AllowedMethods: [GET, PUT]
//!               AllowedOrigins: ['*'] # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Origin:
//!     Type: String
//!     Default: '*' # finding
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       CorsConfiguration:
//!         CorsRules:
//!           - AllowedMethods: [POST]
//!             AllowedOrigins: [!Ref Origin]
//! ```
//!
//! The application has a site:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       CorsConfiguration:
//!         CorsRules:
//!           - AllowedMethods: [PUT]
//!             AllowedOrigins:
//!               - '*' # finding
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins: [{Id: pages, DomainName: pages.example.com}]
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       CorsConfiguration:
//!         CorsRules:
//!           - AllowedMethods: [PUT]
//!             AllowedOrigins:
//!               - !Sub 'https://${Site.DomainName}' # finding
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins: [{Id: pages, DomainName: pages.example.com}]
//! ```
//!
//! Reading alone is what public files are for:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Assets:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       CorsConfiguration:
//!         CorsRules:
//!           - AllowedMethods: [GET, HEAD]
//!             AllowedOrigins: ['*']
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         CorsConfiguration:
//!           CorsRules:
//!             - AllowedMethods: [PUT]
//!               AllowedOrigins: ['https://*.example.com']
//! ```
//!
//! ```hcl bad main.tf
//! variable "origins" {
//!   type    = list(string)
//!   default = ["*"] # finding
//! }
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_cors_configuration" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   cors_rule {
//!     allowed_methods = ["PUT"]
//!     allowed_origins = var.origins
//!   }
//! }
//! ```
//!
//! Reading alone is no finding:
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//!   cors_rule {
//!     allowed_methods = ["GET", "HEAD"]
//!     allowed_origins = ["*"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Origin:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       CorsConfiguration:
//!         CorsRules:
//!           - AllowedMethods: [POST]
//!             AllowedOrigins: [!Ref Origin]
//! ```
//!
//! ## How to fix
//!
//! Name the origins of the application's own pages. Pages on other origins cannot upload from the browser
//! afterwards.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[942],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        let rules = node.props.lookup("CorsConfiguration.CorsRules");
        if !rules.is_known() {
            out.cannot_tell(ix, "CorsConfiguration", rules);
            continue;
        }
        for rule in rules.items() {
            let methods = rule.get("AllowedMethods");
            let writes: Vec<&str> = methods
                .items()
                .iter()
                .filter_map(Val::as_str)
                .filter(|m| matches!(m.to_ascii_uppercase().as_str(), "PUT" | "POST" | "DELETE"))
                .collect();
            let origins = rule.get("AllowedOrigins").items();
            let any = |v: &&Val| v.as_str().is_some_and(|t| matches!(t, "*" | "http://*" | "https://*"));
            match (writes.is_empty(), origins.iter().find(any)) {
                (false, Some(origin)) => {
                    let mut found = Found::at_value(
                        ix,
                        origin,
                        rule.span,
                        format!("pages of any website may send {} to {{subject}}", writes.join(", ")),
                    )
                    .label("any website")
                    .also(methods.span, "with a method that writes")
                    .help("name the origins of your own pages in `AllowedOrigins`")
                    .evidence(writes.join(","));
                    if let Some(site) = site(cx, ix) {
                        let domain = Literal::Of(site, Some("DomainName".into()));
                        let value = Literal::Text(vec!["https://".into(), domain]);
                        let change = Change::Replace { at: origin.span, value };
                        let title = "let the pages of the own distribution write only";
                        found = found.fix(Proposal::new(title, Safety::Unsafe, vec![change]));
                    }
                    out.push(found);
                }
                (true, Some(_)) if methods.any_unknown() => out.cannot_tell(ix, "AllowedMethods", methods),
                (false, None) => {
                    if let Some(open) = origins.iter().find(|o| o.any_unknown()) {
                        out.cannot_tell(ix, "AllowedOrigins", open);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The one distribution of the application, if the bucket can refer to it: it must not itself wait for the bucket.
fn site(cx: &Cx<'_>, bucket: NodeIx) -> Option<NodeIx> {
    let mut all = cx.of_type("AWS::CloudFront::Distribution");
    let (site, node) = all.next()?;
    let free = !crate::api::refers_to(cx.graph, &node.props, bucket) && node.implied_by.is_none();
    (free && all.next().is_none()).then_some(site)
}
