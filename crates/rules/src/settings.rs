/// What the user configured and rules read.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Account ids that may do what own accounts may.
    pub trusted_accounts: Vec<String>,
    /// Organisation id (`o-…`).
    pub organisation: Option<String>,
    /// Paths of routes that are meant to be public, with `*` for anything.
    pub public_routes: Vec<String>,
    /// Names of stages that are production.
    pub production_stages: Vec<String>,
    /// The account that is deployed to.
    pub account: Option<String>,
    /// The region that is deployed to.
    pub region: Option<String>,
    /// The day of the scan, in days since 1970-01-01: `--today`, else the clock.
    pub today: i64,
}

impl Settings {
    /// Whether a route is configured as meant to be public.
    pub fn is_public_route(&self, method: &str, path: &str) -> bool {
        let full = format!("{method} {path}");
        self.public_routes.iter().any(|p| glob(p, path) || glob(p, &full))
    }
}

/// Whether `text` matches `pattern`, in which `*` is any text and `?` one character. IAM's wildcards.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (p, t) = (pattern.as_bytes(), text.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while j < t.len() {
        match p.get(i) {
            Some(b'*') => {
                back = Some((i, j));
                i += 1;
            }
            Some(c) if *c == b'?' || t.get(j) == Some(c) => {
                i += 1;
                j += 1;
            }
            _ => match back {
                Some((star, at)) => {
                    back = Some((star, at + 1));
                    i = star + 1;
                    j = at + 1;
                }
                None => return false,
            },
        }
    }
    p.get(i..).is_none_or(|rest| rest.iter().all(|c| *c == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        assert!(glob("s3:*", "s3:GetObject"));
        assert!(glob("*", ""));
        assert!(glob("a*b*c", "axxbyyc"));
        assert!(!glob("a*b", "abc"));
        assert!(glob("a?c", "abc"));
    }
}
