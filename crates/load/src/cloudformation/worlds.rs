use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use palisade_graph::{Val, World};
use smol_str::SmolStr;

use super::evaluate::{Evaluator, Forced};
use super::{is_sam, parameters, samconfig};
use crate::sam::{SamContext, transform};
use crate::{Files, Inputs, Stack, folder};

/// Choices that differ between worlds, in words.
type Facts = Vec<(SmolStr, SmolStr)>;

/// A choice that tells worlds apart: the values that one parameter may take.
struct Axis {
    name: SmolStr,
    values: Vec<Val>,
}

/// Evaluates a template in its default world and in one world for each other value that it
/// distinguishes, at most `limits.worlds`.
pub fn expand(files: &Files<'_>, path: &str, template: &Val, inputs: &Inputs) -> Vec<(World, Stack)> {
    let within = folder(path);
    let settings = samconfig::environments(files, within, inputs);
    let axes = axes(template, inputs, &settings.first().map(|(_, v)| v.clone()).unwrap_or_default());
    let mut plans: Vec<(HashMap<SmolStr, Val>, Option<SmolStr>)> = Vec::new();
    let fixed: HashMap<SmolStr, Val> = inputs
        .params
        .iter()
        .map(|(k, v)| (k.into(), parameters::given(v, palisade_source::Span::NONE)))
        .collect();
    let base = |environment: usize| -> HashMap<SmolStr, Val> {
        let mut given: HashMap<SmolStr, Val> =
            axes.iter().filter_map(|a| a.values.first().map(|v| (a.name.clone(), v.clone()))).collect();
        if let Some((_, values)) = settings.get(environment) {
            given.extend(values.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        given.extend(fixed.iter().map(|(k, v)| (k.clone(), v.clone())));
        given
    };
    if settings.len() > 1 {
        for (n, (name, _)) in settings.iter().enumerate() {
            plans.push((base(n), Some(name.clone())));
        }
    } else {
        plans.push((base(0), None));
    }
    let limit = files.limits.worlds;
    for axis in &axes {
        for value in axis.values.iter().skip(1) {
            if plans.len() >= limit {
                break;
            }
            let mut given = base(0);
            given.insert(axis.name.clone(), value.clone());
            plans.push((given, settings.get(1).and(settings.first()).map(|(n, _)| n.clone())));
        }
    }
    plans.truncate(limit);
    let facts = |given: &HashMap<SmolStr, Val>, environment: &Option<SmolStr>| {
        let mut facts: Vec<(SmolStr, SmolStr)> = Vec::new();
        if let Some(name) = environment {
            facts.push(("environment".into(), name.clone()));
        }
        for axis in axes.iter().filter(|a| a.values.len() > 1) {
            let shown = given.get(&axis.name).map(parameters::shown).unwrap_or_default();
            facts.push((axis.name.clone(), shown));
        }
        facts
    };
    let mut open: BTreeSet<SmolStr> = BTreeSet::new();
    let mut out: Vec<(Facts, BTreeMap<SmolStr, bool>, Stack)> = Vec::new();
    for (given, environment) in &plans {
        let (stack, undecided) = evaluate(files, inputs, path, template, given, BTreeMap::new());
        open.extend(undecided);
        out.push((facts(given, environment), BTreeMap::new(), stack));
    }
    for condition in &open {
        let Some((given, environment)) = plans.first() else { break };
        if out.len() >= limit {
            break;
        }
        let truth = BTreeMap::from([(condition.clone(), true)]);
        let (stack, _) = evaluate(files, inputs, path, template, given, truth.clone());
        out.push((facts(given, environment), truth, stack));
    }
    if open.len() > 1
        && out.len() < limit
        && let Some((given, environment)) = plans.first()
    {
        let truth: BTreeMap<SmolStr, bool> = open.iter().map(|c| (c.clone(), true)).collect();
        let (stack, _) = evaluate(files, inputs, path, template, given, truth.clone());
        out.push((facts(given, environment), truth, stack));
    }
    out.into_iter()
        .map(|(mut facts, truth, stack)| {
            for condition in &open {
                let value = if truth.get(condition).copied().unwrap_or(false) { "true" } else { "false" };
                facts.push((condition.clone(), value.into()));
            }
            (World { facts }, stack)
        })
        .collect()
}

fn evaluate(
    files: &Files<'_>,
    inputs: &Inputs,
    path: &str,
    template: &Val,
    given: &HashMap<SmolStr, Val>,
    truth: BTreeMap<SmolStr, bool>,
) -> (Stack, BTreeSet<SmolStr>) {
    let forced = Rc::new(Forced { truth, ..Forced::default() });
    let within = folder(path);
    let mut evaluator = Evaluator::new(files, inputs, within, template, given, forced.clone());
    evaluator.chain.push(path.into());
    let mut stack = evaluator.stack();
    if is_sam(template) {
        let globals = evaluator.value(template.get("Globals"));
        transform(&SamContext { files, folder: within, globals: &globals, inputs }, &mut stack);
    }
    let undecided = forced.undecided.borrow().clone();
    (stack, undecided)
}

/// Parameters of which the template distinguishes several values, their default first.
fn axes(template: &Val, inputs: &Inputs, configured: &HashMap<SmolStr, Val>) -> Vec<Axis> {
    let declared = template.get("Parameters").entries();
    if declared.is_empty() {
        return Vec::new();
    }
    let mut distinguished: BTreeMap<&str, Vec<Val>> = BTreeMap::new();
    for condition in template.get("Conditions").entries() {
        compared(&condition.val, &mut distinguished, 0);
    }
    let mappings = template.get("Mappings");
    if !mappings.is_null() {
        keyed(template.get("Resources"), mappings, &mut distinguished, 0);
        keyed(template.get("Conditions"), mappings, &mut distinguished, 0);
        keyed(template.get("Globals"), mappings, &mut distinguished, 0);
    }
    let mut axes = Vec::new();
    for parameter in declared {
        let name = parameter.key.as_str();
        if inputs.params.contains_key(name) {
            continue;
        }
        let default = configured.get(name).or_else(|| parameter.val.entry("Default").map(|e| &e.val));
        let mut values: Vec<Val> = default.cloned().into_iter().collect();
        let others = distinguished.remove(name).unwrap_or_default();
        let asked = !others.is_empty();
        let allowed = parameters::allowed(&parameter.val);
        for other in others {
            push_new(&mut values, other);
        }
        // A default that is the only value compared: the other side is one of the allowed values.
        if default.is_none() {
            for value in allowed {
                push_new(&mut values, value);
            }
        } else if asked
            && values.len() == 1
            && let Some(value) =
                allowed.into_iter().find(|v| values.first().is_some_and(|d| d.display() != v.display()))
        {
            push_new(&mut values, value);
        }
        values.truncate(8);
        // Without a default and allowed values the parameter stays unknown and its conditions open.
        let open = default.is_none() && parameter.val.get("AllowedValues").is_null();
        if values.len() > usize::from(default.is_some()) && !open {
            axes.push(Axis { name: parameter.key.clone(), values });
        }
    }
    axes
}

fn push_new(values: &mut Vec<Val>, value: Val) {
    if !values.iter().any(|v| v.display() == value.display()) {
        values.push(value);
    }
}

/// Literals that parameters are compared with.
fn compared<'t>(val: &'t Val, out: &mut BTreeMap<&'t str, Vec<Val>>, depth: usize) {
    if depth > 32 {
        return;
    }
    if let [only] = val.entries()
        && only.key == "Fn::Equals"
        && let [a, b] = only.val.items()
    {
        for (reference, literal) in [(a, b), (b, a)] {
            if let (Some(name), Some(_)) =
                (reference.get("Ref").as_str(), literal.as_str().or_else(|| literal.as_bool().map(|_| "")))
            {
                out.entry(name).or_default().push(literal.clone());
            }
        }
        return;
    }
    for entry in val.entries() {
        compared(&entry.val, out, depth + 1);
    }
    if val.as_list().is_some() {
        for item in val.items() {
            compared(item, out, depth + 1);
        }
    }
}

/// Keys of mappings that parameters choose.
fn keyed<'t>(val: &'t Val, mappings: &Val, out: &mut BTreeMap<&'t str, Vec<Val>>, depth: usize) {
    if depth > 48 {
        return;
    }
    for entry in val.entries() {
        if entry.key == "Fn::FindInMap"
            && let [map, top, second, ..] = entry.val.items()
            && let Some(map) = map.as_str()
        {
            let chosen = mappings.get(map);
            if let Some(name) = top.get("Ref").as_str() {
                let keys = chosen.entries().iter().take(8).map(|e| Val::str(e.key.clone(), e.key_span));
                out.entry(name).or_default().extend(keys);
            }
            if let Some(name) = second.get("Ref").as_str() {
                let keys = chosen.entries().first().map(|e| e.val.entries()).unwrap_or_default();
                let keys = keys.iter().take(8).map(|e| Val::str(e.key.clone(), e.key_span));
                out.entry(name).or_default().extend(keys);
            }
        }
        keyed(&entry.val, mappings, out, depth + 1);
    }
    if val.as_list().is_some() {
        for item in val.items() {
            keyed(item, mappings, out, depth + 1);
        }
    }
}
