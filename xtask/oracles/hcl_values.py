"""Values of HCL expressions, as far as `count` and `for_each` need them.

`Scope.value` evaluates what python-hcl2 answers for an attribute: literals, conditionals, logic,
comparison, variables, locals and a few functions. Everything else is `UNKNOWN`, which a caller has
to treat as "may be anything".
"""

import re


class Unknown:
    """A value that cannot be told from the files."""

    def __bool__(self):
        raise TypeError("unknown")


UNKNOWN = Unknown()
TOKEN = re.compile(
    r"""\s+ | (?P<number>\d+(?:\.\d+)?) | (?P<name>[A-Za-z_][\w-]*) | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<mark>\|\||&&|==|!=|<=|>=|=>|\.\.\.|[-+*/%!<>?:()\[\]{},.=])""",
    re.X,
)
ORDER = [("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")]


class Scope:
    """Variables and locals of one module."""

    def __init__(self, variables, local_values):
        self.variables = variables
        self.local_values = local_values
        self.locals = {}

    def value(self, value, depth=0):
        """The value of an attribute as python-hcl2 writes it."""
        if isinstance(value, list):
            return [self.value(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {plain(key): self.value(item, depth + 1) for key, item in value.items()}
        if not isinstance(value, str):
            return value
        if value.startswith('"') and value.endswith('"') and len(value) > 1:
            inner = value[1:-1]
            if "${" not in inner and "%{" not in inner:
                return inner
            whole = re.fullmatch(r"\$\{([^{}]*)\}", inner)
            return self.expression(whole.group(1), depth) if whole else UNKNOWN
        if value.startswith("${") and value.endswith("}"):
            value = value[2:-1]
        return self.expression(value, depth)

    def expression(self, text, depth=0):
        if depth > 40:
            return UNKNOWN
        try:
            parser = Parser(tokens(text), self, depth)
            answer = parser.ternary()
            return answer if parser.at == len(parser.tokens) else UNKNOWN
        except (SyntaxError, TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError, RecursionError):
            return UNKNOWN

    def local(self, name, depth):
        if name not in self.locals:
            self.locals[name] = UNKNOWN  # while it is evaluated: a cycle
            if name in self.local_values:
                self.locals[name] = self.value(self.local_values[name], depth + 1)
        return self.locals[name]


def plain(key):
    key = str(key)
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


def tokens(text):
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise SyntaxError(text[at:])
        if match.lastgroup:
            found.append((match.lastgroup, match.group()))
        at = match.end()
    return found


class Parser:
    def __init__(self, found, scope, depth):
        self.tokens, self.scope, self.depth, self.at = found, scope, depth, 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, mark=None):
        token = self.peek()
        if mark is not None and token[1] != mark:
            raise SyntaxError(f"{token[1]} instead of {mark}")
        self.at += 1
        return token

    def ternary(self):
        condition = self.binary(0)
        if self.peek()[1] != "?":
            return condition
        self.take()
        yes = self.ternary()
        self.take(":")
        no = self.ternary()
        if condition is UNKNOWN:
            return yes if same(yes, no) is True else UNKNOWN
        return yes if condition in (True, "true") else no

    def binary(self, level):
        if level == len(ORDER):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek()[0] == "mark" and self.peek()[1] in ORDER[level]:
            mark = self.take()[1]
            left = apply(mark, left, self.binary(level + 1))
        return left

    def unary(self):
        if self.peek() == ("mark", "!"):
            self.take()
            value = self.unary()
            return UNKNOWN if value is UNKNOWN else value not in (True, "true")
        if self.peek() == ("mark", "-"):
            self.take()
            value = self.unary()
            return UNKNOWN if value is UNKNOWN else -value
        return self.postfix(self.primary())

    def postfix(self, value):
        while True:
            mark = self.peek()[1]
            if mark == ".":
                self.take()
                value = member(value, self.take()[1])
            elif mark == "[":
                self.take()
                if self.peek()[1] == "*":
                    self.take()
                    key = UNKNOWN
                else:
                    key = self.ternary()
                self.take("]")
                value = member(value, key)
            else:
                return value

    def primary(self):
        kind, text = self.take()
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "text":
            return self.scope.value(text, self.depth + 1)
        if text == "(":
            value = self.ternary()
            self.take(")")
            return value
        if text == "[":
            return self.brackets("]")
        if text == "{":
            return self.brackets("}")
        if kind != "name":
            raise SyntaxError(text)
        if text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if self.peek()[1] == "(":
            return self.call(text)
        if text in ("var", "local") and self.peek()[1] == ".":
            self.take()
            name = self.take()[1]
            if text == "var":
                return self.scope.variables.get(name, UNKNOWN)
            return self.scope.local(name, self.depth)
        return UNKNOWN

    def brackets(self, end):
        """A list, an object or a `for` of either; of a `for` only whether it is empty is known."""
        if self.peek()[1] == "for":
            while self.take()[1] != "in":
                pass
            source = self.ternary()
            deep = 1
            while deep:
                mark = self.take()[1]
                deep += (mark in "([{") - (mark in ")]}") if mark else 0
            empty = source is not UNKNOWN and source is not None and len(source) == 0
            return ([] if end == "]" else {}) if empty else UNKNOWN
        items, entries = [], {}
        while self.peek()[1] != end:
            if end == "]":
                items.append(self.ternary())
            else:
                kind, name = self.take()
                if kind not in ("name", "text"):
                    raise SyntaxError(name)
                if self.take()[1] not in ("=", ":"):
                    raise SyntaxError(name)
                entries[plain(name)] = self.ternary()
            if self.peek()[1] == ",":
                self.take()
        self.take(end)
        return items if end == "]" else entries

    def call(self, name):
        self.take("(")
        arguments = []
        while self.peek()[1] != ")":
            arguments.append(self.ternary())
            if self.peek()[1] in (",", "..."):
                self.take()
        self.take(")")
        return function(name, arguments)


def member(value, key):
    if value is UNKNOWN or key is UNKNOWN or value is None:
        return UNKNOWN
    if isinstance(value, dict):
        return value.get(key, UNKNOWN)
    if isinstance(value, list) and str(key).isdigit():
        return value[int(key)]
    return UNKNOWN


def same(left, right):
    if left is UNKNOWN or right is UNKNOWN or isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return True if isinstance(left, (list, dict)) and left == right == type(left)() else UNKNOWN
    if isinstance(left, bool) and isinstance(right, str):
        return str(left).lower() == right
    return left == right


def apply(mark, left, right):
    if mark == "&&":
        if left is False or right is False:
            return False
        return UNKNOWN if left is UNKNOWN or right is UNKNOWN else bool(left and right)
    if mark == "||":
        if left is True or right is True:
            return True
        return UNKNOWN if left is UNKNOWN or right is UNKNOWN else bool(left or right)
    if mark in ("==", "!="):
        answer = same(left, right)
        return answer if answer is UNKNOWN or mark == "==" else not answer
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    table = {
        "<": lambda: left < right, ">": lambda: left > right, "<=": lambda: left <= right,
        ">=": lambda: left >= right, "+": lambda: left + right, "-": lambda: left - right,
        "*": lambda: left * right, "/": lambda: left / right, "%": lambda: left % right,
    }
    return table[mark]()


def function(name, arguments):
    if name == "try":
        first = arguments[0] if arguments else UNKNOWN
        return first
    if name in ("merge", "concat"):
        if any(argument is UNKNOWN for argument in arguments):
            return UNKNOWN
        parts = [argument for argument in arguments if argument is not None]
        if name == "concat":
            return [item for part in parts for item in part]
        return {key: value for part in parts for key, value in part.items()}
    if any(argument is UNKNOWN for argument in arguments):
        return UNKNOWN
    if name in ("toset", "tolist", "tomap", "flatten", "sort", "distinct", "nonsensitive", "sensitive"):
        return arguments[0]
    if name == "length":
        return len(arguments[0])
    if name == "keys":
        return list(arguments[0])
    if name == "values":
        return list(arguments[0].values())
    if name == "compact":
        return [item for item in arguments[0] if item is UNKNOWN or item not in (None, "")]
    if name == "contains" and not any(item is UNKNOWN for item in arguments[0]):
        return arguments[1] in arguments[0]
    if name == "lookup":
        return arguments[0].get(arguments[1], arguments[2] if len(arguments) > 2 else UNKNOWN)
    if name == "coalesce":
        return next((item for item in arguments if item not in (None, "")), UNKNOWN)
    if name == "tobool":
        return {"true": True, "false": False}.get(arguments[0], arguments[0])
    if name == "tonumber":
        return int(arguments[0]) if isinstance(arguments[0], str) else arguments[0]
    if name == "tostring":
        return arguments[0]
    return UNKNOWN
