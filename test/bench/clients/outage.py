#!/usr/bin/env python3
"""What a client in each language does while its agent is away, and when it is back.

    outage.py --build DIRECTORY [--quick] [--json] [--rounds N] [--languages c,python,...]

An agent is killed, so that its ports refuse, or frozen, so that they are silent, while the client
asks all the time; and then it is started again, or goes on. *_overrun_ms is how much later than its
deadline a call ended, and *_return_ms how much later than a bare socket that asks every
millisecond the client had an answer. Both have in them what it takes to tell the client's program
to call, and to hear of it: *_pipe_ms. Languages take turns.
"""

import argparse
import random
import sys
import tempfile
import threading
import time

from figures import Figures
from world import ROOT, Agent, World

sys.path[:0] = [str(ROOT / "test" / "conformance")]

from run import LANGUAGES, Clients, Driver  # noqa: E402

TIMEOUT = 0.3
BEFORE = 0.1  # seconds that the client calls until the agent goes
CALLS_PER_OUTAGE = 4


class Caller:
    """Has a client call all the time, and notes when which call ended, and how."""

    def __init__(self, driver):
        self.calls = []
        self._driver = driver
        self._enough = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._enough.is_set():
            begin = time.monotonic()
            said = self._driver.ask("choose payments").partition(" ")[0]
            with self._changed:
                self.calls.append((begin, time.monotonic(), said))
                self._changed.notify()
            if said == "succ":
                time.sleep(0.001)

    def first_answer_after(self, moment):
        """When the first call that ended later had an answer."""

        def ends():
            return [end for _, end, said in self.calls if said == "succ" and end > moment]

        with self._changed:
            if not self._changed.wait_for(ends, timeout=10):
                raise RuntimeError("the client gets no answer from an agent that is back")
            return ends()[0]

    def stop(self):
        self._enough.set()
        self._thread.join()


def measure(language, kind, driver, agent, note):
    caller = Caller(driver)
    try:
        time.sleep(BEFORE)
        (agent.kill if kind == "killed" else agent.freeze)()
        # It comes back at any moment of a call.
        time.sleep((CALLS_PER_OUTAGE + random.random()) * TIMEOUT)
        back = time.monotonic()
        (agent.start if kind == "killed" else agent.thaw)()
        answers = agent.answers_since()
        returned = caller.first_answer_after(back)
    finally:
        caller.stop()
    note(f"{language}_{kind}_return_ms", 1_000 * max(returned - answers, 0))
    for begin, end, said in caller.calls:
        if said == "noanswer":
            note(f"{language}_{kind}_overrun_ms", 1_000 * (end - begin - TIMEOUT))
        elif said != "succ":
            raise RuntimeError(f"{language}, agent {kind}: {said}")


def measure_pipe(language, driver, note):
    for _ in range(20):
        begin = time.monotonic()
        driver.ask("hash payments")
        note(f"{language}_pipe_ms", 1_000 * (time.monotonic() - begin))


def run(arguments, agent, scratch, note):
    clients = Clients(arguments.build, scratch)
    clients.jvm = ()
    drivers = {
        language: Driver(clients.command(language)) for language in arguments.languages.split(",")
    }
    try:
        for language, driver in drivers.items():
            if driver.ask(f"open {agent.address} {TIMEOUT * 1_000:.0f}") != "ok":
                raise RuntimeError(f"{language} doesn't open")
            said = driver.ask(f"pairs payments {100 if arguments.quick else 1_000} 1")  # warm
            if said != "0 failed":
                raise RuntimeError(f"{language}: {said}")
            measure_pipe(language, driver, note)
        for _ in range(arguments.rounds):
            for kind in "killed", "frozen":
                for language, driver in drivers.items():
                    measure(language, kind, driver, agent, note)
    finally:
        for driver in drivers.values():
            driver.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", default=ROOT / "build" / "release")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="a moment, to see that it works")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds = 1
    figures = Figures("clients-outage")
    world = World(arguments.build)
    try:
        agent = Agent(world)
        try:
            with tempfile.TemporaryDirectory(prefix="lars-clients.") as scratch:
                run(arguments, agent, scratch, figures.add)
        finally:
            agent.close()
    finally:
        world.close()
    figures.print(arguments.json)


if __name__ == "__main__":
    main()
