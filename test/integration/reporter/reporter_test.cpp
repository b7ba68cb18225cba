#include "reporter/service.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <ctime>

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

ReportStatusRequest batch(std::uint64_t sequence) {
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(kOneResult.substr(8)));
    request.set_instance(std::string(16, 'i'));
    request.set_seq(sequence);
    return request;
}

ReportAck next_ack(TcpPeer& agent) {
    ReportAck ack;
    const auto answer = agent.receive_frame();
    REQUIRE(answer);
    REQUIRE(ack.ParseFromString(answer->substr(8)));
    return ack;
}

struct World {
    explicit World(const std::string& kind = "sqlite", std::uint32_t budget = 1'000)
        : database(make_database(kind)) {
        if (kind == "sqlite") migrate();  // no service makes a store
        reporter::Options options;
        options.listen = Endpoint::from_ipv4(0x7F000001, 0);
        options.store = database->url();
        options.flush_interval = 10ms;
        options.status_interval = 10ms;
        options.drain_timeout = 10s;
        options.queue_rows = budget;
        service.emplace(running.runtime, options, running.metrics, running.log);
    }

    void migrate() {
        boost::asio::io_context context(1);
        const auto store = store::make_database(context.get_executor(), database->url());
        REQUIRE(await(context, store::Schema(*store).migrate()).has_value());
    }
    std::uint16_t port() const { return service->local().port; }
    std::string rows() {
        return database->sql(
            "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts > 1700000000, "
            "overload FROM ServerCallStatus ORDER BY ip"
        );
    }
    double waiting() const { return running.count("lars_reporter_results_waiting"); }
    double written() const { return running.count("lars_reporter_status_rows_written_total"); }

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
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1\t0\n");
    REQUIRE(agent.send(kTwoResults));
    REQUIRE(eventually([&] { return world.written() >= 3; }));
    CHECK(
        world.rows() ==
        "1\t1\t167772161\t80\t2130706433\t0\t9\t1\t1\n"
        "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1\t0\n"
    );
}

TEST_CASE("the reporter isn't ready while the store refuses what it writes, and says so") {
    World world;
    const auto stop = world.running.run({&*world.service});
    CHECK(world.service->ready());
    world.database->sql("ALTER TABLE ReportProgress RENAME TO Elsewhere");
    TcpPeer agent(world.port());
    REQUIRE(agent.send(frame(3, batch(7).SerializeAsString())));
    const auto refuses_calls = [&] {
        for (const auto& line : world.service->readiness().problems) {
            if (line.starts_with("storing calls: ")) return true;
        }
        return false;
    };
    CHECK(eventually(refuses_calls));
    CHECK_FALSE(world.service->ready());
    world.database->sql("ALTER TABLE Elsewhere RENAME TO ReportProgress");
    CHECK(eventually([&] { return world.service->ready(); }));
    CHECK(next_ack(agent).seq() == 7);
}

TEST_CASE("a batch of ours is acknowledged once stored, and counted once when sent twice") {
    World world;
    const auto stop = world.running.run({&*world.service});
    TcpPeer agent(world.port());
    const auto sent = frame(3, batch(7).SerializeAsString());
    REQUIRE(agent.send(sent + sent));
    for (int i = 0; i < 2; ++i) {
        const auto ack = next_ack(agent);
        CHECK(ack.seq() == 7);
        CHECK(ack.instance() == std::string(16, 'i'));
    }
    REQUIRE(eventually([&] { return world.written() >= 1; }));
    CHECK(world.running.count("lars_reporter_repeated_batches_total") == 1);
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1\t0\n");
}

TEST_CASE("two agents that have the same address are two callers") {
    World world;
    const auto stop = world.running.run({&*world.service});
    TcpPeer first(world.port());
    TcpPeer second(world.port());
    REQUIRE(first.send(frame(3, batch(1).SerializeAsString())));
    CHECK(next_ack(first).seq() == 1);
    auto other = batch(1);
    other.set_instance(std::string(16, '\x01'));
    REQUIRE(second.send(frame(3, other.SerializeAsString())));
    CHECK(next_ack(second).seq() == 1);
    REQUIRE(eventually([&] { return world.written() >= 2; }));
    CHECK(
        world.database->sql("SELECT caller, succ_cnt FROM ServerCallStatus ORDER BY caller") ==
        "2130706433\t5\n"
        "4043374849\t5\n"  // 241.1.1.1
    );
    CHECK(world.running.count("lars_reporter_callers_renamed") == 1);

    // The first one goes, and the other has the address to itself.
    first.close();
    const auto alone = [&] {
        other.set_seq(other.seq() + 1);
        REQUIRE(second.send(frame(3, other.SerializeAsString())));
        CHECK(next_ack(second).seq() == other.seq());
        return world.running.count("lars_reporter_callers_renamed") == 0;
    };
    CHECK(eventually(alone));
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
    CHECK(world.rows() == "1\t1\t3232235953\t7777\t2130706433\t5\t2\t1\t0\n");
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
        world.migrate();
        REQUIRE(eventually([&] { return world.written() == 1; }));
        REQUIRE(agent.send(kTwoResults));
        REQUIRE(eventually([&] { return world.running.count("lars_reporter_reports_total") == 2; })
        );
    }
    CHECK(world.running.ended == runtime::Runtime::Ended::drained);
    CHECK(world.written() == 3);
}

