use palisade_source::Span;

use super::*;

fn text(t: &str) -> Val {
    Val::str(t, Span::NONE)
}

fn condition(operator: &str, key: &str, val: Val) -> Val {
    Val::object([(operator, Val::object([(key, val)], Span::NONE))], Span::NONE)
}

fn pinned(operator: &str, key: &str, val: &str) -> Tri {
    pins_caller(&condition(operator, key, text(val)))
}

fn partial(pieces: Vec<Piece>) -> Val {
    Val::new(State::Partial(pieces.into()), Span::NONE)
}

fn statement(principal: Val, condition: Val) -> Statement {
    Statement {
        sid: None,
        effect: text("Allow"),
        actions: vec![text("sqs:SendMessage")],
        not_actions: Vec::new(),
        resources: vec![text("*")],
        not_resources: Vec::new(),
        principal,
        not_principal: Val::default(),
        condition,
        from: From::Inline,
        policy: "P".into(),
        implied_by: None,
        span: Span::NONE,
    }
}

#[test]
fn what_an_outsider_cannot_choose_pins() {
    assert_eq!(pinned("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij"), Tri::Yes);
    assert_eq!(pinned("StringEquals", "AWS:SourceOwner", "314159265358"), Tri::Yes);
    assert_eq!(pinned("ArnLike", "aws:SourceArn", "arn:aws:sns:eu-west-1:314159265358:*"), Tri::Yes);
    assert_eq!(pinned("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:photos"), Tri::Yes);
    assert_eq!(pinned("IpAddress", "aws:SourceIp", "198.51.100.0/24"), Tri::Yes);
    assert_eq!(pinned("Bool", "aws:PrincipalIsAWSService", "true"), Tri::Yes);
    assert_eq!(pinned("StringEquals", "kms:CallerAccount", "314159265358"), Tri::Yes);
}

#[test]
fn what_an_outsider_can_meet_does_not_pin() {
    assert_eq!(pins_caller(&Val::default()), Tri::No);
    assert_eq!(pinned("StringLike", "aws:Referer", "https://example.com/*"), Tri::No);
    assert_eq!(pinned("Bool", "aws:SecureTransport", "true"), Tri::No);
    assert_eq!(pinned("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com"), Tri::No);
    assert_eq!(pinned("StringLike", "aws:PrincipalAccount", "*"), Tri::No);
    assert_eq!(pinned("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abcdefghij"), Tri::No);
    assert_eq!(pinned("StringNotEquals", "aws:PrincipalOrgID", "o-abcdefghij"), Tri::No);
    assert_eq!(pinned("IpAddress", "aws:SourceIp", "0.0.0.0/0"), Tri::No);
    assert_eq!(pinned("IpAddress", "aws:SourceIp", "::/0"), Tri::No);
    assert_eq!(pinned("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"), Tri::No);
    assert_eq!(pinned("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:orders"), Tri::No);
    assert_eq!(pinned("StringLike", "aws:userid", "*:session"), Tri::No);
}

#[test]
fn a_star_is_a_letter_outside_the_like_family() {
    assert_eq!(pinned("StringEquals", "aws:PrincipalAccount", "*"), Tri::Yes);
    assert_eq!(pinned("ArnEquals", "aws:SourceArn", "*"), Tri::No);
}

#[test]
fn one_wide_value_lets_everybody_in_and_one_pinning_key_is_enough() {
    let both = Val::list(vec![text("198.51.100.0/24"), text("0.0.0.0/0")], Span::NONE);
    assert_eq!(pins_caller(&condition("IpAddress", "aws:SourceIp", both)), Tri::No);
    let two = Val::object(
        [
            ("ArnLike", Val::object([("aws:SourceArn", text("arn:aws:s3:::*"))], Span::NONE)),
            ("StringEquals", Val::object([("aws:SourceAccount", text("314159265358"))], Span::NONE)),
        ],
        Span::NONE,
    );
    assert_eq!(pins_caller(&two), Tri::Yes);
}

#[test]
fn what_is_not_known_is_neither() {
    let open = Val::unknown(Reason::ParameterWithoutDefault, "Org", Span::NONE);
    assert_eq!(pins_caller(&condition("StringEquals", "aws:PrincipalOrgID", open.clone())), Tri::Unknown);
    assert_eq!(pinned("StringEquals", "s3:ExistingObjectTag/public", "yes"), Tri::Unknown);
    assert_eq!(is_everyone(&Val::object([("AWS", open)], Span::NONE)), Tri::Unknown);
    let own = Val::target(Target::Pseudo("AWS::AccountId".into()), Span::NONE);
    assert_eq!(pins_caller(&condition("StringEquals", "aws:SourceAccount", own)), Tri::Yes);
    let region = Piece::Hole(Val::target(Target::Pseudo("AWS::Region".into()), Span::NONE));
    let wide = partial(vec![Piece::Text("arn:aws:sns:".into()), region, Piece::Text(":*:*".into())]);
    assert_eq!(pins_caller(&condition("ArnLike", "aws:SourceArn", wide)), Tri::No);
}

#[test]
fn everybody_is_a_star_for_people() {
    assert_eq!(is_everyone(&text("*")), Tri::Yes);
    assert_eq!(is_everyone(&Val::object([("AWS", text("*"))], Span::NONE)), Tri::Yes);
    assert_eq!(is_everyone(&Val::object([("Service", text("*"))], Span::NONE)), Tri::No);
    assert_eq!(is_everyone(&Val::default()), Tri::No);
}

#[test]
fn a_deny_of_strangers_may_take_it_back_and_one_of_plain_http_does_not() {
    let allow = statement(text("*"), Val::default());
    let mut http = statement(text("*"), condition("Bool", "aws:SecureTransport", text("false")));
    http.effect = text("Deny");
    assert!(!may_be_denied(&[allow.clone(), http], &allow));
    let mut others =
        statement(text("*"), condition("StringNotEquals", "aws:PrincipalOrgID", text("o-abcdefghij")));
    others.effect = text("Deny");
    assert!(may_be_denied(&[allow.clone(), others.clone()], &allow));
    others.actions = vec![text("sqs:DeleteQueue")];
    assert!(!may_be_denied(&[allow.clone(), others], &allow));
}

#[test]
fn a_guard_that_guards_nobody_has_a_reason() {
    let weak = |o, k, v| weak_guard(&condition(o, k, text(v))).map(|(key, ..)| key.to_owned());
    assert_eq!(weak("StringLike", "aws:Referer", "https://a/*"), Some("aws:Referer".into()));
    assert_eq!(weak("IpAddress", "aws:SourceIp", "0.0.0.0/0"), Some("aws:SourceIp".into()));
    assert_eq!(weak("StringEqualsIfExists", "aws:SourceVpce", "vpce-1"), Some("aws:SourceVpce".into()));
    assert_eq!(weak("StringEquals", "aws:SourceVpce", "vpce-1"), None);
    assert_eq!(weak("Bool", "aws:SecureTransport", "true"), None);
}
