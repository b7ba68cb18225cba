#pragma once

#include "lars/client.hpp"
#include "lars/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace lars {

/// What became of one attempt.
struct Outcome {
    /// 0 is success.
    Outcome(std::int32_t code) : retcode(code) {}
    template <class Bool, std::enable_if_t<std::is_same_v<Bool, bool>, int> = 0>
    Outcome(Bool good) : retcode(good ? 0 : 1) {}

    std::int32_t retcode;
    /// Whether another node may do better. False: the call itself is at fault, and the node well
    /// if retcode is 0.
    bool retry = true;
    /// 0 idle to 1 full, as the node said of itself.
    std::optional<float> server_load;
};

/// A call to one node, which reports by itself how it went and how long it took:
///
///     if (auto call = client.call("payments")) {
///         if (!pay(call->address, call->port)) call.end(1);
///     }
///
/// What isn't ended is reported when it is destroyed: as a success, or as a failure if an exception
/// does that. Who takes exceptions asks for host(), and needs no `if`. Belongs to one thread; the
/// client lives longer.
class [[nodiscard]] Call {
public:
    Call(Client& client, Module module, const Request& request = {});
    /// Of a node that was chosen already. `attempt` as in Request.
    Call(Client& client, Module module, Choice choice, std::uint32_t attempt);
    ~Call();
    Call(Call&& other) noexcept;
    Call& operator=(Call&&) = delete;

    /// Whether there is a node.
    explicit operator bool() const { return static_cast<bool>(choice_); }
    Code code() const { return choice_.code; }
    const Choice& choice() const { return choice_; }
    /// Throws Error when there is none.
    const Host& host() const;
    const Host& operator*() const { return choice_.host; }
    const Host* operator->() const { return &choice_.host; }

    /// Reports now, and once.
    void end(const Outcome& outcome);
    /// It wasn't made, and that isn't the node's fault: nothing is reported.
    void discard() { open_ = false; }

private:
    Client* client_;
    Module module_;
    Choice choice_;
    std::uint32_t attempt_;
    std::chrono::steady_clock::time_point begun_;
    int exceptions_;  // under way when it began
    bool open_;
};

}  // namespace lars
