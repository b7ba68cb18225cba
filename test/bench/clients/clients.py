#!/usr/bin/env python3
"""What asking and reporting costs a program in each language, at one agent.

    clients.py --build DIRECTORY [--quick] [--json] [--rounds N] [--languages c,python,...]

A pair is a question for a node, by name, and a report. Languages take turns, each warm; CPU is what
the operating system charges to the program's process, and *_ratio is a language's CPU for a pair
beside C's in the same round, with one thread. Nobody looks for an answer before sleeping, which
C and C++ would; but c_looking does, and c_looking_ratio is beside bare_looking. `bare` has the
socket calls alone, and c_ratio is C's beside it.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

from world import ROOT, World

sys.path[:0] = [str(ROOT / "test" / "conformance")]

from run import LANGUAGES, Clients, Driver  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SLOW = ("python", "asyncio")
LOOKS_US = {"c_looking": 50, "bare_looking": 50, "c": -1, "cpp": -1, "asio": -1}
BESIDE = {"c": "bare", "c_looking": "bare_looking"}  # C, for the others


def cpu_seconds(process):
    """Of all its threads, also those that have ended."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(driver, pairs, threads):
    """Pairs a second, and microseconds of CPU for each."""
    cpu, begin = cpu_seconds(driver.process), time.monotonic()
    said = driver.ask(f"pairs payments {pairs} {threads}")
    took, spent = time.monotonic() - begin, cpu_seconds(driver.process) - cpu
    if said != "0 failed":
        raise RuntimeError(f"of {pairs} pairs {said}")
    return pairs / took, 1e6 * spent / pairs


class Programs(Clients):
    """The drivers, with Java's as it is run; and those of no language."""

    jvm = ()

    def _c_looking(self):
        return self._c()

    def _bare(self):
        return [str(self._build / "test-bin" / "bench_clients_bare")]

    def _bare_looking(self):
        return self._bare()


def run(arguments, world, scratch):
    languages = arguments.languages.split(",")
    programs = Programs(arguments.build, scratch)
    drivers = {language: Driver(programs.command(language)) for language in languages}
    figures = {}

    def note(key, value):
        figures.setdefault(key, []).append(value)

    for language, driver in drivers.items():
        looks = f" {LOOKS_US[language]}" if language in LOOKS_US else ""
        if driver.ask(f"open {world.agent} 5000{looks}") != "ok":
            raise RuntimeError(f"{language} doesn't open")
        measure(driver, 500 if arguments.quick else 20_000, 4)  # warm
    for _ in range(arguments.rounds):
        cpu_of = {}
        for language, driver in drivers.items():
            few = arguments.quick or language in SLOW
            pairs = (200 if language in SLOW else 1_000) if arguments.quick else 10_000 if few else 40_000
            rate, cpu = measure(driver, pairs, 1)
            note(f"{language}_pairs_per_s", rate)
            note(f"{language}_cpu_us", cpu)
            cpu_of[language] = cpu
            beside = BESIDE.get(language, "c")
            if beside in cpu_of and not language.startswith("bare"):
                note(f"{language}_ratio", cpu / cpu_of[beside])
            p50 = int(driver.ask(f"median payments {pairs // 10}")) / 1e3
            note(f"{language}_p50_us", p50)
            rate, cpu = measure(driver, pairs, 4)
            note(f"{language}_4_threads_pairs_per_s", rate)
            note(f"{language}_4_threads_cpu_us", cpu)
    for driver in drivers.values():
        driver.close()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=ROOT / "build" / "release")
    everything = ["bare", "c", "bare_looking", "c_looking", *LANGUAGES[1:]]
    parser.add_argument("--languages", default=",".join(everything))
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
