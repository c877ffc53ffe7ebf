//! Modules of the Terraform registry that are not in the scanned tree: small modules of our own that create
//! the same resources, evaluated in their place (`data/terraform-modules`).

/// Name and text of a file.
pub type File = (&'static str, &'static str);

/// What stands in for a registry module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adapter {
    /// Its files.
    pub files: &'static [File],
    /// Whether it was written for the major version that is asked for. Otherwise it is a guess.
    pub exact: bool,
}

impl IntoIterator for Adapter {
    type Item = &'static File;
    type IntoIter = std::slice::Iter<'static, File>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.iter()
    }
}

/// Major and minor version.
type Version = (u32, u32);

/// A row of the table; rows of one module stand in the order of their versions.
struct Row {
    /// Owner, name and provider as in the registry.
    module: &'static str,
    /// Folder inside of the module, empty for itself.
    sub: &'static str,
    /// Oldest and newest version for which it was written.
    versions: (Version, Version),
    files: &'static [File],
}

/// As large as a part of a version gets.
const ANY: u32 = u32::MAX;

macro_rules! row {
    ($module:literal, $sub:literal, $from:expr, $to:expr, $folder:literal: $($file:literal)+) => {
        Row {
            module: $module,
            sub: $sub,
            versions: ($from, $to),
            files: &[$((
                $file,
                include_str!(concat!("../../data/terraform-modules/", $folder, "/", $file)),
            )),+],
        }
    };
}

