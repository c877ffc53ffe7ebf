//! Ways by which what a function writes starts a function again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use palisade_graph::{Edge, EdgeKind, NodeIx, NodeKind, Statement, Tri, Val};

use crate::{Cx, policy};

/// Actions by which a function writes to a thing of a type, so that the thing can start a function.
fn writes(ty: &str) -> &'static [&'static str] {
    match ty {
        "AWS::S3::Bucket" => &["s3:PutObject"],
        "AWS::SQS::Queue" => &["sqs:SendMessage"],
        "AWS::SNS::Topic" => &["sns:Publish"],
        "AWS::Kinesis::Stream" => &["kinesis:PutRecord", "kinesis:PutRecords"],
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => {
            &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"]
        }
        _ => &[],
    }
}

/// What lets a function write to a thing.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// The statement of its role.
    pub statement: &'a Statement,
    /// The action.
    pub action: &'static str,
    /// Whether the role is the function's alone and the statement names the thing: otherwise the
    /// permission may be there for something else.
    pub meant: bool,
}

impl<'a> Way<'a> {
    /// The value of the statement that allows the action.
    pub fn at(&self) -> &'a Val {
        policy::covering(self.statement, &[self.action]).map_or(&self.statement.effect, |(v, _)| v)
    }
}

/// What lets a function write to a thing, if something surely does.
pub fn may_write<'a>(cx: &Cx<'a>, function: NodeIx, to: NodeIx) -> Option<Way<'a>> {
    let actions = writes(&cx.node(to)?.ty);
    for (rx, node) in cx.roles(function) {
        let Some(role) = node.role() else { continue };
        for action in actions.iter().copied() {
            if !policy::may_do(cx.graph, role, action, to).is_yes() {
                continue;
            }
            let Some(statement) = policy::allowing(cx.graph, role, action, to) else { continue };
            if policy::is_made(statement) || (action == "s3:PutObject" && !reaches_objects(statement)) {
                continue;
            }
            let alone = cx.functions_of(rx).nth(1).is_none();
            let named = !statement.resources.iter().any(|r| r.as_str() == Some("*"));
            return Some(Way { statement, action, meant: alone && named });
        }
    }
    None
}

/// Whether a statement is on objects of a bucket: the bucket alone takes no `s3:PutObject`.
fn reaches_objects(statement: &Statement) -> bool {
    statement.resources.iter().any(|r| {
        let text = r.display();
        text.contains('/') || text.ends_with('*')
    })
}

/// Whether a trigger lets through whatever arrives: it is switched on and has no filter.
pub fn is_unfiltered(edge: &Edge) -> bool {
    edge.trigger.as_deref().is_some_and(|t| t.filter.is_null() && t.enabled.as_bool() != Some(false))
}

/// Whether the loop detection of Lambda is switched off for a function.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
pub fn is_allowed(cx: &Cx<'_>, function: NodeIx) -> Tri {
    cx.node(function).map_or(Tri::No, |n| n.props.lookup("RecursiveLoop").is("Allow"))
}

/// One step of a loop: a function writes to a thing that starts a function, or starts it itself.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// Who writes.
    pub from: NodeIx,
    /// What is written to; none where the function is invoked directly.
    pub through: Option<NodeIx>,
    /// Which function that starts.
    pub to: NodeIx,
    /// What lets it.
    pub way: Way<'a>,
}

/// More pairs of functions and things are not looked at.
const PAIRS: usize = 200_000;

/// The shortest loop through each function, each once.
pub fn loops<'a>(cx: &Cx<'a>) -> Vec<Vec<Step<'a>>> {
    let steps = steps(cx);
    let mut seen: BTreeSet<Vec<NodeIx>> = BTreeSet::new();
    let mut all = Vec::new();
    for start in steps.keys() {
        let Some(found) = shortest(&steps, *start) else { continue };
        let mut key: Vec<NodeIx> = found.iter().map(|s| s.from).collect();
        key.sort();
        if seen.insert(key) {
            all.push(found);
        }
    }
    all
}

