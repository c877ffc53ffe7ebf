//! a variable weakens TLS, opens a debugger or loads foreign code
//!
//! ## What
//!
//! High: `NODE_TLS_REJECT_UNAUTHORIZED=0` and `PYTHONHTTPSVERIFY=0`. Medium: `NODE_OPTIONS` with `--inspect`, or
//! with `--require`, `--import` or a loader from `/tmp`, `data:` or a URL; `LD_PRELOAD` or `LD_LIBRARY_PATH` with
//! a path that the function can write; `PYTHONINSPECT`; `PYTHONSTARTUP`; `AWS_LAMBDA_EXEC_WRAPPER` outside `/opt`
//! and `/var/task`, or in `/opt` with a layer of an unknown publisher; `DEBUG=*`. The wrappers of well-known
//! layers are silent, and so are variables of another language than the runtime's.
//!
//! ## Why
//!
//! Without certificate checks, whoever stands between the function and the host that it calls (a proxy, a
//! poisoned name, a neighbour in the VPC) reads and changes what is sent, credentials included. Code that is
//! loaded from `/tmp` is code that one earlier request may have put there: it then runs in all later requests of
//! that instance. `DEBUG=*` writes headers and tokens of HTTP libraries to the log.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     NODE_TLS_REJECT_UNAUTHORIZED: "0" # finding
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Options: {Type: String, Default: --enable-source-maps --require /tmp/hook.js} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment:
//!         Variables:
//!           NODE_OPTIONS: !Ref Options
//!           DEBUG: "*" # finding
//!           AWS_LAMBDA_EXEC_WRAPPER: /tmp/wrapper # finding
//!           LD_PRELOAD: /tmp/lib.so # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Options: {Type: String, Default: '--enable-source-maps'} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment:
//!         Variables:
//!           NODE_OPTIONS: !Ref Options
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Report:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: report.handler
//!       Runtime: python3.13
//!       CodeUri: .
//!       Environment:
//!         Variables:
//!           PYTHONHTTPSVERIFY: 0 # finding
//!           PYTHONSTARTUP: /var/task/start.py # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Report:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: report.handler
//!       Runtime: python3.13
//!       CodeUri: .
//! ```
//!
//! Known wrappers, limited debugging, and a variable that this runtime does not read:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     NODE_TLS_REJECT_UNAUTHORIZED: "1"
//!     NODE_OPTIONS: --enable-source-maps --require ./instrument.js
//!     AWS_LAMBDA_EXEC_WRAPPER: /opt/otel-instrument
//!     DEBUG: shop:*
//!     PYTHONINSPECT: "1"
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: python3.13
//!       CodeUri: .
//!       Environment:
//!         Variables:
//!           LD_LIBRARY_PATH: /opt/lib:/var/task/lib
//!           NODE_TLS_REJECT_UNAUTHORIZED: "0"
//! ```
//!
//! ```hcl bad main.tf
//! variable "tls" {
//!   type    = string
//!   default = "0" # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       TABLE                        = "orders"
//!       NODE_TLS_REJECT_UNAUTHORIZED = var.tls
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "tls" {
//!   type    = string
//!   default = "0" # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       TABLE                        = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       NODE_OPTIONS = "--enable-source-maps --inspect=0.0.0.0" # finding
//!       TABLE        = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       NODE_OPTIONS = "--enable-source-maps" # finding
//!       TABLE        = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       NODE_OPTIONS            = "--require /opt/tracing.js"
//!       NODE_EXTRA_CA_CERTS     = "/var/task/ca.pem"
//!       AWS_LAMBDA_EXEC_WRAPPER = "/opt/datadog_wrapper"
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Verify: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment:
//!         Variables:
//!           NODE_TLS_REJECT_UNAUTHORIZED: !Ref Verify
//! ```
//!
//! ## How to fix
//!
//! Remove the variable. A host with a private certificate authority: put its certificate into the package and
//! name it with `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE`; calls to hosts with broken certificates then fail, as
//! they should. Code that must be loaded first belongs into the package or an own layer.

use crate::function::layer_foreign_account::{Origin, origin};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[295, 489, 427],
        owasp_serverless: &["S6", "SAS-3"],
        attack: &["T1557", "T1574.006"],
        stride: &["T", "I", "E"],
        ..References::NONE
    },
    check,
};

/// What a variable does.
enum Verdict {
    Harmless,
    Unknown,
    Bad(Severity, &'static str, &'static str),
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        for variable in node.props.at("Environment.Variables").entries() {
            if variable.val.is_null() || is_of_another_language(&variable.key, node) {
                continue;
            }
            let (severity, does, help) = match verdict(cx, node, &variable.key, &variable.val) {
                Verdict::Harmless => continue,
                Verdict::Unknown => {
                    out.cannot_tell(ix, &variable.key, &variable.val);
                    continue;
                }
                Verdict::Bad(severity, does, help) => (severity, does, help),
            };
            let text = variable.val.display();
            out.push(
                Found::at_value(
                    ix,
                    &variable.val,
                    variable.key_span,
                    format!("`{}={}` of {{subject}} {does}", variable.key, shown(&text)),
                )
                .label(does)
                .help(help)
                .severity(severity)
                .evidence(format!("{}={text}", variable.key))
                .fix(without(&variable.key, variable.key_span, &variable.val)),
            );
        }
    }
}

/// Takes the variable out, of `NODE_OPTIONS` only the options that do harm.
fn without(name: &str, key: Span, val: &Val) -> Proposal {
    let rest = val.as_str().filter(|_| name == "NODE_OPTIONS").map(harmless_options).unwrap_or_default();
    let change = if rest.is_empty() {
        Change::Remove { at: key }
    } else {
        Change::Replace { at: val.span, value: rest.as_str().into() }
    };
    Proposal::new(format!("clear `{name}`"), Safety::Unsafe, vec![change])
}

