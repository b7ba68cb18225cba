#include "sqlite_routes.hpp"

#include "store/route_edits.hpp"
#include "store/schema.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <functional>
#include <stdexcept>

namespace lars::bench {
namespace {

template <class T>
void run_on(
    const store::Url& url,
    const std::function<boost::asio::awaitable<store::Result<T>>(store::Database&)>& operation
) {
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), url);
    auto answer = boost::asio::co_spawn(context, operation(*store), boost::asio::use_future);
    context.run();
    const auto result = answer.get();
    if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace

SqliteRoutes::SqliteRoutes() {
    run_on<store::SchemaStatus>(url(), [](store::Database& each) {
        return store::Schema(each).migrate();
    });
}

store::Url SqliteRoutes::url() const {
    return *store::parse_url("sqlite://" + directory_.file("lars.db"));
}

void SqliteRoutes::add(std::vector<store::RouteRow> rows) {
    run_on<store::PutCount>(url(), [&rows](store::Database& each) {
        return store::RouteEdits(each).put(rows);
    });
}

std::vector<store::RouteRow> example_rows(int count, int endpoints) {
    std::vector<store::RouteRow> rows;
    for (std::int32_t modid = 1; modid <= count; ++modid) {
        for (int i = 0; i < endpoints; ++i) {
            const auto address = 0xC0A80001 + static_cast<std::uint32_t>(i);
            rows.push_back({ModuleId{modid, 1}, Endpoint::from_ipv4(address, 7777)});
        }
    }
    return rows;
}

}  // namespace lars::bench
