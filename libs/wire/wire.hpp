#pragma once

#include "base/frame.hpp"
#include "base/route.hpp"

#include <google/protobuf/message_lite.h>
#include <proto/lars.pb.h>

#include <memory>
#include <span>
#include <string>

namespace lars::wire {

/// A whole frame, encoded once and shared by every session that sends it.
using EncodedFrame = std::shared_ptr<const std::string>;

EncodedFrame encode_frame(MessageId id, const google::protobuf::MessageLite& body);
/// Appends a whole frame to `out`, which may be reused without allocating.
void append_frame(std::string& out, MessageId id, const google::protobuf::MessageLite& body);
/// False when the bytes aren't the message.
bool parse_body(std::span<const std::uint8_t> bytes, google::protobuf::MessageLite& body);

void to_wire(const Endpoint& endpoint, HostInfo& out);
void to_wire(const RoutePolicy& policy, Policy& out);
/// Nothing when the port or the address is out of range.
std::optional<Endpoint> from_wire(const HostInfo& host);

/// The answer that carries a route, hosts in its order, cut to at most `max_body` bytes of body and
/// then marked as truncated.
GetRouteResponse to_wire(const Route& route, std::uint64_t etag, std::size_t max_body);
/// Canonical; endpoints out of range are left out and counted in `refused`, and weights above
/// kMaxWeight are that.
Route from_wire(const GetRouteResponse& response, std::size_t& refused);

}  // namespace lars::wire
