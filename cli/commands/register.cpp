#include "base/tags.hpp"
#include "cli/child_process.hpp"
#include "cli/commands.hpp"
#include "cli/local_agent.hpp"
#include "cli/route_rows.hpp"

#include <lars/registration.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>

namespace lars::cli {
namespace {

namespace po = boost::program_options;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using State = lars::Registration::State;

constexpr auto kLook = 100ms;
// What the agent and dns may take beyond the drain itself.
constexpr auto kWithdrawTime = 3s;

struct Settings {
    ServiceOptions service;
    std::string check = "tcp";
    std::uint32_t port = 0;
    std::uint32_t check_port = 0;
    std::uint32_t weight = kDefaultWeight;
    std::vector<std::string> tags;
    std::chrono::milliseconds stop_timeout = 10s;
};

Check check_of(const std::string& text) {
    if (text == "none") return Check::none;
    if (text == "tcp") return Check::tcp;
    if (text == "http") return Check::http;
    if (text == "grpc") return Check::grpc;
    throw std::invalid_argument("none, tcp, http or grpc");
}

void describe(Arguments& arguments, Settings& settings) {
    auto& service = settings.service;
    const auto set_check = [&settings](const std::string& text) {
        settings.service.check = check_of(text);
    };
    service.check = Check::tcp;
    add_socket_flag(arguments, service.socket);
    arguments.flags()(
        "check",
        po::value<std::string>()->notifier(set_check)->value_name("KIND"),
        "how the agent finds out whether it serves: none, tcp, http or grpc [tcp]"
    )("check-path", po::value(&service.check_path)->value_name("PATH"), "of http [/]")(
        "check-port", number(settings.check_port, {1, 65'535}), "if it isn't PORT"
    )("check-service", po::value(&service.check_service)->value_name("NAME"), "of grpc [the server]"
    )("check-interval", duration(service.check_interval, {10ms, 1h}), "[1s]")(
        "check-timeout", duration(service.check_timeout, {10ms, 1h}), "[1s]"
    )("address",
      po::value(&service.address)->value_name("IP"),
      "where others call it [the address by which this host reaches dns]")(
        "weight", number(settings.weight, kWeights), "its share beside others' weights [100]"
    )("zone", po::value(&service.zone)->value_name("REGION/ZONE"), "where it is [the agent's]")(
        "tag",
        po::value(&settings.tags)->composing()->value_name("KEY=VALUE"),
        "a tag by which callers may choose; once for each"
    )("drain",
      duration(service.drain, {0ms, 1h}),
      "over which its weight falls to 0 before the program is told to end [2s]"
    )("stop-timeout",
      duration(settings.stop_timeout, {0ms, 1h}),
      "after which a program that was told to end is killed [10s]");
}

std::string joined_tags(const std::vector<std::string>& tags) {
    for (const auto& tag : tags) checked_tag(tag);
    auto text = canonical_tags(tags);
    if (text) return std::move(*text);
    throw UsageError("the tags are longer than 255 characters, or have two values for one key");
}

/// A program and its registration, from its start to its end.
class Run {
public:
    Run(const Module& module, const Settings& settings, const std::vector<std::string>& command)
        : settings_(settings),
          child_(command),
          registration_(module, static_cast<std::uint16_t>(settings.port), settings.service) {}

    int run() {
        while (true) {
            const auto signal = signals_.next(kLook);
            if (const auto status = child_.status()) return *status;
            if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT) return stop(*signal);
            if (signal && *signal != SIGCHLD) child_.send(*signal);
            say_state();
        }
    }

private:
    // A second signal is somebody who doesn't want to wait.
    int stop(int signal) {
        std::cerr << "lars: draining\n";
        const auto end = Clock::now() + settings_.service.drain + kWithdrawTime;
        while (Clock::now() < end && !registration_.withdraw(kLook)) {
            if (child_.status()) return *child_.status();
            const auto again = signals_.next(0ms);
            if (again == SIGTERM || again == SIGINT) break;
        }
        child_.send(signal == SIGQUIT ? SIGQUIT : SIGTERM);
        const auto killed = Clock::now() + settings_.stop_timeout;
        while (!child_.status()) {
            if (Clock::now() >= killed) child_.send(SIGKILL);
            signals_.next(kLook);
        }
        return *child_.status();
    }

    void say_state() {
        const auto status = registration_.status();
        if (status.state == said_.state && status.why == said_.why) return;
        said_ = status;
        switch (status.state) {
            case State::serves:
                std::cerr << "lars: it serves\n";
                break;
            case State::starting:
            case State::failing:
                if (status.why.empty()) break;
                std::cerr << "lars: nobody calls it: " << status.why
                          << "; lars service list shows at which address\n";
                break;
            case State::connecting:
            case State::refused:
                std::cerr << "lars: not registered: " << status.why << '\n';
                break;
            case State::withdrawn:
                std::cerr << "lars: somebody has withdrawn it\n";
                break;
            default:
                break;
        }
    }

    const Settings& settings_;
    SignalQueue signals_;  // before the registration's thread, which takes over what is blocked
    ChildProcess child_;
    lars::Registration registration_;
    lars::Registration::Status said_{State::starting, ""};
};

}  // namespace

int register_service(const Words& words) {
    const auto dashes = std::find(words.begin(), words.end(), "--");
    Settings settings;
    Arguments arguments(
        "register",
        "NAME PORT | MODID CMDID PORT  -- PROGRAM ARGUMENT...",
        "Runs a program, and registers it as a service through the agent of this host when its\n"
        "check passes. At SIGTERM or SIGINT it is drained and withdrawn before the program is "
        "told\n"
        "to end; should it end by itself, it is withdrawn at once. Ends with the program's status."
    );
    describe(arguments, settings);
    if (!arguments.parse_module({words.begin(), dashes}, 1, 1)) return 0;
    if (dashes == words.end() || dashes + 1 == words.end()) {
        throw UsageError("which program? Say: lars register NAME PORT -- PROGRAM ARGUMENT...");
    }
    try {
        settings.port = app::parse_number(arguments.words()[0], {1, 65'535});
    } catch (const std::invalid_argument& allowed) {
        throw UsageError("port '" + arguments.words()[0] + "' is not " + allowed.what());
    }
    settings.service.check_port = static_cast<std::uint16_t>(settings.check_port);
    settings.service.weight = settings.weight;
    settings.service.tags = joined_tags(settings.tags);
    if (!settings.service.zone.empty()) checked_zone(settings.service.zone);
    const auto& word = *arguments.module_word();
    const auto module = word.id ? Module(word.id->modid, word.id->cmdid) : Module(word.name);
    try {
        return Run(module, settings, {dashes + 1, words.end()}).run();
    } catch (const std::invalid_argument& wrong) {
        throw UsageError(wrong.what());
    }
}

}  // namespace lars::cli
