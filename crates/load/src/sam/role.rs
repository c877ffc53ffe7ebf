//! Execution roles: what the transform grants by itself.

use std::collections::HashSet;
use std::sync::Arc;

use palisade_graph::{List, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Props};
use super::cause::Cause;
use crate::Resource;

/// A role under construction.
pub struct Role {
    /// Logical id.
    pub id: SmolStr,
    /// Who may take it.
    pub trust: Val,
    managed: Vec<Val>,
    attached: HashSet<SmolStr>,
    /// Whether there may be more managed policies.
    pub open: bool,
    policies: Vec<Val>,
    documents: HashSet<SmolStr>,
    /// `Path`.
    pub path: Val,
    /// `PermissionsBoundary`.
    pub boundary: Val,
    /// `Tags`.
    pub tags: Val,
}

impl Role {
    /// A role without rights.
    pub fn new(id: impl Into<SmolStr>, trust: Val) -> Self {
        Self {
            id: id.into(),
            trust,
            managed: Vec::new(),
            attached: HashSet::new(),
            open: false,
            policies: Vec::new(),
            documents: HashSet::new(),
            path: Val::default(),
            boundary: Val::default(),
            tags: Val::default(),
        }
    }

    /// Adds a managed policy once.
    pub fn attach(&mut self, arn: Val) {
        if self.attached.insert(arn.display()) {
            self.managed.push(arn);
        }
    }

    /// Adds an inline policy: `PolicyName` and `PolicyDocument`.
    pub fn add(&mut self, policy: Val) {
        self.documents.insert(policy.get("PolicyDocument").display());
        self.policies.push(policy);
    }

    /// ARNs of the managed policies.
    #[cfg(test)]
    pub fn managed(&self) -> &[Val] {
        &self.managed
    }

    /// The inline policies.
    #[cfg(test)]
    pub fn policies(&self) -> &[Val] {
        &self.policies
    }

    /// Adds an inline policy unless one grants the same already.
    pub fn grant(&mut self, policy: Val) {
        if self.documents.insert(policy.get("PolicyDocument").display()) {
            self.policies.push(policy);
        }
    }

    /// The resource.
    pub fn resource(self, cause: &Cause, listed: bool) -> Resource {
        let span = cause.key;
        let mut props = Props::default();
        props.put("AssumeRolePolicyDocument", self.trust);
        if listed || self.open || !self.managed.is_empty() {
            let list = List { items: self.managed, open: self.open };
            props.put("ManagedPolicyArns", Val::known(Value::List(Arc::new(list)), span));
        }
        props.put("Path", self.path);
        if !self.policies.is_empty() {
            props.put("Policies", Val::list(self.policies, span));
        }
        props.put("PermissionsBoundary", self.boundary);
        props.put("Tags", self.tags);
        cause.make(self.id, "AWS::IAM::Role", props.finish(span))
    }
}

/// Trust of a service.
pub fn trust(span: Span, service: &'static str) -> Val {
    let at = At(span);
    let statement = at.object([
        ("Action", at.texts(&["sts:AssumeRole"])),
        ("Effect", at.text("Allow")),
        ("Principal", at.object([("Service", at.texts(&[service]))])),
    ]);
    at.object([("Version", at.text("2012-10-17")), ("Statement", at.list(vec![statement]))])
        .through(Via::Defaulted, span)
}

/// ARN of a managed policy of AWS by the path behind `policy/`.
pub fn aws_managed(span: Span, path: &str, word: Via) -> Val {
    Val::str(format_smolstr!("arn:aws:iam::aws:policy/{path}"), span).through(word, span)
}

/// A statement that allows something because of `span`.
pub fn allow(span: Span, action: Val, resource: Val) -> Val {
    let at = At(span);
    at.object([("Action", action), ("Effect", at.text("Allow")), ("Resource", resource)])
        .through(Via::Implied, span)
}

/// An inline policy of statements.
pub fn policy(span: Span, name: impl Into<SmolStr>, statements: Vec<Val>) -> Val {
    let at = At(span);
    let document = at.object([("Statement", at.list(statements))]);
    at.object([("PolicyName", at.text(name)), ("PolicyDocument", document)])
}

/// `sqs:SendMessage` to a queue.
pub fn send_message(span: Span, owner: &str, queue: &Val) -> Val {
    let action = At(span).text("sqs:SendMessage");
    policy(span, format_smolstr!("{owner}SQSPolicy"), vec![allow(span, action, queue.clone())])
}

/// `sns:Publish` to a topic, spelled as the transform spells it.
pub fn publish(span: Span, owner: &str, topic: &Val) -> Val {
    let action = At(span).text("sns:publish");
    policy(span, format_smolstr!("{owner}SNSPolicy"), vec![allow(span, action, topic.clone())])
}

/// What Lambda needs to write failed events into a bucket.
pub fn put_object(span: Span, owner: &str, bucket: &Val) -> Val {
    let at = At(span);
    let objects = at.sub("${bucket}/*", &[("bucket", bucket)]);
    let statements = vec![
        allow(span, at.text("s3:PutObject"), objects),
        allow(span, at.text("s3:ListBucket"), bucket.clone()),
    ];
    policy(span, format_smolstr!("{owner}S3Policy"), statements)
}

/// `events:PutEvents` to a bus.
pub fn put_events(span: Span, owner: &str, bus: &Val) -> Val {
    let action = At(span).text("events:PutEvents");
    policy(span, format_smolstr!("{owner}EventBridgePolicy"), vec![allow(span, action, bus.clone())])
}

/// `lambda:InvokeFunction` of a function.
pub fn invoke(span: Span, owner: &str, function: &Val) -> Val {
    let action = At(span).text("lambda:InvokeFunction");
    policy(span, format_smolstr!("{owner}LambdaPolicy"), vec![allow(span, action, function.clone())])
}

/// `states:StartExecution` of a state machine.
pub fn start_execution(span: Span, owner: &str, machine: &Val) -> Val {
    let action = At(span).text("states:StartExecution");
    policy(span, format_smolstr!("{owner}StartExecutionPolicy"), vec![allow(span, action, machine.clone())])
}
