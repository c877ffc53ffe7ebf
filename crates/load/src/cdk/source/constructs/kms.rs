//! Keys and their aliases.

use palisade_graph::Val;

use super::super::interpret::{Handle, Place, Value, concat};
use super::lambda::{argument, constant};
use super::{Library, Props, RETAIN, iam, partition_arn, pseudo};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_kms.Key" => key(lib, h, &props, place),
        "aws_kms.Alias" => {
            let val = Props::new()
                .set("AliasName", alias_name(lib.val(&props.get("aliasName"))))
                .set("TargetKeyId", lib.arn(&props.get("targetKey")))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::KMS::Alias", val);
        }
        _ => return false,
    }
    true
}

fn key(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let given = lib.val(&props.get("policy"));
    let span = place.key;
    let document = if given.is_null() {
        let root = partition_arn(":iam::", span);
        let root = concat(vec![root, pseudo("AWS::AccountId", span), Val::str(":root", span)], span);
        let statement = Val::object(
            [
                ("Action", Val::str("kms:*", span)),
                ("Effect", Val::str("Allow", span)),
                ("Principal", Val::object([("AWS", root)], span)),
                ("Resource", Val::str("*", span)),
            ],
            span,
        );
        iam::document(vec![statement], span)
    } else {
        given
    };
    let name = |name: &str| {
        let value = props.get(name);
        constant(&value).map(|c| Val::str(c, value.span())).unwrap_or_default()
    };
    let val = Props::new()
        .set("KeyPolicy", document)
        .from(lib, props, "enableKeyRotation", "EnableKeyRotation")
        .from(lib, props, "description", "Description")
        .from(lib, props, "enabled", "Enabled")
        .set("KeySpec", name("keySpec"))
        .set("KeyUsage", name("keyUsage"))
        .from(lib, props, "multiRegion", "MultiRegion")
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::KMS::Key", val);
    lib.removal(&id, props, RETAIN);
    let alias = props.get("alias");
    if !alias.is_null() {
        let props = Val::object(
            [("AliasName", alias_name(lib.val(&alias))), ("TargetKeyId", Val::attribute(id, "Arn", span))],
            place.block,
        );
        lib.resource(h, "Alias/Resource", "AWS::KMS::Alias", props);
    }
    for admin in props.get("admins").items() {
        let actions = [
            "kms:Create*",
            "kms:Describe*",
            "kms:Enable*",
            "kms:List*",
            "kms:Put*",
            "kms:Update*",
            "kms:Revoke*",
            "kms:Disable*",
            "kms:Get*",
            "kms:Delete*",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:ScheduleKeyDeletion",
            "kms:CancelKeyDeletion",
        ];
        let mut statement = super::policy::allow(&actions, vec![Val::str("*", span)], span);
        let who = iam::principal_val(lib, &admin);
        super::set_at(&mut statement, &["Principal"], span, who);
        super::resource_policy::add(lib, h, statement, place);
    }
}

fn alias_name(name: Val) -> Val {
    match name.as_str() {
        Some(text) if !text.starts_with("alias/") => Val::str(format!("alias/{text}"), name.span),
        _ => name,
    }
}

/// Methods of keys.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if lib.class(on) != "aws_kms.Key" || method != "addAlias" {
        return None;
    }
    let name = lib.val(&argument(arguments, 0, "aliasName"));
    let text = name.display();
    let entries = [
        ("aliasName".into(), (at.block, Value::Val(name))),
        ("targetKey".into(), (at.block, Value::Host(on))),
    ];
    let alias =
        lib.child(Some(on), &format!("Alias{text}"), "aws_kms.Alias", Value::map(entries, at.block), at);
    construct(lib, alias, "aws_kms.Alias");
    Some(Value::Host(alias))
}

/// The key of the program that a construct is encrypted with.
pub fn key_of(lib: &Library<'_>, on: Handle) -> Option<Handle> {
    if lib.class(on) == "aws_kms.Alias" {
        return lib.prop(on, "targetKey").handle();
    }
    if let Some(key) = lib.set(on, "encryptionKey").handle() {
        return Some(key);
    }
    let names =
        ["encryptionKey", "encryptionMasterKey", "masterKey", "storageEncryptionKey", "kmsKey", "encryption"];
    let found = names.iter().find_map(|name| lib.prop(on, name).handle())?;
    match lib.class(found) {
        "aws_kms.Key" | "aws_kms.Alias" => Some(found),
        // `TableEncryptionV2.customerManagedKey(key)`
        class if class.ends_with("customerManagedKey") => {
            lib.get(found).and_then(|o| o.props.item(0).handle())
        }
        _ => None,
    }
}

/// The key that a construct makes for itself where it is told to use one and is given none.
pub fn own_key(lib: &mut Library<'_>, on: Handle, place: Place) -> Handle {
    let key = lib.child(Some(on), "Key", "aws_kms.Key", Value::null(), place);
    construct(lib, key, "aws_kms.Key");
    lib.put(on, "encryptionKey", Value::Host(key));
    key
}
