//! Log groups.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::interpret::{Handle, Place, Value, concat};
use super::{Library, Props, RETAIN, partition_arn, pseudo};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_logs.LogGroup" => {}
        "aws_logs.LogRetention" => {
            let name = lib.val(&props.get("logGroupName"));
            let days = retention(lib, &props, "retention", place.key);
            let val = Props::new().set("LogGroupName", name.clone()).set("RetentionInDays", days);
            lib.resource(h, "Resource", "Custom::LogRetention", val.done(place.block));
            let parts = vec![
                partition_arn(":logs:", place.key),
                pseudo("AWS::Region", place.key),
                Val::str(":", place.key),
                pseudo("AWS::AccountId", place.key),
                Val::str(":log-group:", place.key),
                name,
                Val::str(":*", place.key),
            ];
            lib.put(h, "logGroupArn", Value::Val(concat(parts, place.key)));
            return true;
        }
        _ => return false,
    }
    let val = Props::new()
        .from(lib, &props, "logGroupName", "LogGroupName")
        .set("RetentionInDays", retention(lib, &props, "retention", place.key))
        .set("KmsKeyId", lib.arn(&props.get("encryptionKey")))
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::Logs::LogGroup", val);
    lib.removal(&id, &props, RETAIN);
    true
}

/// Days that logs are kept; two years where nothing is said. Nothing for those that are kept for ever.
pub fn retention(lib: &Library<'_>, props: &Value, name: &str, default: Span) -> Val {
    let Some((key, days)) = props.entry(name) else { return Val::int(731, default) };
    let span = days.span().or(key);
    match super::lambda::constant(&days) {
        Some("INFINITE") => Val::default(),
        Some(name) => {
            days_of(name).map_or_else(|| Val::unknown(Reason::NeedsCode, name, span), |n| Val::int(n, span))
        }
        None => lib.val(&days),
    }
}

/// The group that the library makes for a function where the application asks for it.
pub fn of_function(lib: &mut Library<'_>, function: Handle, id: &SmolStr, place: Place) {
    let group = lib.child(Some(function), "LogGroup", "aws_logs.LogGroup", Value::null(), place);
    let span = place.key;
    let name = concat(vec![Val::str("/aws/lambda/", span), Val::reference(id.clone(), span)], span);
    let props = Val::object([("LogGroupName", name), ("RetentionInDays", Val::int(731, span))], place.block);
    let made = lib.resource(group, "Resource", "AWS::Logs::LogGroup", props);
    lib.removal(&made, &Value::null(), RETAIN);
    lib.put(function, "logGroup", Value::Host(group));
}

/// Days of `RetentionDays.ONE_WEEK`.
fn days_of(name: &str) -> Option<i64> {
    Some(match name {
        "ONE_DAY" => 1,
        "THREE_DAYS" => 3,
        "FIVE_DAYS" => 5,
        "ONE_WEEK" => 7,
        "TWO_WEEKS" => 14,
        "ONE_MONTH" => 30,
        "TWO_MONTHS" => 60,
        "THREE_MONTHS" => 90,
        "FOUR_MONTHS" => 120,
        "FIVE_MONTHS" => 150,
        "SIX_MONTHS" => 180,
        "ONE_YEAR" => 365,
        "THIRTEEN_MONTHS" => 400,
        "EIGHTEEN_MONTHS" => 545,
        "TWO_YEARS" => 731,
        "THREE_YEARS" => 1_096,
        "FIVE_YEARS" => 1_827,
        "SIX_YEARS" => 2_192,
        "SEVEN_YEARS" => 2_557,
        "EIGHT_YEARS" => 2_922,
        "NINE_YEARS" => 3_288,
        "TEN_YEARS" => 3_653,
        _ => return None,
    })
}
