#include "question_state.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::client;
using namespace std::chrono_literals;

namespace {

using Addresses = QuestionState::Addresses;

const Clock::time_point kBegin{1h};

struct World {
    explicit World(std::size_t count, std::size_t preferred = 0) {
        list.addresses.resize(count);
        list.preferred = preferred;
    }
    QuestionState question() const { return {list, kBegin, 300ms}; }

    AddressList list;
};

Addresses set(std::initializer_list<std::size_t> all) {
    Addresses out;
    for (const auto each : all) out.set(each);
    return out;
}

}  // namespace

TEST_CASE("a question to one address is sent three times within the timeout") {
    auto question = World(1).question();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        CHECK_FALSE(question.over());
        CHECK(question.drain_due() == set({0}));
        CHECK(question.drain_due().none());
        CHECK(question.asked() == set({0}));
        CHECK(question.wakes() == kBegin + attempt * 100ms);
        question.wake(kBegin + attempt * 100ms);
    }
    CHECK(question.over());
}

TEST_CASE("the first refusal may be old news; after the second it is asked a while later") {
    auto question = World(1).question();
    question.drain_due();
    question.refused(0, kBegin);
    CHECK(question.drain_due() == set({0}));
    question.refused(0, kBegin + 1ms);
    CHECK_FALSE(question.has_due());
    CHECK(question.asked().none());
    CHECK(question.wakes() == kBegin + 21ms);
    question.wake(kBegin + 21ms);
    CHECK(question.drain_due() == set({0}));
    // Its answers are waited for again, and a single refusal is old news again.
    CHECK(question.asked() == set({0}));
    CHECK(question.wakes() == kBegin + 100ms);
    question.refused(0, kBegin + 22ms);
    CHECK(question.drain_due() == set({0}));
    question.refused(0, kBegin + 23ms);
    for (auto now = kBegin + 43ms; !question.over(); now = question.wakes()) question.wake(now);
    CHECK(question.wakes() > kBegin + 300ms);
}

TEST_CASE("the address that answered last is asked first, and all of them when it is silent") {
    auto question = World(3, 1).question();
    CHECK(question.drain_due() == set({1}));
    question.wake(question.wakes());
    CHECK(question.drain_due() == set({0, 1, 2}));
    CHECK(question.asked() == set({0, 1, 2}));
    question.refused(2, kBegin);
    question.drain_due();
    question.refused(2, kBegin);
    CHECK(question.asked() == set({0, 1}));
    question.wake(question.wakes());
    CHECK(question.drain_due() == set({0, 1}));
    question.wake(question.wakes());
    CHECK(question.over());
}

TEST_CASE("where nobody listens, the other addresses are asked at once") {
    auto question = World(3).question();
    question.drain_due();
    question.refused(0, kBegin);
    question.drain_due();
    question.refused(0, kBegin);
    CHECK(question.drain_due() == set({1, 2}));
    question.unreachable(1, kBegin);
    CHECK_FALSE(question.over());
    CHECK(question.drain_due().none());
    CHECK(question.asked() == set({2}));
    question.unreachable(2, kBegin);
    CHECK_FALSE(question.has_due());
    question.wake(kBegin + 20ms);
    CHECK(question.drain_due() == set({0, 1, 2}));
}

TEST_CASE("an agent that moved is asked at its new addresses, for what is left of the timeout") {
    auto question = World(2).question();
    question.drain_due();
    question.unreachable(0, kBegin);
    question.drain_due();
    question.wake(question.wakes());
    question.readdress(World(1).list);
    CHECK(question.drain_due() == set({0}));
    CHECK(question.asked() == set({0}));
    CHECK(question.wakes() == kBegin + 200ms);
    question.wake(question.wakes());
    question.wake(question.wakes());
    CHECK(question.over());
}
