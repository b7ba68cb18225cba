package io.lars;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The messages between a program and the agent of its host, as bytes. Each is a frame: message id
 * and body length, little-endian 32 bits each, then a body in protobuf's encoding. docs/protocol.md
 * of Lars has the fields.
 */
final class Wire {
    static final int GET_HOST_REQUEST = 4;
    static final int GET_HOST_RESPONSE = 5;
    static final int REPORT_REQUEST = 6;
    static final int GET_ROUTE_REQUEST = 7;
    static final int GET_ROUTE_RESPONSE = 8;
    static final int REGISTER_REQUEST = 49;
    static final int WITHDRAW_REQUEST = 50;
    static final int SERVICES_REQUEST = 52;
    static final int SERVICE_RESPONSE = 53;
    static final int HEADER_SIZE = 8;

    static final int SUCC = 0;
    static final int OVERLOAD = 1;
    static final int NOEXIST = 3;

    static final int MAX_WEIGHT = 65_535;
    static final int DEFAULT_WEIGHT = 100;
    static final int MAX_EXCLUDED = 8;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private Wire() {}

    /** Appends fields. As proto3 has it, what is zero or empty is left out. */
    static final class Encoder {
        private byte[] bytes = new byte[128];
        private int size;

        /** With room for a frame's header. */
        static Encoder frame() {
            Encoder encoder = new Encoder();
            encoder.size = HEADER_SIZE;
            return encoder;
        }

        ByteBuffer finish(int id) {
            ByteBuffer all = ByteBuffer.wrap(bytes, 0, size).order(ByteOrder.LITTLE_ENDIAN);
            all.putInt(0, id).putInt(4, size - HEADER_SIZE);
            return all;
        }

        private void reserve(int more) {
            if (size + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
            }
        }

        private void varint(long value) {
            reserve(10);
            while ((value & ~0x7FL) != 0) {
                bytes[size++] = (byte) (value & 0x7F | 0x80);
                value >>>= 7;
            }
            bytes[size++] = (byte) value;
        }

        Encoder present(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        /** A negative int becomes a number of 64 bits, as protobuf has it. */
        Encoder number(int field, long value) {
            return value == 0 ? this : present(field, value);
        }

        Encoder data(int field, byte[] value, int length) {
            varint((long) field << 3 | BYTES);
            varint(length);
            reserve(length);
            System.arraycopy(value, 0, bytes, size, length);
            size += length;
            return this;
        }

        Encoder message(int field, Encoder inner) {
            return data(field, inner.bytes, inner.size);
        }

        Encoder text(int field, String value) {
            if (value.isEmpty()) return this;
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            return data(field, utf8, utf8.length);
        }

        Encoder fixed64(int field, long value) {
            varint((long) field << 3 | FIXED64);
            reserve(8);
            for (int i = 0; i < 8; ++i) bytes[size++] = (byte) (value >>> (8 * i));
            return this;
        }

        Encoder float32(int field, float value) {
            varint((long) field << 3 | FIXED32);
            reserve(4);
            int bits = Float.floatToIntBits(value);
            for (int i = 0; i < 4; ++i) bytes[size++] = (byte) (bits >>> (8 * i));
            return this;
        }

        /** IPv4 is a number, which a negative int stands for from 128.0.0.0 on. */
        Encoder host(int field, Host host) {
            Encoder inner = new Encoder();
            byte[] address = host.bytes();
            if (address.length == 4) {
                inner.number(1, ByteBuffer.wrap(address).getInt()).number(2, host.port());
            } else {
                inner.number(2, host.port()).data(17, address, address.length);
            }
            return message(field, inner);
        }
    }

    static ByteBuffer encodeGetHost(
            int seq, int modid, int cmdid, String name, Request request, int waitMillis) {
        Encoder out = Encoder.frame();
        out.number(1, seq & 0xFFFF_FFFFL).number(2, modid).number(3, cmdid).text(17, name);
        if (request.hashKey != null) out.fixed64(18, request.hashKey);
        out.present(19, waitMillis);
        for (int i = 0; i < Math.min(request.exclude.size(), MAX_EXCLUDED); ++i) {
            out.host(20, request.exclude.get(i));
        }
        out.number(21, request.attempt & 0xFFFF_FFFFL).text(22, request.select);
        return out.finish(GET_HOST_REQUEST);
    }

