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

void QuestionState::timed_out() {
    ++try_;
    due_ = all_ & ~dead_;
}

void QuestionState::refused(std::size_t address) {
    if (++refusals_[address] < kMaxRefusals) {
        due_.set(address);
    } else {
        unreachable(address);
    }
}

void QuestionState::unreachable(std::size_t address) {
    dead_.set(address);
    due_.reset(address);
    asked_.reset(address);
    if ((asked_ | due_).none()) due_ = all_ & ~dead_;
}

void QuestionState::readdress(const AddressList& list) {
    all_ = first(list.addresses.size());
    due_ = all_;
    asked_.reset();
    dead_.reset();
    refusals_.fill(0);
}

}  // namespace lars::client
