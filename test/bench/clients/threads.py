#!/usr/bin/env python3
"""What many threads and forks of one program in C++ do with one client.

    threads.py --build DIRECTORY [--quick] [--json] [--threads N] [--forks N]

First threads that each ask a few times a second, within 500 ms, while the agent is frozen and goes
on: descriptors and resident memory before, at most meanwhile, a second after, and a minute after
(*_later). back_ms is from when the agent went on to the end of the last call that failed. Then
children of fork(), one after the other, that each ask once and end, beside 8 threads that ask all
the time; ends with 1 when one hangs or crashes.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

from figures import Figures
from world import ROOT, Agent, World

CALLERS = 8  # beside the forks


def usage(process):
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
        kib = {words[0]: int(words[1]) for words in map(str.split, file) if words[-1] == "kB"}
    private = kib["Private_Clean:"] + kib["Private_Dirty:"]
    return {
        "descriptors": len(os.listdir(f"/proc/{process}/fd")),
        "rss_mib": kib["Rss:"] / 1_024,
        "private_mib": private / 1_024,
    }


def note_usage(when, used, note):
    for what, number in used.items():
        note(f"{what}_{when}", number)


def numbers_of(lines):
    return {key: float(number) for key, number in map(str.split, lines)}


def measure_threads(arguments, agent, note):
    process = subprocess.Popen(
        [arguments.programs / "client_threads", str(arguments.threads)],
        env={**os.environ, "LARS_AGENT": agent.address},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        process.stdout.readline()  # it has begun
        time.sleep(0.5 if arguments.quick else 3)
        note_usage("before", usage(process.pid), note)
        agent.freeze()
        most = usage(process.pid)
        until = time.monotonic() + (1 if arguments.quick else 5)
        while time.monotonic() < until:
            time.sleep(0.05)
            most = {what: max(most[what], number) for what, number in usage(process.pid).items()}
        agent.thaw()
        thawed = time.monotonic()
        note_usage("frozen", most, note)
        time.sleep(1)
        note_usage("after", usage(process.pid), note)
        time.sleep(1 if arguments.quick else 59)
        note_usage("later", usage(process.pid), note)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    numbers = numbers_of(said.splitlines())
    note("back_ms", max(numbers.pop("last_failure_ns") / 1e6 - 1_000 * thawed, 0))
    for key, number in numbers.items():
        note(key, number)


def measure_forks(arguments, agent, note):
    done = subprocess.run(
        [arguments.programs / "client_forks", str(arguments.forks), str(CALLERS)],
        env={**os.environ, "LARS_AGENT": agent.address},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    for key, number in numbers_of(done.stdout.splitlines()).items():
        note(key, number)
    return done.returncode


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--forks", type=int)
    parser.add_argument("--quick", action="store_true", help="a moment, to see that it works")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.threads = arguments.threads or (100 if arguments.quick else 1_000)
    arguments.forks = arguments.forks or (200 if arguments.quick else 20_000)
    arguments.programs = arguments.build / "bench-bin"
    figures = Figures("clients-threads")
    world = World(arguments.build)
    try:
        agent = Agent(world)
        try:
            measure_threads(arguments, agent, figures.add)
            failed = measure_forks(arguments, agent, figures.add)
        finally:
            agent.close()
    finally:
        world.close()
    figures.print(arguments.json)
    return failed


if __name__ == "__main__":
    sys.exit(main())
