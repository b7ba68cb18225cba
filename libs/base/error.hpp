#pragma once

#include <system_error>

namespace lars {

/// What a peer can send that we don't accept; each has a counter of its name.
enum class Errc {
    short_header = 1,    ///< a datagram below eight bytes, or a stream that ended in a header
    negative_length,     ///< msglen below zero
    oversized_length,    ///< msglen above what the peer may send
    length_mismatch,     ///< a datagram whose msglen isn't the size of what follows
    truncated_frame,     ///< a stream that ended in the middle of a frame
    half_frame_timeout,  ///< a frame begun and not finished in time
    undecodable_body,    ///< not the message that the id says
    unknown_message,     ///< an id that nothing here handles
    negative_module,     ///< modid or cmdid below zero
    bad_endpoint,        ///< a port or address out of range, or an address that no node has
};

inline constexpr int kErrcCount = static_cast<int>(Errc::bad_endpoint);

/// The enumerator's name, as counters are labelled: "short_header".
const char* kind_name(Errc value) noexcept;

const std::error_category& lars_category() noexcept;
std::error_code make_error_code(Errc value) noexcept;

/// Return codes of GetHostResponse, on the wire.
enum class ReturnCode : int { succ = 0, overload = 1, system_error = 2, noexist = 3 };
const char* to_string(ReturnCode code) noexcept;

}  // namespace lars

template <>
struct std::is_error_code_enum<lars::Errc> : std::true_type {};
