//! no backup plan selects a table
//!
//! ## What
//!
//! No selection of AWS Backup in the application takes in a DynamoDB table, by its ARN, a pattern or its tags.
//!
//! ## Why
//!
//! Point-in-time recovery goes back 35 days and ends with the table. Backups in a vault outlive the table and the mistake, and can be locked against whoever
//! holds the account.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::DynamoDB::Table
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {saved: 'arn:aws:dynamodb:*:*:table/customers'}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::DynamoDB::Table
//!       Properties: {TableName: orders}
//!     Selection:
//!       Type: AWS::Backup::BackupSelection
//!       Properties:
//!         BackupPlanId: plan
//!         BackupSelection: {SelectionName: tables, IamRoleArn: role, Resources: ['${self:custom.saved}']}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_dynamodb_table" "orders" { # finding
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       Tags: [{Key: backup, Value: daily}]
//!   Selection:
//!     Type: AWS::Backup::BackupSelection
//!     Properties:
//!       BackupPlanId: plan
//!       BackupSelection:
//!         SelectionName: daily
//!         IamRoleArn: role
//!         ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: backup, ConditionValue: daily}]
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//! }
//!
//! resource "aws_backup_selection" "tables" {
//!   name         = "tables"
//!   plan_id      = "plan"
//!   iam_role_arn = "arn:aws:iam::314159265358:role/backup"
//!   resources    = [aws_dynamodb_table.orders.arn]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Saved:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!   Selection:
//!     Type: AWS::Backup::BackupSelection
//!     Properties:
//!       BackupPlanId: plan
//!       BackupSelection: {SelectionName: tables, IamRoleArn: role, Resources: [!Ref Saved]}
//! ```
//!
//! ## How to fix
//!
//! Add a backup plan, and a selection that names the table or a tag of it. It costs ten cents a gigabyte and month.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { aws: &["DynamoDB.4"], attack: &["T1485"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let selections: Vec<&Val> =
        cx.of_type("AWS::Backup::BackupSelection").map(|(_, n)| n.props.lookup("BackupSelection")).collect();
    for (ix, node) in cx.of_type("AWS::DynamoDB::Table").chain(cx.of_type("AWS::DynamoDB::GlobalTable")) {
        let mut selected = Tri::No;
        for selection in &selections {
            selected = selected.or(selects(cx, selection, ix, node));
        }
        match selected {
            Tri::Yes => {}
            Tri::Unknown => {
                let open = selections.iter().find(|s| s.any_unknown()).copied();
                out.cannot_tell(ix, "BackupSelection", open.unwrap_or(Val::null()));
            }
            Tri::No => out.push(
                Found::new(ix, node.span, "no backup plan of the application covers {subject}")
                    .label("not backed up")
                    .help("add a backup plan, and a selection that names the table or a tag of it")
                    .evidence("no backup plan"),
            ),
        }
    }
}

/// Whether a selection takes a table in.
fn selects(cx: &Cx<'_>, selection: &Val, ix: NodeIx, table: &Node) -> Tri {
    if !selection.is_known() {
        return Tri::Unknown;
    }
    let resources = selection.get("Resources");
    let named = |all: &Val| {
        let start = if all.is_known() { Tri::No } else { Tri::Unknown };
        all.items().iter().fold(start, |a, r| a.or(policy::resource_covers(cx.graph, r, ix)))
    };
    let mut answer = named(resources);
    // Conditions narrow the resources down by tags, which stacks and providers give too.
    if !selection.get("Conditions").is_null() {
        answer = answer.and(Tri::Unknown);
    }
    let tags = table.props.get("Tags").items();
    for wanted in selection.get("ListOfTags").items() {
        let is = |tag: &Val, key: &str, want: &str| tag.get(key).display() == wanted.get(want).display();
        let has = tags.iter().any(|t| is(t, "Key", "ConditionKey") && is(t, "Value", "ConditionValue"));
        answer = answer.or(if has { Tri::Yes } else { Tri::Unknown });
    }
    answer.and(named(selection.get("NotResources")).negate())
}
