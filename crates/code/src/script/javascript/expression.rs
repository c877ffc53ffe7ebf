use std::sync::Arc;

use oxc_ast::ast::{
    Argument as Given, ArrayExpressionElement, ArrowFunctionBody, AssignmentOperator, AssignmentTarget,
    AssignmentTargetMaybeDefault, AssignmentTargetProperty, BinaryOperator, CallExpression, ChainElement,
    Class as Written, ClassElement, Expression, FormalParameters, Function as Declared, LogicalOperator,
    MethodDefinitionKind, ObjectPropertyKind, PropertyKey, SimpleAssignmentTarget, TemplateLiteral,
    UnaryOperator, UpdateOperator,
};
use oxc_span::GetSpan;
use smol_str::{SmolStr, format_smolstr};

use super::super::{
    Argument, Binary, Class, Entry, Expr, ExprKind, Function, Logical, Member, Parameter, Pattern, Piece,
    Stmt, StmtKind,
};
use super::Converter;

/// Where an assignment's target is a value of its own, `a ||= b`.
fn logical(operator: AssignmentOperator) -> Option<Logical> {
    match operator {
        AssignmentOperator::LogicalAnd => Some(Logical::And),
        AssignmentOperator::LogicalOr => Some(Logical::Or),
        AssignmentOperator::LogicalNullish => Some(Logical::Nullish),
        _ => None,
    }
}

/// The operator of `a += b`.
pub fn arithmetic(operator: AssignmentOperator) -> Option<Binary> {
    match operator {
        AssignmentOperator::Assign => None,
        AssignmentOperator::Addition => Some(Binary::Add),
        AssignmentOperator::Subtraction => Some(Binary::Subtract),
        AssignmentOperator::Multiplication => Some(Binary::Multiply),
        AssignmentOperator::Division => Some(Binary::Divide),
        AssignmentOperator::Remainder => Some(Binary::Modulo),
        _ => Some(Binary::Other),
    }
}

fn binary(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Equality | BinaryOperator::StrictEquality => Binary::Equal,
        BinaryOperator::Inequality | BinaryOperator::StrictInequality => Binary::NotEqual,
        BinaryOperator::LessThan => Binary::Less,
        BinaryOperator::LessEqualThan => Binary::LessEqual,
        BinaryOperator::GreaterThan => Binary::Greater,
        BinaryOperator::GreaterEqualThan => Binary::GreaterEqual,
        BinaryOperator::Addition => Binary::Add,
        BinaryOperator::Subtraction => Binary::Subtract,
        BinaryOperator::Multiplication => Binary::Multiply,
        BinaryOperator::Division => Binary::Divide,
        BinaryOperator::Remainder => Binary::Modulo,
        BinaryOperator::In => Binary::In,
        _ => Binary::Other,
    }
}

/// Decimal text of a number, whole numbers without a fraction.
pub fn number(value: f64) -> SmolStr {
    format_smolstr!("{value}")
}

impl Converter {
    /// An expression.
    pub fn expr(&mut self, e: &Expression<'_>) -> Expr {
        let kind = self.deeper(|c| c.kind(e));
        match kind {
            Some(Ok(kind)) => self.make(kind, e),
            Some(Err(inner)) => inner,
            None => self.make(ExprKind::Other, e),
        }
    }

