//! Patterns compared with patterns, without compiling either.

/// Steps that one comparison may take at most.
const WORK: usize = 1 << 22;

/// Whether each text of pattern `inner` is one of pattern `outer`: `*` in `inner` is matched by `*` only, `?` by `*` or
/// `?`. Exact up to the case where several wildcards together cover one (`a*` by `a?*` and `a`).
pub(super) fn covers(outer: &str, inner: &str, fold: bool) -> bool {
    // No policy that AWS takes has such texts; their comparison would not end soon.
    if outer.len().saturating_mul(inner.len()) > WORK {
        return false;
    }
    let (outer, inner) = (outer.as_bytes(), inner.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        match (outer.get(p), inner.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                back = Some((p + 1, t));
                p += 1;
            }
            (Some(b'?'), Some(found)) if *found != b'*' && found.is_ascii() => {
                p += 1;
                t += 1;
            }
            (Some(wanted), Some(found))
                if *wanted != b'?' && (wanted == found || (fold && wanted.eq_ignore_ascii_case(found))) =>
            {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((after, from)) if from < inner.len() => {
                    back = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}

/// Whether a text holds `*` or `?`.
pub(super) fn is_wild(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'*' | b'?'))
}

/// Whether a text is `*`, however often.
pub(super) fn is_any(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b'*')
}

/// Whether a text starts with another, without regard to case.
pub(super) fn starts_with_folded(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

/// Whether a text holds `${`. One byte is looked for first: nearly no text has it.
pub(super) fn has_variable(text: &str) -> bool {
    text.as_bytes().contains(&b'$') && text.contains("${")
}
