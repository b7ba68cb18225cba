#!/usr/bin/env python3
"""Checks that what the docs name exists: linked files, paths, names and flags in backticks, and
the fields and ids of the protocol.

Usage: docs.py [ROOT]
       docs.py --self-test   the samples must be found bad in exactly the lines that say LINT
"""
import fnmatch
import glob
import os
import re
import sys

PAGES = ("*.md", "docs/*.md", "docs/decisions/*.md")
# These may name what was; only their links are checked.
OLD = re.compile(r"CHANGELOG\.md|docs/decisions/")
# These are about the code: names in backticks are its names. Others name columns, keys and the like.
ABOUT_CODE = re.compile(r"(README|CONTRIBUTING|docs/(architecture|protocol|schema|reliability))\.md")
CODE = re.compile(r"\.(cpp|hpp|h|c|proto|py|cmake|txt|sh|conf|service|yml|json|query)$")
SKIPPED = {".git", "build", "samples"}
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
NAME = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.|->)~?[A-Za-z_]\w*)*(?:\(\))?")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
# Stand for something else: foo.hpp, NAME.
PLACEHOLDER = re.compile(r"foo\b|[A-Z]+$")
# Others' words.
FOREIGN = {"compile_commands.json", "grastate.dat", "PascalCase", "snake_case", "asio::detached"}


class Tree:
    def __init__(self, root):
        self.root = root
        self.paths, self.words, texts = set(), {}, []
        for folder, inner, names in os.walk(root):
            inner[:] = [name for name in inner if name not in SKIPPED]
            for name in names:
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, root)
                self.paths.add(relative)
                if CODE.search(name) or relative.startswith("scripts/"):
                    with open(path, encoding="utf-8") as file:
                        texts.append(file.read())
                    for word in re.findall(r"[A-Za-z_]\w*", texts[-1]):
                        self.words.setdefault(word, set()).add(relative)
            self.paths |= {os.path.relpath(os.path.join(folder, name), root) for name in inner}
        self.text = "\n".join(texts)
        self.basenames = {os.path.basename(path) for path in self.paths}
        # "net/link" is libs/net/link.hpp, as it is included.
        self.short = {p.split("/", 1)[1] for p in self.paths if p.startswith(("libs/", "services/"))}

    def has(self, path):
        path = path.rstrip("/")
        if "*" in path:
            return bool(glob.glob(os.path.join(self.root, path)))
        known = self.paths | self.short
        return any(path + end in known for end in ("", ".hpp", ".cpp", ".h"))

    def wrong(self, span, about_code):
        """Why what stands in backticks isn't there; None: it is, or is something else."""
        if PLACEHOLDER.match(span) or span in FOREIGN:
            return None
        if span.startswith("--") and re.fullmatch(r"--[a-z][a-z-]*", span):
            return None if span[2:] in self.text else "no such flag"
        if "/" in span and PATH.fullmatch(span):
            first = span.split("/")[0]
            if first in self.paths or any(p.startswith(first + "/") for p in self.short):
                return None if self.has(span) else "no such file"
            return None
        if CODE.search(span) or span.endswith(".md"):
            there = not PATH.fullmatch(span) or fnmatch.filter(self.basenames, span)
            return None if there else "no such file"
        if about_code and NAME.fullmatch(span) and re.search(r"[A-Z_:]", span):
            return self.wrong_name(re.findall(r"[A-Za-z_]\w*", span))
        return None

    def wrong_name(self, words):
        """Of net::Link::serve: some file of libs/net has both of the other words."""
        folders = [f"{top}/{words[0]}/" for top in ("libs", "services")] + [words[0] + "/"]
        within = tuple(f for f in folders if f.rstrip("/") in self.paths)
        names = words[1:] if within and len(words) > 1 else words
        files = set.intersection(*(self.words.get(name, set()) for name in names))
        if within and len(words) > 1:
            files = {file for file in files if file.startswith(within)}
        return None if files else "nothing is called that"


def check(root):
    tree = Tree(root)
    findings = []
    for pattern in PAGES:
        for path in sorted(glob.glob(os.path.join(root, pattern))):
            page = os.path.relpath(path, root)
            fenced = False
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")
            for number, line in enumerate(lines, 1):
                fenced ^= line.lstrip().startswith("```")
                if fenced or line.startswith("    "):
                    continue
                for target in LINK.findall(line):
                    where = os.path.normpath(os.path.join(os.path.dirname(page), target))
                    if "://" not in target and where not in tree.paths:
                        findings.append((page, number, f"{target}: no such file"))
                if OLD.match(page):
                    continue
                for span in SPAN.findall(line):
                    if why := tree.wrong(span, ABOUT_CODE.match(page)):
                        findings.append((page, number, f"`{span}`: {why}"))
    return findings


def check_protocol(root):
    """docs/protocol.md has the fields and message ids of proto/lars.proto, and no others."""
    page, source = "docs/protocol.md", "proto/lars.proto"
    with open(os.path.join(root, page), encoding="utf-8") as file:
        lines = file.read().split("\n")
    with open(os.path.join(root, source), encoding="utf-8") as file:
        proto = re.sub(r"//.*", "", file.read())
    fields = set(re.findall(r"^ +[A-Za-z][\w<>, ]* (\w+) = (\d+);", proto, re.M))
    ids = set(re.findall(r"ID_(\w+) = (\d+);", proto)) - {("UNKNOWN", "0")}
    told_fields, told_ids, section = {}, {}, ""
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            section = line[3:]
        for field in re.findall(r"`(\w+)` = (\d+)", line):
            told_fields[field] = number
        row = re.match(r"\| (\d+) \| (\w+)", line)
        if row and section == "Message ids":
            told_ids[(row.group(2), row.group(1))] = number
    for kind, told, real in (("field", told_fields, fields), ("message", told_ids, ids)):
        for name, value in sorted(told.keys() - real):
            yield page, told[(name, value)], f"{source} has no {kind} {name} = {value}"
        for name, value in sorted(real - told.keys()):
            yield page, 1, f"lacks the {kind} {name} = {value} of {source}"


def self_test():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples", "docs")
    expected = set()
    for path in glob.glob(os.path.join(root, "**/*.md"), recursive=True):
        with open(path, encoding="utf-8") as file:
            page = os.path.relpath(path, root)
            expected |= {(page, n) for n, line in enumerate(file, 1) if "LINT" in line}
    found = {(page, line) for page, line, _ in check(root) + list(check_protocol(root))}
    if found != expected or not expected:
        print(f"not found: {sorted(expected - found)}, found wrongly: {sorted(found - expected)}",
              file=sys.stderr)
        return 1
    print(f"the check of the docs finds all {len(expected)} bad lines of its samples, and no good one")
    return 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = sys.argv[1] if sys.argv[1:] else os.path.join(os.path.dirname(__file__), "..", "..")
    findings = check(os.path.normpath(root)) + list(check_protocol(root))
    for page, line, text in findings:
        print(f"{page}:{line}: {text}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
