"""Makes attributes.tsv from types.txt, hand.txt and two descriptions of fact: which attributes the AWS provider's
resources have, and which properties CloudFormation's resource types have (see SOURCE.md).

    python3 extract.py <schema.json of read_provider.py> <folder of CloudFormation schemas> [--unmatched]
"""
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Attributes that say how Terraform handles a resource, or that only it has.
NOT_DEPLOYED = {"id", "region", "tags_all", "timeouts", "skip_destroy", "force_destroy", "triggers", "source_code_hash"}


def plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def plurals(name):
    out = [name + "s", name + "es", name + "list", name + "set"]
    if name.endswith("y"):
        out.append(name[:-1] + "ies")
    if name.endswith("ies"):
        out.append(name[:-3] + "y")
    if name.endswith("s"):
        out.append(name[:-1])
    return out


class Schema:
    def __init__(self, document):
        self.document = document

    def deref(self, node):
        for _ in range(16):
            if not isinstance(node, dict):
                return {}
            ref = node.get("$ref")
            if not ref:
                return node
            node = self.document.get("definitions", {}).get(ref.rsplit("/", 1)[-1], {})
        return {}

    def kind(self, node):
        node = self.deref(node)
        found = node.get("type")
        if isinstance(found, list):
            found = found[0]
        if found is None and ("properties" in node or "oneOf" in node and not node.get("enum")):
            found = "object" if self.properties(node) else None
        return found

    def properties(self, node):
        node = self.deref(node)
        out = dict(node.get("properties", {}))
        for key in ("oneOf", "anyOf", "allOf"):
            for other in node.get(key, []):
                for name, value in self.deref(other).get("properties", {}).items():
                    out.setdefault(name, value)
        return out

    def items(self, node):
        return self.deref(self.deref(node).get("items", {}))

    def at(self, path):
        """The node at a path (`A.B[].C`), `{}` where there is none."""
        node = {"properties": self.document.get("properties", {})}
        for step in path.split(".") if path not in ("", ".") else []:
            name = step.removesuffix("[]")
            node = self.properties(node).get(name, {})
            if step.endswith("[]"):
                node = self.items(node)
        return self.deref(node)


def find(name, properties, owner):
    """The property of an attribute's name, or none."""
    by_plain = {plain(p): p for p in properties}
    n = plain(name)
    candidates = [n, *plurals(n)]
    short = plain(owner)
    if n in ("name", "identifier", "id", "description", "type"):
        candidates.append(short + n)
    for suffix in ("configuration", "config", "specification", "settings", "options"):
        candidates.append(n + suffix)
        candidates += [p + suffix for p in plurals(n)[:3]]
        if n.endswith(suffix):
            candidates.append(n[: -len(suffix)])
            candidates += plurals(n[: -len(suffix)])
    if n.startswith(short):
        candidates.append(n[len(short):])
    for c in candidates:
        if c in by_plain:
            return by_plain[c]
    return None


def conversion(schema, leaf, node):
    kind = schema.kind(node)
    given = leaf["type"]
    if kind == "object" and given == "string":
        return "json"
    if kind == "array":
        item = schema.properties(schema.items(node))
        if given == "map" and "Value" in item:
            key = next((k for k in ("Key", "Name") if k in item), None)
            if key:
                return f"pairs {key} Value"
        if given in ("string", "number"):
            return "list"
    if kind in ("string", "number", "integer", "boolean") and given in ("list", "set"):
        return "first"
    if kind == "string" and given == "bool" and schema.deref(node).get("enum"):
        return "?" + ",".join(map(str, schema.deref(node)["enum"]))
    if kind == "boolean" and given == "string":
        return "?bool"
    if kind == "string" and "json" in str(schema.deref(node).get("format", "")):
        return "json"
    return ""


def main():
    provider = json.load(open(sys.argv[1]))
    folder = sys.argv[2]
    show = "--unmatched" in sys.argv
    cloud = {}
    for path in glob.glob(os.path.join(folder, "*.json")):
        document = json.load(open(path))
        if isinstance(document, dict) and "typeName" in document:
            cloud[document["typeName"]] = document
    hand = {}
    for line in open(os.path.join(HERE, "hand.txt")):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        ty, attribute, path, *word = line.split(None, 3)
        hand[(ty, attribute)] = (path, word[0] if word else "")
    used = set()
    rows = []
    missing = []
    for line in open(os.path.join(HERE, "types.txt")):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        ty, cfn = parts[0], parts[1]
        own = provider.get(ty)
        if own is None:
            print("no such type", ty, file=sys.stderr)
            continue
        document = cloud.get(cfn)
        if document is None:
            print("no schema of", cfn, file=sys.stderr)
        schema = Schema(document or {})
        owner = cfn.rsplit("::", 1)[-1]
        extra = sorted({a for (t, a) in hand if t == ty and a != "."})
        base = hand.get((ty, "."), ("", ""))[0]
        if (ty, ".") in hand:
            used.add((ty, "."))
            rows.append((ty, ".", base, "block"))

        def walk(tree, prefix, at, depth):
            node = schema.at(at)
            properties = schema.properties(node)
            roots = schema.properties(schema.at("")) if prefix == "" and at else {}
            names = list(tree) + [a[len(prefix):] for a in extra
                                  if a.startswith(prefix) and "." not in a[len(prefix):] and a[len(prefix):] not in tree]
            for name in names:
                leaf = tree.get(name, {"kind": "leaf", "type": "string", "sub": None})
                attribute = prefix + name
                word = None
                known = (ty, attribute) if (ty, attribute) in hand else ("*", attribute)
                if known in hand:
                    used.add(known)
                    path, word = hand[known]
                    if path == "-":
                        continue
                    target = schema.at(path)
                elif prefix == "" and name in NOT_DEPLOYED:
                    continue
                else:
                    found, base = find(name, properties, owner), at
                    if found is None and roots:
                        found, base = find(name, roots, owner), ""
                    if found is None:
                        missing.append((ty, attribute, leaf["kind"], leaf["type"], at,
                                        " ".join(sorted(properties))))
                        continue
                    path = f"{base}.{found}" if base not in ("", ".") else found
                    target = schema.deref((properties if base == at else roots)[found])
                    if leaf["sub"] is not None and schema.kind(target) == "array":
                        path += "[]"
                        target = schema.items(target)
                if leaf["sub"] is not None and (word or "item").split()[0] in ("item", "special"):
                    rows.append((ty, attribute, path, f"{leaf['kind']} {word or ''}".strip()))
                    if depth < 10:
                        walk(leaf["sub"], attribute + ".", path, depth + 1)
                    continue
                if not word:
                    word = conversion(schema, leaf, target)
                    if word.startswith("?"):
                        missing.append((ty, attribute, leaf["kind"], leaf["type"], at, path + " needs " + word))
                        word = ""
                if leaf["kind"] in ("blocks", "block"):
                    word = (leaf["kind"] + " " + word).strip()
                rows.append((ty, attribute, path, word))

        walk(own, "", base, 0)
    for key in sorted(set(hand) - used):
        print("unused row of hand.txt", key, file=sys.stderr)
    if show:
        for m in missing:
            print(*m, sep="\t")
        return
    with open(os.path.join(HERE, "attributes.tsv"), "w") as out:
        out.write("# Made by extract.py; corrections belong into hand.txt.\n")
        for row in rows:
            out.write("\t".join(row).rstrip("\t") + "\n")
    print(len(rows), "rows,", len(missing), "unmatched", file=sys.stderr)


main()
