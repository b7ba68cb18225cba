#include "ack_loser.hpp"
#include "figures.hpp"
#include "reporter_process.hpp"
#include "sender.hpp"
#include "store/call_history.hpp"
#include "support/await.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <cstdio>
#include <thread>

// Promise 5: every call is in the history once. Many agents' real links tell two reporters of calls
// while the reporters are killed, the database is killed and stopped, and acknowledgements are
// lost. Then what was told and what is stored are compared, endpoint by endpoint.
namespace {

using namespace lars;
using namespace std::chrono_literals;

/// Breaks one thing after the other.
class Trouble {
public:
    Trouble(bench::Database& database, std::vector<bench::ReporterProcess*> reporters)
        : database_(database), reporters_(std::move(reporters)) {}

    void make(std::chrono::seconds length) {
        const auto end = std::chrono::steady_clock::now() + length;
        while (std::chrono::steady_clock::now() < end) {
            pause(500, 2'500);
            random_() % 2 == 0 ? break_reporter() : break_database();
            std::fprintf(
                stderr, "\r%d reporters killed, %d databases ", reporters_broken, databases_broken
            );
        }
        std::fprintf(stderr, "\n");
    }

    int reporters_broken = 0;
    int databases_broken = 0;

private:
    void pause(int min_ms, int max_ms) {
        const auto range = static_cast<unsigned>(max_ms - min_ms);
        std::this_thread::sleep_for(std::chrono::milliseconds(min_ms + int(random_() % range)));
    }
    void break_reporter() {
        auto& reporter = *reporters_[random_() % reporters_.size()];
        reporter.kill();
        ++reporters_broken;
        pause(0, 2'000);
        reporter.start();
    }
    void break_database() {
        random_() % 2 == 0 ? database_.server.kill() : database_.server.stop();
        ++databases_broken;
        pause(0, 3'000);
        database_.server.start();
    }

    bench::Database& database_;
    std::vector<bench::ReporterProcess*> reporters_;
    std::mt19937 random_{3};
};

bench::Told stored(const std::string& url, const std::string& password) {
    auto parsed = store::parse_url(url).value();
    parsed.password = password;
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), parsed);
    const auto now = store::unix_now();
    const store::HistoryQuery query{.from = now - 24h, .to = now + 1h, .by_endpoint = true};
    bench::Told all;
    for (const auto& row : test::await(context, store::CallHistory(*store).read(query)).value()) {
        all[{row.module, row.endpoint}] += row.sums;
    }
    return all;
}

int run(const bench::Settings& settings) {
    const std::chrono::seconds length(settings.number("--seconds", settings.quick ? 8 : 120));
    bench::Database database;
    bench::ReporterProcess first(database.url(), database.server.password());
    bench::ReporterProcess second(database.url(), database.server.password());
    first.start();
    second.start();

    test::Running running(1);
    bench::AckLoser first_relay(running.runtime, first.port(), 0.05, running.log);
    bench::AckLoser second_relay(running.runtime, second.port(), 0.05, running.log);
    bench::Senders::Options options;
    options.agents = settings.number("--agents", 50);
    options.interval = 200ms;
    options.called = 0.5;
    options.reporters = {first_relay.port(), second_relay.port()};
    bench::Senders senders(running.runtime, 0, options, running.metrics, running.log);
    Trouble trouble(database, {&first, &second});
    {
        const auto stop = running.run({&first_relay, &second_relay, &senders});
        trouble.make(length);
        senders.end_calls();
        first_relay.be_good();
        second_relay.be_good();
        const auto all = [&] { return senders.delivered() == options.agents; };
        if (!test::eventually(all, 120s)) throw std::runtime_error("not all was delivered");
    }

    const auto held = stored(database.url(), database.server.password());
    CallSums sent;
    CallSums found;
    std::size_t different = 0;
    for (const auto& [key, sums] : senders.told()) {
        sent += sums;
        const auto row = held.find(key);
        different += sums != (row == held.end() ? CallSums() : row->second);
    }
    for (const auto& [key, sums] : held) {
        found += sums;
        different += !senders.told().contains(key);
    }
    const auto lost = first_relay.lost() + second_relay.lost();
    std::printf(
        "%d agents, %zu endpoints, 2 reporters; sums are compared for each endpoint: calls by "
        "outcome,\nlatencies, their buckets, time overloaded\n",
        options.agents,
        senders.told().size()
    );
    bench::Figures figures("conservation");
    figures.add("seconds", double(length.count()));
    figures.add("calls_told", double(sent.calls()));
    figures.add("calls_stored", double(found.calls()));
    figures.add("difference", double(sent.calls()) - double(found.calls()));
    figures.add("endpoints_that_differ", double(different));
    figures.add("calls_given_up", running.count("lars_agent_calls_lost_total"));
    figures.add("reporters_killed", trouble.reporters_broken);
    figures.add("databases_killed_or_stopped", trouble.databases_broken);
    figures.add("acknowledgements_lost", double(lost));
    figures.print(settings);
    return different == 0 && sent == found ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("conservation", [=] {
        return run(bench::parse_settings(argc, argv, {"--seconds", "--agents"}));
    });
}
