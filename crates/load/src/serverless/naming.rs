//! Logical ids as the framework makes them.

use smol_str::{SmolStr, format_smolstr};

/// The first letter in upper case.
pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A function's or resource's name as the start of logical ids.
pub fn normalized(name: &str) -> SmolStr {
    upper_first(&name.replace('-', "Dash").replace('_', "Underscore")).into()
}

/// Only letters and digits, the first in upper case.
pub fn alphanumeric(name: &str) -> SmolStr {
    let kept: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    upper_first(&kept).into()
}

/// `HelloLambdaFunction`.
pub fn function(name: &str) -> SmolStr {
    format_smolstr!("{}LambdaFunction", normalized(name))
}

/// A segment of a path: `{id}` becomes `IdVar`.
pub fn path_part(part: &str) -> String {
    let lower = part.to_lowercase().replace('-', "Dash");
    // The greedy braces of a segment stand for `…Var`.
    let named = match (lower.find('{'), lower.rfind('}')) {
        (Some(open), Some(close)) if open < close => {
            let before = lower.get(..open).unwrap_or("");
            let inside = lower.get(open + 1..close).unwrap_or("");
            let after = lower.get(close + 1..).unwrap_or("");
            format!("{before}{inside}Var{after}")
        }
        _ => lower,
    };
    let kept: String = named.chars().filter(char::is_ascii_alphanumeric).collect();
    upper_first(&kept)
}

/// A path as a part of logical ids.
pub fn path(path: &str) -> String {
    path.split('/').map(path_part).collect()
}

/// Words of a name, as the framework splits it.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    while i < chars.len() {
        let c = at(i);
        let start = i;
        if c.is_ascii_uppercase() {
            let mut j = i;
            while at(j).is_ascii_uppercase() {
                j += 1;
            }
            if at(j).is_ascii_lowercase() {
                if j - i > 1 {
                    // An abbreviation before a word: `HTTPServer`.
                    i = j - 1;
                } else {
                    while at(j).is_ascii_lowercase() {
                        j += 1;
                    }
                    i = j;
                }
            } else {
                i = j;
            }
        } else if c.is_ascii_lowercase() {
            while at(i).is_ascii_lowercase() {
                i += 1;
            }
        } else if c.is_ascii_digit() {
            while at(i).is_ascii_digit() {
                i += 1;
            }
        } else {
            i += 1;
            continue;
        }
        out.push(chars.get(start..i).unwrap_or(&[]).iter().collect());
    }
    out
}

/// `application/json` as `ApplicationJson`.
pub fn start_case(text: &str) -> String {
    words(text).iter().map(|w| upper_first(w)).collect()
}

/// `my-model` as `MyModel`.
pub fn pascal_case(text: &str) -> String {
    words(text).iter().map(|w| upper_first(&w.to_lowercase())).collect()
}

/// A WebSocket route key as a part of logical ids.
pub fn websocket_route(route: &str) -> String {
    route
        .replace('$', "S")
        .replace('/', "Slash")
        .replace('-', "Dash")
        .replace('_', "Underscore")
        .replace('.', "Period")
}

/// The first `n` characters.
pub fn first(text: &str, n: usize) -> String {
    text.chars().take(n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_framework() {
        assert_eq!(function("hello-world_2"), "HelloDashworldUnderscore2LambdaFunction");
        assert_eq!(path("users/{user_id}/all-things"), "UsersUseridVarAllDashthings");
        assert_eq!(path("{proxy+}"), "ProxyVar");
        assert_eq!(start_case("application/x-www-form-urlencoded"), "ApplicationXWwwFormUrlencoded");
        assert_eq!(start_case("HTTPServer2go"), "HTTPServer2Go");
        assert_eq!(pascal_case("postUser_model"), "PostUserModel");
        assert_eq!(websocket_route("$connect"), "Sconnect");
    }
}
