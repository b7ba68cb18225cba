#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"
#include "store/result.hpp"
#include "store/url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace lars::store {

/// One row of RouteData.
struct RouteRow {
    ModuleId module;
    Endpoint endpoint;

    friend auto operator<=>(const RouteRow&, const RouteRow&) = default;
};

/// All routes at one version, canonical, sorted by module.
struct RouteTable {
    std::uint64_t version = 0;
    std::vector<Route> routes;
    std::size_t skipped = 0;  ///< rows with an id or port out of range
};

/// What changed after a version: the modules' routes as they are now; one that has no row left
/// comes with no endpoints.
struct RouteChanges {
    std::uint64_t version = 0;
    std::vector<Route> routes;
    std::size_t skipped = 0;
    /// The log doesn't reach back to the version asked for, or the version has gone backwards:
    /// load everything.
    bool reload = false;
};

struct SchemaStatus {
    int version = 0;        ///< migrations applied
    int latest = 0;         ///< that this build knows
    bool triggers = false;  ///< the change feed's triggers are all there
};

/// One row of ServerCallStatus.
struct StatusRow {
    ModuleId module;
    Endpoint endpoint;
    std::uint32_t caller = 0;  ///< IPv4, host order
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;
    std::uint32_t timestamp = 0;  ///< seconds since 1970
    bool overload = false;

    friend bool operator==(const StatusRow&, const StatusRow&) = default;
};

/// Routes and statistics in one database.
///
/// Belongs to one executor, takes one operation at a time, and connects by itself at the first one
/// and after a lost connection. No operation blocks the executor's thread. Every operation ends
/// within `Options::timeout` and can be cancelled; whatever was begun is then rolled back.
class Store {
public:
    virtual ~Store() = default;

    /// Brings any older schema up, the original's too. May need more privilege than the rest.
    virtual boost::asio::awaitable<Result<SchemaStatus>> migrate() = 0;
    virtual boost::asio::awaitable<Result<SchemaStatus>> inspect() = 0;

    /// The one small row that tells whether anything changed.
    virtual boost::asio::awaitable<Result<std::uint64_t>> version() = 0;
    virtual boost::asio::awaitable<Result<RouteTable>> load_all() = 0;
    virtual boost::asio::awaitable<Result<RouteChanges>> changes_since(std::uint64_t version) = 0;

    /// Rows of one module, or of all; sorted.
    virtual boost::asio::awaitable<Result<std::vector<RouteRow>>> list(
        std::optional<ModuleId> module
    ) = 0;
    /// All or nothing. Answers how many rows are new or gone; rows already there, or already gone,
    /// are no error.
    virtual boost::asio::awaitable<Result<std::size_t>> add(std::vector<RouteRow> rows) = 0;
    virtual boost::asio::awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows) = 0;

    /// Sets each row, by its first five columns. All or nothing.
    virtual boost::asio::awaitable<Result<void>> write_status(std::vector<StatusRow> rows) = 0;
    virtual boost::asio::awaitable<Result<std::vector<StatusRow>>> read_status(
        std::optional<ModuleId> module
    ) = 0;
};

struct Options {
    std::chrono::milliseconds timeout{10'000};
};

/// Opens nothing yet: an unreachable database is the first operation's error.
std::unique_ptr<Store> make_store(
    boost::asio::any_io_executor executor, const Url& url, const Options& options = {}
);

}  // namespace lars::store
