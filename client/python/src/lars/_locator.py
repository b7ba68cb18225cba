"""Finds the agent: its addresses, looked up again when nobody answers at those that are known."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from typing import Any, List, Sequence, Tuple, Union

from ._names import AgentAddress
from .errors import AgentNotFound

#: Each a family, and an address as getaddrinfo() has it.
Addresses = List[Tuple[int, Tuple[Any, ...]]]
#: A name with more addresses is used with the first ones.
MAX_ADDRESSES = 8
#: Between two look-ups of one name, in seconds.
MIN_INTERVAL = 1.0


class AddressList:
    """The addresses that the agent's name had at one time; which of them answers may change."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self.preferred = 0
        self.answered = False


def _first_of(found: Sequence[Tuple[Any, ...]]) -> Addresses:
    addresses: Addresses = []
    for family, _, _, _, where in found:
        if (family, where) not in addresses:
            addresses.append((family, where))
    return addresses[:MAX_ADDRESSES]


def _look_up(host: str) -> Addresses:
    return _first_of(socket.getaddrinfo(host, 0, type=socket.SOCK_DGRAM))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class Locator:
    """Any thread."""

    def __init__(self, agent: AgentAddress, timeout: float) -> None:
        self.agent = agent
        self.current: AddressList
        self._fixed = _is_address(agent.host)
        self._looking = 0  # the process in which a look-up hasn't ended
        self._next = time.monotonic() + MIN_INTERVAL
        if self._fixed:
            self.current = AddressList(_look_up(agent.host))
        else:
            self._find(timeout)

    def _find(self, timeout: float) -> None:
        # A name server that is silent keeps getaddrinfo() for longer than anybody waits.
        outcome: List[Union[Addresses, OSError]] = []
        done = threading.Event()

        def look() -> None:
            try:
                outcome.append(_look_up(self.agent.host))
            except OSError as error:
                outcome.append(error)
            done.set()

        threading.Thread(target=look, name="lars look-up", daemon=True).start()
        done.wait(timeout)
        found: object = f"no name server answers within {timeout * 1000:.0f} ms"
        if outcome:
            found = outcome[0]
        if not isinstance(found, list):
            raise AgentNotFound(f"agent address '{self.agent.text}': {found}")
        self.current = AddressList(found)

    def unanswered(self) -> None:
        """Nobody answers: the name is looked up again, in the background, unless it just was."""
        now = time.monotonic()
        if self._fixed or now < self._next or self._looking == os.getpid():
            return
        self._next = now + MIN_INTERVAL
        self._looking = os.getpid()
        threading.Thread(target=self._renew, name="lars look-up", daemon=True).start()

    def _renew(self) -> None:
        try:
            addresses = _look_up(self.agent.host)
            if addresses != self.current.addresses:
                self.current = AddressList(addresses)
        except OSError:
            pass  # the addresses that are known are as good as none
        finally:
            self._looking = 0
