//! API Gateway and EventBridge: what Terraform splits over several resources is one there.

use std::collections::HashMap;

use palisade_graph::{Entry, Map, State, Val, Value};
use smol_str::SmolStr;

use super::build::{Build, Fields};
use super::convert::keyed;
use super::{Draft, Work};
use crate::terraform::Instance;
use crate::terraform::table::{self, Place};

/// Methods and stages get their parts, rules their targets.
pub fn parts(work: &mut Work<'_, '_>) {
    let owners = Owners::new(work);
    for (_, i) in work.index.all().filter(|(_, i)| !i.data) {
        let Some(ty) = table::find(&i.ty).filter(|t| t.place == Place::Part) else { continue };
        match ty.name {
            "aws_api_gateway_integration"
            | "aws_api_gateway_method_response"
            | "aws_api_gateway_integration_response" => {
                if let Some(owner) = owners.methods.get(&method_key(work, i)) {
                    let fields = work.convert().properties(ty, i);
                    work.give(owner, i, fields);
                }
            }
            "aws_api_gateway_method_settings" => {
                if let Some(owner) = owners.stage(work, i) {
                    let fields = settings(work, i);
                    work.give(&owner, i, fields);
                }
            }
            "aws_cloudwatch_event_target" => target(work, i),
            _ => {}
        }
    }
}

type Key = (SmolStr, SmolStr, SmolStr);

struct Owners {
    methods: HashMap<Key, SmolStr>,
    stages: HashMap<(SmolStr, SmolStr), SmolStr>,
}

impl Owners {
    fn new(work: &Work<'_, '_>) -> Self {
        let mut owners = Owners { methods: HashMap::new(), stages: HashMap::new() };
        for (_, i) in work.index.all().filter(|(_, i)| !i.data) {
            match i.ty.as_str() {
                "aws_api_gateway_method" => {
                    owners.methods.entry(method_key(work, i)).or_insert(i.address.clone());
                }
                "aws_api_gateway_stage" | "aws_api_gateway_deployment" => {
                    let name = i.body.get("stage_name");
                    if !name.is_null() {
                        owners.stages.entry(stage_key(work, i)).or_insert(i.address.clone());
                    }
                }
                _ => {}
            }
        }
        owners
    }

    fn stage(&self, work: &Work<'_, '_>, i: &Instance) -> Option<SmolStr> {
        // By reference, else by the names of API and stage.
        let named = work.index.targets(i.body.get("stage_name")).into_iter().find_map(|n| work.index.at(n));
        let by_reference =
            named.filter(|i| matches!(i.ty.as_str(), "aws_api_gateway_stage" | "aws_api_gateway_deployment"));
        by_reference.map(|i| i.address.clone()).or_else(|| self.stages.get(&stage_key(work, i)).cloned())
    }
}

fn method_key(work: &Work<'_, '_>, i: &Instance) -> Key {
    let shown = |key: &str| work.index.deployed(i.body.get(key)).display();
    (shown("rest_api_id"), shown("resource_id"), shown("http_method").to_ascii_uppercase().into())
}

fn stage_key(work: &Work<'_, '_>, i: &Instance) -> (SmolStr, SmolStr) {
    let shown = |key: &str| work.index.deployed(i.body.get(key)).display();
    (shown("rest_api_id"), shown("stage_name"))
}

/// Settings of the methods of a stage: `*/*`, or `path/METHOD` without the leading slash.
fn settings(work: &Work<'_, '_>, i: &Instance) -> Fields {
    let Some(ty) = table::find(&i.ty) else { return Fields::at(i.header) };
    let path = i.body.get("method_path");
    let mut fields = work.convert().properties(ty, i);
    let text = path.display();
    let (resource, method) = text.rsplit_once('/').unwrap_or((&text, "*"));
    let resource =
        if resource == "*" { "/*".to_owned() } else { format!("/{}", resource.trim_start_matches('/')) };
    let items = fields.remove("MethodSettings").unwrap_or_default();
    let mut out = Fields::at(i.header);
    for item in items.items() {
        let mut one = Fields::at(item.span);
        one.put("", i.header, Build::Leaf(item.clone()));
        one.put("ResourcePath", path.span, Build::Leaf(Val::str(resource.clone(), path.span)));
        one.put("HttpMethod", path.span, Build::Leaf(Val::str(method, path.span)));
        out.put("MethodSettings[]", i.header, Build::Map(one));
    }
    out
}

/// A target goes into its rule, or makes one that stands for a rule outside the application.
fn target<'a>(work: &mut Work<'a, '_>, i: &'a Instance) {
    let Some(ty) = table::find(&i.ty) else { return };
    let fields = work.convert().properties(ty, i);
    let owner = work.index.owner(i.body.get("rule"), ty.cfn).and_then(|n| work.index.at(n));
    if let Some(owner) = owner
        && work.drafts.contains_key(&owner.address)
    {
        work.give(&owner.address, i, fields);
        return;
    }
    let mut draft = Draft::new(i, ty.cfn, fields);
    let bus = i.body.get("event_bus_name");
    if !bus.is_null() {
        draft.fields.put("EventBusName", bus.span, Build::Leaf(work.index.deployed(bus)));
    }
    draft.fields.put("Name", i.header, Build::Leaf(work.index.deployed(i.body.get("rule"))));
    work.add(draft);
}

/// What a table cannot say of single resources.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let index = work.index;
    let Some(draft) = work.drafts.get_mut(address) else { return };
    match draft.instance.ty.as_str() {
        "aws_apigatewayv2_stage" => {
            if let Some(routes) = draft.fields.remove("RouteSettings") {
                draft.fields.put("RouteSettings", routes.span, Build::Leaf(keyed(&routes, "RouteKey")));
            }
        }
        "aws_api_gateway_deployment" => {
            // A deployment with a stage has its settings there.
            if let Some(list) = draft.fields.remove("MethodSettings") {
                draft.fields.put("StageDescription.MethodSettings", list.span, Build::Leaf(list));
            }
        }
        "aws_api_gateway_usage_plan" => {
            let stages = index.deployed(draft.instance.body.get("api_stages"));
            let Some(done) = draft.fields.remove("ApiStages") else { return };
            let throttles = stages.items().iter().map(|s| throttle(s.get("throttle")));
            for (stage, throttle) in done.items().iter().zip(throttles) {
                let mut one = Fields::at(stage.span);
                one.put("", stage.span, Build::Leaf(stage.clone()));
                if let Some(throttle) = throttle {
                    one.put("Throttle", throttle.span, Build::Leaf(throttle));
                }
                draft.fields.put("ApiStages[]", stage.span, Build::Map(one));
            }
        }
        _ => {}
    }
}

/// Limits of single methods: `/path/METHOD` to its limits.
fn throttle(blocks: &Val) -> Option<Val> {
    let mut map = Map::default();
    for block in blocks.items() {
        let path = block.get("path");
        if path.is_null() {
            continue;
        }
        let limits = [("BurstLimit", "burst_limit"), ("RateLimit", "rate_limit")];
        let entries = limits.iter().filter_map(|(key, own)| {
            let val = block.get(own);
            (!val.is_null()).then(|| Entry { key: (*key).into(), key_span: val.span, val: val.clone() })
        });
        map.set(path.display(), path.span, Val::map(entries.collect(), block.span));
    }
    let state = State::Known(Value::Map(std::sync::Arc::new(map)));
    (!blocks.is_null()).then(|| Val::new(state, blocks.span))
}
