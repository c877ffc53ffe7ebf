//! Buckets that invoke functions: made by the service, or existing ones by a helper.

use indexmap::IndexMap;
use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, push, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::{custom_resource, permission};

/// A bucket of the service while its notifications are gathered.
struct Bucket {
    id: SmolStr,
    cause: Cause,
    name: Val,
    notifications: Vec<Val>,
    depends: Vec<SmolStr>,
    settings: Val,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut buckets: IndexMap<SmolStr, Bucket> = IndexMap::new();
    let mut existing = Vec::new();
    for (function, event) in service.events("s3") {
        if truthy(event.get("existing")) {
            existing.push((function, event));
        } else {
            notify(draft, function, event, &mut buckets);
        }
    }
    for (_, bucket) in buckets {
        let at = bucket.cause.at();
        let notifications = at.obj([("LambdaConfigurations", at.list(bucket.notifications))]);
        let mut made = Made::new(
            "AWS::S3::Bucket",
            &bucket.cause,
            [("BucketName", bucket.name), ("NotificationConfiguration", notifications)],
        );
        for e in bucket.settings.entries() {
            let key = naming::upper_first(&e.key);
            if key == "NotificationConfiguration" {
                for e in e.val.entries() {
                    if let Some(e0) =
                        made.props.entries.iter_mut().find(|e| e.key == "NotificationConfiguration")
                    {
                        super::super::build::set(&mut e0.val, &e.key, e.val.clone());
                    }
                }
            } else if e.key != "name" {
                made.prop(key, e.val.clone());
            }
        }
        draft.template.add(bucket.id, made.depends(bucket.depends));
    }
    attach(draft, &existing);
}

fn notify(
    draft: &mut Draft<'_>,
    function: &Function,
    event: &Event,
    buckets: &mut IndexMap<SmolStr, Bucket>,
) {
    let cause = function.caused(event);
    let (val, at) = (&event.val, event.at());
    let reference =
        if val.as_map().is_some() && !val.get("bucket").is_null() { val.get("bucket") } else { val };
    let word = reference.display();
    let settings = draft.service.provider.get("s3").get(&word).clone();
    let name = if truthy(settings.get("name")) { settings.get("name").clone() } else { reference.clone() };
    let which = val.get("event");
    let which = if truthy(which) {
        which.clone()
    } else {
        at.str("s3:ObjectCreated:*").through(Via::Defaulted, cause.key)
    };
    let mut item = vec![("Event", which), ("Function", function.target(at))];
    let rules = val.get("rules");
    if truthy(rules) {
        let rules = At(rules.span).list(rules.items().iter().filter_map(|rule| {
            let e = rule.entries().first()?;
            let at = At(rule.span);
            Some(at.obj([("Name", Val::str(e.key.clone(), e.key_span)), ("Value", e.val.clone())]))
        }));
        item.push(("Filter", at.obj([("S3Key", at.obj([("Rules", rules)]))])));
    }
    let word = naming::alphanumeric(&word);
    let permission_id = format_smolstr!("{}LambdaPermission{word}S3", function.normalized());
    let bucket = buckets.entry(name.display()).or_insert_with(|| Bucket {
        id: format_smolstr!("S3Bucket{word}"),
        cause: cause.clone(),
        name: name.clone(),
        notifications: Vec::new(),
        depends: Vec::new(),
        settings,
    });
    bucket.notifications.push(at.obj(item));
    for id in std::iter::once(permission_id.clone()).chain(function.alias_id()) {
        if !bucket.depends.contains(&id) {
            bucket.depends.push(id);
        }
    }
    let arn = at.join("", [at.str("arn:"), at.pseudo("Partition"), at.concat([at.str(":s3:::"), name])]);
    let mut made = permission(function, &cause, at.str("s3.amazonaws.com"), arn);
    made.prop("SourceAccount", at.pseudo("AccountId"));
    draft.template.add(permission_id, made);
}

/// Existing buckets get their notifications from a helper function.
fn attach(draft: &mut Draft<'_>, events: &[(&Function, &Event)]) {
    const HELPER: &str = "custom-resource-existing-s3";
    let Some((function, event)) = events.first() else { return };
    let first = function.caused(event);
    let helper = custom_resource::helper_id(HELPER);
    let mut statements = Vec::new();
    let mut previous: Option<SmolStr> = None;
    for (function, event) in events {
        let cause = function.caused(event);
        let at = event.at();
        let bucket = event.get("bucket");
        let which = event.get("event");
        let which = if truthy(which) { which.clone() } else { at.str("s3:ObjectCreated:*") };
        let rules = at.list(event.get("rules").items().iter().filter_map(|rule| {
            let e = rule.entries().first()?;
            Some(At(rule.span).obj([(naming::start_case(&e.key), e.val.clone())]))
        }));
        let config = at.obj([("Event", which), ("Rules", rules)]);
        let id = format_smolstr!("{}CustomS31", function.normalized());
        if let Some(configs) = draft.template.prop_mut(&id, "BucketConfigs") {
            push(configs, config);
            continue;
        }
        let alias = function.alias.as_ref().map_or_else(|| Val::null().clone(), |(name, _)| at.str(*name));
        let made = Made::new(
            "Custom::S3",
            &cause,
            [
                ("ServiceToken", at.get_att(helper.clone(), "Arn")),
                ("FunctionName", function.name.clone()),
                ("FunctionQualifier", alias),
                ("BucketName", bucket.clone()),
                ("BucketConfigs", at.list([config])),
            ],
        );
        let made = made.depends([function.id.clone()]).depends(function.alias_id()).depends([helper.clone()]);
        draft.template.add(id.clone(), made.depends(previous.replace(id)));
        let arn = at.join(
            ":",
            [at.str("arn"), at.pseudo("Partition"), at.str("s3"), at.str(""), at.str(""), bucket.clone()],
        );
        let actions = ["s3:PutBucketNotification", "s3:GetBucketNotification"];
        statements.push(custom_resource::statement(&actions, arn, None, at));
    }
    let at = first.at();
    let all = at.join(
        ":",
        [
            at.str("arn"),
            at.pseudo("Partition"),
            at.str("lambda"),
            at.pseudo("Region"),
            at.pseudo("AccountId"),
            at.str("function"),
            at.str("*"),
        ],
    );
    let actions = ["lambda:AddPermission", "lambda:RemovePermission"];
    statements.push(custom_resource::statement(&actions, all, None, at));
    custom_resource::add(draft, HELPER, "s3/handler.handler", statements, &first);
}
