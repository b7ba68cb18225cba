"""The messages between a program and the agent of its host, as bytes.

Each is a frame: message id and body length, little-endian 32 bits each, then a body in protobuf's
encoding. docs/protocol.md of Lars has the fields.
"""

from __future__ import annotations

import ipaddress
import struct
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

GET_HOST_REQUEST = 4
GET_HOST_RESPONSE = 5
REPORT_REQUEST = 6
GET_ROUTE_REQUEST = 7
GET_ROUTE_RESPONSE = 8
REGISTER_REQUEST = 49
WITHDRAW_REQUEST = 50
SERVICES_REQUEST = 52
SERVICE_RESPONSE = 53

SUCC = 0
OVERLOAD = 1
SYSTEM_ERROR = 2
NOEXIST = 3

MAX_WEIGHT = 65_535
DEFAULT_WEIGHT = 100

_HEADER = struct.Struct("<ii")
_FIXED64 = struct.Struct("<Q")
_FIXED32 = struct.Struct("<I")
_FLOAT = struct.Struct("<f")
_VARINT, _I64, _BYTES, _I32 = 0, 1, 2, 5


class Malformed(Exception):
    """These bytes aren't the message."""


class Host(NamedTuple):
    """A node: where to call. As text it is "192.168.1.177:80" or "[2001:db8::1]:80"."""

    address: str
    port: int

    def __str__(self) -> str:
        if ":" in self.address:
            return f"[{self.address}]:{self.port}"
        return f"{self.address}:{self.port}"


class Node(NamedTuple):
    """One node of a route."""

    host: Host
    weight: int = DEFAULT_WEIGHT
    state: int = 0
    zone: str = ""
    tags: Tuple[str, ...] = ()


class HostAnswer(NamedTuple):
    seq: int
    modid: int
    cmdid: int
    retcode: int
    host: Optional[Host]
    wait_ms: int


class RouteAnswer(NamedTuple):
    modid: int = 0
    cmdid: int = 0
    nodes: Tuple[Node, ...] = ()
    etag: int = 0
    unchanged: bool = False
    truncated: bool = False
    states: int = 0


# Encoding. As proto3 has it, what is zero or empty is left out.


def _varint(value: int) -> bytes:
    if 0 <= value < 0x80:
        return bytes((value,))
    value &= 0xFFFF_FFFF_FFFF_FFFF  # a negative number is one of 64 bits
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value) if value else b""


