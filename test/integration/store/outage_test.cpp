#include "session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <iterator>

using namespace lars;
using namespace lars::test;

namespace {

/// Takes connections and says nothing.
class SilentServer {
public:
    SilentServer() : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {}
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace

TEST_CASE("a store recovers by itself after its server was killed and started") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    shared_mariadb().kill();
    for (int i = 0; i < 2; ++i) {
        const auto table = session(session.feed.snapshot());
        REQUIRE_FALSE(table);
        CHECK(table.error().kind == store::ErrorKind::unavailable);
    }
    shared_mariadb().start();
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->routes.size() == 1);
}

TEST_CASE("of several hosts one that is silent or dead is passed by, and costs no descriptor") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    auto url = session.database->url();
    const SilentServer silent;
    url.hosts.insert(url.hosts.begin(), {{"127.0.0.1", silent.port()}, {"127.0.0.1", 1}});
    const store::Options options{.connect_timeout = std::chrono::milliseconds(50)};
    const auto open_files = [] {
        std::filesystem::directory_iterator all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    const auto before = open_files();
    for (int i = 0; i < 5; ++i) {
        const auto other = store::make_database(session.context.get_executor(), url, options);
        store::ChangeFeed feed(*other);
        CHECK(session(feed.latest()));
        CHECK(session(feed.latest()));
    }
    CHECK(open_files() <= before + 1);
}

TEST_CASE("a wrong password is refused, and isn't printed") {
    Session session("mariadb");
    auto url = session.database->url();
    url.password = "not-the-password";
    const auto other = store::make_database(session.context.get_executor(), url);
    store::ChangeFeed feed(*other);
    const auto version = session(feed.latest());
    REQUIRE_FALSE(version);
    CHECK(version.error().kind == store::ErrorKind::refused);
    CHECK(version.error().message.find("not-the-password") == std::string::npos);
}

TEST_CASE("an operation that waits for a lock blocks no thread, and ends with its timeout") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    const store::Options impatient{.timeout = std::chrono::milliseconds(300)};
    auto& context = session.context;
    const auto other = session.connect(impatient);
    store::RouteEdits edits(*other);
    const TempDir directory;
    Subprocess holder(
        {"mariadb",
         "--no-defaults",
         "--host=127.0.0.1",
         "--user=lars",
         "--port=" + std::to_string(session.database->url().hosts[0].port),
         "lars_dns",
         "-e",
         "START TRANSACTION; SELECT version FROM RouteVersion FOR UPDATE; DO SLEEP(3)"},
        directory.file("holder"),
        {{"MYSQL_PWD", shared_mariadb().password()}}
    );
    REQUIRE(holder.running());
    int ticks = 0;
    const auto count_ticks = [&]() -> boost::asio::awaitable<void> {
        boost::asio::steady_timer timer(context);
        for (; ticks < 5; ++ticks) {
            timer.expires_after(std::chrono::milliseconds(10));
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    };
    boost::asio::co_spawn(context, count_ticks(), boost::asio::use_future);
    std::vector<store::RouteRow> rows{{{1, 1}, Endpoint::from_ipv4(7, 80)}};
    bool waited = false;
    while (!waited && holder.running()) {
        const auto done = session(edits.put(rows));
        waited = !done && done.error().kind == store::ErrorKind::unavailable;
    }
    CHECK(waited);
    CHECK(ticks == 5);
}

TEST_CASE("a directory that doesn't exist is named") {
    boost::asio::io_context context(1);
    const auto url = *store::parse_url("sqlite:///nowhere/at/all/lars.db");
    const auto database = store::make_database(context.get_executor(), url);
    store::ChangeFeed feed(*database);
    const auto version = await(context, feed.latest());
    REQUIRE_FALSE(version);
    CHECK(version.error().message.find("/nowhere/at/all/lars.db") != std::string::npos);
}

TEST_CASE("a store that goes in the middle of an operation leaves nothing behind") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    {
        boost::asio::io_context context(1);
        const auto doomed = store::make_database(context.get_executor(), session.database->url());
        store::ChangeFeed feed(*doomed);
        boost::asio::co_spawn(context, feed.snapshot(), boost::asio::use_future);
        context.poll();
    }
    CHECK(session(session.feed.snapshot()));
}
