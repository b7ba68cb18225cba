#pragma once

#include "agent/name_field.hpp"
#include "agent/shard.hpp"
#include "metrics/registry.hpp"
#include "net/udp_source.hpp"
#include "wire/identity.hpp"

#include <google/protobuf/arena.h>
#include <proto/lars.pb.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace lars::agent {

/// A shard as clients see it that speak our protocol over UDP: decodes datagrams to queries, and
/// encodes answers. In steady state it allocates nothing. No I/O and no clock; belongs to the
/// shard's thread, and stays where it is.
class DatagramFace {
public:
    /// Where a datagram came from, and so where the answer goes.
    struct Origin {
        net::UdpSource from;
        std::size_t shard = 0;  ///< whose socket it came to
    };

    /// What to do about a datagram; nothing, if nothing is set.
    struct Result {
        /// To send back to the origin; valid until the face is next used.
        std::span<const std::uint8_t> reply;
        /// The datagram and its origin are to be handed to the face of this shard.
        std::optional<std::size_t> forward_to;
        /// The reply comes by SendLate.
        bool parked = false;
    };

    /// Sends a reply that had to wait; the bytes are valid until it returns.
    using SendLate = std::function<void(const Origin&, std::span<const std::uint8_t>)>;
    /// Hands the face a datagram once more that had to wait for a name; in the end, what handle()
    /// says is to be done.
    using HandleAgain = std::function<void(const Origin&, std::span<const std::uint8_t>)>;

    DatagramFace(
        Shard& shard,
        const wire::Identity& self,
        SendLate send_late,
        metrics::Registry& metrics,
        HandleAgain handle_again = {}
    );
    DatagramFace(const DatagramFace&) = delete;
    DatagramFace& operator=(const DatagramFace&) = delete;

    /// What isn't a request is counted by its kind, and not answered.
    Result handle(std::span<const std::uint8_t> datagram, const Origin& origin, lb::Time now);

private:
    class Client;

    bool well_formed(std::span<const std::uint8_t> datagram);
    Result get_host(std::span<const std::uint8_t> body, const Origin& origin, lb::Time now);
    /// What the request says about how to choose; refers to it and to `exclude`.
    lb::PickContext context_of(
        const GetHostRequest& request, std::span<Endpoint, lb::kMaxExcluded> exclude
    );
    Result get_route(std::span<const std::uint8_t> body, lb::Time now);
    Result report(std::span<const std::uint8_t> body, lb::Time now);
    Result hello(std::span<const std::uint8_t> body);
    /// Whether the body was the message.
    bool parse(std::span<const std::uint8_t> body, google::protobuf::MessageLite& message);

    /// The same for a body that was parted at its name.
    bool parse(const NameField& parted, google::protobuf::MessageLite& message);

    std::span<const std::uint8_t> encode_host(ModuleId id, std::uint32_t seq, const lb::Pick& pick);
    /// The endpoints that the client doesn't have, as many as fit.
    void encode_route(
        const lb::Balancer& balancer, const GetRouteRequest& request, GetRouteResponse& response
    );
    std::span<const std::uint8_t> encode(MessageId id, const google::protobuf::MessageLite& body);

    /// A message that lasts until the next datagram.
    template <class Message>
    Message& fresh() {
        return *google::protobuf::Arena::CreateMessage<Message>(&arena_);
    }

    Shard& shard_;
    wire::Identity self_;
    SendLate send_late_;
    HandleAgain handle_again_;
    metrics::BadInput bad_input_;
    metrics::Counter& truncated_;
    metrics::Counter& bad_selectors_;
    metrics::Counter& exclude_ignored_;
    metrics::Counter& bad_server_loads_;

    // Messages live here and the reply there, so that a datagram allocates nothing in steady
    // state. Reused messages would: protobuf's Clear() frees what is inside of them.
    alignas(std::max_align_t) std::array<char, 4'096> arena_block_;
    google::protobuf::Arena arena_;
    std::string out_;
};

}  // namespace lars::agent
