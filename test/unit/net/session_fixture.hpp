#pragma once

#include "net/session_state.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace lars::test {

/// A SessionState and the peer at its other end, without a stream or a clock between them.
class SessionFixture {
public:
    using Options = net::SessionOptions;

    explicit SessionFixture(
        const Options& given = Options(),
        net::PeerExpectation expected = net::PeerExpectation::either
    )
        : options(given), counters(metrics), state(options, self, counters, now, expected) {}

    /// The session reads these bytes, at this moment.
    void receive(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto space = state.prepare();
            const auto size = std::min(space.size(), bytes.size());
            std::copy_n(bytes.begin(), size, space.begin());
            state.receive(size, now);
            bytes.remove_prefix(size);
        }
    }
    /// The same, and takes out all frames: returns their ids.
    std::vector<std::int32_t> serve(std::string_view bytes) {
        receive(bytes);
        std::vector<std::int32_t> ids;
        while (const auto frame = state.next()) ids.push_back(frame->id);
        return ids;
    }
    void serve_hello(std::uint32_t max_body = kMaxHelloBody) {
        auto hello = wire::hello_of({.role = ROLE_AGENT});
        hello.set_max_body(max_body);
        REQUIRE(serve(*wire::encode_frame(ID_Hello, hello)).empty());
    }

    /// Time passes, and the session's owner looks at the clock.
    void pass(std::chrono::milliseconds time) {
        now += time;
        state.enforce_deadlines(now);
    }

    /// Everything unsent is written, at this moment; returns the ids of its frames.
    std::vector<std::int32_t> write_all() {
        std::string bytes;
        while (state.has_unsent()) {
            std::size_t size = 0;
            for (const auto& buffer : state.begin_write(now)) {
                bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
                size += buffer.size();
            }
            state.end_write(size, {});
        }
        return ids_of(bytes);
    }

    net::PeerKind peer_kind() const { return state.peer().kind(); }
    std::uint64_t bad_input(Errc kind) const { return counters.bad_input.count_of(kind); }

    static std::vector<std::int32_t> ids_of(std::string_view stream) {
        std::vector<std::int32_t> ids;
        while (!stream.empty()) {
            std::array<std::uint8_t, kFrameHeaderSize> bytes{};
            std::copy_n(stream.begin(), bytes.size(), bytes.begin());
            const auto header = decode_header(bytes);
            ids.push_back(header.msgid);
            stream.remove_prefix(bytes.size() + static_cast<std::size_t>(header.msglen));
        }
        return ids;
    }

    Clock::time_point now{std::chrono::hours(1)};
    Options options;
    wire::Identity self{.role = ROLE_DNS};
    metrics::Registry metrics;
    net::SessionCounters counters;
    net::SessionState state;
};

}  // namespace lars::test
