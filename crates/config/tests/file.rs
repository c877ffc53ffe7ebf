//! `palisade.toml`: what is read, what is refused, and that the published schema says the same.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use palisade_config::{Config, ConfigError, FailOn, KEYS, Tool, parse};
use palisade_diag::{Confidence, Persona, Severity};
use serde_json::{Value, json};

fn config(text: &str) -> Config {
    parse("palisade.toml", text).unwrap()
}

/// Display, help and the text at the place of each error.
fn errors(text: &str) -> Vec<(String, String, String)> {
    let errors = parse("palisade.toml", text).unwrap_err();
    let at = |e: &ConfigError| text.get(e.place().span.clone()).unwrap().to_owned();
    errors.iter().map(|e| (e.to_string(), e.help(), at(e))).collect()
}

fn error(text: &str) -> (String, String, String) {
    let mut all = errors(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn three(a: &str, b: &str, c: &str) -> (String, String, String) {
    (a.to_owned(), b.to_owned(), c.to_owned())
}

const FULL: &str = r#"
trusted-accounts = ["123456789012"]
organisation = "o-abcdef1234"
public-routes = ["/health", "GET /public/*"]
production-stages = ["live"]
max-secret-readers = 3
account = "000000000001"
region = "eu-west-1"
compat-ignores = ["checkov", "cfn-nag"]

[scan]
exclude = ["fixtures/**"]
persona = "pedantic"
fail-on = "medium"
min-severity = "low"
min-confidence = "medium"
select = ["deploy-*"]
ignore = "deploy-value-unresolved"
stages = ["dev", "live"]

[[ignore]]
rule = ["deploy-value-unresolved", "deploy-*"]
reason = "known"
until = 2027-01-31
path = "services/**"
node = ["function:*#a"]
logical_id = "A"

[[ignore]]
rule = "deploy-ignore-stale"
reason = "also known"
until = "2027-02-28"
"#;

#[test]
fn every_key_is_read() {
    let config = config(FULL);
    assert_eq!(config.trusted_accounts, ["123456789012"]);
    assert_eq!(config.organisation.as_deref(), Some("o-abcdef1234"));
    assert_eq!(config.public_routes, ["/health", "GET /public/*"]);
    assert_eq!(config.production_stages.as_deref(), Some(&["live".to_owned()][..]));
    assert_eq!(config.max_secret_readers, Some(3));
    assert_eq!(config.account.as_deref(), Some("000000000001"));
    assert_eq!(config.region.as_deref(), Some("eu-west-1"));
    assert_eq!(config.compat_ignores, [Tool::Checkov, Tool::CfnNag]);
    assert_eq!(config.scan.exclude, ["fixtures/**"]);
    assert_eq!(config.scan.persona, Some(Persona::Pedantic));
    assert_eq!(config.scan.fail_on, Some(FailOn::At(Severity::Medium)));
    assert_eq!(config.scan.min_severity, Some(Severity::Low));
    assert_eq!(config.scan.min_confidence, Some(Confidence::Medium));
    assert_eq!(config.scan.select, ["deploy-*"]);
    assert_eq!(config.scan.ignore, ["deploy-value-unresolved"]);
    assert_eq!(config.scan.stages, ["dev", "live"]);
    assert_eq!(config.ignores.len(), 2);
    let first = &config.ignores[0];
    assert_eq!(first.until.as_ref().unwrap().days, palisade_rules::parse_date("2027-01-31").unwrap());
    assert!(first.paths[0].is_match("services/a/b.yml"));
    assert!(first.nodes[0].is_match("function:services/x#a"));
    assert_eq!(config.ignores[1].until.as_ref().unwrap().text, "2027-02-28");
    let settings = config.settings(7);
    assert_eq!((settings.today, settings.production_stages.as_slice()), (7, &["live".to_owned()][..]));
}

#[test]
fn an_empty_file_is_the_default() {
    let config = config("# nothing yet\n");
    assert!(config.ignores.is_empty());
    assert_eq!(config.settings(0).production_stages, ["prod", "production"]);
}

#[test]
fn unknown_keys_name_the_nearest() {
    assert_eq!(
        error("[scan]\npersna = \"regular\"\n"),
        three("unknown key `persna` in `[scan]`", "did you mean `persona`?", "persna")
    );
    assert_eq!(
        error("persona = \"regular\"\n"),
        three("unknown key `persona`", "did you mean `persona` in `[scan]`?", "persona")
    );
    assert_eq!(
        error("[scan]\nregion = \"eu-west-1\"\n"),
        three(
            "unknown key `region` in `[scan]`",
            "did you mean `region` above the first `[section]`?",
            "region"
        )
    );
    let (message, help, at) = error("zzz = 1\n");
    assert_eq!((message.as_str(), at.as_str()), ("unknown key `zzz`", "zzz"));
    assert!(help.starts_with("known are `scan`, `trusted-accounts`"), "{help}");
}

#[test]
fn wrong_values_say_what_is_expected() {
    assert_eq!(error("[scan]\npersona = 3\n"), three("`persona` is a number, expected a string", "", "3"));
    assert_eq!(
        error("[scan]\nfail-on = \"hihg\"\n"),
        three("`hihg` is not a severity or `never`", "did you mean `high`?", "\"hihg\"")
    );
    assert_eq!(
        error("account = 123456789012\n"),
        three(
            "`account` is a number, expected an account id in quotes",
            "zeros at its beginning count, so it is text and not a number",
            "123456789012"
        )
    );
    assert_eq!(
        error("trusted-accounts = [\"12\"]\n"),
        three("`12` is not an account id of 12 digits", "", "\"12\"")
    );
    assert_eq!(
        error("public-routes = \"/health\"\n"),
        three("`public-routes` is a string, expected a list of strings", "", "\"/health\"")
    );
    assert_eq!(
        error("max-secret-readers = 0\n").0,
        "`max-secret-readers` is a number, expected a whole number from 1"
    );
    assert_eq!(error("scan = 1\n").0, "`scan` is a number, expected a table");
    assert_eq!(
        error("[ignore]\nrule = \"x\"\n").0,
        "`ignore` is a table, expected a list of tables, `[[ignore]]`"
    );
    assert_eq!(error("region = \"europe\"\n").0, "`europe` is not a region like `eu-west-1`");
    assert_eq!(error("organisation = \"acme\"\n").2, "\"acme\"");
    assert_eq!(
        error("compat-ignores = [\"chekov\"]\n"),
        three("`chekov` is not a tool whose ignores are known", "did you mean `checkov`?", "\"chekov\"")
    );
    assert_eq!(error("[scan]\nexclude = [\"a[\"]\n").2, "\"a[\"");
}

#[test]
fn ignores_need_a_known_rule_and_a_reason() {
    assert_eq!(
        error("[[ignore]]\nrule = \"deploy-value-unresolvd\"\nreason = \"r\"\n"),
        three(
            "unknown rule `deploy-value-unresolvd`",
            "did you mean `deploy-value-unresolved`?",
            "\"deploy-value-unresolvd\""
        )
    );
    assert_eq!(
        error("[[ignore]]\nrule = [\"nothing-*\"]\nreason = \"r\"\n"),
        three("no rule matches `nothing-*`", "`palisade rules` lists all rules", "\"nothing-*\"")
    );
    let (message, help, at) = error("[[ignore]]\nrule = \"deploy-*\"\n");
    assert_eq!((message.as_str(), at.as_str()), ("an ignore without `reason`", "[[ignore]]"));
    assert!(help.contains("why"), "{help}");
    assert_eq!(error("[[ignore]]\nrule = \"deploy-*\"\nreason = \"  \"\n").0, "an ignore without `reason`");
    assert_eq!(error("[[ignore]]\nreason = \"r\"\n").0, "an ignore without `rule`");
    assert_eq!(
        error("[[ignore]]\nrule = \"deploy-*\"\nreason = \"r\"\nuntil = \"2027-02-30\"\n"),
        three(
            "`2027-02-30` is not a date",
            "write the last day on which it holds as `2027-01-31`",
            "\"2027-02-30\""
        )
    );
    assert_eq!(
        error("[[ignore]]\nrule = \"deploy-*\"\nreason = \"r\"\nuntil = 2027-01-31T10:00:00Z\n").2,
        "2027-01-31T10:00:00Z"
    );
    assert_eq!(
        error("[[ignore]]\nrule = \"deploy-file-unread\"\nreason = \"r\"\n").0,
        "`deploy-file-unread` cannot be ignored"
    );
}

#[test]
fn all_errors_are_answered_in_order() {
    let text = "x = 1\n[scan]\npersona = \"nobody\"\ny = 2\n";
    let places: Vec<String> = errors(text).into_iter().map(|e| e.2).collect();
    assert_eq!(places, ["x", "\"nobody\"", "y"]);
}

#[test]
fn a_byte_order_mark_moves_no_place() {
    assert_eq!(error("\u{feff}zone = 1\n").2, "zone");
    assert_eq!(config("\u{feff}region = \"eu-west-1\"\n").region.as_deref(), Some("eu-west-1"));
}

#[test]
fn what_is_not_toml_says_where() {
    let (message, _, _) = error("a = \n");
    assert!(message.starts_with("not valid TOML: "), "{message}");
    assert!(!message.contains('\n'));
    assert_eq!(errors("scan = {persona = \"regular\"\n").len(), 1);
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../schemas/palisade.schema.json")).unwrap()
}

#[test]
fn every_key_is_in_the_schema_and_no_other() {
    let schema = schema();
    let properties = |section: &str| match section {
        "" => schema["properties"].clone(),
        "ignore" => schema["properties"]["ignore"]["items"]["properties"].clone(),
        other => schema["properties"][other]["properties"].clone(),
    };
    for (section, keys) in KEYS {
        let mut written: Vec<String> = properties(section).as_object().unwrap().keys().cloned().collect();
        let mut read: Vec<String> = keys.iter().map(|k| (*k).to_owned()).collect();
        written.sort();
        read.sort();
        assert_eq!(written, read, "section `{section}`");
    }
}

/// TOML as JSON, dates as text.
fn as_json(item: &toml_edit::Item) -> Value {
    if let Some(table) = item.as_table_like() {
        return Value::Object(table.iter().map(|(k, v)| (k.to_owned(), as_json(v))).collect());
    }
    if let Some(list) = item.as_array_of_tables() {
        let table = |t: &toml_edit::Table| as_json(&toml_edit::Item::Table(t.clone()));
        return Value::Array(list.iter().map(table).collect());
    }
    if let Some(list) = item.as_array() {
        return Value::Array(list.iter().map(|v| as_json(&toml_edit::Item::Value(v.clone()))).collect());
    }
    match item.as_value().unwrap() {
        toml_edit::Value::String(text) => json!(text.value()),
        toml_edit::Value::Integer(n) => json!(n.value()),
        toml_edit::Value::Boolean(b) => json!(b.value()),
        toml_edit::Value::Datetime(d) => json!(d.value().to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_schema_accepts_what_is_read_and_refuses_what_is_not() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let valid = |text: &str| {
        let document = toml_edit::Document::parse(text).unwrap();
        validator.is_valid(&as_json(document.as_item()))
    };
    for text in [
        FULL,
        "",
        "[scan]\nselect = \"deploy-*\"\nfail-on = \"never\"\n",
        "ignore = [{rule = \"deploy-*\", reason = \"r\"}]\n",
    ] {
        assert!(valid(text), "{text}");
        assert!(parse("p", text).is_ok(), "{text}");
    }
    let refused = [
        "zzz = 1\n",
        "[scan]\npersona = \"nobody\"\n",
        "account = 123456789012\n",
        "account = \"12\"\n",
        "organisation = \"acme\"\n",
        "region = \"europe\"\n",
        "max-secret-readers = 0\n",
        "compat-ignores = [\"other\"]\n",
        "[[ignore]]\nrule = \"deploy-*\"\n",
        "[[ignore]]\nrule = \"deploy-*\"\nreason = \" \"\n",
        "[[ignore]]\nrule = \"deploy-*\"\nreason = \"r\"\nuntil = 2027-01-31T10:00:00Z\n",
    ];
    for text in refused {
        assert!(!valid(text), "{text}");
        assert!(parse("p", text).is_err(), "{text}");
    }
}

proptest::proptest! {
    /// Whatever stands in the file, reading it ends in a configuration or in errors inside the text.
    #[test]
    fn reading_never_panics(text in "(\\[\\[?(scan|ignore|x)\\]?\\]|[a-z-]{1,9} ?= ?|rule|until|\"[a-zä*\\[-]{0,6}\"|2027-0[0-9]-[0-9]{2}|[\\[\\]{},\n0-9ä\u{feff}]){0,30}") {
        if let Err(errors) = parse("palisade.toml", &text) {
            proptest::prop_assert!(!errors.is_empty());
            for error in errors {
                proptest::prop_assert!(text.get(error.place().span.clone()).is_some());
                proptest::prop_assert!(!error.to_string().contains('\n'));
            }
        }
    }
}