    static ByteBuffer encodeGetRoute(
            int modid, int cmdid, String name, RouteAnswer known, boolean watch) {
        Encoder out = Encoder.frame();
        out.number(1, modid).number(2, cmdid);
        int rows = known.nodes.size();
        if (rows > 0) out.fixed64(16, known.etag);
        out.text(17, name).number(22, rows);
        if (watch) out.present(24, 1).fixed64(25, known.states);
        return out.finish(GET_ROUTE_REQUEST);
    }

    static ByteBuffer encodeReport(Choice choice, String name, Result result) {
        Encoder out = Encoder.frame();
        out.number(1, choice.modid()).number(2, choice.cmdid()).host(3, choice.host());
        out.number(4, result.code);
        if (result.latencyNanos >= 0) {
            out.present(16, Math.min(result.latencyNanos / 1_000, 0xFFFF_FFFFL));
        }
        out.text(17, name);
        if (result.serverLoad != null) out.float32(18, result.serverLoad);
        out.number(19, choice.attempt() & 0xFFFF_FFFFL);
        return out.finish(REPORT_REQUEST);
    }

    /** These bytes aren't the message. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /** Reads fields one after the other. Those that aren't known are skipped. */
    static final class Decoder {
        private final byte[] bytes;
        private int at;
        private final int end;
        int field;
        private int kind;
        long value; // of a number
        private int begin; // of bytes
        private int length;

        Decoder(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        private long varint() throws Malformed {
            long result = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at >= end) throw new Malformed();
                byte each = bytes[at++];
                result |= (long) (each & 0x7F) << shift;
                if (each >= 0) return result;
            }
            throw new Malformed();
        }

        private void skip(long size) throws Malformed {
            if (size < 0 || size > end - at) throw new Malformed();
            at += (int) size;
        }

        boolean next() throws Malformed {
            if (at >= end) return false;
            long tag = varint();
            field = (int) (tag >>> 3);
            kind = (int) tag & 7;
            if (field == 0) throw new Malformed();
            switch (kind) {
                case VARINT:
                    value = varint();
                    break;
                case FIXED64:
                    skip(8);
                    value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at - 8);
                    break;
                case BYTES:
                    long size = varint();
                    begin = at;
                    skip(size);
                    length = (int) size;
                    break;
                case FIXED32:
                    skip(4);
                    break;
                default:
                    throw new Malformed();
            }
            return true;
        }

        boolean isNumber(int wanted) {
            return kind == VARINT && field == wanted;
        }

        boolean isFixed64(int wanted) {
            return kind == FIXED64 && field == wanted;
        }

        boolean isBytes(int wanted) {
            return kind == BYTES && field == wanted;
        }

        Decoder inner() {
            return new Decoder(bytes, begin, begin + length);
        }

        byte[] data() {
            return Arrays.copyOfRange(bytes, begin, begin + length);
        }