const TABLE: &[Row] = &[
    row!("terraform-aws-modules/lambda/aws", "", (2, 0), (8, ANY),
        "lambda": "main.tf" "iam.tf" "outputs.tf" "variables.tf"),
    row!("terraform-aws-modules/lambda/aws", "modules/alias", (2, 0), (8, ANY),
        "lambda-alias": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/lambda/aws", "modules/deploy", (2, 0), (8, ANY),
        "lambda-deploy": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/lambda/aws", "modules/docker-build", (2, 0), (8, ANY),
        "lambda-docker-build": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/apigateway-v2/aws", "", (1, 0), (4, ANY), "apigateway-v2-4": "main.tf"),
    row!("terraform-aws-modules/apigateway-v2/aws", "", (5, 0), (6, ANY),
        "apigateway-v2": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/sqs/aws", "", (3, 0), (5, ANY), "sqs": "main.tf" "older.tf" "variables.tf"),
    row!("terraform-aws-modules/sns/aws", "", (3, 0), (7, ANY), "sns": "main.tf" "older.tf" "variables.tf"),
    row!("terraform-aws-modules/dynamodb-table/aws", "", (1, 0), (5, ANY),
        "dynamodb-table": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/eventbridge/aws", "", (1, 0), (4, ANY),
        "eventbridge": "main.tf" "iam.tf" "pipes.tf" "outputs.tf" "variables.tf"),
    row!("terraform-aws-modules/step-functions/aws", "", (2, 0), (5, ANY),
        "step-functions": "main.tf" "integrations.tf" "variables.tf"),
    row!("terraform-aws-modules/s3-bucket/aws", "", (2, 0), (3, 8),
        "s3-bucket": "main.tf" "defaults-3.tf" "variables.tf"),
    row!("terraform-aws-modules/s3-bucket/aws", "", (3, 9), (5, ANY),
        "s3-bucket": "main.tf" "defaults.tf" "variables.tf"),
    row!("terraform-aws-modules/s3-bucket/aws", "modules/notification", (2, 0), (5, ANY),
        "s3-bucket-notification": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/s3-bucket/aws", "modules/object", (2, 0), (5, ANY),
        "s3-bucket-object": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/iam/aws", "modules/iam-role", (6, 0), (6, ANY),
        "iam-role": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/iam/aws", "modules/iam-assumable-role", (4, 0), (5, ANY),
        "iam-assumable-role": "main.tf"),
    row!("terraform-aws-modules/iam/aws", "modules/iam-policy", (4, 0), (6, ANY),
        "iam-policy": "main.tf" "older.tf" "variables.tf"),
    row!("terraform-aws-modules/iam/aws", "modules/iam-role-for-service-accounts-eks", (5, 0), (5, ANY),
        "iam-role-for-service-accounts": "main.tf" "older.tf" "variables.tf"),
    row!("terraform-aws-modules/iam/aws", "modules/iam-role-for-service-accounts", (6, 0), (6, ANY),
        "iam-role-for-service-accounts": "main.tf" "older.tf" "variables.tf"),
    row!("terraform-aws-modules/security-group/aws", "", (4, 0), (5, ANY),
        "security-group": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/vpc/aws", "", (4, 0), (6, ANY), "vpc": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/vpc/aws", "modules/vpc-endpoints", (3, 0), (6, ANY),
        "vpc-endpoints": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/kms/aws", "", (1, 0), (4, ANY), "kms": "main.tf" "variables.tf"),
    row!("terraform-aws-modules/cloudfront/aws", "", (2, 0), (5, ANY),
        "cloudfront": "main.tf" "older.tf" "defaults-5.tf" "variables.tf"),
    row!("terraform-aws-modules/cloudfront/aws", "", (6, 0), (6, ANY),
        "cloudfront": "main.tf" "older.tf" "defaults.tf" "variables.tf"),
    row!("cloudposse/label/null", "", (0, 11), (0, ANY), "label": "main.tf"),
];

/// What stands in for a module source with its version constraint, both as written.
pub fn find(source: &str, version: Option<&str>) -> Option<Adapter> {
    let named = Source::read(source)?;
    let version = version.and_then(constraint).or(named.version);
    let mut last = None;
    for row in TABLE.iter().filter(|r| r.module == named.module && r.sub == named.sub) {
        last = Some(Adapter { files: row.files, exact: false });
        if let Some(version) = version {
            let (from, to) = row.versions;
            if version <= to {
                return Some(Adapter { files: row.files, exact: version >= from });
            }
        }
    }
    // Without a version it is the newest, which is the one that was read.
    last.map(|a| Adapter { exact: version.is_none() && !named.pinned, ..a })
}

/// A source in the words of the registry.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    module: String,
    sub: String,
    version: Option<Version>,
    /// Names a revision whose version cannot be seen.
    pinned: bool,
}

impl Source {
    fn read(source: &str) -> Option<Source> {
        let (path, query) = source.split_once('?').unwrap_or((source, ""));
        let reference = query.split('&').find_map(|p| p.strip_prefix("ref="));
        let path = path.strip_prefix("git::").unwrap_or(path);
        let path =
            ["https://", "http://", "ssh://"].iter().find_map(|p| path.strip_prefix(p)).unwrap_or(path);
        let path = path.strip_prefix("git@").unwrap_or(path);
        let github = path.strip_prefix("github.com/").or_else(|| path.strip_prefix("github.com:"));
        let (module, sub) = match github {
            Some(rest) => {
                let (repository, sub) = rest.split_once("//").unwrap_or((rest, ""));
                let (owner, name) = repository.split_once('/')?;
                let name = name.trim_end_matches('/').trim_end_matches(".git");
                // terraform-<provider>-<name>
                let (provider, name) = name.strip_prefix("terraform-")?.split_once('-')?;
                (format!("{owner}/{name}/{provider}"), sub)
            }
            None => {
                let path = ["registry.terraform.io/", "registry.opentofu.org/"]
                    .iter()
                    .find_map(|p| path.strip_prefix(p))
                    .unwrap_or(path);
                let (module, sub) = path.split_once("//").unwrap_or((path, ""));
                (module.to_owned(), sub)
            }
        };
        let sub = sub.trim_matches('/').to_owned();
        let version = reference.and_then(|r| {
            let r = r.rsplit('/').next().unwrap_or(r);
            numbers(r.strip_prefix('v').unwrap_or(r))
        });
        Some(Source { module, sub, version, pinned: reference.is_some() && version.is_none() })
    }
}

/// The newest version that a constraint allows, as far as it says: `~> 7.2`, `>= 4.0, < 5.0`, `3.1.0`.
fn constraint(text: &str) -> Option<Version> {
    let mut newest: Option<Version> = None;
    for term in text.split(',').map(str::trim) {
        let operator: String = term.chars().take_while(|c| !c.is_ascii_digit() && *c != 'v').collect();
        let digits = term.get(operator.len()..)?.trim().trim_start_matches('v');
        let parts = digits.split('.').count();
        let (major, minor) = numbers(digits)?;
        let allowed = match operator.trim() {
            "" | "=" => (major, minor),
            "~>" if parts > 2 => (major, minor),
            // The last part may grow.
            "~>" => (major, ANY),
            "<=" => (major, if parts > 1 { minor } else { ANY }),
            "<" if minor > 0 => (major, minor - 1),
            "<" => (major.checked_sub(1)?, ANY),
            _ => continue,
        };
        newest = Some(newest.map_or(allowed, |n| n.min(allowed)));
    }
    newest
}

/// Major and minor of a version; a commit's hash is none.
fn numbers(text: &str) -> Option<Version> {
    let mut parts = text.split(['.', '-', '+']);
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|m| m.parse().ok());
    // A single number of many digits is no version.
    (major < 1000).then_some((major, minor.unwrap_or(if text.contains('.') { 0 } else { ANY })))
}

#[cfg(test)]
mod tests {
    use palisade_source::Limits;
    use palisade_source::hcl;

    use super::*;

    fn source(text: &str) -> (String, String, Option<Version>) {
        let s = Source::read(text).unwrap();
        (s.module, s.sub, s.version)
    }

    #[test]
    fn sources_are_read_in_all_their_forms() {
        let lambda = "terraform-aws-modules/lambda/aws".to_owned();
        for (text, sub, version) in [
            ("terraform-aws-modules/lambda/aws", "", None),
            ("terraform-aws-modules/lambda/aws//modules/alias", "modules/alias", None),
            ("registry.terraform.io/terraform-aws-modules/lambda/aws", "", None),
            ("registry.opentofu.org/terraform-aws-modules/lambda/aws", "", None),
            (
                "git::https://github.com/terraform-aws-modules/terraform-aws-lambda?ref=v7.0.0",
                "",
                Some((7, 0)),
            ),
            (
                "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git//modules/alias?ref=tags/v6.5.1",
                "modules/alias",
                Some((6, 5)),
            ),
            (
                "github.com/terraform-aws-modules/terraform-aws-lambda?ref=9acd3227087db56abac5f78d1a660b08ee159a9c",
                "",
                None,
            ),
            (
                "git@github.com:terraform-aws-modules/terraform-aws-lambda.git?depth=1&ref=v4.2.0",
                "",
                Some((4, 2)),
            ),
            ("git::ssh://git@github.com/terraform-aws-modules/terraform-aws-lambda.git", "", None),
        ] {
            assert_eq!(source(text), (lambda.clone(), sub.to_owned(), version), "{text}");
        }
        assert_eq!(
            source("git::https://github.com/cloudposse/terraform-null-label.git?ref=0.25.0"),
            ("cloudposse/label/null".to_owned(), String::new(), Some((0, 25)))
        );
    }

    #[test]
    fn constraints_say_the_newest_version() {
        for (text, version) in [
            ("~> 7.0", Some((7, ANY))),
            ("~> 3.1.0", Some((3, 1))),
            ("~> 4", Some((4, ANY))),
            ("3.1.0", Some((3, 1))),
            ("= v3.1", Some((3, 1))),
            (">= 4.0, < 5.0", Some((4, ANY))),
            (">= 4.0, <= 5.3", Some((5, 3))),
            ("< 5.2, > 4", Some((5, 1))),
            (">= 2.0", None),
            ("nonsense", None),
        ] {
            assert_eq!(constraint(text), version, "{text}");
        }
    }

    #[test]
    fn other_versions_are_a_guess_and_other_modules_have_none() {
        let lambda = "terraform-aws-modules/lambda/aws";
        assert!(find(lambda, Some("~> 7.0")).unwrap().exact);
        assert!(find(lambda, None).unwrap().exact);
        assert!(!find(lambda, Some("~> 1.0")).unwrap().exact);
        assert!(!find(lambda, Some("~> 9.0")).unwrap().exact);
        let commit = "github.com/terraform-aws-modules/terraform-aws-lambda?ref=9acd3227";
        assert!(!find(commit, None).unwrap().exact);
        for none in [
            "terraform-aws-modules/eks/aws",
            "app.terraform.io/acme/lambda/aws",
            "./lambda",
            "acme/lambda/aws",
            "",
        ] {
            assert_eq!(find(none, None), None, "{none}");
        }
        let older = find("terraform-aws-modules/apigateway-v2/aws", Some("~> 2.0")).unwrap();
        let newer = find("terraform-aws-modules/apigateway-v2/aws", Some("~> 5.0")).unwrap();
        assert!(older.exact && newer.exact && older.files != newer.files);
        let open = find("terraform-aws-modules/s3-bucket/aws", Some("3.1.0")).unwrap();
        let closed = find("terraform-aws-modules/s3-bucket/aws", Some("~> 3.0")).unwrap();
        assert!(open.files != closed.files);
    }

    #[test]
    fn every_adapter_is_valid_and_declares_what_it_uses() {
        for row in TABLE {
            let mut text = String::new();
            let mut declared = std::collections::BTreeSet::new();
            for (name, file) in row.files {
                let document = hcl::parse(file, &Limits::default());
                assert!(
                    document.errors.is_empty(),
                    "{}{} {name}: {:?}",
                    row.module,
                    row.sub,
                    document.errors
                );
                for block in document.body.blocks_of("variable") {
                    let variable = block.label(0).unwrap().to_owned();
                    assert!(declared.insert(variable.clone()), "{}{}: {variable} twice", row.module, row.sub);
                }
                text.push_str(file);
            }
            for used in text.split("var.").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(declared.contains(&used), "{}{}: var.{used}", row.module, row.sub);
            }
            assert!(text.contains("output \""));
        }
    }
}
