#include "store/engine/transaction.hpp"

namespace lars::store {
namespace {

Awaitable<> roll_back(Connection& connection) {
    if (!connection.is_open()) co_return;
    try {
        co_await connection.run("ROLLBACK");
    } catch (const Failure&) {
        connection.close();
    }
}

Awaitable<> run_and_commit(Connection& connection, Mode mode, Job& job) {
    const auto begin = connection.dialect().begin(mode);
    for (const auto& sql : begin) co_await connection.run(sql);
    co_await job.run(connection);
    if (!begin.empty()) co_await connection.run("COMMIT");
}

}  // namespace

Awaitable<Result<void>> run_in_transaction(Connection& connection, Mode mode, Job& job) {
    std::optional<Error> error;
    try {
        co_await run_and_commit(connection, mode, job);
    } catch (const Failure& failure) {
        error = failure.error();
    } catch (...) {
        connection.close();
        throw;
    }
    if (!error) co_return Result<void>();
    co_await roll_back(connection);
    co_return std::move(*error);
}

}  // namespace lars::store
