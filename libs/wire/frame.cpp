#include "wire/frame.hpp"

namespace lars::wire {
namespace {

void append_header(std::string& out, MessageId id, std::size_t body_size) {
    const auto header = encode_header({id, static_cast<std::int32_t>(body_size)});
    out.append(reinterpret_cast<const char*>(header.data()), header.size());
}

}  // namespace

void append_frame(std::string& out, MessageId id, const google::protobuf::MessageLite& body) {
    append_header(out, id, body.ByteSizeLong());
    body.AppendPartialToString(&out);
}

EncodedFrame encode_frame(MessageId id, const google::protobuf::MessageLite& body) {
    auto frame = std::make_shared<std::string>();
    frame->reserve(kFrameHeaderSize + body.ByteSizeLong());
    append_frame(*frame, id, body);
    return frame;
}

bool parse_body(std::span<const std::uint8_t> bytes, google::protobuf::MessageLite& body) {
    return body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace lars::wire
