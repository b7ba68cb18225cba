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
    const auto request = ask();
    return request ? take(client_.choose(module_, *request)) : nullptr;
}

std::optional<Request> Attempts::ask() {
    if (running_) end(Outcome(kThrown));
    const bool more = result_.attempts < options_.max_attempts && Clock::now() < deadline_;
    if (over_ || (result_.attempts > 0 && !more)) return {};
    Request request;
    request.select = options_.select;
    request.hash_key = options_.hash_key;
    request.exclude = tried_;
    request.attempt = static_cast<std::uint32_t>(result_.attempts);
    return request;
}

const Host* Attempts::take(Choice choice) {
    if (!choice) {
        // A retry that isn't granted leaves the call with the error that it has.
        if (result_.attempts == 0) result_.code = choice.code;
        over_ = true;
        return nullptr;
    }
    result_.code = Code::succ;
    result_.host = choice.host;
    const auto attempt = static_cast<std::uint32_t>(result_.attempts);
    running_.emplace(client_, module_, std::move(choice), attempt);
    return &**running_;
}

void Attempts::end(const Outcome& outcome) {
    if (!running_) return;
    running_->end(outcome);
    tried_.push_back(**running_);
    running_.reset();
    ++result_.attempts;
    result_.retcode = outcome.retcode;
    over_ = outcome.retcode == 0 || !outcome.retry;
}

}  // namespace lars
