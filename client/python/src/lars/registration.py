"""Offering a service: registered through the agent of this host, as long as the program lives."""

from __future__ import annotations

import enum
import ipaddress
import os
import select
import socket
import threading
import time
from typing import Mapping, Optional, Tuple, Union

from . import _wire
from ._names import Module, canonical_tags, split_module
from .errors import Invalid

_ANSWER = 2.0  # of the agent, in seconds, at most
_FIRST_PAUSE = 0.05  # before the agent is tried again
_LONGEST_PAUSE = 1.0
_LOOK = 0.1  # while somebody waits or asks
_REST = 30.0  # or else
_CHECKS = {"none": 0, "tcp": 1, "http": 2, "grpc": 3}
_MAX_BODY = 16 << 20


class RegistrationState(enum.Enum):
    CONNECTING = "connecting"  #: the agent isn't reached; it is tried again and again
    REFUSED = "refused"  #: the agent doesn't take it
    STARTING = "starting"  #: its check hasn't passed yet
    FAILING = "failing"  #: its check fails: nobody calls it
    SERVING = "serving"
    DRAINING = "draining"
    WITHDRAWN = "withdrawn"


_STATES = {
    0: RegistrationState.SERVING,
    1: RegistrationState.FAILING,
    2: RegistrationState.DRAINING,
    3: RegistrationState.STARTING,
}


