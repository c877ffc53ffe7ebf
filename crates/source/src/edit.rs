use std::io::Write;
use std::path::Path;

/// Replaces the bytes `[start, end)` of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Path relative to the scan root.
    pub path: String,
    /// First byte replaced.
    pub start: u32,
    /// One past the last byte replaced.
    pub end: u32,
    /// What stands there afterwards.
    pub replacement: String,
}

/// Why edits were not applied.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// Two edits change the same bytes.
    #[error("edits overlap at byte {0}")]
    Overlap(u32),
    /// A range is not one of characters of the text.
    #[error("edit range {0}..{1} is not inside the text")]
    Range(u32, u32),
}

/// Applies edits of one file to its text. The order of `edits` does not matter; what is not edited
/// stays byte for byte.
pub fn apply_edits(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (edit.start as usize, edit.end as usize);
        if start < at {
            return Err(EditError::Overlap(edit.start));
        }
        let kept = text.get(at..start).ok_or(EditError::Range(edit.start, edit.end))?;
        if text.get(start..end).is_none() {
            return Err(EditError::Range(edit.start, edit.end));
        }
        out.push_str(kept);
        out.push_str(&edit.replacement);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

/// Replaces a file's content in one step: readers see the old or the new text, never a part. The mode
/// is kept; a symbolic link is refused.
pub fn write_atomic(path: &Path, text: &str) -> std::io::Result<()> {
    if path.is_symlink() {
        return Err(std::io::Error::other("refuses to write through a symbolic link"));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(meta) = std::fs::metadata(path) {
        file.as_file().set_permissions(meta.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        Edit { path: "f".into(), start, end, replacement: replacement.into() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [edit(4, 5, "X"), edit(0, 1, "Y")];
        assert_eq!(apply_edits("abcdef", &edits).unwrap(), "YbcdXf");
        let reversed: Vec<Edit> = edits.iter().rev().cloned().collect();
        assert_eq!(apply_edits("abcdef", &reversed).unwrap(), "YbcdXf");
    }

    #[test]
    fn overlap_and_bad_range_are_errors() {
        assert_eq!(apply_edits("abcdef", &[edit(0, 3, ""), edit(2, 4, "")]), Err(EditError::Overlap(2)));
        assert_eq!(apply_edits("ab", &[edit(1, 9, "")]), Err(EditError::Range(1, 9)));
    }
}
