#pragma once

#include "store/alarms.hpp"
#include "store/call_history.hpp"
#include "store/call_status.hpp"
#include "store/change_feed.hpp"
#include "store/leases.hpp"
#include "store/named_routes.hpp"
#include "store/policies.hpp"
#include "store/route_edits.hpp"
#include "store/route_splits.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

/// What a failing REQUIRE(result) prints.
template <class T>
struct Catch::StringMaker<lars::store::Result<T>> {
    static std::string convert(const lars::store::Result<T>& result) {
        return result ? "a value" : result.error().message;
    }
};

namespace lars::test {

/// A row that says nothing of zone and tags, as it is read.
inline store::RouteRow listed(store::RouteRow row) {
    if (!row.zone) row.zone = "";
    if (!row.tags) row.tags = "";
    return row;
}

/// A database, one connection to it, and what the store does on it, awaited.
class Session {
public:
    explicit Session(const std::string& kind) : database(make_database(kind)) {}

    template <class T>
    store::Result<T> operator()(boost::asio::awaitable<store::Result<T>> operation) {
        return await(context, std::move(operation));
    }

    /// Another connection to the same database.
    std::unique_ptr<store::Database> connect(const store::Options& options = {}) {
        return store::make_database(context.get_executor(), database->url(), options);
    }

    std::string sql(const std::string& text) { return database->sql(text); }
    void insert(int modid, std::uint32_t ip, int port) {
        sql("INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (" +
            std::to_string(modid) + ", 1, " + std::to_string(ip) + ", " + std::to_string(port) +
            ")");
    }

    std::unique_ptr<Database> database;
    boost::asio::io_context context{1};
    std::unique_ptr<store::Database> connection = connect();
    store::Schema schema{*connection};
    store::ChangeFeed feed{*connection};
    store::RouteEdits edits{*connection};
    store::RouteSplits splits{*connection};
    store::Names names{*connection};
    store::NamedRoutes named_routes{*connection};
    store::Policies policies{*connection};
    store::CallStatus status{*connection};
    store::CallHistory history{*connection};
    store::Leases leases{*connection};
    store::Alarms alarms{*connection};
};

}  // namespace lars::test
