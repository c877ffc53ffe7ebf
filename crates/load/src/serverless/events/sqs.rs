//! Queues that a function polls.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::super::build::{At, default_bool, default_int, truthy};
use super::super::naming;
use super::super::service::Draft;
use super::{filters, mapping, source_name};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut resources = Vec::new();
    let mut first = None;
    for (function, event) in service.events("sqs") {
        let cause = function.caused(event);
        let val = &event.val;
        let arn = if val.get("arn").is_null() { val } else { val.get("arn") };
        let name = source_name(arn, ':');
        let id =
            format_smolstr!("{}EventSourceMappingSQS{}", function.normalized(), naming::alphanumeric(&name));
        let size = val.get("batchSize");
        let enabled = val.get("enabled");
        let mut made = mapping(
            draft,
            function,
            &cause,
            [
                ("BatchSize", if truthy(size) { size.clone() } else { default_int(10, cause.key) }),
                ("MaximumBatchingWindowInSeconds", val.get("maximumBatchingWindow").clone()),
                ("EventSourceArn", arn.clone()),
                ("Enabled", if enabled.is_null() { default_bool(true, cause.key) } else { enabled.clone() }),
                ("FilterCriteria", filters(val.get("filterPatterns"))),
            ],
        );
        response_types(val, &mut made);
        let concurrency = val.get("maximumConcurrency");
        if truthy(concurrency) {
            let scaling = At(concurrency.span).obj([("MaximumConcurrency", concurrency.clone())]);
            made.prop("ScalingConfig", scaling);
        }
        resources.push(arn.clone());
        first = first.or(Some(event.key_span));
        draft.template.add(id, made);
    }
    if let Some(span) = first {
        let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
        draft.grant(&actions, At(span).list(resources), span);
    }
}

/// `FunctionResponseTypes` of a poll-based event.
pub(super) fn response_types(val: &Val, made: &mut super::Made) {
    let response = val.get("functionResponseType");
    if !response.is_null() {
        made.prop("FunctionResponseTypes", At(response.span).list([response.clone()]));
    }
}
