#!/usr/bin/env python3
"""Checks who includes and links whom against the tables of docs/architecture.md.

The page is the list: what a folder may use stands in its row, and nowhere else. A folder may
also use its own sub-folders, and what the folders that it names may use; other people's libraries
it names itself. A sub-folder with a row of its own uses what that row says, and no more.
Prints "folders N, arrows N, circles 0", or each offence as FILE:LINE: what is allowed.

Usage: house.py [ROOT]
       house.py --self-test   every sample must be found bad in exactly the lines that say LINT
"""
import collections
import os
import re
import sys

PAGE = "docs/architecture.md"
SOURCES = (".cpp", ".hpp", ".h", ".c")
# Where "NAME/file.hpp" may lie: cmake/LarsTargets.cmake makes the first two reachable.
INCLUDE_ROOTS = ("libs", "services", "", "client/include", "client/src", "test", "test/bench")
# Headers of the standard library and the system, which everybody may use.
SYSTEM = re.compile(r"^(?:[a-z0-9_]+(?:\.h)?|(?:arpa|linux|net|netinet|sys)/[a-z0-9_]+\.h)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
COMMAND = re.compile(r"\b(\w+)\s*\(([^()]*)\)")
LINK_WORDS = {"PUBLIC", "PRIVATE", "INTERFACE"}
# Our targets that are flags and not code.
FLAGS = {"lars_compiler"}


def rows(page, heading):
    """Cells of the table below a heading, with the line that each row stands in."""
    inside = False
    for number, line in enumerate(page, 1):
        if line.startswith("## "):
            inside = line[3:].strip() == heading
        elif inside and line.startswith("| `"):
            yield number, [cell.strip() for cell in line.strip().strip("|").split("|")]


def inside(name, other):
    """Whether one row's folder or file lies in the other's folder."""
    return name.startswith(other + "/")


def words(cell):
    return [word.strip(" `") for word in cell.split(",") if word.strip(" `") not in ("", "nothing")]


class House:
    def __init__(self, root):
        self.root = root
        self.findings = set()
        with open(os.path.join(root, PAGE)) as file:
            page = file.read().split("\n")
        self.libraries = {}  # of others: name -> (headers, CMake targets), both as patterns
        for _, (name, headers, targets, _) in rows(page, "Dependencies"):
            self.libraries[name.strip("`")] = [
                re.compile("|".join(re.escape(w).replace(r"\*", ".*") for w in words(cell)) or "$.")
                for cell in (headers, targets)
            ]
        self.folders, self.uses, self.foreign, self.line = {}, {}, {}, {}
        for number, (path, _, uses, foreign) in rows(page, "The folders, and who may use whom"):
            path = path.strip("`").rstrip("/")
            name = re.sub("^(libs|services)/", "", path)
            self.folders[path], self.line[name] = name, number
            self.uses[name], self.foreign[name] = words(uses), words(foreign)
        self.check_list()
        self.files = sorted(self.walk())

    def find(self, path, line, text):
        self.findings.add((path, line, text))

    def check_list(self):
        everything = [name for name in self.uses]
        for name, uses in self.uses.items():
            if uses == ["everything"]:
                self.uses[name] = uses = [other for other in everything if other != name]
                self.foreign[name] = list(self.libraries)
            for other in [u for u in uses if u not in self.uses] + [
                f for f in self.foreign[name] if f not in self.libraries
            ]:
                self.find(PAGE, self.line[name], f"{name} -> {other}: there is no such row")
        for path, name in self.folders.items():
            if not os.path.exists(os.path.join(self.root, path)):
                self.find(PAGE, self.line[name], f"{path} doesn't exist")
        graph = {
            name: {use for use in uses if not inside(use, name) and not inside(name, use)}
            for name, uses in self.uses.items()
        }
        for circle in circles(graph):
            for name in circle:
                self.find(PAGE, self.line[name], "circle of folders: " + ", ".join(sorted(circle)))
        self.reach = {name: self.reach_of(name) for name in self.uses}

    def reach_of(self, name):
        """The rows whose files a row's files may include: its sub-folders, and what it names, with
        the sub-folders of that and all that these may use. From a folder around it, only that
        folder's own files and what that one may use outside of itself."""
        reached, left = set(), [name]
        while left:
            at = left.pop()
            within = [row for row in self.uses if inside(row, at)]
            named = self.uses.get(at, [])
            if inside(name, at):
                within, named = [], [use for use in named if not inside(use, at)]
            for other in within + named:
                if other not in reached:
                    reached.add(other)
                    left.append(other)
        return reached

    def walk(self):
        for folder, inner, names in os.walk(self.root):
            folder = os.path.relpath(folder, self.root)
            folder = "" if folder == "." else folder + "/"
            inner[:] = [
                name
                for name in inner
                if not name.startswith(".")
                and not (folder == "" and name.startswith("build"))
                and folder + name != "scripts/lint.d/samples"
            ]
            for name in names:
                if name.endswith(SOURCES + (".proto",)) or name == "CMakeLists.txt":
                    yield folder + name

    def row_of(self, path):
        """The name of the row with the longest path that holds this file."""
        while path:
            if path in self.folders:
                return self.folders[path]
            path = os.path.dirname(path)
        return None

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def third_party(self, text, kind):
        for name, patterns in self.libraries.items():
            if patterns[kind].fullmatch(text):
                return name
        return None

    def allow(self, path, line, names, foreign, what):
        """Whether a file whose rows are `names` may use one folder, or a library of others."""
        if foreign:
            if any(what in self.foreign[name] for name in names):
                return
            allowed = sorted({f for name in names for f in self.foreign[name]})
        else:
            if what in names or any(what in self.reach[name] for name in names):
                return
            allowed = sorted({u for name in names for u in self.uses[name]})
        self.find(
            path, line, f"{names[0]} -> {what}; allowed: {', '.join(allowed) or 'nothing'} ({PAGE})"
        )

    def check_includes(self):
        known = set(self.files)
        includes = {}  # concept (a path without extension) -> {concept: where it is included}
        for path in self.files:
            if not path.endswith(SOURCES):
                continue
            name = self.row_of(path)
            if name is None:
                self.find(path, 1, f"its folder has no row in {PAGE}")
                continue
            concept = os.path.splitext(path)[0]
            for number, line in enumerate(self.read(path).split("\n"), 1):
                if not (match := INCLUDE.match(line)):
                    continue
                quote, header = match.groups()
                nearby = [os.path.normpath(os.path.join(os.path.dirname(path), header))]
                nearby += [os.path.join(place, header) for place in INCLUDE_ROOTS]
                nearby += [re.sub(r"\.pb\.h$", ".proto", header)]
                target = next((one for one in nearby if one in known), None)
                if target:
                    self.allow(path, number, [name], False, self.row_of(target))
                    other = os.path.splitext(target)[0]
                    if other != concept:
                        includes.setdefault(concept, {}).setdefault(other, []).append((path, number))
                elif library := self.third_party(header, 0):
                    self.allow(path, number, [name], True, library)
                elif quote == '"':
                    self.find(path, number, f"{header}: there is no such file")
                elif not SYSTEM.match(header):
                    self.find(path, number, f"<{header}>: no row of {PAGE} has this library")
        found = circles({concept: set(others) for concept, others in includes.items()})
        for circle in found:
            for concept in circle:
                for other in circle & includes[concept].keys():
                    for path, number in includes[concept][other]:
                        self.find(path, number, "circle of files: " + ", ".join(sorted(circle)))
        return len(found)

    def check_links(self):
        commands, owner = [], {}
        for path in self.files:
            if not path.endswith("CMakeLists.txt"):
                continue
            text = re.sub(r"#.*", "", self.read(path))
            for match in COMMAND.finditer(text):
                command, arguments = match.group(1).lower(), match.group(2).split()
                if not arguments:
                    continue
                where = os.path.dirname(path)
                if command == "lars_library":
                    owner["lars_" + arguments[0]] = where
                elif command in ("add_library", "add_executable"):
                    owner[arguments[0]] = where
                    if len(arguments) > 2 and arguments[1] == "ALIAS":
                        owner[arguments[0]] = owner.get(arguments[2], where)
                if command == "target_link_libraries":
                    linked = [a for a in arguments[1:] if a not in LINK_WORDS]
                elif command.startswith("lars_") and "LINK" in arguments:
                    linked = arguments[arguments.index("LINK") + 1 :]
                    stop = [i for i, a in enumerate(linked) if a in ("LABELS", "TIMEOUT", "SOURCES")]
                    linked = linked[: stop[0]] if stop else linked
                else:
                    continue
                begin = text.count("\n", 0, match.start(2)) + 1
                lines = match.group(2).split("\n")
                for library in linked:
                    number = next(
                        (i for i, l in enumerate(lines) if library in l.split()), len(lines) - 1
                    )
                    commands.append((path, begin + number, library))
        for path, line, library in commands:
            # A sub-folder, or a file, with a row of its own is linked with the rest of its folder.
            folder = os.path.dirname(path)
            name = self.row_of(folder)
            names = [name] if name else []
            names += [row for row in self.uses if name and inside(row, name)]
            library = re.sub(r"^\$<BUILD_INTERFACE:(.*)>$", r"\1", library)
            if not names or library in FLAGS:
                continue
            if library in owner:
                self.allow(path, line, names, False, self.row_of(owner[library]))
            elif name := self.third_party(library, 1):
                self.allow(path, line, names, True, name)
            elif library != "Threads::Threads":
                self.find(path, line, f"{library}: no row of {PAGE} has this target")

    def check(self):
        count = self.check_includes()
        self.check_links()
        folders = [path for path in self.folders if not path.endswith(SOURCES)]
        arrows = sum(len(self.uses[self.folders[path]]) for path in folders)
        return f"folders {len(folders)}, arrows {arrows}, circles {count}"


def circles(graph):
    """Sets of nodes that reach one another, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def self_test():
    samples = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples", "houses")
    total = 0
    for sample in sorted(os.listdir(samples)):
        root = os.path.join(samples, sample)
        house = House(root)
        house.check()
        expected = set()
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), root)
                with open(os.path.join(root, path)) as file:
                    expected |= {(path, n) for n, line in enumerate(file, 1) if "LINT" in line}
        found = {(path, line) for path, line, _ in house.findings}
        if found != expected:
            print(f"{sample}: not found: {sorted(expected - found)}, found wrongly: "
                  f"{[f for f in sorted(house.findings) if f[:2] not in expected]}", file=sys.stderr)
            return 1
        total += len(expected)
    print(f"the check of the house finds all {total} bad lines of its samples, and no good one")
    return 0 if total else 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    house = House(sys.argv[1] if sys.argv[1:] else
                  os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    summary = house.check()
    for path, line, text in sorted(house.findings):
        print(f"{path}:{line}: {text}")
    if house.findings:
        return 1
    print(summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
