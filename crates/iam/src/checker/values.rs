//! Numbers, dates and addresses, compared naively.

use std::net::IpAddr;

/// Whether an address lies in a range.
pub(super) fn inside(value: &str, range: &str) -> bool {
    let (first, bits) = match range.trim().split_once('/') {
        Some((first, bits)) => match bits.parse::<usize>() {
            Ok(bits) if !bits.to_string().is_empty() && bits <= 128 => (first, Some(bits)),
            _ => return false,
        },
        None => (range.trim(), None),
    };
    let binary = |address: IpAddr| match address {
        IpAddr::V4(a) => format!("{:032b}", u32::from(a)),
        IpAddr::V6(a) => format!("{:0128b}", u128::from(a)),
    };
    match (value.trim().parse::<IpAddr>(), first.parse::<IpAddr>()) {
        (Ok(a), Ok(b)) => {
            let (a, b) = (binary(a), binary(b));
            let keep = bits.unwrap_or(b.len());
            keep <= b.len() && a.len() == b.len() && a.chars().take(keep).eq(b.chars().take(keep))
        }
        _ => false,
    }
}

/// A decimal number as text that sorts like it.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let negative = text.starts_with('-');
    let text = text.strip_prefix(['-', '+']).unwrap_or(text).to_lowercase();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut whole: Vec<char> = whole.chars().collect();
    let mut fraction: Vec<char> = fraction.chars().collect();
    let digits = whole.iter().chain(&fraction);
    if whole.len() + fraction.len() == 0
        || !digits.into_iter().all(char::is_ascii_digit)
        || exponent.abs() > 400
    {
        return None;
    }
    for _ in 0..exponent.abs() {
        if exponent > 0 {
            whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
        } else {
            fraction.insert(0, whole.pop().unwrap_or('0'));
        }
    }
    let whole: String = whole.into_iter().skip_while(|c| *c == '0').collect();
    let fraction: String = fraction.into_iter().collect();
    let size = format!("{:06}{whole}.{}", whole.len(), fraction.trim_end_matches('0'));
    let zero = whole.is_empty() && fraction.trim_end_matches('0').is_empty();
    if !negative || zero {
        return Some(format!("1{size}"));
    }
    // Digit by digit the contrary, ended by what is greater than any digit.
    let contrary = |c: char| c.to_digit(10).and_then(|d| char::from_digit(9 - d, 10)).unwrap_or(c);
    Some(format!("0{}~", size.chars().map(contrary).collect::<String>()))
}

/// A date as nanoseconds since 1970, days counted one by one.
pub(super) fn time(text: &str) -> Option<i128> {
    let text = text.trim();
    let plain = text.strip_prefix('-').unwrap_or(text);
    if plain.len() != 4 && !plain.is_empty() && plain.chars().all(|c| c.is_ascii_digit()) {
        return text.parse::<i64>().ok().map(|s| i128::from(s) * 1_000_000_000);
    }
    let upper = text.to_uppercase();
    let (date, clock) = upper.split_once('T').map_or((&*upper, None), |(d, c)| (d, Some(c)));
    let field = |s: &str, width: usize| {
        (s.len() == width && s.chars().all(|c| c.is_ascii_digit())).then(|| s.parse::<i64>().ok()).flatten()
    };
    let parts: Vec<&str> = date.split('-').collect();
    let (year, month, day) = match parts.as_slice() {
        [y] => (field(y, 4)?, 1, 1),
        [y, m] => (field(y, 4)?, field(m, 2)?, 1),
        [y, m, d] => (field(y, 4)?, field(m, 2)?, field(d, 2)?),
        _ => return None,
    };
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let length = |y: i64, m: i64| match m {
        2 => 28 + i64::from(leap(y)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=12).contains(&month) || day < 1 || day > length(year, month) {
        return None;
    }
    let of_year = |y: i64| if leap(y) { 366 } else { 365 };
    let years: i64 =
        if year >= 1970 { (1970..year).map(of_year).sum() } else { -(year..1970).map(of_year).sum::<i64>() };
    let days = years + (1..month).map(|m| length(year, m)).sum::<i64>() + day - 1;
    let mut nanos = i128::from(days) * 86_400 * 1_000_000_000;
    if let Some(clock) = clock {
        let (clock, sign, zone) = if let Some(c) = clock.strip_suffix('Z') {
            (c, 0, "00:00")
        } else if let Some((c, z)) = clock.split_once('+') {
            (c, 1, z)
        } else if let Some((c, z)) = clock.split_once('-') {
            (c, -1, z)
        } else {
            (clock, 0, "00:00")
        };
        let zone = zone.replace(':', "");
        let zone = match zone.len() {
            2 => field(&zone, 2)? * 60,
            4 => field(&zone, 4).map(|z| z / 100 * 60 + z % 100)?,
            _ => return None,
        };
        let parts: Vec<&str> = clock.split(':').collect();
        let (hour, minute, second) = match parts.as_slice() {
            [h, m] => (field(h, 2)?, field(m, 2)?, "00"),
            [h, m, s] => (field(h, 2)?, field(m, 2)?, *s),
            _ => return None,
        };
        let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
        let second = if second == "0" { 0 } else { field(second, 2)? };
        if hour > 24 || minute > 59 || second > 60 || fraction.len() > 9 {
            return None;
        }
        let fraction =
            if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").parse::<i128>().ok()? };
        let total = hour * 3600 + minute * 60 + second - sign * zone * 60;
        nanos += i128::from(total) * 1_000_000_000 + fraction;
    }
    Some(nanos)
}
