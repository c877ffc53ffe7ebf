#!/usr/bin/env python3
"""Count the Lambda functions that a tree declares, independently of Palisade.

    count_functions.py DIR...

Walks each DIR for serverless.yml, SAM and CloudFormation files (told apart by content) and prints
one JSON line a file: {"path", "dialect", "functions": [{"name", "file"}]}, or {"path", "error"}.
`path` is relative to its DIR; `file` is where the function stands (it differs from `path` when the
section was included by `${file(...)}`). Files of other providers have `"dialect": "foreign"`.

The loader is tolerant: of duplicate keys the last wins, unknown tags are looked through, and a
document that breaks half-way counts as an error, not as empty.
"""

import json
import os
import re
import sys

import yaml

SKIPPED = {".git", "node_modules", ".terraform", ".serverless", ".aws-sam", "cdk.out", ".oracle", ".venv"}
SUFFIXES = (".yml", ".yaml", ".json", ".template", ".cfn", ".cform")
LARGEST = 4_000_000
INCLUDE = re.compile(r"^\s*\$\{\s*file\(\s*([^)$]+?)\s*\)\s*(?::\s*([\w.\-/]+))?\s*(?:,.*)?\}\s*$", re.S)
FUNCTION_TYPES = ("AWS::Serverless::Function", "AWS::Lambda::Function")

Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Base):
    """Reads every scalar as a string and every tag as its value."""


def any_tag(loader, _suffix, node):
    if isinstance(node, yaml.MappingNode):
        return mapping(loader, node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


def mapping(loader, node):
    loader.flatten_mapping(node)
    found = {}
    for key, value in node.value:
        name = loader.construct_object(key, deep=True)
        found[name if isinstance(name, str) else str(name)] = loader.construct_object(value, deep=True)
    return found


Loader.add_multi_constructor("!", any_tag)
Loader.add_multi_constructor("tag:", any_tag)
Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


def load(path):
    if os.path.getsize(path) > LARGEST:
        raise ValueError("too large")
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        text = file.read()
    if path.endswith(".json"):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return next(iter(yaml.load_all(text, Loader=Loader)), None)


def include(value, folder):
    """What `${file(path):key}` names, as (value, file), or None."""
    match = INCLUDE.match(value) if isinstance(value, str) else None
    if not match:
        return None
    path = os.path.normpath(os.path.join(folder, match.group(1).strip("'\"")))
    if not path.endswith((".yml", ".yaml", ".json")) or not os.path.isfile(path):
        return None
    try:
        found = load(path)
    except (ValueError, OSError, yaml.YAMLError):
        return None
    for part in (match.group(2) or "").split("."):
        if part:
            found = found.get(part) if isinstance(found, dict) else None
    return found, path


def sections(value, file, folder, depth=0):
    """The maps of a section that is a map, a list of maps, or includes of either."""
    included = include(value, folder) if depth < 8 else None
    if included:
        yield from sections(included[0], included[1], folder, depth + 1)
    elif isinstance(value, list):
        for entry in value:
            yield from sections(entry, file, folder, depth + 1)
    elif isinstance(value, dict):
        yield value, file


def lambda_resources(resources, file):
    for name, resource in resources.items():
        if isinstance(resource, dict) and resource.get("Type") in FUNCTION_TYPES:
            yield {"name": name, "file": file}


def serverless(document, path):
    folder = os.path.dirname(path)
    provider = document.get("provider")
    included = include(provider, folder)
    provider = included[0] if included else provider
    name = provider.get("name", "aws") if isinstance(provider, dict) else provider
    found = []
    for section, file in sections(document.get("functions"), path, folder):
        found += [{"name": key, "file": file} for key, value in section.items() if value is not None]
    for section, file in sections(document.get("resources"), path, folder):
        for inner, inner_file in sections(section.get("Resources", {}), file, folder):
            found += lambda_resources(inner, inner_file)
    aws = not isinstance(name, str) or name == "aws" or "${" in name
    return ("serverless" if aws else "foreign"), found


def classify(document, path):
    """(dialect, functions) of a parsed document, or None if it is none of ours."""
    if not isinstance(document, dict):
        return None
    name = os.path.basename(path)
    usual = re.fullmatch(r"serverless\.(yml|yaml|json)", name) is not None
    if ("service" in document and "provider" in document) or (usual and ("provider" in document or "functions" in document)):
        return serverless(document, path)
    resources = document.get("Resources")
    if not isinstance(resources, dict):
        return None
    types = [entry["Type"] for entry in resources.values() if isinstance(entry, dict) and isinstance(entry.get("Type"), str)]
    transform = json.dumps(document.get("Transform", ""))
    if "AWS::Serverless-2016-10-31" in transform or any(kind.startswith("AWS::Serverless::") for kind in types):
        return "sam", list(lambda_resources(resources, path))
    if any(kind.startswith(("AWS::", "Custom::", "Alexa::")) for kind in types):
        return "cloudformation", list(lambda_resources(resources, path))
    return None


SIGN = re.compile(r"AWSTemplateFormatVersion|AWS::|^\"?provider\"?\s*:|\"provider\"|\"Resources\"|^Resources:", re.M)


def visit(path, root):
    relative = os.path.relpath(path, root)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            if not SIGN.search(file.read(LARGEST)):
                return None
        answer = classify(load(path), path)
    except (ValueError, OSError, yaml.YAMLError, RecursionError) as error:
        return {"path": relative, "error": str(error).replace("\n", " ")}
    if answer is None:
        return None
    dialect, functions = answer
    for function in functions:
        function["file"] = os.path.relpath(function["file"], root)
    return {"path": relative, "dialect": dialect, "functions": functions}


def main():
    for root in sys.argv[1:]:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED)
            for name in sorted(files):
                path = os.path.join(folder, name)
                if name.endswith(SUFFIXES) and not os.path.islink(path):
                    answer = visit(path, root)
                    if answer:
                        print(json.dumps(answer))


if __name__ == "__main__":
    main()
