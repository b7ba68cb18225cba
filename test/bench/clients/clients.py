#!/usr/bin/env python3
"""What asking and reporting costs a program in each language, at one agent.

    clients.py --build DIRECTORY [--quick] [--json] [--rounds N] [--languages c,python,...]

A pair is a question for a node, by name, and a report. Languages take turns, each warm; CPU is what
the operating system charges to the program's process, and *_ratio is a language's CPU for a pair
beside C's in the same round, with one thread. Nobody looks for an answer before sleeping, which
C and C++ would.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(ROOT / "test" / "conformance")]

from run import LANGUAGES, Clients, Driver  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SLOW = ("python", "asyncio")


def cpu_seconds(process):
    """Of all its threads, also those that have ended."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class World:
    """`lars dev` with one service of three nodes."""

    def __init__(self, build):
        self._lars = pathlib.Path(build).resolve() / "bin" / "lars"
        self._directory = tempfile.TemporaryDirectory(prefix="lars-clients.")
        self.agent = f"127.0.0.1:{20_000 + os.getpid() % 5_000}/3"
        data = self._directory.name
        port = self.agent.partition(":")[2].partition("/")[0]
        ports = ["--dns-port", "0", "--reporter-port", "0", "--udp-port", port]
        self._process = subprocess.Popen(
            [self._lars, "dev", "--data", data, "--log-level", "critical", *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        if not any("ready" in line for line in self._process.stdout):
            raise RuntimeError("lars dev doesn't start")
        nodes = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
        store = f"sqlite://{data}/lars.db"
        subprocess.run(
            [self._lars, "route", "add", "payments", *nodes, "--store", store],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._directory.cleanup()


def measure(driver, pairs, threads):
    """Pairs a second, and microseconds of CPU for each."""
    cpu, begin = cpu_seconds(driver.process), time.monotonic()
    said = driver.ask(f"pairs payments {pairs} {threads}")
    took, spent = time.monotonic() - begin, cpu_seconds(driver.process) - cpu
    if said != "0 failed":
        raise RuntimeError(f"of {pairs} pairs {said}")
    return pairs / took, 1e6 * spent / pairs


def run(arguments, world, scratch):
    languages = arguments.languages.split(",")
    clients = Clients(arguments.build, scratch)
    clients.jvm = ()
    drivers = {language: Driver(clients.command(language)) for language in languages}
    figures = {}

    def note(key, value):
        figures.setdefault(key, []).append(value)

    for language, driver in drivers.items():
        looks = " -1" if language in ("c", "cpp") else ""
        if driver.ask(f"open {world.agent} 5000{looks}") != "ok":
            raise RuntimeError(f"{language} doesn't open")
        measure(driver, 500 if arguments.quick else 20_000, 4)  # warm
    for _ in range(arguments.rounds):
        of_c = None
        for language, driver in drivers.items():
            few = arguments.quick or language in SLOW
            pairs = (200 if language in SLOW else 1_000) if arguments.quick else 10_000 if few else 40_000
            rate, cpu = measure(driver, pairs, 1)
            note(f"{language}_pairs_per_s", rate)
            note(f"{language}_cpu_us", cpu)
            of_c = cpu if language == "c" else of_c
            if of_c and language != "c":
                note(f"{language}_ratio", cpu / of_c)
            rate, cpu = measure(driver, pairs, 4)
            note(f"{language}_4_threads_pairs_per_s", rate)
            note(f"{language}_4_threads_cpu_us", cpu)
    for driver in drivers.values():
        driver.close()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=ROOT / "build" / "release")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a moment, to see that it works")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds = 1
    world = World(arguments.build)
    try:
        with tempfile.TemporaryDirectory(prefix="lars-clients.") as scratch:
            figures = run(arguments, world, scratch)
    finally:
        world.close()
    for key, values in figures.items():
        median = statistics.median(values)
        print(f"{key:<34}{median:>12.2f}   {min(values):.2f} to {max(values):.2f}")
    if arguments.json:
        print(json.dumps({key: statistics.median(values) for key, values in figures.items()}))


if __name__ == "__main__":
    main()
