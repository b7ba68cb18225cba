#include "reporter/alarms/alarm_watch.hpp"

#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/free_port.hpp"
#include "support/http_receiver.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <thread>

using namespace lars;
using namespace lars::reporter;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// A reporter that does nothing but look after alarms.
class Part final : public runtime::Part {
public:
    Part(Running& running, const store::Url& store, const AlarmOptions& options)
        : clock_(running.metrics, running.log),
          names_(running.runtime.executor(0), store, calls_, running.log),
          tasks_(running.runtime.executor(0), running.log),
          watch_(
              running.runtime.executor(0),
              store,
              options,
              clock_,
              names_,
              running.metrics,
              running.log
          ) {}

    std::string name() const override { return "alarms"; }
    void start() override {
        tasks_.spawn("names", names_.run());
        watch_.start();
    }
    Awaitable<> stop() override {
        tasks_.cancel();
        co_await tasks_.join();
        co_await watch_.stop(Clock::now() + 1s);
    }

private:
    StoreClock clock_;
    metrics::CallMetrics calls_{"lars_reporter", {}};
    NameReader names_;
    runtime::TaskGroup tasks_;
    AlarmWatch watch_;
};

struct Reporter {
    Reporter(const store::Url& store, const AlarmOptions& options)
        : part(running, store, options), stop(running.run({&part})) {}

    bool judges() const { return running.count("lars_reporter_judges_alarms") == 1; }
    double firing() const { return running.count("lars_reporter_alarms_firing"); }
    double count(const std::string& name, const std::string& url) const {
        return running.count(name, {{"to", url.substr(std::string("http://").size())}});
    }

    Running running;
    Part part;
    Running::Stop stop;
};

/// A migrated database, and an agent that brings calls of module 1/1 all the time.
class World {
public:
    explicit World(const std::string& kind)
        : database(make_database(kind)),
          store_(store::make_database(context_.get_executor(), database->url())) {
        REQUIRE(run(store::Schema(*store_).migrate()).has_value());
        const store::AlarmRule rule{
            .module = ModuleId{1, 1}, .threshold = 0.1, .severity = "warning"};
        REQUIRE(run(store::Alarms(*store_).add_rule(rule)).has_value());
        REQUIRE(run(store::Names(*store_).add("payments", ModuleId{1, 1})).has_value());
        agent_ = std::jthread([this](const std::stop_token& stop) { bring_calls(stop); });
    }

    void fail(bool so) { failing_ = so; }
    bool brings_calls() const { return !lost_; }

    std::unique_ptr<Database> database;

private:
    template <class T>
    store::Result<T> run(boost::asio::awaitable<store::Result<T>> operation) {
        return await(context_, std::move(operation));
    }

    void bring_calls(const std::stop_token& stop) {
        for (std::uint64_t sequence = 1; !stop.stop_requested(); ++sequence) {
            store::CallBatch batch{.sequence = sequence};
            CallSums sums{.successes = 10};
            if (failing_) sums = {.successes = 5, .failures = 5};
            const auto now = std::chrono::system_clock::now();
            batch.rows.push_back(
                {{1, 1},
                 Endpoint::from_ipv4(1, 80),
                 std::chrono::floor<std::chrono::seconds>(now),
                 sums}
            );
            const auto batches = std::make_shared<const std::vector<store::CallBatch>>(1, batch);
            if (!run(store::CallHistory(*store_).write(batches))) lost_ = true;
            std::this_thread::sleep_for(100ms);
        }
    }

    boost::asio::io_context context_{1};
    std::unique_ptr<store::Database> store_;
    std::atomic<bool> failing_{false};
    std::atomic<bool> lost_{false};
    std::jthread agent_;
};

AlarmOptions options(const HttpReceiver& alertmanager, const HttpReceiver& webhook) {
    return {
        .interval = 1s,
        .alertmanagers = {http::parse_url(alertmanager.url("/base/"))},
        .webhook = http::parse_url(webhook.url("/hook"))};
}

}  // namespace

