"""The blocking client."""

from __future__ import annotations

import contextlib
import time
from typing import Callable, Generator, Iterator, List, Optional, Sequence, Tuple, Type, TypeVar

from ._channel import Channel, Pool, Steps, run
from ._locator import Locator
from ._native import NativeClient
from ._names import Module, module_text, parse_agent
from ._requests import (
    PREPARE_PAUSE,
    PREPARE_TRIES,
    Choice,
    Options,
    Requests,
    hosts_of,
)
from ._wire import Host, RouteAnswer
from .errors import LarsError, NoSuchModule

T = TypeVar("T")

#: What is reported of a call that ended with an exception, if that has no number of its own.
FAILED = 1


class Client:
    """Asks the agent of this host which node to call, and tells it how calls went.

    ``agent`` is "host:port[/shards]"; by default the environment's LARS_AGENT, or
    127.0.0.1:8888/3. No question takes longer than ``timeout`` seconds; one for a module that the
    agent has to learn first may wait for ``first_call_wait`` of them.

    ``native`` has choose() and report(), and what is made of them, go through the C library,
    liblars.so.1, which costs a fraction; LarsError if that isn't installed.

    Any number of threads may share one, and it goes on in children of fork(). Use it as a context
    manager, or close() it, to close its sockets.
    """

    def __init__(
        self,
        agent: Optional[str] = None,
        *,
        timeout: float = 0.5,
        first_call_wait: float = 0.02,
        native: bool = False,
    ) -> None:
        options = Options.of(timeout, first_call_wait)
        address = parse_agent(agent)
        locator = Locator(address, timeout)
        self._requests = Requests(locator, options)
        self._pool = Pool(locator)
        self._native = NativeClient(address.text, options, first_call_wait) if native else None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *ignored: object) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()
        if self._native is not None:
            self._native.close()

    def choose(
        self,
        module: Module,
        *,
        select: str = "",
        hash_key: Optional[int] = None,
        exclude: Sequence[Tuple[str, int]] = (),
        attempt: int = 0,
    ) -> Choice:
        """A node to call now.

        ``module`` is a name, or (modid, cmdid). ``select`` is a tag "key=value" that the node must
        have; calls of one ``hash_key`` (see lars.hash_text) go to one node, if the module's policy
        is consistent_hash; ``exclude`` are nodes that were tried already. Raises NoSuchModule,
        Overloaded, NoAnswer or Invalid.
        """
        if self._native is not None:
            return self._native.choose(module, select, hash_key, exclude, attempt)

        def steps(channel: Channel, begin: float, deadline: float) -> Steps[Optional[Choice]]:
            return self._requests.choose(
                channel, begin, deadline, module, select, hash_key, exclude, attempt
            )

        return self._ask(steps)

    def report(
        self,
        module: Module,
        choice: Choice,
        retcode: int = 0,
        *,
        latency: Optional[float] = None,
        server_load: Optional[float] = None,
    ) -> bool:
        """How a call to the chosen node went: 0 is success, anything else a failure.

        ``latency`` is in seconds; ``server_load`` is 0 (idle) to 1 (full), as the node said of
        itself. Waits for nothing. False: it couldn't be sent.
        """
        if self._native is not None:
            return self._native.report(module, choice, retcode, latency, server_load)
        # All may be in use by questions, and a report doesn't wait for these.
        channel = self._pool.try_borrow() or self._pool.extra()
        sent = False
        try:
            sent = self._requests.report(channel, module, choice, retcode, latency, server_load)
        finally:
            self._pool.give_back(channel, broken=not sent)
        return sent

    @contextlib.contextmanager
    def call(
        self,
        module: Module,
        *,
        select: str = "",
        hash_key: Optional[int] = None,
    ) -> Iterator[Host]:
        """One call: chooses a node, measures what the block takes, and reports how it went.

            with client.call("payments") as host:
                pay(host.address, host.port)

        A block that raises has failed.
        """
        choice = self.choose(module, select=select, hash_key=hash_key)
        begun = time.monotonic()
        retcode = FAILED
        try:
            yield choice.host
            retcode = 0
        finally:
            self.report(module, choice, retcode, latency=time.monotonic() - begun)

    def run(
        self,
        module: Module,
        function: Callable[[Host], T],
        *,
        timeout: float = 1.0,
        attempts: int = 3,
        retry_on: Tuple[Type[BaseException], ...] = (OSError,),
        select: str = "",
        hash_key: Optional[int] = None,
    ) -> T:
        """Calls ``function(host)``, again on other nodes while it raises one of ``retry_on``.

        That is: at most so many ``attempts``, within ``timeout`` seconds, and as long as the agent
        grants it. ``attempts=1`` is for what mustn't be done twice. Raises what the last attempt
        raised.
        """
        for attempt in Attempts(self, module, timeout, attempts, retry_on, select, hash_key):
            with attempt as host:
                return function(host)
        raise AssertionError("the last attempt has raised")

    def attempts(
        self,
        module: Module,
        *,
        timeout: float = 1.0,
        attempts: int = 3,
        retry_on: Tuple[Type[BaseException], ...] = (OSError,),
        select: str = "",
        hash_key: Optional[int] = None,
    ) -> "Attempts":
        """As run(), for who writes the loop::

            for attempt in client.attempts("payments"):
                with attempt as host:
                    return pay(host.address, host.port)
        """
        return Attempts(self, module, timeout, attempts, retry_on, select, hash_key)

    def route(self, module: Module) -> List[Host]:
        """All nodes of a module. Raises NoSuchModule when it has none."""
        nodes = hosts_of(self._route(module, RouteAnswer()))
        if not nodes:
            raise NoSuchModule(f"{module_text(module)}: the agent knows no node of it")
        return nodes

    def prepare(self, module: Module) -> None:
        """Makes the agent learn a module before it is needed: asks three times, 50 ms apart."""
        for tries_left in reversed(range(PREPARE_TRIES)):
            try:
                self.route(module)
                return
            except NoSuchModule:
                if not tries_left:
                    raise
                time.sleep(PREPARE_PAUSE)

    def _route(self, module: Module, known: RouteAnswer, *, watch: bool = False) -> RouteAnswer:
        def steps(channel: Channel, begin: float, deadline: float) -> Steps[Optional[RouteAnswer]]:
            return self._requests.route(channel, begin, deadline, module, known, watch=watch)

        return self._ask(steps)

    def _ask(self, steps: Callable[[Channel, float, float], Steps[Optional[T]]]) -> T:
        begin = time.monotonic()
        deadline = begin + self._requests.options.timeout
        channel = self._pool.borrow(deadline)
        if channel is None:
            raise self._requests.no_answer()
        broken = True
        try:
            answer = run(steps(channel, begin, deadline))
            broken = answer is None
        except LarsError:
            broken = False
            raise
        finally:
            self._pool.give_back(channel, broken=broken)
        if answer is None:
            raise self._requests.no_answer()
        return answer


