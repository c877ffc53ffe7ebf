//! Paths of the program. An absolute path begins at the scan root: `/` is that folder.

use smol_str::SmolStr;

/// Joins parts as `path.join` does; an absolute part begins anew, as Python and `path.resolve` have it.
pub fn join(parts: &[&str]) -> SmolStr {
    let mut out: Vec<&str> = Vec::new();
    let mut absolute = false;
    for (n, part) in parts.iter().enumerate() {
        if part.starts_with('/') {
            if n > 0 {
                out.clear();
            }
            absolute = true;
        }
        for step in part.split('/') {
            match step {
                "" | "." => {}
                ".." => {
                    if out.last().is_some_and(|l| *l != "..") {
                        out.pop();
                    } else if !absolute {
                        out.push("..");
                    } else {
                        // Above the scan root.
                        out.push("..");
                    }
                }
                step => out.push(step),
            }
        }
        if out.len() > 512 {
            break;
        }
    }
    let joined = out.join("/");
    if absolute { smol_str::format_smolstr!("/{joined}") } else { joined.into() }
}

/// The folder that a path stands in.
pub fn parent(path: &str) -> SmolStr {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/".into(),
        Some((folder, _)) => folder.into(),
        None => ".".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_the_languages_do() {
        assert_eq!(join(&["/a/lib", "..", "src", "./f.ts"]), "/a/src/f.ts");
        assert_eq!(join(&["lambda", "x"]), "lambda/x");
        assert_eq!(join(&["/a", "/b"]), "/b");
        assert_eq!(join(&["../x"]), "../x");
        assert_eq!(join(&["/", "../x"]), "/../x");
        assert_eq!(parent("/a/b.py"), "/a");
        assert_eq!(parent("/b.py"), "/");
    }
}
