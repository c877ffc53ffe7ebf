use smol_str::SmolStr;

const SAM: &str = include_str!("../../data/fix/sam.tsv");
const SERVERLESS: &str = include_str!("../../data/fix/serverless.tsv");

/// Where a deployed property is written in a dialect of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Path of keys.
    pub path: Vec<SmolStr>,
    /// How the value is converted, empty for not at all.
    pub conversion: &'static str,
}

/// Whose settings a row of serverless.yml is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One function.
    Function,
    /// `provider`.
    Provider,
}

/// Where a SAM resource says a property of what it becomes.
pub fn sam(sam_type: &str, ty: &str, path: &str) -> Option<Words> {
    let short = sam_type.strip_prefix("AWS::Serverless::")?;
    rows::<5>(SAM).find_map(|[sam, deployed, from, to, conversion]| {
        (sam == short && deployed == ty).then(|| matched(from, to, path, conversion)).flatten()
    })
}

/// Where serverless.yml says a property.
pub fn serverless(ty: &str, path: &str, scope: Scope) -> Option<Words> {
    let word = match scope {
        Scope::Function => "function",
        Scope::Provider => "provider",
    };
    rows::<5>(SERVERLESS).find_map(|[deployed, from, of, to, conversion]| {
        (of == word && deployed == ty).then(|| matched(from, to, path, conversion)).flatten()
    })
}

fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or(""))
    })
}

/// `A.*` matches `A` and all below it; `*` matches all.
fn matched(from: &str, to: &str, path: &str, conversion: &'static str) -> Option<Words> {
    let rest = match from.strip_suffix('*') {
        Some("") => path,
        Some(prefix) => match path.strip_prefix(prefix) {
            Some(rest) => rest,
            None if prefix.strip_suffix('.') == Some(path) => "",
            None => return None,
        },
        None if from == path => "",
        None => return None,
    };
    let written = match to.strip_suffix('*') {
        Some(prefix) => format!("{prefix}{rest}"),
        None => to.to_owned(),
    };
    let path = written.split('.').filter(|k| !k.is_empty()).map(SmolStr::new).collect();
    Some(Words { path, conversion })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_whole() {
        for row in rows::<5>(SAM).chain(rows::<5>(SERVERLESS)) {
            assert!(row.iter().take(4).all(|c| !c.is_empty()), "{row:?}");
        }
    }

    #[test]
    fn paths_are_said_in_the_words_of_the_dialect() {
        let words =
            |ty: &str, path: &str| sam("AWS::Serverless::Function", ty, path).map(|w| w.path.join("."));
        assert_eq!(words("AWS::Lambda::Function", "TracingConfig.Mode").as_deref(), Some("Tracing"));
        assert_eq!(words("AWS::Lambda::Function", "Timeout").as_deref(), Some("Timeout"));
        assert_eq!(words("AWS::Lambda::Url", "AuthType").as_deref(), Some("FunctionUrlConfig.AuthType"));
        assert_eq!(words("AWS::SQS::Queue", "KmsMasterKeyId"), None);
        let machine = sam(
            "AWS::Serverless::StateMachine",
            "AWS::StepFunctions::StateMachine",
            "LoggingConfiguration.Level",
        );
        assert_eq!(machine.unwrap().path.join("."), "Logging.Level");
        let whole = sam("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Stage", "AccessLogSettings");
        assert_eq!(whole.unwrap().path.join("."), "AccessLogSettings");
        let url = serverless("AWS::Lambda::Url", "AuthType", Scope::Function).unwrap();
        assert_eq!((url.path.join("."), url.conversion), ("url.authorizer".to_owned(), "lower"));
    }
}
