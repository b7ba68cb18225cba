// Does what run.py says with the client in C++: a command a line, and a line of what came of it.
//
//   driver [--asio]   with --asio, nodes are chosen in coroutines
#include "lars/asio.hpp"
#include "lars/client.hpp"
#include "lars/registration.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Words = std::vector<std::string>;

std::unique_ptr<lars::Client> client;
bool in_coroutines = false;
lars::Choice chosen;
std::uint32_t chosen_attempt = 0;
std::unique_ptr<lars::Registration> registration;

Words split(const std::string& text, char separator) {
    Words parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
    return parts;
}

lars::Module module_of(const std::string& text) {
    const auto comma = text.find(',');
    if (comma == std::string::npos) return lars::Module(text);
    return {std::stoi(text.substr(0, comma)), std::stoi(text.substr(comma + 1))};
}

lars::Host host_of(std::string text) {
    const auto colon = text.rfind(':');
    auto address = text.substr(0, colon);
    if (address.front() == '[') address = address.substr(1, address.size() - 2);
    return {address, static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)))};
}

std::string text_of(const lars::Host& host) {
    const bool v6 = host.address.find(':') != std::string::npos;
    return (v6 ? '[' + host.address + ']' : host.address) + ':' + std::to_string(host.port);
}

std::string text_of(lars::Code code) {
    switch (code) {
        case lars::Code::succ:
            return "ok";
        case lars::Code::noexist:
            return "noexist";
        case lars::Code::invalid:
            return "invalid";
        default:
            return "noanswer";
    }
}

std::string open(const Words& words) {
    lars::ClientOptions options;
    options.agent = words[1];
    if (words.size() > 2) options.timeout = std::chrono::milliseconds(std::stoi(words[2]));
    if (words.size() > 3) options.spin = std::chrono::microseconds(0);
    try {
        client = std::make_unique<lars::Client>(options);
    } catch (const std::invalid_argument& error) {
        const std::string why = error.what();
        return why.find("expected host:port") == why.npos ? "notfound" : "invalid";
    }
    return "ok";
}

lars::Choice choose_by(const lars::Module& module, const lars::Request& request) {
    if (!in_coroutines) return client->choose(module, request);
    boost::asio::io_context io;
    auto choosing = lars::async_choose(*client, module, request);
    auto choice = boost::asio::co_spawn(io, std::move(choosing), boost::asio::use_future);
    io.run();
    return choice.get();
}

std::string choose(const Words& words) {
    lars::Request request;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const auto key = words[i].substr(0, equals);
        const auto value = words[i].substr(equals + 1);
        if (key == "key") request.hash_key = lars::hash(value);
        if (key == "select") request.select = value;
        if (key == "attempt") request.attempt = static_cast<std::uint32_t>(std::stoi(value));
        if (key != "exclude") continue;
        for (const auto& each : split(value, ',')) request.exclude.push_back(host_of(each));
    }
    chosen = choose_by(module_of(words[1]), request);
    chosen_attempt = request.attempt;
    if (chosen.code == lars::Code::overload) {
        return "overload " + std::to_string(chosen.wait.count());
    }
    if (!chosen) return text_of(chosen.code);
    return "succ " + text_of(chosen.host) + ' ' + std::to_string(chosen.modid) + ',' +
           std::to_string(chosen.cmdid);
}

std::string report(const Words& words) {
    lars::Result result(std::stoi(words[2]));
    if (words[3] != "-") result.latency = std::chrono::microseconds(std::stoll(words[3]));
    if (words.size() > 4) result.server_load = std::stof(words[4].substr(5));
    result.attempt = chosen_attempt;
    return text_of(client->report(module_of(words[1]), chosen, result));
}

std::string route(const Words& words) {
    const auto module = module_of(words[1]);
    std::vector<lars::Host> hosts;
    const auto code = client->get_route(module, hosts);
    if (code != lars::Code::succ) return text_of(code);
    return "succ " + std::to_string(hosts.size()) + ' ' + text_of(hosts.front()) + ' ' +
           text_of(hosts.back());
}

