#include "agent_locator.hpp"

#include "base/endpoint.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;
using namespace lars::client;
using namespace std::chrono_literals;

namespace {

HostAddresses addresses(const std::vector<std::string>& texts) {
    HostAddresses out;
    for (const auto& each : texts) out.found.push_back({parse_endpoint(each + ":1")->address});
    return out;
}

HostAddresses failure() {
    return {{}, std::make_error_code(std::errc::timed_out)};
}

/// Look-ups of a name that are answered when the test says so.
struct NameServer {
    AgentLocator::LookUp look_up() {
        return [this](const std::string& host, const HostLookup::Done& done) {
            CHECK(host == "agent.test");
            ++asked;
            if (first.found.empty() && !first.error) {
                waiting.push_back(done);
            } else {
                done(std::exchange(first, {}));
            }
        };
    }
    std::shared_ptr<AgentLocator> locator(const std::vector<std::string>& texts) {
        first = addresses(texts);
        return AgentLocator::find(parse_agent("agent.test:8888"), 10s, look_up());
    }
    /// How many had waited for it.
    int answer(const HostAddresses& answer) {
        int taken = 0;
        for (const auto& done : std::exchange(waiting, {})) taken += done(answer);
        return taken;
    }

    int asked = 0;
    HostAddresses first;
    std::vector<HostLookup::Done> waiting;
};

std::vector<HostAddress> current(const std::shared_ptr<AgentLocator>& locator) {
    return locator->current().addresses;
}

}  // namespace

TEST_CASE("an agent's addresses are those of its name, and the first is preferred") {
    NameServer names;
    const auto locator = names.locator({"10.0.0.1", "10.0.0.2"});
    CHECK(current(locator) == addresses({"10.0.0.1", "10.0.0.2"}).found);
    CHECK(locator->current().preferred == 0);
    CHECK_FALSE(locator->current().answered);
    const auto numeric = AgentLocator::find(parse_agent("[::1]:8888"), 10s);
    REQUIRE(current(numeric).size() == 1);
    CHECK(current(numeric)[0].bytes[15] == 1);
}

TEST_CASE("of very many addresses the first ones are used") {
    NameServer names;
    std::vector<std::string> many;
    for (int i = 1; i <= 20; ++i) many.push_back("10.0.0." + std::to_string(i));
    CHECK(current(names.locator(many)).size() == AddressList::kMax);
}

TEST_CASE("a name that can't be looked up within the timeout is refused, and named") {
    NameServer names;
    const auto silent = [&] {
        AgentLocator::find(parse_agent("agent.test:8888"), 10ms, names.look_up());
    };
    CHECK_THROWS_AS(silent(), std::invalid_argument);
    CHECK_THROWS_WITH(
        silent(),
        "agent address 'agent.test:8888': no address of agent.test: no name server answers within "
        "10 ms"
    );
    CHECK(names.answer(addresses({"10.0.0.1"})) == 0);
    names.first = failure();
    CHECK_THROWS_AS(
        AgentLocator::find(parse_agent("agent.test:8888"), 10s, names.look_up()),
        std::invalid_argument
    );
}

TEST_CASE("a name is looked up again when nobody answers, once a second and one at a time") {
    NameServer names;
    const auto locator = names.locator({"10.0.0.1"});
    const auto now = Clock::now() + 1h;
    REQUIRE(names.asked == 1);
    locator->unanswered(Clock::now());  // it was only just looked up
    CHECK(names.asked == 1);
    locator->unanswered(now);
    CHECK(names.asked == 2);
    locator->unanswered(now + 500ms);
    locator->unanswered(now + 1h);  // the last one hangs
    CHECK(names.asked == 2);
    CHECK(names.answer(addresses({"10.0.0.2", "10.0.0.3"})) == 1);
    CHECK(current(locator) == addresses({"10.0.0.2", "10.0.0.3"}).found);
    locator->unanswered(now + 1h + 999ms);
    CHECK(names.asked == 2);
    locator->unanswered(now + 1h + 1s);
    CHECK(names.asked == 3);
    names.answer(addresses({"10.0.0.1"}));
    CHECK(current(locator) == addresses({"10.0.0.1"}).found);
}

TEST_CASE("a failed look-up changes nothing, nor one with the same addresses in another order") {
    NameServer names;
    const auto locator = names.locator({"10.0.0.1", "10.0.0.2"});
    const auto* const list = &locator->current();
    auto now = Clock::now() + 1h;
    for (const auto& answer : {failure(), addresses({"10.0.0.2", "10.0.0.1"})}) {
        locator->unanswered(now += 1s);
        names.answer(answer);
        CHECK(&locator->current() == list);
    }
    CHECK(names.asked == 3);
}

TEST_CASE("a look-up may end after the locator is gone") {
    NameServer names;
    auto locator = names.locator({"10.0.0.1"});
    locator->unanswered(Clock::now() + 1h);
    locator.reset();
    names.answer(addresses({"10.0.0.2"}));
    CHECK(names.asked == 2);
}
