#include "reporter/service.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// Lets sessions that begin meanwhile have another time on the server: to them it stands still.
class ServerTime {
public:
    explicit ServerTime(std::chrono::seconds ahead) {
        shared_mariadb().sql(
            "SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + (" +
            std::to_string(ahead.count()) + ")'"
        );
    }
    ~ServerTime() { shared_mariadb().sql("SET GLOBAL init_connect = ''"); }
};

void add_minute(Database& database, const std::string& start) {
    database.sql(
        "INSERT INTO CallHistory(start, modid, cmdid, address, port, succ, err, latency_sum_us,"
        " overloaded_ms, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16,"
        " b17) VALUES (" +
        start +
        ", 1, 1, 'abcd', 80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
    );
}

/// A history with a minute of an hour ago, and one of three days before, that is old.
struct World {
    World(const std::string& kind, const std::string& ago) : database(make_database(kind)) {
        boost::asio::io_context context(1);
        const auto store = store::make_database(context.get_executor(), database->url());
        REQUIRE(await(context, store::Schema(*store).migrate()).has_value());
        add_minute(*database, ago + "3600");
        add_minute(*database, ago + "3 * 86400 - 3600");
    }
    std::string rows() { return database->sql("SELECT COUNT(*) FROM CallHistory WHERE succ = 1"); }

    std::unique_ptr<Database> database;
};

struct Reporter {
    explicit Reporter(const store::Url& store)
        : service(running.runtime, options(store), running.metrics, running.log),
          stop(running.run({&service})) {}

    static reporter::Options options(const store::Url& store) {
        reporter::Options options;
        options.listen = Endpoint::from_ipv4(0x7F000001, 0);
        options.store = store;
        return options;
    }
    /// A snapshot comes, of an agent whose clock is so far ahead of this machine's.
    void hear_of(std::chrono::seconds ahead) {
        ReportStatusRequest request;
        request.set_modid(1);
        request.set_cmdid(1);
        request.set_ts(static_cast<std::uint32_t>(store::to_number(store::unix_now() + ahead)));
        REQUIRE(agent.send(frame(ID_ReportStatusRequest, request.SerializeAsString())));
    }
    double pruned() const { return running.count("lars_reporter_rows_pruned_total"); }

    Running running;
    reporter::Service service;
    Running::Stop stop;
    TcpPeer agent{service.local().port};
};

}  // namespace

TEST_CASE("a reporter whose clock is far ahead removes nothing that isn't old by the database's") {
    World world("mariadb", "UNIX_TIMESTAMP() - 31 * 86400 - ");
    const ServerTime a_month_ago(-31 * 24h);
    Reporter reporter(world.database->url());
    reporter.hear_of(0s);
    REQUIRE(eventually([&] { return reporter.pruned() > 0; }));
    CHECK(world.rows() == "1\n");
    CHECK(reporter.running.count("lars_reporter_clock_difference_seconds") > 30 * 86'400);
}

// SQLite's clock is the reporter's.
TEST_CASE("a reporter whose agents say that its clock is far ahead removes nothing that isn't old"
) {
    World world("sqlite", "strftime('%s', 'now') - 31 * 86400 - ");
    Reporter reporter(world.database->url());
    reporter.hear_of(-31 * 24h);
    REQUIRE(eventually([&] { return reporter.pruned() > 0; }));
    CHECK(world.rows() == "1\n");
}
