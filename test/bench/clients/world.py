"""What the clients of these benches ask: Lars with one service, and an agent that may go away."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(ROOT / "client" / "python" / "src")]

from lars import _wire  # noqa: E402

SHARDS = 3
# The ephemeral ports are above.
PORTS = range(20_000, 30_000, SHARDS)


def free_port():
    """The first of as many as an agent has shards, apart from those of another bench."""
    first = os.getpid() * 64 % len(PORTS)
    for port in [*PORTS[first:], *PORTS[:first]]:
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SHARDS)]
        try:
            for shard, each in enumerate(sockets):
                each.bind(("127.0.0.1", port + shard))
            return port
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise RuntimeError("no UDP port is free")


class World:
    """`lars dev` with one service of three nodes."""

    def __init__(self, build):
        self.programs = pathlib.Path(build).resolve() / "bin"
        self._directory = tempfile.TemporaryDirectory(prefix="lars-clients.")
        self.data = self._directory.name
        port = free_port()
        self.agent = f"127.0.0.1:{port}/{SHARDS}"
        ports = ["--dns-port", "0", "--reporter-port", "0", "--console-port", "0", "--udp-port", str(port)]
        self._process = subprocess.Popen(
            [self.programs / "lars", "dev", "--data", self.data, "--log-level", "critical", *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addresses = {}  # of dns and reporter
        for line in self._process.stdout:
            key, _, value = line.strip().partition(" ")
            self.addresses[key] = value
            if key == "ready":
                break
        else:
            raise RuntimeError("lars dev doesn't start")
        nodes = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
        store = f"sqlite://{self.data}/lars.db"
        subprocess.run(
            [self.programs / "lars", "route", "add", "payments", *nodes, "--store", store],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._directory.cleanup()


class Agent:
    """A lars-agent of its own beside the one of `lars dev`, with a route file."""

    def __init__(self, world):
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}/{SHARDS}"
        dns, reporter = world.addresses["dns"], world.addresses["reporter"]
        self._command = [world.programs / "lars-agent", "--dns", dns, "--reporter", reporter]
        self._command += ["--udp-port", str(self._port), "--shards", str(SHARDS)]
        self._command += ["--route-file", world.data + "/routes"]
        self._command += ["--socket", world.data + "/routes.sock"]
        self._module = 0, 0
        self._process = None
        self.start()
        self._learn()
        # What it has learned is in its file once it has ended.
        self._end(signal.SIGTERM)
        self.start()
        self.answers_since()

    def start(self):
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self):
        self._end(signal.SIGKILL)

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        self.thaw()
        self._end(signal.SIGTERM)

    def _end(self, how):
        self._process.send_signal(how)
        self._process.wait()

    def _learn(self):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            said = self._ask()
            if said.retcode == _wire.SUCC:
                self._module = said.modid, said.cmdid
                return
            time.sleep(0.01)
        raise RuntimeError("lars-agent doesn't learn of the service")

    def answers_since(self):
        """When it first answers, as seen by a bare socket that asks every millisecond."""
        self._ask()
        return time.monotonic()

    def _ask(self):
        modid, cmdid = self._module
        question = _wire.encode_get_host(
            seq=1, modid=modid, cmdid=cmdid, wait_ms=0, name="payments"
        )
        until = time.monotonic() + 10
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("127.0.0.1", self._port + (modid + cmdid) % SHARDS))
            probe.settimeout(0.001)
            while time.monotonic() < until:
                try:
                    probe.send(question)
                    return _wire.decode_host_answer(probe.recv(65_507))
                except TimeoutError:
                    pass
                except ConnectionRefusedError:
                    time.sleep(0.001)
        raise RuntimeError("lars-agent doesn't answer")
