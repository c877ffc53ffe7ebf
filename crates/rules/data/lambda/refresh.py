"""Writes runtimes.tsv, reserved_variables.txt and layers_aws.tsv from published packages.

    pip download cfn-lint --no-deps -d /tmp/pkg && unzip -d /tmp/pkg/cfn-lint /tmp/pkg/cfn_lint-*.whl
    npm pack aws-cdk-lib --pack-destination /tmp/pkg && tar -C /tmp/pkg -xzf /tmp/pkg/aws-cdk-lib-*.tgz
    python3 refresh.py /tmp/pkg/cfn-lint /tmp/pkg/package
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
LAYER = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:(\d{12}):layer:([A-Za-z0-9_-]+)")


def write(name, lines):
    (HERE / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def runtimes(cfn_lint):
    path = cfn_lint / "cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    write("runtimes.tsv", (
        "\t".join([name, *(row[key] or "-" for key in ("deprecated", "create-block", "update-block", "successor"))])
        for name, row in sorted(table.items())
    ))


def reserved(cfn_lint):
    path = cfn_lint / "cfnlint/data/schemas/extensions/aws_lambda_function/environment_variable_keys.json"
    write("reserved_variables.txt", sorted(json.loads(path.read_text())["propertyNames"]["not"]["enum"]))


def layers(cdk):
    names = {}
    for file in ("region-info/lib/built-ins.generated.js", "aws-appconfig/lib/application.js"):
        for account, layer in LAYER.findall((cdk / file).read_text(encoding="utf-8")):
            names.setdefault(account, set()).add(re.sub(r"[-_](Arm64|amd64|arm64|ver|java|nodejs|python|collector).*", "", layer))
    write("layers_aws.tsv", (f"{a}\t{' '.join(sorted(n))}" for a, n in sorted(names.items())))


if __name__ == "__main__":
    lint, cdk = map(pathlib.Path, sys.argv[1:3])
    runtimes(lint)
    reserved(lint)
    layers(cdk)
