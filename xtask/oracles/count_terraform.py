#!/usr/bin/env python3
"""Count the Lambda functions that Terraform trees deploy, independently of Palisade.

    count_terraform.py DIR

Prints one JSON line a root module that has functions:
{"path": folder, "functions": [{"address", "file", "line", "kind", "repeated", "known", "parser"}]},
and one {"path": file, "error"} a file that python-hcl2 rejects. Paths are relative to DIR.

What is counted, and where:

* A folder with `*.tf`, `*.tofu` or `*.tf.json` is a module; an application is one that no other
  module of the tree calls by a local path. Examples and test fixtures are such modules too.
* A block in a called module counts once for each call chain of each application: its address is
  `module.a.module.b.aws_lambda_function.c`, without instance keys. Several instances of one block
  (`count`, `for_each`) count once; `repeated` says that there may be several.
* A block, or a call on the way to it, whose `count` is 0 or whose `for_each` is empty with the values
  in force (defaults, terraform.tfvars, *.auto.tfvars, arguments of the call) deploys nothing and is not
  counted. Where the value cannot be told, the block counts and `known` is false.
* A call of the public registry's lambda module counts as one function unless its arguments switch
  the function off; other remote modules are not counted, since nothing of them is in the tree.
* In a file that python-hcl2 rejects, blocks are found by a regular expression: `parser` is `regex`.
"""

import json
import os
import re
import sys

import hcl2
from hcl_values import UNKNOWN, Scope, plain

SKIPPED = {".git", "node_modules", ".terraform", ".serverless", ".aws-sam", "cdk.out", ".oracle", ".venv"}
FUNCTIONS = ("aws_lambda_function", "awscc_lambda_function")
REMOTE = re.compile(
    r"^(?:[\w.-]+/)?terraform-aws-modules/lambda/aws$|terraform-aws-modules/terraform-aws-lambda(?:\.git)?/?(?:\?|$)"
)
BLOCK = re.compile(r'^[ \t]*(resource|module)[ \t]+"?([\w-]+)"?(?:[ \t]+"?([\w-]+)"?)?[ \t\r\n]*\{', re.M)
DEEPEST = 16


class Module:
    """The blocks of one folder."""

    def __init__(self):
        self.functions, self.calls, self.variables, self.locals = {}, {}, {}, {}


def strings(value):
    """JSON syntax in the form that python-hcl2 gives to HCL."""
    if isinstance(value, dict):
        return {key: strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strings(item) for item in value]
    return f'"{value}"' if isinstance(value, str) else value


def entries(document, kind):
    """(label, body) of every block of a kind that has one label."""
    found = document.get(kind, [])
    for block in found if isinstance(found, list) else [found]:
        for label, body in block.items() if isinstance(block, dict) else ():
            for one in body if isinstance(body, list) else [body]:
                if isinstance(one, dict):
                    yield plain(label), one


