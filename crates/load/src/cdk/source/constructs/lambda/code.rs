//! What a function runs: its code, runtime and handler.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::{Library, pseudo};
use super::{Form, argument, constant};

/// The identifier of a runtime: `nodejs20.x` of `Runtime.NODEJS_20_X`.
pub fn runtime(lib: &Library<'_>, value: &Value) -> Val {
    let span = value.span();
    if let Some(name) = constant(value) {
        return match runtime_id(name) {
            Some(id) => Val::str(id, span),
            None => Val::unknown(Reason::NeedsCode, name, span),
        };
    }
    match value.handle().and_then(|h| lib.get(h)) {
        // `new Runtime('nodejs20.x', …)`
        Some(o) => lib.val(&o.props.item(0)),
        None => lib.val(value),
    }
}

pub(super) fn runtime_id(name: &str) -> Option<SmolStr> {
    let lower = name.to_ascii_lowercase();
    Some(match name {
        "JAVA_8_CORRETTO" => "java8.al2".into(),
        "PROVIDED_AL2" => "provided.al2".into(),
        "PROVIDED_AL2023" => "provided.al2023".into(),
        "NODEJS" | "PROVIDED" => lower.into(),
        // What these mean depends on the library's version and on the region.
        "NODEJS_LATEST" | "FROM_IMAGE" => return None,
        _ => {
            let (language, version) = lower.split_once('_')?;
            let (language, version) = match version.strip_prefix("core_") {
                Some(rest) => (format!("{language}core"), rest),
                None => (language.to_owned(), version),
            };
            if !version.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            format_smolstr!("{language}{}", version.replace('_', "."))
        }
    })
}

/// Where the library puts what it uploads.
pub(super) fn asset(span: Span) -> Val {
    let bucket = concat(
        vec![
            Val::str("cdk-hnb659fds-assets-", span),
            pseudo("AWS::AccountId", span),
            Val::str("-", span),
            pseudo("AWS::Region", span),
        ],
        span,
    );
    Val::object([("S3Bucket", bucket), ("S3Key", Val::unknown(Reason::NeedsCode, "asset", span))], span)
}

pub(super) fn image(span: Span) -> Val {
    let uri = concat(
        vec![
            pseudo("AWS::AccountId", span),
            Val::str(".dkr.ecr.", span),
            pseudo("AWS::Region", span),
            Val::str(".", span),
            pseudo("AWS::URLSuffix", span),
            Val::str("/cdk-hnb659fds-container-assets-", span),
            pseudo("AWS::AccountId", span),
            Val::str("-", span),
            pseudo("AWS::Region", span),
            Val::str(":", span),
            Val::unknown(Reason::NeedsCode, "asset", span),
        ],
        span,
    );
    Val::object([("ImageUri", uri)], span)
}

/// `Code` of a function, its folder or file in the project, and whether it is an image.
pub(super) fn code_of(
    lib: &Library<'_>,
    code: &Value,
    form: Form,
    place: Place,
) -> (Val, Option<SmolStr>, bool) {
    let Some(object) = code.handle().and_then(|h| lib.get(h)) else {
        let unknown = !code.is_null() && form == Form::Plain;
        let val = match form {
            Form::Image => image(place.block),
            _ if unknown && code.native().is_none() => lib.val(code),
            _ => asset(place.block),
        };
        return (val, None, false);
    };
    let path = lib.set(code.handle().unwrap_or(Handle(u32::MAX)), "path");
    let source = path.as_str().and_then(|p| lib.project_path(p));
    let is_image = lib.set(code.handle().unwrap_or(Handle(u32::MAX)), "image").as_bool() == Some(true);
    (object.value.clone(), source, is_image)
}

pub(super) fn default_runtime(form: Form, props: &Value, place: Place) -> Val {
    let open = props.is_open() && !props.is_null();
    // What the library takes without one depends on its version.
    if open || matches!(form, Form::Node | Form::Compiled) {
        return Val::unknown(Reason::NeedsCode, "runtime", place.key);
    }
    Val::default()
}

