#pragma once

#include "metrics/registry.hpp"
#include "net/frame_reader.hpp"
#include "wire/frame.hpp"

#include <functional>
#include <map>

namespace lars::net {

/// Typed handlers by message id, which are told besides who sent the message. Filled once, then
/// used by one thread.
///
///     Dispatcher<Session&> dispatch(bad_input);
///     dispatch.on<GetRouteRequest>(ID_GetRouteRequest, [&](Session& from, const auto& request)
///     {…});
template <class... Who>
class Dispatcher {
public:
    explicit Dispatcher(metrics::BadInput& bad_input) : bad_input_(bad_input) {}

    template <class Message, class Handler>
    void on(MessageId id, Handler handler) {
        handlers_[id] = [handler = std::move(handler),
                         message = Message()](Who... who, Body body) mutable {
            if (!wire::parse_body(body, message)) return false;
            handler(who..., std::as_const(message));
            return true;
        };
    }

    /// Calls the frame's handler; what has none, or isn't its message, is counted and left.
    void operator()(Who... who, const FrameView& frame) {
        const auto found = handlers_.find(frame.id);
        if (found == handlers_.end()) {
            bad_input_.count(Errc::unknown_message);
        } else if (!found->second(who..., frame.body)) {
            bad_input_.count(Errc::undecodable_body);
        }
    }

private:
    using Body = std::span<const std::uint8_t>;

    metrics::BadInput& bad_input_;
    std::map<std::int32_t, std::function<bool(Who..., Body)>> handlers_;
};

}  // namespace lars::net
