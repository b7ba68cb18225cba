#include "reporter/service.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Bytes of the original's agent.
const auto kOneResult = from_hex(
    "03000000240000000801100118818080f807221208b183a085fcffffffff0110e13c180520022880e2cfaa06"
);
const auto kTwoResults = from_hex(
    "03000000310000000801100118818080f807221208b183a085fcffffffff0110e13c18052002220b08818080501050"
    "200928012880e2cfaa06"
);

struct World {
    explicit World(const std::string& kind = "sqlite") : database(make_database(kind)) {
        reporter::Options options;
        options.listen = Endpoint::from_ipv4(0x7F000001, 0);
        options.store = database->url();
        options.flush_interval = 10ms;
        options.drain_timeout = 10s;
        service.emplace(running.runtime, options, running.metrics, running.log);
    }

    std::uint16_t port() const { return service->local().port; }
    std::string rows() {
        return database->sql(
            "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, "
            "overload FROM ServerCallStatus ORDER BY ip"
        );
    }
    double written() const { return running.count("lars_reporter_rows_written_total"); }

    std::unique_ptr<Database> database;
    Running running;
    std::optional<reporter::Service> service;
};

}  // namespace

TEST_CASE("an original agent's snapshot is what the table shows, the latest one") {
    World world;
    const auto stop = world.running.run({&*world.service});
    TcpPeer agent(world.port());
    REQUIRE(agent.send(kOneResult));
    REQUIRE(eventually([&] { return world.written() >= 1; }));
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1700000000\t0\n");
    REQUIRE(agent.send(kTwoResults));
    REQUIRE(eventually([&] { return world.written() >= 3; }));
    CHECK(
        world.rows() ==
        "1\t1\t167772161\t80\t2130706433\t0\t9\t1700000000\t1\n"
        "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1700000000\t0\n"
    );
}

TEST_CASE("a batch of ours is acknowledged once stored, and counted once when sent twice") {
    World world;
    const auto stop = world.running.run({&*world.service});
    TcpPeer agent(world.port());
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(kOneResult.substr(8)));
    request.set_instance(std::string(16, 'i'));
    request.set_seq(7);
    const auto batch = frame(3, request.SerializeAsString());
    REQUIRE(agent.send(batch + batch));
    for (int i = 0; i < 2; ++i) {
        const auto answer = agent.receive_frame();
        REQUIRE(answer);
        ReportAck ack;
        REQUIRE(ack.ParseFromString(answer->substr(8)));
        CHECK(ack.seq() == 7);
        CHECK(ack.instance() == std::string(16, 'i'));
    }
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1700000000\t0\n");
}

TEST_CASE("what can't be stored is counted, the rest of the report is kept") {
    World world;
    const auto stop = world.running.run({&*world.service});
    TcpPeer agent(world.port());
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(kTwoResults.substr(8)));
    request.mutable_results(1)->set_port(70'000);
    REQUIRE(agent.send(frame(3, request.SerializeAsString())));
    request.set_modid(-1);
    REQUIRE(agent.send(frame(3, request.SerializeAsString())));
    REQUIRE(agent.send(frame(3, "\xFF")));
    REQUIRE(agent.send(frame(3, "")));  // module 0/0 without results
    REQUIRE(agent.send(frame(77, "x")));
    REQUIRE(eventually([&] { return world.running.bad_input("unknown_message") == 1; }));
    REQUIRE(eventually([&] { return world.written() >= 1; }));
    CHECK(world.running.bad_input("bad_endpoint") == 1);
    CHECK(world.running.bad_input("negative_module") == 1);
    CHECK(world.running.bad_input("undecodable_body") == 1);
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1700000000\t0\n");
}

TEST_CASE("broken streams are counted by kind, and others are served") {
    World world;
    const auto stop = world.running.run({&*world.service});
    for (const auto& [hex, kind] :
         {std::pair{"03000000ffffffff", "negative_length"},
          std::pair{"03000000ffffff7f", "oversized_length"}}) {
        TcpPeer agent(world.port());
        agent.send(from_hex(hex));
        CHECK(agent.closed());
        CHECK(world.running.bad_input(kind) == 1);
    }
    {
        TcpPeer agent(world.port());
        agent.send(kOneResult.substr(0, 20));
    }
    CHECK(eventually([&] { return world.running.bad_input("truncated_frame") == 1; }));
    TcpPeer agent(world.port());
    for (const auto byte : kOneResult) REQUIRE(agent.send(std::string(1, byte)));
    CHECK(eventually([&] { return world.written() == 1; }));
}

TEST_CASE("rows wait out an outage of the database, and the last ones are written at the stop") {
    World world("mariadb");
    {
        const auto stop = world.running.run({&*world.service});
        // The schema isn't there yet: the reporter starts, waits, and loses nothing.
        TcpPeer agent(world.port());
        REQUIRE(agent.send(kOneResult));
        REQUIRE(eventually([&] {
            return world.running.count("lars_reporter_store_errors_total") >= 2;
        }));
        shared_mariadb().kill();
        shared_mariadb().start();
        boost::asio::io_context context(1);
        const auto store = store::make_store(context.get_executor(), world.database->url());
        auto migrated = boost::asio::co_spawn(context, store->migrate(), boost::asio::use_future);
        context.run();
        REQUIRE(migrated.get().has_value());
        REQUIRE(eventually([&] { return world.written() == 1; }));
        REQUIRE(agent.send(kTwoResults));
        REQUIRE(eventually([&] { return world.running.count("lars_reporter_reports_total") == 2; })
        );
    }
    CHECK(world.running.ended == net::Runtime::Ended::drained);
    CHECK(world.written() == 3);
}
