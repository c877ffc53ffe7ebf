//! Python.

use std::sync::Arc;

use ruff_python_ast::{
    Arguments, BoolOp, CmpOp, Comprehension, Expr as Node, FStringPart, InterpolatedStringElement, Number,
    Operator, Parameters, Pattern as Case, Singleton, Stmt as Line, UnaryOp, token::TokenKind,
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};
use smol_str::{SmolStr, format_smolstr};

use super::{
    Argument, Binary, Class, Entry, Expr, ExprKind, Function, Import, Language, Logical, Member, Module,
    Parameter, Pattern, Piece, Range, Stmt, StmtKind,
};

/// Deeper parts of a tree are not kept.
const DEPTH: u32 = 256;

/// Longer chains of `elif` lose their rest.
const ELIFS: usize = 64;

/// Reads a program.
pub fn parse(text: &str) -> Module {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut module =
        Module { language: Language::Python, body: Vec::new(), comments: Vec::new(), errors: Vec::new() };
    for token in parsed.tokens() {
        if token.kind() == TokenKind::Comment {
            let at = range(token.range());
            let words = text.get(at.start as usize..at.end as usize).unwrap_or("");
            module.comments.push((at, words.trim_start_matches('#').trim().to_owned()));
        }
    }
    for error in parsed.errors() {
        module.errors.push((u32::from(error.location.start()), error.error.to_string()));
    }
    let mut converter = Converter { depth: 0, own: Vec::new(), temporary: 0 };
    if let Some(parsed) = parsed.try_into_module() {
        module.body = converter.statements(parsed.suite());
    }
    module
}

fn range(r: TextRange) -> Range {
    Range { start: r.start().into(), end: r.end().into() }
}

fn dotted(node: &Node) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = node;
    loop {
        match at {
            Node::Attribute(a) => {
                parts.push(a.attr.as_str());
                at = &a.value;
            }
            Node::Name(n) => {
                parts.push(n.id.as_str());
                parts.reverse();
                return Some(parts.join("."));
            }
            _ => return None,
        }
    }
}

/// From the parser's tree to ours.
struct Converter {
    depth: u32,
    /// What the methods around call themselves (`self`, `cls`).
    own: Vec<SmolStr>,
    /// Names given to values that Python does not name.
    temporary: u32,
}

