//! Decisions: all gates of a request, evaluated.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::document::Effect;
use crate::principal::{CallerKind, Named};
use crate::request::Request;
use crate::residue::{Atom, Kleene, Logic, Residues};
use crate::service;
use crate::statement::Policy;
use crate::symbol::Symbols;
use crate::tri::Tri;

/// The kinds of policies that a request passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gate {
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The policy of the VPC endpoint.
    Endpoint,
    /// Session policies.
    Session,
    /// The permissions boundary.
    Boundary,
    /// Policies of user, group or role.
    Identity,
    /// The policy of the resource, or the trust policy of a role.
    Resource,
}

impl Gate {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Endpoint => "endpoint",
            Self::Session => "session",
            Self::Boundary => "boundary",
            Self::Identity => "identity",
            Self::Resource => "resource",
        }
    }
}

/// Every policy that a request meets.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Of the user and its groups, or of the role.
    pub identity: Vec<Arc<Policy>>,
    /// Of the resource.
    pub resource: Option<Arc<Policy>>,
    /// The permissions boundary; none is no limit.
    pub boundary: Vec<Arc<Policy>>,
    /// Given when the session was made; none is no limit.
    pub session: Vec<Arc<Policy>>,
    /// From the root of the organisation to the account; a level without policies denies.
    pub scp: Vec<Vec<Arc<Policy>>>,
    /// Likewise; each level holds an implied allow of everything.
    pub rcp: Vec<Vec<Arc<Policy>>>,
    /// Of the VPC endpoint that the request passes; none is no limit.
    pub endpoint: Vec<Arc<Policy>>,
    /// The account that manages the organisation, which its guardrails do not reach.
    pub management_account: Option<Arc<str>>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Allowed.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
    /// It depends on what is not known.
    Unknown,
}

impl Verdict {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
            Self::Unknown => "unknown",
        }
    }
}

/// A statement that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where its document stands.
    pub gate: Gate,
    /// Level of the organisation, for guardrails.
    pub level: u32,
    /// The document among those of the gate.
    pub document: u32,
    /// The statement in the document.
    pub statement: u32,
    /// What it does.
    pub effect: Effect,
    /// Whether it is certain to match.
    pub certain: bool,
}

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// The statements that make it: those that allow, or those that deny.
    pub because: Vec<Hit>,
    /// The gates that do not let it pass.
    pub blocked_by: Vec<Gate>,
    /// Unknown: the alternatives under which it is allowed, each a conjunction.
    pub residue: Vec<String>,
    /// Unknown: the keys and references that would decide it, sorted.
    pub missing: Vec<String>,
    /// Not allowed in any case, perhaps by a statement that denies.
    pub may_be_explicit: bool,
    /// The answer rests on our reading of what AWS does not state.
    pub assumptions: Vec<&'static str>,
}

/// Where hits go.
trait Record {
    fn hit(&mut self, hit: Hit, way: Option<Named>);
}

struct Nothing;

impl Record for Nothing {
    fn hit(&mut self, _: Hit, _: Option<Named>) {}
}

impl Record for Vec<(Hit, Option<Named>)> {
    fn hit(&mut self, hit: Hit, way: Option<Named>) {
        self.push((hit, way));
    }
}

/// What the documents of one gate say.
struct Said<F> {
    /// Allowed, by the way in which the caller is named.
    allow: [F; 3],
    deny: F,
}

impl<F: Copy> Said<F> {
    fn any<L: Logic<F = F>>(&self, logic: &mut L) -> F {
        let [a, b, c] = self.allow;
        let ab = logic.or(a, b);
        logic.or(ab, c)
    }
}

struct Evaluation<'a, L, R> {
    logic: L,
    record: R,
    request: &'a Request,
    symbols: &'a Symbols,
    /// The caller has a permissions boundary.
    bounded: bool,
}

/// The formulas of one request.
struct Formulas<F> {
    grant: F,
    deny: F,
    /// Each gate that applies, with whether it lets the request pass.
    gates: SmallVec<[(Gate, F); 6]>,
}

