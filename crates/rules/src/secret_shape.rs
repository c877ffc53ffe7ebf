use crate::secret_name::Kind;

/// A format that a service gives its credentials.
struct Format {
    prefix: &'static str,
    /// Least and most characters behind the prefix.
    least: usize,
    most: usize,
    what: &'static str,
}

const fn format(prefix: &'static str, least: usize, most: usize, what: &'static str) -> Format {
    Format { prefix, least, most, what }
}

/// Prefixes and lengths as the services document them.
const FORMATS: &[Format] = &[
    format("ghp_", 36, 36, "a GitHub token"),
    format("gho_", 36, 36, "a GitHub token"),
    format("ghu_", 36, 36, "a GitHub token"),
    format("ghs_", 36, 255, "a GitHub token"),
    format("ghr_", 36, 76, "a GitHub token"),
    format("github_pat_", 60, 100, "a GitHub token"),
    format("glpat-", 20, 60, "a GitLab token"),
    format("xoxb-", 20, 255, "a Slack token"),
    format("xoxp-", 20, 255, "a Slack token"),
    format("xapp-", 20, 255, "a Slack token"),
    format("sk_live_", 20, 255, "a Stripe key"),
    format("rk_live_", 20, 255, "a Stripe key"),
    format("whsec_", 30, 64, "a webhook signing secret"),
    format("SG.", 60, 70, "a SendGrid key"),
    format("AIza", 35, 35, "a Google API key"),
    format("GOCSPX-", 28, 28, "a Google client secret"),
    format("npm_", 36, 36, "an npm token"),
    format("pypi-AgE", 50, 255, "a PyPI token"),
    format("dop_v1_", 64, 64, "a DigitalOcean token"),
    format("hvs.", 24, 255, "a Vault token"),
    format("shpat_", 32, 32, "a Shopify token"),
    format("sk-ant-", 40, 255, "an Anthropic key"),
    format("sk-proj-", 40, 255, "an OpenAI key"),
    format("hf_", 34, 37, "a Hugging Face token"),
    format("gsk_", 50, 60, "a Groq key"),
    format("NRAK-", 27, 27, "a New Relic key"),
    format("glsa_", 41, 41, "a Grafana token"),
    format("lin_api_", 40, 40, "a Linear key"),
    format("rzp_live_", 14, 20, "a Razorpay key"),
    format("dckr_pat_", 27, 27, "a Docker Hub token"),
    format("ATATT3", 100, 255, "an Atlassian token"),
    format("AGE-SECRET-KEY-1", 58, 58, "an age key"),
];

/// What a text looks like whatever its name, with its article; none where no known format is in it.
pub fn known_format(text: &str) -> Option<&'static str> {
    if let Some(at) = text.find("-----BEGIN ")
        && text.get(at..).and_then(|t| t.lines().next()).is_some_and(|l| l.contains("PRIVATE KEY"))
    {
        return Some("a private key");
    }
    for word in text.split(|c: char| c.is_whitespace() || "\"'`,;()<>=".contains(c)) {
        if let Some(found) = FORMATS.iter().find(|f| matches(f, word)) {
            return Some(found.what);
        }
    }
    if has_url_password(text) {
        return Some("a URL with its password");
    }
    None
}

fn matches(format: &Format, word: &str) -> bool {
    let Some(rest) = word.strip_prefix(format.prefix) else { return false };
    let body: &str =
        rest.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).next().unwrap_or("");
    (format.least..=format.most).contains(&body.len()) && !is_monotonous(body)
}

/// `scheme://user:password@host`
fn has_url_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let scheme = text.get(..at).unwrap_or("");
        if !scheme.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return false;
        }
        let rest = text.get(at + 3..).unwrap_or("");
        let authority = rest.split(['/', '?', '#', ' ', '"', '\'']).next().unwrap_or("");
        let Some((user, host)) = authority.rsplit_once('@') else { return false };
        let Some((_, password)) = user.split_once(':') else { return false };
        let loopback = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"].iter().any(|l| host.starts_with(l));
        !password.is_empty() && !loopback && !is_reference(password) && !is_placeholder(password)
    })
}

/// Whether a value under such a name could be what the name says.
pub fn could_be(kind: Kind, text: &str) -> bool {
    let text = text.trim();
    let length = text.chars().count();
    if !(4..=4096).contains(&length) || is_reference(text) || is_placeholder(text) || is_word_about(text) {
        return false;
    }
    match kind {
        Kind::Password => true,
        Kind::Signing => length >= 6 && !is_path(text),
        Kind::Token => length >= 10 && looks_random(text) && !is_path(text) && !is_uuid(text),
    }
}

