//! Expressions (HCL native syntax specification, "Expressions").

use smol_str::SmolStr;

use super::lexical::range;
use super::parser::{Built, Parser, Result};
use super::{BinaryOp, ELEMENT, Expr, ExprKind, For, Part};

/// Where a word decides what a bracket opens.
const FOR: &str = "for";

impl Parser<'_> {
    /// Reads one whole expression.
    pub(super) fn expression(&mut self) -> Result<Built> {
        self.enter()?;
        let built = self.conditional()?;
        self.leave();
        Ok(built)
    }

    /// `a ? b : c ? d : e` is read in a loop: a table written as a conditional is long, not deep.
    fn conditional(&mut self) -> Result<Built> {
        let mut stages: Vec<(Built, Built)> = Vec::new();
        let mut result = loop {
            let condition = self.binary(0)?;
            self.space();
            if self.peek() != b'?' {
                break condition;
            }
            self.pos += 1;
            let yes = self.expression()?;
            self.space();
            self.expect(b':', "expected `:` of the conditional")?;
            stages.push((condition, yes));
        };
        let end = self.pos;
        self.pos = result.expr.at.end as usize;
        while let Some((condition, yes)) = stages.pop() {
            let height = 1 + condition.height.max(yes.height).max(result.height);
            let start = condition.expr.at.start as usize;
            let kind =
                ExprKind::Conditional(Box::new(condition.expr), Box::new(yes.expr), Box::new(result.expr));
            result = self.built(kind, start, height)?;
        }
        self.pos = end;
        Ok(result)
    }

    fn binary(&mut self, level: u8) -> Result<Built> {
        let mut left = self.unary()?;
        loop {
            self.space();
            let Some((op, strength, length)) = self.operator() else { return Ok(left) };
            if strength < level {
                return Ok(left);
            }
            self.pos += length;
            let right = self.binary(strength + 1)?;
            let height = 1 + left.height.max(right.height);
            let start = left.expr.at.start as usize;
            let end = self.pos;
            self.pos = right.expr.at.end as usize;
            let kind = ExprKind::Binary(op, Box::new(left.expr), Box::new(right.expr));
            left = self.built(kind, start, height)?;
            self.pos = end;
        }
    }

    /// The operator at the reading position, how strongly it binds, and its length.
    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        let equal = self.byte(self.pos + 1) == b'=';
        let twice = self.byte(self.pos + 1) == self.peek();
        Some(match self.peek() {
            b'|' if twice => (BinaryOp::Or, 0, 2),
            b'&' if twice => (BinaryOp::And, 1, 2),
            b'=' if equal => (BinaryOp::Equal, 2, 2),
            b'!' if equal => (BinaryOp::NotEqual, 2, 2),
            b'<' if equal => (BinaryOp::LessEqual, 3, 2),
            b'<' => (BinaryOp::Less, 3, 1),
            b'>' if equal => (BinaryOp::GreaterEqual, 3, 2),
            b'>' => (BinaryOp::Greater, 3, 1),
            b'+' => (BinaryOp::Add, 4, 1),
            b'-' => (BinaryOp::Subtract, 4, 1),
            b'*' => (BinaryOp::Multiply, 5, 1),
            b'/' => (BinaryOp::Divide, 5, 1),
            b'%' => (BinaryOp::Modulo, 5, 1),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Built> {
        self.space();
        let start = self.pos;
        let mark = self.peek();
        if mark != b'!' && mark != b'-' {
            let term = self.term()?;
            return self.steps(term);
        }
        self.pos += 1;
        self.enter()?;
        let inner = self.unary()?;
        self.leave();
        let end = self.pos;
        self.pos = inner.expr.at.end as usize;
        let height = inner.height + 1;
        let inner = Box::new(inner.expr);
        let kind = if mark == b'!' { ExprKind::Not(inner) } else { ExprKind::Minus(inner) };
        let built = self.built(kind, start, height);
        self.pos = end;
        built
    }

    fn term(&mut self) -> Result<Built> {
        let start = self.pos;
        match self.peek() {
            b'(' => self.parens(),
            b'[' => self.list(),
            b'{' => self.object(),
            b'"' => self.quoted(),
            b'<' if self.byte(start + 1) == b'<' => self.heredoc(),
            b'0'..=b'9' => {
                let number = self.number();
                self.built(ExprKind::Number(number), start, 1)
            }
            _ => self.named(),
        }
    }

    /// A variable, a call, or one of the words that are values.
    fn named(&mut self) -> Result<Built> {
        let start = self.pos;
        let Some((name, _)) = self.name() else { return Err(self.fail("expected an expression")) };
        let end = self.pos;
        self.space();
        if self.peek() == b'(' || self.starts_with(self.pos, "::") {
            return self.call(start, name);
        }
        let behind = std::mem::replace(&mut self.pos, end);
        let kind = match name {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            _ => ExprKind::Variable(name.into()),
        };
        let built = self.built(kind, start, 1);
        self.pos = behind;
        built
    }

    fn call(&mut self, start: usize, first: &str) -> Result<Built> {
        let mut name = SmolStr::new(first);
        let mut name_at = range(start, start + first.len());
        while self.starts_with(self.pos, "::") {
            self.pos += 2;
            self.space();
            let Some((next, at)) = self.name() else {
                return Err(self.fail("expected a function name behind `::`"));
            };
            name = SmolStr::new(format!("{name}::{next}"));
            name_at.end = at.end;
            self.space();
        }
        self.expect(b'(', "expected `(` behind a function name")?;
        let saved = std::mem::replace(&mut self.newlines, false);
        let mut arguments = Vec::new();
        let mut height = 0;
        let mut expand = false;
        loop {
            self.space();
            if self.peek() == b')' {
                break;
            }
            let argument = self.expression()?;
            height = height.max(argument.height);
            arguments.push(argument.expr);
            self.space();
            if self.starts_with(self.pos, "...") {
                self.pos += 3;
                expand = true;
                self.space();
                break;
            }
            if self.peek() != b',' {
                break;
            }
            self.pos += 1;
        }
        self.expect(b')', "expected `,` or `)` behind an argument")?;
        self.newlines = saved;
        self.built(ExprKind::Call { name, name_at, arguments, expand }, start, height + 1)
    }

    fn parens(&mut self) -> Result<Built> {
        let start = self.pos;
        self.pos += 1;
        let saved = std::mem::replace(&mut self.newlines, false);
        let inner = self.expression()?;
        self.space();
        self.expect(b')', "expected `)`")?;
        self.newlines = saved;
        self.built(ExprKind::Parens(Box::new(inner.expr)), start, inner.height + 1)
    }

    fn list(&mut self) -> Result<Built> {
        let start = self.pos;
        self.pos += 1;
        let saved = std::mem::replace(&mut self.newlines, false);
        self.space();
        if self.at_for() {
            let built = self.for_expression(start, b']')?;
            self.newlines = saved;
            return Ok(built);
        }
        let mut items = Vec::new();
        let mut height = 0;
        loop {
            self.space();
            if self.peek() == b']' {
                break;
            }
            let item = self.expression()?;
            height = height.max(item.height);
            items.push(item.expr);
            self.space();
            if self.peek() != b',' {
                break;
            }
            self.pos += 1;
        }
        self.expect(b']', "expected `,` or `]` behind an item")?;
        self.newlines = saved;
        self.built(ExprKind::List(items), start, height + 1)
    }

    fn object(&mut self) -> Result<Built> {
        let start = self.pos;
        self.pos += 1;
        let saved = self.newlines;
        self.blank();
        if self.at_for() {
            self.newlines = false;
            let built = self.for_expression(start, b'}')?;
            self.newlines = saved;
            return Ok(built);
        }
        self.newlines = true;
        let mut items = Vec::new();
        let mut height = 0;
        loop {
            self.blank();
            if self.peek() == b'}' {
                break;
            }
            let key = self.expression()?;
            self.space();
            if !matches!(self.peek(), b'=' | b':') {
                return Err(self.fail("expected `=` or `:` behind a key"));
            }
            self.pos += 1;
            let value = self.expression()?;
            height = height.max(key.height).max(value.height);
            items.push((bare_key(key.expr), value.expr));
            self.space();
            if self.peek() == b',' {
                self.pos += 1;
            } else if self.line_end(self.pos) == 0 && self.peek() != b'}' {
                return Err(self.fail("expected `,`, `}` or a new line behind a value"));
            }
        }
        self.pos += 1;
        self.newlines = saved;
        self.built(ExprKind::Object(items), start, height + 1)
    }

    /// Whether a `for` expression follows the bracket, and not a key of that name.
    fn at_for(&self) -> bool {
        let end = self.name_end(self.pos);
        if self.slice(self.pos, end) != FOR {
            return false;
        }
        !matches!(self.byte(self.behind_spaces(end)), b'=' | b':')
    }

    fn for_expression(&mut self, start: usize, close: u8) -> Result<Built> {
        self.pos += FOR.len();
        let (key_name, value_name) = self.for_names()?;
        let collection = self.expression()?;
        self.space();
        self.expect(b':', "expected `:` behind the collection of `for`")?;
        let mut value = self.expression()?;
        let mut height = collection.height.max(value.height);
        let mut key = None;
        self.space();
        if close == b'}' {
            if !self.starts_with(self.pos, "=>") {
                return Err(self.fail("expected `=>` behind the key of `for`"));
            }
            self.pos += 2;
            let result = self.expression()?;
            key = Some(std::mem::replace(&mut value, result).expr);
            height = height.max(value.height);
            self.space();
        }
        let group = close == b'}' && self.starts_with(self.pos, "...");
        if group {
            self.pos += 3;
            self.space();
        }
        let mut condition = None;
        let end = self.name_end(self.pos);
        if self.slice(self.pos, end) == "if" {
            self.pos = end;
            let test = self.expression()?;
            height = height.max(test.height);
            condition = Some(test.expr);
            self.space();
        }
        self.expect(close, "expected the closing bracket of `for`")?;
        let (collection, value) = (collection.expr, value.expr);
        let parts = For { key_name, value_name, collection, key, value, condition, group };
        self.built(ExprKind::For(Box::new(parts)), start, height + 1)
    }

    /// The names behind `for`, and `in`.
    pub(super) fn for_names(&mut self) -> Result<(Option<SmolStr>, SmolStr)> {
        self.space();
        let Some((first, _)) = self.name() else { return Err(self.fail("expected a name behind `for`")) };
        self.space();
        let mut names = (None, SmolStr::new(first));
        if self.peek() == b',' {
            self.pos += 1;
            self.space();
            let Some((second, _)) = self.name() else {
                return Err(self.fail("expected a second name behind `for`"));
            };
            names = (Some(SmolStr::new(first)), SmolStr::new(second));
            self.space();
        }
        let end = self.name_end(self.pos);
        if self.slice(self.pos, end) != "in" {
            return Err(self.fail("expected `in`"));
        }
        self.pos = end;
        Ok(names)
    }

    /// `.name`, `.0`, `.*`, `[key]` and `[*]` behind a term.
    fn steps(&mut self, mut base: Built) -> Result<Built> {
        loop {
            self.space();
            let start = base.expr.at.start as usize;
            match self.peek() {
                b'.' if !self.starts_with(self.pos, "...") => {
                    self.pos += 1;
                    self.space();
                    base = if self.peek() == b'*' {
                        self.attribute_splat(base, start)?
                    } else {
                        self.attribute_step(base, start)?
                    };
                }
                b'[' => base = self.index(base, start)?,
                _ => return Ok(base),
            }
        }
    }

    fn attribute_step(&mut self, base: Built, start: usize) -> Result<Built> {
        let at = self.pos;
        if self.peek().is_ascii_digit() {
            self.digits();
        } else if self.name().is_none() {
            return Err(self.fail("expected a name behind `.`"));
        }
        let name = SmolStr::new(self.slice(at, self.pos));
        let name_at = self.range(at);
        self.built(ExprKind::Attr(Box::new(base.expr), name, name_at), start, base.height + 1)
    }

    /// `.*` takes attributes of each element; an index behind it is one of the result.
    fn attribute_splat(&mut self, base: Built, start: usize) -> Result<Built> {
        let mut each = self.element(1)?;
        loop {
            let end = self.pos;
            self.space();
            if self.peek() != b'.' || self.starts_with(self.pos, "...") {
                let behind = std::mem::replace(&mut self.pos, end);
                let built = self.splat(base, false, each, start);
                self.pos = behind;
                return built;
            }
            self.pos += 1;
            self.space();
            let from = each.expr.at.start as usize;
            each = self.attribute_step(each, from)?;
        }
    }

    fn element(&mut self, length: usize) -> Result<Built> {
        let start = self.pos;
        self.pos += length;
        self.built(ExprKind::Variable(SmolStr::new_static(ELEMENT)), start, 1)
    }

    fn splat(&mut self, base: Built, full: bool, each: Built, start: usize) -> Result<Built> {
        let height = 1 + base.height.max(each.height);
        let kind = ExprKind::Splat { base: Box::new(base.expr), full, each: Box::new(each.expr) };
        self.built(kind, start, height)
    }

    fn index(&mut self, base: Built, start: usize) -> Result<Built> {
        self.pos += 1;
        let saved = std::mem::replace(&mut self.newlines, false);
        self.space();
        if self.peek() == b'*' {
            let element = self.element(1)?;
            self.space();
            self.expect(b']', "expected `]` behind `*`")?;
            self.newlines = saved;
            // All steps that follow are taken of each element.
            self.enter()?;
            let each_end = self.pos;
            let each = self.steps(element)?;
            self.leave();
            let behind = self.pos;
            self.pos = each_end.max(each.expr.at.end as usize);
            let built = self.splat(base, true, each, start);
            self.pos = behind;
            return built;
        }
        let key = self.expression()?;
        self.space();
        self.expect(b']', "expected `]` behind an index")?;
        self.newlines = saved;
        let height = 1 + base.height.max(key.height);
        self.built(ExprKind::Index(Box::new(base.expr), Box::new(key.expr)), start, height)
    }

    pub(super) fn expect(&mut self, byte: u8, message: &'static str) -> Result<()> {
        if self.peek() != byte || self.eof() {
            return Err(self.fail(message));
        }
        self.pos += 1;
        Ok(())
    }
}

/// A bare name as a key of an object is a string; in parentheses it is a variable.
fn bare_key(key: Expr) -> Expr {
    let text = match &key.kind {
        ExprKind::Variable(name) => name.clone(),
        ExprKind::Bool(true) => SmolStr::new_static("true"),
        ExprKind::Bool(false) => SmolStr::new_static("false"),
        ExprKind::Null => SmolStr::new_static("null"),
        _ => return key,
    };
    Expr { kind: ExprKind::Template(vec![Part::Text(text, key.at)]), at: key.at }
}
