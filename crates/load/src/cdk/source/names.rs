//! Names of the construct library in one form, whatever language and version they are written in.

use smol_str::{SmolStr, StrExt, format_smolstr};

/// `memorySize` → `memory_size`.
pub fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// `memory_size` → `memorySize`; what has no lower-case letter is the name of a constant and stays.
pub fn camel(name: &str) -> SmolStr {
    if !name.contains('_') || !name.bytes().any(|b| b.is_ascii_lowercase()) || name.starts_with('_') {
        return name.into();
    }
    let mut out = String::with_capacity(name.len());
    let mut up = false;
    for c in name.trim_end_matches('_').chars() {
        if c == '_' {
            up = true;
        } else if up {
            out.push(c.to_ascii_uppercase());
            up = false;
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// `memorySize` → `MemorySize`.
pub fn pascal(name: &str) -> SmolStr {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => format_smolstr!("{}{}", first.to_ascii_uppercase(), chars.as_str()),
        None => SmolStr::default(),
    }
}

/// The canonical name of a module: `aws_lambda` of `aws-cdk-lib/aws-lambda`, `@aws-cdk/aws-lambda`,
/// `@aws-cdk/aws-lambda-python-alpha`, `aws_cdk.aws_lambda`; `core` of the library itself. Other modules keep their
/// names, those of Node.js without `node:`.
pub fn module(name: &str) -> SmolStr {
    let inner = name
        .strip_prefix("aws-cdk-lib/")
        .or_else(|| name.strip_prefix("@aws-cdk/"))
        .or_else(|| name.strip_prefix("monocdk/"))
        .or_else(|| name.strip_prefix("aws_cdk."))
        .or_else(|| name.strip_prefix("monocdk."));
    match (name, inner) {
        ("aws-cdk-lib" | "aws_cdk" | "monocdk", _) | (_, Some("core" | "core/lib")) => "core".into(),
        ("constructs", _) => "constructs".into(),
        (_, Some(inner)) => {
            // `aws-lambda/lib/runtime` is a part of `aws-lambda`.
            let inner = inner.split("/lib").next().unwrap_or(inner);
            let inner = inner.replace_smolstr("-", "_");
            let inner = inner.strip_suffix("_alpha").unwrap_or(&inner);
            SmolStr::new(inner)
        }
        (other, None) => SmolStr::new(other.strip_prefix("node:").unwrap_or(other)),
    }
}

/// The path of a member of a library name: modules of the core library are top-level names.
pub fn member(path: &str, name: &str) -> SmolStr {
    if path == "core" && is_module(name) {
        return SmolStr::new(name.strip_suffix("_alpha").unwrap_or(name));
    }
    // Constructs moved from the core library to a package of their own.
    if path == "core" && matches!(name, "Construct" | "IConstruct") {
        return format_smolstr!("constructs.{name}");
    }
    if name == "default" || path == "core" && name == "core" {
        return path.into();
    }
    format_smolstr!("{path}.{name}")
}

/// Whether a name of the core library is a module of its own.
pub fn is_module(name: &str) -> bool {
    name.starts_with("aws_")
        || matches!(
            name,
            "alexa_ask"
                | "assertions"
                | "cloud_assembly_schema"
                | "cloudformation_include"
                | "custom_resources"
                | "cx_api"
                | "lambda_layer_awscli"
                | "lambda_layer_kubectl"
                | "lambda_layer_node_proxy_agent"
                | "pipelines"
                | "region_info"
                | "triggers"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_one_name_in_every_version_and_language() {
        for (written, name) in [
            ("aws-cdk-lib", "core"),
            ("@aws-cdk/core", "core"),
            ("aws_cdk", "core"),
            ("aws_cdk.core", "core"),
            ("aws-cdk-lib/core", "core"),
            ("aws-cdk-lib/aws-lambda-nodejs", "aws_lambda_nodejs"),
            ("@aws-cdk/aws-lambda-python-alpha", "aws_lambda_python"),
            ("aws_cdk.aws_apigatewayv2_alpha", "aws_apigatewayv2"),
            ("aws-cdk-lib/aws-lambda/lib/runtime", "aws_lambda"),
            ("node:path", "path"),
            ("@aws-solutions-constructs/aws-lambda-sqs", "@aws-solutions-constructs/aws-lambda-sqs"),
        ] {
            assert_eq!(module(written), name, "{written}");
        }
        assert_eq!(member("core", "aws_lambda"), "aws_lambda");
        assert_eq!(member("core", "Construct"), "constructs.Construct");
        assert_eq!(member("aws_lambda", "Function"), "aws_lambda.Function");
    }

    #[test]
    fn names_change_their_case() {
        assert_eq!(camel("add_to_role_policy"), "addToRolePolicy");
        assert_eq!(camel("PYTHON_3_9"), "PYTHON_3_9");
        assert_eq!(camel("lambda_"), "lambda");
        assert_eq!(snake("memorySize"), "memory_size");
        assert_eq!(pascal("memorySize"), "MemorySize");
    }
}
