#include "question_state.hpp"

namespace lars::client {
namespace {

constexpr int kMaxRefusals = 2;

QuestionState::Addresses first(std::size_t count) {
    return (1ULL << count) - 1;
}

}  // namespace

QuestionState::QuestionState(
    const AddressList& list, Clock::time_point begin, Clock::duration timeout
)
    : all_(first(list.addresses.size())), begin_(begin), timeout_(timeout) {
    due_.set(list.preferred.load(std::memory_order_relaxed));
}

QuestionState::Addresses QuestionState::drain_due() {
    const auto due = due_;
    asked_ |= due;
    due_.reset();
    return due;
}

void QuestionState::wake(Clock::time_point now) {
    if (again_ && now >= *again_) {
        again_.reset();
        dead_.reset();
        refusals_.fill(0);
        due_ = all_;
    }
    if (now >= try_ends()) {
        ++try_;
        due_ = all_ & ~dead_;
    }
}

void QuestionState::refused(std::size_t address, Clock::time_point now) {
    if (++refusals_[address] < kMaxRefusals) {
        due_.set(address);
    } else {
        unreachable(address, now);
    }
}

void QuestionState::unreachable(std::size_t address, Clock::time_point now) {
    dead_.set(address);
    due_.reset(address);
    asked_.reset(address);
    if ((asked_ | due_).any()) return;
    due_ = all_ & ~dead_;
    if (due_.none()) again_ = now + kAfterRefusal;
}

void QuestionState::readdress(const AddressList& list) {
    all_ = first(list.addresses.size());
    due_ = all_;
    asked_.reset();
    dead_.reset();
    refusals_.fill(0);
    again_.reset();
}

}  // namespace lars::client
