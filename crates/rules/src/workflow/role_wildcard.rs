//! the state machine may do every action of a service, or everything
//!
//! ## What
//!
//! The role of a state machine has an administrator policy, or an Allow statement whose action is `*` or every
//! action of a service (`dynamodb:*`). Statements of SAM `Policies` count; those that a framework or a policy
//! template writes do not.
//!
//! ## Why
//!
//! A state machine does what its definition and its input say: with an input that an attacker shapes (a table
//! name, a function name, an address), its tasks call whatever the role permits. Whoever may change the
//! definition, or start the machine with a chosen input, has all that the role has.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action:
//!                 - lambda:InvokeFunction
//!                 - dynamodb:* # finding
//!                 - logs:*
//!               Resource: "*"
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//! resources:
//!   Resources:
//!     Role:
//!       Type: AWS::IAM::Role
//!       Properties:
//!         AssumeRolePolicyDocument:
//!           Version: "2012-10-17"
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: states.amazonaws.com}
//!               Action: sts:AssumeRole
//!         ManagedPolicyArns:
//!           - arn:aws:iam::aws:policy/AdministratorAccess # finding
//!     Orders:
//!       Type: AWS::StepFunctions::StateMachine
//!       Properties:
//!         RoleArn: !GetAtt Role.Arn
//!         DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Actions: {Type: String, Default: "*"} # finding
//! Resources:
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Version: "2012-10-17"
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: states.amazonaws.com}
//!             Action: sts:AssumeRole
//!       Policies:
//!         - PolicyName: all
//!           PolicyDocument:
//!             Version: "2012-10-17"
//!             Statement:
//!               - Effect: Allow
//!                 Action: !Ref Actions
//!                 Resource: "*"
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: !GetAtt Role.Arn
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//! ```
//!
//! A part of a service's actions, and a Deny of all of them:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Table:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       BillingMode: PAY_PER_REQUEST
//!   Orders:
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action: dynamodb:Get*
//!               Resource: !GetAtt Table.Arn
//!             - Effect: Deny
//!               Action: iam:*
//!               Resource: "*"
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::StepFunctions::StateMachine
//!       Properties:
//!         RoleArn: arn:aws:iam::123456789012:role/orders
//!         DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sfn_state_machine" "flow" {
//!   name       = "flow"
//!   role_arn   = aws_iam_role.flow.arn
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })
//! }
//!
//! resource "aws_iam_role" "flow" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.amazonaws.com" } }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "flow" {
//!   role = aws_iam_role.flow.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "lambda:*" # finding
//!       Resource = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sfn_state_machine" "flow" {
//!   name       = "flow"
//!   role_arn   = aws_iam_role.flow.arn
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })
//! }
//!
//! resource "aws_iam_role" "flow" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "states.amazonaws.com" } }]
//!   })
//!   inline_policy {
//!     name = "call"
//!     policy = jsonencode({
//!       Statement = [{
//!         Effect   = "Allow"
//!         Action   = "lambda:InvokeFunction"
//!         Resource = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
//!       }]
//!     })
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   name = "orders"
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "dynamodb:*" # finding
//!       Resource = "*"
//!     }]
//!   })
//! }
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = aws_iam_role.orders.arn
//!   definition = jsonencode({
//!     StartAt = "Put"
//!     States = {
//!       Put = {
//!         Type       = "Task"
//!         Resource   = "arn:aws:states:::dynamodb:putItem"
//!         Parameters = { TableName = "orders", Item = {} }
//!         End        = true
//!       }
//!     }
//!   })
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_iam_role" "orders" {
//!   name = "orders"
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "dynamodb:PutItem" # finding
//!       Resource = "*"
//!     }]
//!   })
//! }
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = aws_iam_role.orders.arn
//!   definition = jsonencode({
//!     StartAt = "Put"
//!     States = {
//!       Put = {
//!         Type       = "Task"
//!         Resource   = "arn:aws:states:::dynamodb:putItem"
//!         Parameters = { TableName = "orders", Item = {} }
//!         End        = true
//!       }
//!     }
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Actions: {Type: String}
//! Resources:
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Version: "2012-10-17"
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: states.amazonaws.com}
//!             Action: sts:AssumeRole
//!       Policies:
//!         - PolicyName: all
//!           PolicyDocument:
//!             Version: "2012-10-17"
//!             Statement:
//!               - Effect: Allow
//!                 Action: !Ref Actions
//!                 Resource: "*"
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: !GetAtt Role.Arn
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//! ```
//!
//! ## How to fix
//!
//! Name the actions that the tasks of the definition call, with the resources that they call them on:
//! `Policies` in SAM (its policy templates do that), `iamRoleStatements` or the role in serverless.yml, the role
//! in CloudFormation. A task whose action was forgotten fails with `AccessDenied`.
//!
//! ## Differs from
//!
//! Trivy reports every wildcard in a policy of the machine's role, also `dynamodb:Get*` and a resource.

use crate::grants;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1078.004"],
        stride: &["E"],
        others: &["AWS-0120"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, machine) in cx.of_type("AWS::StepFunctions::StateMachine") {
        let role =
            cx.graph.resolve(machine.props.get("RoleArn")).or_else(|| cx.roles(ix).next().map(|(r, _)| r));
        let Some(node_ix) = role else { continue };
        let Some((node, role)) = cx.node(node_ix).and_then(|n| Some((n, n.role()?))) else { continue };
        for policy in role.managed.iter().filter(|p| p.implied_by.is_none()) {
            if policy.value.display().ends_with(":policy/AdministratorAccess")
                || policy.value.is("AdministratorAccess").is_yes()
            {
                out.push(
                    Found::at_value(
                        ix,
                        &policy.value,
                        node.span,
                        "the role of {subject} has `AdministratorAccess`",
                    )
                    .label("everything in the account")
                    .help("name the actions and resources that the tasks need")
                    .also(machine.span, "this state machine runs with it")
                    .evidence("AdministratorAccess"),
                );
            }
        }
        for statement in &role.statements {
            // Who else runs as the role may need more.
            let alone = cx.graph.into(node_ix, EdgeKind::RunsAs).count() == 1;
            let called = if alone { called(machine) } else { Vec::new() };
            wildcards(cx, (ix, machine), statement, &called, out);
        }
    }
}

