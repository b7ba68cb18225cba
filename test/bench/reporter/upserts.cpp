#include "upserts.hpp"

#include "store/history_sql.hpp"
#include "support/await.hpp"

#include <stdexcept>

namespace lars::bench {
namespace {

template <class T>
void check(const store::Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

}  // namespace

Upserts::Upserts(const store::Url& url) : connection_(context_.get_executor(), url) {
    check(test::await(context_, connection_.open(std::chrono::seconds(5))));
}

void Upserts::add(const std::vector<store::CallRow>& rows, std::size_t rows_in_transaction) {
    auto future =
        boost::asio::co_spawn(context_, write(rows, rows_in_transaction), boost::asio::use_future);
    context_.restart();
    context_.run();
    future.get();
}

void Upserts::add_one_by_one(const std::vector<store::CallRow>& rows) {
    auto future = boost::asio::co_spawn(context_, write_one_by_one(rows), boost::asio::use_future);
    context_.restart();
    context_.run();
    future.get();
}

boost::asio::awaitable<void> Upserts::write(
    const std::vector<store::CallRow>& rows, std::size_t rows_in_transaction
) {
    const std::string begin = "START TRANSACTION";
    const std::string commit = "COMMIT";
    for (std::size_t done = 0; done < rows.size();) {
        const auto begun = co_await connection_.run(begin);
        check(begun);
        const auto end = std::min(rows.size(), done + rows_in_transaction);
        while (done < end) {
            const auto count = store::sql::rows_at_once(end - done);
            store::Parameters parameters;
            for (std::size_t i = done; i < done + count; ++i) store::encode(rows[i], parameters);
            const auto sql = store::sql::add_calls(store::sql::kMariadb, count);
            const auto added = co_await connection_.change(sql, std::move(parameters));
            check(added);
            done += count;
        }
        const auto committed = co_await connection_.run(commit);
        check(committed);
    }
}

boost::asio::awaitable<void> Upserts::write_one_by_one(const std::vector<store::CallRow>& rows) {
    const std::string ping = "DO 0";
    const auto sql = store::sql::add_calls(store::sql::kMariadb, 1);
    for (const auto& row : rows) {
        const auto pinged = co_await connection_.run(ping);
        check(pinged);
        store::Parameters parameters;
        store::encode(row, parameters);
        const auto added = co_await connection_.change(sql, std::move(parameters));
        check(added);
    }
}

}  // namespace lars::bench