impl<L: Logic, R: Record> Evaluation<'_, L, R> {
    fn documents<'p>(
        &mut self,
        gate: Gate,
        level: u32,
        documents: impl Iterator<Item = &'p Arc<Policy>>,
    ) -> Said<L::F> {
        let no = self.logic.constant(false);
        let mut said = Said { allow: [no; 3], deny: no };
        for (n, policy) in documents.enumerate() {
            let document = u32::try_from(n).unwrap_or(u32::MAX);
            if policy.document.opaque {
                self.unread(&mut said, gate, n, None);
                continue;
            }
            for statement in &policy.statements {
                if statement.is_opaque() {
                    self.unread(&mut said, gate, n, Some(statement.index));
                    continue;
                }
                let place = || format!("statement {} of {} policy {n}", statement.index, gate.as_str());
                let ways =
                    statement.matches(&mut self.logic, self.request, self.bounded, self.symbols, &place);
                let effect = statement.effect.unwrap_or(Effect::Deny);
                for (way, matched) in crate::principal::WAYS.into_iter().zip(ways) {
                    let tri = self.logic.tri(matched);
                    if tri == Tri::False {
                        continue;
                    }
                    let hit = Hit {
                        gate,
                        level,
                        document,
                        statement: statement.index,
                        effect,
                        certain: tri == Tri::True,
                    };
                    self.record.hit(hit, Some(way));
                    match effect {
                        Effect::Deny => said.deny = self.logic.or(said.deny, matched),
                        Effect::Allow => {
                            if let Some(cell) = said.allow.get_mut(way as usize) {
                                *cell = self.logic.or(*cell, matched);
                            }
                        }
                    }
                }
            }
        }
        said
    }

    /// What cannot be read may allow, deny or do nothing: whether it allows says nothing of whether it denies.
    fn unread(&mut self, said: &mut Said<L::F>, gate: Gate, document: usize, statement: Option<u32>) {
        let name = match statement {
            Some(s) => format!("statement {s} of {} policy {document}", gate.as_str()),
            None => format!("{} policy {document}", gate.as_str()),
        };
        let mut hole = |effect: &str| {
            self.logic.atom(&mut || {
                let text = format!("{name}, which cannot be read, {effect} it");
                Atom::plain(text, vec![format!("{name}, which cannot be read")])
            })
        };
        let (allow, deny) = (hole("allows"), hole("denies"));
        said.allow = said.allow.map(|a| self.logic.or(a, allow));
        said.deny = self.logic.or(said.deny, deny);
    }

    fn run(&mut self, policies: &Policies) -> Formulas<L::F> {
        let yes = self.logic.constant(true);
        let no = self.logic.constant(false);
        let request = self.request;
        let caller = &request.caller;
        let person = matches!(
            caller.kind(),
            CallerKind::Root | CallerKind::User | CallerKind::Role | CallerKind::FederatedUser
        );
        let managed =
            |account: Option<&str>| account.is_some() && account == policies.management_account.as_deref();
        let mut deny = no;
        let mut gates = SmallVec::new();

        let mut guardrails = yes;
        if person && !caller.is_service_linked() && !managed(caller.account()) {
            for (level, documents) in (0_u32..).zip(&policies.scp) {
                let said = self.documents(Gate::Scp, level, documents.iter());
                let allow = said.any(&mut self.logic);
                guardrails = self.logic.and(guardrails, allow);
                deny = self.logic.or(deny, said.deny);
            }
            if !policies.scp.is_empty() {
                gates.push((Gate::Scp, guardrails));
            }
        }
        let owner = request.resource_account.as_deref().or(caller.account());
        if request.action.supports_rcp() && !caller.is_service_linked() && !managed(owner) {
            for (level, documents) in (0_u32..).zip(&policies.rcp) {
                let said = self.documents(Gate::Rcp, level, documents.iter());
                deny = self.logic.or(deny, said.deny);
            }
        }
        if !policies.endpoint.is_empty() {
            let said = self.documents(Gate::Endpoint, 0, policies.endpoint.iter());
            let allow = said.any(&mut self.logic);
            guardrails = self.logic.and(guardrails, allow);
            deny = self.logic.or(deny, said.deny);
            gates.push((Gate::Endpoint, allow));
        }

        let resource = self.documents(Gate::Resource, 0, policies.resource.iter());
        deny = self.logic.or(deny, resource.deny);
        let resource_any = resource.any(&mut self.logic);
        let [account, role, itself] = resource.allow;
        if !person {
            gates.push((Gate::Resource, resource_any));
            let grant = self.logic.and(guardrails, resource_any);
            return Formulas { grant, deny, gates };
        }

        let mut limits = yes;
        let mut identity_allow = yes;
        if caller.kind() != CallerKind::Root {
            let identity = self.documents(Gate::Identity, 0, policies.identity.iter());
            deny = self.logic.or(deny, identity.deny);
            identity_allow = identity.any(&mut self.logic);
            if !policies.boundary.is_empty() {
                let said = self.documents(Gate::Boundary, 0, policies.boundary.iter());
                let allow = said.any(&mut self.logic);
                deny = self.logic.or(deny, said.deny);
                limits = self.logic.and(limits, allow);
                gates.push((Gate::Boundary, allow));
            }
        }
        if !policies.session.is_empty() {
            let said = self.documents(Gate::Session, 0, policies.session.iter());
            let allow = said.any(&mut self.logic);
            deny = self.logic.or(deny, said.deny);
            limits = self.logic.and(limits, allow);
            gates.push((Gate::Session, allow));
        }
        let own = self.logic.and(identity_allow, limits);

        // In the caller's own account either policy grants; what names the role leaves boundary and session
        // policy in force, what names the session or user itself does not.
        let same = {
            let by_role = self.logic.and(role, limits);
            let direct = self.logic.or(by_role, itself);
            if service::resource_policy_decides(request) {
                // The account's policies count as far as the resource's policy delegates to the account.
                let delegated = self.logic.and(account, own);
                self.logic.or(direct, delegated)
            } else {
                self.logic.or(direct, own)
            }
        };
        let cross = {
            let both = self.logic.and(own, resource_any);
            if service::stays_in_account(request) { no } else { both }
        };
        let here = request.is_same_account(self.symbols);
        let here = self.logic.from_tri(here, &mut || {
            Atom::plain(
                "the resource is in the caller's account".to_owned(),
                vec!["resource_account".to_owned()],
            )
        });
        let in_same = self.logic.and(here, same);
        let elsewhere = self.logic.not(here);
        let in_other = self.logic.and(elsewhere, cross);
        let granted = self.logic.or(in_same, in_other);
        if self.logic.tri(here) == Tri::True && !service::resource_policy_decides(request) {
            if self.logic.tri(granted) != Tri::True {
                gates.push((Gate::Identity, identity_allow));
            }
        } else {
            gates.push((Gate::Identity, identity_allow));
            gates.push((Gate::Resource, resource_any));
        }
        let grant = self.logic.and(guardrails, granted);
        Formulas { grant, deny, gates }
    }
}