TEST_CASE("calls are in the history once, in their minute, with latencies; also of IPv6") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world(kind);
    world.migrate();
    const auto stop = world.running.run({&*world.service});
    const auto now = std::time(nullptr);
    auto request = batch(1);
    request.set_ts(static_cast<std::uint32_t>(now));
    request.mutable_results(0)->add_latency_buckets(4);
    request.mutable_results(0)->set_latency_sum_us(100);
    request.mutable_results(0)->set_overloaded_ms(30);
    auto& six = *request.add_results();
    six.set_address(std::string(16, 'a'));
    six.set_port(80);
    six.set_succ(1);
    TcpPeer agent(world.port());
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
        request.set_seq(sequence);
        request.set_more(true);
        REQUIRE(agent.send(frame(3, request.SerializeAsString())));
        request.set_more(false);
        REQUIRE(agent.send(frame(3, request.SerializeAsString())));
        CHECK(next_ack(agent).seq() == sequence);
    }
    CHECK(
        world.database->sql("SELECT SUM(succ), SUM(err), SUM(b0), SUM(latency_sum_us),"
                            " SUM(overloaded_ms), COUNT(DISTINCT address) FROM CallHistory"
        ) == "36\t12\t24\t600\t180\t2\n"
    );
    CHECK(
        world.database->sql(
            "SELECT COUNT(*) FROM CallHistory WHERE start % 60 <> 0 OR start > " +
            std::to_string(now) + " OR start <= " + std::to_string(now - 60)
        ) == "0\n"
    );
}

TEST_CASE("a batch that finds no room is to be sent again, and nothing is lost") {
    World world("mariadb", 3);
    world.migrate();
    const auto stop = world.running.run({&*world.service});
    shared_mariadb().kill();
    TcpPeer first(world.port());
    TcpPeer second(world.port());
    auto request = batch(1);
    *request.add_results() = request.results(0);
    REQUIRE(first.send(frame(3, request.SerializeAsString())));
    REQUIRE(eventually([&] { return world.waiting() == 2; }));
    request.set_instance(std::string(16, 'j'));
    REQUIRE(second.send(frame(3, request.SerializeAsString())));
    const auto refused = next_ack(second);
    CHECK(refused.seq() == 0);
    CHECK(refused.retry_ms() > 0);
    shared_mariadb().start();
    CHECK(next_ack(first).seq() == 1);
    REQUIRE(second.send(frame(3, request.SerializeAsString())));
    CHECK(next_ack(second).seq() == 1);
    CHECK(world.database->sql("SELECT SUM(succ), SUM(err) FROM CallHistory") == "20\t8\n");
    CHECK(world.waiting() == 0);
    CHECK(world.running.count("lars_reporter_refused_batches_total") == 1);
}
