#include "store/engine/transaction.hpp"

#include "store/engine/sqlite/sqlite_connection.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"

#include <set>

using namespace lars;
using namespace lars::store;

namespace {

/// Notes what is said to it; the statements in `fails` fail.
class FakeConnection final : public Connection {
public:
    const Dialect& dialect() const override { return kSqliteDialect; }
    Awaitable<> run(std::string sql) override {
        said.push_back(sql);
        if (fails.contains(sql)) throw Failure(ErrorKind::conflict, sql + " failed");
        co_return;
    }
    Awaitable<Table> query(std::string sql, Parameters) override {
        co_await run(std::move(sql));
        co_return Table{1, {said.size()}};
    }
    Awaitable<TextTable> query_text(std::string sql, Parameters) override {
        co_await run(std::move(sql));
        co_return TextTable();
    }
    Awaitable<std::uint64_t> change(std::string sql, Parameters) override {
        co_await run(std::move(sql));
        co_return 1;
    }
    void set_timeout(std::chrono::milliseconds) override {}
    bool is_open() const override { return open; }
    void close() override { open = false; }

    std::vector<std::string> said;
    std::set<std::string> fails;
    bool open = true;
};

Awaitable<std::uint64_t> say(Connection& connection, const std::string& sql) {
    co_return co_await connection.change(sql);
}

Awaitable<> end_otherwise(Connection&) {
    throw std::runtime_error("cancelled");
    co_return;
}

using Say = Call<std::uint64_t, const std::string&>;
using Words = std::vector<std::string>;

struct Transaction {
    Result<void> operator()(Mode mode, Job& job) {
        return test::await(context, run_in_transaction(connection, mode, job));
    }

    boost::asio::io_context context{1};
    FakeConnection connection;
};

}  // namespace

TEST_CASE("an operation is begun and committed as its mode says") {
    Transaction run;
    Say job(say, "edit");
    REQUIRE(run(Mode::write, job).has_value());
    CHECK(run.connection.said == Words{"BEGIN IMMEDIATE", "edit", "COMMIT"});
    CHECK(*job.result() == 1);
    run.connection.said.clear();
    REQUIRE(run(Mode::read, job).has_value());
    CHECK(run.connection.said == Words{"edit"});
}

TEST_CASE("an operation that fails is rolled back, and can be run again") {
    Transaction run;
    run.connection.fails = {"edit"};
    Say job(say, "edit");
    const auto done = run(Mode::write, job);
    REQUIRE(done.has_error());
    CHECK(done.error().kind == ErrorKind::conflict);
    CHECK(run.connection.said == Words{"BEGIN IMMEDIATE", "edit", "ROLLBACK"});
    CHECK(run.connection.open);
    run.connection.fails.clear();
    CHECK(run(Mode::write, job).has_value());
}

TEST_CASE("a commit that fails is an error") {
    Transaction run;
    run.connection.fails = {"COMMIT"};
    Say job(say, "edit");
    CHECK(run(Mode::write, job).error().message == "COMMIT failed");
    CHECK(run.connection.said.back() == "ROLLBACK");
}

TEST_CASE("a connection on which nothing can be rolled back is closed") {
    Transaction run;
    run.connection.fails = {"edit", "ROLLBACK"};
    Say job(say, "edit");
    CHECK(run(Mode::write, job).error().message == "edit failed");
    CHECK_FALSE(run.connection.open);
}

TEST_CASE("on a connection that was lost nothing is rolled back") {
    Transaction run;
    run.connection.fails = {"BEGIN IMMEDIATE"};
    run.connection.open = false;
    Say job(say, "edit");
    CHECK(run(Mode::write, job).has_error());
    CHECK(run.connection.said == Words{"BEGIN IMMEDIATE"});
}

TEST_CASE("an operation that is cancelled takes its connection with it") {
    Transaction run;
    Call<void> job(end_otherwise);
    CHECK_THROWS(run(Mode::write, job));
    CHECK_FALSE(run.connection.open);
}
