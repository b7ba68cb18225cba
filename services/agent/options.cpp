#include "agent/options.hpp"

#include "base/zone.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace lars::agent {
namespace {

using namespace std::chrono_literals;

// Without brackets, which an IPv6 address may be written in.
std::string host_in(const std::string& text) {
    const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
    return bracketed ? text.substr(1, text.size() - 2) : text;
}

// A flag takes "host:port[,host:port]"; the original's files have the two in keys of their own.
void describe_peers(
    app::OptionSet& set,
    const std::string& flag,
    const std::string& section,
    std::vector<runtime::PeerAddress>& peers
) {
    const auto assign = [&peers](const std::string& text) {
        auto parsed = runtime::parse_peers(text);
        if (!parsed) throw std::invalid_argument("HOST:PORT, several separated by commas");
        peers = std::move(*parsed);
    };
    const auto help = flag + " services to connect to, HOST:PORT[,HOST:PORT]";
    set.custom(
           flag, assign, [&peers] { return runtime::to_string(peers); }, help
    )
        .key(section, "peers")
        .live();
    const auto assign_host = [&peers](const std::string& text) {
        if (text.empty()) throw std::invalid_argument("a host");
        peers.resize(1);
        peers[0].host = host_in(text);
    };
    set.file_only(flag + "-host", assign_host).key(section, "ip");
    const auto assign_port = [&peers](const std::string& text) {
        peers.resize(1);
        peers[0].port = static_cast<std::uint16_t>(app::parse_number(text, {1, 65'535}));
    };
    set.file_only(flag + "-port", assign_port).key(section, "port");
}

constexpr std::pair<const char*, net::PeerExpectation> kReporterKinds[] = {
    {"auto", net::PeerExpectation::either},
    {"lars", net::PeerExpectation::ours},
    {"original", net::PeerExpectation::original},
};

void describe_reporter_kind(app::OptionSet& set, net::PeerExpectation& kind) {
    const auto assign = [&kind](const std::string& text) {
        for (const auto& [name, value] : kReporterKinds) {
            if (text != name) continue;
            kind = value;
            return;
        }
        throw std::invalid_argument("auto, lars or original");
    };
    const auto print = [&kind]() -> std::string {
        for (const auto& [name, value] : kReporterKinds) {
            if (kind == value) return name;
        }
        return "";
    };
    set.custom(
           "reporter-kind",
           assign,
           print,
           "what the reporters are: lars, original, or auto, which tells by Hello. An original one "
           "is silent, as one that hangs: auto keeps the calls that it is shown, and delivers them "
           "should it answer; original forgets them"
    )
        .key("reporter", "kind")
        .live();
}

void describe_zone(app::OptionSet& set, std::string& zone) {
    const auto assign = [&zone](const std::string& text) {
        if (const auto why = why_no_zone(text); !why.empty()) {
            throw std::invalid_argument("REGION/ZONE, as eu-1/a: " + std::string(why));
        }
        zone = text;
    };
    set.custom(
           "zone",
           assign,
           [&zone] { return zone; },
           "where this host is, REGION/ZONE, as eu-1/a: endpoints that are near are preferred, by "
           "the "
           "zones of the routes"
    )
        .key("agent", "zone")
        .live();
}

void describe_policy(app::OptionSet& set, Options& options) {
    const auto assign = [&options](const std::string& text) {
        if (!lb::find_policy(text)) throw std::invalid_argument("one of " + lb::policy_names());
        options.policy = text;
    };
    const auto print = [&options] { return balancing_defaults(options).policy; };
    const auto help =
        "how modules are balanced that name no policy: " + lb::policy_names() +
        "; classic unless said where parameters of classic are set, as in the original's files";
    set.custom("policy", assign, print, help).key("loadbalance", "policy");
}

double parse(const std::string& text, const lb::Parameter& parameter) {
    if (!parameter.whole) return app::parse_real(text, {parameter.min, parameter.max});
    const auto min = static_cast<std::uint32_t>(parameter.min);
    return app::parse_number(text, {min, static_cast<std::uint32_t>(parameter.max)});
}

void describe_adaptive(app::OptionSet& set, lb::Defaults& defaults) {
    const std::string policy = "adaptive";
    for (const auto& parameter : lb::find_policy(policy)->parameters) {
        const std::string name(parameter.name);
        const auto assign = [&defaults, policy, parameter](const std::string& text) {
            defaults.set(policy, parameter.name, parse(text, parameter));
        };
        const auto print = [&defaults, policy, name] {
            return app::format_real(defaults.get(policy, name));
        };
        auto flag = policy + '-' + name;
        std::replace(flag.begin(), flag.end(), '_', '-');
        set.custom(flag, assign, print, std::string(parameter.help)).key(policy, name);
    }
}

void describe_classic(app::OptionSet& set, lb::ClassicOptions& classic, bool& is_set) {
    const std::string section = "loadbalance";
    const app::Range<std::uint32_t> count{1, 1'000'000};
    const app::Range<double> rate{0, 1};
    const app::Range<std::chrono::milliseconds> period{100ms, 24h};
    const auto number =
        [&](const std::string& flag, const std::string& key, auto& target, const std::string& help
        ) { set.number(flag, target, count, help).key(section, key).note(is_set); };
    number(
        "probe-num", "probe_num", classic.probe_num, "picks before an overloaded endpoint is tried"
    );
    number(
        "init-succ-cnt",
        "init_succ_cnt",
        classic.init_succ_cnt,
        "virtual successes of an idle endpoint"
    );
    number(
        "init-err-cnt",
        "init_err_cnt",
        classic.init_err_cnt,
        "virtual errors of an overloaded endpoint"
    );
    number(
        "contin-err-limit",
        "contin_err_limit",
        classic.contin_err_limit,
        "consecutive errors that overload"
    );
    number(
        "contin-succ-limit",
        "contin_succ_limit",
        classic.contin_succ_limit,
        "consecutive successes that recover"
    );
    set.real("err-rate", classic.err_rate, rate, "error rate above which an endpoint is overloaded")
        .key(section, "err_rate")
        .note(is_set);
    set.real("succ-rate", classic.succ_rate, rate, "success rate above which it recovers")
        .key(section, "succ_rate")
        .note(is_set);
    set.real(
           "window-err-rate", classic.window_err_rate, rate, "error rate of a window that overloads"
    )
        .key(section, "window_err_rate")
        .note(is_set);
    set.duration("idle-timeout", classic.idle_timeout, period, "length of a window", 1s)
        .key(section, "idle_timeout")
        .note(is_set);
    set.duration("overload-timeout", classic.overload_timeout, period, "longest overload", 1s)
        .key(section, "overload_timeout")
        .note(is_set);
}

// systemd makes the directory that a unit's StateDirectory= names.
std::string default_route_file() {
    const auto* directories = std::getenv("STATE_DIRECTORY");
    if (!directories) return "";
    const std::string all = directories;
    return all.substr(0, all.find(':')) + "/agent-routes";
}

std::string first_of(const char* directories) {
    const std::string all = directories == nullptr ? "" : directories;
    return all.substr(0, all.find(':'));
}

std::string default_state_directory() {
    return first_of(std::getenv("STATE_DIRECTORY"));
}

// Where nobody made a place for it there is none.
std::string default_socket() {
    auto directory = first_of(std::getenv("RUNTIME_DIRECTORY"));
    if (directory.empty()) directory = "/run/lars";
    return std::filesystem::is_directory(directory) ? directory + "/agent.sock" : "";
}

void describe_registration(app::OptionSet& set, Options& options) {
    options.socket = default_socket();
    const auto assign_socket = [&options](const std::string& text) {
        options.socket = text;
        options.socket_is_set = true;
    };
    set.custom(
           "socket",
           assign_socket,
           [&options] { return options.socket; },
           "Unix socket where programs register their services; by default agent.sock in systemd's "
           "runtime directory, or in /run/lars if that is there"
    )
        .key("agent", "socket");
    set.text(
           "services-directory",
           options.services_directory,
           "files *.conf in it register services, and are read again when they change"
    )
        .key("agent", "services-directory");
    options.state_directory = default_state_directory();
    set.text(
           "state-directory",
           options.state_directory,
           "keeps who this agent is and what is registered over a restart; by default systemd's"
    )
        .key("agent", "state-directory");
}

void check_ports(const Options& options) {
    const auto last = options.udp.port + options.shards - 1;
    if (options.udp.port == 0 || last <= 65'535) return;
    throw app::ConfigError(
        "--udp-port " + std::to_string(options.udp.port) + " with --shards " +
        std::to_string(options.shards) + " ends at port " + std::to_string(last) +
        ", and the last port is 65535"
    );
}

}  // namespace

void describe(app::OptionSet& set, Options& options) {
    describe_peers(set, "dns", "dnsserver", options.dns);
    describe_peers(set, "reporter", "reporter", options.reporter);
    describe_reporter_kind(set, options.reporter_kind);
    const auto address = [&options](const std::string& text) {
        const auto port = options.udp.port;
        options.udp = app::parse_address(text);
        options.udp.port = port;
    };
    set.custom(
           "udp-address",
           address,
           [&options] { return address_to_string(options.udp); },
           "address that serves clients; nothing is authenticated, so keep it local"
    )
        .key("agent", "udp-address");
    const auto port = [&options](const std::string& text) {
        options.udp.port = static_cast<std::uint16_t>(app::parse_number(text, {0, 65'535}));
    };
    set.custom(
           "udp-port",
           port,
           [&options] { return std::to_string(options.udp.port); },
           "UDP port of the first shard; the others follow"
    )
        .key("agent", "udp-port");
    set.number("shards", options.shards, {1, 64}, "shards; clients of the original know 3")
        .key("agent", "shards");
    const app::Range<std::uint32_t> buffer{4'096, 1 << 30};
    set.number(
           "receive-buffer",
           options.buffers.receive,
           buffer,
           "bytes for requests that wait for a shard; net.core.rmem_max limits them"
    )
        .key("agent", "receive-buffer");
    set.number(
           "send-buffer",
           options.buffers.send,
           buffer,
           "bytes for answers on their way; net.core.wmem_max limits them"
    )
        .key("agent", "send-buffer");
    set.number(
           "spin-us",
           options.spin_us,
           {0, 50},
           "how long a shard looks for the next request before it sleeps, while they come that "
           "close "
           "together; 0 is never. Under a CPU quota, or with one core, it is 0"
    )
        .key("agent", "spin-us")
        .live();
    const auto caller = [&options](const std::string& text) {
        options.caller = parse_ipv4(text);
        if (!options.caller) throw std::invalid_argument("an IPv4 address");
    };
    const auto print_caller = [&options]() -> std::string {
        if (!options.caller) return "";
        return address_to_string(Endpoint::from_ipv4(*options.caller, 0));
    };
    set.custom(
           "caller",
           caller,
           print_caller,
           "IPv4 address of this host in statistics; unless set, the one by which it reaches dns"
    )
        .key("agent", "caller");
    describe_zone(set, options.zone);
    set.duration(
           "update-timeout",
           options.update_timeout,
           {100ms, 24h},
           "routes in use are asked for this often",
           1s
    )
        .key("loadbalance", "update_timeout")
        .live();
    set.duration(
           "report-interval", options.report_interval, {10ms, 1h}, "calls are reported this often"
    )
        .key("reporter", "interval")
        .live();
    options.route_file = default_route_file();
    set.text(
           "route-file",
           options.route_file,
           "routes are kept here over a restart; by default `agent-routes` in systemd's state "
           "directory"
    )
        .key("agent", "route-file");
    describe_registration(set, options);
    set.number(
           "max-unknown-modules",
           options.max_unknown_modules,
           {1, 10'000'000},
           "unknown modules remembered per shard"
    )
        .key("agent", "max-unknown-modules")
        .live();
    set.number(
           "max-modules", options.max_modules, {1, 10'000'000}, "modules held per shard, all in all"
    )
        .key("agent", "max-modules")
        .live();
    set.duration(
           "module-idle-timeout",
           options.module_idle_timeout,
           {1s, 24h * 365},
           "a module that nobody asks for is forgotten after this time, but never while dns is out "
           "of reach"
    )
        .key("agent", "module-idle-timeout")
        .live();
    set.duration(
           "unknown-module-timeout",
           options.unknown_module_timeout,
           {100ms, 24h},
           "… and one that doesn't exist after this"
    )
        .key("agent", "unknown-module-timeout")
        .live();
    set.duration(
           "first-call-wait",
           options.first_call_wait,
           {0ms, 10s},
           "most that a client's first question for a module may wait for its route, if the client "
           "asks for it"
    )
        .key("agent", "first-call-wait")
        .live();
    set.real(
           "retry-ratio",
           options.retries.ratio,
           {0, 10},
           "retries that a module may have for each first try of its calls"
    )
        .key("agent", "retry-ratio")
        .live();
    set.real(
           "retry-min-per-second",
           options.retries.min_per_second,
           {0, 1e6},
           "… and how many a second it may have at least"
    )
        .key("agent", "retry-min-per-second")
        .live();
    describe_policy(set, options);
    describe_adaptive(set, options.policy_defaults);
    describe_classic(set, options.policy_defaults.classic, options.classic_is_set);
    set.check([&options] { check_ports(options); });
}

lb::Defaults balancing_defaults(const Options& options) {
    auto defaults = options.policy_defaults;
    if (!options.policy.empty()) {
        defaults.policy = options.policy;
    } else if (options.classic_is_set) {
        defaults.policy = "classic";
    }
    return defaults;
}

}  // namespace lars::agent
