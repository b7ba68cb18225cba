#pragma once

#include "agent/module_table.hpp"
#include "metrics/registry.hpp"
#include "wire/identity.hpp"

#include <google/protobuf/arena.h>
#include <proto/lars.pb.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace lars::agent {

/// What clients get of one shard: a datagram in, perhaps a datagram out. No I/O and no clock;
/// belongs to one thread.
class Shard {
public:
    struct Place {
        std::size_t index = 0;
        std::size_t shards = 1;
    };

    /// A first question, whose answer may wait for the module's route.
    struct First {
        ModuleId module;
        std::uint32_t seq = 0;
        std::chrono::milliseconds wait{};
    };

    /// What to do with a datagram.
    struct Answer {
        /// To send back; empty: nothing. Valid until the next datagram.
        std::span<const std::uint8_t> reply;
        /// Another shard owns the module: hand it the datagram, and answer with what it says.
        std::optional<std::size_t> owner;
        /// `reply` is what to say when the route hasn't come in time.
        std::optional<First> first;
    };

    Shard(
        Place place,
        ModuleTable& modules,
        const lb::Random& random,
        wire::Identity self,
        metrics::Registry& metrics
    );

    Answer handle(std::span<const std::uint8_t> datagram, lb::Time now);
    /// Counts an answer; handle() does, but for those to first questions.
    void count(ReturnCode code);
    /// The answer to a first question that has waited.
    std::span<const std::uint8_t> answer_late(ModuleId module, std::uint32_t seq, lb::Time now);

private:
    bool well_formed(std::span<const std::uint8_t> datagram);
    Answer get_host(std::span<const std::uint8_t> body, lb::Time now);
    std::span<const std::uint8_t> reply_host(ModuleId id, std::uint32_t seq, const lb::Pick& pick);
    Answer get_route(std::span<const std::uint8_t> body, lb::Time now);
    void add_hosts(const lb::EndpointTable& endpoint_table, GetRouteResponse& response);
    Answer report(std::span<const std::uint8_t> body, lb::Time now);
    Answer hello(std::span<const std::uint8_t> body);
    /// Whether the body was the message.
    bool parse(std::span<const std::uint8_t> body, google::protobuf::MessageLite& message);
    std::optional<std::size_t> other_owner(ModuleId id);
    std::span<const std::uint8_t> reply(MessageId id, const google::protobuf::MessageLite& body);

    Place place_;
    ModuleTable& modules_;
    lb::Random random_;
    wire::Identity self_;
    metrics::BadInput bad_input_;
    std::array<metrics::Counter*, 4> answers_{};  // by return code
    metrics::Counter& reports_;
    metrics::Counter& strange_reports_;
    metrics::Counter& misdirected_;
    metrics::Counter& refused_;
    metrics::Counter& truncated_;

    /// A message that lasts until the next datagram.
    template <class Message>
    Message& fresh() {
        return *google::protobuf::Arena::CreateMessage<Message>(&arena_);
    }

    // Messages live here and the answer there, so that a datagram allocates nothing in steady
    // state. Reused messages would: protobuf's Clear() frees what is inside of them.
    alignas(std::max_align_t) std::array<char, 4'096> arena_block_;
    google::protobuf::Arena arena_;
    std::string out_;
};

}  // namespace lars::agent
