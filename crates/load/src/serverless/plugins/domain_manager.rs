//! serverless-domain-manager (3 to 8): custom domains, which the plugin makes by calls before the stack is
//! deployed. Here they are the resources that these calls amount to.

use palisade_graph::{Entry, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_str, truthy};
use super::super::events::rest_api;
use super::super::naming;
use super::super::service::Draft;
use super::{custom, in_use};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut domains: Vec<(Val, Span)> = Vec::new();
    let mut keys = Vec::new();
    if let Some((val, key)) = custom(service, "customDomain") {
        keys.push(key);
        split(&val, key, &mut domains);
    }
    if let Some((list, key)) = custom(service, "customDomains") {
        keys.push(key);
        for item in list.items() {
            split(item, item.span, &mut domains);
        }
    }
    if !in_use(service, &["serverless-domain-manager"], "customDomain", keys) {
        return;
    }
    for (val, key) in domains {
        domain(draft, &val, key);
    }
}

/// A domain, or one for each kind of API.
fn split(val: &Val, key: Span, out: &mut Vec<(Val, Span)>) {
    let kinds: Vec<&Entry> =
        val.entries().iter().filter(|e| matches!(e.key.as_str(), "rest" | "http" | "websocket")).collect();
    if kinds.is_empty() {
        out.push((val.clone(), key));
    }
    for e in kinds {
        let mut inner = e.val.clone();
        super::super::build::set(&mut inner, "apiType", At(e.key_span).str(e.key.clone()));
        out.push((inner, e.key_span));
    }
}

fn domain(draft: &mut Draft<'_>, val: &Val, key: Span) {
    let service = draft.service;
    if val.get("enabled").as_bool() == Some(false) || !truthy(val.get("domainName")) {
        return;
    }
    let kind = val.get("apiType").as_str().unwrap_or("rest");
    let word = naming::alphanumeric(&val.get("domainName").display());
    let id: SmolStr = format_smolstr!("CustomDomain{word}");
    let api = match kind {
        "http" => "HttpApi",
        "websocket" => "WebsocketsApi",
        _ => rest_api::API,
    };
    let cause = Cause { key, block: val.span.or(key), id: api.into() };
    let at = cause.at();
    let regional = kind != "rest"
        || val.get("endpointType").as_str().is_some_and(|t| t.eq_ignore_ascii_case("regional"));
    let policy = val.get("securityPolicy");
    let policy = match policy.as_str() {
        Some(text) => At(policy.span).str(text.to_uppercase()),
        None if policy.is_null() => default_str("TLS_1_2", key),
        None => policy.clone(),
    };
    let certificate = val.get("certificateArn").clone();
    let trust = val.get("tlsTruststoreUri");
    let mutual = if truthy(trust) {
        At(trust.span).obj([
            ("TruststoreUri", trust.clone()),
            ("TruststoreVersion", val.get("tlsTruststoreVersion").clone()),
        ])
    } else {
        Val::null().clone()
    };
    let base = val.get("basePath").clone();
    if kind == "rest" {
        let types = if regional { val.get("endpointType").as_str().map(str::to_uppercase) } else { None };
        let types = match types {
            Some(text) => At(val.get("endpointType").span).str(text),
            None => default_str("EDGE", key),
        };
        let made = Made::new(
            "AWS::ApiGateway::DomainName",
            &cause,
            [
                ("DomainName", val.get("domainName").clone()),
                (if regional { "RegionalCertificateArn" } else { "CertificateArn" }, certificate),
                ("EndpointConfiguration", at.obj([("Types", at.list([types]))])),
                ("SecurityPolicy", policy),
                ("MutualTlsAuthentication", mutual),
            ],
        );
        draft.template.add(id.clone(), made);
        let made = Made::new(
            "AWS::ApiGateway::BasePathMapping",
            &cause,
            [
                ("DomainName", at.reference(id)),
                ("BasePath", base),
                ("RestApiId", rest_api::api_id(service, at)),
                ("Stage", service.stage.clone()),
            ],
        );
        draft.template.add(format_smolstr!("CustomDomainMapping{word}"), made);
        return;
    }
    let configuration = at.obj([
        ("EndpointType", at.str("REGIONAL")),
        ("SecurityPolicy", policy),
        ("CertificateArn", certificate),
    ]);
    let made = Made::new(
        "AWS::ApiGatewayV2::DomainName",
        &cause,
        [
            ("DomainName", val.get("domainName").clone()),
            ("DomainNameConfigurations", at.list([configuration])),
            ("MutualTlsAuthentication", mutual),
        ],
    );
    draft.template.add(id.clone(), made);
    let stage = if kind == "http" { at.str("$default") } else { service.stage.clone() };
    let made = Made::new(
        "AWS::ApiGatewayV2::ApiMapping",
        &cause,
        [
            ("DomainName", at.reference(id)),
            ("ApiId", at.reference(api)),
            ("ApiMappingKey", base),
            ("Stage", stage),
        ],
    );
    draft.template.add(format_smolstr!("CustomDomainMapping{word}"), made);
}
