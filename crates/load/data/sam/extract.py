#!/usr/bin/env python3
"""Makes the tables of this folder from an installed aws-sam-translator.

    pip install aws-sam-translator==VERSION
    python3 extract.py
"""

import json
import pathlib

import samtranslator
from samtranslator.plugins.globals.globals import CUSTOM_STRATEGIES, Globals

HERE = pathlib.Path(__file__).parent
PACKAGE = pathlib.Path(samtranslator.__file__).parent
PREFIX = "AWS::Serverless::"


def read(path):
    return json.loads((PACKAGE / path).read_text(encoding="utf-8"))


def write(name, value):
    text = json.dumps(value, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


def policy_templates():
    templates = read("policy_templates_data/policy_templates.json")["Templates"]
    return {
        name: {"Parameters": list(entry["Parameters"]), "Statement": entry["Definition"]["Statement"]}
        for name, entry in sorted(templates.items())
    }


def connectors():
    profiles = read("model/connector_profiles/profiles.json")
    return {"Permissions": profiles["Permissions"], "Resources": profiles["CfnResourceProperties"]}


def globals_():
    sections = {
        kind.removeprefix(PREFIX): properties for kind, properties in Globals.supported_properties.items()
    }
    return {"sections": sections, "rules": {path: rule.value for path, rule in CUSTOM_STRATEGIES.items()}}


def managed_policies():
    arns = read("internal/data/aws_managed_policies.json")["aws"].values()
    paths = {arn.split(":policy/", 1)[1] for arn in arns}
    return sorted((path for path in paths if "/" in path), key=lambda path: path.rsplit("/", 1)[1])


def main():
    write("policy_templates.json", policy_templates())
    write("connectors.json", connectors())
    write("globals.json", globals_())
    text = "".join(path + "\n" for path in managed_policies())
    (HERE / "managed_policies.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
