//! Addresses and ranges of addresses.

use std::net::IpAddr;

/// A range in CIDR notation (RFC 4632), or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// The address, host bits cleared.
    pub first: IpAddr,
    /// Bits that are fixed: 0–32, or 0–128.
    pub prefix: u8,
    /// The written address had bits set behind the prefix.
    pub host_bits: bool,
}

impl Range {
    /// Reads `203.0.113.0/24`, `203.0.113.7`, `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(p) if p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()) => p.parse().ok()?,
            Some(_) => return None,
            None => width,
        };
        if prefix > width {
            return None;
        }
        let first = mask(address, prefix);
        Some(Self { first, prefix, host_bits: first != address })
    }

    /// Whether an address is in the range; never across families.
    pub fn holds(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && mask(address, self.prefix) == self.first
    }

    /// Whether every address of another range is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        self.prefix <= other.prefix && self.holds(other.first)
    }

    /// The last address.
    pub fn last(&self) -> IpAddr {
        match self.first {
            IpAddr::V4(a) => {
                let host = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                IpAddr::from((u32::from(a) | host).to_be_bytes())
            }
            IpAddr::V6(a) => {
                let host = u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                IpAddr::from((u128::from(a) | host).to_be_bytes())
            }
        }
    }
}

fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(a) => {
            let keep = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            IpAddr::from((u32::from(a) & keep).to_be_bytes())
        }
        IpAddr::V6(a) => {
            let keep = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            IpAddr::from((u128::from(a) & keep).to_be_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses() {
        let holds = |range: &str, address: &str| Range::parse(range).unwrap().holds(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.255.255"));
        assert!(!holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("0.0.0.0/0", "8.8.8.8"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(holds("203.0.113.7", "203.0.113.7"));
        assert!(holds("10.0.0.9/8", "10.1.1.1"));
        assert!(Range::parse("10.0.0.9/8").unwrap().host_bits);
        assert_eq!(Range::parse("10.0.0.0/8").unwrap().last(), "10.255.255.255".parse::<IpAddr>().unwrap());
        assert_eq!(
            Range::parse("::/0").unwrap().last().to_string(),
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        );
        for bad in ["", "10.0.0.0/33", "10.0.0", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "x/8"] {
            assert_eq!(Range::parse(bad), None, "{bad}");
        }
    }
}
