//! Proof of fixes: the application is read again with them, and must differ as meant, say nothing new, and
//! have lost the findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use palisade_diag::{Finding, Fix, FixEdit, Persona, Safety, Severity};
use palisade_graph::Application;
use palisade_load::Inputs;
use palisade_rules::{Checked, Entry, Proposal, Settings, check};
use palisade_source::{Edit, Jail, Limits, apply_edits};

use super::plan::{self, Intent, Names, Planned, Refused};
use super::same::{Allowed, unexpected};
use super::texts::Texts;

/// What proofs need beside the application.
pub struct Prover<'a> {
    /// The tree, with the texts that hold so far.
    pub jail: &'a Jail,
    /// How values are read.
    pub inputs: &'a Inputs,
    /// How much is read.
    pub limits: &'a Limits,
    /// Settings of the rules.
    pub settings: &'a Settings,
    /// The rules that ran.
    pub ran: &'a [&'static Entry],
    /// Files that no fix may change: another application is read from them, and would be worse.
    pub barred: &'a BTreeSet<String>,
    /// How often an application may be read again.
    pub budget: usize,
}

const ELSEWHERE: &str = "another application is read from the file, and gets a new finding";

/// What became of the proposals of some findings.
#[derive(Default)]
pub struct Proof {
    /// Fixes by the number of their finding.
    pub fixes: BTreeMap<usize, Fix>,
    /// Why a finding has no fix although something was proposed: planned and not proven.
    pub withheld: BTreeMap<usize, String>,
    /// Why nothing could be made of what was proposed.
    pub refused: BTreeMap<usize, String>,
    /// Edits of all fixes that hold together, and the numbers of the findings that they answer.
    pub together: (Vec<Edit>, Vec<usize>),
}

/// One fix that is tried: for all findings that the same edits would mend.
#[derive(Clone)]
struct Candidate {
    findings: Vec<usize>,
    rule: &'static str,
    severity: Severity,
    /// Who is told of what it mends.
    persona: Persona,
    title: String,
    safety: Safety,
    planned: Planned,
    edits: Vec<Edit>,
}

impl Prover<'_> {
    /// Proves what was proposed for some findings, the first proposal of each that holds. `asked` are numbers of
    /// findings of `checked`.
    pub fn prove(
        &self,
        application: &Application,
        checked: &Checked,
        asked: &[usize],
        unsafe_too: bool,
    ) -> Proof {
        let mut proof = Proof::default();
        let texts = Texts::new(&application.store, self.limits);
        let mut run = Run {
            prover: self,
            application,
            checked,
            texts: &texts,
            names: Names::default(),
            proven: Vec::new(),
            left: self.budget,
        };
        let mut open: Vec<usize> = asked.to_vec();
        for attempt in 0..4 {
            let mut candidates = run.candidates(&open, attempt, unsafe_too, &mut proof);
            if candidates.is_empty() {
                break;
            }
            candidates.sort_by(|a, b| (a.rule, &a.edits).cmp(&(b.rule, &b.edits)));
            open = run.all(&candidates, &mut proof);
            open.sort_unstable();
        }
        run.join(&mut proof);
        for n in proof.fixes.keys() {
            proof.withheld.remove(n);
            proof.refused.remove(n);
        }
        proof
    }
}

/// Why some fixes, applied together, do not hold.
struct Failure {
    reason: String,
    /// Which of them it may be due to, by their numbers; empty for any.
    suspects: Vec<usize>,
    /// Whether it is due to all of the suspects.
    certain: bool,
}

impl Failure {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), suspects: Vec::new(), certain: false }
    }
}

struct Run<'a> {
    prover: &'a Prover<'a>,
    application: &'a Application,
    checked: &'a Checked,
    texts: &'a Texts<'a>,
    names: Names,
    /// Sets of fixes of which each was proven as a whole.
    proven: Vec<Vec<Candidate>>,
    left: usize,
}

