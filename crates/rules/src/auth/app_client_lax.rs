//! an app client of a user pool allows weak ways to log in
//!
//! ## What
//!
//! Medium: the implicit grant, or a callback to plain `http://` other than the own machine, where OAuth is
//! on for the client. Low, and pedantic when there is nothing else: passwords sent to Cognito as they are
//! (`USER_PASSWORD` flow), token revocation off, errors that say whether a user exists (`LEGACY`, which is
//! also the default). ADMIN flows need AWS credentials: silent. One finding a client, a label each.
//!
//! ## Why
//!
//! With the implicit grant the token comes back in the address: it stands in the browser's history, in
//! the `Referer` of the next request, in the log of every proxy; with a callback over plain http whoever
//! shares the network reads it. Errors that tell an unknown user from a wrong password let somebody
//! sort a list of addresses before guessing. Tokens that cannot be revoked outlive the theft's discovery.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Users
//!       AllowedOAuthFlowsUserPoolClient: true
//!       AllowedOAuthFlows:
//!         - code
//!         - implicit # finding
//!       AllowedOAuthScopes: [openid]
//!       CallbackURLs: [https://shop.example.com/]
//!       PreventUserExistenceErrors: ENABLED
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Users
//!       AllowedOAuthFlowsUserPoolClient: true
//!       AllowedOAuthFlows:
//!         - code
//!       AllowedOAuthScopes: [openid]
//!       CallbackURLs: [https://shop.example.com/]
//!       PreventUserExistenceErrors: ENABLED
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Site:
//!     Type: String
//!     Default: http://shop.example.com/ # finding
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Users
//!       AllowedOAuthFlowsUserPoolClient: true
//!       AllowedOAuthFlows: [code]
//!       AllowedOAuthScopes: [openid]
//!       CallbackURLs: [!Ref Site]
//!       PreventUserExistenceErrors: ENABLED
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   shop:
//!     handler: src/shop.handler
//! resources:
//!   Resources:
//!     Users:
//!       Type: AWS::Cognito::UserPool
//!     Client:
//!       Type: AWS::Cognito::UserPoolClient
//!       Properties:
//!         UserPoolId: !Ref Users
//!         PreventUserExistenceErrors: ENABLED
//!         ExplicitAuthFlows:
//!           - ALLOW_USER_PASSWORD_AUTH # finding
//!           - ALLOW_REFRESH_TOKEN_AUTH
//! ```
//!
//! A callback to the own machine, and a flow that needs AWS credentials:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Users
//!       AllowedOAuthFlowsUserPoolClient: true
//!       AllowedOAuthFlows: [code]
//!       AllowedOAuthScopes: [openid]
//!       CallbackURLs: [https://shop.example.com/, http://localhost:3000/, shop://done]
//!       ExplicitAuthFlows: [ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH]
//!       PreventUserExistenceErrors: ENABLED
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   shop:
//!     handler: src/shop.handler
//! resources:
//!   Resources:
//!     Users:
//!       Type: AWS::Cognito::UserPool
//!     Client:
//!       Type: AWS::Cognito::UserPoolClient
//!       Properties:
//!         UserPoolId: !Ref Users
//!         PreventUserExistenceErrors: ENABLED
//!         ExplicitAuthFlows:
//!           - ALLOW_USER_SRP_AUTH
//!           - ALLOW_REFRESH_TOKEN_AUTH
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//! }
//!
//! resource "aws_cognito_user_pool_client" "shop" {
//!   name                                 = "shop"
//!   user_pool_id                         = aws_cognito_user_pool.users.id
//!   allowed_oauth_flows_user_pool_client = true
//!   allowed_oauth_flows                  = ["implicit"] # finding
//!   allowed_oauth_scopes                 = ["openid"]
//!   callback_urls                        = ["https://shop.example.com/"]
//!   prevent_user_existence_errors        = "ENABLED"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//! }
//!
//! resource "aws_cognito_user_pool_client" "shop" {
//!   name                                 = "shop"
//!   user_pool_id                         = aws_cognito_user_pool.users.id
//!   allowed_oauth_flows_user_pool_client = true
//!   allowed_oauth_flows                  = ["code"] # finding
//!   allowed_oauth_scopes                 = ["openid"]
//!   callback_urls                        = ["https://shop.example.com/"]
//!   prevent_user_existence_errors        = "ENABLED"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//! }
//!
//! resource "aws_cognito_user_pool_client" "shop" {
//!   name                                 = "shop"
//!   user_pool_id                         = aws_cognito_user_pool.users.id
//!   allowed_oauth_flows_user_pool_client = true
//!   allowed_oauth_flows                  = ["code"]
//!   allowed_oauth_scopes                 = ["openid"]
//!   callback_urls                        = ["https://shop.example.com/"]
//!   prevent_user_existence_errors        = "ENABLED"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Site:
//!     Type: String
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Users
//!       AllowedOAuthFlowsUserPoolClient: true
//!       AllowedOAuthFlows: [code]
//!       AllowedOAuthScopes: [openid]
//!       CallbackURLs: [!Ref Site]
//!       PreventUserExistenceErrors: ENABLED
//! ```
//!
//! ## How to fix
//!
//! Use the `code` flow with PKCE instead of `implicit`, `https://` callbacks, `ALLOW_USER_SRP_AUTH` instead
//! of `ALLOW_USER_PASSWORD_AUTH`, `EnableTokenRevocation: true` and `PreventUserExistenceErrors: ENABLED`.
//! The first three need a change in the application before; a client that still uses the old way cannot
//! log in.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319, 522, 204],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1528", "T1110", "T1589.001"],
        stride: &["S", "I"],
        ..References::NONE
    },
    check,
};

