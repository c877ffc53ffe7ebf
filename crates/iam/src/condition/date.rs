//! Points in time: ISO 8601 as in <https://www.w3.org/TR/NOTE-datetime>, or seconds since 1970.

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i128);

impl Instant {
    /// Reads a date. `None` for what is none, a 30th of February among it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        // Digits alone are seconds; a year alone would be four of them.
        if unsigned.len() != 4 && !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse::<i64>().ok().map(|s| Self(i128::from(s) * 1_000_000_000));
        }
        if text.starts_with('-') {
            return None;
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.split('-');
        let year = number(fields.next()?, 4)?;
        let month = fields.next().map_or(Some(1), |f| number(f, 2))?;
        let day = fields.next().map_or(Some(1), |f| number(f, 2))?;
        if fields.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return None;
        }
        let mut seconds = days_before(year, month, day) * 86_400;
        let mut nanos = 0;
        if let Some(time) = time {
            let (clock, offset) = zone(time)?;
            let mut fields = clock.split(':');
            let hour = number(fields.next()?, 2)?;
            let minute = number(fields.next()?, 2)?;
            let rest = fields.next().unwrap_or("0");
            if fields.next().is_some() || hour > 24 || minute > 59 {
                return None;
            }
            let (second, fraction) = rest.split_once('.').unwrap_or((rest, ""));
            let second = if rest == "0" { 0 } else { number(second, 2)? };
            if second > 60 || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            if !fraction.is_empty() {
                nanos = format!("{fraction:0<9}").parse::<i64>().ok()?;
            }
            seconds += hour * 3_600 + minute * 60 + second - offset;
        }
        Some(Self(i128::from(seconds) * 1_000_000_000 + i128::from(nanos)))
    }
}

fn number(text: &str, width: usize) -> Option<i64> {
    if text.len() != width || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The clock and its distance from UTC in seconds.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    if let Some((clock, offset)) = time.rsplit_once(['+', '-']) {
        let negative = time.as_bytes().get(clock.len()) == Some(&b'-');
        let (hours, minutes) = match offset.split_once(':') {
            Some(pair) => pair,
            None => offset.split_at_checked(2)?,
        };
        let minutes = if minutes.is_empty() { 0 } else { number(minutes, 2)? };
        let seconds = number(hours, 2)? * 3_600 + minutes * 60;
        return Some((clock, if negative { -seconds } else { seconds }));
    }
    Some((time, 0))
}

fn leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 by Howard Hinnant's public algorithm `days_from_civil`.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i128> {
        Instant::parse(text).map(|i| i.0 / 1_000_000_000)
    }

    #[test]
    fn dates_are_points_in_time() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2020-02-29T12:00:00Z"), Some(1_582_977_600));
        assert_eq!(seconds("2020-02-29T13:00:00+01:00"), Some(1_582_977_600));
        assert_eq!(seconds("2020-02-29T12:00Z"), Some(1_582_977_600));
        assert_eq!(seconds("1582977600"), Some(1_582_977_600));
        assert_eq!(seconds("2020-02-29"), Some(1_582_934_400));
        assert_eq!(seconds("2020"), Some(1_577_836_800));
        assert!(Instant::parse("2020-01-01T00:00:00.5Z") > Instant::parse("2020-01-01T00:00:00Z"));
        for bad in
            ["", "today", "2021-02-29", "2020-13-01", "2020-1-1", "2020-01-01T25:00:00Z", "2020-01-01 00:00"]
        {
            assert_eq!(Instant::parse(bad), None, "{bad}");
        }
    }
}
