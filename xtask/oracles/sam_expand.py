#!/usr/bin/env python3
"""Expand SAM templates with the reference transform, offline.

    sam_expand.py [PATH...]        (or the paths on standard input, one a line)

Prints one JSON line a template: {"path", "resources", "parameters", "conditions", "mappings"},
or {"path", "error"}. `parameters` holds the values in force (no value is given, so
defaults and first allowed values). Nothing is asked of
AWS: the map of managed policies is the one that ships with the translator.
"""

import copy
import json
import logging
import os
import sys

os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="offline",
    AWS_SECRET_ACCESS_KEY="offline",
    AWS_EC2_METADATA_DISABLED="true",
)

import yaml  # noqa: E402
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

logging.disable(logging.CRITICAL)

S3 = "s3://bucket/value"
IMAGE = "111111111111.dkr.ecr.region.amazonaws.com/repository"

# Local artefacts become the dummy location that packaging would have written.
LOCAL = {
    "AWS::Serverless::LayerVersion": ("ContentUri", True),
    "AWS::Serverless::Api": ("DefinitionUri", False),
    "AWS::Serverless::HttpApi": ("DefinitionUri", False),
    "AWS::Serverless::StateMachine": ("DefinitionUri", False),
    "AWS::Serverless::Application": ("Location", False),
}


class ManagedPolicies:
    """Stands for the loader that would list the policies of an account."""

    def load(self):
        policies = dict(get_bundled_managed_policy_map("aws"))
        return policies


def to_s3(properties, key, required):
    value = properties.get(key, "." if required else None)
    if isinstance(value, str) and not value.startswith(("s3://", "http://", "https://")):
        properties[key] = S3


def package(template):
    """What `sam package` does to a template before the transform sees it."""
    global_function = (template.get("Globals") or {}).get("Function") or {}
    if isinstance(global_function.get("CodeUri"), str):
        global_function["CodeUri"] = S3
    for resource in (template.get("Resources") or {}).values():
        if not isinstance(resource, dict):
            continue
        kind = resource.get("Type")
        if resource.get("Properties") is None:
            resource["Properties"] = {}
        properties = resource["Properties"]
        if not isinstance(properties, dict):
            continue
        if kind == "AWS::Serverless::Function":
            image = properties.get("PackageType", global_function.get("PackageType")) == "Image"
            if image:
                if "ImageUri" not in properties:
                    properties["ImageUri"] = IMAGE
            elif "InlineCode" not in properties:
                to_s3(properties, "CodeUri", "CodeUri" not in global_function)
        elif kind in LOCAL:
            key, required = LOCAL[kind]
            to_s3(properties, key, required)
        elif kind == "AWS::Serverless::GraphQLApi":
            to_s3(properties, "SchemaUri", False)
            for group in ("Functions",):
                for entry in (properties.get(group) or {}).values():
                    if isinstance(entry, dict):
                        to_s3(entry, "CodeUri", False)
            for fields in (properties.get("Resolvers") or {}).values():
                for entry in (fields or {}).values():
                    if isinstance(entry, dict):
                        to_s3(entry, "CodeUri", False)


def defaults(template):
    """The value of each parameter that has one: its default, else the first that is allowed."""
    found = {}
    for name, parameter in (template.get("Parameters") or {}).items():
        if not isinstance(parameter, dict):
            continue
        allowed = parameter.get("AllowedValues")
        if "Default" in parameter:
            found[name] = parameter["Default"]
        elif isinstance(allowed, list) and allowed:
            found[name] = allowed[0]
    return found


def in_force(template, found):
    """The same as the graph knows them: lists split, values of the parameter store left open."""
    known = {}
    for name, value in found.items():
        kind = str(template["Parameters"][name].get("Type", "String"))
        if kind.startswith("AWS::SSM::Parameter::Value"):
            continue
        is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
        known[name] = [part.strip() for part in str(value).split(",")] if is_list and isinstance(value, str) else value
    return known


def expand(path):
    with open(path, encoding="utf-8-sig") as file:
        template = plain(yaml_parse(file.read()))
    if not isinstance(template, dict):
        raise ValueError("not a mapping")
    package(template)
    parameters = defaults(template)
    given = {name: value if isinstance(value, list) else str(value) for name, value in parameters.items()}
    given.update({"AWS::Region": "us-east-1", "AWS::Partition": "aws"})
    expanded = transform(copy.deepcopy(template), given, ManagedPolicies())
    return {
        "resources": expanded.get("Resources", {}),
        "parameters": in_force(template, parameters),
        "conditions": expanded.get("Conditions", {}),
        "mappings": expanded.get("Mappings", {}),
    }


def plain(value):
    """JSON with string keys: YAML lets a key be a number or a boolean."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


def main():
    paths = sys.argv[1:] or [line.rstrip("\n") for line in sys.stdin]
    for path in paths:
        try:
            answer = {"path": path, **plain(expand(path))}
        except InvalidDocumentException as error:
            causes = [str(cause.message) for cause in error.causes] or [str(error.message)]
            answer = {"path": path, "error": "; ".join(causes)}
        except (OSError, ValueError, yaml.YAMLError) as error:
            answer = {"path": path, "error": str(error)}
        except Exception as error:  # the transform raises what it likes on a bad template
            answer = {"path": path, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
