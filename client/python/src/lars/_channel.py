"""Questions to the agent, over sockets that are used by one question at a time.

What is asked, and when again, is written once, as generators that yield what they wait for: the
blocking client polls, the asyncio one lets others run meanwhile.
"""

from __future__ import annotations

import collections
import os
import select
import socket
import threading
import time
import weakref
from typing import Callable, Deque, Dict, Generator, List, NamedTuple, Optional, Set, Tuple, TypeVar

from ._locator import AddressList, Locator

LARGEST_DATAGRAM = 65_507
#: How often a question is sent within its deadline, if nothing is heard.
TRIES = 3
#: After which time an agent that isn't there is asked again: it may be about to start.
AFTER_REFUSAL = 0.02
#: Questions under way at once.
MAX_CHANNELS = 64
#: What nobody used for so long is closed, in seconds.
MAX_IDLE = 10.0


class Wait(NamedTuple):
    """Until one of the sockets can be read, or the time has come."""

    sockets: List[socket.socket]
    until: float


T = TypeVar("T")
Steps = Generator[Wait, None, T]


class Question:
    """Where a question is sent, and when again: neither I/O nor a clock.

    First to the address that answered last; to all of them when that is silent for a third of the
    time; to the others at once when nobody listens there; and when nobody listens anywhere, again
    and again.
    """

    def __init__(
        self, count: int, preferred: Optional[int], begin: float, deadline: float
    ) -> None:
        """Where no address is preferred, all are asked at once."""
        self.asked: Set[int] = set()
        self._all = set(range(count))
        self._due = set(self._all) if preferred is None else {preferred}
        self._dead: Set[int] = set()
        self._refusals: Set[int] = set()
        self._begin = begin
        self._try_length = (deadline - begin) / TRIES
        self._try = 1
        self._again: Optional[float] = None

    def take_due(self) -> Set[int]:
        due, self._due = self._due, set()
        self.asked |= due
        return due

    def wakes(self) -> float:
        end = self._begin + self._try * self._try_length
        return end if self._again is None else min(end, self._again)

    def wake(self, now: float) -> None:
        if self._again is not None and now >= self._again:
            self._again = None
            self._dead.clear()
            self._refusals.clear()
            self._due = set(self._all)
        if now >= self._begin + self._try * self._try_length:
            self._try += 1
            self._due = self._all - self._dead

    def refused(self, address: int, now: float) -> None:
        """Nobody listens there. The first time that may be news of a datagram sent long ago."""
        if address in self._refusals:
            self.unreachable(address, now)
        else:
            self._refusals.add(address)
            self._due.add(address)

    def unreachable(self, address: int, now: float) -> None:
        self._dead.add(address)
        self._due.discard(address)
        self.asked.discard(address)
        if self.asked or self._due:
            return
        self._due = self._all - self._dead
        if not self._due:
            self._again = now + AFTER_REFUSAL