fn steps<'a>(cx: &Cx<'a>) -> BTreeMap<NodeIx, Vec<Step<'a>>> {
    let mut all: BTreeMap<NodeIx, Vec<Step<'a>>> = BTreeMap::new();
    let starts: Vec<(NodeIx, Vec<NodeIx>)> = cx
        .graph
        .iter()
        .filter(|(_, n)| !writes(&n.ty).is_empty())
        .map(|(ix, _)| (ix, started(cx, ix)))
        .filter(|(_, to)| !to.is_empty())
        .collect();
    let mut pairs = 0;
    for (fx, _) in cx.functions() {
        for (through, to) in &starts {
            pairs += 1;
            if pairs > PAIRS {
                return all;
            }
            let Some(way) = may_write(cx, fx, *through) else { continue };
            let step = |to: &NodeIx| Step { from: fx, through: Some(*through), to: *to, way };
            all.entry(fx).or_default().extend(to.iter().map(step));
        }
        for step in invoked(cx, fx) {
            all.entry(fx).or_default().push(step);
        }
    }
    all
}

/// Functions that a thing starts without a filter, directly or as a topic through its queues.
fn started(cx: &Cx<'_>, ix: NodeIx) -> Vec<NodeIx> {
    let direct = |ix: NodeIx| {
        cx.graph
            .out(ix, EdgeKind::Triggers)
            .filter(|e| is_unfiltered(e))
            .map(|e| e.to)
            .filter(|to| cx.node(*to).is_some_and(|n| n.kind == NodeKind::Function))
    };
    let mut all: Vec<NodeIx> = direct(ix).collect();
    if cx.node(ix).is_some_and(|n| n.ty == "AWS::SNS::Topic") {
        for (_, s) in cx.of_type("AWS::SNS::Subscription") {
            let props = &s.props;
            if props.get("Protocol").is("sqs").is_yes()
                && props.get("FilterPolicy").is_null()
                && cx.graph.resolve(props.get("TopicArn")) == Some(ix)
                && let Some(queue) = cx.graph.resolve(props.get("Endpoint"))
            {
                all.extend(direct(queue));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Functions that the role of a function names as what it may invoke.
fn invoked<'a>(cx: &Cx<'a>, fx: NodeIx) -> Vec<Step<'a>> {
    const INVOKE: &str = "lambda:InvokeFunction";
    let mut all = Vec::new();
    for (rx, node) in cx.roles(fx) {
        let Some(role) = node.role() else { continue };
        let alone = cx.functions_of(rx).nth(1).is_none();
        for statement in role.statements.iter().filter(|s| !policy::is_made(s)) {
            if !statement.allows().is_yes() || !policy::covers_action(statement, INVOKE).is_yes() {
                continue;
            }
            let way = Way { statement, action: INVOKE, meant: alone };
            for to in statement.resources.iter().filter_map(|r| cx.graph.resolve(r)) {
                let function = cx.node(to).is_some_and(|n| n.kind == NodeKind::Function);
                if function && policy::may_do(cx.graph, role, INVOKE, to).is_yes() {
                    all.push(Step { from: fx, through: None, to, way });
                }
            }
            let named =
                statement.resources.iter().any(|r| r.as_str().is_some_and(|t| t.contains(":function:")));
            if named && policy::may_do(cx.graph, role, INVOKE, fx).is_yes() && !all.iter().any(|s| s.to == fx)
            {
                all.push(Step { from: fx, through: None, to: fx, way });
            }
        }
    }
    all
}

fn shortest<'a>(steps: &BTreeMap<NodeIx, Vec<Step<'a>>>, start: NodeIx) -> Option<Vec<Step<'a>>> {
    let mut came: BTreeMap<NodeIx, Step<'a>> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for step in steps.get(&at).into_iter().flatten() {
            if step.to == start {
                let mut way = vec![*step];
                let mut back = at;
                while back != start {
                    let before = came.get(&back)?;
                    way.push(*before);
                    back = before.from;
                }
                way.reverse();
                return Some(way);
            }
            if let Entry::Vacant(first) = came.entry(step.to) {
                first.insert(*step);
                open.push_back(step.to);
            }
        }
    }
    None
}
