//! Queues of Amazon MQ brokers: `activemq` and `rabbitmq`.

use smol_str::format_smolstr;

use super::super::build::{At, truthy};
use super::super::naming;
use super::super::service::Draft;
use super::kafka::INTERFACES;
use super::{filters, mapping};

pub(super) fn compile(draft: &mut Draft<'_>, kind: &str) {
    let service = draft.service;
    let word = if kind == "activemq" { "ActiveMQ" } else { "RabbitMQ" };
    for function in &service.functions {
        let (mut secrets, mut brokers) = (Vec::new(), Vec::new());
        let mut place = None;
        for event in function.events_of(kind) {
            let (val, at) = (&event.val, event.at());
            let cause = function.caused(event);
            let secret = val.get("basicAuthArn");
            let mut access = vec![at.obj([("Type", at.str("BASIC_AUTH")), ("URI", secret.clone())])];
            let host = val.get("virtualHost");
            if kind == "rabbitmq" && truthy(host) {
                access.push(at.obj([("Type", at.str("VIRTUAL_HOST")), ("URI", host.clone())]));
            }
            let queue = val.get("queue");
            let made = mapping(
                draft,
                function,
                &cause,
                [
                    ("EventSourceArn", val.get("arn").clone()),
                    ("Queues", At(queue.span).list([queue.clone()])),
                    ("SourceAccessConfigurations", at.list(access)),
                    ("BatchSize", val.get("batchSize").clone()),
                    ("MaximumBatchingWindowInSeconds", val.get("maximumBatchingWindow").clone()),
                    ("Enabled", val.get("enabled").clone()),
                    ("FilterCriteria", filters(val.get("filterPatterns"))),
                ],
            );
            let name = naming::first(&naming::alphanumeric(&queue.display()), 150);
            draft
                .template
                .add(format_smolstr!("{}EventSourceMapping{word}{name}", function.normalized()), made);
            secrets.push(secret.clone());
            brokers.push(val.get("arn").clone());
            place = place.or(Some(event.key_span));
        }
        if let Some(span) = place {
            let at = At(span);
            draft.grant(&["secretsmanager:GetSecretValue"], at.list(secrets), span);
            draft.grant(&["mq:DescribeBroker"], at.list(brokers), span);
            draft.grant(&INTERFACES, at.str("*"), span);
        }
    }
}
