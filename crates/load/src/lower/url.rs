use palisade_graph::{Authorization, Tri, Val};

use super::entries::blank;
use super::{Lowering, trigger};

/// Function URLs.
pub fn lower(l: &mut Lowering<'_>) {
    for r in l.of("AWS::Lambda::Url") {
        let target = r.props.get("TargetFunctionArn");
        let Some(function) = l.function(target) else { continue };
        let auth = r.props.get("AuthType");
        let mut entry = blank("url");
        entry.method = "ANY".into();
        entry.path = "/".into();
        entry.props = r.props.clone();
        entry.authorization_at = auth.clone();
        entry.authorization = match auth.as_str() {
            Some("NONE") => Authorization::None,
            Some("AWS_IAM") => Authorization::Iam,
            _ if auth.is_null() => Authorization::None,
            _ => Authorization::Unknown,
        };
        entry.public = Tri::Yes;
        entry.api_key = Tri::No;
        let name = format!("{}/url/{}", l.name(function), l.ordinal(function, "url"));
        let ix = l.add_entry(r, &name, entry);
        let mut t = trigger("url", "url", &r.props);
        t.logical_id.clone_from(&r.id);
        t.source = target.display();
        t.filter = Val::default();
        l.trigger(ix, function, r.key, t);
    }
}
