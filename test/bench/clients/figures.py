"""Samples under a key, of which the median and the spread are told, as the benches in C++ do."""

import json
import os
import statistics


class Figures:
    def __init__(self, name):
        self._name = name
        self._samples = {}

    def add(self, key, sample):
        self._samples.setdefault(key, []).append(sample)

    def print(self, as_json):
        """A table for people, and perhaps a last line for programs."""
        figures, spread = {}, {}
        print(f"{'':<34}{'median':>12}   least to most")
        for key, samples in self._samples.items():
            figures[key], spread[key] = statistics.median(samples), [min(samples), max(samples)]
            least, most = spread[key]
            count = f"({len(samples)} samples)"
            print(f"{key:<34}{figures[key]:>12.2f}   {least:.2f} to {most:.2f} {count}")
        print(machine())
        if as_json:
            all_of = {"bench": self._name, "figures": figures, "spread": spread}
            print(json.dumps({**all_of, "machine": machine()}))


def machine():
    """What this runs on, in one line."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        models = [line.partition(": ")[2].strip() for line in file if line.startswith("model name")]
    system = os.uname()
    model = models[0] if models else "unknown CPU"
    return f"{model}, {os.cpu_count()} cores, {system.sysname} {system.release}"
