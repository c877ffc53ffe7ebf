#!/usr/bin/env python3
"""Count the Lambda functions of CDK applications in Python, independently of Palisade.

    count_cdk.py DIR

Prints one JSON line an application, in the form of count_cdk.mjs and by the same rules:

* An application is a folder with a cdk.json whose `app` runs a Python file or module, and without a
  cdk.out that holds a manifest and templates. Applications in other languages than Python,
  TypeScript and JavaScript are printed with `"language": "other"` and no functions.
* Read are the modules of the repository that its entry imports, directly or not.
* A function is a call of a construct of FUNCTIONS by its import, or of a class of the application
  that extends one. It counts once at its place for each application that reaches it.
* Classes and functions at the top of a module count only if something that runs names them; what is
  left out for that is listed in `left`.
"""

import ast
import json
import os
import re
import sys
import warnings

warnings.simplefilter("ignore")

SKIPPED = {".git", "node_modules", ".terraform", ".serverless", ".aws-sam", "cdk.out", ".oracle", ".venv"}
FUNCTIONS = {
    "aws_lambda": {"Function", "DockerImageFunction", "SingletonFunction", "CfnFunction"},
    "aws_lambda_nodejs": {"NodejsFunction"},
    "aws_lambda_python": {"PythonFunction"},
    "aws_lambda_go": {"GoFunction"},
    "aws_cloudfront": {"experimental.EdgeFunction"},
    "aws_sam": {"CfnFunction"},
    "triggers": {"TriggerFunction"},
}


def synthesised(folder):
    out = os.path.join(folder, "cdk.out")
    if not os.path.isfile(os.path.join(out, "manifest.json")):
        return False
    return any(name.endswith(".template.json") for name in os.listdir(out))


