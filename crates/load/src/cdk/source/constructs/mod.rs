//! The construct library: what each construct of the CDK deploys, as CloudFormation resources with the library's
//! defaults. A file per service. Constructs that no file knows are nodes of kind *other*.
//!
//! A service file has up to four functions, named as the questions of [`Host`]: `construct`, `call`, `member`,
//! `statics`; each answers `None` for what is not its own.

mod apis;
mod balancers;
mod cognito;
mod core;
mod distributions;
mod dynamodb;
mod ec2;
mod endpoints;
mod events;
mod given;
mod grants;
mod iam;
mod imports;
mod kms;
mod l1;
mod lambda;
mod logs;
mod notifications;
mod policy;
mod props;
mod rds;
mod resource_policy;
mod s3;
mod secrets;
mod sns;
mod sources;
mod sqs;
mod streams;
mod subscriptions;
mod workflows;

use std::collections::HashMap;

use indexmap::IndexMap;
use md5::{Digest, Md5};
use palisade_graph::{External, Reason, State, Target, Val, Value as Known};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::interpret::{Handle, Host, Place, Value, concat, plain};
pub use props::{Props, set_at};

use crate::sam::{SamContext, transform};
use crate::{Files, Inputs, Resource, Stack};

/// An object of the library: a construct, or something that is handed to one.
#[derive(Debug, Clone)]
pub struct Object {
    /// Canonical class, `aws_lambda.Function`.
    pub class: SmolStr,
    /// The construct that it is in; none for what is no construct.
    pub scope: Option<Handle>,
    /// Its id; empty for what is no construct.
    pub id: SmolStr,
    /// Construct path from the application on, `Stack/Parent/Id`.
    pub path: SmolStr,
    /// Whether others can be in it.
    pub construct: bool,
    /// Where it is made.
    pub place: Place,
    /// Its properties, or its arguments as a list.
    pub props: Value,
    /// What it is inside a property: a reference to its resource, a number of seconds.
    pub value: Val,
    /// Its main resource.
    pub resource: Option<SmolStr>,
    /// Members that the library sets.
    pub members: IndexMap<SmolStr, Value>,
}

/// All constructs of one application.
pub struct Library<'a> {
    files: &'a Files<'a>,
    /// Folder of `cdk.json`.
    app: SmolStr,
    objects: Vec<Object>,
    resources: IndexMap<SmolStr, Resource>,
    /// Constructs by path: the first of a name.
    by_path: HashMap<SmolStr, Handle>,
    /// The file that begins the program.
    entry: SmolStr,
    /// Settings of `cdk.json` that are on.
    flags: Vec<SmolStr>,
    /// What statements get when the program has ended.
    late: Vec<grants::Late>,
    /// How often an id was asked for.
    again: HashMap<SmolStr, u32>,
}

impl<'a> Library<'a> {
    /// An empty application.
    pub fn new(files: &'a Files<'a>, app: &str, entry: &str, context: &Val) -> Self {
        let on = context.entries().iter().filter(|e| e.val.as_bool() == Some(true));
        Self {
            files,
            app: app.into(),
            objects: Vec::new(),
            resources: IndexMap::new(),
            by_path: HashMap::new(),
            entry: entry.into(),
            flags: on.map(|e| e.key.clone()).collect(),
            late: Vec::new(),
            again: HashMap::new(),
        }
    }

