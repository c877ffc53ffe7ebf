use palisade_graph::{External, Reason, Target, Val, Value, Via};
use smol_str::SmolStr;

/// The value of one parameter in one world.
///
/// `given` is what the command line, a configuration or a parent stack says; without it the default
/// holds, and without that the value is unknown.
pub fn value(name: &str, declaration: &Val, given: Option<&Val>) -> Val {
    let ty = declaration.get("Type").as_str().unwrap_or("String");
    let no_echo = declaration.get("NoEcho").as_bool() == Some(true);
    let default = declaration.entry("Default").map(|e| &e.val);
    let Some(raw) = given.or(default) else {
        return absent(name, declaration, no_echo);
    };
    if ty.starts_with("AWS::SSM::Parameter::") {
        let target = Target::External { kind: External::Parameter, name: raw.display(), secret: false };
        return Val::target(target, raw.span);
    }
    let list = ty == "CommaDelimitedList" || ty.starts_with("List<");
    match raw.as_str() {
        Some(text) if list => {
            let items = text.split(',').map(|t| Val::str(t.trim(), raw.span)).collect();
            let mut val =
                if text.is_empty() { Val::list(Vec::new(), raw.span) } else { Val::list(items, raw.span) };
            val.via.clone_from(&raw.via);
            val
        }
        _ => raw.clone(),
    }
}

fn absent(name: &str, declaration: &Val, no_echo: bool) -> Val {
    let span = declaration.span;
    if no_echo {
        let target = Target::External { kind: External::Data, name: name.into(), secret: true };
        return Val::target(target, span);
    }
    Val::unknown(Reason::ParameterWithoutDefault, name, span)
}

/// A value from the command line or a configuration file: text, whatever the type.
pub fn given(text: &str, span: palisade_source::Span) -> Val {
    Val::str(text, span).through(Via::Parameter, span)
}

/// Values of `AllowedValues` as they would be given, at most eight.
pub fn allowed(declaration: &Val) -> Vec<Val> {
    let scalar = |v: &&Val| {
        matches!(&v.state, palisade_graph::State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_)))
    };
    declaration.get("AllowedValues").items().iter().filter(scalar).take(8).cloned().collect()
}

/// Text by which a value is compared and shown.
pub fn shown(val: &Val) -> SmolStr {
    val.display()
}
