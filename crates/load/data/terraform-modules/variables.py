#!/usr/bin/env python3
"""Writes <module>/variables.tf: names and defaults of the inputs that <module>/*.tf uses.

usage: variables.py <folder of checkouts, named terraform-aws-modules+terraform-aws-lambda and so on>

Names and defaults are the module's documented interface. Types are left out: what may be missing in an input
is read with try(). Inputs that only older major versions have are written by hand in <module>/older.tf.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
SOURCES = {
    "lambda": "lambda",
    "lambda-alias": "lambda/modules/alias",
    "lambda-docker-build": "lambda/modules/docker-build",
    "lambda-deploy": "lambda/modules/deploy",
    "sqs": "sqs",
    "sns": "sns",
    "dynamodb-table": "dynamodb-table",
    "eventbridge": "eventbridge",
    "step-functions": "step-functions",
    "apigateway-v2": "apigateway-v2",
    "s3-bucket": "s3-bucket",
    "s3-bucket-notification": "s3-bucket/modules/notification",
    "s3-bucket-object": "s3-bucket/modules/object",
    "iam-role": "iam/modules/iam-role",
    "iam-policy": "iam/modules/iam-policy",
    "iam-role-for-service-accounts": "iam/modules/iam-role-for-service-accounts",
    "security-group": "security-group",
    "vpc": "vpc",
    "vpc-endpoints": "vpc/modules/vpc-endpoints",
    "kms": "kms",
    "cloudfront": "cloudfront",
}


def end(text, at):
    """Where the expression that starts at a byte ends: brackets are counted, strings are skipped."""
    depth, quoted = 0, False
    while at < len(text):
        c = text[at]
        if quoted:
            if c == "\\":
                at += 1
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif text.startswith("<<", at):
            word = re.match(r"<<-?(\w+)", text[at:]).group(1)
            at = re.compile(rf"^\s*{word}$", re.M).search(text, at).end()
            continue
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "#":
            at = text.find("\n", at)
            if at < 0:
                return len(text)
            continue
        elif c == "\n" and depth == 0:
            return at
        at += 1
    return at


def declared(folder):
    found = {}
    for path in sorted(folder.glob("*.tf")):
        text = path.read_text()
        for block in re.finditer(r'^variable "([^"]+)" \{$', text, re.M):
            close = text.find("\n}", block.end())
            body = text[block.end():close]
            entry = {}
            for key in ("default", "nullable"):
                attribute = re.search(rf"^  {key}\s*=\s*", body, re.M)
                if attribute:
                    value = body[attribute.end():end(body, attribute.end())]
                    value = re.sub(r'("|\d|[a-z\]}])\s+#.*$', r"\1", value, flags=re.M)
                    entry[key] = "\n".join(line for line in value.split("\n") if not re.match(r"\s*(#|//)", line))
            found[block.group(1)] = entry
    return found


def main():
    checkouts = pathlib.Path(sys.argv[1])
    for name, source in SOURCES.items():
        own = HERE / name
        if not own.is_dir():
            continue
        repository, _, inner = source.partition("/")
        inputs = declared(checkouts / f"terraform-aws-modules+terraform-aws-{repository}" / inner)
        texts = [p.read_text() for p in own.glob("*.tf") if p.name != "variables.tf"]
        used = sorted(set(re.findall(r"\bvar\.(\w+)", "\n".join(texts))))
        by_hand = set(re.findall(r'variable "(\w+)"', "\n".join(texts)))
        out = []
        for variable in used:
            if variable in by_hand:
                continue
            if variable not in inputs:
                sys.exit(f"{name}: the module has no input {variable}")
            entry = inputs[variable]
            lines = []
            if "default" in entry:
                lines.append(f"  default = {entry['default']}")
            if "nullable" in entry:
                lines.append(f"  nullable = {entry['nullable']}")
            out.append(f'variable "{variable}" {{\n' + "\n".join(lines) + "\n}\n" if lines else f'variable "{variable}" {{}}\n')
        (own / "variables.tf").write_text("\n".join(out))


main()