    /// Whether a setting of `cdk.json` is on.
    pub fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|f| f == name)
    }

    /// What happens to a resource when its stack no longer has it: as the construct says, else the library's
    /// default for its class.
    pub fn removal(&mut self, id: &str, props: &Value, default: &str) {
        let given = props.get("removalPolicy");
        let span = given.span();
        let policy = match lambda::constant(&given) {
            Some("DESTROY") => Val::str("Delete", span),
            Some("SNAPSHOT") => Val::str("Snapshot", span),
            Some("RETAIN_ON_UPDATE_OR_DELETE") => Val::str("RetainExceptOnCreate", span),
            Some(_) => Val::str(RETAIN, span),
            None if given.is_null() => Val::str(default, Span::NONE),
            None => self.val(&given),
        };
        if let Some(resource) = self.resources.get_mut(id) {
            for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
                set_at(&mut resource.attributes, &[key], span, policy.clone());
            }
        }
    }

    /// What was made, as one stack.
    pub fn finish(mut self, inputs: &Inputs) -> Stack {
        grants::finish(&mut self);
        let mut stack = Stack::default();
        let outputs = self.resources.shift_remove(OUTPUTS).map(|r| r.props).unwrap_or_default();
        stack.outputs = outputs;
        for (_, resource) in self.resources {
            stack.add(resource);
        }
        // Resources of SAM's own types.
        let cx = SamContext { files: self.files, folder: &self.app, globals: Val::null(), inputs };
        transform(&cx, &mut stack);
        stack
    }

    /// Whether the program made a stack.
    pub fn has_stacks(&self) -> bool {
        self.objects.iter().any(|o| o.class == "core.Stack")
    }

    /// An object.
    pub fn get(&self, h: Handle) -> Option<&Object> {
        self.objects.get(h.0 as usize)
    }

    /// An object to change.
    pub fn get_mut(&mut self, h: Handle) -> Option<&mut Object> {
        self.objects.get_mut(h.0 as usize)
    }

    /// Class of an object, empty for none.
    pub fn class(&self, h: Handle) -> &str {
        self.get(h).map_or("", |o| o.class.as_str())
    }

    /// A property that an object was made with.
    pub fn prop(&self, h: Handle, name: &str) -> Value {
        self.get(h).map(|o| o.props.get(name)).unwrap_or_default()
    }

    /// A member that the library has set.
    pub fn set(&self, h: Handle, name: &str) -> Value {
        self.get(h).and_then(|o| o.members.get(name).cloned()).unwrap_or_default()
    }

    /// Sets a member.
    pub fn put(&mut self, h: Handle, name: &str, value: Value) {
        if let Some(o) = self.get_mut(h) {
            o.members.insert(name.into(), value);
        }
    }

    fn push(&mut self, object: Object) -> Handle {
        let h = Handle(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        if object.construct {
            self.by_path.entry(object.path.clone()).or_insert(h);
        }
        self.objects.push(object);
        h
    }

    /// Something that is no construct.
    pub fn plain(&mut self, class: &str, props: Value, value: Val, place: Place) -> Handle {
        self.push(Object {
            class: class.into(),
            scope: None,
            id: SmolStr::default(),
            path: SmolStr::default(),
            construct: false,
            place,
            props,
            value,
            resource: None,
            members: IndexMap::new(),
        })
    }

    /// A construct inside another.
    pub fn child(
        &mut self,
        scope: Option<Handle>,
        id: &str,
        class: &str,
        props: Value,
        place: Place,
    ) -> Handle {
        let above = scope.and_then(|s| self.get(s)).map(|o| o.path.clone()).unwrap_or_default();
        // Longer ones come from hostile programs; what is below them loses what is between.
        let above = above.get(..above.floor_char_boundary(PATH)).unwrap_or_default();
        let id = id.get(..id.floor_char_boundary(PATH)).unwrap_or_default();
        let path = if above.is_empty() { SmolStr::new(id) } else { format_smolstr!("{above}/{id}") };
        self.push(Object {
            class: class.into(),
            scope,
            id: id.into(),
            path,
            construct: true,
            place,
            props,
            value: Val::unknown(Reason::NeedsCode, id, place.key),
            resource: None,
            members: IndexMap::new(),
        })
    }

    /// Objects around an object, itself first.
    pub fn around(&self, h: Handle) -> impl Iterator<Item = (Handle, &Object)> {
        let first = self.get(h).map(|o| (h, o));
        std::iter::successors(first, |(_, o)| o.scope.and_then(|s| self.get(s).map(|o| (s, o))))
    }

    /// The stack that a construct is in; of a nested stack that one.
    pub fn stack_of(&self, h: Handle) -> Option<Handle> {
        self.around(h)
            .find(|(_, o)| matches!(o.class.as_str(), "core.Stack" | "core.NestedStack"))
            .map(|(h, _)| h)
    }

    /// The logical id that the library gives the resource at a path.
    ///
    /// <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html>
    fn logical(&self, h: Handle, below: &str) -> SmolStr {
        let Some(object) = self.get(h) else { return SmolStr::default() };
        let stack = self.stack_of(h).and_then(|s| self.get(s)).map(|o| o.path.clone()).unwrap_or_default();
        let inside = object.path.strip_prefix(stack.as_str()).unwrap_or(&object.path);
        identifier(&format!("{inside}/{below}"))
    }

    /// The name by which the library tells a construct from all others of the application; it stands in the ids of what
    /// is made for it.
    pub fn unique(&self, h: Handle) -> SmolStr {
        self.get(h).map(|o| identifier(&o.path)).unwrap_or_default()
    }

    /// Adds the resource of a construct; `below` is its path inside the construct (`Resource` for most, empty where
    /// the construct is the resource itself). The first is the construct's main one.
    pub fn resource(&mut self, h: Handle, below: &str, ty: &str, props: Val) -> SmolStr {
        let Some(object) = self.get(h) else { return SmolStr::default() };
        let place = object.place;
        let path = object.path.clone();
        let mut id = self.logical(h, below);
        if self.resources.contains_key(&id) {
            let stack = self.stack_of(h).and_then(|s| self.get(s)).map(|o| o.path.clone());
            id = format_smolstr!("{}/{id}", stack.unwrap_or_default());
        }
        let first = id.clone();
        let mut n = self.again.get(&first).copied().unwrap_or(1);
        while self.resources.contains_key(&id) && n < 10_000 {
            // The same id twice: a loop whose ids are not known.
            n += 1;
            id = format_smolstr!("{first}{n}");
        }
        if n > 1 {
            self.again.insert(first, n);
        }
        if self.resources.len() >= self.files.limits.resources {
            self.files.fail(&self.entry, "more resources than the limit; the rest is not read", None);
            return id;
        }
        let mut resource = Resource::new(id.clone(), ty, place.key, props);
        resource.name = if below.is_empty() || below == "Resource" {
            if n > 1 { format_smolstr!("{path}#{n}") } else { path }
        } else {
            let below = below.strip_suffix("/Resource").unwrap_or(below);
            format_smolstr!("{path}/{below}")
        };
        resource.block = place.block;
        self.resources.insert(id.clone(), resource);
        if let Some(object) = self.get_mut(h)
            && object.resource.is_none()
        {
            object.resource = Some(id.clone());
            object.value = Val::reference(id.clone(), place.key);
        }
        id
    }

    /// A resource to change.
    pub fn resource_mut(&mut self, id: &str) -> Option<&mut Resource> {
        self.resources.get_mut(id)
    }

    /// A property of a resource.
    pub fn property(&self, id: &str, path: &str) -> Val {
        self.resources.get(id).map(|r| r.props.at(path).clone()).unwrap_or_default()
    }

    /// Sets a property of a resource, making the maps around it.
    pub fn edit(&mut self, id: &str, path: &[&str], key_span: Span, val: Val) {
        if let Some(resource) = self.resources.get_mut(id) {
            set_at(&mut resource.props, path, key_span, val);
        }
    }

    /// Adds an element to a list property of a resource.
    pub fn append(&mut self, id: &str, path: &[&str], val: Val) {
        let old = self.property(id, &path.join("."));
        let mut list = old.as_list().cloned().unwrap_or_default();
        let span = old.span.or(val.span);
        list.items.push(val);
        let list = Val::known(Known::List(std::sync::Arc::new(list)), span);
        self.edit(id, path, span, list);
    }

    /// Adds a resource to a statement of a policy.
    pub fn extend_statement(&mut self, id: &str, n: usize, more: Val) {
        let Some(resource) = self.resources.get_mut(id) else { return };
        let State::Known(Known::Map(props)) = &mut resource.props.state else { return };
        let props = std::sync::Arc::make_mut(props);
        let document = props.entries.iter_mut().find(|e| e.key == "PolicyDocument");
        let Some(Known::Map(document)) = document.and_then(|e| known_mut(&mut e.val)) else { return };
        let document = std::sync::Arc::make_mut(document);
        let list = document.entries.iter_mut().find(|e| e.key == "Statement");
        let Some(Known::List(list)) = list.and_then(|e| known_mut(&mut e.val)) else { return };
        let Some(statement) = std::sync::Arc::make_mut(list).items.get_mut(n) else { return };
        let old = statement.get("Resource").clone();
        let mut all = old.items().to_vec();
        all.push(more);
        set_at(statement, &["Resource"], old.span, Val::list(all, old.span));
    }

    /// A value as a property holds it.
    pub fn val(&self, value: &Value) -> Val {
        let mut budget = 100_000;
        plain(value, &|h, span| self.reference(h, span), &mut budget)
    }

    /// An attribute of a construct's resource: `Arn`.
    pub fn attribute(&self, h: Handle, attribute: &str) -> Val {
        let Some(object) = self.get(h) else { return Val::default() };
        match &object.resource {
            Some(id) => Val::attribute(id.clone(), attribute, object.place.key),
            None => match object.members.get("arn") {
                Some(arn) if attribute == "Arn" => self.val(arn),
                _ => Val::unknown(Reason::ExternalLookup, object.id.clone(), object.place.key),
            },
        }
    }

    /// The ARN of what a value is: a construct's, else the value.
    pub fn arn(&self, value: &Value) -> Val {
        match value.handle() {
            Some(h) => {
                let arn = self.set(h, "arn");
                if !arn.is_null() {
                    return self.val(&arn);
                }
                let class = self.class(h);
                if self.get(h).is_some_and(|o| o.resource.is_some()) && !arn_is_ref(class) {
                    return self.attribute(h, "Arn");
                }
                self.get(h).map(|o| o.value.clone()).unwrap_or_default()
            }
            None => self.val(value),
        }
    }

    /// A folder or file of the project, named as the program names it, relative to the scan root.
    pub fn project_path(&self, path: &str) -> Option<SmolStr> {
        let found = match path.strip_prefix('/') {
            Some(rest) => self.files.exists("", rest),
            None => self.files.exists(&self.app, path),
        };
        found.map(SmolStr::from)
    }

    /// A construct of which only its name is known.
    fn other(&mut self, h: Handle, class: &str) {
        // A class with a letter and a name of its own library is no resource of AWS, and has no type.
        let ty = format_smolstr!("CDK::{}", class.replace('.', "::"));
        let props = self.get(h).map(|o| o.props.clone()).unwrap_or_default();
        let val = self.val(&props);
        let props = if val.as_map().is_some() { val } else { Val::object::<SmolStr>([], Span::NONE) };
        self.resource(h, "", &ty, props);
        if let Some(o) = self.get_mut(h) {
            o.value = Val::unknown(Reason::NeedsCode, o.id.clone(), o.place.key);
        }
    }
}

