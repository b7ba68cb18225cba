"""Does what run.py says with the Python client: a command a line, and a line of what came of it.

With --asyncio it uses the asyncio client, with --native the C library.
"""

import asyncio
import concurrent.futures
import inspect
import statistics
import sys
import time

import lars


def module_of(text):
    first, comma, second = text.partition(",")
    return (int(first), int(second)) if comma else text


def host_of(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


async def result_of(answer):
    """Of a call of either client."""
    return await answer if inspect.isawaitable(answer) else answer


class Driver:
    def __init__(self, make_client):
        self._make_client = make_client
        self._client = None
        self._chosen = None
        self._registration = None

    async def open(self, agent, timeout="500"):
        options = {"native": True} if "--native" in sys.argv else {}
        client = self._make_client(agent, timeout=int(timeout) / 1_000, **options)
        if isinstance(client, lars.AsyncClient):
            await client.__aenter__()
        if self._client is not None:
            self._client.close()
        self._client = client
        return "ok"

    async def choose(self, module, *words):
        options = dict(word.split("=", 1) for word in words)
        self._chosen = await result_of(
            self._client.choose(
                module_of(module),
                select=options.get("select", ""),
                hash_key=lars.hash_text(options["key"]) if "key" in options else None,
                exclude=[host_of(each) for each in options.get("exclude", "").split(",") if each],
                attempt=int(options.get("attempt", 0)),
            )
        )
        return f"succ {self._chosen.host} {self._chosen.modid},{self._chosen.cmdid}"

    async def report(self, module, code, micros, load=""):
        sent = self._client.report(
            module_of(module),
            self._chosen,
            int(code),
            latency=None if micros == "-" else int(micros) / 1e6,
            server_load=float(load[5:]) if load else None,
        )
        return "ok" if sent else "noanswer"

    async def route(self, module):
        hosts = await result_of(self._client.route(module_of(module)))
        return f"succ {len(hosts)} {hosts[0]} {hosts[-1]}"

    async def prepare(self, module):
        await result_of(self._client.prepare(module_of(module)))
        return "succ"

    async def hash(self, text):
        return str(lars.hash_text(text))

    async def register(self, socket, module, port, address, weight, tags):
        if self._registration is not None:
            self._registration.close()
            self._registration = None
        pairs = [] if tags == "-" else [each.partition("=") for each in tags.split(",")]
        self._registration = lars.Registration(
            module_of(module),
            int(port),
            address="" if address == "-" else address,
            weight=int(weight),
            tags=tuple("".join(each) for each in pairs),
            drain=0.1,
            socket=socket,
        )
        return "ok"

    async def state(self):
        return self._registration.state.value

    async def withdraw(self):
        return "withdrawn" if self._registration.withdraw() else "not yet"

    async def close(self):
        self._registration.close()
        self._registration = None
        return "ok"

    async def pairs(self, module, count, threads):
        each = int(count) // int(threads)
        if isinstance(self._client, lars.AsyncClient):
            failed = await asyncio.gather(
                *(self._pairs_of_task(module, each) for _ in range(int(threads)))
            )
        else:
            with concurrent.futures.ThreadPoolExecutor(int(threads)) as pool:
                made = [pool.submit(self._pairs, module, each) for _ in range(int(threads))]
                failed = [of.result() for of in made]
        return f"{sum(failed)} failed"

    async def median(self, module, count):
        """Nanoseconds that a pair takes."""
        took = []
        for _ in range(int(count)):
            begun = time.monotonic_ns()
            if isinstance(self._client, lars.AsyncClient):
                await self._pairs_of_task(module, 1)
            else:
                self._pairs(module, 1)
            took.append(time.monotonic_ns() - begun)
        return str(int(statistics.median(took)))

    def _pairs(self, module, count):
        client, failed = self._client, 0
        for _ in range(count):
            try:
                client.report(module, client.choose(module), 0, latency=0.001)
            except lars.LarsError:
                failed += 1
        return failed

    async def _pairs_of_task(self, module, count):
        client, failed = self._client, 0
        for _ in range(count):
            try:
                client.report(module, await client.choose(module), 0, latency=0.001)
            except lars.LarsError:
                failed += 1
        return failed

    async def answer(self, line):
        command, *words = line.split()
        try:
            return await getattr(self, command)(*words)
        except lars.NoAnswer:
            return "noanswer"
        except lars.NoSuchModule:
            return "noexist"
        except lars.Overloaded as error:
            return f"overload {error.wait * 1_000:.0f}"
        except lars.Invalid:
            return "invalid"
        except lars.AgentNotFound:
            return "notfound"


async def main():
    driver = Driver(lars.AsyncClient if "--asyncio" in sys.argv else lars.Client)
    for line in sys.stdin:
        print(await driver.answer(line), flush=True)


asyncio.run(main())