def _present(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _data(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _data(field, value.encode()) if value else b""


def _fixed64(field: int, value: int) -> bytes:
    return _varint(field << 3 | _I64) + _FIXED64.pack(value & 0xFFFF_FFFF_FFFF_FFFF)


def frame(message: int, body: bytes) -> bytes:
    return _HEADER.pack(message, len(body)) + body


_encoded_hosts: Dict[Tuple[int, Host], bytes] = {}


def _encode_host(field: int, host: Host) -> bytes:
    """An address of IPv4 is a number, which a negative int32 stands for from 128.0.0.0 on."""
    known = _encoded_hosts.get((field, host))
    if known is not None:
        return known
    address = ipaddress.ip_address(host.address)
    mapped = address.ipv4_mapped if address.version == 6 else address
    if mapped is not None:
        ip = int(mapped)
        body = _number(1, ip - (1 << 32) if ip >> 31 else ip) + _number(2, host.port)
    else:
        body = _number(2, host.port) + _data(17, address.packed)
    if len(_encoded_hosts) >= 4_096:
        _encoded_hosts.clear()
    encoded = _encoded_hosts[field, host] = _data(field, body)
    return encoded


def encode_get_host(
    *,
    seq: int,
    modid: int,
    cmdid: int,
    wait_ms: int,
    name: str = "",
    hash_key: Optional[int] = None,
    exclude: Sequence[Host] = (),
    attempt: int = 0,
    select: str = "",
) -> bytes:
    body = _number(1, seq) + _number(2, modid) + _number(3, cmdid) + _text(17, name)
    if hash_key is not None:
        body += _fixed64(18, hash_key)
    body += _present(19, wait_ms)
    for host in exclude:
        body += _encode_host(20, host)
    return frame(GET_HOST_REQUEST, body + _number(21, attempt) + _text(22, select))


def encode_get_route(
    *,
    modid: int,
    cmdid: int,
    name: str = "",
    etag: int = 0,
    rows: int = 0,
    states: Optional[int] = None,
) -> bytes:
    body = _number(1, modid) + _number(2, cmdid)
    if rows:
        body += _fixed64(16, etag)
    body += _text(17, name) + _number(22, rows)
    if states is not None:
        body += _present(24, 1) + _fixed64(25, states)
    return frame(GET_ROUTE_REQUEST, body)


def encode_report(
    *,
    modid: int,
    cmdid: int,
    host: Host,
    retcode: int,
    latency_us: Optional[int] = None,
    name: str = "",
    server_load: Optional[float] = None,
    attempt: int = 0,
) -> bytes:
    body = _number(1, modid) + _number(2, cmdid) + _encode_host(3, host) + _number(4, retcode)
    if latency_us is not None:
        body += _present(16, latency_us)
    body += _text(17, name)
    if server_load is not None:
        body += _varint(18 << 3 | _I32) + _FLOAT.pack(server_load)
    return frame(REPORT_REQUEST, body + _number(19, attempt))


# Decoding. Fields that aren't known are skipped.


def _read_varint(data: bytes, at: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        try:
            byte = data[at]
        except IndexError:
            raise Malformed("it ends within a number") from None
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift > 63:
            raise Malformed("a number is too long")


def fields(data: bytes) -> Iterator[Tuple[int, int, Any]]:
    """Each field's number, its kind on the wire, and its value: an int for _VARINT, else bytes."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _read_varint(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("a field has number 0")
        if kind == _VARINT:
            value, at = _read_varint(data, at)
            yield number, kind, value
            continue
        if kind == _BYTES:
            size, at = _read_varint(data, at)
        elif kind == _I64:
            size = 8
        elif kind == _I32:
            size = 4
        else:
            raise Malformed(f"a field is of kind {kind}")
        if size > end - at:
            raise Malformed("it ends within a field")
        yield number, kind, data[at : at + size]
        at += size


def _signed(value: int) -> int:
    value &= 0xFFFF_FFFF
    return value - (1 << 32) if value >> 31 else value


def _body(datagram: bytes, message: int) -> bytes:
    if len(datagram) < _HEADER.size:
        raise Malformed("it is shorter than a header")
    found, length = _HEADER.unpack_from(datagram)
    if found != message or length != len(datagram) - _HEADER.size:
        raise Malformed("its header is another one")
    return datagram[_HEADER.size :]


_decoded_hosts: Dict[bytes, Node] = {}


def _decode_node(data: bytes) -> Node:
    known = _decoded_hosts.get(data)
    if known is not None:
        return known
    ip, port, weight, state = 0, 0, DEFAULT_WEIGHT, 0
    address, zone = b"", ""
    tags: List[str] = []
    for number, kind, value in fields(data):
        if kind == _VARINT and number == 1:
            ip = value & 0xFFFF_FFFF
        elif kind == _VARINT and number == 2:
            port = _signed(value)
        elif kind == _VARINT and number == 16:
            weight = min(value & 0xFFFF_FFFF, MAX_WEIGHT)
        elif kind == _VARINT and number == 20:
            state = value & 0xFFFF_FFFF
        elif kind == _BYTES and number == 17:
            address = value
        elif kind == _BYTES and number == 18:
            zone = value.decode(errors="replace")
        elif kind == _BYTES and number == 19:
            tags.append(value.decode(errors="replace"))
    if not 1 <= port <= 65_535:
        raise Malformed(f"a port is {port}")
    if address and len(address) != 16:
        raise Malformed("an address isn't of 16 bytes")
    if address:
        v6 = ipaddress.IPv6Address(address)
        text = str(v6.ipv4_mapped or v6)
    else:
        text = str(ipaddress.IPv4Address(ip))
    node = Node(Host(text, port), weight, state, zone, tuple(tags))
    if len(_decoded_hosts) >= 16_384:
        _decoded_hosts.clear()
    _decoded_hosts[data] = node
    return node


def decode_host_answer(datagram: bytes) -> Optional[HostAnswer]:
    """None when it isn't one that can be used."""
    try:
        seq = modid = cmdid = retcode = wait_ms = 0
        host = None
        for number, kind, value in fields(_body(datagram, GET_HOST_RESPONSE)):
            if kind == _VARINT:
                if number == 1:
                    seq = value & 0xFFFF_FFFF
                elif number == 2:
                    modid = _signed(value)
                elif number == 3:
                    cmdid = _signed(value)
                elif number == 4:
                    retcode = _signed(value)
                elif number == 16:
                    wait_ms = value & 0xFFFF_FFFF
            elif kind == _BYTES and number == 5:
                host = _decode_node(value).host
    except Malformed:
        return None
    if retcode == SUCC and host is None:
        return None
    return HostAnswer(seq, modid, cmdid, retcode, host, wait_ms)


def decode_route_answer(datagram: bytes) -> Optional[RouteAnswer]:
    """None when it isn't one that can be used."""
    try:
        modid = cmdid = etag = states = 0
        unchanged = truncated = False
        nodes: List[Node] = []
        for number, kind, value in fields(_body(datagram, GET_ROUTE_RESPONSE)):
            if kind == _VARINT:
                if number == 1:
                    modid = _signed(value)
                elif number == 2:
                    cmdid = _signed(value)
                elif number == 17:
                    unchanged = bool(value)
                elif number == 18:
                    truncated = bool(value)
            elif kind == _BYTES and number == 3:
                nodes.append(_decode_node(value))
            elif kind == _I64 and number == 16:
                etag = _FIXED64.unpack(value)[0]
            elif kind == _I64 and number == 24:
                states = _FIXED64.unpack(value)[0]
    except Malformed:
        return None
    return RouteAnswer(modid, cmdid, tuple(nodes), etag, unchanged, truncated, states)


# Registration, over the agent's Unix socket.


class Service(NamedTuple):
    """What a program offers, as it is said to the agent. What is empty or 0 is left to the agent."""

    name: str = ""
    modid: int = 0
    cmdid: int = 0
    address: str = ""
    port: int = 0
    weight: Optional[int] = None
    zone: str = ""
    tags: Tuple[str, ...] = ()
    check: int = 0
    check_port: int = 0
    check_path: str = ""
    check_service: str = ""
    interval_ms: int = 0
    timeout_ms: int = 0
    drain_ms: int = 0
    lasting: bool = False


def _encode_instance(service: Service) -> bytes:
    host = b""
    tail = b""
    if service.address:
        address = ipaddress.ip_address(service.address)
        if address.version == 4:
            ip = int(address)
            host += _number(1, ip - (1 << 32) if ip >> 31 else ip)
        else:
            host += _data(17, address.packed)
    host += _present(2, service.port)
    if service.weight is not None:
        tail += _present(16, service.weight)
    tail += _text(18, service.zone)
    for tag in service.tags:
        tail += _data(19, tag.encode())
    ids = _text(1, service.name) + _number(2, service.modid) + _number(3, service.cmdid)
    return _data(2, ids + _data(4, host + tail))


def encode_register(service: Service, seq: int) -> bytes:
    check = (
        _number(1, service.check)
        + _number(3, service.check_port)
        + _text(4, service.check_path)
        + _text(7, service.check_service)
        + _number(10, service.interval_ms)
        + _number(11, service.timeout_ms)
    )
    body = _number(1, seq) + _encode_instance(service) + _data(3, check)
    return frame(REGISTER_REQUEST, body + _number(4, service.drain_ms) + _number(5, service.lasting))


def encode_withdraw(service: Service, seq: int) -> bytes:
    return frame(WITHDRAW_REQUEST, _number(1, seq) + _encode_instance(service))


def encode_services(seq: int) -> bytes:
    return frame(SERVICES_REQUEST, _number(1, seq))


class RegisteredService(NamedTuple):
    name: str
    modid: int
    cmdid: int
    port: int
    state: int
    reason: str
    announced: bool


class ServiceAnswer(NamedTuple):
    seq: int
    error: str
    services: Tuple[RegisteredService, ...]


def _decode_service(data: bytes) -> RegisteredService:
    name = reason = ""
    modid = cmdid = port = state = 0
    announced = False
    for number, kind, value in fields(data):
        if kind == _VARINT and number == 5:
            announced = bool(value)
        elif kind == _BYTES and number == 1:
            for inner, of_kind, each in fields(value):
                if of_kind == _BYTES and inner == 1:
                    name = each.decode(errors="replace")
                elif of_kind == _BYTES and inner == 6:
                    reason = each.decode(errors="replace")
                elif of_kind == _VARINT and inner == 2:
                    modid = _signed(each)
                elif of_kind == _VARINT and inner == 3:
                    cmdid = _signed(each)
                elif of_kind == _VARINT and inner == 5:
                    state = each
                elif of_kind == _BYTES and inner == 4:
                    for host_field, host_kind, part in fields(each):
                        if host_kind == _VARINT and host_field == 2:
                            port = _signed(part)
    return RegisteredService(name, modid, cmdid, port, state, reason, announced)


def decode_service_answer(body: bytes) -> Optional[ServiceAnswer]:
    """None when it isn't one."""
    try:
        seq, error = 0, ""
        services: List[RegisteredService] = []
        for number, kind, value in fields(body):
            if kind == _VARINT and number == 1:
                seq = value & 0xFFFF_FFFF
            elif kind == _BYTES and number == 2:
                error = value.decode(errors="replace")
            elif kind == _BYTES and number == 3:
                services.append(_decode_service(value))
    except Malformed:
        return None
    return ServiceAnswer(seq, error, tuple(services))


def decode_header(data: bytes) -> Tuple[int, int]:
    """A frame's message id, and its body's length."""
    message, length = _HEADER.unpack(data)
    return message, length


HEADER_SIZE = _HEADER.size