def chain(node):
    """The names of `a.b.c`, or None."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = chain(node.value)
        return before and [*before, node.attr]
    return None


def parse(text):
    """The module; f-strings that are newer than the running Python are blanked, line by line."""
    lines = text.split("\n")
    for _ in range(50):
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines):
                break
            blank = re.sub(r"\b[fF]([\"']).*\1", '""', lines[at])
            if blank == lines[at]:
                break
            lines[at] = blank
        except ValueError:
            break
    return ast.Module([], [])


class Unit:
    """What runs together: a class, a function, or the statements at the top of a module."""

    def __init__(self, source, name, node):
        self.source, self.name, self.words, self.calls = source, name, set(), []
        self.is_class = isinstance(node, ast.ClassDef)
        self.parents = [names for base in node.bases if (names := chain(base))] if self.is_class else []
        self.is_stack = any(re.search(r"(Stack|Stage)$", names[-1]) for names in self.parents)


class Source:
    def __init__(self, path, resolve):
        self.path, self.imports, self.local, self.units = path, {}, [], []
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            tree = parse(file.read())
        self.parents = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, ast.Import):
                for one in node.names:
                    found = resolve(path, one.name, 0)
                    self.local += found
                    local = one.asname or one.name.split(".")[0]
                    self.imports[local] = (one.name if one.asname else local, [], bool(found))
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                found = resolve(path, module, node.level)
                self.local += found
                for one in node.names:
                    inner = resolve(path, f"{module}.{one.name}" if module else one.name, node.level)
                    self.local += inner
                    self.imports[one.asname or one.name] = (module, [one.name], bool(found or inner))
        top = Unit(self, None, tree)
        for statement in tree.body:
            if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                unit = Unit(self, statement.name, statement)
                self.units.append(unit)
            else:
                unit = top
            for node in ast.walk(statement):
                self.node(unit, node)
        self.units.append(top)

    def node(self, unit, node):
        if isinstance(node, ast.Name):
            unit.words.add(node.id)
            _, names, _ = self.imports.get(node.id, ("", [], False))
            unit.words.update(names)
        elif isinstance(node, ast.Attribute):
            unit.words.add(node.attr)
        if isinstance(node, ast.Call) and (names := chain(node.func)):
            unit.calls.append((names, node))

    def construct(self, names):
        """The function construct that a name chain stands for by the imports, or None."""
        module, rest, ours = self.imports.get(names[0], ("", [], True))
        if ours:
            return None
        path = [*module.split("."), *rest, *names[1:]]
        if path[0] not in ("aws_cdk", "monocdk") or len(path) < 3:
            return None
        service = path[1].removesuffix("_alpha")
        wanted = ".".join(path[2:])
        return wanted if wanted in FUNCTIONS.get(service, ()) else None

    def around(self, node):
        """Whether a loop or a condition stands around the node."""
        loop, condition = None, False
        while (above := self.parents.get(node)) is not None:
            if isinstance(above, ast.For) and node is not above.iter:
                loop = loop or self.written(above.iter)
            elif isinstance(above, ast.While):
                loop = loop or "unknown"
            elif isinstance(above, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                loop = loop or self.written(above.generators[0].iter)
            elif isinstance(above, (ast.If, ast.IfExp)) and node is not above.test:
                main = isinstance(above.test, ast.Compare) and chain(above.test.left) == ["__name__"]
                condition = condition or not main
            node = above
        return loop, condition

    def written(self, node):
        if isinstance(node, ast.Call):
            names = chain(node.func) or [""]
            if names[-1] in ("enumerate", "items", "keys", "values", "sorted", "list") or names == ["range"]:
                inner = node.args[0] if node.args else getattr(node.func, "value", None)
                return self.written(inner) if inner is not None else "unknown"
        if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant)):
            return "literal"
        if isinstance(node, ast.Name):
            for other in self.parents:
                if isinstance(other, ast.Assign) and any(chain(t) == [node.id] for t in other.targets):
                    if isinstance(other.value, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
                        return "literal"
        return "unknown"

    def first_line(self, node):
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node.lineno


class Application:
    def __init__(self, entry, folder, top):
        self.roots = list(dict.fromkeys([os.path.dirname(entry), folder]))
        self.top, self.files = top, {}
        queue = [entry]
        while queue:
            path = queue.pop()
            if path not in self.files:
                self.files[path] = source = Source(path, self.resolve)
                queue += source.local

    def resolve(self, path, module, level):
        """The files of the repository that importing a module runs."""
        parts = [part for part in module.split(".") if part]
        if level:
            base = os.path.dirname(path)
            for _ in range(level - 1):
                base = os.path.dirname(base)
            bases = [base]
        else:
            # An entry may put a folder above it on the path: those of the repository come last.
            above = os.path.dirname(self.roots[0])
            bases = list(self.roots)
            while above.startswith(self.top):
                bases.append(above)
                above = os.path.dirname(above)
        for base in bases:
            found, at = [], base
            for number, part in enumerate(parts):
                at = os.path.join(at, part)
                if os.path.isfile(os.path.join(at, "__init__.py")):
                    found.append(os.path.join(at, "__init__.py"))
                elif os.path.isfile(at + ".py") and number == len(parts) - 1:
                    found.append(at + ".py")
                elif not os.path.isdir(at):
                    found = []
                    break
            if level and not parts and os.path.isfile(os.path.join(base, "__init__.py")):
                found.append(os.path.join(base, "__init__.py"))
            if found and found[0].startswith(self.top):
                return found
        return []

    def count(self, root):
        units = [unit for source in self.files.values() for unit in source.units]
        own, before = set(), -1
        while before != len(own):
            before = len(own)
            for unit in units:
                if any(unit.source.construct(names) or names[-1] in own for names in unit.parents):
                    own.add(unit.name)
        named = {}
        for unit in units:
            if unit.name:
                named.setdefault(unit.name, []).append(unit)
        live = [unit for unit in units if unit.name is None]
        reached = set(map(id, live))
        while live:
            for word in live.pop().words:
                for unit in named.get(word, ()):
                    if id(unit) not in reached:
                        reached.add(id(unit))
                        live.append(unit)
        functions, left = [], []
        for unit in units:
            for names, node in unit.calls:
                found = unit.source.construct(names) or (names[-1] if names[-1] in own else None)
                if not found:
                    continue
                place = {"file": os.path.relpath(unit.source.path, root), "line": node.lineno, "class": found}
                if id(unit) not in reached:
                    reason = "class never instantiated" if unit.is_class else "helper never called"
                    left.append(place | {"reason": reason})
                    continue
                loop, condition = unit.source.around(node)
                second = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "id"), None)
                written = isinstance(second, ast.Constant) and isinstance(second.value, str)
                inside = "stack" if unit.is_stack else "construct" if unit.is_class else "helper"
                functions.append(place | {
                    "from": unit.source.first_line(node), "id": second.value if written else None,
                    "loop": loop, "condition": condition, "inside": "top" if unit.name is None else inside,
                })
        return functions, left


def entry_of(folder, app):
    words = [word.strip("\"'") for word in app.split()]
    for at, word in enumerate(words):
        if word.endswith(".py") and os.path.isfile(os.path.join(folder, word)):
            return os.path.normpath(os.path.join(folder, word))
        if word == "-m" and at + 1 < len(words):
            path = os.path.join(folder, *words[at + 1].split("."))
            for file in (path + ".py", os.path.join(path, "__main__.py")):
                if os.path.isfile(file):
                    return os.path.normpath(file)
    return None


def main():
    root = os.path.abspath(sys.argv[1])
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        if "cdk.json" not in files:
            continue
        try:
            with open(os.path.join(folder, "cdk.json"), encoding="utf-8-sig") as file:
                app = json.load(file).get("app")
        except (ValueError, OSError, AttributeError):
            continue
        if not isinstance(app, str) or synthesised(folder):
            continue
        relative = os.path.relpath(folder, root)
        entry = entry_of(folder, app)
        if entry:
            functions, left = Application(entry, folder, os.path.join(root, relative.split(os.sep)[0])).count(root)
            answer = {"language": "python", "entry": os.path.relpath(entry, root), "functions": functions, "left": left}
        elif re.search(r"\b(mvn|gradlew?|dotnet|go|java)\b", app):
            answer = {"language": "other", "functions": [], "left": []}
        else:
            continue
        print(json.dumps({"path": relative} | answer))


if __name__ == "__main__":
    main()