TEST_CASE("an alarm is told when it fires and when it is resolved, by one reporter at a time") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world(kind);
    HttpReceiver alertmanager;
    HttpReceiver webhook;
    std::optional<Reporter> first;
    first.emplace(world.database->url(), options(alertmanager, webhook));
    REQUIRE(eventually([&] { return first->judges(); }));
    std::optional<Reporter> second;
    second.emplace(world.database->url(), options(alertmanager, webhook));

    world.fail(true);
    REQUIRE(eventually([&] { return webhook.with("\"state\":\"firing\"") == 1; }));
    REQUIRE(eventually([&] { return alertmanager.with("\"alertname\":\"LarsErrorRate\"") == 1; }));
    CHECK(alertmanager.with("\"service\":\"payments\"") >= 1);
    CHECK(alertmanager.last_head().starts_with("POST /base/api/v2/alerts HTTP/1.1\r\n"));
    CHECK(webhook.last_head().starts_with("POST /hook HTTP/1.1\r\n"));
    CHECK(first->firing() == 1);
    CHECK_FALSE(second->judges());
    CHECK(eventually([&] {
        return world.database->sql("SELECT rule, modid, cmdid, firing FROM AlarmState") ==
               "1\t1\t1\t1\n";
    }));

    first.reset();
    REQUIRE(eventually([&] { return second->judges(); }));
    REQUIRE(eventually([&] { return webhook.with("\"state\":\"firing\"") == 2; }));
    CHECK(webhook.with("\"state\":\"resolved\"") == 0);

    world.fail(false);
    REQUIRE(eventually([&] { return webhook.with("\"state\":\"resolved\"") == 1; }));
    CHECK(eventually([&] { return second->firing() == 0; }));
    CHECK(eventually([&] { return world.database->sql("SELECT * FROM AlarmState").empty(); }));
    CHECK(world.brings_calls());
}

TEST_CASE("receivers that are away, refuse or fail delay nothing, and get the latest later") {
    World world("sqlite");
    HttpReceiver alertmanager;
    HttpReceiver webhook;
    auto away = options(alertmanager, webhook);
    const auto nobody = "http://127.0.0.1:" + std::to_string(free_port());
    away.alertmanagers.push_back(http::parse_url(nobody));
    alertmanager.answer(400);
    webhook.answer(503);
    Reporter reporter(world.database->url(), away);
    REQUIRE(eventually([&] { return reporter.judges(); }));
    world.fail(true);
    REQUIRE(eventually([&] { return reporter.firing() == 1; }));
    REQUIRE(eventually([&] { return alertmanager.requests() > 0 && webhook.requests() > 1; }));
    CHECK(alertmanager.requests() == 1);  // what it refuses isn't sent again at once
    CHECK(eventually([&] { return reporter.count("lars_reporter_alerts_failed_total", nobody) > 1; }
    ));
    world.fail(false);
    REQUIRE(eventually([&] { return reporter.firing() == 0; }));
    webhook.answer(200);
    REQUIRE(eventually([&] { return webhook.with("\"state\":\"resolved\"") == 1; }));
    CHECK(webhook.with("\"state\":\"firing\"") == 0);
    CHECK(eventually([&] {
        return reporter.count("lars_reporter_alerts_sent_total", webhook.url("")) == 1;
    }));
}

TEST_CASE("an Alertmanager whose clock is off is told of alerts by its own") {
    World world("sqlite");
    HttpReceiver alertmanager;
    HttpReceiver webhook;
    alertmanager.set_clock_ahead(1h);
    Reporter reporter(world.database->url(), options(alertmanager, webhook));
    world.fail(true);
    const auto ends_in_its_future = [&alertmanager] {
        const auto in_an_hour = std::time(nullptr) + 3'600;
        std::tm utc{};
        ::gmtime_r(&in_an_hour, &utc);
        std::array<char, 32> text{};
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M", &utc);
        const std::string member = "\"endsAt\":\"";
        const auto all = alertmanager.bodies();
        return std::any_of(all.begin(), all.end(), [&](const std::string& body) {
            return body.substr(body.find(member) + member.size()) > text.data();
        });
    };
    REQUIRE(eventually(ends_in_its_future));
    CHECK(
        reporter.running.count(
            "lars_reporter_receiver_clock_difference_seconds",
            {{"to", alertmanager.url("").substr(std::string("http://").size())}}
        ) > 3'000
    );
}
