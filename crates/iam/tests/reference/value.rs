//! Numbers, dates, addresses and bytes.

use std::net::IpAddr;

/// A decimal number in millionths.
pub fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let scaled: i128 = format!("{whole}{part:0<6}").parse().ok()?;
    Some(if negative { -scaled } else { scaled })
}

/// Seconds since 1970 of a date, a date with a time, or a number of seconds.
pub fn date(text: &str) -> Option<i128> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) && text.len() != 4 {
        return text.parse().ok();
    }
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let mut day = day.split('-').map(|part| part.parse::<i128>().ok());
    let (year, month, day) = (day.next()??, day.next()??, day.next()??);
    let time = time.strip_suffix('Z')?;
    let mut time = time.split(':').map(|part| part.parse::<i128>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    Some(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days since 1970, counted year by year and month by month.
fn days(year: i128, month: i128, day: i128) -> i128 {
    let leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let years: i128 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: i128 = (1..month).map(|month| lengths[usize::try_from(month - 1).unwrap()]).sum();
    years + months + day - 1
}

/// Whether an address lies in a range, or is the address.
pub fn in_range(given: &str, range: &str) -> bool {
    let Ok(given) = given.parse::<IpAddr>() else { return false };
    let (start, length) = range.split_once('/').unwrap_or((range, "128"));
    let (Ok(start), Ok(length)) = (start.parse::<IpAddr>(), length.parse::<usize>()) else { return false };
    if given.is_ipv4() != start.is_ipv4() {
        return false;
    }
    bits(given).iter().zip(bits(start)).take(length).all(|(one, other)| *one == other)
}

fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1)).collect()
}

/// The bytes of base64, as one list of bits; none if a letter is no letter of it.
pub fn base64(text: &str) -> Option<Vec<bool>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = Vec::new();
    for letter in text.trim_end_matches('=').chars() {
        let at = LETTERS.find(letter)?;
        bits.extend((0..6).rev().map(|place| at >> place & 1 == 1));
    }
    bits.truncate(bits.len() / 8 * 8);
    Some(bits)
}