class Channel:
    """Connected UDP sockets to the shards of an agent, which tell at once when nobody listens."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self._list = locator.current
        self._sockets: Dict[Tuple[int, int], socket.socket] = {}  # by address and shard
        self._seq = int.from_bytes(os.urandom(4), "little")  # sent last
        self._before = self._seq  # and by the question before the one under way
        self.last_used = 0.0

    def _next_seq(self) -> int:
        self._seq = self._seq % 0xFFFF_FFFF + 1
        return self._seq

    def asked(self, seq: int) -> bool:
        """With one of the numbers that the question under way was sent with."""
        return (seq - self._before - 1) % 2**32 < (self._seq - self._before) % 2**32

    def close(self) -> None:
        for each in self._sockets.values():
            each.close()
        self._sockets = {}

    def renew(self, shard: int) -> None:
        """Answers to earlier questions don't come any more."""
        for key in [key for key in self._sockets if key[1] == shard]:
            self._sockets.pop(key).close()

    def send(self, shard: int, message: bytes) -> bool:
        """Once, and waits for nothing. To the first address that doesn't refuse at once."""
        known = self._follow()
        sure = known.answered or len(known.addresses) == 1
        for i in range(len(known.addresses)):
            address = (known.preferred + i) % len(known.addresses)
            if self._send_to(address, shard, message) and (sure or not self._refuses(address, shard)):
                return True
        self._locator.unanswered()
        return False

    def ask(
        self,
        shard: int,
        encode: Callable[[int], bytes],
        begin: float,
        deadline: float,
        accept: Callable[[bytes], Optional[T]],
    ) -> Steps[Optional[T]]:
        """Sends, again if need be and each time with a fresh number, until `accept` makes something
        of an answer, or time is over.
        """
        known = self._follow()
        self._before = self._seq
        question = Question(len(known.addresses), known.preferred, begin, deadline)
        while True:
            due = question.take_due()
            message = encode(self._next_seq()) if due else b""
            for address in due:
                if not self._send_to(address, shard, message):
                    question.unreachable(address, time.monotonic())
            event = yield from self._await(question, shard, deadline, accept)
            if event is not None:
                return event
            now = time.monotonic()
            if now >= deadline:
                self._locator.unanswered()
                return None
            if now < question.wakes():
                continue
            question.wake(now)
            self._locator.unanswered()
            if self._locator.current is not self._list:
                known = self._follow()
                question = Question(len(known.addresses), None, now, deadline)

    def _await(
        self,
        question: Question,
        shard: int,
        deadline: float,
        accept: Callable[[bytes], Optional[T]],
    ) -> Steps[Optional[T]]:
        until = min(question.wakes(), deadline)
        while True:
            waited = []
            received = False
            for address in sorted(question.asked):
                each = self._sockets[address, shard]
                try:
                    answer = accept(each.recv(LARGEST_DATAGRAM))
                    received = True
                    if answer is not None:
                        self._prefer(address)
                        return answer
                except (BlockingIOError, InterruptedError):
                    pass
                except OSError:
                    question.refused(address, time.monotonic())
                    return None
                waited.append(each)
            if time.monotonic() >= until:
                return None
            if not received:
                yield Wait(waited, until)

    def _open(self, address: int, shard: int) -> Optional[socket.socket]:
        family, where = self._list.addresses[address]
        opened = None
        try:
            opened = socket.socket(family, socket.SOCK_DGRAM)
            opened.setblocking(False)
            opened.connect((where[0], self._locator.agent.port + shard, *where[2:]))
        except OSError:
            if opened is not None:
                opened.close()
            return None
        self._sockets[address, shard] = opened
        return opened

    def _send_to(self, address: int, shard: int, message: bytes) -> bool:
        to = self._sockets.get((address, shard)) or self._open(address, shard)
        if to is None:
            return False
        for _ in range(2):  # the first error may be the news of an earlier datagram
            try:
                to.send(message)
                return True
            except (ConnectionRefusedError, InterruptedError):
                continue
            except OSError:
                return False
        return False

    def _refuses(self, address: int, shard: int) -> bool:
        # Of this host, the kernel knows it as soon as it has sent.
        to = self._sockets[address, shard]
        return bool(to.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _prefer(self, address: int) -> None:
        self._list.answered = True
        if self._list.preferred == address:
            return
        self._list.preferred = address
        for key in [key for key in self._sockets if key[0] != address]:
            self._sockets.pop(key).close()

    def _follow(self) -> AddressList:
        if self._locator.current is not self._list:
            self.close()
            self._list = self._locator.current
        return self._list


def run(steps: Steps[T]) -> T:
    """Runs them in this thread."""
    while True:
        try:
            wait = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        left = wait.until - time.monotonic()
        if left > 0:
            _poll(wait.sockets, left)


def _poll(sockets: List[socket.socket], seconds: float) -> None:
    poll = select.poll()
    for each in sockets:
        poll.register(each, select.POLLIN)
    poll.poll(seconds * 1000)  # rounds up to milliseconds


class Pool:
    """Channels that threads borrow, up to a bound. A child of fork() begins with none."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self._begin_anew()
        _pools.add(self)

    def _begin_anew(self) -> None:
        self._process = os.getpid()
        self._free: Deque[Channel] = collections.deque()
        self._all: Set[Channel] = set()
        self._changed = threading.Condition()

    def after_fork(self) -> None:
        """In the child: what the parent's threads used or held isn't the child's."""
        of_parent = self._all
        self._begin_anew()
        for each in of_parent:
            each.close()

    def borrow(self, deadline: float) -> Optional[Channel]:
        """None when all were in use until then."""
        with self._changed:
            while not self._free and len(self._all) >= MAX_CHANNELS:
                if not self._changed.wait(deadline - time.monotonic()):
                    return None
            return self._take()

    def _take(self) -> Channel:
        if self._free:
            return self._free.pop()
        channel = Channel(self._locator)
        self._all.add(channel)
        return channel

    def try_borrow(self) -> Optional[Channel]:
        with self._changed:
            if not self._free and len(self._all) >= MAX_CHANNELS:
                return None
            return self._take()

    def extra(self) -> Channel:
        """One beyond the bound, which is closed when it is given back."""
        return Channel(self._locator)

    def give_back(self, channel: Channel, *, broken: bool = False) -> None:
        """A broken one isn't used again: a late answer might come over it."""
        now = channel.last_used = time.monotonic()
        old = []
        with self._changed:
            if broken or channel not in self._all:
                old.append(channel)
            else:
                self._free.append(channel)
            while self._free and now - self._free[0].last_used > MAX_IDLE:
                old.append(self._free.popleft())
            self._all.difference_update(old)
            self._changed.notify()
        for each in old:
            each.close()

    def close(self) -> None:
        with self._changed:
            free, self._free = self._free, collections.deque()
            self._all.difference_update(free)
        for each in free:
            each.close()


_pools: "weakref.WeakSet[Pool]" = weakref.WeakSet()


def _after_fork() -> None:
    for each in list(_pools):
        each.after_fork()


os.register_at_fork(after_in_child=_after_fork)
