#include "net/frame_reader.hpp"

#include <algorithm>
#include <cstring>

namespace lars::net {
namespace {

// Bytes of buffer: what a session at rest costs,
constexpr std::size_t kFirstSize = 256;
// what is read at once from a peer that sends much,
constexpr std::size_t kBusySize = 16 << 10;
// and what is kept: a buffer that a large frame needed is given back once it is empty.
constexpr std::size_t kKeptSize = 64 << 10;

}  // namespace

std::span<std::uint8_t> FrameReader::prepare() {
    if (begin_ == end_) {
        // Empty: the moment to change the size without copying.
        begin_ = end_ = 0;
        if (buffer_.size() > kKeptSize) {
            buffer_.resize(kKeptSize);
            buffer_.shrink_to_fit();
        } else if (filled_ && buffer_.size() < kBusySize) {
            buffer_.resize(buffer_.size() * 4);
        }
    }
    if (end_ == buffer_.size()) {
        // Half a frame at the end: move it if that makes much room, else grow.
        if (begin_ > buffer_.size() / 2) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, buffered());
            end_ -= begin_;
            begin_ = 0;
        } else {
            buffer_.resize(std::max(kFirstSize, buffer_.size() * 2));
        }
    }
    return std::span(buffer_).subspan(end_);
}

std::optional<FrameView> FrameReader::next() {
    if (broken_ || buffered() < kFrameHeaderSize) return std::nullopt;
    const auto bytes = std::span<const std::uint8_t>(buffer_).subspan(begin_, buffered());
    const auto header = decode_header(bytes.first<kFrameHeaderSize>());
    if (header.msglen < 0) {
        broken_ = Errc::negative_length;
        return std::nullopt;
    }
    const auto length = static_cast<std::size_t>(header.msglen);
    if (length > max_body_) {
        broken_ = Errc::oversized_length;
        return std::nullopt;
    }
    if (bytes.size() - kFrameHeaderSize < length) return std::nullopt;
    begin_ += kFrameHeaderSize + length;
    return FrameView{header.msgid, bytes.subspan(kFrameHeaderSize, length)};
}

std::optional<Errc> FrameReader::end_of_stream() const {
    if (broken_ || !in_frame()) return std::nullopt;
    return buffered() < kFrameHeaderSize ? Errc::short_header : Errc::truncated_frame;
}

}  // namespace lars::net