class Registration:
    """A service that this program offers.

        with lars.Registration("payments", 8080):
            serve()

    It registers in the background, and again whenever the agent was restarted. When the program
    ends, however it does, the service is gone from all routes; unless it is ``lasting``.

    ``address``: by default the one by which this host reaches dns. ``weight``: 0 to 65535.
    ``zone``: "region/zone", by default the agent's. ``tags``: a dict. ``check``: "none", "tcp",
    "http" (``check_path``) or "grpc" (``check_service``), asked at ``check_port`` or the service's,
    each ``check_interval`` seconds. ``drain``: seconds over which its weight falls when it is
    withdrawn. ``socket``: the agent's; by default LARS_SOCKET, else /run/lars/agent.sock.
    """

    def __init__(
        self,
        module: Module,
        port: int,
        *,
        address: str = "",
        weight: Optional[int] = None,
        zone: str = "",
        tags: Union[Mapping[str, str], Tuple[str, ...]] = (),
        check: str = "none",
        check_port: int = 0,
        check_path: str = "",
        check_service: str = "",
        check_interval: float = 1.0,
        check_timeout: float = 1.0,
        drain: float = 2.0,
        lasting: bool = False,
        socket: str = "",
    ) -> None:
        name, modid, cmdid = split_module(module)
        if not 1 <= port <= 65_535:
            raise Invalid(f"port is {port}: a service is registered with its port, 1 to 65535")
        if address:
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise Invalid(f"{address!r} is no IPv4 or IPv6 address") from None
        if weight is not None and not 0 <= weight <= _wire.MAX_WEIGHT:
            raise Invalid(f"weight is {weight}: it is 0 to {_wire.MAX_WEIGHT}")
        if check not in _CHECKS:
            raise Invalid(f"check is {check!r}: it is one of {', '.join(_CHECKS)}")
        self._service = _wire.Service(
            name=name,
            modid=modid,
            cmdid=cmdid,
            address=address,
            port=port,
            weight=weight,
            zone=zone,
            tags=canonical_tags(tags),
            check=_CHECKS[check],
            check_port=check_port,
            check_path=check_path,
            check_service=check_service,
            interval_ms=int(check_interval * 1_000),
            timeout_ms=int(check_timeout * 1_000),
            drain_ms=int(drain * 1_000),
            lasting=lasting,
        )
        self._path = socket or os.environ.get("LARS_SOCKET") or "/run/lars/agent.sock"
        self._connection: Optional[_Connection] = None
        self._seq = 0
        self._process = os.getpid()
        self._changed = threading.Condition()
        self._state = RegistrationState.CONNECTING
        self._why = ""
        self._stored = False
        self._asked = self._leaves = self._ends = False
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        self._thread = threading.Thread(target=self._run, name="lars registration", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Registration":
        return self

    def __exit__(self, *ignored: object) -> None:
        if not self._service.lasting and self._process == os.getpid():
            self.withdraw()
        self.close()

    @property
    def state(self) -> RegistrationState:
        """As it was lately; looked at every 100 ms while somebody asks."""
        with self._changed:
            self._asked = True
            self._notify()
            return self._state

    @property
    def why(self) -> str:
        """Why it doesn't serve, in words."""
        with self._changed:
            return self._why

    def withdraw(self, timeout: float = 10.0) -> bool:
        """Its weight falls to 0, then it goes. False: it isn't gone after that time."""
        with self._changed:
            self._leaves = True
            self._notify()
            return self._changed.wait_for(
                lambda: self._state is RegistrationState.WITHDRAWN, timeout
            )

    def close(self) -> None:
        """Lets go of the agent, which withdraws the service at once, unless it is lasting.

        The child of a fork() may only do this, and without effect for its parent.
        """
        if self._process == os.getpid():
            with self._changed:
                if self._ends:
                    return
                self._ends = True
                self._notify()
            self._thread.join()
        elif self._wake < 0:
            return
        if self._connection is not None:
            self._connection.close()
        os.close(self._wake)
        os.close(self._woken)
        self._wake = self._woken = -1

    def _notify(self) -> None:
        if self._woken < 0:
            return
        try:
            os.write(self._woken, b"1")
        except BlockingIOError:
            pass

    def _set(self, state: RegistrationState, why: str = "", stored: bool = False) -> None:
        with self._changed:
            self._state, self._why, self._stored = state, why, stored
            self._changed.notify_all()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            with self._changed:
                if self._ends:
                    return
                leaves = self._leaves
            try:
                if self._connection is not None:
                    self._withdraw() if leaves else self._look()
                elif leaves:
                    # An agent that isn't there has nothing of it, or will find that it is gone.
                    self._set(RegistrationState.WITHDRAWN)
                else:
                    self._connect()
            except OSError as error:
                self._drop()
                text = error.strerror or str(error)
                self._set(RegistrationState.CONNECTING, f"{self._path}: {text}")
            if self._connection is not None:
                pause = _FIRST_PAUSE
                self._sleep(_LOOK if self._is_busy() else _REST)
            else:
                self._sleep(_REST if leaves else pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _is_busy(self) -> bool:
        with self._changed:
            asked, self._asked = self._asked, False
            gone = self._state is RegistrationState.WITHDRAWN
            return asked or not (gone or (self._stored and not self._leaves))

    def _connect(self) -> None:
        self._connection = _Connection(self._path)
        answer = self._request(_wire.encode_register(self._service, self._next_seq()))
        if answer.error:
            self._drop()  # and asks again: what is in its way may go
            self._set(RegistrationState.REFUSED, answer.error)
        else:
            self._look()

    def _look(self) -> None:
        answer = self._request(_wire.encode_services(self._next_seq()))
        mine = self._service
        for each in answer.services:
            same = each.name == mine.name if mine.name else (
                (each.modid, each.cmdid) == (mine.modid, mine.cmdid)
            )
            if same and each.port == mine.port:
                state = _STATES.get(each.state, RegistrationState.SERVING)
                return self._set(state, each.reason, each.announced)
        self._set(RegistrationState.WITHDRAWN)

    def _withdraw(self) -> None:
        self._request(_wire.encode_withdraw(self._service, self._next_seq()))
        self._look()

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def _request(self, message: bytes) -> _wire.ServiceAnswer:
        assert self._connection is not None
        answer = _wire.decode_service_answer(self._connection.request(message))
        if answer is None:
            raise OSError("this isn't an agent's answer")
        return answer

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _sleep(self, seconds: float) -> None:
        """Until something is wanted, or the agent has gone."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        if self._connection is not None:
            poll.register(self._connection.fileno(), select.POLLIN)
        poll.poll(seconds * 1_000)
        try:
            while os.read(self._wake, 64):
                pass
        except BlockingIOError:
            pass


class _Connection:
    """To the agent's Unix socket, over which one request is answered after the other."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_ANSWER)
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def request(self, message: bytes) -> bytes:
        deadline = time.monotonic() + _ANSWER
        self._socket.settimeout(_ANSWER)
        self._socket.sendall(message)
        found, size = _wire.decode_header(self._receive(_wire.HEADER_SIZE, deadline))
        if found != _wire.SERVICE_RESPONSE or not 0 <= size <= _MAX_BODY:
            raise OSError("this isn't an agent's answer")
        return self._receive(size, deadline)

    def _receive(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            part = self._socket.recv(size - len(data))
            if not part:
                raise OSError("the agent has gone")
            data += part
        return bytes(data)
