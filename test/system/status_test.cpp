#include "services.hpp"
#include "store/call_history.hpp"
#include "store/call_status.hpp"
#include "store/route_edits.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"

#include <algorithm>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

store::UnixTime now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Endpoint endpoint(unsigned number) {
    return Endpoint::from_ipv4(0x0A000000U + number, 80);
}

/// A migrated store, and what a reporter would write to it.
class Written {
public:
    explicit Written(const std::string& kind)
        : database(make_database(kind)),
          store_(store::make_database(context_.get_executor(), database->url())) {
        await(context_, store::Schema(*store_).migrate()).value();
    }

    Subprocess::Environment environment() const {
        return {
            {"LARS_STORE", store::to_string(database->url())},
            {"LARS_STORE_PASSWORD", database->url().password}};
    }
    void add_route(unsigned number) {
        await(context_, store::RouteEdits(*store_).put({{{7, 1}, endpoint(number), {}}})).value();
    }
    void add_calls(unsigned number, store::UnixTime start, std::uint64_t successes) {
        store::CallBatch batch{.sequence = ++sequence_};
        CallSums sums{.successes = successes, .failures = successes};
        sums.buckets[4] = 2 * successes;
        batch.rows = {{{7, 1}, endpoint(number), start, sums}};
        const auto batches = std::make_shared<const std::vector<store::CallBatch>>(1, batch);
        await(context_, store::CallHistory(*store_).write(batches)).value();
    }
    void sum_up() {
        while (*await(context_, store::CallHistory(*store_).roll_up(now()))) {
        }
    }
    void set_state(unsigned number, std::uint32_t caller, bool overload) {
        store::StatusRow row{.module = {7, 1}, .endpoint = endpoint(number), .caller = caller};
        row.timestamp = static_cast<std::uint32_t>(now().time_since_epoch().count());
        row.overload = overload;
        await(context_, store::CallStatus(*store_).write({row})).value();
    }

    std::unique_ptr<Database> database;

private:
    boost::asio::io_context context_{1};
    std::unique_ptr<store::Database> store_;
    std::uint64_t sequence_ = 0;
};

}  // namespace

TEST_CASE("status shows how the calls of modules and endpoints went") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Written written(kind);
    const auto world = written.environment();
    const auto none = run_lars({"status"}, world);
    CHECK(none.status == 0);
    CHECK(contains(none.output, "this store has no calls, and no routes. Does a reporter"));

    written.add_route(1);
    written.add_route(2);
    written.add_calls(1, now(), 60);
    written.add_calls(1, now() - 2h, 40);
    written.set_state(1, 1, true);
    written.set_state(1, 2, false);
    const auto modules = run_lars({"status"}, world).output;
    CAPTURE(modules);
    CHECK(contains(
        modules, "7      1      2          120    50 %    768 us  1.02 ms  2        1 overloaded\n"
    ));
    const auto endpoints = run_lars({"status", "7", "1", "--last", "3h"}, world).output;
    CAPTURE(endpoints);
    CHECK(contains(
        endpoints,
        "10.0.0.1:80  100     200    50 %    768 us  1.02 ms  2        overloaded at 1 of 2\n"
    ));
    CHECK(contains(
        endpoints, "10.0.0.2:80  100     0      -       -       -        0        no calls\n"
    ));
    const auto json = run_lars({"status", "7", "1", "--json"}, world).output;
    CHECK(contains(json, "\"host\":\"10.0.0.1\",\"port\":80,\"calls\":120,\"failures\":60,"));
    CHECK(contains(run_lars({"status", "8", "1"}, world).output, "no calls of module 8/1"));
}

TEST_CASE("status looks further back through hours and days") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Written written(kind);
    written.add_calls(1, now(), 1);
    written.add_calls(1, now() - 20h, 10);
    written.add_calls(1, now() - std::chrono::days(20), 100);
    written.sum_up();
    const auto calls = [&written](const std::string& last) {
        const auto world = written.environment();
        return run_lars({"status", "--last", last, "--json"}, world).output;
    };
    CHECK(contains(calls("6h"), "\"calls\":2,"));
    CHECK(contains(calls("48h"), "\"calls\":22,"));
    CHECK(contains(calls("30d"), "\"calls\":222,"));
}

TEST_CASE("status shows the calls that clients have reported to an agent") {
    Services<MariadbServer> services;
    services.start_dns();
    services.start_reporter();
    services.start_agent();
    const std::string store = services.database.url();
    auto world = services.environment();
    world["LARS_STORE"] = store;
    REQUIRE(run_lars({"route", "add", "7", "1", "10.0.0.1:80"}, world).status == 0);
    REQUIRE(eventually([&] { return run_lars({"get-host", "7", "1"}, world).status == 0; }));
    for (int i = 0; i < 4; ++i) {
        std::vector<std::string> words{"report", "7", "1", "10.0.0.1:80", "--latency", "3ms"};
        if (i == 0) words.push_back("--failed");
        REQUIRE(run_lars(words, world).status == 0);
    }
    std::string shown;
    const bool complete = eventually([&] {
        shown = run_lars({"status", "7", "1"}, world).output;
        return contains(shown, "10.0.0.1:80  100     4      25 %") &&
               contains(shown, "  1        ok");
    });
    CAPTURE(shown);
    CHECK(complete);
}

TEST_CASE("a watched status is printed again and again, and ends at an interrupt") {
    Written written("sqlite");
    written.add_route(1);
    const TempDir directory;
    Subprocess watching(
        {program("lars"), "status", "--watch", "--json", "--interval", "100ms"},
        directory.file("out"),
        written.environment()
    );
    REQUIRE(watching.prints("\"calls\":0,"));
    written.add_calls(1, now(), 5);
    CHECK(watching.prints("\"calls\":10,"));
    watching.send_signal(SIGINT);
    CHECK(watching.wait() == 0);
    const auto output = watching.output();
    CHECK(std::count(output.begin(), output.end(), '\n') >= 2);
    CHECK(output.ends_with("}\n"));
}

TEST_CASE("a store without the schema, or a while out of range, is an error that says what to do") {
    const TempDir directory;
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("new.db")}};
    const auto empty = run_lars({"status"}, world);
    CHECK(empty.status == 1);
    CHECK(contains(empty.output, "run: lars store migrate --store 'sqlite://"));
    CHECK(run_lars({"status", "--last", "30s"}, world).status == 2);
    CHECK(run_lars({"status", "7"}, world).status == 2);
}
