use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::file::{ReadError, read_text};

/// Keeps every read inside one folder: no `..`, no absolute path, no symbolic link leads out.
#[derive(Debug, Clone)]
pub struct Jail {
    root: PathBuf,
    /// Texts that stand for those of files, by path relative to the root.
    overlay: BTreeMap<String, Arc<str>>,
}

/// Why a path was refused. Deliberately the same whether or not the outside file exists.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum JailError {
    /// Leads out of the root.
    #[error("outside the scanned tree")]
    Outside,
    /// Inside the root, but there is no such file.
    #[error("file not found")]
    Missing,
    /// Inside the root, but not a regular file or folder.
    #[error("not a regular file")]
    Special,
}

impl Jail {
    /// A jail around `root`, which must exist; links in `root` itself are resolved once.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, overlay: BTreeMap::new() })
    }

    /// The same jail in which some files, by path relative to the root, have another text than on disk: what
    /// a tree would be after edits, without writing them.
    #[must_use]
    pub fn with_overlay(&self, texts: BTreeMap<String, Arc<str>>) -> Self {
        Self { root: self.root.clone(), overlay: texts }
    }

    /// Texts that stand for those of files.
    pub fn overlay(&self) -> &BTreeMap<String, Arc<str>> {
        &self.overlay
    }

    /// The text of a file, by the two paths that [`Jail::open`] answers. Every read of a scanned file goes
    /// through here.
    pub fn read(&self, relative: &str, real: &Path, limit: u64) -> Result<(Arc<str>, bool), ReadError> {
        match self.overlay.get(relative) {
            Some(text) => Ok((text.clone(), false)),
            None => read_text(real, limit),
        }
    }

    /// The folder that bounds every read.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Resolves `path`, written in a file inside the folder `from` (relative to the root), to a path
    /// relative to the root and the real path to open.
    pub fn open(&self, from: &str, path: &str) -> Result<(String, PathBuf), JailError> {
        let relative = lexical(from, path).ok_or(JailError::Outside)?;
        let real = self.real(&relative)?;
        Ok((relative, real))
    }

    /// The real path of a path relative to the root, if it stays inside.
    pub fn real(&self, relative: &str) -> Result<PathBuf, JailError> {
        let joined = self.root.join(relative);
        match joined.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => {
                let meta = std::fs::metadata(&real).map_err(|_| JailError::Missing)?;
                if meta.is_file() || meta.is_dir() { Ok(real) } else { Err(JailError::Special) }
            }
            Ok(_) => Err(JailError::Outside),
            Err(_) => {
                // A broken link that points outside must look like any other link that does.
                let mut at = self.root.clone();
                for part in Path::new(relative).components() {
                    at.push(part);
                    if at.is_symlink() {
                        return Err(JailError::Outside);
                    }
                }
                Err(JailError::Missing)
            }
        }
    }
}

/// Joins lexically; `None` when the result leaves the root or the path is absolute or starts at home.
fn lexical(from: &str, path: &str) -> Option<String> {
    if path.starts_with('~') || path.contains('\0') || path.len() > 4096 {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(lexical("a/b", "../c.yml").as_deref(), Some("a/c.yml"));
        assert_eq!(lexical("a", "../../c.yml"), None);
        assert_eq!(lexical("", "/etc/passwd"), None);
        assert_eq!(lexical("a", "~/x"), None);
        assert_eq!(lexical(".", "./x/./y").as_deref(), Some("x/y"));
    }

    #[cfg(unix)]
    #[test]
    fn links_out_are_refused_alike_whether_the_target_exists() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::File::create(outside.path().join("secret")).unwrap();
        let inside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), inside.path().join("real")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("none"), inside.path().join("broken")).unwrap();
        let jail = Jail::new(inside.path()).unwrap();
        assert_eq!(jail.open("", "real"), Err(JailError::Outside));
        assert_eq!(jail.open("", "broken"), Err(JailError::Outside));
        assert_eq!(jail.open("", "missing"), Err(JailError::Missing));
    }
}