class Attempts:
    """The attempts of one call, each on another node. Belongs to one thread."""

    def __init__(
        self,
        client: Client,
        module: Module,
        timeout: float,
        attempts: int,
        retry_on: Tuple[Type[BaseException], ...],
        select: str,
        hash_key: Optional[int],
    ) -> None:
        self._client = client
        self._module = module
        self._deadline = time.monotonic() + timeout
        self._left = attempts
        self._retry_on = retry_on
        self._select = select
        self._hash_key = hash_key
        self._tried: List[Host] = []
        self._error: Optional[BaseException] = None

    def __iter__(self) -> Generator["Attempt", None, None]:
        while True:
            attempt = self._next()
            yield attempt
            if self._error is None:
                return

    def _next(self) -> "Attempt":
        spent = self._tried and (self._left <= 0 or time.monotonic() >= self._deadline)
        if spent and self._error is not None:
            raise self._error
        self._left -= 1
        try:
            choice = self._client.choose(
                self._module,
                select=self._select,
                hash_key=self._hash_key,
                exclude=self._tried,
                attempt=len(self._tried),
            )
        except LarsError:
            if self._error is None:
                raise
            raise self._error from None  # a retry that isn't granted: the call's own error counts
        return Attempt(self, choice)

    def _end(self, choice: Choice, error: Optional[BaseException], latency: float) -> bool:
        retcode = 0 if error is None else FAILED
        self._client.report(self._module, choice, retcode, latency=latency)
        self._tried.append(choice.host)
        self._error = error if isinstance(error, self._retry_on) else None
        return self._error is not None


class Attempt:
    """One of them: a context manager that says whom to call."""

    def __init__(self, attempts: Attempts, choice: Choice) -> None:
        self._attempts = attempts
        self._choice = choice
        self._begun = time.monotonic()

    def __enter__(self) -> Host:
        self._begun = time.monotonic()
        return self._choice.host

    def __exit__(self, kind: object, error: Optional[BaseException], trace: object) -> bool:
        return self._attempts._end(self._choice, error, time.monotonic() - self._begun)