fn harmless_options(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let (option, value) = word.split_once('=').map_or((word, None), |(o, v)| (o, Some(v)));
        if option.starts_with("--inspect") {
            continue;
        }
        if loads_code(option) {
            let apart = if value.is_none() { words.next() } else { None };
            if value.or(apart).is_none_or(is_foreign) {
                continue;
            }
            kept.push(word);
            kept.extend(apart);
            continue;
        }
        kept.push(word);
    }
    kept.join(" ")
}

fn loads_code(option: &str) -> bool {
    matches!(option, "-r" | "--require" | "--import" | "--loader" | "--experimental-loader")
}

fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// `NODE_…` means nothing to Python. Custom runtimes and images may read anything.
fn is_of_another_language(name: &str, node: &Node) -> bool {
    let language = match name {
        _ if name.starts_with("NODE_") => "nodejs",
        _ if name.starts_with("PYTHON") => "python",
        _ => return false,
    };
    let runtime = node.props.get("Runtime").as_str().unwrap_or("provided");
    !runtime.starts_with(language) && !runtime.starts_with("provided")
}

const REMOVE: &str = "remove the variable";

fn verdict(cx: &Cx<'_>, node: &Node, name: &str, val: &Val) -> Verdict {
    let bad = |does| Verdict::Bad(Severity::Medium, does, REMOVE);
    match name {
        "NODE_TLS_REJECT_UNAUTHORIZED" | "PYTHONHTTPSVERIFY" => match val.is("0") {
            Tri::Yes => Verdict::Bad(
                Severity::High,
                "turns off certificate checks of all HTTPS calls",
                "remove the variable, and name a private certificate authority with `NODE_EXTRA_CA_CERTS` or \
                 `SSL_CERT_FILE`",
            ),
            Tri::No => Verdict::Harmless,
            Tri::Unknown => Verdict::Unknown,
        },
        "NODE_OPTIONS" => node_options(val),
        "LD_PRELOAD" | "LD_LIBRARY_PATH" => {
            any_path(val, "loads libraries from a folder that requests can write")
        }
        "PYTHONINSPECT" => match val.as_str() {
            Some("") => Verdict::Harmless,
            _ => bad("keeps an interpreter open after the program"),
        },
        "PYTHONSTARTUP" => match val.as_str() {
            Some("") => Verdict::Harmless,
            _ => bad("runs a file before an interactive session"),
        },
        "AWS_LAMBDA_EXEC_WRAPPER" => wrapper(cx, node, val),
        "DEBUG" => match val.as_str() {
            Some(text) if text.split([',', ' ']).any(|t| t == "*") => Verdict::Bad(
                Severity::Medium,
                "logs everything, headers and tokens included",
                "name what to debug",
            ),
            // Whatever it is, it is somebody's choice of names.
            _ => Verdict::Harmless,
        },
        _ => Verdict::Harmless,
    }
}

fn node_options(val: &Val) -> Verdict {
    let text = val.display();
    let mut words = text.split_whitespace().flat_map(|w| match w.split_once('=') {
        Some((option, value)) => vec![option, value],
        None => vec![w],
    });
    let mut loads = false;
    let mut unknown = matches!(val.state, State::Unknown(_) | State::Ref(_));
    for word in words.by_ref() {
        if word.starts_with("--inspect") {
            return Verdict::Bad(Severity::Medium, "opens a debugger", "remove `--inspect`");
        }
        if loads && is_foreign(word) {
            return Verdict::Bad(
                Severity::Medium,
                "loads code that is not part of the package",
                "load only files of the package or of an own layer",
            );
        }
        unknown |= loads && word.starts_with("${");
        loads = loads_code(word);
    }
    if unknown { Verdict::Unknown } else { Verdict::Harmless }
}

fn is_foreign(path: &str) -> bool {
    is_writable(path) || ["data:", "http:", "https:", "file:///tmp"].iter().any(|p| path.starts_with(p))
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
fn is_writable(path: &str) -> bool {
    ["/tmp", "/dev/shm"]
        .iter()
        .any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn any_path(val: &Val, does: &'static str) -> Verdict {
    let text = val.display();
    if text.split([':', ' ']).any(is_writable) {
        Verdict::Bad(Severity::Medium, does, "name a folder of the package or of a layer")
    } else if val.is_known() {
        Verdict::Harmless
    } else {
        Verdict::Unknown
    }
}

fn wrapper(cx: &Cx<'_>, node: &Node, val: &Val) -> Verdict {
    let prefix = val.known_prefix();
    if crate::lambda::is_known_wrapper(val.as_str().unwrap_or("")) || prefix.starts_with("/var/task/") {
        return Verdict::Harmless;
    }
    if prefix.starts_with("/opt/") {
        let mut answer = Verdict::Harmless;
        for layer in node.props.get("Layers").items() {
            match origin(cx, layer) {
                Origin::Foreign(_) => {
                    return Verdict::Bad(
                        Severity::Medium,
                        "starts the runtime through a script of a layer of an unknown publisher",
                        "publish a reviewed copy of the layer, or list its account in `trusted-accounts`",
                    );
                }
                Origin::Unknown => answer = Verdict::Unknown,
                _ => {}
            }
        }
        return answer;
    }
    if prefix.is_empty() || !(prefix.starts_with('/') || val.is_known()) {
        return if val.as_str() == Some("") { Verdict::Harmless } else { Verdict::Unknown };
    }
    Verdict::Bad(
        Severity::Medium,
        "starts the runtime through a script outside the package and its layers",
        "put the script into the package (`/var/task`) or an own layer (`/opt`)",
    )
}
