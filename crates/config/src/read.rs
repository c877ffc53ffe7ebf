use std::ops::Range;
use std::sync::Arc;

use palisade_diag::{Confidence, Persona, Severity};
use palisade_source::SourceFile;
use toml_edit::{Document, Item, TableLike, Value};

use crate::error::{ConfigError, Place};
use crate::file::{Config, FailOn, IgnoreEntry, Tool};
use crate::{Day, Pattern};

const TOP: &[&str] = &[
    "scan",
    "trusted-accounts",
    "organisation",
    "public-routes",
    "production-stages",
    "max-secret-readers",
    "account",
    "region",
    "compat-ignores",
    "ignore",
];
const SCAN: &[&str] =
    &["exclude", "persona", "fail-on", "min-severity", "min-confidence", "select", "ignore", "stages"];
const IGNORE: &[&str] = &["rule", "reason", "until", "path", "node", "logical_id"];

/// All keys that are read: section (empty for the top) and its keys.
pub const KEYS: &[(&str, &[&str])] = &[("", TOP), ("scan", SCAN), ("ignore", IGNORE)];

/// The rule that no file of the scanned tree may silence: what is unread must be seen.
pub(crate) const NOT_IGNORABLE: &str = "deploy-file-unread";

const ACCOUNT: &str = "an account id in quotes";

/// Reads `palisade.toml`. `path` is how labels and errors name the file. All errors are answered, not only
/// the first.
pub fn parse(path: &str, text: &str) -> Result<Config, Vec<ConfigError>> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(e) => {
            let span = e.span().unwrap_or(0..0);
            let message = e.message().lines().collect::<Vec<_>>().join(", ");
            return Err(vec![ConfigError::Syntax { place: Place { path: path.to_owned(), span }, message }]);
        }
    };
    let mut reader = Reader { path, errors: Vec::new() };
    let mut config = Config { file: Some(Arc::new(SourceFile::new(path, text))), ..Config::default() };
    reader.top(document.as_table(), &mut config);
    if reader.errors.is_empty() {
        Ok(config)
    } else {
        reader.errors.sort_by_key(|e| e.place().span.start);
        Err(reader.errors)
    }
}

/// A string with its place.
struct Text {
    text: String,
    span: Range<usize>,
}