const IMPLICIT: &str = "implicit grant";
const PASSWORD: &str = "passwords are sent as they are";
const REVOCATION: &str = "tokens cannot be revoked";
const ERRORS: &str = "errors say whether a user exists";

/// One lax setting.
struct Fault<'a> {
    val: &'a Val,
    strong: bool,
    what: &'static str,
    help: &'static str,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Cognito::UserPoolClient") {
        let mut faults = Vec::new();
        oauth(ix, node, &mut faults, out);
        settings(ix, node, &mut faults, out);
        report(ix, node, faults, out);
    }
}

fn oauth<'a>(ix: NodeIx, node: &'a Node, faults: &mut Vec<Fault<'a>>, out: &mut Findings) {
    // Flows and callbacks mean nothing while OAuth is off for the client.
    let on = node.props.get("AllowedOAuthFlowsUserPoolClient");
    if on.is_null() || on.as_bool() == Some(false) {
        return;
    }
    for flow in node.props.get("AllowedOAuthFlows").items() {
        if flow.is("implicit").is_yes() {
            let help = "use the `code` flow instead of `implicit`";
            faults.push(Fault { val: flow, strong: true, what: IMPLICIT, help });
        }
    }
    for url in node.props.get("CallbackURLs").items() {
        match is_plain(url) {
            Tri::Yes => {
                let help = "use `https://` callbacks";
                faults.push(Fault { val: url, strong: true, what: "callback over plain http", help });
            }
            Tri::Unknown => out.cannot_tell(ix, "CallbackURLs", url),
            Tri::No => {}
        }
    }
}

fn settings<'a>(ix: NodeIx, node: &'a Node, faults: &mut Vec<Fault<'a>>, out: &mut Findings) {
    for flow in node.props.get("ExplicitAuthFlows").items() {
        if matches!(flow.as_str(), Some("ALLOW_USER_PASSWORD_AUTH" | "USER_PASSWORD_AUTH")) {
            let help = "use `ALLOW_USER_SRP_AUTH` instead of the password flow";
            faults.push(Fault { val: flow, strong: false, what: PASSWORD, help });
        }
    }
    let revocation = node.props.get("EnableTokenRevocation");
    match revocation.as_bool() {
        Some(false) => {
            let help = "set `EnableTokenRevocation: true`";
            faults.push(Fault { val: revocation, strong: false, what: REVOCATION, help });
        }
        None if !revocation.is_known() => out.cannot_tell(ix, "EnableTokenRevocation", revocation),
        _ => {}
    }
    let errors = node.props.get("PreventUserExistenceErrors");
    if errors.is_null() || errors.is("LEGACY").is_yes() {
        let help = "set `PreventUserExistenceErrors: ENABLED`";
        faults.push(Fault { val: errors, strong: false, what: ERRORS, help });
    } else if !errors.is_known() {
        out.cannot_tell(ix, "PreventUserExistenceErrors", errors);
    }
}

