#include "batch_sender.hpp"
#include "figures.hpp"
#include "process.hpp"
#include "reporter_process.hpp"
#include "support/free_port.hpp"
#include "upserts.hpp"

#include <cstdio>
#include <thread>

// What of the database's speed is left with a reporter before it: rows of call history that agents
// send, committed and acknowledged, beside the same rows in the same transactions from a bare
// connection. Each row has a key of its own, so nothing is merged away.
namespace {

using namespace lars;
using namespace std::chrono_literals;

constexpr std::size_t kAgents = 100;

/// The calls of one second.
std::vector<store::CallRow> rows_of(std::size_t count, store::UnixTime second) {
    std::vector<store::CallRow> rows;
    for (std::size_t i = 0; i < count; ++i) {
        store::CallRow row;
        row.module = {static_cast<std::int32_t>(i / 100) + 1, 1};
        row.endpoint = Endpoint::from_ipv4(0x0A000000U + static_cast<std::uint32_t>(i), 7'000);
        row.start = second;
        row.sums.successes = 90 + i % 10;
        row.sums.failures = i % 3;
        row.sums.latency_sum_us = 400 * row.sums.successes;
        row.sums.buckets[2] = row.sums.successes - 10;
        row.sums.buckets[3] = 10;
        rows.push_back(row);
    }
    return rows;
}

int run(const bench::Settings& settings) {
    const int rounds = settings.number("--rounds", settings.quick ? 2 : 7);
    const auto count =
        static_cast<std::size_t>(settings.number("--rows", settings.quick ? 2'000 : 50'000));
    const int seconds = settings.number("--repeats", settings.quick ? 2 : 6);
    const int connections = settings.number("--connections", 2);
    bench::Database database({
        "--innodb-buffer-pool-size=1G",
        "--innodb-log-file-size=512M",
        "--innodb-flush-log-at-trx-commit=1",
    });
    const auto& password = database.server.password();
    bench::ReporterProcess reporter(
        database.url(),
        password,
        {"--flush-interval",
         "100ms",
         "--status-interval",
         "1h",
         "--connections",
         std::to_string(connections)}
    );
    reporter.start();
    auto url = store::parse_url(database.url()).value();
    url.password = password;
    bench::Upserts upserts(url);
    bench::BatchSenders senders(reporter.port(), kAgents);
    senders.send(rows_of(count, store::unix_now()));
    std::this_thread::sleep_for(settings.quick ? 1s : 5s);  // rows of status, once

    auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) - 45min;
    bench::Figures figures("reporter");
    for (int round = 0; round < rounds; ++round) {
        std::fprintf(stderr, "\rround %d of %d ", round + 1, rounds);
        // The first of the seconds makes the minute's rows, the others add to them.
        double bare = 0;
        const auto bare_before = bench::cpu_us(database.id());
        now += 1min;
        for (int second = 0; second < seconds; ++second) {
            const auto rows = rows_of(count, now + second * 1s);
            auto aligned = rows;
            for (auto& row : aligned) row.start = now;
            const auto begun = std::chrono::steady_clock::now();
            // As the reporter deals the rows out to its connections.
            upserts.add(aligned, count / static_cast<std::size_t>(connections));
            bare += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        }
        const auto bare_cpu = bench::cpu_us(database.id()) - bare_before;
        double reported = 0;
        now += 1min;
        const auto reporter_before = bench::cpu_us(reporter.id());
        const auto database_before = bench::cpu_us(database.id());
        for (int second = 0; second < seconds; ++second) {
            reported += senders.send(rows_of(count, now + second * 1s));
        }
        const auto reporter_cpu = bench::cpu_us(reporter.id()) - reporter_before;
        const auto database_cpu = bench::cpu_us(database.id()) - database_before;
        const auto few = rows_of(settings.quick ? 20 : 500, now + 1min);
        now += 1min;
        const auto begun = std::chrono::steady_clock::now();
        upserts.add_one_by_one(few);
        const std::chrono::duration<double> singly = std::chrono::steady_clock::now() - begun;

        const auto rows = double(count) * seconds;
        const auto reported_rate = rows / reported;
        figures.add("bare_rows_per_second", rows / bare);
        figures.add("rows_per_second", reported_rate);
        figures.add("upsert_ratio", bare / reported);
        figures.add("cpu_us_per_result", (reporter_cpu + database_cpu) / rows);
        figures.add("reporter_cpu_us_per_result", reporter_cpu / rows);
        figures.add("bare_database_cpu_us_per_row", bare_cpu / rows);
        figures.add("one_by_one_rows_per_second", double(few.size()) / singly.count());
        figures.add("row_at_a_time_ratio", reported_rate * singly.count() / double(few.size()));
    }
    std::fprintf(stderr, "\n");
    std::printf(
        "%zu agents, %zu rows a second of its own key each, %d seconds a sample, samples "
        "interleaved;\nMariaDB with innodb_flush_log_at_trx_commit=1, an fsync for each commit, "
        "and a 1 GiB buffer pool;\nwithout rows of ServerCallStatus, of which each key has one "
        "in 10 s\n",
        kAgents,
        count,
        seconds
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("reporter", [=] {
        return run(
            bench::parse_settings(argc, argv, {"--rounds", "--rows", "--repeats", "--connections"})
        );
    });
}
