"""What a client asks and says, as steps that blocking and asyncio clients take alike."""

from __future__ import annotations

import time
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from . import _wire
from ._channel import TRIES, Channel, Steps, Wait
from ._locator import Locator
from ._names import Module, check_host, check_select, module_text, split_module
from ._wire import Host, HostAnswer, Node, RouteAnswer
from .errors import Invalid, LarsError, NoAnswer, NoSuchModule, Overloaded

MAX_EXCLUDED = 8
MAX_TIMEOUT = 60.0
PREPARE_TRIES = 3
PREPARE_PAUSE = 0.05
_MAX_HINTS = 4_096


class Choice(NamedTuple):
    """A node that was chosen for one call."""

    host: Host
    modid: int  #: of the module that was meant
    cmdid: int
    attempt: int = 0


class Options(NamedTuple):
    timeout: float
    wait_ms: int

    @classmethod
    def of(cls, timeout: float, first_call_wait: float) -> "Options":
        if not 0 < timeout <= MAX_TIMEOUT:
            raise Invalid(f"timeout is {timeout!r}: it is above 0, and at most {MAX_TIMEOUT:.0f} s")
        if not 0 <= first_call_wait <= MAX_TIMEOUT:
            raise Invalid(f"first_call_wait is {first_call_wait!r}: it is 0 to {MAX_TIMEOUT:.0f} s")
        # An answer that waited longer than one try would only be asked for again.
        return cls(timeout, int(min(first_call_wait, timeout / TRIES) * 1_000))


class Requests:
    """Belongs to no thread: what it remembers of names is a guess, which the agent corrects."""

    def __init__(self, locator: Locator, options: Options) -> None:
        self._shards = locator.agent.shards
        self._text = locator.agent.text
        self.options = options
        self._hints: Dict[str, Tuple[int, int]] = {}

    def no_answer(self) -> NoAnswer:
        milliseconds = self.options.timeout * 1_000
        return NoAnswer(f"the agent at {self._text} doesn't answer within {milliseconds:.0f} ms")

    def _shard_of(self, modid: int, cmdid: int) -> int:
        return (modid + cmdid) % self._shards

    def choose(
        self,
        channel: Channel,
        begin: float,
        deadline: float,
        module: Module,
        select: str,
        hash_key: Optional[int],
        exclude: Sequence[Tuple[str, int]],
        attempt: int,
    ) -> Steps[Optional[Choice]]:
        """Nothing when there is no answer. Raises LarsError."""
        name, modid, cmdid = split_module(module)
        check_select(select)
        if name:
            modid, cmdid = self._hints.get(name, (modid, cmdid))
        hosts = [check_host(each) for each in exclude[:MAX_EXCLUDED]]

        def encode(seq: int) -> bytes:
            return _wire.encode_get_host(
                seq=seq,
                modid=modid,
                cmdid=cmdid,
                wait_ms=self.options.wait_ms,
                name=name,
                hash_key=hash_key,
                exclude=hosts,
                attempt=attempt,
                select=select,
            )

        def accept(datagram: bytes) -> Optional[HostAnswer]:
            said = _wire.decode_host_answer(datagram)
            if said is None or not channel.asked(said.seq):
                return None
            if not name and (said.modid, said.cmdid) != (modid, cmdid):
                return None
            return said

        shard = self._shard_of(modid, cmdid)
        answer = yield from channel.ask(shard, encode, begin, deadline, accept)
        if answer is None:
            return None
        if answer.retcode != _wire.SUCC or answer.host is None:
            raise refusal(module, answer.retcode, answer.wait_ms)
        if name:
            if len(self._hints) >= _MAX_HINTS:
                self._hints.clear()
            self._hints[name] = (answer.modid, answer.cmdid)
        return Choice(answer.host, answer.modid, answer.cmdid, attempt)

    def route(
        self, channel: Channel, begin: float, deadline: float, module: Module, known: RouteAnswer,
        *, watch: bool = False,
    ) -> Steps[Optional[RouteAnswer]]:
        """All nodes; of who watches, from what it knows on. Nothing when there is no answer."""
        name, modid, cmdid = split_module(module)
        if name:
            modid, cmdid = self._hints.get(name, (modid, cmdid))
        shard = self._shard_of(modid, cmdid)

        def accept(datagram: bytes) -> Optional[RouteAnswer]:
            said = _wire.decode_route_answer(datagram)
            if said is None or (said.unchanged and not watch):
                return None
            if not name and (said.modid, said.cmdid) != (modid, cmdid):
                return None
            return said

        def encode(_seq: int) -> bytes:
            return _wire.encode_get_route(
                modid=modid,
                cmdid=cmdid,
                name=name,
                etag=whole.etag,
                rows=len(whole.nodes),
                states=whole.states if watch else None,
            )

        whole, complete = known, False
        while not complete:
            part = yield from channel.ask(shard, encode, begin, deadline, accept)
            if part is None:
                return None
            whole, complete = _add_part(part, whole)
            # This answer has no sequence number. One to an earlier question for all is as good;
            # one for another part isn't.
            if not complete or whole.etag or watch:
                channel.renew(shard)
            begin = time.monotonic()
        return whole

    def report(
        self,
        channel: Channel,
        module: Module,
        choice: Choice,
        retcode: int,
        latency: Optional[float],
        server_load: Optional[float],
    ) -> bool:
        name, _, _ = split_module(module)
        latency_us = None if latency is None else max(0, min(int(latency * 1e6), 0xFFFF_FFFF))
        message = _wire.encode_report(
            modid=choice.modid,
            cmdid=choice.cmdid,
            host=check_host(choice.host),
            retcode=retcode,
            latency_us=latency_us,
            name=name,
            server_load=server_load,
            attempt=choice.attempt,
        )
        return channel.send(self._shard_of(choice.modid, choice.cmdid), message)

    def pause(self, seconds: float) -> Steps[None]:
        yield Wait([], time.monotonic() + seconds)


def refusal(module: Module, retcode: int, wait_ms: int) -> LarsError:
    """What an agent's answer without a node means."""
    text = module_text(module)
    if retcode == _wire.OVERLOAD and wait_ms:
        return Overloaded(f"{text}: no retry now, the module is in trouble", wait_ms / 1_000)
    if retcode == _wire.OVERLOAD:
        return Overloaded(f"{text}: every node is overloaded or excluded")
    if retcode == _wire.NOEXIST:
        return NoSuchModule(f"{text}: the agent knows no node of it")
    return NoAnswer(f"{text}: the agent answers {retcode}")


def _add_part(part: RouteAnswer, whole: RouteAnswer) -> Tuple[RouteAnswer, bool]:
    """A part of a route where it belongs, and whether no other is to be asked for."""
    if part.unchanged:
        return whole, True
    if not whole.nodes or part.etag != whole.etag or not whole.truncated:
        # The first part, perhaps because the route is another one by now.
        return part, not part.truncated or part.etag == 0
    joined = whole._replace(truncated=part.truncated, nodes=whole.nodes + part.nodes)
    return joined, not joined.truncated or not part.nodes


def hosts_of(answer: RouteAnswer) -> List[Host]:
    return [node.host for node in answer.nodes]


__all__ = ["Choice", "Host", "Node", "Options", "Requests", "hosts_of"]
