//! serverless-associate-waf (1): joins the REST API's stage to a web ACL that exists, by its name.

use palisade_graph::{External, Target, Val};
use smol_str::format_smolstr;

use super::super::build::{At, Cause, Made, truthy};
use super::super::events::rest_api;
use super::super::service::Draft;
use super::{custom, in_use};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let Some((settings, key)) = custom(service, "associateWaf") else { return };
    if !in_use(service, &["serverless-associate-waf"], "associateWaf", vec![key]) {
        return;
    }
    let name = settings.get("name");
    if !truthy(name) || !draft.template.resources.contains_key(rest_api::API) {
        return;
    }
    let cause = Cause { key, block: settings.span, id: rest_api::API.into() };
    let at = cause.at();
    let stage = at.join(
        "",
        [
            at.str("arn:"),
            at.pseudo("Partition"),
            at.str(":apigateway:"),
            at.pseudo("Region"),
            at.str("::/restapis/"),
            rest_api::api_id(service, at),
            at.concat([at.str("/stages/"), service.stage.clone()]),
        ],
    );
    let newer = settings.get("version").as_str().is_some_and(|v| v.eq_ignore_ascii_case("v2"));
    let acl = Val::target(
        Target::External {
            kind: External::Data,
            name: format_smolstr!("web-acl:{}", name.display()),
            secret: false,
        },
        At(name.span).0,
    );
    let (ty, property) = if newer {
        ("AWS::WAFv2::WebACLAssociation", "WebACLArn")
    } else {
        ("AWS::WAFRegional::WebACLAssociation", "WebACLId")
    };
    let made = Made::new(ty, &cause, [("ResourceArn", stage), (property, acl)]).depends(["ApiGatewayStage"]);
    draft.template.add("ApiGatewayWebAclAssociation", made);
}
