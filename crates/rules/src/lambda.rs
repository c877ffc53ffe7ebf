//! What AWS and others publish about Lambda: readers of the tables in `data/lambda/`.

use crate::parse_date;

const RUNTIMES: &str = include_str!("../data/lambda/runtimes.tsv");
const RESERVED: &str = include_str!("../data/lambda/reserved_variables.txt");
const LAYERS_AWS: &str = include_str!("../data/lambda/layers_aws.tsv");
const PUBLISHERS: &str = include_str!("../data/lambda/layers_publishers.tsv");
const SERVICES: &str = include_str!("../data/lambda/invoking_services.tsv");
const WRAPPERS: &str = include_str!("../data/lambda/exec_wrappers.tsv");

/// A day and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Days since 1970-01-01.
    pub day: i64,
    /// `YYYY-MM-DD`.
    pub text: &'static str,
}

/// The life of a runtime; dates that AWS has not announced are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runtime {
    /// No more security patches from this day on.
    pub deprecated: Option<Date>,
    /// No new functions from this day on.
    pub create_block: Option<Date>,
    /// No updates of functions from this day on.
    pub update_block: Option<Date>,
    /// The newest runtime of the same language.
    pub successor: Option<&'static str>,
}

/// The row of a runtime identifier.
pub fn runtime(name: &str) -> Option<Runtime> {
    let mut fields = row(RUNTIMES, name)?;
    let mut date = || {
        let text = fields.next()?;
        parse_date(text).map(|day| Date { day, text })
    };
    let (deprecated, create_block, update_block) = (date(), date(), date());
    let successor = fields.next().filter(|s| *s != "-");
    Some(Runtime { deprecated, create_block, update_block, successor })
}

/// Whether Lambda refuses an environment variable of this name.
pub fn is_reserved_variable(name: &str) -> bool {
    RESERVED.lines().any(|l| l == name)
}

/// Who publishes layers from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publisher {
    /// AWS.
    Aws,
    /// A company or project that names the account on its own pages.
    Known(&'static str),
}

/// The publisher behind an account id.
pub fn publisher(account: &str) -> Option<Publisher> {
    if row(LAYERS_AWS, account).is_some() {
        return Some(Publisher::Aws);
    }
    let mut fields = row(PUBLISHERS, account)?;
    match (fields.next(), fields.next()) {
        (Some("aws"), _) => Some(Publisher::Aws),
        (_, Some(name)) => Some(Publisher::Known(name)),
        _ => None,
    }
}

/// What a service tells Lambda about the resource on whose behalf it invokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// Its ARN or its account; the words say what to write.
    Source(&'static str),
    /// Only an event source token.
    Token,
    /// Nothing.
    Nothing,
}

/// What an invoking service sends, by its principal; `None` where the table does not name it.
pub fn sends(principal: &str) -> Option<Sends> {
    // `logs.eu-central-1.amazonaws.com` and `s3.amazonaws.com.cn` are the same services.
    let principal = principal.strip_suffix(".cn").unwrap_or(principal);
    let mut fields = row(SERVICES, principal).or_else(|| {
        let name = principal.strip_suffix(".amazonaws.com")?.split('.').next()?;
        row(SERVICES, &format!("{name}.amazonaws.com"))
    })?;
    Some(match (fields.next(), fields.next()) {
        (Some("source"), Some(what)) => Sends::Source(what),
        (Some("token"), _) => Sends::Token,
        _ => Sends::Nothing,
    })
}

/// Whether a path is the wrapper script of a layer that many people use for tracing and the like.
pub fn is_known_wrapper(path: &str) -> bool {
    row(WRAPPERS, path).is_some()
}

/// The further fields of the row whose first field is `key`.
fn row(table: &'static str, key: &str) -> Option<std::str::Split<'static, char>> {
    table.lines().find_map(|line| {
        let mut fields = line.split('\t');
        (fields.next() == Some(key)).then_some(fields)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read() {
        let python = runtime("python3.7").unwrap();
        assert_eq!(python.deprecated.unwrap().text, "2023-12-04");
        assert!(python.successor.unwrap().starts_with("python3."));
        assert!(runtime("dotnet9").unwrap().create_block.is_none());
        assert!(runtime("cobol85").is_none());
        assert!(is_reserved_variable("AWS_REGION"));
        assert!(!is_reserved_variable("AWS_LAMBDA_EXEC_WRAPPER"));
        assert_eq!(publisher("580247275435"), Some(Publisher::Aws));
        assert_eq!(publisher("464622532012"), Some(Publisher::Known("Datadog")));
        assert_eq!(publisher("123456789012"), None);
        assert_eq!(sends("alexa-appkit.amazon.com"), Some(Sends::Token));
        assert!(matches!(sends("logs.eu-central-1.amazonaws.com"), Some(Sends::Source(_))));
        assert!(matches!(sends("s3.amazonaws.com.cn"), Some(Sends::Source(_))));
        assert_eq!(sends("quantum.amazonaws.com"), None);
        assert!(is_known_wrapper("/opt/datadog_wrapper"));
    }

    #[test]
    fn every_row_has_its_fields() {
        for (table, columns) in
            [(RUNTIMES, 5), (LAYERS_AWS, 2), (PUBLISHERS, 4), (SERVICES, 4), (WRAPPERS, 3)]
        {
            for line in table.lines() {
                assert_eq!(line.split('\t').count(), columns, "{line}");
            }
        }
        for line in RUNTIMES.lines() {
            for date in line.split('\t').skip(1).take(3) {
                assert!(date == "-" || parse_date(date).is_some(), "{line}");
            }
        }
    }
}
