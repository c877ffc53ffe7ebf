//! `Auth.UsagePlan`: usage plans and API keys.

use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use super::Transform;
use super::build::{At, Props};
use super::cause::{Cause, depend};
use crate::Resource;

/// The plan that several APIs share.
#[derive(Default)]
pub struct Shared {
    apis: Vec<SmolStr>,
    stages: Vec<Val>,
    keys: Vec<Val>,
}

impl Transform<'_> {
    /// The usage plan of an API with its key.
    pub fn usage_plan(&mut self, cause: &Cause, plan: &Val, stage: &str) -> Vec<Resource> {
        let at = At(plan.span);
        let shared = match plan.get("CreateUsagePlan").as_str() {
            Some("PER_API") => false,
            Some("SHARED") => true,
            _ => return Vec::new(),
        };
        let api_stage = at.object([("ApiId", at.reference(&cause.id)), ("Stage", at.reference(stage))]);
        let stage_key =
            at.object([("RestApiId", at.reference(&cause.id)), ("StageName", at.reference(stage))]);
        let (prefix, apis, stages, keys) = if shared {
            let known = &mut self.usage_plan;
            known.apis.push(cause.id.clone());
            known.stages.push(api_stage);
            known.keys.push(stage_key);
            ("Serverless", known.apis.clone(), known.stages.clone(), known.keys.clone())
        } else {
            (cause.id.as_str(), vec![cause.id.clone()], vec![api_stage], vec![stage_key])
        };

        let plan_id = format_smolstr!("{prefix}UsagePlan");
        let key_id = format_smolstr!("{prefix}ApiKey");
        let mut props = Props::default();
        props.put("ApiStages", at.list(stages));
        props.copy_set(plan, &["UsagePlanName", "Description", "Quota", "Tags", "Throttle"]);
        let mut usage_plan =
            cause.make(plan_id.clone(), "AWS::ApiGateway::UsagePlan", props.finish(plan.span));
        depend(&mut usage_plan, apis, at.0);

        let props = at.object([("Enabled", at.bool(true)), ("StageKeys", at.list(keys))]);
        let mut key = cause.make(key_id.clone(), "AWS::ApiGateway::ApiKey", props);
        depend(&mut key, [plan_id.clone()], at.0);

        let props = at.object([
            ("KeyId", at.reference(&key_id)),
            ("KeyType", at.text("API_KEY")),
            ("UsagePlanId", at.reference(&plan_id)),
        ]);
        let mut link =
            cause.make(format_smolstr!("{prefix}UsagePlanKey"), "AWS::ApiGateway::UsagePlanKey", props);
        depend(&mut link, [key_id], at.0);
        vec![usage_plan, key, link]
    }
}
