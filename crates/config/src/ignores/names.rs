/// The part of a message that names the nodes it holds for, made for fewer nodes.
///
/// Messages of several nodes say `3 functions (`a`, `b`, `c`)`, of more than three names `4 functions (`a`,
/// `b`, `c` and 1 more)`; of one `function `a``. A message that says it otherwise stays as it is.
pub(crate) fn renamed(message: &str, before: &[String], after: &[String]) -> String {
    let old = listed(before);
    let number = format!("{} ", before.len());
    let Some(list) = message.find(&format!(" ({old})")) else { return message.to_owned() };
    let head = message.get(..list).unwrap_or("");
    let Some(at) = head.rfind(&number) else { return message.to_owned() };
    let noun = head.get(at + number.len()..).unwrap_or("");
    let start = head.get(..at).unwrap_or("");
    let rest = message.get(list + old.len() + 3..).unwrap_or("");
    match after {
        [] => message.to_owned(),
        [one] => format!("{start}{} `{}`{rest}", singular(noun), name(one)),
        several => format!("{start}{} {noun} ({}){rest}", several.len(), listed(several)),
    }
}

fn name(id: &str) -> &str {
    id.split_once('#').map_or(id, |(_, n)| n)
}

fn listed(ids: &[String]) -> String {
    let shown = ids.iter().take(3).map(|id| format!("`{}`", name(id))).collect::<Vec<_>>().join(", ");
    if ids.len() > 3 { format!("{shown} and {} more", ids.len() - 3) } else { shown }
}

fn singular(noun: &str) -> String {
    match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => noun.strip_suffix('s').unwrap_or(noun).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| format!("function:app#{n}")).collect()
    }

    #[test]
    fn messages_follow_their_nodes() {
        let message = "4 functions (`a`, `b`, `c` and 1 more) run on `nodejs16.x`";
        let all = ids(&["a", "b", "c", "d"]);
        assert_eq!(
            renamed(message, &all, &ids(&["a", "c", "d"])),
            "3 functions (`a`, `c`, `d`) run on `nodejs16.x`"
        );
        assert_eq!(renamed(message, &all, &ids(&["d"])), "function `d` run on `nodejs16.x`");
        let two = "`*` in 2 policies (`a`, `b`)";
        assert_eq!(renamed(two, &ids(&["a", "b"]), &ids(&["b"])), "`*` in policy `b`");
        assert_eq!(renamed("other words", &all, &ids(&["a"])), "other words");
    }
}
