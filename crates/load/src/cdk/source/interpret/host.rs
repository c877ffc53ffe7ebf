use palisade_graph::Val;
use palisade_source::Span;

use super::value::{Handle, Place, Value};

/// What the interpreter asks of the construct library. Names are canonical: modules `aws_lambda`, `core`,
/// `constructs`; members in camel case, also those of Python programs, whose keyword arguments are the last argument
/// as a map.
pub trait Host {
    /// `new Class(scope, id, props)`.
    fn construct(
        &mut self,
        class: &str,
        scope: Option<Handle>,
        id: &Value,
        props: &Value,
        at: Place,
    ) -> Value;

    /// `new Class(…)` of what is no construct (`PolicyStatement`, an event source, Python's structures).
    fn object(&mut self, class: &str, arguments: &[Value], at: Place) -> Value;

    /// `object.method(…)`.
    fn call(&mut self, on: Handle, method: &str, arguments: &[Value], at: Place) -> Value;

    /// `object.name`
    fn member(&mut self, on: Handle, name: &str, at: Span) -> Value;

    /// `object.name = value`
    fn assign(&mut self, on: Handle, name: &str, value: &Value, at: Span);

    /// `Class.method(…)`, by its path `aws_lambda.Code.fromAsset`.
    fn static_call(&mut self, path: &str, arguments: &[Value], at: Place) -> Value;

    /// `Class.NAME`, by its path `aws_lambda.Runtime.NODEJS_20_X`; what is no value of its own stays a name.
    fn static_member(&mut self, path: &str, at: Span) -> Value;

    /// Whether an object can be the scope of a construct.
    fn is_construct(&self, on: Handle) -> bool;

    /// What an object is inside a property: usually a reference to its resource.
    fn reference(&self, on: Handle, at: Span) -> Val;
}