/// The identifier that the library makes of a path: its words and a hash. A path of one word is that word.
fn identifier(path: &str) -> SmolStr {
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty() && *p != "Default").collect();
    let plain = |t: &str| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    if let [only] = parts.as_slice() {
        return plain(only).into();
    }
    let hash = Md5::digest(parts.join("/").as_bytes());
    let first = hash.iter().take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    // A word that only repeats the end of the one before it is left out.
    let mut kept: Vec<&str> = Vec::new();
    for part in parts {
        if kept.last().is_none_or(|last| !last.ends_with(part)) {
            kept.push(part);
        }
    }
    let mut human: String = kept.into_iter().filter(|part| *part != "Resource").map(plain).collect();
    human.truncate(240);
    format_smolstr!("{human}{first:08X}")
}

fn known_mut(val: &mut Val) -> Option<&mut Known> {
    match &mut val.state {
        State::Known(known) => Some(known),
        _ => None,
    }
}

/// Whether `Ref` of a class's resource is its ARN.
fn arn_is_ref(class: &str) -> bool {
    matches!(
        class,
        "aws_sns.Topic"
            | "aws_secretsmanager.Secret"
            | "aws_rds.DatabaseSecret"
            | "aws_stepfunctions.StateMachine"
            | "aws_stepfunctions.Activity"
            | "aws_lambda.Alias"
            | "aws_lambda.Version"
    )
}

