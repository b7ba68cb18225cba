#include "reporter/service.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
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

}  // namespace

TEST_CASE("a reporter whose clock is far ahead removes nothing that isn't old by the database's") {
    const auto database = make_database("mariadb");
    {
        boost::asio::io_context context(1);
        const auto store = store::make_database(context.get_executor(), database->url());
        REQUIRE(await(context, store::Schema(*store).migrate()).has_value());
    }
    // By the database's clock of an hour ago, and of three days before that.
    add_minute(*database, "UNIX_TIMESTAMP() - 31 * 86400 - 3600");
    add_minute(*database, "UNIX_TIMESTAMP() - 34 * 86400 - 3600");
    const ServerTime a_month_ago(-31 * 24h);
    Running running;
    reporter::Options options;
    options.listen = Endpoint::from_ipv4(0x7F000001, 0);
    options.store = database->url();
    reporter::Service service(running.runtime, options, running.metrics, running.log);
    const auto stop = running.run({&service});
    REQUIRE(eventually([&] { return running.count("lars_reporter_rows_pruned_total") > 0; }));
    CHECK(database->sql("SELECT COUNT(*) FROM CallHistory") == "1\n");
    CHECK(database->sql("SELECT start > UNIX_TIMESTAMP() - 32 * 86400 FROM CallHistory") == "1\n");
    CHECK(running.count("lars_reporter_clock_difference_seconds") > 30 * 86'400);
}