/// Decides a request, without reasons.
pub fn decide(request: &Request, policies: &Policies, symbols: &Symbols) -> Verdict {
    if service::always_allowed(request) {
        return Verdict::Allow;
    }
    let bounded = !policies.boundary.is_empty();
    let mut evaluation = Evaluation { logic: Kleene, record: Nothing, request, symbols, bounded };
    let formulas = evaluation.run(policies);
    match verdict(formulas.grant, formulas.deny) {
        Verdict::Unknown => explain(request, policies, symbols).verdict,
        definite => definite,
    }
}

/// Whether documents of one type, taken together, allow a request: some statement does and none denies.
pub(crate) fn set_allows(policies: &[Arc<Policy>], request: &Request, symbols: &Symbols) -> Tri {
    let bounded = false;
    let mut evaluation = Evaluation { logic: Kleene, record: Nothing, request, symbols, bounded };
    let said = evaluation.documents(Gate::Identity, 0, policies.iter());
    said.any(&mut Kleene).and(said.deny.negate())
}

fn verdict(grant: Tri, deny: Tri) -> Verdict {
    match (deny, grant) {
        (Tri::True, _) => Verdict::ExplicitDeny,
        (_, Tri::False) => Verdict::ImplicitDeny,
        (Tri::False, Tri::True) => Verdict::Allow,
        _ => Verdict::Unknown,
    }
}