/// Bytes of a construct's path, and of its id.
const PATH: usize = 2_048;

/// A resource that stays when its stack no longer has it.
pub const RETAIN: &str = "Retain";

/// Key under which outputs are kept among the resources.
const OUTPUTS: &str = "\0outputs";

/// `arn:${AWS::Partition}:…`
pub fn partition_arn(rest: &str, span: Span) -> Val {
    concat(vec![Val::str("arn:", span), pseudo("AWS::Partition", span), Val::str(rest, span)], span)
}

/// A pseudo parameter.
pub fn pseudo(name: &str, span: Span) -> Val {
    Val::target(Target::Pseudo(name.into()), span)
}

/// Something that only the account knows, imported by name or ARN.
pub fn imported(name: &Val, span: Span) -> Val {
    match &name.state {
        State::Known(_) | State::Partial(_) | State::Ref(_) => name.clone(),
        State::Unknown(_) => {
            Val::target(Target::External { kind: External::Data, name: name.display(), secret: false }, span)
        }
    }
}

impl Host for Library<'_> {
    fn construct(
        &mut self,
        class: &str,
        scope: Option<Handle>,
        id: &Value,
        props: &Value,
        at: Place,
    ) -> Value {
        let name = match id.as_str() {
            Some(text) => SmolStr::new(text),
            None if class == "core.App" => SmolStr::default(),
            None => self.val(id).display(),
        };
        let name = SmolStr::from(name.replace('/', "--"));
        let h = self.child(scope, &name, class, props.clone(), at);
        let known = core::construct(self, h, class)
            || lambda::construct(self, h, class)
            || iam::construct(self, h, class)
            || sqs::construct(self, h, class)
            || sns::construct(self, h, class)
            || s3::construct(self, h, class)
            || dynamodb::construct(self, h, class)
            || logs::construct(self, h, class)
            || kms::construct(self, h, class)
            || secrets::construct(self, h, class)
            || workflows::construct(self, h, class)
            || streams::construct(self, h, class)
            || cognito::construct(self, h, class)
            || ec2::construct(self, h, class)
            || endpoints::construct(self, h, class)
            || rds::construct(self, h, class)
            || distributions::construct(self, h, class)
            || sources::construct(self, h, class)
            || notifications::construct(self, h, class)
            || subscriptions::construct(self, h, class)
            || events::construct(self, h, class)
            || apis::construct(self, h, class)
            || balancers::construct(self, h, class)
            || l1::construct(self, h, class);
        if !known {
            self.other(h, class);
        }
        notifications::after(self, h, class);
        Value::Host(h)
    }

    fn object(&mut self, class: &str, arguments: &[Value], at: Place) -> Value {
        if let Some(made) = iam::object(self, class, arguments, at) {
            return made;
        }
        // Python's structures are the map of their members.
        if let ([only @ Value::Map(_)], false) =
            (arguments, class.ends_with("Source") || class.ends_with("Target"))
        {
            let words = ["Props", "Options", "Config", "Configuration", "Settings", "Mode", "Attributes"];
            let structure = words.iter().any(|word| class.ends_with(word)) || is_structure(class);
            if structure {
                return only.clone();
            }
        }
        let props = Value::list(arguments.to_vec(), at.block);
        let value = Val::unknown(Reason::NeedsCode, class, at.key);
        let h = self.plain(class, props, value, at);
        if let Some(Value::Map(_)) = arguments.last() {
            let last = arguments.last().cloned().unwrap_or_default();
            self.put(h, "props", last);
        }
        Value::Host(h)
    }

    fn call(&mut self, on: Handle, method: &str, arguments: &[Value], at: Place) -> Value {
        let known = core::call(self, on, method, arguments, at)
            .or_else(|| lambda::call(self, on, method, arguments, at))
            .or_else(|| kms::call(self, on, method, arguments, at))
            .or_else(|| secrets::call(self, on, method, arguments, at))
            .or_else(|| workflows::call(self, on, method, arguments, at))
            .or_else(|| cognito::call(self, on, method, arguments, at))
            .or_else(|| endpoints::call(self, on, method, arguments, at))
            .or_else(|| ec2::call(self, on, method, arguments, at))
            .or_else(|| resource_policy::call(self, on, method, arguments, at))
            .or_else(|| apis::call(self, on, method, arguments, at))
            .or_else(|| grants::call(self, on, method, arguments, at))
            .or_else(|| sources::call(self, on, method, arguments, at))
            .or_else(|| notifications::call(self, on, method, arguments, at))
            .or_else(|| subscriptions::call(self, on, method, arguments, at))
            .or_else(|| events::call(self, on, method, arguments, at))
            .or_else(|| balancers::call(self, on, method, arguments, at))
            .or_else(|| iam::call(self, on, method, arguments, at));
        known.unwrap_or_else(|| {
            let symbol = self.get(on).map(|o| o.id.clone()).unwrap_or_default();
            Value::unknown(Reason::NeedsCode, symbol, at.key)
        })
    }

    fn member(&mut self, on: Handle, name: &str, at: Span) -> Value {
        let found = self.set(on, name);
        if !found.is_null() {
            return found;
        }
        let known = core::member(self, on, name, at)
            .or_else(|| lambda::member(self, on, name, at))
            .or_else(|| ec2::member(self, on, name, at))
            .or_else(|| distributions::member(self, on, name, at))
            .or_else(|| secrets::member(self, on, name, at))
            .or_else(|| cognito::member(self, on, name, at))
            .or_else(|| apis::member(self, on, name, at))
            .or_else(|| iam::member(self, on, name, at));
        if let Some(value) = known {
            return value;
        }
        let Some(object) = self.get(on) else { return Value::null() };
        if let Some(id) = object.resource.clone()
            && !object.value_is_unknown()
        {
            // `bus.eventBusRef`: the construct, as one that is only referred to.
            if name.ends_with("Ref") {
                return Value::Host(on);
            }
            let found = attribute_of(&id, &object.class, name, at);
            let given = object.props.get(name);
            // A property of the lower level is what it was made with.
            let own = object.class.contains(".Cfn") && !given.is_null();
            return if own && matches!(found.state, State::Unknown(_)) { given } else { Value::Val(found) };
        }
        // What is no construct gives back what it was made with.
        let given = [object.props.get(name), self.set(on, "props").get(name)];
        if let Some(given) = given.into_iter().find(|v| !v.is_null()) {
            return given;
        }
        let symbol =
            if object.id.is_empty() { SmolStr::new(name) } else { format_smolstr!("{}.{name}", object.id) };
        Value::unknown(Reason::NeedsCode, symbol, at)
    }

    fn assign(&mut self, on: Handle, name: &str, value: &Value, at: Span) {
        l1::assign(self, on, name, value, at);
    }

    fn static_call(&mut self, path: &str, arguments: &[Value], at: Place) -> Value {
        let known = core::static_call(self, path, arguments, at)
            .or_else(|| lambda::static_call(self, path, arguments, at))
            .or_else(|| workflows::static_call(path, arguments))
            .or_else(|| apis::static_call(self, path, arguments, at))
            .or_else(|| grants::static_call(self, path, arguments, at))
            .or_else(|| iam::static_call(self, path, arguments, at));
        known.unwrap_or_else(|| self.factory(path, arguments, at))
    }

    fn static_member(&mut self, path: &str, at: Span) -> Value {
        core::static_member(path, at).unwrap_or_else(|| Value::Native(path.into(), at))
    }

    fn is_construct(&self, on: Handle) -> bool {
        self.get(on).is_some_and(|o| o.construct)
    }

    fn reference(&self, on: Handle, at: Span) -> Val {
        if let Some(val) = iam::value_of(self, on) {
            return val;
        }
        let Some(object) = self.get(on) else { return Val::default() };
        let mut val = object.value.clone();
        if at.is_some() {
            val.span = at;
        }
        val
    }
}

