#include "store/named_routes.hpp"

#include "store/edit.hpp"

namespace lars::store {
namespace {

Awaitable<NamedModule> find_or_make(
    Connection& connection, const std::string& name, const NamedRows& rows, NamedPutCount& done
) {
    const auto found = co_await find_name(connection, name);
    if (found) {
        if (!rows.module || *rows.module == found->module) co_return *found;
        throw Failure(
            ErrorKind::invalid,
            name + " is module " + to_string(found->module) + ", not " + to_string(*rows.module)
        );
    }
    auto adding = add_name(connection, name, rows.module);
    const auto made = co_await std::move(adding);
    done.made.push_back(made.named);
    co_return made.named;
}

Awaitable<NamedPutCount> put_named(
    Connection& connection,
    const std::vector<RouteRow>& given,
    const RowsByName& named,
    const Progress& progress
) {
    NamedPutCount done;
    co_await lock_routes(connection);
    auto all = given;
    for (const auto& [name, rows] : named) {
        const auto module = co_await find_or_make(connection, name, rows, done);
        for (auto row : rows.rows) {
            row.module = module.module;
            all.push_back(row);
        }
    }
    done.count = co_await put_routes(connection, all, progress);
    co_return done;
}

}  // namespace

Awaitable<Result<NamedPutCount>> NamedRoutes::put(
    std::vector<RouteRow> rows, RowsByName named, Progress progress
) {
    return database_.run(
        Mode::write, put_named, std::move(rows), std::move(named), std::move(progress)
    );
}

}  // namespace lars::store