class Tree:
    def __init__(self, root):
        self.root, self.modules, self.errors, self.values = root, {}, [], {}
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED)
            self.folder(folder, files)

    def relative(self, path):
        return os.path.relpath(path, self.root)

    def folder(self, folder, files):
        sources = [name for name in files if name.endswith((".tf", ".tofu", ".tf.json", ".tofu.json"))]
        # OpenTofu reads `x.tofu` instead of `x.tf`.
        instead = {name.replace(".tofu", ".tf") for name in sources if ".tofu" in name}
        sources = [name for name in sources if name not in instead]
        if not sources:
            return
        module = self.modules.setdefault(os.path.normpath(folder), Module())
        is_override = lambda name: re.search(r"(^|_)override\.", name) is not None
        for name in sorted(sources, key=lambda name: (is_override(name), name)):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                self.file(module, path)
        given = [name for name in ("terraform.tfvars",) if name in files]
        given += sorted(name for name in files if name.endswith(".auto.tfvars"))
        values = {}
        for name in given:
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    document = hcl2.loads(file.read() + "\n")
                values.update(document)
            except Exception:  # the parser raises errors of several libraries
                continue
        self.values[os.path.normpath(folder)] = values

    def file(self, module, path):
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            text = file.read()
        lines = {}
        for match in BLOCK.finditer(text):
            label = match.group(2) + ("." + match.group(3) if match.group(1) == "resource" else "")
            if match.group(1) != "resource" or match.group(3):
                lines.setdefault((match.group(1), label), text.count("\n", 0, match.start(1)) + 1)
        parser = "hcl2"
        try:
            document = strings(json.loads(text)) if path.endswith(".json") else hcl2.loads(text + "\n")
        except Exception as error:  # the parser raises errors of several libraries
            parser = "regex"
            self.errors.append((path, " ".join(str(error).split())[:200]))
            document = roughly(text)
        for kind, blocks in entries(document, "resource"):
            if kind in FUNCTIONS:
                for name, body in blocks.items():
                    if isinstance(body, list):
                        body = body[0] if body else {}
                    if isinstance(body, dict):
                        address = f"{kind}.{plain(name)}"
                        place = (self.relative(path), lines.get(("resource", address), 0))
                        module.functions.setdefault(address, (kind, body, place, parser))
        for name, body in entries(document, "module"):
            place = (self.relative(path), lines.get(("module", name), 0))
            if name in module.calls:  # an override is merged over the block
                module.calls[name] = (module.calls[name][0] | body, *module.calls[name][1:])
            else:
                module.calls[name] = (body, place, parser)
        for name, body in entries(document, "variable"):
            module.variables[name] = module.variables.get(name, {}) | body
        found = document.get("locals", [])
        for block in found if isinstance(found, list) else [found]:
            if isinstance(block, dict):
                module.locals.update({plain(name): value for name, value in block.items()})

    def local_target(self, folder, body):
        """The folder that a module block calls, if it is one of the tree."""
        source = source_of(body)
        if not source.startswith(("./", "../")) and source not in (".", ".."):
            return None
        target = os.path.normpath(os.path.join(folder, source.replace("//", "/")))
        return target if target in self.modules else None

    def roots(self):
        called = set()
        for folder, module in self.modules.items():
            for body, *_ in module.calls.values():
                target = self.local_target(folder, body)
                if target and target != folder:
                    called.add(target)
        return [folder for folder in sorted(self.modules) if folder not in called]

    def scope(self, folder, given):
        module = self.modules[folder]
        defaults = Scope({}, {})
        variables = {}
        for name, body in module.variables.items():
            value = given.get(name, defaults.value(body["default"]) if "default" in body else UNKNOWN)
            if value is None and body.get("nullable") is False and "default" in body:
                value = defaults.value(body["default"])
            variables[name] = value
        return Scope(variables, module.locals)

    def functions(self, folder, given, prefix, chain, repeated, known):
        """Every function of the module and of those that it calls."""
        module, scope = self.modules[folder], self.scope(folder, given)
        for address, (kind, body, (file, line), parser) in module.functions.items():
            deployed, many, sure = instances(scope, body)
            if deployed:
                yield {
                    "address": prefix + address, "file": file, "line": line, "kind": kind,
                    "repeated": repeated or many, "known": known and sure, "parser": parser,
                }
        for name, (body, (file, line), parser) in module.calls.items():
            deployed, many, sure = instances(scope, body)
            address = f"{prefix}module.{name}"
            if not deployed:
                continue
            if REMOTE.search(source_of(body)):
                wanted = [scope.value(body[key]) for key in ("create", "create_function") if key in body]
                # A layer is made instead of a function.
                layer = scope.value(body.get("create_layer", False))
                if not any(value is False for value in wanted) and layer is not True:
                    sure = sure and not any(value is UNKNOWN for value in (*wanted, layer))
                    yield {
                        "address": address, "file": file, "line": line, "kind": "module",
                        "repeated": repeated or many, "known": known and sure, "parser": parser,
                    }
                continue
            target = self.local_target(folder, body)
            if target and target not in chain and len(chain) <= DEEPEST:
                arguments = {plain(key): scope.value(value) for key, value in body.items()}
                yield from self.functions(
                    target, arguments, address + ".", (*chain, target), repeated or many, known and sure
                )


def source_of(body):
    source = body.get("source", "")
    return plain(source) if isinstance(source, str) else ""


def instances(scope, body):
    """(whether anything is deployed, whether it may be several, whether that is known)."""
    for key in ("count", "for_each"):
        if key in body:
            value = scope.value(body[key])
            if value is UNKNOWN:
                return True, True, False
            size = value if key == "count" else len(value) if isinstance(value, (list, dict)) else None
            if size is None:
                return True, True, False
            if isinstance(size, str):
                size = int(size) if size.isdigit() else 1
            return int(size) > 0, int(size) != 1, True
    return True, False, True


def roughly(text):
    """Blocks of a file that does not parse: their labels, and the module sources."""
    document = {"resource": [], "module": []}
    for match in BLOCK.finditer(text):
        kind, first, second = match.groups()
        if kind == "resource" and second:
            document["resource"].append({first: {second: {}}})
        elif kind == "module":
            source = re.search(r'\bsource\s*=\s*("[^"\n]*")', text[match.end() : match.end() + 600])
            document["module"].append({first: {"source": source.group(1)} if source else {}})
    return document


def main():
    tree = Tree(sys.argv[1])
    for path, error in tree.errors:
        print(json.dumps({"path": tree.relative(path), "error": error}))
    for folder in tree.roots():
        given = tree.values.get(folder, {})
        plain_scope = Scope({}, {})
        given = {plain(key): plain_scope.value(value) for key, value in given.items()}
        found = list(tree.functions(folder, given, "", (folder,), False, True))
        if found:
            print(json.dumps({"path": tree.relative(folder), "functions": found}))


if __name__ == "__main__":
    main()