impl Run<'_> {
    fn finding(&self, n: usize) -> Option<&Finding> {
        self.checked.findings.get(n)
    }

    /// The proposals of a number among those of each finding of which a text can be made, as edits; the same edits
    /// stand once.
    fn candidates(
        &self,
        open: &[usize],
        attempt: usize,
        unsafe_too: bool,
        proof: &mut Proof,
    ) -> Vec<Candidate> {
        let mut by_edits: BTreeMap<Vec<Edit>, Candidate> = BTreeMap::new();
        for n in open {
            let (Some(finding), Some((world, proposals))) =
                (self.finding(*n), self.checked.proposals.get(*n))
            else {
                continue;
            };
            let usable = proposals.iter().filter(|p| unsafe_too || p.safety == palisade_rules::Safety::Safe);
            // Of what no text can be made the next one takes the place.
            let mut refused = None;
            let mut barred = false;
            let mut made = usable.filter_map(|p| match self.planned(*world, p) {
                Ok((_, edits)) if edits.iter().any(|e| self.prover.barred.contains(&e.path)) => {
                    barred = true;
                    None
                }
                Ok(planned) => Some((p, planned)),
                Err(why) => {
                    refused.get_or_insert(why.0);
                    None
                }
            });
            let Some((proposal, (planned, edits))) = made.nth(attempt) else {
                if barred {
                    proof.withheld.entry(*n).or_insert_with(|| ELSEWHERE.to_owned());
                } else if let Some(why) = refused.filter(|_| attempt == 0) {
                    proof.refused.insert(*n, why);
                }
                continue;
            };
            let entry = by_edits.entry(edits.clone()).or_insert_with(|| Candidate {
                findings: Vec::new(),
                rule: finding.rule,
                severity: finding.severity,
                persona: finding.persona,
                title: proposal.title.clone(),
                safety: safety(proposal.safety),
                planned: Planned::default(),
                edits,
            });
            if entry.safety == Safety::Safe && proposal.safety == palisade_rules::Safety::Unsafe {
                entry.safety = Safety::Unsafe;
            }
            entry.findings.push(*n);
            entry.severity = entry.severity.min(finding.severity);
            entry.persona = entry.persona.max(finding.persona);
            for step in planned.steps {
                if !entry.planned.steps.contains(&step) {
                    entry.planned.steps.push(step);
                }
            }
            entry.planned.intents.extend(planned.intents);
        }
        by_edits.into_values().collect()
    }

    fn planned(&self, world: usize, proposal: &Proposal) -> Result<(Planned, Vec<Edit>), Refused> {
        let planned = plan::plan(self.application, self.texts, &self.names, world, proposal)?;
        let edits = plan::edits(self.texts, &planned.steps)?;
        if edits.iter().all(|e| self.text(e).is_some_and(|old| old == e.replacement)) {
            return Err(Refused::new("there is nothing to change"));
        }
        Ok((planned, edits))
    }

    fn text(&self, edit: &Edit) -> Option<&str> {
        let file = self.application.store.get(self.application.store.find(&edit.path)?)?;
        file.text.get(edit.start as usize..edit.end as usize)
    }

    /// Proves candidates in groups that do not touch one another; answers the findings of those that failed.
    fn all(&mut self, candidates: &[Candidate], proof: &mut Proof) -> Vec<usize> {
        let mut failed = Vec::new();
        let mut waiting: Vec<&Candidate> = candidates.iter().collect();
        while !waiting.is_empty() {
            let (group, rest) = self.compatible(&waiting);
            if group.is_empty() {
                break;
            }
            let mut sets: Vec<Vec<&Candidate>> = Vec::new();
            self.bisect(&group, &mut sets, proof, &mut failed);
            for set in sets {
                for (n, candidate) in set.iter().flat_map(|c| c.findings.iter().map(move |n| (n, c))) {
                    proof.fixes.insert(*n, fix(candidate));
                }
                self.proven.push(set.into_iter().cloned().collect());
            }
            waiting = rest;
        }
        failed
    }

    /// Splits into those whose edits can be made together, and the others.
    fn compatible<'c>(&self, candidates: &[&'c Candidate]) -> (Vec<&'c Candidate>, Vec<&'c Candidate>) {
        let steps = |list: &[&Candidate]| -> bool {
            plan::edits(self.texts, list.iter().flat_map(|c| &c.planned.steps)).is_ok()
        };
        if steps(candidates) {
            return (candidates.to_vec(), Vec::new());
        }
        let (mut kept, mut rest): (Vec<&Candidate>, Vec<&Candidate>) = (Vec::new(), Vec::new());
        for candidate in candidates {
            kept.push(candidate);
            if !steps(&kept) {
                kept.pop();
                rest.push(candidate);
            }
        }
        (kept, rest)
    }

    /// Proves a group, or its halves.
    fn bisect<'c>(
        &mut self,
        group: &[&'c Candidate],
        sets: &mut Vec<Vec<&'c Candidate>>,
        proof: &mut Proof,
        failed: &mut Vec<usize>,
    ) {
        if group.is_empty() {
            return;
        }
        let failure = match self.holds(group) {
            Ok(()) => return sets.push(group.to_vec()),
            Err(failure) => failure,
        };
        let suspected = |n: &usize| failure.suspects.contains(n);
        let numbered = || group.iter().copied().enumerate();
        let suspects: Vec<&Candidate> = numbered().filter(|(n, _)| suspected(n)).map(|(_, c)| c).collect();
        let rest: Vec<&Candidate> = numbered().filter(|(n, _)| !suspected(n)).map(|(_, c)| c).collect();
        if group.len() == 1 || failure.certain && !suspects.is_empty() {
            let guilty = if group.len() == 1 { group } else { &suspects };
            for n in guilty.iter().flat_map(|c| &c.findings) {
                proof.withheld.insert(*n, failure.reason.clone());
                failed.push(*n);
            }
            if group.len() > 1 {
                self.bisect(&rest, sets, proof, failed);
            }
        } else if suspects.is_empty() || rest.is_empty() {
            let (left, right) = group.split_at(group.len() / 2);
            self.bisect(left, sets, proof, failed);
            self.bisect(right, sets, proof, failed);
        } else {
            self.bisect(&suspects, sets, proof, failed);
            self.bisect(&rest, sets, proof, failed);
        }
    }

    /// The fixes that are applied together: sets that were proven apart are proven as one. What touches the same
    /// text as another waits for the next run.
    fn join(&mut self, proof: &mut Proof) {
        let proven = std::mem::take(&mut self.proven);
        let mut all: Vec<&Candidate> = Vec::new();
        for set in &proven {
            let more: Vec<&Candidate> = all.iter().copied().chain(set).collect();
            let apart = || plan::edits(self.texts, more.iter().flat_map(|c| &c.planned.steps)).is_ok();
            if all.is_empty() || apart() && self.holds(&more).is_ok() {
                all = more;
            }
        }
        let edits = plan::edits(self.texts, all.iter().flat_map(|c| &c.planned.steps)).unwrap_or_default();
        let findings = all.iter().flat_map(|c| c.findings.iter().copied()).collect();
        proof.together = (edits, findings);
    }

    /// Whether some fixes, applied together, do what they are meant to and nothing else.
    fn holds(&mut self, group: &[&Candidate]) -> Result<(), Failure> {
        if self.left == 0 {
            return Err(Failure::new("too many fixes of this application failed their proof"));
        }
        self.left -= 1;
        let edits = plan::edits(self.texts, group.iter().flat_map(|c| &c.planned.steps))
            .map_err(|e| Failure::new(e.0))?;
        let overlay = overlay(self.prover.jail, self.application, &edits).map_err(Failure::new)?;
        let jail = self.prover.jail.with_overlay(overlay);
        let prover = self.prover;
        let again = palisade_load::read_again(&jail, self.application, prover.inputs, prover.limits)
            .ok_or_else(|| Failure::new("the application is not recognised any more"))?;
        let known = |f: &palisade_load::Failure| f.kind == palisade_load::FailureKind::Foreign;
        if let Some(new) = again.failures.iter().find(|f| !known(f) && !self.failed_before(f)) {
            return Err(Failure::new(format!("`{}` cannot be read any more: {}", new.path, new.reason)));
        }
        let after = again.application;
        let intents: Vec<&Intent> = group.iter().flat_map(|c| &c.planned.intents).collect();
        let numbers: Vec<usize> = group.iter().flat_map(|c| c.findings.iter().copied()).collect();
        let affected: BTreeSet<&str> = numbers
            .iter()
            .filter_map(|n| self.checked.findings.get(*n))
            .flat_map(|f| f.affected.iter().map(String::as_str))
            .collect();
        unexpected(self.application, &after, &Allowed { intents, affected }).map_err(Failure::new)?;
        let checked = check(&after, prover.settings, prover.ran);
        self.findings(group, &numbers, &checked)
    }

    /// What could not be read before stays so.
    fn failed_before(&self, failure: &palisade_load::Failure) -> bool {
        let jail = self.prover.jail;
        let before =
            palisade_load::read_again(jail, self.application, self.prover.inputs, self.prover.limits);
        before
            .is_some_and(|b| b.failures.iter().any(|f| f.path == failure.path && f.reason == failure.reason))
    }

    /// The findings are gone, and none is new that is as bad as one of them.
    fn findings(&self, group: &[&Candidate], numbers: &[usize], after: &Checked) -> Result<(), Failure> {
        let before = &self.checked.findings;
        let count = |list: &[Finding]| {
            let mut map: BTreeMap<String, usize> = BTreeMap::new();
            for f in list {
                *map.entry(f.fingerprint.clone()).or_default() += 1;
            }
            map
        };
        let (old, new) = (count(before), count(&after.findings));
        let mut meant: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in numbers.iter().filter_map(|n| before.get(*n)) {
            *meant.entry(finding.fingerprint.as_str()).or_default() += 1;
        }
        let stays = |print: &str| {
            let count = |map: &BTreeMap<String, usize>| map.get(print).copied().unwrap_or(0);
            meant.get(print).is_some_and(|gone| count(&new) + gone > count(&old))
        };
        let findings = |c: &Candidate| c.findings.iter().filter_map(|n| before.get(*n)).collect::<Vec<_>>();
        let unmended = |c: &Candidate| findings(c).iter().any(|f| stays(&f.fingerprint));
        // What cannot be told any more is not mended.
        let open = |checked: &Checked, rule: &str| checked.cannot_tell.get(rule).copied().unwrap_or(0);
        let untold = |c: &Candidate| open(after, c.rule) > open(self.checked, c.rule);
        let which = |holds: &dyn Fn(&Candidate) -> bool| -> Vec<usize> {
            group.iter().enumerate().filter(|(_, c)| holds(c)).map(|(n, _)| n).collect()
        };
        for (suspects, words) in
            [(which(&unmended), "still finds it"), (which(&untold), "cannot tell any more")]
        {
            if let Some(first) = suspects.first().and_then(|n| group.get(*n)) {
                let reason = format!("`{}` {words}", first.rule);
                return Err(Failure { reason, suspects, certain: true });
            }
        }
        let said: BTreeSet<(&str, &[String], &str)> =
            before.iter().map(|f| (f.rule, f.affected.as_slice(), f.message.as_str())).collect();
        for finding in &after.findings {
            let had = old.get(&finding.fingerprint).copied().unwrap_or(0);
            let has = new.get(&finding.fingerprint).copied().unwrap_or(0);
            if has <= had
                || said.contains(&(finding.rule, finding.affected.as_slice(), finding.message.as_str()))
            {
                continue;
            }
            // A finding that is less bad than what it comes with may be the price of a fix.
            let about = |c: &Candidate| {
                findings(c).iter().flat_map(|f| &f.affected).any(|id| finding.affected.contains(id))
            };
            // What is wrong with a new resource is due to who declares it.
            let declares = |c: &Candidate| {
                c.planned.intents.iter().any(|intent| match intent {
                    Intent::Declared(id) => finding.affected.iter().any(|node| {
                        node.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with(['#', '.', '/']))
                    }),
                    _ => false,
                })
            };
            let makers = which(&declares);
            let near = if makers.is_empty() { which(&about) } else { makers };
            let suspects = if near.is_empty() { which(&|_| true) } else { near };
            // Nor does it count what only those are told who ask for more: that a new queue has no alarm.
            let worse = |n: &usize| {
                group.get(*n).is_some_and(|c| finding.severity >= c.severity && finding.persona <= c.persona)
            };
            if suspects.iter().any(worse) {
                let reason = format!("`{}` would be found: {}", finding.rule, finding.message);
                return Err(Failure { reason, suspects, certain: false });
            }
        }
        Ok(())
    }
}

