#pragma once

#include "metrics/bad_input.hpp"
#include "net/frame_reader.hpp"
#include "wire/frame.hpp"

#include <functional>
#include <map>

namespace lars::net {

/// Typed handlers by message id, which get, besides the message, whatever `Who` says of its sender.
/// Filled once and then used by one thread; it keeps one message of each type, which is parsed into
/// again and again.
///
///     Dispatcher<Session&> dispatch(bad_input);
///     const auto on_request = [&](Session& from, const GetRouteRequest& request) {…};
///     dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_request);
///     …
///     dispatch(session, frame);
template <class... Who>
class Dispatcher {
public:
    /// `bad_input` must outlive it.
    explicit Dispatcher(metrics::BadInput& bad_input) : bad_input_(bad_input) {}

    /// `handler(who..., const Message&)` may use the message until it returns.
    template <class Message, class Handler>
    void on(MessageId id, Handler handler) {
        handlers_[id] = [handler = std::move(handler),
                         message = Message()](Who... who, Body body) mutable {
            if (!wire::parse_body(body, message)) return false;
            handler(who..., std::as_const(message));
            return true;
        };
    }

    /// Calls the frame's handler. A frame that has none, or isn't its message, is counted and
    /// ignored.
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
