#pragma once

#include "base/error.hpp"
#include "base/frame.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lars::net {

/// One frame within a reader's buffer: valid until the reader's next prepare().
struct FrameView {
    std::int32_t id = 0;  ///< as it came, so it may be none of MessageId
    std::span<const std::uint8_t> body;
};

/// Cuts a byte stream into frames. No I/O: bytes are read into prepare() and then committed. Memory
/// follows the bytes that really came, whatever length a header claims, and never exceeds twice the
/// largest frame allowed. Belongs to one thread.
class FrameReader {
public:
    /// In bytes, without the header.
    explicit FrameReader(std::size_t max_body) : max_body_(max_body) {}

    /// Where the next bytes go: at least one, more when there is room. Ends the life of views.
    std::span<std::uint8_t> prepare();
    /// So many bytes, from its beginning, were written to prepare()'s place.
    void commit(std::size_t size) {
        end_ += size;
        filled_ = end_ == buffer_.size();
    }

    /// The next whole frame, or nothing when more bytes are needed or the stream is broken.
    std::optional<FrameView> next();
    /// Why nothing more will ever come out: negative_length or oversized_length. After such a
    /// header nobody knows where the next frame begins.
    std::optional<Errc> broken() const { return broken_; }

    /// Whether a frame has begun and isn't complete.
    bool in_frame() const { return begin_ != end_; }
    /// What it means if the stream ends here: short_header, truncated_frame, or nothing wrong.
    std::optional<Errc> end_of_stream() const;

    /// For frames from now on: a peer that has said Hello may send larger ones.
    void set_max_body(std::size_t max_body) { max_body_ = max_body; }

private:
    std::size_t buffered() const { return end_ - begin_; }

    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool filled_ = false;  // the last read had no room left: there was more to read, it seems
    std::size_t max_body_;
    std::optional<Errc> broken_;
};

}  // namespace lars::net
