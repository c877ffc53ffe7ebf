//! Statements near the request.

use serde_json::{Value, json};

use super::request::Kind;
use super::{Draw, Make};

/// Where a document is attached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the caller.
    Identity,
    /// To the resource.
    Resource,
    /// Boundary, session and service control policies: what limits a caller.
    Limit,
    /// Resource control policies.
    Control,
    /// The policy of an endpoint.
    Endpoint,
}

impl Make<'_> {
    pub(super) fn statement(&mut self, place: Place) -> Value {
        let deny = place == Place::Control || self.draw.chance(if place == Place::Limit { 12 } else { 22 });
        let effect = if deny { "Deny" } else { "Allow" };
        let mut statement = json!({ "Effect": effect });
        let trust = place == Place::Resource && self.request.service() == "sts";
        if matches!(place, Place::Resource | Place::Control | Place::Endpoint) {
            self.principal(&mut statement, place, effect);
        }
        let broad = matches!(place, Place::Limit | Place::Endpoint) && self.draw.chance(55);
        let not = place != Place::Control && !broad && self.draw.chance(10);
        let actions = self.several(|make| make.action(place, broad));
        statement[if not { "NotAction" } else { "Action" }] = actions;
        if !trust {
            let not = !broad && self.draw.chance(10);
            let resources = self.several(|make| make.resource(broad));
            statement[if not { "NotResource" } else { "Resource" }] = resources;
        }
        if self.draw.chance(if broad { 10 } else { 40 }) {
            statement["Condition"] = self.condition();
        }
        statement
    }

    fn several(&mut self, mut one: impl FnMut(&mut Self) -> String) -> Value {
        let count = 1 + usize::from(self.draw.chance(30));
        let mut values: Vec<Value> = Vec::new();
        for _ in 0..count {
            let value = one(self).into();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        self.shape(values.into())
    }

    fn action(&mut self, place: Place, broad: bool) -> String {
        let action = self.request.action.clone();
        let (service, name) = action.split_once(':').unwrap();
        if broad && place != Place::Control {
            return "*".to_owned();
        }
        let mut forms = vec![
            action.clone(),
            action.clone(),
            flip(&action),
            format!("{service}:*"),
            format!("{service}:{}*", &name[..3]),
            format!("{service}:{}", name.replacen('e', "?", 1)),
            format!("{service}:*{}", &name[name.len() - 4..]),
            format!("{service}:Tag*"),
            "s3:GetObject".to_owned(),
            "s3:*Object".to_owned(),
            "sqs:SendMessage".to_owned(),
        ];
        if place != Place::Control {
            forms.push("*".to_owned());
        }
        if !self.draw.simulated() {
            forms.push(format!("{}*:{name}", &service[..1]));
            forms.push("*:*".to_owned());
            forms.push(format!("*{}", &name[1..]));
            // the service must end at the colon
            forms.pop();
        }
        let at = self.draw.below(forms.len());
        forms.swap_remove(at)
    }

    fn resource(&mut self, broad: bool) -> String {
        let resource = self.request.resource.clone();
        if broad || self.draw.chance(20) {
            return "*".to_owned();
        }
        if resource == "*" {
            return "arn:aws:s3:::data".to_owned();
        }
        let mut parts: Vec<String> = resource.splitn(6, ':').map(str::to_owned).collect();
        let tail = parts[5].clone();
        match self.draw.below(14) {
            0 | 1 => return resource,
            2 | 3 => parts[5] = wild(self.draw, &tail),
            4 => "*".clone_into(&mut parts[5]),
            5 => {
                let at = 1 + self.draw.below(4);
                "*".clone_into(&mut parts[at]);
            }
            6 => {
                let at = 1 + self.draw.below(4);
                parts[at] = flip(&parts[at]);
            }
            7 => parts[5] = flip(&tail),
            8 => parts[5] = tail.replacen("red", "${aws:PrincipalTag/team}", 1),
            9 => parts[5] = tail.replacen("red", "${aws:PrincipalTag/team, 'red'}", 1),
            10 => parts[5] = tail.replacen("alice", "${aws:username}", 1),
            11 => parts[5] = self.variable(&tail),
            // a segment too many or too few on this side of the tail
            12 if tail.contains(':') => {
                parts.remove(3);
            }
            _ => {
                let other = self.draw.pick(&["111111111111", "222222222222"]);
                if !parts[4].is_empty() {
                    other.clone_into(&mut parts[4]);
                }
                parts[5] = tail.replacen('a', "b", 1);
            }
        }
        parts.join(":")
    }

    /// The text with a value of the context written as its variable, or a variable put behind it.
    pub(super) fn variable(&mut self, text: &str) -> String {
        let keys = self.context.single();
        let (key, value) = keys[self.draw.below(keys.len())];
        match self.draw.below(4) {
            0 => format!("{text}${{{key}}}"),
            1 => text.replacen(value, "${aws:PrincipalTag/none}", 1),
            _ => text.replacen(value, &format!("${{{key}}}"), 1),
        }
    }

    fn principal(&mut self, statement: &mut Value, place: Place, effect: &str) {
        if place != Place::Resource {
            statement["Principal"] = json!("*");
            return;
        }
        let known = self.request.kind != Kind::Role && self.request.kind != Kind::Linked;
        let mut not = self.draw.chance(12) && (known || effect == "Allow");
        let limited = self.draw.simulated();
        if limited && effect == "Allow" {
            not = false;
        }
        if not {
            statement["NotPrincipal"] = self.excepted();
            return;
        }
        if self.draw.chance(18) {
            statement["Principal"] = if self.draw.chance(50) { json!("*") } else { json!({ "AWS": "*" }) };
            return;
        }
        statement["Principal"] = self.principals();
    }

    /// Principals of NotPrincipal: all identifiers of the caller, or some of them.
    fn excepted(&mut self) -> Value {
        let own = self.request.own;
        let mut listed: Vec<String> = self.request.identifiers.clone();
        if self.request.kind == Kind::Service {
            let name = if self.draw.chance(60) { listed.remove(0) } else { "sns.amazonaws.com".to_owned() };
            return json!({ "Service": name });
        }
        listed.push(if self.draw.chance(50) { own.to_owned() } else { format!("arn:aws:iam::{own}:root") });
        if self.draw.chance(40) {
            let at = self.draw.below(listed.len());
            listed.remove(at);
        }
        if listed.is_empty() || self.draw.chance(20) {
            listed.push("arn:aws:iam::222222222222:role/other".to_owned());
        }
        json!({ "AWS": listed })
    }

    fn principals(&mut self) -> Value {
        let own = self.request.own;
        let mut forms: Vec<(&str, String)> = vec![
            ("AWS", own.to_owned()),
            ("AWS", format!("arn:aws:iam::{own}:root")),
            ("AWS", "222222222222".to_owned()),
            ("AWS", format!("arn:aws:iam::{own}:role/app")),
            ("AWS", format!("arn:aws:iam::{own}:role/team/ops")),
            ("Service", "lambda.amazonaws.com".to_owned()),
            ("Federated", "cognito-identity.amazonaws.com".to_owned()),
        ];
        for identifier in &self.request.identifiers {
            let kind = if self.request.kind == Kind::Service { "Service" } else { "AWS" };
            forms.extend(vec![(kind, identifier.clone()); 4]);
        }
        if self.request.kind != Kind::Federated {
            // which user made a federated session is not known
            forms.push(("AWS", format!("arn:aws:iam::{own}:user/team/bob")));
        }
        if self.request.kind == Kind::Session {
            forms.push(("AWS", format!("arn:aws:sts::{own}:assumed-role/app/s1")));
        }
        let mut principals = json!({});
        for _ in 0..=usize::from(self.draw.chance(25)) {
            let (kind, value) = forms[self.draw.below(forms.len())].clone();
            let mut values: Vec<Value> = principals[kind].as_array().cloned().unwrap_or_default();
            values.push(value.into());
            values.dedup();
            principals[kind] = values.into();
        }
        let kinds: Vec<String> = principals.as_object().unwrap().keys().cloned().collect();
        for kind in kinds {
            let values = principals[&kind].take();
            principals[&kind] = self.shape(values);
        }
        principals
    }
}

/// The text with one letter in the other case.
pub fn flip(text: &str) -> String {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
    let flipped =
        |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.char_indices().map(|(place, c)| if place == at { flipped(c) } else { c }).collect()
}

/// The text with a part replaced by a wildcard.
pub fn wild(draw: &mut Draw, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = draw.below(letters.len());
    let (front, back) =
        (letters[..at].iter().collect::<String>(), letters[at + 1..].iter().collect::<String>());
    match draw.below(4) {
        0 => format!("{front}*"),
        1 => format!("{front}*{back}"),
        2 => format!("{front}?{back}"),
        _ => {
            let end = text.rfind(['/', ':']).map_or(0, |at| at + 1);
            format!("{}*", &text[..end])
        }
    }
}
