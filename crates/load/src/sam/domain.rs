//! Custom domains of APIs, their mappings and their records.

use palisade_graph::{State, Val, Value};
use smol_str::format_smolstr;

use super::build::{At, Props, map_mut, truthy};
use super::cause::Cause;
use super::{Transform, ids};
use crate::Resource;

impl Transform<'_> {
    /// Domain, mappings and records of a REST API.
    pub fn rest_domain(&mut self, cause: &Cause, domain: &Val) -> Vec<Resource> {
        let name = domain.get("DomainName");
        if name.is_null() {
            return Vec::new();
        }
        let at = At(domain.span);
        let endpoint = domain.get("EndpointConfiguration");
        let endpoint = if endpoint.is_null() { at.text("REGIONAL") } else { endpoint.clone() };
        let private = endpoint.as_str() == Some("PRIVATE");
        let regional = endpoint.as_str() == Some("REGIONAL");
        let kind = if private { "ApiGatewayDomainNameV2" } else { "ApiGatewayDomainName" };
        let id = format_smolstr!("{kind}{}", ids::digest(&name.display()));

        let mut props = Props::default();
        props.copy(domain, "DomainName");
        props.rename(
            domain,
            "CertificateArn",
            if regional { "RegionalCertificateArn" } else { "CertificateArn" },
        );
        let mut configuration = Props::default();
        configuration.put("Types", at.list(vec![endpoint.clone()]));
        configuration.copy_set(domain, &["IpAddressType"]);
        props.put("EndpointConfiguration", configuration.finish(endpoint.span));
        if !private {
            mutual_tls(&mut props, domain);
            props.copy_set(domain, &["OwnershipVerificationCertificateArn"]);
        }
        props.copy_set(domain, &["SecurityPolicy", "EndpointAccessMode", "Policy"]);
        let ty = if private { "AWS::ApiGateway::DomainNameV2" } else { "AWS::ApiGateway::DomainName" };
        let mut made = vec![cause.make(id.clone(), ty, props.finish(domain.span))];

        let normalize = domain.get("NormalizeBasePath").as_bool() != Some(false);
        for path in base_paths(domain) {
            let plain = path.as_ref().map(|p| ids::letters(&p.display())).unwrap_or_default();
            let shown = match &path {
                Some(path) if normalize => Val::str(plain.clone(), path.span),
                Some(path) => path.clone(),
                None => Val::default(),
            };
            let stage = at.reference(&format!("{}.Stage", cause.id));
            let (domain_key, ty) = if private {
                ("DomainNameArn", "AWS::ApiGateway::BasePathMappingV2")
            } else {
                ("DomainName", "AWS::ApiGateway::BasePathMapping")
            };
            let props = at.object([
                ("BasePath", shown),
                (domain_key, at.reference(&id)),
                ("RestApiId", at.reference(&cause.id)),
                ("Stage", stage),
            ]);
            made.push(cause.make(format_smolstr!("{}{plain}BasePathMapping", cause.id), ty, props));
        }
        let vpc = domain.get("AccessAssociation").get("VpcEndpointId");
        if private && !vpc.is_null() {
            let id = format_smolstr!(
                "DomainNameAccessAssociation{}",
                ids::digest(&format!("{}{id}", vpc.display()))
            );
            let props = at.object([
                ("DomainNameArn", at.reference(&made.first().map(|r| r.id.clone()).unwrap_or_default())),
                ("AccessAssociationSourceType", at.text("VPCE")),
                ("AccessAssociationSource", vpc.clone()),
            ]);
            made.push(cause.make(id, "AWS::ApiGateway::DomainNameAccessAssociation", props));
        }
        let target = if private { name.clone() } else { at.text(id) };
        made.extend(self.records(cause, domain, &endpoint, &target));
        made
    }

    /// Domain, mappings and records of an HTTP or WebSocket API.
    pub fn v2_domain(&mut self, cause: &Cause, domain: &Val, tag: Option<&'static str>) -> Vec<Resource> {
        let name = domain.get("DomainName");
        if name.is_null() {
            return Vec::new();
        }
        let at = At(domain.span);
        let id = format_smolstr!("ApiGatewayDomainNameV2{}", ids::digest(&name.display()));
        let endpoint = domain.get("EndpointConfiguration");
        let endpoint = if endpoint.is_null() { at.text("REGIONAL") } else { endpoint.clone() };

        let mut configuration = Props::default();
        configuration.copy(domain, "CertificateArn");
        configuration.put("EndpointType", endpoint.clone());
        configuration.copy_set(domain, &["OwnershipVerificationCertificateArn", "SecurityPolicy"]);
        let mut props = Props::default();
        props.copy(domain, "DomainName");
        props.put("DomainNameConfigurations", at.list(vec![configuration.finish(domain.span)]));
        mutual_tls(&mut props, domain);
        if let Some(tag) = tag {
            props.put("Tags", at.object([(tag, at.text("SAM"))]));
        }
        let mut made =
            vec![cause.make(id.clone(), "AWS::ApiGatewayV2::DomainName", props.finish(domain.span))];
        for path in base_paths(domain) {
            let plain: String = match &path {
                Some(path) => path.display().chars().filter(|c| !matches!(c, '-' | '_' | '/')).collect(),
                None => String::new(),
            };
            let key = path.map(|p| match p.as_str() {
                Some(text) => Val::str(text.trim_matches('/'), p.span),
                None => p,
            });
            let props = at.object([
                ("ApiId", at.reference(&cause.id)),
                ("ApiMappingKey", key.unwrap_or_default()),
                ("DomainName", at.reference(&id)),
                ("Stage", at.reference(&format!("{}.Stage", cause.id))),
            ]);
            let id = format_smolstr!("{}{plain}ApiMapping", cause.id);
            made.push(cause.make(id, "AWS::ApiGatewayV2::ApiMapping", props));
        }
        made.extend(self.records(cause, domain, &endpoint, &at.text(id)));
        made
    }

    /// The record set group of a domain; domains of one zone share theirs.
    fn records(&mut self, cause: &Cause, domain: &Val, endpoint: &Val, target: &Val) -> Option<Resource> {
        let route53 = domain.get("Route53");
        let zone = match route53.get("HostedZoneId") {
            Val { state: State::Known(Value::Null), .. } => route53.get("HostedZoneName"),
            id => id,
        };
        if zone.is_null() {
            return None;
        }
        let at = At(route53.span);
        let mut records = vec![record(domain, endpoint, target, "A")];
        if route53.get("IpV6").as_bool() == Some(true) {
            records.push(record(domain, endpoint, target, "AAAA"));
        }
        let mut props = Props::default();
        props.copy_all(route53, &["HostedZoneId", "HostedZoneName"]);
        if truthy(route53.get("SeparateRecordSetGroup")) {
            props.put("RecordSets", at.list(records));
            let key = format!("{}{}", zone.display(), domain.get("DomainName").display());
            let id = format_smolstr!("RecordSetGroup{}", ids::digest(&key));
            return Some(cause.make(id, "AWS::Route53::RecordSetGroup", props.finish(at.0)));
        }
        let id = format_smolstr!("RecordSetGroup{}", ids::digest(&zone.display()));
        let group = self
            .record_sets
            .entry(id.clone())
            .or_insert_with(|| cause.make(id, "AWS::Route53::RecordSetGroup", props.finish(at.0)));
        if let Some(map) = map_mut(&mut group.props) {
            let mut all: Vec<Val> = map.get("RecordSets").map(|r| r.items().to_vec()).unwrap_or_default();
            all.append(&mut records);
            map.set("RecordSets", at.0, at.list(all));
        }
        Some(group.clone())
    }
}

