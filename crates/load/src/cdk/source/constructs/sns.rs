//! Topics.

use super::super::interpret::Handle;
use super::{Library, Props};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_sns.Topic" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let val = Props::new()
        .from(lib, &props, "topicName", "TopicName")
        .from(lib, &props, "displayName", "DisplayName")
        .from(lib, &props, "fifo", "FifoTopic")
        .from(lib, &props, "contentBasedDeduplication", "ContentBasedDeduplication")
        .set("KmsMasterKeyId", lib.arn(&props.get("masterKey")))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::SNS::Topic", val);
    true
}
