"""Watching a module's nodes, for who keeps connections to all of them."""

from __future__ import annotations

import enum
import os
import threading
from typing import Callable, List, Optional, Sequence, Tuple

from . import _wire
from ._names import Module
from ._wire import RouteAnswer
from .client import Client
from .errors import Invalid, LarsError


class NodeState(enum.IntEnum):
    """What the agent holds a node for, by the calls to it: Node.state."""

    SERVES = 0
    SLOW_START = 1  #: it gets a growing part of its share
    HALF_OPEN = 2  #: it is tried by single calls
    EJECTED = 3  #: calls to it failed: it isn't chosen now


class Watch:
    """Follows the nodes of a module, in a thread of its own.

    ``changed`` is called by that thread with the first nodes, and whenever one came, went, or got
    another weight or state. A change is noticed within ``interval`` seconds. The client is open
    longer. A child of fork() has no watches: it opens its own.
    """

    def __init__(
        self,
        client: Client,
        module: Module,
        changed: Optional[Callable[[Sequence[_wire.Node]], None]] = None,
        *,
        interval: float = 0.25,
    ) -> None:
        if not 0.001 <= interval <= 60:
            raise Invalid(f"interval is {interval!r}: it is 0.001 to 60 s")
        self._client = client
        self._module = module
        self._changed = changed
        self._interval = interval
        self._known = RouteAnswer()
        self._seen: Optional[Tuple[_wire.Node, ...]] = None
        self._error: Optional[LarsError] = None
        self._process = os.getpid()
        self._asked = threading.Event()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lars watch", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *ignored: object) -> None:
        self.close()

    @property
    def nodes(self) -> List[_wire.Node]:
        """As they were seen last. Waits for the first answer, or that there is none."""
        self._asked.wait()
        return list(self._known.nodes)

    @property
    def error(self) -> Optional[LarsError]:
        """Why the latest question wasn't answered: the nodes are as they were before."""
        return self._error

    def close(self) -> None:
        self._ends.set()
        if self._process == os.getpid() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                self._known = self._client._route(self._module, self._known, watch=True)
                self._error = None
            except LarsError as error:
                self._error = error
            self._asked.set()
            self._tell()
            self._ends.wait(self._interval)

    def _tell(self) -> None:
        if self._error is not None or self._known.nodes == self._seen:
            return
        self._seen = self._known.nodes
        if self._changed is not None:
            self._changed(list(self._known.nodes))