impl Converter {
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let out = inner(self);
        self.depth -= 1;
        Some(out)
    }

    fn statements(&mut self, body: &[Line]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        for line in body {
            self.deeper(|c| c.statement(line, &mut out));
        }
        out
    }

    fn statement(&mut self, line: &Line, out: &mut Vec<Stmt>) {
        let at = range(line.range());
        let kind = match line {
            Line::FunctionDef(f) => {
                // An overridden definition of an abstract or overloaded method has the same form.
                StmtKind::Function(
                    f.name.as_str().into(),
                    Arc::new(self.function(&f.parameters, &f.body, false)),
                )
            }
            Line::ClassDef(c) => {
                let base = c.arguments.as_ref().and_then(|a| a.args.first());
                let base = base.map(|b| Box::new(self.expr(b)));
                StmtKind::Class(c.name.as_str().into(), Arc::new(self.class(base, &c.body)))
            }
            Line::Return(r) => StmtKind::Return(r.value.as_ref().map(|v| self.expr(v))),
            Line::Assign(a) => {
                let value = self.expr(&a.value);
                let mut targets = a.targets.iter();
                let Some(first) = targets.next() else { return };
                let first = self.pattern(first);
                let again = match &first {
                    Pattern::Name(n) => Some(ExprKind::Name(n.clone())),
                    Pattern::Member(base, name) => Some(ExprKind::Member(base.clone(), name.clone(), at)),
                    _ => None,
                };
                out.push(Stmt {
                    kind: StmtKind::Assign {
                        target: first,
                        value: Some(value),
                        operator: None,
                        declares: true,
                    },
                    at,
                });
                for target in targets {
                    let target = self.pattern(target);
                    let value = again.clone().map(|kind| Expr { kind, at });
                    out.push(Stmt {
                        kind: StmtKind::Assign { target, value, operator: None, declares: true },
                        at,
                    });
                }
                return;
            }
            Line::AugAssign(a) => StmtKind::Assign {
                target: self.pattern(&a.target),
                value: Some(self.expr(&a.value)),
                operator: Some(binary(a.op)),
                declares: true,
            },
            Line::AnnAssign(a) => StmtKind::Assign {
                target: self.pattern(&a.target),
                value: a.value.as_ref().map(|v| self.expr(v)),
                operator: None,
                declares: true,
            },
            Line::For(f) => {
                let values = self.expr(&f.iter);
                let target = self.pattern(&f.target);
                StmtKind::ForOf(target, values, self.statements(&f.body))
            }
            Line::While(w) => StmtKind::Loop(self.statements(&w.body)),
            Line::If(i) => {
                let test = self.expr(&i.test);
                let then = self.statements(&i.body);
                let mut rest: Vec<Stmt> = Vec::new();
                for clause in i.elif_else_clauses.iter().take(ELIFS).rev() {
                    let body = self.statements(&clause.body);
                    rest = match &clause.test {
                        Some(test) => {
                            let kind = StmtKind::If(self.expr(test), body, rest);
                            vec![Stmt { kind, at: range(clause.range()) }]
                        }
                        None => body,
                    };
                }
                StmtKind::If(test, then, rest)
            }
            Line::With(w) => {
                let mut body = Vec::new();
                for item in &w.items {
                    let value = self.expr(&item.context_expr);
                    let kind = match &item.optional_vars {
                        Some(target) => StmtKind::Assign {
                            target: self.pattern(target),
                            value: Some(value),
                            operator: None,
                            declares: true,
                        },
                        None => StmtKind::Expr(value),
                    };
                    body.push(Stmt { kind, at });
                }
                body.extend(self.statements(&w.body));
                StmtKind::Block(body)
            }
            Line::Match(m) => {
                self.temporary += 1;
                let name = format_smolstr!("match {}", self.temporary);
                let value = Some(self.expr(&m.subject));
                let target = Pattern::Name(name.clone());
                out.push(Stmt {
                    kind: StmtKind::Assign { target, value, operator: None, declares: true },
                    at,
                });
                let subject = Expr { kind: ExprKind::Name(name), at };
                let mut rest: Vec<Stmt> = Vec::new();
                for case in m.cases.iter().take(ELIFS).rev() {
                    let body = self.statements(&case.body);
                    rest = match self.deeper(|c| c.case(&subject, &case.pattern)).flatten() {
                        Some(test) => vec![Stmt { kind: StmtKind::If(test, body, rest), at }],
                        None => body,
                    };
                }
                out.append(&mut rest);
                return;
            }
            Line::Raise(_) => StmtKind::Throw,
            Line::Try(t) => {
                let mut body = self.statements(&t.body);
                body.extend(self.statements(&t.orelse));
                body.extend(self.statements(&t.finalbody));
                StmtKind::Block(body)
            }
            Line::Import(i) => {
                for alias in &i.names {
                    let module: SmolStr = alias.name.as_str().into();
                    let kind = match &alias.asname {
                        Some(local) => StmtKind::Import(Import {
                            module,
                            names: vec![("*".into(), local.as_str().into())],
                        }),
                        // `import a.b` binds `a`.
                        None => {
                            let root: SmolStr = module.split('.').next().unwrap_or("").into();
                            if module.contains('.') {
                                out.push(Stmt {
                                    kind: StmtKind::Import(Import { module, names: Vec::new() }),
                                    at,
                                });
                            }
                            StmtKind::Import(Import { module: root.clone(), names: vec![("*".into(), root)] })
                        }
                    };
                    out.push(Stmt { kind, at });
                }
                return;
            }
            Line::ImportFrom(i) => {
                let dots = ".".repeat(usize::try_from(i.level).unwrap_or(0).min(64));
                let module = format_smolstr!("{dots}{}", i.module.as_ref().map_or("", |m| m.as_str()));
                let names = i
                    .names
                    .iter()
                    .map(|a| {
                        let name: SmolStr = a.name.as_str().into();
                        let local = match &a.asname {
                            Some(local) => local.as_str().into(),
                            None if name == "*" => SmolStr::default(),
                            None => name.clone(),
                        };
                        (name, local)
                    })
                    .collect();
                StmtKind::Import(Import { module, names })
            }
            Line::Expr(e) => StmtKind::Expr(self.expr(&e.value)),
            Line::Break(_) | Line::Continue(_) => StmtKind::Jump,
            Line::Pass(_) | Line::Global(_) | Line::Nonlocal(_) | Line::Assert(_) | Line::Delete(_) => return,
            _ => StmtKind::Other,
        };
        out.push(Stmt { kind, at });
    }

    /// The condition of a case; none where it always holds.
    fn case(&mut self, subject: &Expr, case: &Case) -> Option<Expr> {
        let at = range(case.range());
        let equal = |value: Expr| Expr {
            kind: ExprKind::Binary(Binary::Equal, Box::new(subject.clone()), Box::new(value)),
            at,
        };
        match case {
            Case::MatchValue(v) => Some(equal(self.expr(&v.value))),
            Case::MatchSingleton(s) => {
                let kind = match s.value {
                    Singleton::None => ExprKind::Null,
                    Singleton::True => ExprKind::Bool(true),
                    Singleton::False => ExprKind::Bool(false),
                };
                Some(equal(Expr { kind, at }))
            }
            Case::MatchOr(or) => {
                let mut any: Option<Expr> = None;
                for one in or.patterns.iter().take(64) {
                    let test = self.deeper(|c| c.case(subject, one)).flatten()?;
                    any = Some(match any {
                        Some(before) => {
                            let kind = ExprKind::Logical(Logical::Or, Box::new(before), Box::new(test));
                            Expr { kind, at }
                        }
                        None => test,
                    });
                }
                any
            }
            Case::MatchAs(a) if a.pattern.is_none() => None,
            _ => Some(Expr { kind: ExprKind::Other, at }),
        }
    }

    fn class(&mut self, base: Option<Box<Expr>>, body: &[Line]) -> Class {
        let mut class = Class { base, constructor: None, methods: Vec::new(), fields: Vec::new() };
        for line in body {
            match line {
                Line::FunctionDef(f) => {
                    let marks: Vec<String> =
                        f.decorator_list.iter().filter_map(|d| dotted(&d.expression)).collect();
                    let has = |name: &str| marks.iter().any(|m| m.rsplit('.').next() == Some(name));
                    let is_static = has("staticmethod") || has("classmethod");
                    let getter = has("property") || has("cached_property");
                    if has("setter") || has("overload") {
                        continue;
                    }
                    // A static method has no self; its class, a class method's first parameter, is `This`.
                    let bound = !has("staticmethod");
                    let Some(function) = self.deeper(|c| c.function(&f.parameters, &f.body, bound)) else {
                        continue;
                    };
                    let function = Arc::new(function);
                    if f.name.as_str() == "__init__" {
                        class.constructor = Some(function);
                    } else {
                        class.methods.push((f.name.as_str().into(), Member { function, is_static, getter }));
                    }
                }
                Line::Assign(a) => {
                    let Some(Node::Name(name)) = a.targets.first() else { continue };
                    let value = self.expr(&a.value);
                    class.fields.push((name.id.as_str().into(), Some(value), true));
                }
                Line::AnnAssign(a) => {
                    let Node::Name(name) = &*a.target else { continue };
                    let value = a.value.as_ref().map(|v| self.expr(v));
                    let is_static = value.is_some();
                    class.fields.push((name.id.as_str().into(), value, is_static));
                }
                _ => {}
            }
        }
        class
    }

    fn function(&mut self, parameters: &Parameters, body: &[Line], method: bool) -> Function {
        let mut own = false;
        let mut list = Vec::new();
        for (n, p) in parameters.posonlyargs.iter().chain(&parameters.args).enumerate() {
            if n == 0 && method {
                self.own.push(p.parameter.name.as_str().into());
                own = true;
                continue;
            }
            let default = p.default.as_ref().map(|d| self.expr(d));
            list.push(parameter(p.parameter.name.as_str(), default, false, false));
        }
        if let Some(rest) = &parameters.vararg {
            list.push(parameter(rest.name.as_str(), None, true, false));
        }
        for p in &parameters.kwonlyargs {
            let default = p.default.as_ref().map(|d| self.expr(d));
            list.push(parameter(p.parameter.name.as_str(), default, false, false));
        }
        if let Some(rest) = &parameters.kwarg {
            list.push(parameter(rest.name.as_str(), None, false, true));
        }
        let body = self.statements(body);
        if own {
            self.own.pop();
        }
        Function { parameters: list, body }
    }

    fn pattern(&mut self, target: &Node) -> Pattern {
        self.deeper(|c| c.pattern_inner(target)).unwrap_or(Pattern::Other)
    }

    fn pattern_inner(&mut self, target: &Node) -> Pattern {
        match target {
            Node::Name(n) => Pattern::Name(n.id.as_str().into()),
            Node::Attribute(a) => Pattern::Member(Box::new(self.expr(&a.value)), a.attr.as_str().into()),
            Node::Subscript(s) => {
                Pattern::Index(Box::new(self.expr(&s.value)), Box::new(self.expr(&s.slice)))
            }
            Node::Tuple(t) => Pattern::List(t.elts.iter().map(|e| Some(self.pattern(e))).collect()),
            Node::List(t) => Pattern::List(t.elts.iter().map(|e| Some(self.pattern(e))).collect()),
            Node::Starred(s) => Pattern::Rest(Box::new(self.pattern(&s.value))),
            _ => Pattern::Other,
        }
    }

    fn expr(&mut self, node: &Node) -> Expr {
        let at = range(node.range());
        match self.deeper(|c| c.kind(node)) {
            Some(Ok(kind)) => Expr { kind, at },
            Some(Err(inner)) => inner,
            None => Expr { kind: ExprKind::Other, at },
        }
    }

    fn boxed(&mut self, node: &Node) -> Box<Expr> {
        Box::new(self.expr(node))
    }

    fn kind(&mut self, node: &Node) -> Result<ExprKind, Expr> {
        let at = range(node.range());
        Ok(match node {
            Node::NoneLiteral(_) => ExprKind::Null,
            Node::BooleanLiteral(b) => ExprKind::Bool(b.value),
            Node::NumberLiteral(n) => match &n.value {
                Number::Int(i) => ExprKind::Num(format_smolstr!("{i}")),
                Number::Float(f) => ExprKind::Num(format_smolstr!("{f}")),
                Number::Complex { .. } => ExprKind::Other,
            },
            Node::StringLiteral(s) => ExprKind::Str(s.value.to_str().into()),
            Node::FString(f) => {
                let mut pieces = Vec::new();
                for part in f.value.as_slice() {
                    match part {
                        FStringPart::Literal(s) => pieces.push(Piece::Text(s.as_str().into())),
                        FStringPart::FString(f) => {
                            for element in &f.elements {
                                match element {
                                    InterpolatedStringElement::Literal(t) => {
                                        pieces.push(Piece::Text((&*t.value).into()));
                                    }
                                    InterpolatedStringElement::Interpolation(i) => {
                                        pieces.push(Piece::Expr(self.expr(&i.expression)));
                                    }
                                }
                            }
                        }
                    }
                }
                ExprKind::Template(pieces)
            }
            Node::Name(n) => {
                if self.own.iter().any(|own| own == n.id.as_str()) {
                    ExprKind::This
                } else {
                    ExprKind::Name(n.id.as_str().into())
                }
            }
            Node::Attribute(a) => {
                ExprKind::Member(self.boxed(&a.value), a.attr.as_str().into(), range(a.attr.range()))
            }
            Node::Subscript(s) => {
                let base = self.boxed(&s.value);
                match &*s.slice {
                    Node::Slice(slice) => {
                        let callee = ExprKind::Member(base, "slice".into(), at);
                        let mut arguments = Vec::new();
                        for bound in [&slice.lower, &slice.upper] {
                            let value = match bound {
                                Some(e) => self.expr(e),
                                None => Expr { kind: ExprKind::Null, at },
                            };
                            arguments.push(Argument { name: None, value, spread: false });
                        }
                        ExprKind::Call { callee: Box::new(Expr { kind: callee, at }), arguments, new: false }
                    }
                    key => ExprKind::Index(base, self.boxed(key)),
                }
            }
            Node::Call(call) => self.call(&call.func, &call.arguments, at),
            Node::List(l) => ExprKind::List(self.items(&l.elts)),
            Node::Tuple(l) => ExprKind::List(self.items(&l.elts)),
            Node::Set(l) => ExprKind::List(self.items(&l.elts)),
            Node::Dict(d) => {
                let mut entries = Vec::with_capacity(d.items.len());
                for item in &d.items {
                    let value = self.expr(&item.value);
                    entries.push(match &item.key {
                        None => Entry::Spread(value),
                        Some(Node::StringLiteral(s)) => {
                            Entry::Pair(s.value.to_str().into(), range(s.range), value)
                        }
                        Some(key) => Entry::Computed(self.expr(key), value),
                    });
                }
                ExprKind::Map(entries)
            }
            Node::Lambda(l) => {
                let parameters = l
                    .parameters
                    .as_ref()
                    .map(|p| self.function(p, &[], false).parameters)
                    .unwrap_or_default();
                let value = self.expr(&l.body);
                let body = vec![Stmt { at: value.at, kind: StmtKind::Return(Some(value)) }];
                ExprKind::Function(Arc::new(Function { parameters, body }))
            }
            Node::If(i) => {
                ExprKind::Conditional(self.boxed(&i.test), self.boxed(&i.body), self.boxed(&i.orelse))
            }
            Node::BoolOp(b) => {
                let operator = match b.op {
                    BoolOp::And => Logical::And,
                    BoolOp::Or => Logical::Or,
                };
                let mut values = b.values.iter().take(DEPTH as usize).map(|v| self.expr(v));
                let Some(first) = values.next() else { return Ok(ExprKind::Null) };
                let joined = values.fold(first, |a, b| {
                    let kind = ExprKind::Logical(operator, Box::new(a), Box::new(b));
                    Expr { kind, at }
                });
                return Err(joined);
            }
            Node::BinOp(b) => ExprKind::Binary(binary(b.op), self.boxed(&b.left), self.boxed(&b.right)),
            Node::UnaryOp(u) => match u.op {
                UnaryOp::Not => ExprKind::Not(self.boxed(&u.operand)),
                UnaryOp::USub => ExprKind::Minus(self.boxed(&u.operand)),
                UnaryOp::UAdd => return Err(self.expr(&u.operand)),
                UnaryOp::Invert => ExprKind::Other,
            },
            Node::Compare(c) => {
                let (Some(op), Some(right), 1) = (c.ops.first(), c.comparators.first(), c.ops.len()) else {
                    return Ok(ExprKind::Other);
                };
                let (operator, negated) = match op {
                    CmpOp::Eq | CmpOp::Is => (Binary::Equal, false),
                    CmpOp::NotEq | CmpOp::IsNot => (Binary::NotEqual, false),
                    CmpOp::Lt => (Binary::Less, false),
                    CmpOp::LtE => (Binary::LessEqual, false),
                    CmpOp::Gt => (Binary::Greater, false),
                    CmpOp::GtE => (Binary::GreaterEqual, false),
                    CmpOp::In => (Binary::In, false),
                    CmpOp::NotIn => (Binary::In, true),
                };
                let kind = ExprKind::Binary(operator, self.boxed(&c.left), self.boxed(right));
                if negated { ExprKind::Not(Box::new(Expr { kind, at })) } else { kind }
            }
            Node::Named(n) => ExprKind::Assign(Box::new(self.pattern(&n.target)), self.boxed(&n.value)),
            Node::ListComp(c) => return self.comprehension(&c.elt, &c.generators, at),
            Node::SetComp(c) => return self.comprehension(&c.elt, &c.generators, at),
            Node::Generator(c) => return self.comprehension(&c.elt, &c.generators, at),
            Node::DictComp(c) => {
                let mut pair = Vec::new();
                if let Some(key) = &c.key {
                    pair.push(Argument { name: None, value: self.expr(key), spread: false });
                }
                pair.push(Argument { name: None, value: self.expr(&c.value), spread: false });
                let pairs = self.over(Expr { kind: ExprKind::List(pair), at }, &c.generators, at);
                let callee = Box::new(Expr { kind: ExprKind::Name("dict".into()), at });
                let arguments = vec![Argument { name: None, value: pairs, spread: false }];
                ExprKind::Call { callee, arguments, new: false }
            }
            Node::Await(a) => return Err(self.expr(&a.value)),
            Node::Starred(s) => return Err(self.expr(&s.value)),
            _ => ExprKind::Other,
        })
    }

    fn comprehension(
        &mut self,
        element: &Node,
        generators: &[Comprehension],
        at: Range,
    ) -> Result<ExprKind, Expr> {
        let element = self.expr(element);
        Err(self.over(element, generators, at))
    }

    fn over(&mut self, element: Expr, generators: &[Comprehension], at: Range) -> Expr {
        let mut out = element;
        for (n, g) in generators.iter().take(8).rev().enumerate() {
            let pattern = Box::new(self.pattern(&g.target));
            let values = self.boxed(&g.iter);
            let mut condition: Option<Expr> = None;
            for test in g.ifs.iter().take(8) {
                let test = self.expr(test);
                condition = Some(match condition {
                    Some(before) => {
                        let kind = ExprKind::Logical(Logical::And, Box::new(before), Box::new(test));
                        Expr { kind, at }
                    }
                    None => test,
                });
            }
            let kind = ExprKind::Comprehension(Box::new(out), pattern, values, condition.map(Box::new));
            out = Expr { kind, at };
            if n > 0 {
                let callee = Box::new(Expr { kind: ExprKind::Member(Box::new(out), "flat".into(), at), at });
                out = Expr { kind: ExprKind::Call { callee, arguments: Vec::new(), new: false }, at };
            }
        }
        out
    }

    fn call(&mut self, callee: &Node, given: &Arguments, at: Range) -> ExprKind {
        let mut arguments = Vec::with_capacity(given.args.len() + given.keywords.len());
        for argument in &given.args {
            let spread = matches!(argument, Node::Starred(_));
            arguments.push(Argument { name: None, value: self.expr(argument), spread });
        }
        for keyword in &given.keywords {
            let value = self.expr(&keyword.value);
            arguments.push(match &keyword.arg {
                Some(name) => Argument { name: Some(name.as_str().into()), value, spread: false },
                None => Argument { name: Some(SmolStr::default()), value, spread: true },
            });
        }
        // `super()` and `super(Class, self)`
        if matches!(callee, Node::Name(n) if n.id.as_str() == "super") {
            return ExprKind::Super;
        }
        if let Node::Attribute(a) = callee
            && a.attr.as_str() == "__init__"
        {
            let base = self.expr(&a.value);
            if matches!(base.kind, ExprKind::Super) {
                return ExprKind::Call { callee: Box::new(base), arguments, new: false };
            }
            // `Base.__init__(self, …)`
            if matches!(arguments.first().map(|a| &a.value.kind), Some(ExprKind::This)) {
                arguments.remove(0);
                let callee = Box::new(Expr { kind: ExprKind::Super, at });
                return ExprKind::Call { callee, arguments, new: false };
            }
        }
        ExprKind::Call { callee: self.boxed(callee), arguments, new: false }
    }

    fn items(&mut self, nodes: &[Node]) -> Vec<Argument> {
        nodes
            .iter()
            .map(|e| Argument { name: None, spread: matches!(e, Node::Starred(_)), value: self.expr(e) })
            .collect()
    }
}

fn parameter(name: &str, default: Option<Expr>, rest: bool, keywords: bool) -> Parameter {
    Parameter { pattern: Pattern::Name(name.into()), default, rest, keywords, member: false }
}

fn binary(operator: Operator) -> Binary {
    match operator {
        Operator::Add => Binary::Add,
        Operator::Sub => Binary::Subtract,
        Operator::Mult => Binary::Multiply,
        Operator::Div => Binary::Divide,
        Operator::Mod => Binary::Modulo,
        _ => Binary::Other,
    }
}
