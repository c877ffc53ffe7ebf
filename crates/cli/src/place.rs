use std::path::{Component, Path, PathBuf};

use crate::output::Problem;

/// Where a scan looks: its root, and the paths in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The root: `--root`, else the only folder named, else the deepest folder common to all paths.
    pub root: PathBuf,
    /// Paths relative to the root; empty for all of it.
    pub paths: Vec<String>,
    /// What stands before a path of the root when it is shown from the current folder, `/` included.
    pub prefix: String,
}

impl Place {
    /// From the arguments. Paths that do not exist are wrong usage.
    pub fn of(folder: &Path, root: Option<&Path>, paths: &[PathBuf]) -> Result<Self, Problem> {
        let here = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let paths: Vec<PathBuf> =
            if paths.is_empty() { vec![root.unwrap_or(Path::new(".")).to_owned()] } else { paths.to_vec() };
        let mut real = Vec::new();
        for path in &paths {
            let full = here.join(path);
            match full.canonicalize() {
                Ok(found) => real.push(found),
                Err(e) => return Err(missing(path, &full, &e)),
            }
        }
        let asked = root;
        let root = match asked {
            Some(root) => {
                let full = here.join(root);
                full.canonicalize().map_err(|e| missing(root, &full, &e))?
            }
            None => common(&real),
        };
        let shown = asked.unwrap_or(&root).display();
        if !root.is_dir() {
            return Err(Problem::usage(format!("`{shown}` is not a folder")));
        }
        let mut inside = Vec::new();
        let mut whole = false;
        for (path, real) in paths.iter().zip(&real) {
            let Ok(inner) = real.strip_prefix(&root) else {
                let path = path.display();
                return Err(Problem::usage(format!("`{path}` is not inside the root `{shown}`")));
            };
            whole |= inner.as_os_str().is_empty();
            // Everything below the root is called by a path in the answer, so it must have one.
            if inner.to_str().is_none() {
                let problem = Problem::usage(format!("the name of `{}` is not UTF-8", path.display()));
                return Err(problem.help("scan the folder alone, without other paths or `--root`"));
            }
            inside.push(slashed(inner));
        }
        if whole {
            inside.clear();
        }
        let prefix = match root.strip_prefix(&here) {
            Ok(inner) if !inner.as_os_str().is_empty() => format!("{}/", slashed(inner)),
            _ => String::new(),
        };
        Ok(Self { root, paths: inside, prefix })
    }

    /// How a file is called from the root; `..` where it stands outside.
    pub fn name(&self, path: &Path) -> String {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut up = String::new();
        for folder in self.root.ancestors() {
            if let Ok(inner) = real.strip_prefix(folder) {
                return up + &slashed(inner);
            }
            up.push_str("../");
        }
        slashed(&real)
    }

    /// A folder named on the command line, relative to the root.
    pub fn inside(&self, here: &Path, path: &Path) -> Result<String, Problem> {
        let full = here.join(path);
        let real = full.canonicalize().map_err(|e| missing(path, &full, &e))?;
        let shown = path.display();
        if !real.is_dir() {
            return Err(Problem::usage(format!("`{shown}` is not a folder")));
        }
        match real.strip_prefix(&self.root) {
            Ok(inner) => Ok(slashed(inner)),
            Err(_) => {
                let root = self.root.display();
                let problem = Problem::usage(format!("`{shown}` is not inside the root `{root}`"));
                Err(problem.help("name a folder above both as `--root`"))
            }
        }
    }
}

fn missing(path: &Path, full: &Path, error: &std::io::Error) -> Problem {
    let shown = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let problem = Problem::usage(format!("`{shown}` does not exist"));
            match nearest(path, full) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            }
        }
        std::io::ErrorKind::PermissionDenied => Problem::usage(format!("`{shown}`: permission denied")),
        _ => Problem::usage(format!("`{shown}`: {error}")),
    }
}

/// The entry of the same folder whose name is nearest, written as the user wrote the path.
fn nearest(path: &Path, full: &Path) -> Option<String> {
    let name = full.file_name()?.to_str()?;
    let names =
        std::fs::read_dir(full.parent()?).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut best: Option<(f64, String)> = None;
    for other in names {
        let score = strsim::jaro_winkler(name, &other);
        if score > 0.8 && best.as_ref().is_none_or(|(s, n)| score > *s || (score >= *s && other < *n)) {
            best = Some((score, other));
        }
    }
    best.map(|(_, name)| path.with_file_name(name).display().to_string())
}

fn common(paths: &[PathBuf]) -> PathBuf {
    let folder =
        |p: &PathBuf| if p.is_dir() { p.clone() } else { p.parent().map(Path::to_owned).unwrap_or_default() };
    let mut all = paths.iter().map(folder);
    let first = all.next().unwrap_or_default();
    all.fold(first, |a, b| {
        a.components().zip(b.components()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
    })
}

fn slashed(path: &Path) -> String {
    let part = |c: Component<'_>| c.as_os_str().to_string_lossy().into_owned();
    path.components().map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_from_the_root() {
        let place = Place { root: "/a/b".into(), paths: Vec::new(), prefix: String::new() };
        assert_eq!(place.name(Path::new("/a/b/palisade.toml")), "palisade.toml");
        assert_eq!(place.name(Path::new("/a/b/ci/p.toml")), "ci/p.toml");
        assert_eq!(place.name(Path::new("/a/p.toml")), "../p.toml");
        assert_eq!(place.name(Path::new("/c/p.toml")), "../../c/p.toml");
    }

    #[test]
    fn the_common_folder_is_the_deepest() {
        let paths = ["/a/b/c/d", "/a/b/x", "/a/b/c"].map(PathBuf::from);
        // Nothing exists there, so that each counts as a file of its folder.
        assert_eq!(common(&paths), Path::new("/a/b"));
        assert_eq!(common(&["/a/b".into(), "/c/d".into()]), Path::new("/"));
    }
}