        String text() {
            return new String(bytes, begin, length, StandardCharsets.UTF_8);
        }
    }

    private static Decoder bodyOf(byte[] datagram, int size, int id) throws Malformed {
        if (size < HEADER_SIZE) throw new Malformed();
        ByteBuffer header = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(0) != id || header.getInt(4) != size - HEADER_SIZE) throw new Malformed();
        return new Decoder(datagram, HEADER_SIZE, size);
    }

    static final class HostAnswer {
        int seq;
        int modid;
        int cmdid;
        int retcode;
        Host host;
        long waitMillis;
    }

    /** Null when it isn't one that can be used. */
    static HostAnswer decodeHostAnswer(byte[] datagram, int size) {
        try {
            Decoder in = bodyOf(datagram, size, GET_HOST_RESPONSE);
            HostAnswer answer = new HostAnswer();
            while (in.next()) {
                if (in.isNumber(1)) answer.seq = (int) in.value;
                else if (in.isNumber(2)) answer.modid = (int) in.value;
                else if (in.isNumber(3)) answer.cmdid = (int) in.value;
                else if (in.isNumber(4)) answer.retcode = (int) in.value;
                else if (in.isBytes(5)) answer.host = decodeNode(in.inner()).host();
                else if (in.isNumber(16)) answer.waitMillis = in.value & 0xFFFF_FFFFL;
            }
            return answer.retcode == SUCC && answer.host == null ? null : answer;
        } catch (Malformed malformed) {
            return null;
        }
    }

    private static Node decodeNode(Decoder in) throws Malformed {
        int ip = 0;
        long port = 0;
        long weight = DEFAULT_WEIGHT;
        int state = 0;
        byte[] address = null;
        String zone = "";
        List<String> tags = List.of();
        while (in.next()) {
            if (in.isNumber(1)) ip = (int) in.value;
            else if (in.isNumber(2)) port = (int) in.value;
            else if (in.isNumber(16)) weight = Math.min(in.value & 0xFFFF_FFFFL, MAX_WEIGHT);
            else if (in.isNumber(20)) state = (int) in.value;
            else if (in.isBytes(17)) address = in.data();
            else if (in.isBytes(18)) zone = in.text();
            else if (in.isBytes(19)) {
                if (tags.isEmpty()) tags = new ArrayList<>();
                tags.add(in.text());
            }
        }
        if (port < 1 || port > 65_535) throw new Malformed();
        if (address == null || address.length == 0) {
            address = ByteBuffer.allocate(4).putInt(ip).array();
        } else if (address.length != 16) {
            throw new Malformed();
        } else if (isMapped(address)) {
            address = Arrays.copyOfRange(address, 12, 16);
        }
        Node.State[] states = Node.State.values();
        Node.State known = state >= 0 && state < states.length ? states[state] : Node.State.SERVES;
        return new Node(new Host(address, (int) port), (int) weight, known, zone, tags);
    }

    // Java takes an IPv4 address in IPv6 form for the former.
    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; ++i) {
            if (address[i] != 0) return false;
        }
        return address[10] == -1 && address[11] == -1;
    }

    static final class RouteAnswer {
        static final RouteAnswer NOTHING = new RouteAnswer();

        int modid;
        int cmdid;
        List<Node> nodes = new ArrayList<>();
        long etag;
        boolean unchanged;
        boolean truncated;
        long states;
    }

    /** Null when it isn't one that can be used. */
    static RouteAnswer decodeRouteAnswer(byte[] datagram, int size) {
        try {
            Decoder in = bodyOf(datagram, size, GET_ROUTE_RESPONSE);
            RouteAnswer answer = new RouteAnswer();
            while (in.next()) {
                if (in.isNumber(1)) answer.modid = (int) in.value;
                else if (in.isNumber(2)) answer.cmdid = (int) in.value;
                else if (in.isBytes(3)) answer.nodes.add(decodeNode(in.inner()));
                else if (in.isFixed64(16)) answer.etag = in.value;
                else if (in.isNumber(17)) answer.unchanged = in.value != 0;
                else if (in.isNumber(18)) answer.truncated = in.value != 0;
                else if (in.isFixed64(24)) answer.states = in.value;
            }
            return answer;
        } catch (Malformed malformed) {
            return null;
        }
    }

    static final class ServiceAnswer {
        static final class Service {
            String name = "";
            int modid;
            int cmdid;
            int port;
            long state;
            String reason = "";
            boolean announced;
        }

        String error = "";
        final List<Service> services = new ArrayList<>();
    }

    /** Null when it isn't one. */
    static ServiceAnswer decodeServiceAnswer(byte[] body) {
        try {
            Decoder in = new Decoder(body, 0, body.length);
            ServiceAnswer answer = new ServiceAnswer();
            while (in.next()) {
                if (in.isBytes(2)) answer.error = in.text();
                else if (in.isBytes(3)) answer.services.add(decodeService(in.inner()));
            }
            return answer;
        } catch (Malformed malformed) {
            return null;
        }
    }

    private static ServiceAnswer.Service decodeService(Decoder in) throws Malformed {
        ServiceAnswer.Service service = new ServiceAnswer.Service();
        while (in.next()) {
            if (in.isNumber(5)) service.announced = in.value != 0;
            else if (in.isBytes(1)) decodeInstance(in.inner(), service);
        }
        return service;
    }

    private static void decodeInstance(Decoder in, ServiceAnswer.Service into) throws Malformed {
        while (in.next()) {
            if (in.isBytes(1)) into.name = in.text();
            else if (in.isNumber(2)) into.modid = (int) in.value;
            else if (in.isNumber(3)) into.cmdid = (int) in.value;
            else if (in.isNumber(5)) into.state = in.value;
            else if (in.isBytes(6)) into.reason = in.text();
            else if (in.isBytes(4)) into.port = decodePort(in.inner());
        }
    }

    private static int decodePort(Decoder in) throws Malformed {
        int port = 0;
        while (in.next()) {
            if (in.isNumber(2)) port = (int) in.value;
        }
        return port;
    }
}
