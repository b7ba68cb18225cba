"""Which texts are names, tags, addresses and hash keys."""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Iterable, Mapping, NamedTuple, Optional, Set, Tuple, Union

from ._wire import Host
from .errors import Invalid

#: A module: its name, or its two ids.
Module = Union[str, Tuple[int, int]]

MAX_ID = 2**31 - 1
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TAG = re.compile(r"[A-Za-z0-9._-]{1,63}=[A-Za-z0-9._/:@+-]{0,63}")


def check_name(name: str) -> None:
    why = ""
    if not name:
        why = "it is empty"
    elif len(name) > 200:
        why = "it has more than 200 characters"
    elif name.isdigit():
        why = "digits alone are an id"
    elif not all(_LABEL.fullmatch(label) for label in name.split(".")):
        why = "names are labels of lower-case letters, digits and '-', of 1 to 63 each, joined by dots"
    if why:
        raise Invalid(f"{name!r} is no name of a module: {why}")


def split_module(module: Module) -> Tuple[str, int, int]:
    """Its name, or empty; and its ids."""
    if isinstance(module, str):
        check_name(module)
        return module, 0, 0
    try:
        modid, cmdid = module
    except (TypeError, ValueError):
        raise Invalid(f"{module!r} is no module: it is a name, or (modid, cmdid)") from None
    for each in (modid, cmdid):
        if isinstance(each, bool) or not isinstance(each, int) or not 0 <= each <= MAX_ID:
            raise Invalid(f"{module!r} is no module: ids are from 0 to {MAX_ID}")
    return "", modid, cmdid


def module_text(module: Module) -> str:
    return module if isinstance(module, str) else f"{module[0]},{module[1]}"


def check_select(select: str) -> None:
    if select and not _TAG.fullmatch(select):
        raise Invalid(f"{select!r} is no tag: it is key=value")


def canonical_tags(tags: Union[Mapping[str, str], Iterable[str]]) -> Tuple[str, ...]:
    """Tags as a dict, or as texts key=value, in order."""
    if isinstance(tags, Mapping):
        tags = [f"{key}={value}" for key, value in tags.items()]
    texts = sorted(set(tags))
    keys = [text.partition("=")[0] for text in texts]
    if not all(_TAG.fullmatch(text) for text in texts) or len(set(keys)) < len(keys):
        raise Invalid(f"{tags!r} aren't tags: each is key=value, and each key there once")
    return tuple(texts)


_checked_hosts: Set[Tuple[str, int]] = set()


def check_host(host: Tuple[str, int]) -> Host:
    if host in _checked_hosts:
        return host if isinstance(host, Host) else Host(*host)
    try:
        address, port = host
        ipaddress.ip_address(address)
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65_535:
            raise ValueError
    except (TypeError, ValueError):
        raise Invalid(f"{host!r} is no node: it is (address, port)") from None
    if len(_checked_hosts) >= 4_096:
        _checked_hosts.clear()
    checked = Host(address, port)
    _checked_hosts.add(checked)
    return checked


class AgentAddress(NamedTuple):
    text: str
    host: str
    port: int
    shards: int


def parse_agent(text: Optional[str]) -> AgentAddress:
    """Reads "host:port[/shards]"; nothing means LARS_AGENT, or 127.0.0.1:8888/3."""
    text = text or os.environ.get("LARS_AGENT") or "127.0.0.1:8888/3"

    def number(digits: str, highest: int) -> int:
        if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits) <= highest:
            raise refusal(f"'{digits}' is not a number from 1 to {highest}")
        return int(digits)

    def refusal(why: str) -> Invalid:
        return Invalid(
            f"agent address '{text}': {why}; expected host:port[/shards], such as 127.0.0.1:8888/3"
        )

    rest, slash, count = text.partition("/")
    shards = number(count, 64) if slash else 3
    host, colon, digits = rest.rpartition(":")
    if not colon or not host:
        raise refusal("no port")
    port = number(digits, 65_535)
    if port + shards - 1 > 65_535:
        raise refusal("the ports of its shards end above 65535")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    return AgentAddress(text, host, port, shards)


def hash_text(text: Union[str, bytes]) -> int:
    """A text as a hash key: the same 64 bits in the clients of all languages."""
    mask = 0xFFFF_FFFF_FFFF_FFFF
    value = 0xCBF2_9CE4_8422_2325
    for byte in text.encode() if isinstance(text, str) else text:
        value = (value ^ byte) * 0x100_0000_01B3 & mask
    value = (value ^ value >> 33) * 0xFF51_AFD7_ED55_8CCD & mask
    value = (value ^ value >> 33) * 0xC4CE_B9FE_1A85_EC53 & mask
    return value ^ value >> 33
