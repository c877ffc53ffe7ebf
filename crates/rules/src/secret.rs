//! Whether a value that is written in clear is a secret, by its name and its shape.
//!
//! A known format (a token's prefix and length, a private key, a URL with a password) decides by itself. Else
//! the name has to say that a secret is kept there *and* the value must not be a placeholder, a reference or a
//! word that only names something. No value ever leaves this module.

use palisade_graph::{External, Piece, State, Target, Val};

pub use crate::secret_name::says_secret;
pub use crate::secret_shape::{is_placeholder, known_format};

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// No secret, as far as can be seen.
    Harmless,
    /// A secret written in clear, and what it looks like (`a GitHub token`).
    Literal {
        /// What it looks like, with its article.
        what: &'static str,
        /// Whether its format alone decides.
        certain: bool,
    },
    /// The deployment fetches a secret and writes it here in clear.
    Fetched,
}

/// Judges a value that is kept under a name.
pub fn judge(name: &str, val: &Val) -> Judgement {
    match &val.state {
        State::Known(_) => val.as_str().map_or(Judgement::Harmless, |text| judge_text(name, text)),
        State::Partial(pieces) => {
            let fetched = pieces.iter().any(|p| matches!(p, Piece::Hole(v) if is_fetched(name, v)));
            if fetched {
                return Judgement::Fetched;
            }
            // Text around a hole counts only by its format: `Bearer ${token}` holds no token.
            for piece in pieces.iter() {
                if let Piece::Text(text) = piece
                    && let Some(what) = known_format(text)
                {
                    return Judgement::Literal { what, certain: true };
                }
            }
            url_around_holes(pieces)
        }
        State::Ref(_) if is_fetched(name, val) => Judgement::Fetched,
        _ => Judgement::Harmless,
    }
}

/// `postgres://user:secret@${host}`: the password stands in front of the hole.
fn url_around_holes(pieces: &[Piece]) -> Judgement {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(t) => text.push_str(t),
            Piece::Hole(v) => text.push_str(&format!("${{{}}}", v.display().trim_matches(['$', '{', '}']))),
        }
    }
    match known_format(&text) {
        Some(what) => Judgement::Literal { what, certain: true },
        None => Judgement::Harmless,
    }
}

/// Judges a text that is kept under a name.
pub fn judge_text(name: &str, text: &str) -> Judgement {
    if let Some(what) = known_format(text) {
        return Judgement::Literal { what, certain: true };
    }
    match says_secret(name) {
        Some(kind) if crate::secret_shape::could_be(kind, text) => {
            Judgement::Literal { what: kind.words(), certain: false }
        }
        _ => Judgement::Harmless,
    }
}

fn is_fetched(name: &str, val: &Val) -> bool {
    match val.as_target() {
        Some(Target::External { kind: External::Secret, name: of, .. }) => !is_plain_field(of),
        Some(Target::External { kind: External::Parameter, name: parameter, secret }) => {
            *secret || says_secret(name).is_some() || says_secret(parameter).is_some()
        }
        Some(Target::External { kind: External::StackOutput, secret, .. }) => *secret,
        _ => false,
    }
}

/// Whether what is read of a secret is a field that is none: `orders/db.username`.
fn is_plain_field(name: &str) -> bool {
    const PLAIN: &[&str] =
        &["username", "user", "host", "hostname", "port", "dbname", "database", "engine", "arn", "region"];
    let field = name.rsplit(['.', ':']).next().unwrap_or("");
    field.len() < name.len() && PLAIN.iter().any(|p| p.eq_ignore_ascii_case(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(name: &str, text: &str) -> bool {
        matches!(judge_text(name, text), Judgement::Literal { .. })
    }

    #[test]
    fn a_name_and_a_value_make_a_secret() {
        for (name, text) in [
            ("DB_PASSWORD", "hunter2!"),
            ("dbPassword", "postgres"),
            ("POSTGRES_PASS", "Sup3rS3cret"),
            ("JWT_SECRET", "shhhhh-its-a-secret-key"),
            ("STRIPE_API_KEY", "4eC39HqLyjWDarjtT1zdp7dc"),
            ("clientSecret", "8Kq1vZr0mT4xW9sN2pLbYd7e"),
            ("AUTH_TOKEN", "a8f5f167f44f4964e6c998dee827110c"),
            ("SESSION_SECRET", "keyboard cat"),
        ] {
            assert!(literal(name, text), "{name}");
        }
    }

    #[test]
    fn references_names_and_placeholders_are_silent() {
        for (name, text) in [
            ("DB_PASSWORD", "changeme"),
            ("DB_PASSWORD", "${DB_PASSWORD}"),
            ("DB_PASSWORD", "<your-password>"),
            ("DB_PASSWORD", "********"),
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD", "true"),
            ("SECRET_NAME", "prod-database-8f3"),
            ("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"),
            ("DB_SECRET", "prod/orders/db"),
            ("DB_SECRET", "orders-db-secret"),
            ("TOKEN_URL", "https://login.example.com/oauth2/token"),
            ("PASSWORD_POLICY", "strict-12-characters"),
            ("TOKEN_EXPIRY", "3600s"),
            ("COGNITO_CLIENT_ID", "4eC39HqLyjWDarjtT1zdp7dc9a"),
            ("API_KEY_HEADER", "x-api-key-v2-header"),
            ("PUBLIC_KEY", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"),
            ("KEYBOARD", "4eC39HqLyjWDarjtT1zdp7dc"),
            ("MONKEY_TYPE", "a8f5f167f44f4964e6c998dee827110c"),
            ("TABLE_NAME", "orders"),
            ("AUTHOR", "Karl-Heinz-1972"),
            ("API_KEY", "{{resolve:secretsmanager:x}}"),
            ("API_KEY", "your-api-key-here"),
            ("SECRET_KEY_PARAMETER", "/prod/secret/key8"),
            ("PASSWORD_ITERATIONS", "4096"),
            ("TracingParamPassThrough", "PassThrough"),
            ("GITHUB_TOKEN", "to-be-specified"),
        ] {
            assert!(!literal(name, text), "{name}={text}");
        }
    }

    #[test]
    fn formats_decide_without_a_name() {
        let github = format!("ghp_{}", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6");
        assert!(literal("X", &github));
        assert!(literal("CONNECTION", "postgres://app:s3cr3tpw@db.internal:5432/app"));
        assert!(!literal("CONNECTION", "postgres://app:${PASSWORD}@db.internal:5432/app"));
        assert!(!literal("CONNECTION", "postgres://app@db.internal:5432/app"));
        assert!(!literal("X", &format!("ghp_{}", "x".repeat(36))));
        assert!(literal("K", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow"));
        assert!(!literal("K", "-----BEGIN PUBLIC KEY-----\nMIIEow"));
    }
}
