#!/usr/bin/env python3
"""What the console takes for its answers, with many modules.

    console.py --build DIRECTORY [--modules N] [--endpoints N] [--quick] [--json]

`lars dev` has N modules of so many endpoints each, imported. overview_* and module_* are the times of
an answer that is read from the store, asked for after the version has moved; *_again_* of one that
was read already. page_kb is the page itself, compressed; memory_mib is the whole of lars dev.
"""

import argparse
import gzip
import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(ROOT / "test" / "bench" / "clients")]

from figures import Figures  # noqa: E402


class Console:
    """`lars dev` with a store of its own, and somebody who is signed in to its console."""

    def __init__(self, build):
        self._lars = pathlib.Path(build).resolve() / "bin" / "lars"
        self._directory = tempfile.TemporaryDirectory(prefix="lars-console.")
        ports = [
            word
            for name in ("dns", "reporter", "console", "udp")
            for word in (f"--{name}-port", "0")
        ]
        self.process = subprocess.Popen(
            [self._lars, "dev", "--data", self._directory.name, "--log-level", "critical", *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        said = {}
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            said[word] = rest
            if word == "ready":
                break
        self.store = said["store"]
        url, _, secret = said["console"].partition("/#link=")
        self._connection = http.client.HTTPConnection(url.rpartition("/")[2], timeout=120)
        self._head = {}
        body = json.dumps({"secret": secret})
        answer = self._ask("POST", "/api/v1/session/link", body)
        self._head = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        answer.read()

    def _ask(self, method, path, body=None):
        self._connection.request(method, path, body, self._head)
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.read()}")
        return answer

    def get(self, path):
        """Its milliseconds, and the body."""
        begun = time.monotonic()
        body = self._ask("GET", f"/api/v1/{path}").read()
        return 1e3 * (time.monotonic() - begun), body

    def page(self):
        return self._ask("GET", "/").read(), self._ask("GET", "/console.js").read()

    def lars(self, *words, **options):
        command = [self._lars, *words, "--store", self.store]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)

    def memory_mib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            line = next(each for each in file if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self._directory.cleanup()


def fill(console, modules, endpoints):
    lines = ["name,host,port"]
    for module in range(modules):
        for endpoint in range(endpoints):
            lines.append(f"service-{module},10.{module >> 8}.{module & 255}.{endpoint + 1},80")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        console.lars("route", "import", file.name)


def percentile(times, share):
    return sorted(times)[min(int(share * len(times)), len(times) - 1)]


def measure(console, arguments, note):
    rounds = 3 if arguments.quick else 40
    first = {"overview": [], "module": []}
    again = {"overview": [], "module": []}
    for i in range(rounds):
        console.lars("route", "weight", "service-0", str(i + 1), "10.0.0.1:80")
        time.sleep(0.6)  # until the console has seen that
        for what, path in (("overview", "overview"), ("module", "modules/service-1")):
            first[what].append(console.get(path)[0])
            again[what].append(console.get(path)[0])
    for what in first:
        note(f"{what}_p50_ms", statistics.median(first[what]))
        note(f"{what}_p99_ms", percentile(first[what], 0.99))
        note(f"{what}_again_p50_ms", statistics.median(again[what]))
    note("overview_kb", len(console.get("overview")[1]) / 1e3)
    note("page_kb", sum(len(gzip.compress(each)) for each in console.page()) / 1e3)
    note("memory_mib", console.memory_mib())


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--modules", type=int)
    parser.add_argument("--endpoints", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help="a moment, to see that it works")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.modules = arguments.modules or (100 if arguments.quick else 10_000)
    figures = Figures("console")
    console = Console(arguments.build)
    try:
        fill(console, arguments.modules, arguments.endpoints)
        measure(console, arguments, figures.add)
    finally:
        console.close()
    figures.print(arguments.json)


if __name__ == "__main__":
    main()
