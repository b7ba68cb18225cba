"""What only the Python client has: guards, retries, threads, forks, tasks, watches."""

import asyncio
import contextlib
import os
import pathlib
import socket
import struct
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "client" / "python" / "src"), str(ROOT / "test" / "conformance")]

import lars  # noqa: E402
from lars import _wire  # noqa: E402
from scripted_agent import host_info, varint  # noqa: E402


class Agent:
    """Answers every question for a node by `choose(fields)`; notes what is reported."""

    def __init__(self):
        self.questions = []
        self.reports = []
        self.nodes = [("10.0.0.1", 80)]
        self.frozen = False
        self.retries = True
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d/1" % self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            self._ends = True
            waker.sendto(b"end", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    _ends = False

    def _serve(self):
        while True:
            datagram, sender = self._socket.recvfrom(65_535)
            if self._ends:
                return
            message = struct.unpack_from("<i", datagram)[0]
            said = [(number, value) for number, _, value in _wire.fields(datagram[8:])]
            if message == _wire.REPORT_REQUEST:
                self.reports.append(dict(said))
            elif not self.frozen:
                answer = self._host(said) if message == _wire.GET_HOST_REQUEST else self._route(said)
                self._socket.sendto(answer, sender)

    def _host(self, said):
        fields = dict(said)
        self.questions.append(said)
        excluded = {value for number, value in said if number == 20}
        left = [node for node in self.nodes if host_info(*node)[1:] not in excluded]
        body = b"\x08" + varint(fields[1]) + b"\x10\x01\x18\x02"
        if not left or (fields.get(21) and not self.retries):
            return _wire.frame(_wire.GET_HOST_RESPONSE, body + b"\x20\x01\x80\x01\x05")
        return _wire.frame(_wire.GET_HOST_RESPONSE, body + b"\x2a" + host_info(*left[0]))

    def _route(self, said):
        body = b"\x08\x01\x10\x02" + b"".join(b"\x1a" + host_info(*node) for node in self.nodes)
        states = len(self.nodes) + self.nodes[0][1]
        if dict(said).get(25) == struct.pack("<Q", states):
            body = b"\x08\x01\x10\x02\x88\x01\x01"
        etag = b"\x81\x01" + struct.pack("<Q", states)
        return _wire.frame(_wire.GET_ROUTE_RESPONSE, body + etag + b"\xc1\x01" + struct.pack("<Q", states))


def eventually(check):
    until = time.monotonic() + 30
    while not check():
        if time.monotonic() > until:
            raise AssertionError("it doesn't come to pass")
        time.sleep(0.005)


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.agent = Agent()
        self.addCleanup(self.agent.close)
        self.client = lars.Client(self.agent.address, timeout=20)
        self.addCleanup(self.client.close)

    def reports(self, count):
        eventually(lambda: len(self.agent.reports) >= count)
        return self.agent.reports

    def test_a_call_reports_how_it_went(self):
        with self.client.call((1, 2)) as host:
            self.assertEqual(str(host), "10.0.0.1:80")
        self.assertEqual(self.reports(1)[0].get(4, 0), 0)
        self.assertIn(16, self.agent.reports[0])
        with self.assertRaises(KeyError), self.client.call((1, 2)):
            raise KeyError
        self.assertEqual(self.reports(2)[1][4], 1)

    def test_a_failure_is_tried_on_another_node(self):
        self.agent.nodes = [("10.0.0.1", 80), ("10.0.0.2", 80)]
        seen = []

        def function(host):
            seen.append(host)
            if len(seen) == 1:
                raise ConnectionRefusedError
            return "done"

        self.assertEqual(self.client.run("payments", function), "done")
        self.assertEqual([host.address for host in seen], ["10.0.0.1", "10.0.0.2"])
        reports = self.reports(2)
        self.assertEqual([each.get(4, 0) for each in reports], [1, 0])
        self.assertEqual(reports[1][19], 1)

    def test_what_no_other_node_does_better_isnt_tried_again(self):
        def function(host):
            raise ValueError

        with self.assertRaises(ValueError):
            self.client.run((1, 2), function)
        self.assertEqual(len(self.agent.questions), 1)

    def test_a_retry_that_isnt_granted_leaves_the_calls_own_error(self):
        self.agent.retries = False
        with self.assertRaises(ConnectionResetError):
            for attempt in self.client.attempts((1, 2)):
                with attempt:
                    raise ConnectionResetError
        self.assertEqual(len(self.agent.questions), 2)

    def test_at_most_so_many_attempts(self):
        self.agent.nodes = [("10.0.0.%d" % i, 80) for i in range(1, 9)]

        def function(host):
            raise OSError

        with self.assertRaises(OSError):
            self.client.run((1, 2), function, attempts=4, timeout=60)
        self.assertEqual(len(self.agent.questions), 4)

    def test_many_threads_and_a_frozen_agent(self):
        self.agent.frozen = True
        client = lars.Client(self.agent.address, timeout=0.2)
        errors = []

        def call():
            try:
                client.choose((1, 2))
            except lars.NoAnswer as error:
                errors.append(error)

        threads = [threading.Thread(target=call) for _ in range(150)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(len(errors), 150)
        self.assertLessEqual(len(client._pool._all), 64)
        self.agent.frozen = False
        client = lars.Client(self.agent.address, timeout=20)
        self.assertEqual(client.choose((1, 2)).host.port, 80)

    def test_a_report_waits_for_no_question(self):
        choice = self.client.choose((1, 2))
        self.agent.frozen = True
        client = lars.Client(self.agent.address, timeout=9)

        def ask():
            with contextlib.suppress(lars.NoAnswer):
                client.choose((1, 2))

        threads = [threading.Thread(target=ask) for _ in range(64)]
        for each in threads:
            each.start()
        eventually(lambda: len(client._pool._all) == 64 and not client._pool._free)
        self.assertTrue(client.report((1, 2), choice))
        self.assertEqual(len(client._pool._all), 64)  # all still wait for their answers
        self.agent.frozen = False
        self.reports(1)
        for each in threads:
            each.join()

    def test_forks_beside_threads(self):
        ends = threading.Event()

        def call():
            while not ends.is_set():
                self.client.choose((1, 2))

        threads = [threading.Thread(target=call) for _ in range(4)]
        for each in threads:
            each.start()
        try:
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    good = all(self.client.choose((1, 2)).host.port == 80 for _ in range(3))
                    os._exit(0 if good else 1)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
                self.client.choose((1, 2))
        finally:
            ends.set()
            for each in threads:
                each.join()

    def test_a_watch_tells_of_changes(self):
        told = []
        with lars.Watch(self.client, (1, 2), told.append, interval=0.01) as watch:
            eventually(lambda: len(told) == 1)
            self.agent.nodes = [("10.0.0.1", 80), ("10.0.0.2", 80)]
            eventually(lambda: len(told) == 2)
            self.assertEqual([node.host.address for node in watch.nodes], ["10.0.0.1", "10.0.0.2"])
        self.assertEqual(len(told), 2)


class AsyncClientTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.agent = Agent()
        self.addCleanup(self.agent.close)
        self.client = lars.AsyncClient(self.agent.address, timeout=20)
        self.addCleanup(self.client.close)

    async def test_many_tasks(self):
        choices = await asyncio.gather(*(self.client.choose((1, 2)) for _ in range(300)))
        self.assertEqual({each.host.port for each in choices}, {80})

    async def test_a_watch_tells_changes(self):
        watch = self.client.watch((1, 2), interval=0.01)
        first = await watch.__anext__()
        self.assertEqual([node.host.address for node in first], ["10.0.0.1"])
        self.agent.nodes = [("10.0.0.1", 80), ("10.0.0.2", 80)]
        second = await watch.__anext__()
        self.assertEqual([node.host.address for node in second], ["10.0.0.1", "10.0.0.2"])
        await watch.aclose()
        with self.assertRaises(lars.Invalid):
            await self.client.watch((1, 2), interval=0).__anext__()

    async def test_a_call_that_is_cancelled_counts_as_failed(self):
        called = asyncio.Event()

        async def call():
            async with self.client.call((1, 2)):
                called.set()
                await asyncio.sleep(3_600)

        task = asyncio.ensure_future(call())
        await called.wait()
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        eventually(lambda: self.agent.reports)
        self.assertEqual(self.agent.reports[0][4], 1)

    async def test_a_question_that_is_cancelled_leaves_its_socket_to_nobody(self):
        self.agent.frozen = True
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(self.client.choose((1, 2)), 0.05)
        self.agent.frozen = False
        self.assertEqual((await self.client.choose((1, 2))).host.port, 80)

    async def test_a_failure_is_tried_on_another_node(self):
        self.agent.nodes = [("10.0.0.1", 80), ("10.0.0.2", 80)]

        async def function(host):
            if host.address == "10.0.0.1":
                raise ConnectionRefusedError
            return host.address

        self.assertEqual(await self.client.run((1, 2), function), "10.0.0.2")
        eventually(lambda: len(self.agent.reports) == 2)


if __name__ == "__main__":
    unittest.main()