/// Whether a callback is plain http to another machine than the user's own.
fn is_plain(url: &Val) -> Tri {
    if let Some(text) = url.as_str() {
        return plain(text).into();
    }
    let known = url.known_prefix();
    if known.is_empty() {
        // A domain name or address that another resource gives.
        return if matches!(url.state, State::Ref(_)) { Tri::No } else { Tri::Unknown };
    }
    if known.len() > "http://".len() {
        plain(known).into()
    } else if "https://".starts_with(known) || "http://".starts_with(known) {
        if known == "http://" { Tri::Yes } else { Tri::Unknown }
    } else {
        Tri::No
    }
}

fn plain(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("http://") else { return false };
    let host = if rest.starts_with('[') {
        rest.split_inclusive(']').next().unwrap_or(rest)
    } else {
        rest.split(['/', ':', '?', '#']).next().unwrap_or(rest)
    };
    !(host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]")
}

fn report(ix: NodeIx, node: &Node, mut faults: Vec<Fault<'_>>, out: &mut Findings) {
    // What weighs most first, and what is written before what is missing.
    faults.sort_by_key(|f| (!f.strong, f.val.is_null()));
    let Some(first) = faults.first() else { return };
    let mut words: Vec<&str> = faults.iter().map(|f| f.what).collect();
    words.dedup();
    let mut help: Vec<&str> = faults.iter().map(|f| f.help).collect();
    help.dedup();
    let strong = first.strong;
    let mut found =
        Found::at_value(ix, first.val, node.span, format!("{{subject}} is lax: {}", words.join(", ")))
            .severity(if strong { Severity::Medium } else { Severity::Low })
            .persona(if strong { Persona::Regular } else { Persona::Pedantic })
            .label(first.what)
            .help(help.join("; "))
            .evidence(words.join(", "));
    for fault in faults.iter().skip(1) {
        found = found.also(fault.val.span.or(node.span), fault.what).way(fault.val);
    }
    out.push(found.fixes(proposal(ix, node, &faults)));
}

/// Stronger settings for all that is lax; a client that uses the old way can no longer log in.
fn proposal(ix: NodeIx, node: &Node, faults: &[Fault<'_>]) -> Option<Proposal> {
    let change = |fault: &Fault<'_>| {
        let at = fault.val.span;
        let instead = |key: &str, better: &str| {
            if node.props.get(key).items().iter().any(|v| v.is(better).is_yes()) {
                Change::Remove { at }
            } else {
                Change::Replace { at, value: better.into() }
            }
        };
        match fault.what {
            ERRORS => {
                let path = "PreventUserExistenceErrors".into();
                Some(Change::Set { node: ix, path, value: "ENABLED".into() })
            }
            REVOCATION => {
                let path = "EnableTokenRevocation".into();
                Some(Change::Set { node: ix, path, value: true.into() })
            }
            _ if !at.is_some() => None,
            IMPLICIT => Some(instead("AllowedOAuthFlows", "code")),
            PASSWORD => Some(instead("ExplicitAuthFlows", "ALLOW_USER_SRP_AUTH")),
            _ => {
                let rest = fault.val.as_str()?.get("http://".len()..)?;
                Some(Change::Replace { at, value: format!("https://{rest}").as_str().into() })
            }
        }
    };
    let changes: Option<Vec<Change>> = faults.iter().map(change).collect();
    Some(Proposal::new("close the weak ways to log in", Safety::Unsafe, changes?))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn callbacks() {
        assert!(plain("http://shop.example.com/"));
        assert!(plain("HTTP://localhost.example.com"));
        for fine in
            ["https://a", "http://localhost:3000/cb", "http://127.0.0.1", "http://[::1]:80/", "app://x"]
        {
            assert!(!plain(fine), "{fine}");
        }
    }
}
