#include "lars/attempts.hpp"

namespace lars {
namespace {

constexpr std::int32_t kThrown = 1;

}  // namespace

Attempts::Attempts(Client& client, Module module, CallOptions options)
    : client_(client),
      module_(std::move(module)),
      options_(std::move(options)),
      deadline_(Clock::now() + options_.timeout) {}

Attempts::~Attempts() {
    if (running_) end(Outcome(kThrown));
}

const Host* Attempts::next() {
    if (running_) end(Outcome(kThrown));
    const bool more = result_.attempts < options_.max_attempts && Clock::now() < deadline_;
    if (over_ || (result_.attempts > 0 && !more)) return nullptr;
    Request request;
    request.select = options_.select;
    request.hash_key = options_.hash_key;
    request.exclude = tried_;
    request.attempt = static_cast<std::uint32_t>(result_.attempts);
    auto choice = client_.choose(module_, request);
    if (choice.code != Code::succ) {
        // A retry that isn't granted leaves the call with the error that it has.
        if (result_.attempts == 0) result_.code = choice.code;
        over_ = true;
        return nullptr;
    }
    choice_ = std::move(choice);
    result_.code = Code::succ;
    result_.host = choice_.host;
    begun_ = Clock::now();
    running_ = true;
    return &choice_.host;
}

void Attempts::end(const Outcome& outcome) {
    running_ = false;
    Result result;
    result.retcode = outcome.retcode;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun_);
    result.server_load = outcome.server_load;
    result.attempt = static_cast<std::uint32_t>(result_.attempts);
    client_.report(module_, choice_, result);
    ++result_.attempts;
    result_.retcode = outcome.retcode;
    over_ = outcome.retcode == 0 || !outcome.retry;
    tried_.push_back(choice_.host);
}

}  // namespace lars
