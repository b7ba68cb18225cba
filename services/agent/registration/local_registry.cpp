#include "agent/registration/local_registry.hpp"

#include "agent/host_address.hpp"
#include "agent/registration/run_check.hpp"
#include "agent/replace_file.hpp"
#include "runtime/listen.hpp"
#include "runtime/sleep.hpp"
#include "runtime/start_error.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace lars::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookAtFiles = 1s;
// What was announced before the start, and hasn't registered again by then, isn't there any more.
constexpr auto kLeftFor = 5s;
// One that has never passed is about to: it is looked at more often.
constexpr auto kStartingInterval = std::chrono::milliseconds(100);
// Checks of one interval drift apart by up to a tenth of it.
constexpr int kJitter = 10;
constexpr const char* kStateFile = "/agent-instances";
// Numbers of files, above those of all connections.
constexpr InstanceBook::Source kFirstFile = 1ULL << 63;

std::string host_name() {
    error_code ignored;
    return asio::ip::host_name(ignored);
}

std::string process_text(const LocalPeer& peer) {
    return "process " + std::to_string(peer.pid);
}

bool is_unsaid(const Endpoint& endpoint) {
    return endpoint.address == std::array<std::uint8_t, 16>{};
}

}  // namespace

LocalRegistry::LocalRegistry(
    asio::any_io_executor executor,
    Options options,
    Announce announce,
    GoElsewhere go_elsewhere,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(std::move(options)),
      announce_(std::move(announce)),
      go_elsewhere_(std::move(go_elsewhere)),
      log_(log),
      bad_input_(metrics),
      checks_passed_(metrics.counter(
          "lars_agent_checks_total", "Checks of registered instances", {{"outcome", "passed"}}
      )),
      checks_failed_(metrics.counter(
          "lars_agent_checks_total", "Checks of registered instances", {{"outcome", "failed"}}
      )),
      directory_(options_.services),
      server_(
          executor,
          {.answer = [this](
                         auto connection, const auto& peer, const auto& frame
                     ) { return answer(connection, peer, frame); },
           .end = [this](auto connection, const auto& peer) { end(connection, peer); }},
          metrics,
          log
      ),
      dispatch_(bad_input_),
      tasks_(executor, log),
      wake_(executor),
      next_file_(kFirstFile) {
    metrics.gauge("lars_agent_instances", "Instances that are registered here", [this] {
        return static_cast<double>(instances_.load());
    });
    const auto handled = [this](const Caller& caller, const auto& request) {
        caller.response->set_seq(request.seq());
        handle(caller, request);
    };
    dispatch_.on<RegisterRequest>(ID_RegisterRequest, handled);
    dispatch_.on<WithdrawRequest>(ID_WithdrawRequest, handled);
    dispatch_.on<DrainRequest>(ID_DrainRequest, handled);
    dispatch_.on<ServicesRequest>(ID_ServicesRequest, handled);
}

void LocalRegistry::start() {
    dns_.fail("there is no dns yet that registers services");
    identity_ = open_identity(options_.state);
    announcer_.emplace(identity_.id, host_name(), identity_.start);
    restore();
    look_at_files();
    if (!options_.socket.empty()) {
        try {
            server_.start(options_.socket);
        } catch (const runtime::StartError& error) {
            if (options_.socket_required) throw;
            log_.warn("programs can't register here: {}", error.what());
        }
    }
    tasks_.spawn("registrations", run());
    tasks_.spawn("service files", watch_files());
}

Awaitable<> LocalRegistry::stop() {
    co_await server_.stop();
    tasks_.cancel();
    co_await tasks_.join();
}

void LocalRegistry::restore() {
    if (options_.state.empty()) return;
    const auto path = options_.state + kStateFile;
    std::ifstream in(path, std::ios::binary);
    if (!in) return;
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    SavedInstances saved;
    if (!saved.ParseFromString(bytes)) {
        log_.error("{}: it can't be read; what was registered has to register again", path);
        return;
    }
    std::vector<Registration> registrations;
    for (const auto& each : saved.instance()) {
        try {
            registrations.push_back(from_wire(each));
            registrations.back().source = "left from before";
        } catch (const std::invalid_argument& error) {
            log_.error("{}: {}", path, error.what());
        }
    }
    book_.restore(registrations, Clock::now() + kLeftFor);
    if (!registrations.empty()) {
        log_.info("{} instances are known from before", registrations.size());
    }
}

// Before it is announced, so that an agent which is killed and started again announces the same.
void LocalRegistry::save() {
    if (options_.state.empty()) return;
    SavedInstances saved;
    for (const auto& each : book_.registrations()) *saved.add_instance() = to_wire(each);
    const auto path = options_.state + kStateFile;
    const auto failure = replace_file(path, saved.SerializeAsString(), Synced::no);
    if (!failure.empty()) log_.error("what is registered isn't kept: {}", failure);
}

Awaitable<> LocalRegistry::run() {
    while (true) {
        const auto now = Clock::now();
        const auto next = book_.tick(now);
        begin_checks();
        if (std::exchange(seen_, book_.version()) != book_.version()) {
            instances_ = book_.size();
            save();
            announcer_->set(book_.announced(now), book_.take_departed());
        }
        if (const auto announcement = announcer_->next()) announce_(*announcement);
        co_await wake_.wait_until(next);
    }
}

void LocalRegistry::begin_checks() {
    for (auto& each : book_.take_new_checks()) tasks_.spawn("check", check(std::move(each)));
}

Awaitable<> LocalRegistry::check(InstanceBook::Check check) {
    // Whether a process is there is known at once, and then waited for.
    const bool of_process = check.options.kind == CheckOptions::Kind::pid;
    auto options = check.options;
    if (of_process) options.interval = 0ms;
    while (book_.has_check(check.id)) {
        const auto begun = Clock::now();
        auto running = run_check(executor_, options, check.key.endpoint);
        const auto result = co_await std::move(running);
        (result.passed ? checks_passed_ : checks_failed_).add();
        const auto before = book_.version();
        const bool starting =
            book_.note_check(check.id, result, Clock::now()) == CheckState::Verdict::starting;
        if (book_.version() != before) {
            log_.info(
                "{} {}",
                to_string(check.key),
                result.passed ? "passes its check" : "fails its check: " + result.reason
            );
            wake_.notify();
        }
        options.interval = check.options.interval;
        if (of_process && result.passed) continue;
        const auto interval =
            starting
                ? std::min<std::chrono::milliseconds>(check.options.interval, kStartingInterval)
                : check.options.interval;
        const auto jitter = interval * static_cast<int>(random_() % 1'000) / (kJitter * 1'000);
        const auto next = begun + interval - jitter;
        co_await runtime::sleep_until(executor_, next);
    }
}

Awaitable<> LocalRegistry::watch_files() {
    while (true) {
        co_await runtime::sleep_for(executor_, kLookAtFiles);
        look_at_files();
    }
}

void LocalRegistry::look_at_files() {
    if (options_.services.empty()) return;
    const auto changes = directory_.look();
    if (changes.empty()) return;
    for (const auto& [name, content] : changes) {
        auto mistakes = take_file(name, content);
        for (const auto& each : mistakes) log_.error("services: {}/{}", directory_.path(), each);
        mistakes_.erase(name);
        if (!mistakes.empty()) mistakes_[name] = std::move(mistakes);
        log_.info(
            "services: {}/{} registers {} of them",
            directory_.path(),
            name,
            content.registrations.size()
        );
    }
    if (mistakes_.empty()) {
        wrong_files_.clear();
    } else {
        wrong_files_.fail(mistakes_.begin()->second.front());
    }
    wake_.notify();
}

// A file with mistakes takes nothing away of what it said before: it is about to be mended.
std::vector<std::string> LocalRegistry::take_file(
    const std::string& name, const ServiceFile& content
) {
    const auto [found, first] = files_.try_emplace(name, next_file_);
    if (first) ++next_file_;
    const auto source = found->second;
    auto mistakes = content.mistakes;
    const bool whole = mistakes.empty();
    if (whole) asked_[source].clear();
    for (const auto& each : content.registrations) {
        const auto why = add(source, each);
        if (!why.empty()) mistakes.push_back(name + ": " + to_string(each.key) + ": " + why);
    }
    const auto why = name + " no longer says so";
    if (whole) keep_asked(source, InstanceBook::Leave::drained, why);
    return mistakes;
}

// What a source asks for stays, and nothing else of it.
void LocalRegistry::keep_asked(Source source, InstanceBook::Leave leave, const std::string& why) {
    std::vector<InstanceKey> keys;
    for (const auto& each : asked_[source]) {
        std::string unresolved;
        if (const auto resolved = resolve(each, unresolved)) keys.push_back(resolved->key);
    }
    book_.keep_only(source, keys, leave, why, Clock::now());
}

std::optional<Registration> LocalRegistry::resolve(const Registration& asked, std::string& why)
    const {
    auto resolved = asked;
    auto& address = resolved.key.endpoint;
    if (!asked.interface.empty()) {
        const auto interfaces = find_host_interfaces().up;
        const auto found =
            std::ranges::find(interfaces, asked.interface, &HostInterfaces::Interface::name);
        if (found == interfaces.end()) {
            why = "interface " + asked.interface + " has no IPv4 address";
            return {};
        }
        address.address = Endpoint::from_ipv4(found->ipv4, 0).address;
    } else if (is_unsaid(address)) {
        address.address = Endpoint::from_ipv4(host_ipv4_, 0).address;
    }
    if (resolved.zone.empty()) resolved.zone = options_.zone;
    return resolved;
}

std::string LocalRegistry::add(Source source, Registration asked) {
    std::string why;
    const auto resolved = resolve(asked, why);
    if (!resolved) return why;
    const auto holder = book_.source_of(resolved->key);
    const bool of_a_file = holder && *holder >= kFirstFile && *holder != source;
    if (of_a_file) return to_string(resolved->key) + " is registered by a file already";
    why = book_.add(asked.lasting ? InstanceBook::kNoSource : source, *resolved, Clock::now());
    if (why.empty()) {
        auto& all = asked_[source];
        std::erase_if(all, [&](const Registration& each) { return each.key == asked.key; });
        all.push_back(std::move(asked));
    }
    return why;
}

// What the host or its zone is called has changed, and so what was left open.
void LocalRegistry::add_again() {
    const auto asked = asked_;
    for (const auto& [source, registrations] : asked) {
        for (const auto& each : registrations) add(source, each);
        keep_asked(source, InstanceBook::Leave::at_once, "the host has another address");
    }
    wake_.notify();
}

void LocalRegistry::set_host_address(std::uint32_t ipv4) {
    if (std::exchange(host_ipv4_, ipv4) != ipv4) add_again();
}

void LocalRegistry::set_zone(const std::string& zone) {
    if (std::exchange(options_.zone, zone) != zone) add_again();
}

void LocalRegistry::note_dns(bool registers) {
    if (registers) {
        announcer_->connect();
        dns_.clear();
    } else {
        announcer_->disconnect();
        dns_.fail("there is no dns that registers services");
    }
    wake_.notify();
}

void LocalRegistry::note_ack(const AnnounceAck& ack) {
    if (ack.elsewhere()) {
        dns_.fail("dns can't reach its store");
        go_elsewhere_();
        return;
    }
    if (!ack.error().empty()) {
        dns_.fail(ack.error());
        log_.error("dns takes no instances of this host: {}", ack.error());
        return;
    }
    if (ack.again()) announcer_->announce_again();
    std::map<InstanceKey, std::string> refused;
    for (const auto& each : ack.refused()) {
        const auto instance = wire::from_wire(each.instance());
        if (!instance) continue;
        log_.error("dns refuses {}: {}", to_string(instance->key), each.why());
        refused[instance->key] = each.why();
    }
    if (ack.start() == identity_.start || !refused.empty()) {
        announcer_->note_stored(ack.seq(), std::move(refused));
        dns_.clear();
    }
    wake_.notify();
}

wire::EncodedFrame LocalRegistry::answer(
    Source connection, const LocalPeer& peer, const net::FrameView& frame
) {
    ServiceResponse response;
    if (frame.id < ID_RegisterRequest || frame.id > ID_ServicesRequest) return {};
    dispatch_({connection, peer, &response}, frame);
    wake_.notify();
    return wire::encode_frame(ID_ServiceResponse, response);
}

void LocalRegistry::handle(const Caller& caller, const RegisterRequest& request) {
    try {
        auto registration = from_wire(request);
        registration.source = process_text(caller.peer);
        caller.response->set_error(add(caller.connection, std::move(registration)));
    } catch (const std::invalid_argument& error) {
        caller.response->set_error(error.what());
    }
}

void LocalRegistry::handle(const Caller& caller, const WithdrawRequest& request) {
    const auto leave =
        request.at_once() ? InstanceBook::Leave::at_once : InstanceBook::Leave::drained;
    for (const auto& key : find(request.instance(), *caller.response)) {
        const auto why = request.instance().reason().empty()
                             ? "withdrawn by " + process_text(caller.peer)
                             : request.instance().reason();
        book_.withdraw(key, leave, why, Clock::now());
    }
}

void LocalRegistry::handle(const Caller& caller, const DrainRequest& request) {
    for (const auto& key : find(request.instance(), *caller.response)) {
        if (request.end()) {
            book_.end_drain(key, Clock::now());
        } else {
            std::optional<std::chrono::milliseconds> time;
            if (request.has_drain_ms()) time = std::chrono::milliseconds(request.drain_ms());
            book_.drain(key, time, Clock::now());
        }
    }
    list(*caller.response);
}

void LocalRegistry::handle(const Caller& caller, const ServicesRequest&) {
    list(*caller.response);
}

std::vector<InstanceKey> LocalRegistry::find(const InstanceInfo& pattern, ServiceResponse& response)
    const {
    const auto instance = wire::from_wire(pattern, wire::Address::optional);
    if (!instance) {
        response.set_error("no node has such an address and port");
        return {};
    }
    auto keys = book_.find(instance->key);
    if (keys.empty()) {
        response.set_error(
            "nothing of " + to_string(instance->key.service) + " is registered here"
        );
    }
    return keys;
}

void LocalRegistry::list(ServiceResponse& response) const {
    for (const auto& line : book_.lines(Clock::now())) {
        auto& out = *response.add_service();
        wire::to_wire(line.instance, *out.mutable_instance());
        if (line.starting) out.mutable_instance()->set_state(InstanceInfo::STARTING);
        to_wire(line.registration.check, *out.mutable_check());
        out.set_source(line.registration.source);
        out.set_since_ms(static_cast<std::uint64_t>(line.since.count()));
        out.set_announced(!line.starting && announcer_->is_stored(line.instance.key));
        out.set_refused(announcer_->refusal(line.instance.key));
    }
    // Callers may still be sent there.
    for (auto& each : announcer_->leaving()) {
        each.state = InstanceState::draining;
        each.weight = 0;
        auto& out = *response.add_service();
        wire::to_wire(each, *out.mutable_instance());
        out.set_source("withdrawn");
    }
    response.set_can_register(announcer_->connected());
    const auto all = remarks();
    if (!all.empty()) response.set_trouble(all.front());
}

// Who crashes is seen to be gone; who ends in order has withdrawn before.
void LocalRegistry::end(Source connection, const LocalPeer& peer) {
    asked_.erase(connection);
    const auto why = process_text(peer) + " has ended, or let go of the agent";
    book_.keep_only(connection, {}, InstanceBook::Leave::at_once, why, Clock::now());
    wake_.notify();
}

std::vector<std::string> LocalRegistry::remarks() const {
    std::vector<std::string> all;
    if (instances_ > 0) {
        if (auto why = dns_.text()) all.push_back(std::move(*why));
    }
    if (auto why = wrong_files_.text()) all.push_back(std::move(*why));
    return all;
}

}  // namespace lars::agent