struct Reader<'a> {
    path: &'a str,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn top(&mut self, table: &dyn TableLike, config: &mut Config) {
        for (key, item) in table.iter() {
            match key {
                "scan" => self.scan(item, config),
                "trusted-accounts" => {
                    let list = self.list(key, item);
                    config.trusted_accounts = list.into_iter().filter_map(|t| self.account_id(t)).collect();
                }
                "organisation" => {
                    config.organisation = self.string(key, item).and_then(|t| self.organisation(t));
                }
                "public-routes" => config.public_routes = self.texts(key, item),
                "production-stages" => config.production_stages = Some(self.texts(key, item)),
                "max-secret-readers" => config.max_secret_readers = self.number(key, item),
                "account" => config.account = self.account(key, item),
                "region" => config.region = self.string(key, item).and_then(|t| self.region(t)),
                "compat-ignores" => {
                    let words: Vec<&'static str> = Tool::ALL.iter().map(|t| t.word()).collect();
                    config.compat_ignores = self
                        .list(key, item)
                        .into_iter()
                        .filter_map(|t| self.word(&t, "a tool whose ignores are known", &words, Tool::parse))
                        .collect();
                }
                "ignore" => config.ignores = self.ignores(item),
                _ => self.unknown(table, key, item, ""),
            }
        }
    }

    fn scan(&mut self, item: &Item, config: &mut Config) {
        let Some(table) = item.as_table_like() else {
            self.wrong("scan", item, "a table");
            return;
        };
        let severities: Vec<&'static str> = Severity::ALL.iter().map(|s| s.word()).collect();
        let severity = "a severity";
        let scan = &mut config.scan;
        for (key, item) in table.iter() {
            match key {
                "exclude" => {
                    let list = self.list(key, item);
                    scan.exclude = texts(list.into_iter().filter_map(|t| self.pattern(&t, true)).collect());
                }
                "persona" => {
                    let words = ["regular", "pedantic", "auditor"];
                    scan.persona = self.choice(key, item, "a persona", &words, Persona::parse);
                }
                "fail-on" => {
                    let mut words = severities.clone();
                    words.push("never");
                    scan.fail_on = self.choice(key, item, "a severity or `never`", &words, FailOn::parse);
                }
                "min-severity" => {
                    scan.min_severity = self.choice(key, item, severity, &severities, Severity::parse);
                }
                "min-confidence" => {
                    let words = ["high", "medium", "low"];
                    scan.min_confidence = self.choice(key, item, "a confidence", &words, Confidence::parse);
                }
                "select" => scan.select = texts(self.rules(key, item, false)),
                "ignore" => scan.ignore = texts(self.rules(key, item, false)),
                "stages" => scan.stages = self.texts(key, item),
                _ => self.unknown(table, key, item, "scan"),
            }
        }
    }

    fn ignores(&mut self, item: &Item) -> Vec<IgnoreEntry> {
        let mut out = Vec::new();
        match item {
            Item::ArrayOfTables(list) => {
                for table in list {
                    let span = table.span().unwrap_or(0..0);
                    out.extend(self.ignore(table, span));
                }
            }
            Item::Value(Value::Array(list)) => {
                for value in list {
                    let span = value.span().unwrap_or(0..0);
                    match value {
                        Value::InlineTable(table) => out.extend(self.ignore(table, span)),
                        _ => self.wrong_at("ignore", span, "a table", kind(value)),
                    }
                }
            }
            _ => self.wrong("ignore", item, "a list of tables, `[[ignore]]`"),
        }
        out
    }

    fn ignore(&mut self, table: &dyn TableLike, span: Range<usize>) -> Option<IgnoreEntry> {
        let mut entry = IgnoreEntry {
            rules: Vec::new(),
            reason: String::new(),
            until: None,
            paths: Vec::new(),
            nodes: Vec::new(),
            logical_ids: Vec::new(),
            span: span.clone(),
        };
        let before = self.errors.len();
        for (key, item) in table.iter() {
            match key {
                "rule" => entry.rules = self.rules(key, item, true),
                "reason" => {
                    entry.reason =
                        self.string(key, item).map_or_else(String::new, |t| t.text.trim().to_owned());
                }
                "until" => entry.until = self.day(key, item),
                "path" => entry.paths = self.patterns(key, item, true),
                "node" => entry.nodes = self.patterns(key, item, false),
                "logical_id" => entry.logical_ids = self.patterns(key, item, false),
                _ => self.unknown(table, key, item, "ignore"),
            }
        }
        for key in ["rule", "reason"] {
            let empty = match key {
                "rule" => entry.rules.is_empty() && !table.contains_key("rule"),
                _ => entry.reason.is_empty() && self.errors.len() == before,
            };
            if empty {
                let place = self.place(span.clone());
                self.errors.push(ConfigError::Missing { place, key });
            }
        }
        (self.errors.len() == before).then_some(entry)
    }

    /// Patterns of rule names, each of which must name a rule.
    fn rules(&mut self, key: &str, item: &Item, silences: bool) -> Vec<Pattern> {
        let list = self.one_or_more(key, item);
        list.into_iter().filter_map(|t| self.rule(&t, silences)).collect()
    }

    fn rule(&mut self, text: &Text, silences: bool) -> Option<Pattern> {
        let pattern = self.pattern(text, false)?;
        let place = self.place(text.span.clone());
        if silences && pattern.text() == NOT_IGNORABLE {
            self.errors.push(ConfigError::NotIgnorable { place, rule: text.text.clone() });
            return None;
        }
        if pattern.rules().next().is_none() && pattern.text() != NOT_IGNORABLE {
            let nearest = palisade_rules::nearest(&text.text).filter(|_| pattern.is_plain());
            self.errors.push(ConfigError::UnknownRule {
                place,
                rule: text.text.clone(),
                pattern: !pattern.is_plain(),
                nearest: nearest.map(str::to_owned),
            });
            return None;
        }
        Some(pattern)
    }

    fn patterns(&mut self, key: &str, item: &Item, path: bool) -> Vec<Pattern> {
        let list = self.one_or_more(key, item);
        list.into_iter().filter_map(|t| self.pattern(&t, path)).collect()
    }

    fn pattern(&mut self, text: &Text, path: bool) -> Option<Pattern> {
        let made = if path { Pattern::path(&text.text) } else { Pattern::name(&text.text) };
        match made {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                let place = self.place(text.span.clone());
                self.errors.push(ConfigError::BadPattern { place, pattern: text.text.clone(), reason });
                None
            }
        }
    }

    /// A TOML date, or a string of the same form.
    fn day(&mut self, key: &str, item: &Item) -> Option<Day> {
        let span = item.span().unwrap_or(0..0);
        let text = match item {
            Item::Value(Value::Datetime(date)) => date.value().to_string(),
            Item::Value(Value::String(text)) => text.value().clone(),
            _ => {
                self.wrong(key, item, "a date");
                return None;
            }
        };
        let day = Day::parse(&text);
        if day.is_none() {
            let place = self.place(span);
            self.errors.push(ConfigError::BadDate { place, text });
        }
        day
    }

    fn account(&mut self, key: &str, item: &Item) -> Option<String> {
        if matches!(item, Item::Value(Value::Integer(_))) {
            self.wrong(key, item, ACCOUNT);
            return None;
        }
        self.string(key, item).and_then(|t| self.account_id(t))
    }

    fn account_id(&mut self, text: Text) -> Option<String> {
        let right = text.text.len() == 12 && text.text.bytes().all(|b| b.is_ascii_digit());
        self.form(text, right, "an account id of 12 digits")
    }

    fn organisation(&mut self, text: Text) -> Option<String> {
        let rest = text.text.strip_prefix("o-").unwrap_or("");
        let right = (10..=32).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        self.form(text, right, "an organisation id (`o-` and 10 to 32 letters or digits)")
    }

    fn region(&mut self, text: Text) -> Option<String> {
        let parts: Vec<&str> = text.text.split('-').collect();
        let right = parts.len() >= 3
            && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric()))
            && parts.last().is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
        self.form(text, right, "a region like `eu-west-1`")
    }

    fn form(&mut self, text: Text, right: bool, expected: &'static str) -> Option<String> {
        if right {
            return Some(text.text);
        }
        let place = self.place(text.span);
        let (nearest, known) = (None, Vec::new());
        self.errors.push(ConfigError::BadValue { place, value: text.text, expected, nearest, known });
        None
    }

    fn number(&mut self, key: &str, item: &Item) -> Option<u32> {
        let number = item.as_integer().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        if number.is_none() {
            self.wrong(key, item, "a whole number from 1");
        }
        number
    }

    fn choice<T>(
        &mut self,
        key: &str,
        item: &Item,
        expected: &'static str,
        words: &[&'static str],
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.string(key, item)?;
        self.word(&text, expected, words, read)
    }

    fn word<T>(
        &mut self,
        text: &Text,
        expected: &'static str,
        words: &[&'static str],
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(&text.text);
        if value.is_none() {
            self.errors.push(ConfigError::BadValue {
                place: self.place(text.span.clone()),
                value: text.text.clone(),
                expected,
                nearest: nearest(&text.text, words),
                known: words.to_vec(),
            });
        }
        value
    }

    fn string(&mut self, key: &str, item: &Item) -> Option<Text> {
        if let Item::Value(Value::String(text)) = item {
            Some(Text { text: text.value().clone(), span: text.span().unwrap_or(0..0) })
        } else {
            self.wrong(key, item, "a string");
            None
        }
    }

    fn texts(&mut self, key: &str, item: &Item) -> Vec<String> {
        self.list(key, item).into_iter().map(|t| t.text).collect()
    }

    fn one_or_more(&mut self, key: &str, item: &Item) -> Vec<Text> {
        match item {
            Item::Value(Value::String(_)) => self.string(key, item).into_iter().collect(),
            _ => self.list(key, item),
        }
    }

    fn list(&mut self, key: &str, item: &Item) -> Vec<Text> {
        let Some(list) = item.as_array() else {
            self.wrong(key, item, "a list of strings");
            return Vec::new();
        };
        let mut out = Vec::new();
        for value in list {
            let span = value.span().unwrap_or(0..0);
            match value {
                Value::String(text) => out.push(Text { text: text.value().clone(), span }),
                Value::Integer(_) if key.ends_with("accounts") => {
                    self.wrong_at(key, span, ACCOUNT, kind(value));
                }
                _ => self.wrong_at(key, span, "a list of strings", kind(value)),
            }
        }
        out
    }

    fn unknown(&mut self, table: &dyn TableLike, key: &str, item: &Item, section: &'static str) {
        let span = table.key(key).and_then(toml_edit::Key::span).or(item.span()).unwrap_or(0..0);
        let known = KEYS.iter().find(|(s, _)| *s == section).map_or(&[][..], |(_, keys)| keys);
        // A key of another section in the wrong place is more likely than a misspelling.
        let elsewhere = KEYS.iter().find(|(s, keys)| *s != section && *s == "scan" && keys.contains(&key));
        let nearest = elsewhere
            .map(|(_, _)| format!("{key}` in `[scan]"))
            .or_else(|| TOP.contains(&key).then(|| format!("{key}` above the first `[section]")))
            .or_else(|| nearest(key, known));
        self.errors.push(ConfigError::UnknownKey {
            place: self.place(span),
            key: key.to_owned(),
            section: if section.is_empty() { String::new() } else { format!(" in `[{section}]`") },
            nearest,
            known: known.to_vec(),
        });
    }

    fn wrong(&mut self, key: &str, item: &Item, expected: &'static str) {
        let found = match item {
            Item::None => "nothing",
            Item::Value(value) => kind(value),
            Item::Table(_) => "a table",
            Item::ArrayOfTables(_) => "a list of tables",
        };
        self.wrong_at(key, item.span().unwrap_or(0..0), expected, found);
    }

    fn wrong_at(&mut self, key: &str, span: Range<usize>, expected: &'static str, found: &'static str) {
        let place = self.place(span);
        self.errors.push(ConfigError::WrongType { place, key: key.to_owned(), expected, found });
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { path: self.path.to_owned(), span }
    }
}

fn texts(patterns: Vec<Pattern>) -> Vec<String> {
    patterns.into_iter().map(|p| p.text().to_owned()).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "a number",
        Value::Float(_) => "a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::InlineTable(_) => "a table",
    }
}

fn nearest(word: &str, known: &[&str]) -> Option<String> {
    known
        .iter()
        .map(|k| (strsim::jaro_winkler(word, k), k))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| (*k).to_owned())
}
