#include "base/host_lookup.hpp"

#include "base/endpoint.hpp"
#include "support/catch.hpp"
#include "support/wait.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

using namespace lars;
using namespace lars::test;

namespace {

/// Name servers that answer when they are let, and count who asks them. May be gone before the
/// threads that ask it.
class Servers {
public:
    HostLookup::Resolve resolve() const {
        return [state = state_](const std::string& host) {
            std::unique_lock lock(state->mutex);
            ++state->asked;
            state->changed.wait(lock, [&] {
                return state->answering || host.find("silent") == std::string::npos;
            });
            HostAddresses answer;
            answer.found.push_back({Endpoint::from_ipv4(0x0A000001, 0).address, 0});
            return answer;
        };
    }
    void answer() {
        const std::lock_guard lock(state_->mutex);
        state_->answering = true;
        state_->changed.notify_all();
    }
    std::size_t asked() const {
        const std::lock_guard lock(state_->mutex);
        return state_->asked;
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        bool answering = false;
        std::size_t asked = 0;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// Keeps the answers to look-ups.
class Answers {
public:
    HostLookup::Done add() const {
        return [state = state_](const HostAddresses& answer) {
            const std::lock_guard lock(state->mutex);
            state->all.push_back(answer);
            state->thread = std::this_thread::get_id();
            return true;
        };
    }
    std::vector<HostAddresses> all() const {
        const std::lock_guard lock(state_->mutex);
        return state_->all;
    }
    std::thread::id thread() const {
        const std::lock_guard lock(state_->mutex);
        return state_->thread;
    }

private:
    struct State {
        std::mutex mutex;
        std::vector<HostAddresses> all;
        std::thread::id thread;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

std::string text_of(const HostAddress& address) {
    Endpoint endpoint;
    endpoint.address = address.bytes;
    return address_to_string(endpoint);
}

}  // namespace

TEST_CASE("a numeric address is answered at once, in either spelling, and nobody is asked") {
    const auto [host, text] = GENERATE(
        std::pair("127.0.0.2", "127.0.0.2"),
        std::pair("[127.0.0.2]", "127.0.0.2"),
        std::pair("::1", "::1"),
        std::pair("[2001:db8::1]", "2001:db8::1")
    );
    const Servers servers;
    HostLookup lookup(servers.resolve());
    const Answers answers;
    lookup.look_up(host, answers.add());
    const auto all = answers.all();
    REQUIRE(all.size() == 1);
    CHECK_FALSE(all[0].error);
    REQUIRE(all[0].found.size() == 1);
    CHECK(text_of(all[0].found[0]) == text);
    CHECK(answers.thread() == std::this_thread::get_id());
    CHECK(servers.asked() == 0);
}

TEST_CASE("a link-local address keeps its interface") {
    const Answers answers;
    HostLookup().look_up("[fe80::1%lo]", answers.add());
    const auto all = answers.all();
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].found.size() == 1);
    CHECK(text_of(all[0].found[0]) == "fe80::1");
    CHECK(all[0].found[0].scope > 0);
}

TEST_CASE("a name is looked up in another thread, and what fails is said in words") {
    const Answers good;
    const Answers bad;
    {
        HostLookup lookup;
        lookup.look_up("localhost", good.add());
        // Longer than any name may be, so that no server is asked.
        lookup.look_up(std::string(300, 'a'), bad.add());
    }
    REQUIRE(eventually([&] { return good.all().size() == 1 && bad.all().size() == 1; }));
    CHECK(good.thread() != std::this_thread::get_id());
    const auto found = good.all()[0].found;
    CHECK(std::any_of(found.begin(), found.end(), [](const auto& each) {
        return text_of(each) == "127.0.0.1" || text_of(each) == "::1";
    }));
    CHECK(bad.all()[0].found.empty());
    CHECK(bad.all()[0].error);
    CHECK(bad.all()[0].error.message().size() > 5);
}

TEST_CASE("a name server that doesn't answer for one name holds up no other") {
    Servers servers;
    HostLookup lookup(servers.resolve());
    const Answers silent;
    const Answers well;
    lookup.look_up("silent", silent.add());
    lookup.look_up("well", well.add());
    REQUIRE(eventually([&] { return well.all().size() == 1; }));
    CHECK(silent.all().empty());
    servers.answer();
    REQUIRE(eventually([&] { return silent.all().size() == 1; }));
}

TEST_CASE("who asks again for a name that hangs gets the same answer, and no further thread") {
    Servers servers;
    HostLookup lookup(servers.resolve());
    const Answers answers;
    for (std::size_t i = 0; i < HostLookup::kMaxWaiting; ++i) {
        lookup.look_up("silent", answers.add());
    }
    CHECK(answers.all().empty());

    const Answers refused;
    lookup.look_up("silent", refused.add());
    REQUIRE(refused.all().size() == 1);
    CHECK(refused.all()[0].error.message() == "its look-up has been waited for too often");

    servers.answer();
    REQUIRE(eventually([&] { return answers.all().size() == HostLookup::kMaxWaiting; }));
    CHECK(servers.asked() == 1);
}

TEST_CASE("an answer that comes too late for who asked is there for who asks again") {
    Servers servers;
    HostLookup lookup(servers.resolve());
    lookup.look_up("silent", [](const HostAddresses&) { return false; });
    servers.answer();
    const Answers answers;
    lookup.look_up("silent", answers.add());
    REQUIRE(eventually([&] { return answers.all().size() == 1; }));
    CHECK(servers.asked() == 1);
}

TEST_CASE("when too many names hang, another is refused at once, until they answer") {
    Servers servers;
    HostLookup lookup(servers.resolve());
    const Answers hanging;
    for (std::size_t i = 0; i < HostLookup::kMaxRunning; ++i) {
        lookup.look_up("silent" + std::to_string(i), hanging.add());
    }
    const Answers refused;
    lookup.look_up("well", refused.add());
    REQUIRE(refused.all().size() == 1);
    CHECK(refused.all()[0].error.message() == "too many other names are being looked up");

    servers.answer();
    REQUIRE(eventually([&] { return hanging.all().size() == HostLookup::kMaxRunning; }));
    const Answers again;
    lookup.look_up("well", again.add());
    REQUIRE(eventually([&] { return again.all().size() == 1; }));
    CHECK_FALSE(again.all()[0].error);
}

TEST_CASE("who asked may be gone when the answer comes") {
    Servers servers;
    const Answers answers;
    HostLookup(servers.resolve()).look_up("silent", answers.add());
    servers.answer();
    REQUIRE(eventually([&] { return answers.all().size() == 1; }));
}

TEST_CASE("a child process looks names up, whatever its parent was doing") {
    const Answers before;
    HostLookup::of_process().look_up("localhost", before.add());
    const auto child = ::fork();
    if (child == 0) {
        const Answers answers;
        HostLookup::of_process().look_up("localhost", answers.add());
        ::_exit(eventually([&] { return answers.all().size() == 1; }) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    REQUIRE(eventually([&] { return before.all().size() == 1; }));
}
