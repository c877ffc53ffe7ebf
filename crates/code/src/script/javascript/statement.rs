use std::sync::Arc;

use oxc_ast::ast::{
    AssignmentOperator, Declaration, ExportDefaultDeclarationKind, Expression, ForStatementInit,
    ForStatementLeft, ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Statement,
    SwitchStatement, TSEnumDeclaration, TSEnumMemberName, TSModuleReference, VariableDeclaration,
};
use smol_str::SmolStr;

use super::super::{Argument, Binary, Entry, Expr, ExprKind, Import, Logical, Pattern, Stmt, StmtKind};
use super::Converter;
use super::expression::{arithmetic, number};

fn exported(name: &ModuleExportName<'_>) -> SmolStr {
    match name {
        ModuleExportName::IdentifierName(n) => n.name.as_str().into(),
        ModuleExportName::IdentifierReference(n) => n.name.as_str().into(),
        ModuleExportName::StringLiteral(s) => s.value.as_str().into(),
    }
}

/// Whether an expression is `module.exports`.
fn is_exports(e: &Expr) -> bool {
    matches!(&e.kind, ExprKind::Member(base, name, _)
        if name == "exports" && matches!(&base.kind, ExprKind::Name(n) if n == "module"))
}

/// `module.exports.x = …` is `exports.x = …`.
fn export_target(target: Pattern) -> Pattern {
    match target {
        Pattern::Member(base, name) if is_exports(&base) => {
            let at = base.at;
            Pattern::Member(Box::new(Expr { kind: ExprKind::Name("exports".into()), at }), name)
        }
        other => other,
    }
}

impl Converter {
    /// Statements in order.
    pub fn statements(&mut self, body: &[Statement<'_>]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        for statement in body {
            self.deeper(|c| c.statement(statement, &mut out));
        }
        out
    }

    fn inner(&mut self, statement: &Statement<'_>) -> Vec<Stmt> {
        match statement {
            Statement::BlockStatement(block) => self.statements(&block.body),
            other => {
                let mut out = Vec::new();
                self.deeper(|c| c.statement(other, &mut out));
                out
            }
        }
    }

