"""An agent that does what a case of the table says: see cases.toml."""

import ipaddress
import random
import re
import selectors
import socket
import struct
import threading


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def host_info(address, port):
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        number = int(ip)
        if number >> 31:
            number |= 0xFFFF_FFFF_0000_0000
        body = b"\x08" + varint(number) + b"\x10" + varint(port)
    else:
        body = b"\x10" + varint(port) + b"\x8a\x01\x10" + ip.packed
    return varint(len(body)) + body


def nodes(count, first):
    begin = ipaddress.ip_address(first)
    return b"".join(b"\x1a" + host_info(str(begin + i), 80) for i in range(count))


def expand(template, seq):
    """A template's bytes, for the question of that number."""
    raw = template.startswith("raw:")
    message, text = (0, template[4:]) if raw else template.split(":", 1)
    body = bytearray()
    for hexadecimal, macro in re.findall(r"([0-9a-fA-F\s]+)|\{([^}]*)\}", text):
        if hexadecimal:
            body += bytes.fromhex(hexadecimal)
            continue
        word, *arguments = macro.split()
        if word == "seq":
            body += varint(seq)
        elif word == "seq-1":
            body += varint((seq - 1) % 2**32)
        elif word == "ip":
            body += host_info(arguments[0], int(arguments[1]))
        elif word == "nodes":
            body += nodes(int(arguments[0]), arguments[1])
        elif word == "fill":
            left = int(arguments[0]) - 8 - len(body) - 5
            body += b"\xc2\x3e" + _padded(left) + b"x" * left
        else:
            raise ValueError(f"{template}: what is {{{macro}}}?")
    return bytes(body) if raw else struct.pack("<ii", int(message), len(body)) + bytes(body)


def _padded(value):
    """As a varint of three bytes, whatever it is."""
    return bytes([value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14])


def split_question(datagram):
    """A question's number, None if it has none; and what it asks."""
    if len(datagram) < 9 or struct.unpack_from("<i", datagram)[0] != 4 or datagram[8] != 0x08:
        return None, datagram
    value = shift = 0
    for at, byte in enumerate(datagram[9:], 10):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, datagram[at:]
    return None, datagram


class ScriptedAgent:
    """Its sockets are there from start() to stop(); its port from the beginning."""

    def __init__(self, case, answers):
        self._answers = answers
        self._entries = case.get("agent") or [{"out": ["plain"]}]
        self._address = case.get("listen", "127.0.0.1")
        self._shards = case.get("shards", 3)
        self._next = 0
        self._first_seq = None
        self._last = None  # what was asked, its entry, its number
        self._sockets = []
        self._thread = None
        self.faults = []
        self.port = self._find_port()

    def _bind(self, port):
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        opened = []
        try:
            for shard in range(self._shards):
                each = socket.socket(family, socket.SOCK_DGRAM)
                opened.append(each)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
                each.bind((self._address, port + shard))
        except OSError:
            for each in opened:
                each.close()
            return None
        return opened

    # Below the ports that the system gives to sockets that ask for any.
    def _find_port(self):
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            lowest = int(file.read().split()[0])
        for _ in range(200):
            port = random.randrange(10_000, lowest - 100)
            sockets = self._bind(port)
            if sockets:
                for each in sockets:
                    each.close()
                return port
        raise RuntimeError("no port is free")

    def start(self):
        self._sockets = self._bind(self.port)
        if self._sockets is None:
            raise RuntimeError(f"port {self.port} is taken")
        self._ends, other = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, args=(self._sockets, other), daemon=True)
        self._thread.start()

    def stop(self):
        if self._thread is None:
            return
        self._ends.close()
        self._thread.join()
        self._thread = None

    def _serve(self, sockets, ends):
        with selectors.DefaultSelector() as selector:
            selector.register(ends, selectors.EVENT_READ)
            for shard, each in enumerate(sockets):
                selector.register(each, selectors.EVENT_READ, shard)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is ends:
                        ends.close()
                        for each in sockets:
                            each.close()
                        return
                    datagram, sender = key.fileobj.recvfrom(65_535)
                    try:
                        self._handle(key.fileobj, sender, key.data, datagram)
                    except Exception as error:  # a mistake in the table is the case's fault
                        self.faults.append(repr(error))

    def end_question(self):
        """What comes from now on is another question, also if it's the same."""
        self._last = None

    def _entry_for(self, asked, seq):
        """The same question again is answered alike: a busy machine makes clients impatient."""
        entry = self._entries[min(self._next, len(self._entries) - 1)]
        last = self._last
        if last is not None and last[0] == asked and seq is not None:
            if last[2] == seq:
                self.faults.append(f"it was sent again with its number, {seq}")
            if last[1]["out"] or last[1].get("all"):
                self._last = (asked, last[1], seq)
                return last[1]
        self._next += 1
        self._last = (asked, entry, seq)
        return entry

    def _handle(self, at, sender, shard, datagram):
        seq, asked = split_question(datagram)
        entry = self._entry_for(asked, seq)
        seq = seq or 0
        if self._first_seq is None:
            self._first_seq = seq
        if "in" in entry and expand(entry["in"], seq) != datagram:
            wanted = expand(entry["in"], seq).hex()
            self.faults.append(f"there came {datagram.hex()} and not {wanted}")
        if "shard" in entry and entry["shard"] != shard:
            self.faults.append(f"it came at shard {shard} and not {entry['shard']}")
        for each in entry["out"]:
            previous = each.startswith("previous: ")
            template = each[10:] if previous else each
            number = self._first_seq if previous else seq
            at.sendto(expand(self._answers.get(template, template), number), sender)

    def missing(self):
        """Entries that were never come to, if each should be."""
        return max(0, len(self._entries) - self._next)
