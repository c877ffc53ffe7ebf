//! Who asks for what.

use super::Draw;

/// The accounts of the world.
pub const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];

/// Actions and the resources that they take; `ACCOUNT` is replaced.
const TARGETS: [(&[&str], &[&str]); 9] = [
    (
        &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        &[
            "arn:aws:s3:::data/alice/x",
            "arn:aws:s3:::data/red/a.txt",
            "arn:aws:s3:::data/Red/a.txt",
            "arn:aws:s3:::data-logs/2026:01/a",
        ],
    ),
    (&["s3:ListBucket"], &["arn:aws:s3:::data", "arn:aws:s3:::data-logs", "arn:aws:s3:::red"]),
    (
        &["sqs:SendMessage", "sqs:ReceiveMessage"],
        &["arn:aws:sqs:us-east-1:ACCOUNT:jobs", "arn:aws:sqs:eu-west-1:ACCOUNT:jobs-red"],
    ),
    (
        &["dynamodb:Query"],
        &[
            "arn:aws:dynamodb:us-east-1:ACCOUNT:table/orders",
            "arn:aws:dynamodb:us-east-1:ACCOUNT:table/orders/index/red",
        ],
    ),
    (
        &["lambda:InvokeFunction"],
        &[
            "arn:aws:lambda:us-east-1:ACCOUNT:function:convert",
            "arn:aws:lambda:us-east-1:ACCOUNT:function:convert:live",
        ],
    ),
    (
        &["kms:Decrypt", "kms:GenerateDataKey"],
        &["arn:aws:kms:us-east-1:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ),
    (&["sns:Publish"], &["arn:aws:sns:us-east-1:ACCOUNT:news", "arn:aws:sns:us-east-1:ACCOUNT:news-red"]),
    (&["secretsmanager:GetSecretValue"], &["arn:aws:secretsmanager:us-east-1:ACCOUNT:secret:red/db-AbCdEf"]),
    (&["sts:AssumeRole"], &["arn:aws:iam::ACCOUNT:role/target", "arn:aws:iam::ACCOUNT:role/team/target"]),
];

/// Actions without resource types.
const ALONE: [&str; 3] = ["s3:ListAllMyBuckets", "sqs:ListQueues", "ec2:DescribeInstances"];

/// What the caller is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A user.
    User,
    /// A session of a role.
    Session,
    /// A session of a role whose name is not told.
    Role,
    /// A session of a user.
    Federated,
    /// A service principal.
    Service,
    /// Nobody.
    Anonymous,
    /// The root user.
    Root,
    /// A service-linked role.
    Linked,
}

/// A request and what its caller is called.
pub struct Request {
    pub kind: Kind,
    pub principal: String,
    pub action: String,
    pub resource: String,
    /// The account of the resource.
    pub account: String,
    /// The account of the caller.
    pub own: &'static str,
    /// The user's name.
    pub user: Option<&'static str>,
    /// Every identifier by which a policy may list the caller, without the account.
    pub identifiers: Vec<String>,
    /// What `aws:PrincipalArn` holds.
    pub arn: Option<String>,
}

impl Request {
    pub fn draw(draw: &mut Draw) -> Self {
        let own = ACCOUNTS[0];
        let kinds: &[Kind] = if draw.simulated() {
            &[Kind::User, Kind::User, Kind::Session, Kind::Session, Kind::Role, Kind::Federated]
        } else {
            &[Kind::User, Kind::User, Kind::Session, Kind::Session, Kind::Role, Kind::Federated, Kind::Root]
        };
        let mut kind = draw.pick(kinds);
        if draw.chance(14) {
            kind = draw.pick(&[Kind::Service, Kind::Anonymous]);
        } else if !draw.simulated() && draw.chance(4) {
            kind = Kind::Linked;
        }
        let person = draw.pick(&["alice", "bob"]);
        let role = draw.pick(&["app", "ops"]);
        let path = if role == "ops" { "team/" } else { "" };
        let session = draw.pick(&["s1", "s2"]);
        let role_arn = format!("arn:aws:iam::{own}:role/{path}{role}");
        let user = (kind == Kind::User).then_some(person);
        let (principal, identifiers, arn) = match kind {
            Kind::User => {
                let path = if person == "bob" { "team/" } else { "" };
                let arn = format!("arn:aws:iam::{own}:user/{path}{person}");
                (arn.clone(), vec![arn.clone()], Some(arn))
            }
            Kind::Session => {
                let arn = format!("arn:aws:sts::{own}:assumed-role/{role}/{session}");
                (arn.clone(), vec![arn, role_arn.clone()], Some(role_arn))
            }
            Kind::Role => (role_arn.clone(), vec![role_arn.clone()], Some(role_arn)),
            Kind::Federated => {
                let arn = format!("arn:aws:sts::{own}:federated-user/{person}");
                (arn.clone(), vec![arn.clone()], Some(arn))
            }
            Kind::Service => {
                let name = draw.pick(&["lambda.amazonaws.com", "events.amazonaws.com"]).to_owned();
                (name.clone(), vec![name], None)
            }
            Kind::Anonymous => ("anonymous".to_owned(), Vec::new(), None),
            Kind::Root => {
                let arn = format!("arn:aws:iam::{own}:root");
                (arn.clone(), vec![], Some(arn))
            }
            Kind::Linked => {
                let role = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
                let arn = format!("arn:aws:iam::{own}:role/{role}");
                (arn.clone(), vec![arn.clone()], Some(arn))
            }
        };
        let personal = matches!(kind, Kind::User | Kind::Session | Kind::Role | Kind::Federated);
        let alone = personal && draw.chance(8);
        let account = if alone || draw.chance(60) { own } else { ACCOUNTS[1] };
        let (actions, resources) = draw.pick(&TARGETS);
        let mut action = draw.pick(actions);
        let mut resource = draw.pick(resources).replace("ACCOUNT", account);
        if alone {
            (action, resource) = (draw.pick(&ALONE), "*".to_owned());
        } else if !draw.simulated() && resource.contains("/red/") && draw.chance(10) {
            // wildcards of a request are ordinary letters
            resource = resource.replace("/red/", "/r*d/");
        }
        // nobody signs for these
        let impossible = matches!(action, "sts:AssumeRole" | "kms:Decrypt" | "kms:GenerateDataKey");
        if impossible && matches!(kind, Kind::Anonymous | Kind::Root) {
            (action, resource) = ("sqs:SendMessage", format!("arn:aws:sqs:us-east-1:{account}:jobs"));
        }
        let action = action.to_owned();
        Self { kind, principal, action, resource, account: account.to_owned(), own, user, identifiers, arn }
    }

    /// The part of the action before the colon.
    pub fn service(&self) -> String {
        self.action.split(':').next().unwrap().to_owned()
    }

    /// Whether identity policies hold for the caller.
    pub fn has_identity(&self) -> bool {
        !matches!(self.kind, Kind::Service | Kind::Anonymous | Kind::Root)
    }

    /// Whether the resource may have a policy.
    pub fn has_policy(&self) -> bool {
        self.resource != "*"
    }

    /// Whether nothing is allowed without a policy of the resource.
    pub fn needs_policy(&self) -> bool {
        !self.has_identity() || self.account != self.own || matches!(self.service().as_str(), "kms" | "sts")
    }
}