    /// The kind of an expression; an error is the expression inside of one that says nothing of its own.
    fn kind(&mut self, e: &Expression<'_>) -> Result<ExprKind, Expr> {
        Ok(match e {
            Expression::NullLiteral(_) => ExprKind::Null,
            Expression::BooleanLiteral(b) => ExprKind::Bool(b.value),
            Expression::NumericLiteral(n) => ExprKind::Num(number(n.value)),
            Expression::StringLiteral(s) => ExprKind::Str(s.value.as_str().into()),
            Expression::TemplateLiteral(t) => self.template(t),
            Expression::Identifier(name) => match name.name.as_str() {
                "undefined" => ExprKind::Null,
                other => ExprKind::Name(other.into()),
            },
            Expression::Super(_) => ExprKind::Super,
            Expression::ThisExpression(_) => ExprKind::This,
            Expression::ArrayExpression(list) => {
                let mut items = Vec::with_capacity(list.elements.len());
                for element in &list.elements {
                    items.push(match element {
                        ArrayExpressionElement::SpreadElement(s) => {
                            Argument { name: None, value: self.expr(&s.argument), spread: true }
                        }
                        ArrayExpressionElement::Elision(hole) => {
                            let value = self.make(ExprKind::Null, &**hole);
                            Argument { name: None, value, spread: false }
                        }
                        other => match other.as_expression() {
                            Some(e) => Argument { name: None, value: self.expr(e), spread: false },
                            None => continue,
                        },
                    });
                }
                ExprKind::List(items)
            }
            Expression::ObjectExpression(map) => {
                let mut entries = Vec::with_capacity(map.properties.len());
                for property in &map.properties {
                    match property {
                        ObjectPropertyKind::SpreadProperty(s) => {
                            entries.push(Entry::Spread(self.expr(&s.argument)));
                        }
                        ObjectPropertyKind::ObjectProperty(p) => {
                            let at = self.at(p.key.span());
                            let value = self.expr(&p.value);
                            match (Self::key(&p.key), p.key.as_expression()) {
                                (Some(key), _) => entries.push(Entry::Pair(key, at, value)),
                                (None, Some(key)) => entries.push(Entry::Computed(self.expr(key), value)),
                                _ => {}
                            }
                        }
                    }
                }
                ExprKind::Map(entries)
            }
            Expression::ArrowFunctionExpression(arrow) => {
                let parameters = self.parameters(&arrow.params);
                self.function += 1;
                let body = match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => self.statements(&body.statements),
                    other => match other.as_expression() {
                        Some(e) => {
                            let value = self.expr(e);
                            let at = value.at;
                            vec![Stmt { kind: StmtKind::Return(Some(value)), at }]
                        }
                        None => Vec::new(),
                    },
                };
                self.function -= 1;
                ExprKind::Function(Arc::new(Function { parameters, body }))
            }
            Expression::FunctionExpression(f) => ExprKind::Function(Arc::new(self.function(f))),
            Expression::ClassExpression(class) => ExprKind::Class(Arc::new(self.class(class))),
            Expression::AssignmentExpression(a) => {
                let target = self.target(&a.left);
                let value = self.expr(&a.right);
                let value = if let Some(operator) = logical(a.operator) {
                    let old = self.target_value(&a.left);
                    Expr { at: value.at, kind: ExprKind::Logical(operator, Box::new(old), Box::new(value)) }
                } else if let Some(operator) = arithmetic(a.operator) {
                    let old = self.target_value(&a.left);
                    Expr { at: value.at, kind: ExprKind::Binary(operator, Box::new(old), Box::new(value)) }
                } else {
                    value
                };
                ExprKind::Assign(Box::new(target), Box::new(value))
            }
            Expression::UpdateExpression(u) => {
                let old = self.simple_value(&u.argument);
                let target = self.simple_target(&u.argument);
                let operator = match u.operator {
                    UpdateOperator::Increment => Binary::Add,
                    UpdateOperator::Decrement => Binary::Subtract,
                };
                let one = self.make(ExprKind::Num("1".into()), &**u);
                let value = self.make(ExprKind::Binary(operator, Box::new(old), Box::new(one)), &**u);
                ExprKind::Assign(Box::new(target), Box::new(value))
            }
            Expression::AwaitExpression(a) => return Err(self.expr(&a.argument)),
            Expression::ParenthesizedExpression(p) => return Err(self.expr(&p.expression)),
            Expression::TSAsExpression(t) => return Err(self.expr(&t.expression)),
            Expression::TSSatisfiesExpression(t) => return Err(self.expr(&t.expression)),
            Expression::TSTypeAssertion(t) => return Err(self.expr(&t.expression)),
            Expression::TSNonNullExpression(t) => return Err(self.expr(&t.expression)),
            Expression::TSInstantiationExpression(t) => return Err(self.expr(&t.expression)),
            Expression::SequenceExpression(s) => match s.expressions.last() {
                Some(last) => return Err(self.expr(last)),
                None => ExprKind::Null,
            },
            Expression::BinaryExpression(b) => ExprKind::Binary(
                binary(b.operator),
                Box::new(self.expr(&b.left)),
                Box::new(self.expr(&b.right)),
            ),
            Expression::LogicalExpression(l) => {
                let operator = match l.operator {
                    LogicalOperator::And => Logical::And,
                    LogicalOperator::Or => Logical::Or,
                    LogicalOperator::Coalesce => Logical::Nullish,
                };
                ExprKind::Logical(operator, Box::new(self.expr(&l.left)), Box::new(self.expr(&l.right)))
            }
            Expression::ConditionalExpression(c) => ExprKind::Conditional(
                Box::new(self.expr(&c.test)),
                Box::new(self.expr(&c.consequent)),
                Box::new(self.expr(&c.alternate)),
            ),
            Expression::UnaryExpression(u) => match u.operator {
                UnaryOperator::LogicalNot => ExprKind::Not(Box::new(self.expr(&u.argument))),
                UnaryOperator::UnaryNegation => ExprKind::Minus(Box::new(self.expr(&u.argument))),
                UnaryOperator::UnaryPlus => return Err(self.expr(&u.argument)),
                UnaryOperator::Void => ExprKind::Null,
                _ => ExprKind::Other,
            },
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(new) => ExprKind::Call {
                callee: Box::new(self.expr(&new.callee)),
                arguments: self.arguments(&new.arguments),
                new: true,
            },
            Expression::ImportExpression(import) => {
                let name = self.make(ExprKind::Name("require".into()), &**import);
                let value = self.expr(&import.source);
                let arguments = vec![Argument { name: None, value, spread: false }];
                ExprKind::Call { callee: Box::new(name), arguments, new: false }
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call),
                ChainElement::TSNonNullExpression(t) => return Err(self.expr(&t.expression)),
                ChainElement::StaticMemberExpression(m) => ExprKind::Member(
                    Box::new(self.expr(&m.object)),
                    m.property.name.as_str().into(),
                    self.at(m.property.span),
                ),
                ChainElement::ComputedMemberExpression(m) => {
                    ExprKind::Index(Box::new(self.expr(&m.object)), Box::new(self.expr(&m.expression)))
                }
                ChainElement::PrivateFieldExpression(m) => ExprKind::Member(
                    Box::new(self.expr(&m.object)),
                    format_smolstr!("#{}", m.field.name),
                    self.at(m.field.span),
                ),
            },
            Expression::StaticMemberExpression(m) => ExprKind::Member(
                Box::new(self.expr(&m.object)),
                m.property.name.as_str().into(),
                self.at(m.property.span),
            ),
            Expression::PrivateFieldExpression(m) => ExprKind::Member(
                Box::new(self.expr(&m.object)),
                format_smolstr!("#{}", m.field.name),
                self.at(m.field.span),
            ),
            Expression::ComputedMemberExpression(m) => {
                ExprKind::Index(Box::new(self.expr(&m.object)), Box::new(self.expr(&m.expression)))
            }
            Expression::ImportMeta(_) => ExprKind::Name("import.meta".into()),
            _ => ExprKind::Other,
        })
    }

    fn call(&mut self, call: &CallExpression<'_>) -> ExprKind {
        ExprKind::Call {
            callee: Box::new(self.expr(&call.callee)),
            arguments: self.arguments(&call.arguments),
            new: false,
        }
    }

    fn arguments(&mut self, given: &[Given<'_>]) -> Vec<Argument> {
        let mut out = Vec::with_capacity(given.len());
        for argument in given {
            match argument {
                Given::SpreadElement(s) => {
                    out.push(Argument { name: None, value: self.expr(&s.argument), spread: true });
                }
                other => {
                    if let Some(e) = other.as_expression() {
                        out.push(Argument { name: None, value: self.expr(e), spread: false });
                    }
                }
            }
        }
        out
    }

    fn template(&mut self, t: &TemplateLiteral<'_>) -> ExprKind {
        let text = |n: usize| {
            let value = t.quasis.get(n).map(|q| &q.value);
            value.map_or("", |v| v.cooked.as_ref().unwrap_or(&v.raw).as_str())
        };
        if t.expressions.is_empty() {
            return ExprKind::Str(text(0).into());
        }
        let mut pieces = Vec::new();
        for (n, e) in t.expressions.iter().enumerate() {
            if !text(n).is_empty() {
                pieces.push(Piece::Text(text(n).into()));
            }
            pieces.push(Piece::Expr(self.expr(e)));
        }
        let rest = text(t.expressions.len());
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        ExprKind::Template(pieces)
    }

    /// The text of a key that is written out.
    pub fn key(key: &PropertyKey<'_>) -> Option<SmolStr> {
        match key {
            PropertyKey::StaticIdentifier(name) => Some(name.name.as_str().into()),
            PropertyKey::PrivateIdentifier(name) => Some(format_smolstr!("#{}", name.name)),
            PropertyKey::StringLiteral(s) => Some(s.value.as_str().into()),
            PropertyKey::NumericLiteral(n) => Some(number(n.value)),
            PropertyKey::TemplateLiteral(t) if t.expressions.is_empty() => {
                t.quasis.first().map(|q| q.value.raw.as_str().into())
            }
            _ => None,
        }
    }

    /// A declared function or method.
    pub fn function(&mut self, f: &Declared<'_>) -> Function {
        let parameters = self.parameters(&f.params);
        self.function += 1;
        let body = f.body.as_ref().map(|b| self.statements(&b.statements)).unwrap_or_default();
        self.function -= 1;
        Function { parameters, body }
    }

    fn parameters(&mut self, parameters: &FormalParameters<'_>) -> Vec<Parameter> {
        let mut out = Vec::with_capacity(parameters.items.len());
        for p in &parameters.items {
            let mut pattern = self.pattern(&p.pattern);
            let mut default = p.initializer.as_ref().map(|e| self.expr(e));
            if let (Pattern::Default(inner, value), None) = (&pattern, &default) {
                default = Some((**value).clone());
                pattern = (**inner).clone();
            }
            let member = p.accessibility.is_some() || p.readonly;
            out.push(Parameter { pattern, default, rest: false, keywords: false, member });
        }
        if let Some(rest) = &parameters.rest {
            let pattern = self.pattern(&rest.rest.argument);
            out.push(Parameter { pattern, default: None, rest: true, keywords: false, member: false });
        }
        out
    }

    /// A class.
    pub fn class(&mut self, class: &Written<'_>) -> Class {
        let base = class.heritage.as_ref().map(|h| Box::new(self.expr(&h.expression)));
        let mut out = Class { base, constructor: None, methods: Vec::new(), fields: Vec::new() };
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(m) => {
                    let Some(key) = Self::key(&m.key) else { continue };
                    if m.value.body.is_none() || m.kind == MethodDefinitionKind::Set {
                        continue;
                    }
                    let Some(function) = self.deeper(|c| c.function(&m.value)) else { continue };
                    if m.kind == MethodDefinitionKind::Constructor {
                        out.constructor = Some(Arc::new(function));
                        continue;
                    }
                    let getter = m.kind == MethodDefinitionKind::Get;
                    let function = Arc::new(function);
                    out.methods.push((key, Member { function, is_static: m.r#static, getter }));
                }
                ClassElement::PropertyDefinition(p) => {
                    let Some(key) = Self::key(&p.key) else { continue };
                    let value = p.value.as_ref().map(|e| self.expr(e));
                    out.fields.push((key, value, p.r#static));
                }
                _ => {}
            }
        }
        out
    }

    /// What an assignment binds.
    pub fn target(&mut self, target: &AssignmentTarget<'_>) -> Pattern {
        self.deeper(|c| c.target_inner(target)).unwrap_or(Pattern::Other)
    }

    fn target_inner(&mut self, target: &AssignmentTarget<'_>) -> Pattern {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(list) => {
                let mut items = Vec::new();
                for element in &list.elements {
                    items.push(element.as_ref().map(|e| self.maybe_default(e)));
                }
                if let Some(rest) = &list.rest {
                    items.push(Some(Pattern::Rest(Box::new(self.target(&rest.target)))));
                }
                Pattern::List(items)
            }
            AssignmentTarget::ObjectAssignmentTarget(map) => {
                let mut entries = Vec::new();
                for property in &map.properties {
                    match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(p) => {
                            let name: SmolStr = p.binding.name.as_str().into();
                            let default = p.init.as_ref().map(|e| self.expr(e));
                            entries.push((name.clone(), Pattern::Name(name), default));
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(p) => {
                            let Some(key) = Self::key(&p.name) else { continue };
                            entries.push((key, self.maybe_default(&p.binding), None));
                        }
                    }
                }
                Pattern::Map(entries)
            }
            other => match other.as_simple_assignment_target() {
                Some(simple) => self.simple_target(simple),
                None => Pattern::Other,
            },
        }
    }

    fn maybe_default(&mut self, target: &AssignmentTargetMaybeDefault<'_>) -> Pattern {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(d) => {
                Pattern::Default(Box::new(self.target(&d.binding)), Box::new(self.expr(&d.init)))
            }
            other => other.as_assignment_target().map_or(Pattern::Other, |t| self.target(t)),
        }
    }

    fn simple_target(&mut self, target: &SimpleAssignmentTarget<'_>) -> Pattern {
        let value = self.simple_value(target);
        match value.kind {
            ExprKind::Name(name) => Pattern::Name(name),
            ExprKind::Member(base, name, _) => Pattern::Member(base, name),
            ExprKind::Index(base, key) => Pattern::Index(base, key),
            _ => Pattern::Other,
        }
    }

    /// The value that an assignment's target has before.
    fn target_value(&mut self, target: &AssignmentTarget<'_>) -> Expr {
        match target.as_simple_assignment_target() {
            Some(simple) => self.simple_value(simple),
            None => self.make(ExprKind::Other, target),
        }
    }

    fn simple_value(&mut self, target: &SimpleAssignmentTarget<'_>) -> Expr {
        let kind = match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                ExprKind::Name(name.name.as_str().into())
            }
            SimpleAssignmentTarget::StaticMemberExpression(m) => ExprKind::Member(
                Box::new(self.expr(&m.object)),
                m.property.name.as_str().into(),
                self.at(m.property.span),
            ),
            SimpleAssignmentTarget::ComputedMemberExpression(m) => {
                ExprKind::Index(Box::new(self.expr(&m.object)), Box::new(self.expr(&m.expression)))
            }
            SimpleAssignmentTarget::PrivateFieldExpression(m) => ExprKind::Member(
                Box::new(self.expr(&m.object)),
                format_smolstr!("#{}", m.field.name),
                self.at(m.field.span),
            ),
            SimpleAssignmentTarget::TSAsExpression(t) => return self.expr(&t.expression),
            SimpleAssignmentTarget::TSNonNullExpression(t) => return self.expr(&t.expression),
            SimpleAssignmentTarget::TSTypeAssertion(t) => return self.expr(&t.expression),
            SimpleAssignmentTarget::TSSatisfiesExpression(t) => return self.expr(&t.expression),
        };
        self.make(kind, target)
    }
}