/// The texts after edits, over those that the jail has.
pub fn overlay(
    jail: &Jail,
    application: &Application,
    edits: &[Edit],
) -> Result<BTreeMap<String, Arc<str>>, String> {
    let mut overlay = jail.overlay().clone();
    let mut by_path: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        by_path.entry(&edit.path).or_default().push(edit.clone());
    }
    for (path, edits) in by_path {
        let file = application.store.find(path).and_then(|id| application.store.get(id));
        let file = file.ok_or_else(|| format!("`{path}` is not a file of the application"))?;
        let text = apply_edits(&file.text, &edits).map_err(|e| e.to_string())?;
        overlay.insert(path.to_owned(), text.into());
    }
    Ok(overlay)
}

fn safety(safety: palisade_rules::Safety) -> Safety {
    match safety {
        palisade_rules::Safety::Safe => Safety::Safe,
        palisade_rules::Safety::Unsafe => Safety::Unsafe,
    }
}

fn fix(candidate: &Candidate) -> Fix {
    let edit = |e: &Edit| FixEdit {
        path: e.path.clone(),
        start: e.start,
        end: e.end,
        replacement: e.replacement.clone(),
    };
    Fix {
        title: candidate.title.clone(),
        safety: candidate.safety,
        edits: candidate.edits.iter().map(edit).collect(),
    }
}
