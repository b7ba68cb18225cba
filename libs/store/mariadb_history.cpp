#include "store/history_sql.hpp"
#include "store/mariadb_store.hpp"

namespace lars::store {
namespace {

// An hour of 100,000 endpoints has millions of rows, which one statement sums up.
constexpr auto kSumTimeout = std::chrono::minutes(10);

}  // namespace

MariadbStore::Awaited<std::vector<bool>> MariadbStore::do_write_calls() {
    const auto batches = calls_;
    const auto begun = co_await begin_calls();
    if (!begun) co_return begun.error();
    const auto fresh = co_await advance_instances();
    if (!fresh) co_return fresh.error();
    const auto rows = merged_rows(*batches, *fresh);
    const auto noted = co_await note_due(hours_of(rows), HistoryLevel::hour);
    if (!noted) co_return noted.error();
    for (std::size_t done = 0; done < rows.size();) {
        const auto count = sql::rows_at_once(rows.size() - done);
        Parameters parameters;
        for (std::size_t i = done; i < done + count; ++i) encode(rows[i], parameters);
        const auto sql = sql::add_calls(sql::kMariadb, count);
        const auto added = co_await connection_.change(sql, std::move(parameters));
        if (!added) co_return added.error();
        done += count;
    }
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return fresh;
}

// Only what is written is locked, and not the gaps beside it, in which others write, too.
MariadbStore::Awaited<void> MariadbStore::begin_calls() {
    const std::string level = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    const auto set = co_await connection_.run(level);
    if (!set) co_return set.error();
    co_return co_await connection_.run("START TRANSACTION");
}

// First, so that a batch which two reporters have is added by one of them, after the other. All
// writers go through the instances in their order, and then through the rows in theirs.
MariadbStore::Awaited<std::vector<bool>> MariadbStore::advance_instances() {
    const auto batches = calls_;
    const auto instances = last_of_each(*batches);
    const auto now = unix_now();
    TextTable progress;
    for (std::size_t done = 0; done < instances.size();) {
        const auto count = sql::rows_at_once(instances.size() - done);
        Parameters advanced;
        Parameters asked;
        for (std::size_t i = done; i < done + count; ++i) {
            advanced.add(instances[i].instance).add(instances[i].sequence).add(to_number(now));
            asked.add(instances[i].instance);
        }
        const auto advance = sql::advance(sql::kMariadb, count);
        const auto changed = co_await connection_.change(advance, std::move(advanced));
        if (!changed) co_return changed.error();
        const auto ask = sql::progress(count);
        const auto before = co_await connection_.query_text(ask, std::move(asked));
        if (!before) co_return before.error();
        progress.columns = before->columns;
        progress.values.insert(progress.values.end(), before->values.begin(), before->values.end());
        done += count;
    }
    co_return new_batches(*batches, progress);
}

MariadbStore::Awaited<void> MariadbStore::note_due(
    std::vector<UnixTime> starts, HistoryLevel level
) {
    if (starts.empty()) co_return Result<void>();
    Parameters parameters;
    for (const auto start : starts) {
        parameters.add(to_number(UnixTime(length_of(level)))).add(to_number(start));
    }
    const auto sql = sql::note_due(sql::kMariadb, starts.size());
    const auto noted = co_await connection_.change(sql, std::move(parameters));
    if (!noted) co_return noted.error();
    co_return Result<void>();
}

MariadbStore::Awaited<std::vector<CallRow>> MariadbStore::do_read_history() {
    const auto query = history_query_;
    const auto sql = sql::read_history(query);
    auto parameters = sql::encode(query);
    const auto table = co_await connection_.query_text(sql, std::move(parameters));
    if (!table) co_return table.error();
    co_return sql::decode_history(*table, query);
}

// Whoever writes to the period has noted it before, in the same transaction: the deletion waits
// for that one and then sums its rows, too; a later one notes the period again.
MariadbStore::Awaited<bool> MariadbStore::do_roll_up() {
    std::vector<std::uint64_t> moment{to_number(now_)};
    const std::string oldest = sql::kOldestDue;
    const auto due = co_await connection_.query(oldest, std::move(moment));
    if (!due) co_return due.error();
    if (due->rows() == 0) co_return false;
    const auto length = due->values[0];
    const auto start = due->values[1];
    const auto level = level_of_length(length);
    const auto begun = co_await begin_calls();
    if (!begun) co_return begun.error();
    std::vector<std::uint64_t> period{length, start};
    const std::string forget = sql::kForgetDue;
    const auto forgotten = co_await connection_.query(forget, std::move(period));
    if (!forgotten) co_return forgotten.error();
    if (level == HistoryLevel::hour) {
        const auto day = begin_of(HistoryLevel::day, UnixTime(std::chrono::seconds(start)));
        std::vector<UnixTime> days{day};
        const auto noted = co_await note_due(std::move(days), HistoryLevel::day);
        if (!noted) co_return noted.error();
    }
    connection_.set_timeout(kSumTimeout);
    std::vector<std::uint64_t> range{start, start, start + length};
    const auto sum_up = sql::sum_up(sql::kMariadb, level);
    const auto summed = co_await connection_.query(sum_up, std::move(range));
    if (!summed) co_return summed.error();
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return true;
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_prune_history() {
    std::size_t removed = 0;
    for (const auto& old : old_rows(retention_, now_)) {
        const auto sql = "DELETE FROM " + old.table + " WHERE " + old.column + " < ? LIMIT " +
                         std::to_string(kPruneAtOnce);
        std::vector<std::uint64_t> parameters{to_number(old.before)};
        const auto done = co_await connection_.query(sql, std::move(parameters));
        if (!done) co_return done.error();
        removed += connection_.changed();
    }
    co_return removed;
}

MariadbStore::Awaited<bool> MariadbStore::do_take_lease() {
    const auto duty = lease_.duty;
    const auto holder = lease_.holder;
    const auto length = std::chrono::microseconds(lease_.length).count();
    std::vector<std::string> texts{duty};
    const auto found = sql::found_lease(sql::kMariadb);
    const auto there = co_await connection_.query(found, {}, std::move(texts));
    if (!there) co_return there.error();
    std::vector<std::uint64_t> numbers{static_cast<std::uint64_t>(length)};
    std::vector<std::string> words{holder, duty, holder};
    const auto renew = sql::renew_lease(sql::kMariadb);
    const auto renewed = co_await connection_.query(renew, std::move(numbers), std::move(words));
    if (!renewed) co_return renewed.error();
    co_return connection_.changed() > 0;
}

}  // namespace lars::store
