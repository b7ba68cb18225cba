#include "upserts.hpp"

#include "store/call_sql.hpp"
#include "store/engine/bulk.hpp"
#include "support/await.hpp"

#include <algorithm>
#include <span>

namespace lars::bench {
Upserts::Upserts(const store::Url& url)
    : connection_(context_.get_executor(), url, store::Options{}) {
    connection_.set_timeout(std::chrono::seconds(5));
    test::await(context_, connection_.open());
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
    for (std::size_t done = 0; done < rows.size();) {
        const auto left = std::span(rows).subspan(done);
        const auto some = left.first(std::min(left.size(), rows_in_transaction));
        co_await connection_.run("START TRANSACTION");
        auto adding =
            store::change_rows<store::CallRow>(connection_, store::add_calls, some, store::encode);
        co_await std::move(adding);
        co_await connection_.run("COMMIT");
        done += some.size();
    }
}

boost::asio::awaitable<void> Upserts::write_one_by_one(const std::vector<store::CallRow>& rows) {
    const auto sql = store::add_calls(connection_.dialect(), 1);
    for (const auto& row : rows) {
        co_await connection_.run("DO 0");
        store::Parameters parameters;
        store::encode(row, parameters);
        co_await connection_.change(sql, std::move(parameters));
    }
}

}  // namespace lars::bench
