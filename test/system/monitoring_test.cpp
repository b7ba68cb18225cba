#include "services.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace lars::test;

namespace {

const std::string kConfig = LARS_CONFIG;

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string scrape(int port) {
    TcpPeer peer(static_cast<std::uint16_t>(port));
    peer.send("GET /metrics HTTP/1.0\r\n\r\n");
    const auto answer = peer.receive_all();
    const auto head = answer.find("\r\n\r\n");
    return head == std::string::npos ? "" : answer.substr(head + 4);
}

/// dns, reporter and agent with calls to show.
class Monitored : public Services<MariadbServer> {
public:
    Monitored() {
        start_dns({"--admin", std::to_string(dns_admin)});
        start_reporter({"--admin", std::to_string(reporter_admin), "--endpoint-metrics", "10"});
        start_agent({"--admin", std::to_string(agent_admin), "--endpoint-metrics", "10"});
        database.sql(
            "INSERT INTO lars_dns.RouteData(modid, cmdid, serverip, serverport)"
            " VALUES (1, 1, 3232235953, 7777)"
        );
        REQUIRE(eventually([&] {
            return run_lars({"get-host", "1", "1"}, environment()).status == 0;
        }));
        const auto reported = run_lars(
            {"report", "1", "1", "192.168.1.177:7777", "--failed", "--latency", "3ms"},
            environment()
        );
        REQUIRE(reported.status == 0);
        REQUIRE(eventually([&] {
            return has(scrape(agent_admin), "lars_agent_module_calls_total") &&
                   has(scrape(reporter_admin), "lars_reporter_module_calls_total");
        }));
    }

    static bool has(const std::string& text, const std::string& name) {
        return text.find('\n' + name + '{') != std::string::npos ||
               text.find('\n' + name + ' ') != std::string::npos;
    }

    const int dns_admin = free_port();
    const int reporter_admin = free_port();
    const int agent_admin = free_port();
};

/// The names of our metrics in a text; those of recorded series have a colon.
std::set<std::string> metric_names(const std::string& text) {
    static const std::regex name("[a-z_:]*lars_[a-z0-9_:]+");
    std::set<std::string> names;
    const auto end = std::sregex_iterator();
    for (auto each = std::sregex_iterator(text.begin(), text.end(), name); each != end; ++each) {
        names.insert(each->str());
    }
    return names;
}

Finished promtool(const std::vector<std::string>& words) {
    std::vector<std::string> command{"promtool"};
    command.insert(command.end(), words.begin(), words.end());
    return run_program(command);
}

}  // namespace

TEST_CASE("promtool finds nothing wrong with what the services show") {
    Monitored world;
    const TempDir directory;
    for (const auto port : {world.dns_admin, world.reporter_admin, world.agent_admin}) {
        const auto path = directory.file("metrics");
        const auto text = scrape(port);
        std::ofstream(path) << text;
        const auto checked =
            run_program({"/bin/sh", "-c", "promtool check metrics < '" + path + "'"});
        CAPTURE(text, checked.output);
        CHECK(metric_names(text).size() > 10);
        CHECK(checked.status == 0);
        CHECK(checked.output.empty());
    }
}

TEST_CASE("each metric in the rules and on the dashboard is one that a service shows") {
    Monitored world;
    const auto shown = '\n' + scrape(world.dns_admin) + '\n' + scrape(world.reporter_admin) + '\n' +
                       scrape(world.agent_admin);
    const auto rules = read_file(kConfig + "/lars-rules.yml");
    const auto wanted = metric_names(rules + read_file(kConfig + "/lars-dashboard.json"));
    CHECK(wanted.size() > 40);
    for (const auto& name : wanted) {
        CAPTURE(name);
        if (name.find(':') == std::string::npos) {
            CHECK(Monitored::has(shown, name));
        } else {
            CHECK(rules.find("record: " + name + '\n') != std::string::npos);
        }
    }
}

TEST_CASE("the rules say what they should, and promtool finds nothing wrong with them") {
    const auto rules = promtool({"check", "rules", kConfig + "/lars-rules.yml"});
    CAPTURE(rules.output);
    CHECK(rules.status == 0);
    const auto tested = promtool({"test", "rules", LARS_RULES_TEST});
    CAPTURE(tested.output);
    CHECK(tested.status == 0);
    const auto config = promtool({"check", "config", kConfig + "/prometheus.yml"});
    CAPTURE(config.output);
    CHECK(config.status == 0);
}
