#include "base/error.hpp"

#include <string>

namespace lars {
namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "lars"; }
    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::short_header:
                return "short frame header";
            case Errc::negative_length:
                return "negative frame length";
            case Errc::oversized_length:
                return "frame length above the limit";
            case Errc::length_mismatch:
                return "frame length differs from the datagram's";
            case Errc::truncated_frame:
                return "peer closed in the middle of a frame";
            case Errc::half_frame_timeout:
                return "frame begun and not finished in time";
            case Errc::undecodable_body:
                return "body is not the message its id says";
            case Errc::unknown_message:
                return "unknown message id";
            case Errc::negative_module:
                return "negative module id";
            case Errc::bad_endpoint:
                return "address or port out of range";
        }
        return "unknown error";
    }
};

}  // namespace

const char* kind_name(Errc value) noexcept {
    switch (value) {
        case Errc::short_header:
            return "short_header";
        case Errc::negative_length:
            return "negative_length";
        case Errc::oversized_length:
            return "oversized_length";
        case Errc::length_mismatch:
            return "length_mismatch";
        case Errc::truncated_frame:
            return "truncated_frame";
        case Errc::half_frame_timeout:
            return "half_frame_timeout";
        case Errc::undecodable_body:
            return "undecodable_body";
        case Errc::unknown_message:
            return "unknown_message";
        case Errc::negative_module:
            return "negative_module";
        case Errc::bad_endpoint:
            return "bad_endpoint";
    }
    return "unknown";
}

const std::error_category& lars_category() noexcept {
    static const Category category;
    return category;
}

std::error_code make_error_code(Errc value) noexcept {
    return {static_cast<int>(value), lars_category()};
}

const char* to_string(ReturnCode code) noexcept {
    switch (code) {
        case ReturnCode::succ:
            return "SUCC";
        case ReturnCode::overload:
            return "OVERLOAD";
        case ReturnCode::system_error:
            return "SYSTEM_ERROR";
        case ReturnCode::noexist:
            return "NOEXIST";
    }
    return "UNKNOWN";
}

}  // namespace lars