/// Decides a request and says why.
pub fn explain(request: &Request, policies: &Policies, symbols: &Symbols) -> Decision {
    if service::always_allowed(request) {
        return plain(Verdict::Allow);
    }
    let bounded = !policies.boundary.is_empty();
    let mut evaluation = Evaluation { logic: Kleene, record: Vec::new(), request, symbols, bounded };
    let formulas = evaluation.run(policies);
    let mut decision = plain(verdict(formulas.grant, formulas.deny));
    let mut hits = evaluation.record;
    let mut open_deny = formulas.deny == Tri::Unknown;
    decision.blocked_by = blocked(&formulas.gates, |f| *f == Tri::False);
    if decision.verdict == Verdict::Unknown {
        let mut exact = Evaluation { logic: Residues::new(), record: Vec::new(), request, symbols, bounded };
        let formulas = exact.run(policies);
        hits = exact.record;
        let mut logic = exact.logic;
        let (grant, deny) = (formulas.grant, formulas.deny);
        let not_denied = logic.not(deny);
        let allowed = logic.and(grant, not_denied);
        open_deny = logic.tri(deny) == Tri::Unknown;
        decision.verdict = match (logic.tri(allowed), logic.tri(deny), logic.tri(grant)) {
            (Tri::True, ..) => Verdict::Allow,
            (_, Tri::True, _) => Verdict::ExplicitDeny,
            (Tri::False, ..) => Verdict::ImplicitDeny,
            _ => Verdict::Unknown,
        };
        if decision.verdict == Verdict::Unknown {
            decision.residue = if logic.spent {
                vec!["more conditions than can be listed".to_owned()]
            } else {
                logic.words(allowed)
            };
            decision.missing = logic.names(allowed).into_iter().collect();
        }
        let gates: Vec<(Gate, Tri)> = formulas.gates.iter().map(|(g, f)| (*g, logic.tri(*f))).collect();
        decision.blocked_by = blocked(&gates, |f| *f == Tri::False);
    }
    decision.may_be_explicit = decision.verdict == Verdict::ImplicitDeny && open_deny;
    if decision.verdict != Verdict::ImplicitDeny {
        decision.blocked_by.clear();
    }
    finish(&mut decision, &hits, request, symbols);
    decision
}

fn plain(verdict: Verdict) -> Decision {
    Decision {
        verdict,
        because: Vec::new(),
        blocked_by: Vec::new(),
        residue: Vec::new(),
        missing: Vec::new(),
        may_be_explicit: false,
        assumptions: Vec::new(),
    }
}

fn blocked<F>(gates: &[(Gate, F)], shut: impl Fn(&F) -> bool) -> Vec<Gate> {
    let set: BTreeSet<Gate> = gates.iter().filter(|(_, f)| shut(f)).map(|(g, _)| *g).collect();
    set.into_iter().collect()
}

fn finish(decision: &mut Decision, hits: &[(Hit, Option<Named>)], request: &Request, symbols: &Symbols) {
    let kept = |hit: &Hit| match decision.verdict {
        Verdict::Allow => hit.effect == Effect::Allow && hit.certain,
        Verdict::ExplicitDeny => hit.effect == Effect::Deny && hit.certain,
        Verdict::ImplicitDeny => false,
        Verdict::Unknown => true,
    };
    let because: BTreeSet<Hit> = hits.iter().map(|(h, _)| *h).filter(kept).collect();
    decision.because = because.into_iter().collect();
    // AWS does not say whether `*` counts as the role of a session or as the session itself.
    let of_resource = |(hit, way): &&(Hit, Option<Named>)| {
        hit.gate == Gate::Resource && hit.effect == Effect::Allow && *way == Some(Named::RoleOrEveryone)
    };
    let identity =
        hits.iter().any(|(h, _)| h.gate == Gate::Identity && h.effect == Effect::Allow && h.certain);
    if decision.verdict == Verdict::Allow
        && !identity
        && request.is_same_account(symbols) == Tri::True
        && hits.iter().find(of_resource).is_some()
    {
        decision.assumptions.push("principal-star");
    }
}
