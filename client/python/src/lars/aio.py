"""The asyncio client: the same questions, while other tasks run."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import AsyncIterator, Awaitable, Callable, List, Optional, Sequence, Tuple, Type, TypeVar

from ._channel import MAX_CHANNELS, Channel, Pool, Steps, Wait
from ._locator import Locator
from ._names import Module, module_text, parse_agent
from ._requests import PREPARE_PAUSE, PREPARE_TRIES, Choice, Options, Requests, hosts_of
from ._wire import Host, Node, RouteAnswer
from .client import FAILED
from .errors import Invalid, LarsError, NoAnswer, NoSuchModule

T = TypeVar("T")


class AsyncClient:
    """As Client, for one event loop.

        async with lars.AsyncClient() as client:
            async with client.call("payments") as host:
                await pay(host.address, host.port)

    The agent's name is looked up at the begin of the block, or when something is first asked, within
    that question's deadline.
    """

    def __init__(
        self,
        agent: Optional[str] = None,
        *,
        timeout: float = 0.5,
        first_call_wait: float = 0.02,
    ) -> None:
        self._options = Options.of(timeout, first_call_wait)
        self._address = parse_agent(agent)
        self._requests: Optional[Requests] = None
        self._pool: Optional[Pool] = None
        self._room: Optional[asyncio.Semaphore] = None

    async def __aenter__(self) -> "AsyncClient":
        await self._open(time.monotonic() + self._options.timeout)
        return self

    async def __aexit__(self, *ignored: object) -> None:
        self.close()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()

    async def choose(
        self,
        module: Module,
        *,
        select: str = "",
        hash_key: Optional[int] = None,
        exclude: Sequence[Tuple[str, int]] = (),
        attempt: int = 0,
    ) -> Choice:
        """As Client.choose()."""

        def steps(
            requests: Requests, channel: Channel, begin: float, deadline: float
        ) -> Steps[Optional[Choice]]:
            return requests.choose(
                channel, begin, deadline, module, select, hash_key, exclude, attempt
            )

        return await self._ask(steps)

    def report(
        self,
        module: Module,
        choice: Choice,
        retcode: int = 0,
        *,
        latency: Optional[float] = None,
        server_load: Optional[float] = None,
    ) -> bool:
        """As Client.report(): waits for nothing, so it isn't to be awaited."""
        if self._pool is None or self._requests is None:
            return False
        # All may be in use by questions, and a report doesn't wait for these.
        channel = self._pool.try_borrow() or self._pool.extra()
        sent = False
        try:
            sent = self._requests.report(channel, module, choice, retcode, latency, server_load)
        finally:
            self._pool.give_back(channel, broken=not sent)
        return sent

    @contextlib.asynccontextmanager
    async def call(
        self,
        module: Module,
        *,
        select: str = "",
        hash_key: Optional[int] = None,
    ) -> AsyncIterator[Host]:
        """One call, as Client.call(). One that is cancelled counts as failed."""
        choice = await self.choose(module, select=select, hash_key=hash_key)
        begun = time.monotonic()
        retcode = FAILED
        try:
            yield choice.host
            retcode = 0
        finally:
            self.report(module, choice, retcode, latency=time.monotonic() - begun)

    async def run(
        self,
        module: Module,
        function: Callable[[Host], Awaitable[T]],
        *,
        timeout: float = 1.0,
        attempts: int = 3,
        retry_on: Tuple[Type[BaseException], ...] = (OSError, asyncio.TimeoutError),
        select: str = "",
        hash_key: Optional[int] = None,
    ) -> T:
        """Awaits ``function(host)``, again on other nodes, as Client.run()."""
        deadline = time.monotonic() + timeout
        tried: List[Host] = []
        error: Optional[BaseException] = None
        while True:
            if error is not None and (len(tried) >= attempts or time.monotonic() >= deadline):
                raise error
            try:
                choice = await self.choose(
                    module,
                    select=select,
                    hash_key=hash_key,
                    exclude=tried,
                    attempt=len(tried),
                )
            except LarsError:
                if error is None:
                    raise
                raise error from None  # a retry that isn't granted: the call's own error counts
            begun = time.monotonic()
            retcode = FAILED
            try:
                result = await function(choice.host)
                retcode = 0
                return result
            except retry_on as failure:
                error = failure
                tried.append(choice.host)
            finally:
                self.report(module, choice, retcode, latency=time.monotonic() - begun)

    async def route(self, module: Module) -> List[Host]:
        """As Client.route()."""
        nodes = hosts_of(await self._route(module, RouteAnswer()))
        if not nodes:
            raise NoSuchModule(f"{module_text(module)}: the agent knows no node of it")
        return nodes

    async def watch(
        self, module: Module, *, interval: float = 0.25
    ) -> AsyncIterator[List[Node]]:
        """The nodes of a module now, and again whenever one came, went, or got another weight or
        state, noticed within ``interval`` seconds:

            async for nodes in client.watch("payments"): ...

        While the agent doesn't answer there is nothing new.
        """
        if not 0.001 <= interval <= 60:
            raise Invalid(f"interval is {interval!r}: it is 0.001 to 60 s")
        known = RouteAnswer()
        seen: Optional[Sequence[Node]] = None
        while True:
            try:
                known = await self._route(module, known, watch=True)
            except NoAnswer:
                pass
            else:
                if known.nodes != seen:
                    seen = known.nodes
                    yield list(known.nodes)
            await asyncio.sleep(interval)

    async def prepare(self, module: Module) -> None:
        """As Client.prepare()."""
        for tries_left in reversed(range(PREPARE_TRIES)):
            try:
                await self.route(module)
                return
            except NoSuchModule:
                if not tries_left:
                    raise
                await asyncio.sleep(PREPARE_PAUSE)

    async def _route(
        self, module: Module, known: RouteAnswer, *, watch: bool = False
    ) -> RouteAnswer:
        def steps(
            requests: Requests, channel: Channel, begin: float, deadline: float
        ) -> Steps[Optional[RouteAnswer]]:
            return requests.route(channel, begin, deadline, module, known, watch=watch)

        return await self._ask(steps)

    async def _open(self, deadline: float) -> Requests:
        if self._requests is None:
            left = max(deadline - time.monotonic(), 0.001)
            loop = asyncio.get_running_loop()
            locator = await loop.run_in_executor(None, Locator, self._address, left)
            if self._requests is None:  # another task may have been here meanwhile
                self._requests = Requests(locator, self._options)
                self._pool = Pool(locator)
                self._room = asyncio.Semaphore(MAX_CHANNELS)
        return self._requests

    async def _ask(
        self, steps: Callable[[Requests, Channel, float, float], Steps[Optional[T]]]
    ) -> T:
        begin = time.monotonic()
        deadline = begin + self._options.timeout
        requests = await self._open(deadline)
        assert self._pool is not None and self._room is not None
        try:
            await asyncio.wait_for(self._room.acquire(), max(deadline - time.monotonic(), 0))
        except asyncio.TimeoutError:
            raise requests.no_answer() from None
        channel, answer, broken = None, None, True
        try:
            channel = self._pool.borrow(deadline)
            assert channel is not None  # those who have room are as many as there are channels
            answer = await _drive(steps(requests, channel, begin, deadline))
            broken = answer is None
        except LarsError:
            broken = False
            raise
        finally:
            self._room.release()
            if channel is not None:
                self._pool.give_back(channel, broken=broken)
        if answer is None:
            raise requests.no_answer()
        return answer


async def _drive(steps: Steps[T]) -> T:
    loop = asyncio.get_running_loop()
    while True:
        try:
            wait = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        await _until(loop, wait)


async def _until(loop: asyncio.AbstractEventLoop, wait: Wait) -> None:
    woken = loop.create_future()

    def wake() -> None:
        if not woken.done():
            woken.set_result(None)

    timer = loop.call_later(max(wait.until - time.monotonic(), 0), wake)
    for each in wait.sockets:
        loop.add_reader(each, wake)
    try:
        await woken
    finally:
        timer.cancel()
        for each in wait.sockets:
            loop.remove_reader(each)