/// Digits among letters, or far more different characters than a word has.
fn looks_random(text: &str) -> bool {
    if text.contains(' ') {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let classes =
        text.as_bytes().windows(2).filter(|w| matches!(w, [a, b] if class(*a) != class(*b))).count();
    digits >= 2 && letters >= 2 && classes >= 4 && entropy(text) >= 2.8
}

fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// Shannon entropy in bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|c| **c > 0)
        .map(|c| {
            let share = f64::from(*c) / total;
            -share * share.log2()
        })
        .sum()
}

/// A value that stands for another.
fn is_reference(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "arn:",
        "ssm:",
        "{{",
        "!ref",
        "!sub",
        "!getatt",
        "vault:",
        "secretsmanager:",
        "http://",
        "https://",
        "s3://",
        "file:",
        "process.env",
        "os.environ",
        "var.",
        "data.",
        "module.",
        "local.",
        "/aws/",
        "alias/",
    ]
    .iter()
    .any(|p| lower.starts_with(p))
        || text.starts_with('$')
        || text.contains("${")
        || text.contains("{{resolve:")
        || (text.starts_with('%') && text.ends_with('%'))
        || is_path(text) && text.starts_with(['/', '.', '~'])
}

fn is_path(text: &str) -> bool {
    text.contains('/') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.+:~".contains(&b)) && {
        let parts: Vec<&str> = text.split('/').filter(|p| !p.is_empty()).collect();
        // Base64 has slashes too, with long mixed parts between them.
        parts.iter().all(|p| p.len() <= 24 && !(p.len() > 10 && looks_random(p)))
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(n, b)| match n {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replaceme",
    "replace-me",
    "replace_me",
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "placeholder",
    "example",
    "dummy",
    "sample",
    "todo",
    "tbd",
    "null",
    "none",
    "undefined",
    "empty",
    "string",
    "value",
    "redacted",
    "hidden",
    "masked",
    "unset",
    "notset",
    "not-set",
    "n/a",
    "test",
    "testing",
    "test123",
    "foobar",
    "foo",
    "bar",
    "true",
    "false",
    "yes",
    "no",
    "enabled",
    "disabled",
    "default",
    "fake",
    "mock",
    "local",
    "localhost",
    "required",
    "optional",
    "strict",
    "123456",
    "12345678",
    "000000",
    "xxxxxx",
    "abcdef",
    "abc123",
    "mysecret",
    "mypassword",
    "secretvalue",
];

/// A value that somebody is meant to replace.
pub fn is_placeholder(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let marked = lower.starts_with('<') && lower.ends_with('>')
        || lower.starts_with('[') && lower.ends_with(']')
        || lower.starts_with('{') && lower.ends_with('}')
        || lower.starts_with("__") && lower.ends_with("__");
    let spoken = [
        "your-",
        "your_",
        "your ",
        "my-",
        "my_",
        "xxx",
        "to-be",
        "to_be",
        "to be",
        "insert",
        "enter ",
        "put ",
        "replace",
        "change",
        "dummy",
        "example",
        "placeholder",
        "fake",
        "todo",
    ]
    .iter()
    .any(|w| lower.starts_with(w))
        || [
            "placeholder",
            "changeme",
            "change-me",
            "change_me",
            "replace",
            "example",
            "-here",
            "_here",
            "goes here",
            "dummy",
            "not-a-real",
            "notreal",
            "redacted",
        ]
        .iter()
        .any(|w| lower.contains(w));
    lower.is_empty() || marked || spoken || PLACEHOLDERS.contains(&lower.as_str()) || is_monotonous(&lower)
}

/// One character over and over, or a run of the alphabet or of digits.
fn is_monotonous(text: &str) -> bool {
    let bytes = text.as_bytes();
    let steps: Vec<i16> = bytes
        .windows(2)
        .filter_map(|w| if let [a, b] = w { Some(i16::from(*b) - i16::from(*a)) } else { None })
        .collect();
    let Some(first) = steps.first() else { return true };
    (-1..=1).contains(first) && steps.iter().all(|s| s == first)
}

/// Words that name a secret and are none: `orders-db-secret`, `MyDatabasePassword`.
fn is_word_about(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let worded = text.bytes().all(|b| b.is_ascii_alphabetic() || b"-_/.".contains(&b));
    worded
        && (text.contains(['-', '_', '/', '.']) || text.bytes().any(|b| b.is_ascii_uppercase()))
        && ["secret", "password", "token", "credential", "apikey", "api-key", "api_key"]
            .iter()
            .any(|w| lower.ends_with(w) || lower.ends_with(&format!("{w}s")))
}
