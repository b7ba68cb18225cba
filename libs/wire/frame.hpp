#pragma once

#include "base/frame.hpp"

#include <google/protobuf/message_lite.h>
#include <proto/lars.pb.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace lars::wire {

/// A whole frame, header and body, encoded once and shared by every session that sends it. Never
/// changes, so any thread may read it.
using EncodedFrame = std::shared_ptr<const std::string>;

/// Encodes a message as a whole frame.
EncodedFrame encode_frame(MessageId id, const google::protobuf::MessageLite& body);
/// Appends a whole frame to `out`, which may be reused without allocating.
void append_frame(std::string& out, MessageId id, const google::protobuf::MessageLite& body);
/// Reads a frame's body; false when the bytes aren't the message.
bool parse_body(std::span<const std::uint8_t> bytes, google::protobuf::MessageLite& body);

}  // namespace lars::wire
