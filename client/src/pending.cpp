#include "lars/pending.hpp"

#include "c_structs.hpp"

#include <array>
#include <new>

namespace lars {
namespace {

constexpr std::size_t kMaxSockets = 8;

}  // namespace

struct PendingChoice::Asked {
    CRequest request;
};

PendingChoice::PendingChoice(Client& client, const Module& module, const Request& request)
    : asked_(new Asked{{module, request}}),
      pending_(lars_choose_begin(client.handle_.get(), &asked_->request.get())) {
    if (!pending_) throw std::bad_alloc();
}

bool PendingChoice::advance() {
    auto chosen = no_choice();
    const auto code = lars_choose_advance(pending_.get(), &chosen);
    sockets_.clear();
    if (code != LARS_WAITING) {
        choice_ = to_choice(code, chosen);
        return true;
    }
    std::array<int, kMaxSockets> sockets;
    std::int64_t timeout_us = 0;
    const auto count =
        lars_choose_wait(pending_.get(), sockets.data(), sockets.size(), &timeout_us);
    sockets_.assign(sockets.data(), sockets.data() + count);
    wakes_ = std::chrono::steady_clock::now() + std::chrono::microseconds(timeout_us);
    return false;
}

}  // namespace lars
