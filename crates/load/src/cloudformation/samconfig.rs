use std::collections::HashMap;

use palisade_graph::{Val, Via};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use crate::{Files, Inputs, Typing};

type Environment = (SmolStr, HashMap<SmolStr, Val>);

/// `parameter_overrides` of the SAM configuration beside a template, an environment each, `default`
/// first; `--stage` leaves only its own.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>
pub fn environments(files: &Files<'_>, folder: &str, inputs: &Inputs) -> Vec<Environment> {
    let mut all = Vec::new();
    for name in ["samconfig.toml", "samconfig.yaml", "samconfig.yml", "samconfig.json"] {
        if files.exists(folder, name).is_none() {
            continue;
        }
        all =
            if name == "samconfig.toml" { from_toml(files, folder) } else { from_yaml(files, folder, name) };
        break;
    }
    all.retain(|(_, values): &Environment| !values.is_empty());
    let asked = inputs.asked_stages();
    if !asked.is_empty() {
        all.retain(|(name, _)| asked.contains(&name.as_str()));
    }
    all.sort_by_key(|(name, _)| name != "default");
    all.truncate(8);
    all
}

fn from_toml(files: &Files<'_>, folder: &str) -> Vec<Environment> {
    let Ok((file, text)) = files.text(folder, "samconfig.toml") else { return Vec::new() };
    let document = match toml_edit::Document::parse(text.to_string()) {
        Ok(document) => document,
        Err(e) => {
            let path = files.path(file).unwrap_or_default();
            let at = e.span().and_then(|s| u32::try_from(s.start).ok()).unwrap_or(0);
            files.fail(
                &path,
                format!("not valid TOML: {}", e.message()),
                files.line(Span::new(file, at, at)),
            );
            return Vec::new();
        }
    };
    let mut all = Vec::new();
    for (name, environment) in document.iter() {
        let mut values = HashMap::new();
        for command in ["global", "deploy"] {
            let item = environment
                .get(command)
                .and_then(|c| c.get("parameters"))
                .and_then(|p| p.get("parameter_overrides"));
            let Some(item) = item else { continue };
            let span = item.span().map_or(Span::NONE, |s| span_of(file, &s));
            if let Some(text) = item.as_str() {
                overrides(text, span, &mut values);
            } else if let Some(list) = item.as_array() {
                for part in list.iter().filter_map(|v| v.as_str()) {
                    overrides(part, span, &mut values);
                }
            }
        }
        all.push((SmolStr::new(name), values));
    }
    all
}

fn span_of(file: FileId, range: &std::ops::Range<usize>) -> Span {
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(file, at(range.start), at(range.end))
}

fn from_yaml(files: &Files<'_>, folder: &str, name: &str) -> Vec<Environment> {
    let Ok((_, documents)) = files.documents(folder, name, Typing::Yaml12) else { return Vec::new() };
    let mut all = Vec::new();
    for environment in documents.first().map(Val::entries).unwrap_or_default() {
        let mut values = HashMap::new();
        for command in ["global", "deploy"] {
            let item = environment.val.get(command).at("parameters.parameter_overrides");
            for part in item.items() {
                if let Some(text) = part.as_str() {
                    overrides(text, part.span, &mut values);
                }
                for entry in part.entries() {
                    values
                        .insert(entry.key.clone(), entry.val.clone().through(Via::Parameter, entry.key_span));
                }
            }
        }
        all.push((environment.key.clone(), values));
    }
    all
}

/// Reads `Key=Value Key="a value"`, and `ParameterKey=K,ParameterValue=V`.
fn overrides(text: &str, span: Span, out: &mut HashMap<SmolStr, Val>) {
    let mut words: Vec<String> = vec![String::new()];
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                push(&mut words, c);
            }
            '\\' => escaped = true,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ if c.is_whitespace() && quote.is_none() => words.push(String::new()),
            _ => push(&mut words, c),
        }
    }
    for word in words {
        let pair = match word.strip_prefix("ParameterKey=").and_then(|w| w.split_once(",ParameterValue=")) {
            Some(pair) => Some(pair),
            None => word.split_once('='),
        };
        if let Some((key, value)) = pair {
            out.insert(key.into(), super::parameters::given(value, span));
        }
    }
}

fn push(words: &mut [String], c: char) {
    if let Some(last) = words.last_mut() {
        last.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_in_both_forms() {
        let mut out = HashMap::new();
        overrides(r#"A=1 B="two words" ParameterKey=C,ParameterValue=x C2='q'"#, Span::NONE, &mut out);
        let text = |k: &str| out.get(k).and_then(Val::as_str).unwrap_or("-").to_owned();
        assert_eq!(
            (text("A"), text("B"), text("C"), text("C2")),
            ("1".into(), "two words".into(), "x".into(), "q".into())
        );
    }
}