    fn statement(&mut self, s: &Statement<'_>, out: &mut Vec<Stmt>) {
        let kind = match s {
            Statement::BlockStatement(block) => StmtKind::Block(self.statements(&block.body)),
            Statement::BreakStatement(_) | Statement::ContinueStatement(_) => StmtKind::Jump,
            Statement::EmptyStatement(_) | Statement::DebuggerStatement(_) => return,
            Statement::DoWhileStatement(l) => StmtKind::Loop(self.inner(&l.body)),
            Statement::WhileStatement(l) => StmtKind::Loop(self.inner(&l.body)),
            Statement::ExpressionStatement(e) => return self.effect(&e.expression, out),
            Statement::ForInStatement(l) => {
                let keys = self.keys_of(&l.right);
                let target = self.left(&l.left);
                StmtKind::ForOf(target, keys, self.inner(&l.body))
            }
            Statement::ForOfStatement(l) => {
                let values = self.expr(&l.right);
                let target = self.left(&l.left);
                StmtKind::ForOf(target, values, self.inner(&l.body))
            }
            Statement::ForStatement(l) => {
                let mut before = Vec::new();
                match &l.init {
                    Some(ForStatementInit::VariableDeclaration(v)) => self.variables(v, &mut before),
                    Some(other) => {
                        if let Some(e) = other.as_expression() {
                            self.effect(e, &mut before);
                        }
                    }
                    None => {}
                }
                let test = l.test.as_ref().map(|e| self.expr(e));
                let mut step = Vec::new();
                if let Some(e) = &l.update {
                    self.effect(e, &mut step);
                }
                StmtKind::For { before, test, step, body: self.inner(&l.body) }
            }
            Statement::IfStatement(i) => {
                let test = self.expr(&i.test);
                let then = self.inner(&i.consequent);
                let other = i.alternate.as_ref().map(|a| self.inner(a)).unwrap_or_default();
                StmtKind::If(test, then, other)
            }
            Statement::LabeledStatement(l) => StmtKind::Block(self.inner(&l.body)),
            Statement::ReturnStatement(r) => StmtKind::Return(r.argument.as_ref().map(|e| self.expr(e))),
            Statement::SwitchStatement(switch) => return self.switch(switch, out),
            Statement::ThrowStatement(_) => StmtKind::Throw,
            Statement::TryStatement(t) => {
                let mut body = self.statements(&t.block.body);
                if let Some(last) = &t.finalizer {
                    body.extend(self.statements(&last.body));
                }
                StmtKind::Block(body)
            }
            Statement::WithStatement(w) => StmtKind::Block(self.inner(&w.body)),
            Statement::ImportDeclaration(i) => {
                if i.import_kind == ImportOrExportKind::Type {
                    return;
                }
                let mut names = Vec::new();
                for specifier in i.specifiers.iter().flatten() {
                    names.push(match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(s) => {
                            (exported(&s.imported), s.local.name.as_str().into())
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => {
                            ("default".into(), s.local.name.as_str().into())
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => {
                            ("*".into(), s.local.name.as_str().into())
                        }
                    });
                }
                StmtKind::Import(Import { module: i.source.value.as_str().into(), names })
            }
            Statement::ExportAllDeclaration(e) => {
                let name = e.exported.as_ref().map_or_else(|| "*".into(), exported);
                StmtKind::Export {
                    names: vec![(name, "*".into())],
                    from: Some(e.source.value.as_str().into()),
                }
            }
            Statement::ExportDefaultDeclaration(e) => return self.export_default(s, &e.declaration, out),
            Statement::ExportDeclaration(e) => {
                let from = out.len();
                self.declaration(&e.declaration, out);
                let names = out.iter().skip(from).flat_map(declared).map(|n| (n.clone(), n)).collect();
                StmtKind::Export { names, from: None }
            }
            Statement::ExportNamedDeclaration(e) => {
                let names =
                    e.specifiers.iter().map(|s| (exported(&s.exported), exported(&s.local))).collect();
                StmtKind::Export { names, from: None }
            }
            Statement::ExportFromDeclaration(e) => {
                let names =
                    e.specifiers.iter().map(|s| (exported(&s.exported), exported(&s.local))).collect();
                StmtKind::Export { names, from: Some(e.source.value.as_str().into()) }
            }
            Statement::TSExportAssignment(e) => StmtKind::Return(Some(self.expr(&e.expression))),
            other => match other.as_declaration() {
                Some(declaration) => return self.declaration(declaration, out),
                None => StmtKind::Other,
            },
        };
        out.push(self.stmt(kind, s));
    }

    fn export_default(
        &mut self,
        s: &Statement<'_>,
        e: &ExportDefaultDeclarationKind<'_>,
        out: &mut Vec<Stmt>,
    ) {
        let mut local: SmolStr = "default".into();
        let kind = match e {
            ExportDefaultDeclarationKind::FunctionDeclaration(f) => {
                if let Some(id) = &f.id {
                    local = id.name.as_str().into();
                }
                StmtKind::Function(local.clone(), Arc::new(self.function(f)))
            }
            ExportDefaultDeclarationKind::ClassDeclaration(c) => {
                if let Some(id) = &c.id {
                    local = id.name.as_str().into();
                }
                StmtKind::Class(local.clone(), Arc::new(self.class(c)))
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            other => match other.as_expression() {
                Some(e) => StmtKind::Assign {
                    target: Pattern::Name(local.clone()),
                    value: Some(self.expr(e)),
                    operator: None,
                    declares: true,
                },
                None => return,
            },
        };
        out.push(self.stmt(kind, s));
        let names = vec![("default".into(), local)];
        out.push(self.stmt(StmtKind::Export { names, from: None }, s));
    }

    fn declaration(&mut self, d: &Declaration<'_>, out: &mut Vec<Stmt>) {
        let kind = match d {
            Declaration::VariableDeclaration(v) => {
                if !v.declare {
                    self.variables(v, out);
                }
                return;
            }
            Declaration::FunctionDeclaration(f) => match (&f.id, &f.body) {
                (Some(id), Some(_)) => {
                    StmtKind::Function(id.name.as_str().into(), Arc::new(self.function(f)))
                }
                // An overload.
                _ => return,
            },
            Declaration::ClassDeclaration(c) => match &c.id {
                Some(id) if !c.declare => StmtKind::Class(id.name.as_str().into(), Arc::new(self.class(c))),
                _ => return,
            },
            Declaration::TSEnumDeclaration(e) => self.enumeration(e),
            Declaration::TSNamespaceDeclaration(_) => StmtKind::Other,
            Declaration::TSImportEqualsDeclaration(i) => match &i.module_reference {
                TSModuleReference::ExternalModuleReference(r) => StmtKind::Import(Import {
                    module: r.expression.value.as_str().into(),
                    names: vec![("*".into(), i.id.name.as_str().into())],
                }),
                TSModuleReference::QualifiedName(q) => {
                    let mut parts = vec![q.right.name.as_str()];
                    let mut left = &q.left;
                    let root = loop {
                        match left {
                            oxc_ast::ast::TSTypeName::IdentifierReference(n) => break Some(n.name.as_str()),
                            oxc_ast::ast::TSTypeName::QualifiedName(q) => {
                                parts.push(q.right.name.as_str());
                                left = &q.left;
                            }
                            oxc_ast::ast::TSTypeName::ThisExpression(_) => break None,
                        }
                    };
                    let Some(root) = root else { return };
                    let at = self.at(q.span);
                    let mut value = Expr { kind: ExprKind::Name(root.into()), at };
                    for part in parts.iter().rev().take(16) {
                        value = Expr { kind: ExprKind::Member(Box::new(value), (*part).into(), at), at };
                    }
                    let target = Pattern::Name(i.id.name.as_str().into());
                    StmtKind::Assign { target, value: Some(value), operator: None, declares: true }
                }
                TSModuleReference::IdentifierReference(_) => StmtKind::Other,
            },
            _ => return,
        };
        out.push(self.stmt(kind, d));
    }

    /// An enumeration is a map of its members.
    fn enumeration(&mut self, e: &TSEnumDeclaration<'_>) -> StmtKind {
        let mut entries = Vec::new();
        let mut next = 0_i64;
        for member in &e.body.members {
            let name: SmolStr = match &member.id {
                TSEnumMemberName::Identifier(n) => n.name.as_str().into(),
                TSEnumMemberName::String(s) | TSEnumMemberName::ComputedString(s) => s.value.as_str().into(),
                TSEnumMemberName::ComputedTemplateString(_) => continue,
            };
            let at = self.at(member.span);
            let value = match &member.initializer {
                Some(value) => {
                    if let Expression::NumericLiteral(n) = value {
                        next = number(n.value).parse().unwrap_or(next);
                    }
                    self.expr(value)
                }
                None => Expr { kind: ExprKind::Num(smol_str::format_smolstr!("{next}")), at },
            };
            next = next.saturating_add(1);
            entries.push(Entry::Pair(name, at, value));
        }
        let value = Expr { kind: ExprKind::Map(entries), at: self.at(e.body.span) };
        StmtKind::Assign {
            target: Pattern::Name(e.id.name.as_str().into()),
            value: Some(value),
            operator: None,
            declares: true,
        }
    }

    fn variables(&mut self, v: &VariableDeclaration<'_>, out: &mut Vec<Stmt>) {
        for declarator in &v.declarations {
            let target = self.pattern(&declarator.id);
            let value = declarator.init.as_ref().map(|e| self.expr(e));
            out.push(
                self.stmt(StmtKind::Assign { target, value, operator: None, declares: true }, declarator),
            );
        }
    }

    fn left(&mut self, left: &ForStatementLeft<'_>) -> Pattern {
        match left {
            ForStatementLeft::VariableDeclaration(v) => {
                v.declarations.first().map_or(Pattern::Other, |d| self.pattern(&d.id))
            }
            other => other.as_assignment_target().map_or(Pattern::Other, |t| self.target(t)),
        }
    }

    /// `Object.keys(e)`
    fn keys_of(&mut self, e: &Expression<'_>) -> Expr {
        let object = self.make(ExprKind::Name("Object".into()), e);
        let at = object.at;
        let callee = self.make(ExprKind::Member(Box::new(object), "keys".into(), at), e);
        let arguments = vec![Argument { name: None, value: self.expr(e), spread: false }];
        self.make(ExprKind::Call { callee: Box::new(callee), arguments, new: false }, e)
    }

    /// An expression that stands for its effects; assignments are statements.
    fn effect(&mut self, e: &Expression<'_>, out: &mut Vec<Stmt>) {
        match e {
            Expression::AssignmentExpression(a)
                if arithmetic(a.operator).is_some_and(|o| o != Binary::Other)
                    || a.operator == AssignmentOperator::Assign =>
            {
                let target = export_target(self.target(&a.left));
                let value = self.expr(&a.right);
                let whole = matches!(&target, Pattern::Member(base, name)
                    if name == "exports" && matches!(&base.kind, ExprKind::Name(n) if n == "module"));
                let kind = if whole && self.function == 0 {
                    StmtKind::Return(Some(value))
                } else {
                    StmtKind::Assign {
                        target,
                        value: Some(value),
                        operator: arithmetic(a.operator),
                        declares: false,
                    }
                };
                out.push(self.stmt(kind, e));
            }
            Expression::SequenceExpression(s) => {
                for part in &s.expressions {
                    self.deeper(|c| c.effect(part, out));
                }
            }
            Expression::ParenthesizedExpression(p) => {
                self.deeper(|c| c.effect(&p.expression, out));
            }
            other => {
                let value = self.expr(other);
                out.push(self.stmt(StmtKind::Expr(value), e));
            }
        }
    }

    /// `switch` as a chain of `if`; what falls through is in one.
    fn switch(&mut self, switch: &SwitchStatement<'_>, out: &mut Vec<Stmt>) {
        let at = self.at(switch.span);
        // The value is made once, however many cases ask for it.
        let name = smol_str::format_smolstr!("switch {}", at.start);
        let value = Some(self.expr(&switch.discriminant));
        let target = Pattern::Name(name.clone());
        out.push(Stmt { kind: StmtKind::Assign { target, value, operator: None, declares: true }, at });
        let subject = Expr { kind: ExprKind::Name(name), at };
        let mut arms: Vec<(Option<Expr>, Vec<Stmt>)> = Vec::new();
        let mut tests: Vec<Expr> = Vec::new();
        let mut default = false;
        for case in &switch.cases {
            match &case.test {
                Some(test) => {
                    let value = self.expr(test);
                    let at = value.at;
                    let equal = ExprKind::Binary(Binary::Equal, Box::new(subject.clone()), Box::new(value));
                    tests.push(Expr { kind: equal, at });
                }
                None => default = true,
            }
            if case.consequent.is_empty() {
                continue;
            }
            let mut body = Vec::new();
            for statement in self.statements(&case.consequent) {
                match statement.kind {
                    // A break ends the case, not what is around it.
                    StmtKind::Jump => break,
                    _ => body.push(statement),
                }
            }
            let test = tests.drain(..).reduce(|a, b| {
                let at = a.at;
                Expr { kind: ExprKind::Logical(Logical::Or, Box::new(a), Box::new(b)), at }
            });
            arms.push((if default { None } else { test }, body));
            default = false;
        }
        let mut rest: Vec<Stmt> = Vec::new();
        if let Some(n) = arms.iter().position(|(test, _)| test.is_none()) {
            rest = arms.remove(n).1;
        }
        // Nested as deep as there are cases: the depth limit holds for them too.
        arms.truncate(64);
        for (test, body) in arms.into_iter().rev() {
            if let Some(test) = test {
                rest = vec![Stmt { kind: StmtKind::If(test, body, rest), at }];
            }
        }
        out.append(&mut rest);
    }
}

/// Names that a statement declares.
fn declared(s: &Stmt) -> Vec<SmolStr> {
    fn names(p: &Pattern, out: &mut Vec<SmolStr>) {
        match p {
            Pattern::Name(n) => out.push(n.clone()),
            Pattern::List(items) => items.iter().flatten().for_each(|p| names(p, out)),
            Pattern::Map(entries) => entries.iter().for_each(|(_, p, _)| names(p, out)),
            Pattern::Rest(p) | Pattern::Default(p, _) => names(p, out),
            _ => {}
        }
    }
    match &s.kind {
        StmtKind::Assign { target, .. } => {
            let mut out = Vec::new();
            names(target, &mut out);
            out
        }
        StmtKind::Function(name, _) | StmtKind::Class(name, _) => vec![name.clone()],
        StmtKind::Import(import) => import.names.iter().map(|(_, n)| n.clone()).collect(),
        _ => Vec::new(),
    }
}
