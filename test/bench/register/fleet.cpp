#include "fleet.hpp"

#include "wire/endpoint.hpp"
#include "wire/frame.hpp"
#include "wire/identity.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kFirstPort = 10'000;
constexpr auto kRetry = 100ms;

double milliseconds(FleetClock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Fleet::Fleet(const Options& options)
    : options_(options),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      agents_(static_cast<std::size_t>(options.agents)) {
    const auto now = FleetClock::now();
    for (int i = 0; i < options_.agents; ++i) {
        auto& agent = agents_[static_cast<std::size_t>(i)];
        agent.owner = wire::random_instance();
        agent.self = {.role = ROLE_AGENT, .shards = 3};
        agent.dns = static_cast<std::size_t>(i) % options_.dns.size();
        // Agents that start together are spread over a second by their beats anyway.
        agent.next_beat = now + options_.beat * i / options_.agents;
        agent.next_attempt = now;
        for (int k = 0; k < options_.instances; ++k) {
            const int module = (i * options_.instances + k) % options_.modules + 1;
            const auto instance = instance_of(i, k, module);
            agent.instances[instance.key] = instance;
        }
        agent.modules.insert(1);
        for (int k = 0; k < options_.subscriptions; ++k) {
            const int module = (i * options_.subscriptions + k) % (options_.modules - 1) + 2;
            agent.modules.insert(module);
        }
        for (const int module : agent.modules) subscribers_[module].insert(i);
    }
}

Fleet::~Fleet() {
    for (auto& agent : agents_) {
        if (agent.socket >= 0) ::close(agent.socket);
    }
    ::close(epoll_);
}

Instance Fleet::instance_of(int agent, int number, int module) {
    Instance instance;
    instance.key.service.id = {module, 1};
    const auto ip = 0x0A000000U + (static_cast<std::uint32_t>(agent) + 1) * 4;
    instance.key.endpoint =
        Endpoint::from_ipv4(ip, static_cast<std::uint16_t>(kFirstPort + number));
    return instance;
}

void Fleet::run_until(const std::function<bool()>& done, std::chrono::seconds timeout) {
    const auto deadline = FleetClock::now() + timeout;
    while (!done()) {
        if (FleetClock::now() > deadline) throw std::runtime_error("it takes too long");
        step(5);
    }
}

void Fleet::run_for(std::chrono::milliseconds time) {
    const auto end = FleetClock::now() + time;
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - FleetClock::now());
        if (left.count() <= 0) return;
        step(static_cast<int>(std::min<std::int64_t>(left.count(), 20)));
    }
}

void Fleet::step(int milliseconds) {
    beat(FleetClock::now());
    std::array<epoll_event, 256> events;
    const int ready =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < ready; ++i) {
        const auto agent = static_cast<int>(events[static_cast<std::size_t>(i)].data.u64);
        if (agents_[static_cast<std::size_t>(agent)].connecting) {
            begin(agent);
        } else {
            read(agent);
        }
    }
}

void Fleet::beat(FleetClock::time_point now) {
    for (int i = 0; i < options_.agents; ++i) {
        auto& agent = agents_[static_cast<std::size_t>(i)];
        if (agent.frozen || agent.down) continue;
        if (agent.socket < 0) {
            if (now >= agent.next_attempt) connect(i);
        } else if (!agent.connecting && beating_ && now >= agent.next_beat) {
            agent.next_beat = now + options_.beat;
            send(i, ID_Hello, wire::hello_of(agent.self));
        }
    }
}

void Fleet::connect(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    agent.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (agent.socket < 0) throw std::runtime_error("no socket: too few descriptors?");
    const int on = 1;
    ::setsockopt(agent.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.dns[agent.dns]);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int result = ::connect(agent.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (result != 0 && errno != EINPROGRESS) return lose(index);
    agent.connecting = true;
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.u64 = static_cast<std::uint64_t>(index);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, agent.socket, &event);
}

void Fleet::begin(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(agent.socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return lose(index);
    agent.connecting = false;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(index);
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, agent.socket, &event);
    send(index, ID_Hello, wire::hello_of(agent.self));
    std::vector<Instance> all;
    for (const auto& [key, instance] : agent.instances) all.push_back(instance);
    announce(index, true, all);
    if (!subscribed_) return;
    for (const int module : agent.modules) {
        GetRouteRequest request;
        request.set_modid(module);
        request.set_cmdid(1);
        send(index, ID_GetRouteRequest, request);
    }
}

void Fleet::subscribe() {
    subscribed_ = true;
    for (int i = 0; i < options_.agents; ++i) {
        for (const int module : agents_[static_cast<std::size_t>(i)].modules) {
            GetRouteRequest request;
            request.set_modid(module);
            request.set_cmdid(1);
            send(i, ID_GetRouteRequest, request);
            ++wanted_answers_;
        }
    }
}

// What a session has to send is far less than a socket takes at once, but for a whole announcement,
// which a fresh one takes.
void Fleet::send(int index, MessageId id, const google::protobuf::MessageLite& body) {
    const auto& agent = agents_[static_cast<std::size_t>(index)];
    if (agent.socket < 0) return;
    const auto frame = wire::encode_frame(id, body);
    const auto sent = ::send(agent.socket, frame->data(), frame->size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(frame->size())) lose(index);
}