impl Object {
    fn value_is_unknown(&self) -> bool {
        matches!(self.value.state, State::Unknown(_))
    }
}

impl Library<'_> {
    /// `Class.fromX(scope, id, …)`, and static functions of which only the name is known.
    fn factory(&mut self, path: &str, arguments: &[Value], at: Place) -> Value {
        let (class, method) = path.rsplit_once('.').unwrap_or(("", path));
        let scope = arguments.first().and_then(Value::handle).filter(|h| self.is_construct(*h));
        if let (Some(scope), true) = (scope, method.starts_with("from")) {
            // Python may give everything by its name.
            let (id, what) = match arguments.get(1) {
                Some(names @ Value::Map(_)) => (names.get("id"), names.clone()),
                id => (id.cloned().unwrap_or_default(), arguments.get(2).cloned().unwrap_or_default()),
            };
            let id = self.val(&id).display();
            let h = self.child(Some(scope), &id, class, what.clone(), at);
            let find = |ends: &[&str]| {
                let entries = what.entries();
                entries.into_iter().find(|(k, ..)| ends.iter().any(|e| k.ends_with(e))).map(|(_, _, v)| v)
            };
            let whole = !matches!(what, Value::Map(_));
            let arn = find(&["Arn"]).or_else(|| (whole && method.ends_with("Arn")).then(|| what.clone()));
            // Of several attributes the one that identifies.
            let identity = find(&["Id", "Name"]).or_else(|| arn.clone());
            let named = self.val(&identity.unwrap_or_else(|| what.clone()));
            let arn = arn.or_else(|| imports::arn(self, class, method, arguments, at.key).map(Value::Val));
            if let Some(arn) = arn {
                self.put(h, "arn", arn);
            }
            if let Some(o) = self.get_mut(h) {
                o.value = imported(&named, at.key);
                o.members.insert("imported".into(), Value::Val(Val::bool(true, at.key)));
            }
            return Value::Host(h);
        }
        let props = Value::list(arguments.to_vec(), at.block);
        let value = Val::unknown(Reason::NeedsCode, path, at.key);
        Value::Host(self.plain(path, props, value, at))
    }
}

