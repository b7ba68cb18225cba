"""The fast path: the C library, where it is installed, called by ctypes.

Its structs are those of lars/client.h; each begins with its size, by which the library knows what
this version of them has.
"""

from __future__ import annotations

import ctypes
import threading
from typing import Any, Optional, Sequence, Tuple

from . import _wire
from ._names import Module, check_host, check_select, module_text, split_module
from ._requests import MAX_EXCLUDED, Choice, Options, refusal
from ._wire import Host
from .errors import AgentNotFound, LarsError, NoAnswer

LIBRARY = "liblars.so.1"


class _Host(ctypes.Structure):
    _fields_ = [
        ("address", ctypes.c_char * 46),
        ("port", ctypes.c_uint16),
        ("socket", ctypes.c_uint32 * 7),
        ("socket_size", ctypes.c_uint32),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("agent", ctypes.c_char_p),
        ("timeout_ms", ctypes.c_uint32),
        ("first_call_wait_ms", ctypes.c_int64),
        ("spin_us", ctypes.c_int64),
    ]


class _Request(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("modid", ctypes.c_int32),
        ("cmdid", ctypes.c_int32),
        ("select", ctypes.c_char_p),
        ("hash_key", ctypes.POINTER(ctypes.c_uint64)),
        ("exclude", ctypes.POINTER(_Host)),
        ("exclude_count", ctypes.c_size_t),
        ("attempt", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class _Choice(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("host", _Host),
        ("modid", ctypes.c_int32),
        ("cmdid", ctypes.c_int32),
        ("wait_ms", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class _Result(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("modid", ctypes.c_int32),
        ("cmdid", ctypes.c_int32),
        ("host", _Host),
        ("retcode", ctypes.c_int32),
        ("latency_us", ctypes.c_int64),
        ("attempt", ctypes.c_uint32),
        ("server_load", ctypes.c_float),
    ]


def _load() -> Any:
    library = ctypes.CDLL(LIBRARY)
    library.lars_open.restype = ctypes.c_void_p
    library.lars_open.argtypes = [ctypes.POINTER(_Options), ctypes.c_char_p, ctypes.c_size_t]
    library.lars_close.restype = None
    library.lars_close.argtypes = [ctypes.c_void_p]
    library.lars_choose.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.lars_report_result.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    return library


class _Structs(threading.local):
    """A thread's own, which are used again for each call."""

    def __init__(self) -> None:
        self.request = _Request(size=ctypes.sizeof(_Request))
        self.choice = _Choice(size=ctypes.sizeof(_Choice))
        self.result = _Result(size=ctypes.sizeof(_Result))
        self.at_request = ctypes.byref(self.request)
        self.at_choice = ctypes.byref(self.choice)
        self.at_result = ctypes.byref(self.result)


class NativeClient:
    """A lars_handle. Any thread; also in the children of fork()."""

    def __init__(self, agent: str, options: Options, first_call_wait: float) -> None:
        try:
            self._library = _load()
        except OSError as error:
            raise LarsError(f"the C library isn't installed: {error}") from None
        self._text = agent
        self._timeout_ms = max(1, round(options.timeout * 1_000))
        wait_ms = round(first_call_wait * 1_000) or -1
        # Looking for an answer before sleeping would keep other threads from the interpreter.
        c_options = _Options(
            ctypes.sizeof(_Options), agent.encode(), self._timeout_ms, wait_ms, -1
        )
        why = ctypes.create_string_buffer(512)
        self._handle = self._library.lars_open(ctypes.byref(c_options), why, len(why))
        if not self._handle:
            raise AgentNotFound(why.value.decode(errors="replace"))
        self._structs = _Structs()

    def close(self) -> None:
        if self._handle:
            self._library.lars_close(self._handle)
            self._handle = None

    def _open(self) -> Any:
        if not self._handle:
            raise LarsError("the client is closed")
        return self._handle

    def choose(
        self,
        module: Module,
        select: str,
        hash_key: Optional[int],
        exclude: Sequence[Tuple[str, int]],
        attempt: int,
    ) -> Choice:
        name, modid, cmdid = split_module(module)
        check_select(select)
        structs = self._structs
        request, choice = structs.request, structs.choice
        request.name = name.encode() if name else None
        request.modid, request.cmdid, request.attempt = modid, cmdid, attempt
        request.select = select.encode() if select else None
        key = None if hash_key is None else ctypes.c_uint64(hash_key)
        request.hash_key = None if key is None else ctypes.pointer(key)
        hosts = [check_host(each) for each in exclude[:MAX_EXCLUDED]]
        request.exclude_count = len(hosts)
        if hosts:
            request.exclude = (_Host * len(hosts))(
                *(_Host(address=each.address.encode(), port=each.port) for each in hosts)
            )
        code = self._library.lars_choose(self._open(), structs.at_request, structs.at_choice)
        if code == _wire.SYSTEM_ERROR:
            raise NoAnswer(f"{module_text(module)}: the agent at {self._text} doesn't answer")
        if code != _wire.SUCC:
            raise refusal(module, code, choice.wait_ms)
        host = Host(choice.host.address.decode(), choice.host.port)
        return Choice(host, choice.modid, choice.cmdid, attempt)

    def report(
        self,
        module: Module,
        choice: Choice,
        retcode: int,
        latency: Optional[float],
        server_load: Optional[float],
    ) -> bool:
        name, _, _ = split_module(module)
        structs = self._structs
        result = structs.result
        result.name = name.encode() if name else None
        result.modid, result.cmdid = choice.modid, choice.cmdid
        result.host.address = choice.host.address.encode()
        result.host.port = choice.host.port
        result.retcode, result.attempt = retcode, choice.attempt
        result.latency_us = -1 if latency is None else max(0, int(latency * 1e6))
        result.server_load = -1.0 if server_load is None else server_load
        code = self._library.lars_report_result(self._open(), structs.at_result)
        return bool(code == _wire.SUCC)