void Fleet::announce(int index, bool whole, const std::vector<Instance>& instances) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    wire::Announcement announcement;
    announcement.owner = agent.owner;
    announcement.host = "host-" + std::to_string(index);
    announcement.start = agent.start;
    announcement.seq = ++agent.seq;
    announcement.whole = whole;
    announcement.instances = instances;
    send(index, ID_AnnounceRequest, wire::to_wire(announcement));
}

void Fleet::read(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    const auto space = agent.reader.prepare();
    const auto size = ::recv(agent.socket, space.data(), space.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return lose(index);
    bytes_ += static_cast<std::uint64_t>(size);
    agent.reader.commit(static_cast<std::size_t>(size));
    while (const auto frame = agent.reader.next()) {
        if (frame->id == ID_GetRouteResponse) {
            GetRouteResponse route;
            if (!wire::parse_body(frame->body, route)) throw std::runtime_error("not a route");
            ++pushes_;
            take_route(index, route);
        } else if (frame->id == ID_AnnounceAck) {
            AnnounceAck ack;
            if (!wire::parse_body(frame->body, ack)) throw std::runtime_error("not an answer");
            if (!ack.error().empty()) throw std::runtime_error(ack.error());
            if (ack.refused_size() > 0) throw std::runtime_error(ack.refused(0).why());
            agent.stored = std::max(agent.stored, ack.seq());
        }
    }
}

void Fleet::lose(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    if (agent.socket >= 0) ::close(agent.socket);
    agent.socket = -1;
    agent.connecting = false;
    agent.reader = net::FrameReader(kMaxHelloBody);
    agent.dns = (agent.dns + 1) % options_.dns.size();
    agent.next_attempt = FleetClock::now() + kRetry;
}

bool Fleet::all_stored() const {
    for (const auto& agent : agents_) {
        if (!agent.frozen && !agent.down && (agent.seq == 0 || agent.stored != agent.seq))
            return false;
    }
    return true;
}

std::uint16_t Fleet::register_one(int index) {
    auto instance = instance_of(index, 0, 1);
    instance.key.endpoint.port = next_port_++;
    agents_[static_cast<std::size_t>(index)].instances[instance.key] = instance;
    announce(index, false, {instance});
    return instance.key.endpoint.port;
}

int Fleet::agents_with(std::uint16_t port) const {
    int count = 0;
    for (const auto& agent : agents_) count += agent.ports.contains(port) ? 1 : 0;
    return count;
}

void Fleet::change_one() {
    for (int attempt = 0; attempt < 100; ++attempt) {
        random_ = random_ * 1'664'525 + 1'013'904'223;
        const auto index =
            static_cast<int>((random_ >> 8) % static_cast<unsigned>(options_.agents));
        auto& agent = agents_[static_cast<std::size_t>(index)];
        if (agent.socket < 0 || agent.connecting || agent.frozen || agent.instances.empty())
            continue;
        auto chosen = agent.instances.begin();
        std::advance(chosen, (random_ >> 4) % agent.instances.size());
        auto& instance = chosen->second;
        const int module = instance.key.service.id.modid;
        if (module == 1 || changes_.contains(instance.key)) continue;
        next_weight_ = next_weight_ % 60'000 + 1'000;
        instance.weight = next_weight_++;
        changes_[instance.key] = {instance.weight, FleetClock::now(), subscribers_[module]};
        changing_[module].insert(instance.key);
        announce(index, false, {instance});
        return;
    }
}

void Fleet::take_route(int index, const GetRouteResponse& route) {
    if (answers_ < wanted_answers_) ++answers_;
    auto& agent = agents_[static_cast<std::size_t>(index)];
    const int module = route.modid();
    if (module == 1) {
        agent.ports.clear();
        for (const auto& host : route.host()) {
            agent.ports.insert(static_cast<std::uint16_t>(host.port()));
        }
        least_ = std::min(least_, static_cast<std::size_t>(route.host_size()));
        return;
    }
    const auto found = changing_.find(module);
    if (found == changing_.end() || found->second.empty()) return;
    auto& keys = found->second;
    for (const auto& host : route.host()) {
        InstanceKey key;
        key.service.id = {module, 1};
        key.endpoint = wire::from_wire(host).value_or(Endpoint{});
        if (!keys.contains(key)) continue;
        auto& change = changes_.at(key);
        if (host.weight() != change.weight) continue;
        change.waiting.erase(index);
        if (!change.waiting.empty()) continue;
        change_times_.push_back(milliseconds(FleetClock::now() - change.begun));
        changes_.erase(key);
        keys.erase(key);
    }
}

void Fleet::freeze(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    agent.frozen = true;
    agent.ports.clear();
    if (agent.socket >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, agent.socket, nullptr);
}

void Fleet::thaw(int index) {
    auto& agent = agents_[static_cast<std::size_t>(index)];
    lose(index);
    agent.frozen = false;
    agent.down = false;
    ++agent.start;
    agent.seq = 0;
    agent.stored = 0;
    agent.self.instance = wire::random_instance();
}

void Fleet::kill(int index) {
    lose(index);
    auto& agent = agents_[static_cast<std::size_t>(index)];
    agent.down = true;
    agent.ports.clear();
}

std::set<std::string> Fleet::announced() const {
    std::set<std::string> all;
    for (const auto& agent : agents_) {
        for (const auto& [key, instance] : agent.instances) {
            all.insert(
                std::to_string(key.service.id.modid) + ' ' + std::to_string(key.endpoint.ipv4()) +
                ' ' + std::to_string(key.endpoint.port) + ' ' + std::to_string(instance.weight)
            );
        }
    }
    return all;
}

}  // namespace lars::bench