/// Structures of Python that do not end in `Props` or `Options`.
fn is_structure(class: &str) -> bool {
    matches!(
        class.rsplit('.').next().unwrap_or(class),
        "Attribute"
            | "Environment"
            | "BundlingOutput"
            | "CorsRule"
            | "LifecycleRule"
            | "SubnetConfiguration"
            | "SubnetSelection"
            | "DeadLetterQueue"
            | "EventPattern"
            | "StageSynthesisOptions"
            | "PasswordPolicy"
            | "AutoVerifiedAttrs"
            | "SignInAliases"
            | "StandardAttribute"
            | "StandardAttributes"
            | "MethodResponse"
            | "IntegrationResponse"
            | "DockerImage"
            | "NotificationKeyFilter"
            | "Behavior"
            | "LogOptions"
            | "CronOptions"
            | "AuthFlow"
            | "OAuthFlows"
            | "BillingAlarm"
            | "JsonSchema"
            | "UsagePlanPerApiStage"
            | "ThrottlingPerMethod"
            | "AppSyncAuthProvider"
    ) || class.rsplit('.').next().is_some_and(|c| c.starts_with("Cfn") || c.ends_with("Property"))
}

/// An attribute of a construct by its name in the library: `queueArn` is `Arn`, `tableName` is `Ref`.
fn attribute_of(id: &SmolStr, class: &str, name: &str, at: Span) -> Val {
    if let Some(attribute) = name.strip_prefix("attr") {
        return Val::attribute(id.clone(), attribute, at);
    }
    if name == "ref" {
        return Val::reference(id.clone(), at);
    }
    if name.ends_with("Arn") {
        if arn_is_ref(class) {
            return Val::reference(id.clone(), at);
        }
        let attribute = if name == "tableStreamArn" { "StreamArn" } else { "Arn" };
        return Val::attribute(id.clone(), attribute, at);
    }
    match name {
        "bucketDomainName" => Val::attribute(id.clone(), "DomainName", at),
        "bucketRegionalDomainName" => Val::attribute(id.clone(), "RegionalDomainName", at),
        "bucketWebsiteUrl" => Val::attribute(id.clone(), "WebsiteURL", at),
        "queueName" => Val::attribute(id.clone(), "QueueName", at),
        "topicName" => Val::attribute(id.clone(), "TopicName", at),
        _ if name.ends_with("Name") || name.ends_with("Id") || name.ends_with("Url") => {
            Val::reference(id.clone(), at)
        }
        _ => Val::unknown(Reason::NeedsCode, format_smolstr!("{id}.{name}"), at),
    }
}
