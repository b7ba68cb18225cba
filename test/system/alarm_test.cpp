#include "services.hpp"
#include "support/alertmanager.hpp"
#include "support/http_receiver.hpp"

#include <proto/lars.pb.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kCalled = 3'232'235'953;  // 192.168.1.177

/// Calls module 1/1 and reports them to an agent, 500 a second.
class Caller {
public:
    explicit Caller(int udp_port) : agent_(static_cast<std::uint16_t>(udp_port)) {
        thread_ = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                for (int i = 0; i < 10; ++i) agent_.send(failing_ && i % 2 == 0 ? failed_ : well_);
                std::this_thread::sleep_for(20ms);
            }
        });
    }

    /// Half of the calls.
    void fail(bool so) { failing_ = so; }

private:
    static std::string report(int code) {
        lars::ReportRequest request;
        request.set_modid(1);
        request.set_cmdid(1);
        request.mutable_host()->set_ip(static_cast<std::int32_t>(kCalled));
        request.mutable_host()->set_port(7'777);
        request.set_retcode(code);
        return frame(lars::ID_ReportRequest, request.SerializeAsString());
    }

    UdpPeer agent_;
    std::string well_ = report(0);
    std::string failed_ = report(2);
    std::atomic<bool> failing_{false};
    std::jthread thread_;
};

class Suite : public Services<MariadbServer> {
public:
    std::string lars(const std::vector<std::string>& words) const {
        auto world = environment();
        world["LARS_STORE"] = database.url();
        return run_lars(words, world).output;
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Waits until it holds, and prints for people how long that took.
bool happens(const std::string& what, const std::function<bool()>& holds) {
    const auto begin = std::chrono::steady_clock::now();
    const bool held = eventually(holds, 120s);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << what << " after " << took.count() << " s\n";
    return held;
}

}  // namespace

TEST_CASE("a module whose calls fail raises an alarm in Alertmanager, which ends when they don't") {
    Suite suite;
    const Alertmanager alertmanager;
    const HttpReceiver webhook;
    suite.lars({"route", "add", "1", "1", "192.168.1.177:7777"});
    suite.start_dns();
    const auto start_reporter = [&] {
        suite.start_reporter(
            {"--alertmanager", alertmanager.url(), "--alarm-webhook", webhook.url()}
        );
    };
    start_reporter();
    suite.start_agent();
    REQUIRE(eventually([&] {
        return suite.lars({"get-host", "1", "1"}) == "192.168.1.177:7777\n";
    }));
    Caller caller(suite.udp_port);
    const auto added = suite.lars({"alarm", "add", "all", "--error-rate", "10%", "--for", "10s"});
    REQUIRE(added == "rule 1: error rate above 10% for 10s\n");
    REQUIRE(suite.reporter->prints("looks after the alarms"));

    caller.fail(true);
    REQUIRE(happens("half of the calls fail, for 10 s: in Alertmanager", [&] {
        return contains(
            alertmanager.alerts(), "alertname=\"LarsErrorRate\" cmdid=\"1\" modid=\"1\""
        );
    }));
    CHECK(eventually([&] { return webhook.with("\"state\":\"firing\"") == 1; }));
    CHECK(contains(suite.lars({"alarm", "list"}), "firing for 1/1"));

    suite.reporter->send_signal(SIGKILL);
    REQUIRE(suite.reporter->wait());
    start_reporter();
    REQUIRE(happens("the reporter was killed: the next one tells of the alarm", [&] {
        return webhook.with("\"state\":\"firing\"") == 2;
    }));
    CHECK(webhook.with("\"state\":\"resolved\"") == 0);

    caller.fail(false);
    REQUIRE(happens("the calls are well: resolved in Alertmanager", [&] {
        return !contains(alertmanager.alerts(), "LarsErrorRate");
    }));
    CHECK(eventually([&] { return webhook.with("\"state\":\"resolved\"") == 1; }));
    CHECK(eventually([&] { return contains(suite.lars({"alarm", "list"}), "  ok"); }));
}
