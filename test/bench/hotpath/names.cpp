#include "datagrams.hpp"
#include "figures.hpp"
#include "learning.hpp"
#include "messages.hpp"
#include "process.hpp"
#include "scrape.hpp"
#include "server.hpp"
#include "support/free_port.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"
#include "upstream.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

// Ten thousand names: lars-dns on SQLite, and an agent whose client says all of them.
namespace {

using namespace lars;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kSettle = 500ms;
constexpr auto kLook = 5ms;
constexpr auto kTimeout = 120s;
constexpr const char* kDnsNames = "lars_dns_name_subscriptions";

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

class Names {
public:
    Names(const bench::Settings& settings, bench::Figures& figures)
        : names_(settings.number("--names", settings.quick ? 300 : 10'000)),
          unknown_(settings.number("--unknown", settings.quick ? 1'000 : 100'000)),
          figures_(figures),
          agent_(start_all()) {}

    void run() {
        bench::learn_modules(agent_.ports(), 1, names_);
        const auto without = settled_kib();
        const auto begin = Clock::now();
        bench::learn_names(agent_.ports(), 1, names_);
        figures_.add("learn_s", seconds_since(begin));
        figures_.add("bytes_per_name", (settled_kib() - without) * 1024 / names_);
        wait_for_dns_to_know();

        dns_.reset();
        const auto restarted = Clock::now();
        start_dns();
        wait_for_dns_to_know();
        figures_.add("relearn_after_restart_s", seconds_since(restarted));
        ask_for_unknown();
        std::printf("%d names, and %d that don't exist\n", names_, unknown_);
    }

private:
    void lars(std::vector<std::string> words) const {
        words.insert(words.begin(), bench::program("lars"));
        const auto done = test::run_program(words, {{"LARS_STORE", store_}});
        if (done.status != 0) throw std::runtime_error(done.output);
    }

    bench::Server start_all() {
        fill_store();
        start_dns();
        const auto port = static_cast<std::uint16_t>(dns_port_);
        return bench::start_agent(port, {"--admin", "127.0.0.1:0"});
    }

    void fill_store() {
        lars({"store", "migrate"});
        const auto path = directory_.file("routes.csv");
        std::ofstream csv(path);
        csv << "modid,cmdid,host,port,name\n";
        for (int i = 1; i <= names_; ++i) {
            csv << i << ",1,10.0.0.1,80," << bench::example_name({i, 1}) << '\n';
        }
        csv.close();
        const auto begin = Clock::now();
        lars({"route", "import", path});
        figures_.add("import_s", seconds_since(begin));
    }

    void start_dns() {
        dns_ = std::make_unique<test::Subprocess>(
            std::vector<std::string>{
                bench::program("lars-dns"),
                "--store",
                store_,
                "--listen",
                "127.0.0.1:" + std::to_string(dns_port_),
                "--admin",
                "127.0.0.1:" + std::to_string(dns_admin_port_)},
            directory_.file("dns")
        );
    }

    double settled_kib() const {
        std::this_thread::sleep_for(kSettle);
        return bench::memory_kib(agent_.id(), "VmRSS");
    }

    double known_to_dns() const {
        try {
            return bench::value_of(
                bench::scrape(static_cast<std::uint16_t>(dns_admin_port_)), kDnsNames
            );
        } catch (const std::exception&) {
            return 0;  // it doesn't listen yet
        }
    }

    // The agent has asked for each of them, on its connection.
    void wait_for_dns_to_know() const {
        const auto end = Clock::now() + kTimeout;
        while (known_to_dns() < names_) {
            if (Clock::now() > end) throw std::runtime_error("dns isn't asked for all names");
            std::this_thread::sleep_for(kLook);
        }
    }

    void ask_for_unknown() {
        const auto before = settled_kib();
        bench::Datagrams datagrams;
        bench::Messages messages;
        const auto& ports = agent_.ports();
        for (int i = 0; i < unknown_; ++i) {
            const auto port = ports[static_cast<std::size_t>(i) % ports.size()];
            const auto name = "nobody-" + std::to_string(i);
            messages.get_host({0, 0}, 1, datagrams.to(port), name);
            datagrams.send();
            // One at a time: what a full buffer dropped wouldn't have been asked.
            if (datagrams.receive(1s).empty()) figures_.add("unanswered", 1);
        }
        figures_.add("unknown_mib_grown", (settled_kib() - before) / 1024);
        const auto metrics = bench::scrape(agent_.admin_port());
        double held = 0;
        for (std::size_t shard = 0; shard < ports.size(); ++shard) {
            const auto label = "{shard=\"" + std::to_string(shard) + "\"}";
            held += bench::value_of(metrics, "lars_agent_names_unknown" + label);
        }
        figures_.add("unknown_held", held);
        figures_.add("unknown_counted", bench::value_of(metrics, "lars_agent_unknown_names_total"));
        figures_.add("unknown_refused", bench::value_of(metrics, "lars_agent_names_refused_total"));
    }

    int names_;
    int unknown_;
    bench::Figures& figures_;
    test::TempDir directory_;
    const std::string store_ = "sqlite://" + directory_.file("lars.db");
    const int dns_port_ = test::free_port();
    const int dns_admin_port_ = test::free_port();
    std::unique_ptr<test::Subprocess> dns_;
    bench::Server agent_;
};

int run(const bench::Settings& settings) {
    bench::Figures figures("names");
    Names names(settings, figures);
    names.run();
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("names", [=] {
        return run(lars::bench::parse_settings(argc, argv, {"--names", "--unknown"}));
    });
}
