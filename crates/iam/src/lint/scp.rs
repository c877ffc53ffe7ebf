//! Service control policies in organisations without the full policy language.
//!
//! Full language: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>.
//! Where it is not available these are refused; the document does not say where it stands, so that confidence is low.

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::is_any;
use super::rules::{Rule, grammar};
use crate::document::{Effect, PolicyType};

pub(super) fn check(scope: &Scope, out: &mut Out) {
    if scope.document.policy_type != PolicyType::Scp {
        return;
    }
    let s = scope.statement;
    let mut add = |rule: &'static Rule, element: &'static str, value: &str, mark, advice: &str| {
        let message = format!("`{element}` stands here only in the full policy language; {advice}");
        out.add(rule, Confidence::Low, Spot::element(s, element, value, mark), &message);
    };
    if let Some(resources) = s.resources.as_ref().filter(|r| r.negated) {
        add(
            &grammar::SCP_NOT_RESOURCE,
            "NotResource",
            "",
            resources.mark,
            "use `Resource` where that is not available",
        );
    }
    if s.effect != Some(Effect::Allow) {
        return;
    }
    if let Some(actions) = s.actions.as_ref().filter(|a| a.negated) {
        let advice = "list the actions, or deny the others, where that is not available";
        add(&grammar::SCP_ALLOW_WITH_NOT_ACTION, "NotAction", "", actions.mark, advice);
    }
    if let Some(resources) = s.resources.as_ref().filter(|r| !r.negated)
        && let Some(text) = resources.items.iter().find(|t| !is_any(&t.value))
    {
        let advice = "write `*`, or deny the other resources, where that is not available";
        add(&grammar::SCP_ALLOW_WITH_RESOURCE, "Resource", &text.value, resources.mark, advice);
    }
    if let Some(entry) = s.conditions.first() {
        let advice = "deny by the contrary condition where that is not available";
        add(&grammar::SCP_ALLOW_WITH_CONDITION, "Condition", &entry.key, entry.mark, advice);
    }
}