pub(super) fn prefixed(handler: Val, module: &str) -> Val {
    match handler.as_str() {
        Some(name) if !name.contains('.') => {
            let span = handler.span;
            Val::str(format_smolstr!("{module}{name}"), span)
        }
        _ => handler,
    }
}

/// `index.` or the module that a Python function names.
pub(super) fn python_module(lib: &Library<'_>, props: &Value) -> String {
    let index = lib.val(&props.get("index"));
    let file = index.as_str().unwrap_or("index.py");
    let stem = file.strip_suffix(".py").unwrap_or(file);
    format!("{}.", stem.replace('/', "."))
}

/// The file or folder from which a function is built.
pub(super) fn entry_of(
    lib: &Library<'_>,
    h: Handle,
    form: Form,
    props: &Value,
    place: Place,
) -> Option<SmolStr> {
    let given = ["entry", "manifestPath"].iter().map(|k| props.get(k)).find(|v| !v.is_null());
    if let Some(given) = given {
        let path = lib.val(&given);
        return path.as_str().and_then(|p| lib.project_path(p));
    }
    if form != Form::Node {
        return None;
    }
    // Beside the file that defines it: `<file>.<id>.ts`.
    let object = lib.get(h)?;
    let file = lib.files.path(place.key.file)?;
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    ["ts", "js", "mjs", "mts", "cts", "cjs"]
        .iter()
        .find_map(|ending| lib.files.exists("", &format!("{stem}.{}.{ending}", object.id)))
        .map(SmolStr::from)
}

/// Static functions of the service: where code comes from.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let (class, method) = path.rsplit_once('.')?;
    let span = at.block;
    let make = |lib: &mut Library<'_>, val: Val| lib.plain("aws_lambda.Code", Value::null(), val, at);
    match (class, method) {
        (
            "aws_lambda.Code" | "aws_lambda.AssetCode",
            "fromAsset" | "asset" | "fromDockerBuild" | "fromCustomCommand",
        ) => {
            let h = make(lib, asset(span));
            let name = if method == "fromCustomCommand" { "output" } else { "path" };
            lib.put(h, "path", argument(arguments, 0, name));
            Some(Value::Host(h))
        }
        ("aws_lambda.Code" | "aws_lambda.InlineCode", "fromInline" | "inline") => {
            let text = lib.val(&argument(arguments, 0, "code"));
            let val = Val::object([("ZipFile", text.clone())], text.span.or(span));
            Some(Value::Host(make(lib, val)))
        }
        ("aws_lambda.Code", "fromBucket" | "bucket" | "fromBucketV2") => {
            let bucket = lib.val(&argument(arguments, 0, "bucket"));
            let key = lib.val(&argument(arguments, 1, "key"));
            let val = Val::object([("S3Bucket", bucket), ("S3Key", key)], span);
            Some(Value::Host(make(lib, val)))
        }
        (
            "aws_lambda.DockerImageCode"
            | "aws_lambda.Code"
            | "aws_lambda.EcrImageCode"
            | "aws_lambda.AssetImageCode",
            "fromImageAsset" | "fromAssetImage" | "fromEcr" | "fromEcrImage",
        ) => {
            let ecr = method.contains("Ecr");
            let val = if ecr {
                let repository = lib.val(&argument(arguments, 0, "repository"));
                Val::object([("ImageUri", concat(vec![repository, Val::str(":latest", span)], span))], span)
            } else {
                image(span)
            };
            let h = make(lib, val);
            lib.put(h, "image", Value::Val(Val::bool(true, span)));
            if !ecr {
                lib.put(h, "path", argument(arguments, 0, "directory"));
            }
            Some(Value::Host(h))
        }
        ("aws_lambda.Code", "fromCfnParameters" | "cfnParameters") => {
            let val = Val::unknown(Reason::ParameterWithoutDefault, "code", span);
            Some(Value::Host(make(lib, val)))
        }
        _ => None,
    }
}
