#!/usr/bin/env python3
"""Compares the adapters with the modules themselves, over the modules' own examples.

usage: compare.py <folder of checkouts> [module …]

Each example is evaluated twice by `terraform_dump` (crates/load/examples): once with the module's source beside
it, once with an adapter in its place. What differs is printed: resources that one has and the other has not, and
attributes of resources that both have.
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
DUMP = HERE / "../../../../target/debug/examples/terraform_dump"
# What no question is asked of, and what is built while Terraform runs.
IGNORED = {"region", "timeouts", "tags", "source_code_hash", "filename", "s3_key", "key", "override_provider"}
MODULES = [
    "lambda", "apigateway-v2", "sqs", "sns", "dynamodb-table", "eventbridge", "step-functions", "s3-bucket", "iam",
    "security-group", "vpc", "kms", "cloudfront",
]


def dump(root):
    out = subprocess.run([DUMP, root], capture_output=True, text=True, check=True, timeout=600).stdout
    found = collections.defaultdict(dict)
    for line in out.splitlines():
        entry = json.loads(line)
        if "address" in entry and re.match(r"(module\.[^.]+\.)+aws_", entry["address"]):
            found[entry["root"]][entry["address"]] = entry["body"]
    return found


def plain(value):
    """Without what is not set, in an order of its own."""
    if isinstance(value, dict):
        kept = {k: plain(v) for k, v in value.items()}
        return {k: v for k, v in sorted(kept.items()) if v not in (None, "", [], {})}
    if isinstance(value, list):
        return sorted((plain(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def main():
    checkouts = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or MODULES:
        source = checkouts / f"terraform-aws-modules+terraform-aws-{name}"
        with tempfile.TemporaryDirectory() as temporary:
            real, adapted = pathlib.Path(temporary) / "real", pathlib.Path(temporary) / "adapted"
            for target in (real, adapted):
                shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git", "wrappers"))
            for path in adapted.glob("*.tf"):
                path.unlink()
            shutil.rmtree(adapted / "modules", ignore_errors=True)
            for path in (adapted / "examples").rglob("*.tf"):
                registry = f"terraform-aws-modules/{name}/aws"
                text = path.read_text()
                text = re.sub(r'"(?:\.\./)+modules/([\w-]+)/?"', rf'"{registry}//modules/\1"', text)
                text = re.sub(r'"\.\./\.\./?"', f'"{registry}"', text)
                path.write_text(text)
            before, after = dump(real), dump(adapted)
        missing, extra = collections.Counter(), collections.Counter()
        attributes = collections.defaultdict(list)
        same = total = 0
        for root, resources in before.items():
            if not root.startswith("examples"):
                continue
            own = after.get(root, {})
            for address, body in resources.items():
                total += 1
                kind = re.sub(r'\[[^\]]*\]', "", address.split(".", 2)[2] if address.count(".") > 1 else address)
                if address not in own:
                    missing[kind] += 1
                    continue
                one, two = plain(body), plain(own[address])
                differing = [k for k in sorted(set(one) | set(two)) if k not in IGNORED and one.get(k) != two.get(k)]
                same += not differing
                for key in differing:
                    attributes[f"{kind}.{key}"].append((root, address, one.get(key), two.get(key)))
            for address in own:
                if address not in resources:
                    extra[re.sub(r'\[[^\]]*\]', "", address.split(".", 2)[2])] += 1
        print(f"== {name}: {same} of {total} resources are the same")
        for label, counter in (("only in the module", missing), ("only in the adapter", extra)):
            for kind, count in counter.most_common():
                print(f"   {label}: {kind} ({count})")
        for key, places in sorted(attributes.items()):
            root, address, one, two = places[0]
            show = lambda v: json.dumps(v)[:300]
            print(f"   {key} ({len(places)}) {root} {address}\n      module  {show(one)}\n      adapter {show(two)}")


main()
