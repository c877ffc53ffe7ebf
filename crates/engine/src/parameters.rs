use std::collections::BTreeMap;

use palisade_load::{plain_document, variable_values};

/// Why a parameter file was not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterFileError {
    /// Not YAML or JSON.
    #[error("line {line}: {message}")]
    Syntax {
        /// Line, from 1.
        line: u32,
        /// What is wrong.
        message: String,
    },
    /// Neither of the known shapes.
    #[error(
        "neither a list of `ParameterKey`/`ParameterValue`, nor `Parameters`, nor a flat map, nor Terraform values"
    )]
    Shape,
}

/// Why an environment file was not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: not `NAME=value`")]
pub struct EnvironmentFileError {
    /// Line, from 1.
    pub line: usize,
}

/// Reads parameters from one of the three shapes that AWS's tools write: a list of `ParameterKey` and
/// `ParameterValue`, a map with `Parameters`, or a flat map; or Terraform's (`*.tfvars`).
pub fn parameter_file(text: &str) -> Result<BTreeMap<String, String>, ParameterFileError> {
    if let Some(values) = variable_values(text) {
        return Ok(values);
    }
    let document = plain_document(text)
        .map_err(|e| ParameterFileError::Syntax { line: e.position.line, message: e.to_string() })?;
    let mut out = BTreeMap::new();
    if document.as_list().is_some() {
        for item in document.items() {
            let key = item.get("ParameterKey").as_str().ok_or(ParameterFileError::Shape)?;
            out.insert(key.to_owned(), item.get("ParameterValue").display().to_string());
        }
        return Ok(out);
    }
    if document.as_map().is_none() {
        return Err(ParameterFileError::Shape);
    }
    let inner = document.get("Parameters");
    let map = if inner.as_map().is_some() { inner } else { &document };
    for entry in map.entries() {
        let list: Vec<String> = entry.val.items().iter().map(|v| v.display().to_string()).collect();
        out.insert(entry.key.to_string(), list.join(","));
    }
    Ok(out)
}

/// Reads `NAME=value` lines; `#` starts a comment line, `export ` may stand before a name, quotes around
/// a value are taken off.
pub fn environment_file(text: &str) -> Result<BTreeMap<String, String>, EnvironmentFileError> {
    let mut out = BTreeMap::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(EnvironmentFileError { line: n + 1 })?;
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
        out.insert(name.trim().to_owned(), quoted.unwrap_or(value).to_owned());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_shapes_of_parameters() {
        let list = r#"[{"ParameterKey": "Stage", "ParameterValue": "prod"}]"#;
        let wrapped = r#"{"Parameters": {"Stage": "prod"}}"#;
        let flat = "Stage: prod\nNames: [a, b]\n";
        for text in [list, wrapped, flat] {
            assert_eq!(parameter_file(text).unwrap().get("Stage").map(String::as_str), Some("prod"));
        }
        assert_eq!(parameter_file(flat).unwrap().get("Names").map(String::as_str), Some("a,b"));
        assert_eq!(parameter_file("just text"), Err(ParameterFileError::Shape));
        assert!(matches!(parameter_file("{a: [}"), Err(ParameterFileError::Syntax { line: 1, .. })));
    }

    #[test]
    fn values_of_terraform() {
        let text = "# c\nenv = \"prod\"\nzones = [\n  \"a\",\n]\ncount = 2\nmap = { a = \"b\" }\n";
        let read = parameter_file(text).unwrap();
        let value = |name: &str| read.get(name).map(String::as_str);
        assert_eq!(value("env"), Some("prod"));
        assert_eq!(value("zones"), Some("[\n  \"a\",\n]"));
        assert_eq!(value("count"), Some("2"));
        assert_eq!(value("map"), Some("{ a = \"b\" }"));
    }

    #[test]
    fn environment_files() {
        let env = environment_file("# c\nexport A=\"x y\"\nB='z'\nC=a=b\n").unwrap();
        assert_eq!(env.get("A").map(String::as_str), Some("x y"));
        assert_eq!(env.get("B").map(String::as_str), Some("z"));
        assert_eq!(env.get("C").map(String::as_str), Some("a=b"));
        assert_eq!(environment_file("A=1\nnonsense\n").unwrap_err().line, 2);
    }
}
