//! Random lines of `iam evaluate` out of a small world, so that much matches and much nearly matches.

mod condition;
mod context;
pub mod minimal;
mod request;
mod statement;

use serde_json::{Value, json};

use context::Context;
use request::{Kind, Request};
use statement::Place;

/// Who the lines are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The reference interpreter: everything.
    Reference,
    /// The independent simulator: what it models and accepts.
    Simulator,
}

/// A source of choices; the same seed makes the same line.
pub struct Draw {
    state: u64,
    reader: For,
}

impl Draw {
    /// A number below the limit.
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    /// True in so many of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn simulated(&self) -> bool {
        self.reader == For::Simulator
    }
}

/// The line of a seed.
pub fn line(seed: u64, reader: For) -> Value {
    let mut draw = Draw { state: seed, reader };
    let request = Request::draw(&mut draw);
    let context = Context::draw(&mut draw, &request);
    let mut line = json!({
        "id": seed,
        "request": {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "resource_account": request.account,
            "context": context.values(),
        },
    });
    let mut make = Make { draw: &mut draw, request: &request, context: &context };
    if make.request.has_identity() {
        let count = make.draw.below(3);
        line["identity"] = make.documents(Place::Identity, count);
    }
    if make.request.has_policy() && make.draw.chance(if make.request.needs_policy() { 95 } else { 50 }) {
        line["resource_policy"] = make.document(Place::Resource);
    }
    if make.request.has_identity() && make.draw.chance(20) {
        line["boundary"] = make.documents(Place::Limit, 1);
    }
    if matches!(make.request.kind, Kind::Session | Kind::Role | Kind::Federated) && make.draw.chance(25) {
        let count = if make.draw.simulated() || make.draw.chance(80) { 1 } else { 2 };
        line["session"] = make.documents(Place::Limit, count);
    }
    let outside = matches!(make.request.kind, Kind::Service | Kind::Anonymous);
    if (!outside || !make.draw.simulated()) && make.draw.chance(20) {
        line["scp"] = make.levels(Place::Limit);
    }
    let controlled = ["s3", "sqs", "dynamodb", "kms", "secretsmanager", "sts"];
    let controlled = controlled.contains(&make.request.service().as_str());
    if (controlled || !make.draw.simulated()) && make.draw.chance(15) {
        line["rcp"] = make.levels(Place::Control);
    }
    if make.draw.chance(12) {
        let count = 1 + make.draw.below(2);
        line["endpoint"] = make.documents(Place::Endpoint, count);
    }
    if make.draw.simulated() && names_everyone(&line["resource_policy"]) {
        // whether `*` passes the limits of a caller is an assumption on both sides
        line.as_object_mut().unwrap().retain(|key, _| key != "boundary" && key != "session");
    }
    if !make.draw.simulated() && make.draw.chance(10) {
        line["management_account"] = json!(make.draw.pick(&request::ACCOUNTS));
    }
    line
}

/// Whether a statement that allows names everyone.
fn names_everyone(policy: &Value) -> bool {
    let text = policy.to_string();
    text.contains(r#""Principal":"*""#) || text.contains(r#"{"AWS":"*"}"#)
}

/// What documents are made from.
struct Make<'a> {
    draw: &'a mut Draw,
    request: &'a Request,
    context: &'a Context,
}

impl Make<'_> {
    fn documents(&mut self, place: Place, count: usize) -> Value {
        (0..count).map(|_| self.document(place)).collect()
    }

    fn levels(&mut self, place: Place) -> Value {
        let levels = 1 + self.draw.below(2);
        (0..levels)
            .map(|_| {
                // a level without any policy denies
                let count = if self.draw.chance(6) { 0 } else { 1 + self.draw.below(2) };
                self.documents(place, count)
            })
            .collect()
    }

    fn document(&mut self, place: Place) -> Value {
        let count = 1 + self.draw.below(if place == Place::Control { 2 } else { 3 });
        let mut statements: Vec<Value> = (0..count).map(|_| self.statement(place)).collect();
        let single = statements.len() == 1 && self.draw.chance(30);
        let statements = if single { statements.remove(0) } else { Value::Array(statements) };
        let mut document = json!({ "Version": "2012-10-17", "Statement": statements });
        if place != Place::Control && self.draw.chance(8) {
            document["Version"] = json!("2008-10-17");
        }
        document
    }
}
