/// What a name says is kept under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A password: also a short or plain word is one.
    Password,
    /// A key with which something is signed or encrypted: also a plain phrase is one.
    Signing,
    /// A token or key of a service: it looks random.
    Token,
}

impl Kind {
    /// What is kept there, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Password => "a password",
            Kind::Signing => "a signing key",
            Kind::Token => "a key or token",
        }
    }
}

const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "passwort",
    "kennwort",
    "contrasena",
    "senha",
    "mima",
    "motdepasse",
];

/// Pairs of words that say that something is signed or encrypted with it.
const SIGNING: &[(&str, &str)] = &[
    ("jwt", "secret"),
    ("jwt", "key"),
    ("session", "secret"),
    ("session", "key"),
    ("cookie", "secret"),
    ("cookie", "key"),
    ("signing", "secret"),
    ("signing", "key"),
    ("encryption", "key"),
    ("encryption", "secret"),
    ("app", "secret"),
    ("secret", "key"),
    ("hmac", "secret"),
    ("hmac", "key"),
    ("ecdsa", "key"),
    ("ed25519", "key"),
    ("rsa", "key"),
    ("aes", "key"),
    ("token", "secret"),
    ("webhook", "secret"),
    ("private", "key"),
    ("master", "key"),
    ("auth", "secret"),
];

const TOKENS: &[&str] =
    &["secret", "secrets", "token", "apikey", "credential", "credentials", "accesskey", "authtoken"];

const TOKEN_PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("access", "key"),
    ("auth", "key"),
    ("client", "secret"),
    ("access", "token"),
    ("auth", "token"),
    ("service", "key"),
    ("account", "key"),
    ("license", "key"),
    ("storage", "key"),
    ("shared", "key"),
    ("bot", "token"),
    ("integration", "key"),
    ("write", "key"),
    ("subscription", "key"),
];

/// Last words with which a name speaks *of* a secret and does not hold it.
const ABOUT: &[&str] = &[
    "name",
    "names",
    "arn",
    "arns",
    "id",
    "ids",
    "url",
    "uri",
    "urls",
    "endpoint",
    "path",
    "file",
    "filename",
    "dir",
    "type",
    "version",
    "ttl",
    "expiry",
    "expiration",
    "expires",
    "expire",
    "length",
    "size",
    "policy",
    "header",
    "field",
    "column",
    "prefix",
    "suffix",
    "parameter",
    "param",
    "ref",
    "reference",
    "kid",
    "alias",
    "fingerprint",
    "count",
    "enabled",
    "required",
    "disabled",
    "mode",
    "table",
    "bucket",
    "queue",
    "topic",
    "region",
    "issuer",
    "audience",
    "algorithm",
    "alg",
    "regex",
    "pattern",
    "hint",
    "label",
    "placeholder",
    "example",
    "location",
    "store",
    "manager",
    "provider",
    "scope",
    "scopes",
    "key_id",
    "rotation",
    "days",
    "minutes",
    "seconds",
    "hours",
    "timeout",
    "index",
    "limit",
    "cache",
    "host",
    "port",
    "user",
    "username",
    "email",
    "function",
    "lambda",
    "handler",
    "role",
    "cookie",
    "source",
    "validity",
    "lifetime",
    "age",
    "use",
    "min",
    "max",
    "iterations",
    "rounds",
    "cost",
    "attempts",
    "retries",
    "strength",
    "hash",
    "config",
    "settings",
    "options",
    "format",
    "template",
    "service",
    "api",
    "client",
    "pool",
];

/// First or inner words that make it public, or something else.
const NOT: &[&str] = &[
    "public",
    "publishable",
    "pub",
    "partition",
    "sort",
    "primary",
    "foreign",
    "hash",
    "range",
    "cache",
    "idempotency",
    "test",
    "example",
    "dummy",
    "sample",
    "mock",
    "fake",
    "generate",
    "enable",
    "require",
    "rotate",
    "kms",
    "arn",
    "id",
    "reset",
    "forgot",
];

/// Whether a name says that a secret is kept under it.
pub fn says_secret(name: &str) -> Option<Kind> {
    let words = words(name);
    let last = words.last()?.as_str();
    if ABOUT.contains(&last) || words.iter().any(|w| NOT.contains(&w.as_str())) {
        return None;
    }
    // `API_KEY_2`, `passwordProd`: what follows the word may number it, or say the stage.
    let pair = |list: &[(&str, &str)]| {
        words.windows(2).any(|w| match w {
            [a, b] => list.iter().any(|(x, y)| a == x && b == y),
            _ => false,
        })
    };
    // `SecretsManagerEndpoint`, `TracingPassThrough` speak of other things.
    let speaks =
        |a: &str, b: &str| words.windows(2).any(|w| matches!(w, [x, y] if x.starts_with(a) && y == b));
    if speaks("secret", "manager") || speaks("pass", "through") {
        return None;
    }
    if words.iter().any(|w| PASSWORDS.contains(&w.as_str())) {
        return Some(Kind::Password);
    }
    if pair(SIGNING) {
        return Some(Kind::Signing);
    }
    if pair(TOKEN_PAIRS) || words.iter().any(|w| TOKENS.contains(&w.as_str())) {
        return Some(Kind::Token);
    }
    // Written as one word: `DBPASSWORD`, `dbpassword`.
    let glued =
        |w: &String| ["password", "passwd", "passphrase"].iter().any(|p| w.len() > p.len() && w.ends_with(p));
    if words.iter().any(glued) {
        return Some(Kind::Password);
    }
    None
}

/// The words of a name, lower case: `dbPassword`, `DB_PASSWORD` and `db-password` have the same.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().take(200).collect();
    for (n, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = n.checked_sub(1).and_then(|p| chars.get(p));
        let after = chars.get(n + 1);
        let starts = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_numeric())
                || (before.is_some_and(|b| b.is_uppercase()) && after.is_some_and(|a| a.is_lowercase())));
        if starts && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("dbPassword"), ["db", "password"]);
        assert_eq!(words("DB_PASSWORD-2"), ["db", "password", "2"]);
        assert_eq!(words("RDSMasterPwd"), ["rds", "master", "pwd"]);
        assert_eq!(words("APIKey"), ["api", "key"]);
    }

    #[test]
    fn a_key_named_by_its_algorithm_is_one_to_sign_with() {
        for name in ["env_ecdsa_key", "RSA_KEY", "hmacKey", "JWT_ED25519_KEY", "AesKey"] {
            assert_eq!(says_secret(name), Some(Kind::Signing), "{name}");
        }
        for name in ["rsa_public_key", "SshHostRsaKeyFingerprint", "ecdsa_key_id", "rsa_key_size"] {
            assert_eq!(says_secret(name), None, "{name}");
        }
    }
}