std::string prepare(const Words& words) {
    const auto module = module_of(words[1]);
    const auto code = client->reg_init(module.modid(), module.cmdid());
    return code == lars::Code::succ ? "succ" : text_of(code);
}

std::string register_service(const Words& words) {
    registration.reset();
    lars::ServiceOptions options;
    options.socket = words[1];
    if (words[4] != "-") options.address = words[4];
    options.weight = static_cast<std::uint32_t>(std::stoul(words[5]));
    if (words[6] != "-") options.tags = words[6];
    options.drain = std::chrono::milliseconds(100);
    const auto port = static_cast<std::uint16_t>(std::stoi(words[3]));
    try {
        registration = std::make_unique<lars::Registration>(module_of(words[2]), port, options);
    } catch (const std::invalid_argument&) {
        return "invalid";
    }
    return "ok";
}

std::string state() {
    static const char* const names[] = {
        "connecting", "refused", "starting", "failing", "serving", "draining", "withdrawn"};
    return names[static_cast<int>(registration->status().state)];
}

lars::Result good() {
    lars::Result result(0);
    result.latency = std::chrono::milliseconds(1);
    return result;
}

bool make_pair(const std::string& module) {
    const auto choice = client->choose(module);
    return choice && client->report(module, choice, good()) == lars::Code::succ;
}

std::string pairs_in_threads(const std::string& module, int each, int count) {
    std::atomic<int> failed{0};
    const auto make_pairs = [&] {
        for (int i = 0; i < each; ++i) failed += !make_pair(module);
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(make_pairs);
    for (auto& thread : threads) thread.join();
    return std::to_string(failed) + " failed";
}

using Times = std::vector<std::chrono::nanoseconds>;

boost::asio::awaitable<void> make_pairs(std::string module, int count, Times& took, int& failed) {
    for (int i = 0; i < count; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        auto choosing = lars::async_choose(*client, module);
        const auto choice = co_await std::move(choosing);
        if (!choice || client->report(module, choice, good()) != lars::Code::succ) ++failed;
        took.push_back(std::chrono::steady_clock::now() - begun);
    }
}

std::string pairs_in_coroutines(const std::string& module, int each, int count, Times& took) {
    boost::asio::io_context io;
    int failed = 0;
    for (int i = 0; i < count; ++i) {
        auto making = make_pairs(module, each, took, failed);
        boost::asio::co_spawn(io, std::move(making), boost::asio::detached);
    }
    io.run();
    return std::to_string(failed) + " failed";
}

std::string pairs(const Words& words) {
    const auto count = std::stoi(words[3]);
    const auto each = std::stoi(words[2]) / count;
    Times took;
    if (in_coroutines) return pairs_in_coroutines(words[1], each, count, took);
    return pairs_in_threads(words[1], each, count);
}

// Nanoseconds.
std::string median(const Words& words) {
    const auto count = std::stoi(words[2]);
    Times took;
    if (in_coroutines) pairs_in_coroutines(words[1], count, 1, took);
    for (int i = 0; !in_coroutines && i < count; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        make_pair(words[1]);
        took.push_back(std::chrono::steady_clock::now() - begun);
    }
    std::sort(took.begin(), took.end());
    return std::to_string(took[took.size() / 2].count());
}

std::string answer(const Words& words) {
    if (words[0] == "pairs") return pairs(words);
    if (words[0] == "median") return median(words);
    if (words[0] == "register") return register_service(words);
    if (words[0] == "state") return state();
    if (words[0] == "withdraw") return registration->withdraw() ? "withdrawn" : "not yet";
    if (words[0] == "close") {
        registration.reset();
        return "ok";
    }
    if (words[0] == "open") return open(words);
    if (words[0] == "choose") return choose(words);
    if (words[0] == "report") return report(words);
    if (words[0] == "route") return route(words);
    if (words[0] == "prepare") return prepare(words);
    if (words[0] == "hash") return std::to_string(lars::hash(words[1]));
    return "what is " + words[0] + '?';
}

}  // namespace

int main(int count, char** arguments) {
    in_coroutines = count > 1 && arguments[1] == std::string("--asio");
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(split(line, ' ')) << std::endl;
    }
    return 0;
}