/// Services whose integrations are named as their actions are.
const SAME_NAMES: &[&str] = &["dynamodb", "events", "kms", "secretsmanager", "sns", "sqs", "ssm"];

/// Actions that the tasks of a definition call, as far as the names of the integrations say them; with the
/// services of which that is not all.
fn called(machine: &Node) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for key in ["Definition", "DefinitionString"] {
        let text = machine.props.get(key).display();
        for rest in text.split(":states:::").skip(1) {
            let end = rest.find(['"', '\\', ' ', '\n']).unwrap_or(rest.len());
            let integration = rest.get(..end).unwrap_or("");
            let mut parts = integration.trim_start_matches("aws-sdk:").split(':');
            let (service, operation) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let operation = operation.trim_end_matches(".waitForTaskToken");
            let plain = operation.bytes().all(|b| b.is_ascii_alphabetic()) && !operation.is_empty();
            let many = operation.ends_with("Batch") || operation.starts_with("transact");
            let name = match (service, operation) {
                ("lambda", "invoke") => Some("InvokeFunction".to_owned()),
                _ if plain && !many && SAME_NAMES.contains(&service) => {
                    let (first, rest) = operation.split_at(1);
                    Some(format!("{}{rest}", first.to_ascii_uppercase()))
                }
                _ => None,
            };
            all.push((service.to_owned(), name.map(|n| format!("{service}:{n}"))));
        }
    }
    all
}

/// The one action of a service that the tasks call, instead of all.
fn narrowed(action: &Val, called: &[(String, Option<String>)]) -> Option<Change> {
    let service = grants::whole_service(action)?;
    let mut names = called.iter().filter(|(s, _)| *s == service).map(|(_, action)| action.as_deref());
    let first = names.next()??;
    names.all(|n| n == Some(first)).then(|| Change::Replace { at: action.span, value: first.into() })
}

fn wildcards(
    cx: &Cx<'_>,
    (ix, machine): (NodeIx, &Node),
    statement: &Statement,
    called: &[(String, Option<String>)],
    out: &mut Findings,
) {
    use palisade_graph::From;
    let written = matches!(statement.from, From::Inline | From::Managed) && statement.implied_by.is_none();
    if !written || statement.allows().is_no() {
        return;
    }
    let mut wild: Vec<(&Val, String)> = Vec::new();
    for action in &statement.actions {
        match wildcard(action) {
            Some(what) => wild.push((action, what)),
            None if matches!(action.state, State::Unknown(_)) => out.cannot_tell(ix, "Action", action),
            None => {}
        }
    }
    wild.retain(|(action, _)| {
        grants::whole_service(action).is_none_or(|service| grants::can_apply(&service, statement))
    });
    let Some((first, what)) = wild.first() else { return };
    if statement.allows() == Tri::Unknown {
        out.cannot_tell(ix, "Effect", &statement.effect);
        return;
    }
    let texts: Vec<String> = wild.iter().take(4).map(|(a, _)| format!("`{}`", a.display())).collect();
    let more = wild.len().saturating_sub(4);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let on = resources(cx, statement);
    let message = match wild.as_slice() {
        [_] => format!("the role of {{subject}} may do {what}{on}: {}", texts.join(", ")),
        _ => format!(
            "the role of {{subject}} may do every action of {} services{on}: {}{rest}",
            wild.len(),
            texts.join(", ")
        ),
    };
    let mut found = Found::at_value(ix, first, statement.span, message).label(what.clone());
    for (action, what) in wild.iter().skip(1) {
        found = found.also(action.span, format!("and {what}"));
    }
    let changes: Option<Vec<Change>> = wild.iter().map(|(action, _)| narrowed(action, called)).collect();
    let title = "allow the action that the tasks call, and no other";
    let proposal = changes.map(|changes| Proposal::new(title, Safety::Unsafe, changes));
    out.push(
        found
            .fixes(proposal)
            .help("name the actions that the tasks of the definition call")
            .also(machine.span, "this state machine runs with it")
            .evidence(format!("{}{on}", texts.join(", "))),
    );
}

/// What a whole action pattern grants, if that is all of a service.
fn wildcard(action: &Val) -> Option<String> {
    let text = action.as_str()?;
    let all = |t: &str| !t.is_empty() && t.chars().all(|c| c == '*');
    match text.split_once(':') {
        _ if all(text) => Some("every action of every service".to_owned()),
        Some((service, action)) if all(service) && all(action) => {
            Some("every action of every service".to_owned())
        }
        Some((service, action)) if all(action) => Some(format!("every action of `{service}`")),
        _ => None,
    }
}

fn resources(cx: &Cx<'_>, statement: &Statement) -> String {
    match statement.resources.as_slice() {
        [one] if one.is("*").is_yes() => " on everything".to_owned(),
        [one] => match cx.graph.resolve(one) {
            Some(node) => format!(" on {}", cx.subject(node)),
            None => String::new(),
        },
        _ => String::new(),
    }
}