fn mutual_tls(props: &mut Props, domain: &Val) {
    if let Some(entry) = domain.entry("MutualTlsAuthentication").filter(|e| truthy(&e.val)) {
        let mut settings = Props::default();
        settings.copy_set(&entry.val, &["TruststoreUri", "TruststoreVersion"]);
        props.put_at("MutualTlsAuthentication", entry.key_span, settings.finish(entry.val.span));
    }
}

fn record(domain: &Val, endpoint: &Val, target: &Val, ty: &'static str) -> Val {
    let route53 = domain.get("Route53");
    let at = At(route53.span);
    let of_target = |attribute: &str| match target.as_str() {
        Some(id) => at.attribute(id, attribute),
        None => target.clone(),
    };
    let mut alias = Props::default();
    alias.copy(route53, "EvaluateTargetHealth");
    match endpoint.as_str() {
        Some("REGIONAL") => {
            alias.put("HostedZoneId", of_target("RegionalHostedZoneId"));
            alias.put("DNSName", of_target("RegionalDomainName"));
        }
        Some("EDGE") => {
            let distribution = route53.get("DistributionDomainName");
            alias.put("HostedZoneId", at.text("Z2FDTNDATAQYW2"));
            let name = if distribution.is_null() {
                of_target("DistributionDomainName")
            } else {
                distribution.clone()
            };
            alias.put("DNSName", name);
        }
        _ => {
            alias.rename(route53, "VpcEndpointHostedZoneId", "HostedZoneId");
            alias.rename(route53, "VpcEndpointDomainName", "DNSName");
        }
    }
    let mut props = Props::default();
    props.rename(domain, "DomainName", "Name");
    props.put("Type", at.text(ty));
    props.put("AliasTarget", alias.finish(at.0));
    props.copy_all(route53, &["Region", "SetIdentifier"]);
    props.finish(at.0)
}

/// The base paths of a domain; one without path where there are none.
fn base_paths(domain: &Val) -> Vec<Option<Val>> {
    let path = domain.get("BasePath");
    match &path.state {
        _ if !truthy(path) => vec![None],
        State::Known(Value::Str(_) | Value::List(_)) => path.items().iter().cloned().map(Some).collect(),
        _ => vec![None],
    }
}
