/// `2026-11-25T00:00:00` of seconds since 1970-01-01, in UTC.
pub(crate) fn stamp(seconds: i64) -> String {
    let rest = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}", palisade_rules::date(seconds.div_euclid(86_400)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_stamps() {
        assert_eq!(stamp(0), "1970-01-01T00:00:00");
        assert_eq!(stamp(951_782_400 + 3_723), "2000-02-29T01:02:03");
        assert_eq!(stamp(-1), "1969-12-31T23:59:59");
    }
}
