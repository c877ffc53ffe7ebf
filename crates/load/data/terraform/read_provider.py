"""Reads which attributes and blocks the resources of the AWS provider have from its bindings for CDKTF.

    python3 read_provider.py <folder lib of the package @cdktf/provider-aws> <out.json>
"""
import glob
import json
import os
import re
import sys


def attributes(text):
    """Name, value, whether it is a block, kind and stored kind of each attribute of one function."""
    pattern = (r'\n\s+"?([A-Za-z0-9_]+)"?: \{\n\s+value: (.*),\n\s+isBlock: (\w+),'
               r'\n\s+type: "([^"]*)",\n\s+storageClassType: "([^"]*)",')
    return [m.groups() for m in re.finditer(pattern, text)]


def resource(folder):
    """Terraform type and tree of attributes of the resource in a folder."""
    source = ""
    for path in sorted(glob.glob(os.path.join(folder, "*.js"))):
        source += open(path).read() + "\n"
    ty = re.search(r'\.tfResourceType = "([^"]+)"', source)
    body = re.search(r"synthesizeHclAttributes\(\) \{(.*?)\n    \}\n", source, re.S)
    if not ty or not body:
        return None
    functions = {m.group(1): m.group(2)
                 for m in re.finditer(r"\nfunction (\w+)ToHclTerraform\(struct\) \{(.*?)\n\}\n", source, re.S)}

    def tree(text, around):
        out = {}
        for name, value, is_block, kind, stored in attributes(text):
            found = re.search(r"\b(\w+)ToHclTerraform", value)
            function = found.group(1) if found else None
            several = "listMapperHcl" in value
            form, inside = "leaf", None
            if function in functions:
                if function not in around and len(around) < 12:
                    inside = tree(functions[function], around + [function])
                form = ("blocks" if several else "block") if is_block == "true" else ("objects" if several else "object")
            else:
                if "hashMapperHcl" in value:
                    kind = "map"
                elif several:
                    kind = "list"
                else:
                    kind = {"string": "string", "number": "number", "boolean": "bool"}.get(stored, stored)
                if is_block == "true":
                    form = "blocks"
            out[name] = {"kind": form, "type": kind, "sub": inside}
        return out

    return ty.group(1), tree(body.group(1), [])


def main():
    folder, target = sys.argv[1:3]
    out = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.startswith("data-") or not os.path.exists(os.path.join(path, "index.js")):
            continue
        found = resource(path)
        if found:
            out[found[0]] = found[1]
    with open(target, "w") as f:
        json.dump(out, f)
    print(len(out), "types", file=sys.stderr)


main()
