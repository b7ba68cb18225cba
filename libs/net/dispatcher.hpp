#pragma once

#include "net/frame_reader.hpp"
#include "net/metrics.hpp"
#include "net/wire.hpp"

#include <functional>
#include <map>

namespace lars::net {

/// Typed handlers by message id. Filled once, then read by one thread at a time.
///
///     Dispatcher dispatch(bad_input);
///     dispatch.on<GetRouteRequest>(ID_GetRouteRequest, [&](const auto& request) { … });
class Dispatcher {
public:
    explicit Dispatcher(BadInput& bad_input) : bad_input_(bad_input) {}

    template <class Message, class Handler>
    void on(MessageId id, Handler handler) {
        handlers_[id] = [handler = std::move(handler),
                         message = Message()](std::span<const std::uint8_t> body) mutable {
            if (!parse_body(body, message)) return false;
            handler(std::as_const(message));
            return true;
        };
    }

    /// Calls the frame's handler; what has none, or isn't its message, is counted and left.
    void operator()(const FrameView& frame) {
        const auto found = handlers_.find(frame.id);
        if (found == handlers_.end()) {
            bad_input_.count(Errc::unknown_message);
        } else if (!found->second(frame.body)) {
            bad_input_.count(Errc::undecodable_body);
        }
    }

private:
    BadInput& bad_input_;
    std::map<std::int32_t, std::function<bool(std::span<const std::uint8_t>)>> handlers_;
};

}  // namespace lars::net
