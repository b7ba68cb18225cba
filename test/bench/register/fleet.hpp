#pragma once

#include "net/frame_reader.hpp"
#include "wire/announcement.hpp"
#include "wire/identity.hpp"

#include <proto/lars.pb.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lars::bench {

using FleetClock = std::chrono::steady_clock;

inline double seconds_since(FleetClock::time_point begin) {
    return std::chrono::duration<double>(FleetClock::now() - begin).count();
}

/// Many agents' sessions with dns services on loopback, on one thread: each announces instances,
/// beats, asks for modules and reads what it is pushed, as lars-agent does. Modules are 1/1, 2/1,
/// …; module 1 is the one to which all are subscribed.
class Fleet {
public:
    struct Options {
        std::vector<std::uint16_t> dns;  ///< an agent goes to the next one when it loses one
        int agents = 1'000;
        int modules = 1'000;
        int instances = 100;     ///< of each agent, in so many modules
        int subscriptions = 10;  ///< modules of each agent, besides module 1
        std::chrono::milliseconds beat{1'000};
    };

    explicit Fleet(const Options& options);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// Runs all sessions until `done`; throws when that takes longer.
    void run_until(const std::function<bool()>& done, std::chrono::seconds timeout);
    /// Runs all sessions for so long.
    void run_for(std::chrono::milliseconds time);

    /// Whether all announcements are stored.
    bool all_stored() const;
    /// Whether all routes that were asked for have been answered.
    bool all_answered() const { return answers_ == wanted_answers_; }
    void subscribe();

    /// One more instance of module 1, of that agent. Answers its port, by which it is known.
    std::uint16_t register_one(int agent);
    /// How many agents have a route of module 1 that has an endpoint with this port.
    int agents_with(std::uint16_t port) const;

    /// The fewest endpoints that a route of module 1 has had since then, at any agent.
    void forget_least() { least_ = std::numeric_limits<std::size_t>::max(); }
    std::size_t least() const { return least_; }

    /// Another weight of a random instance that isn't of module 1, and not being changed. The
    /// change is over when all subscribers of the module have seen it.
    void change_one();
    std::size_t changes_under_way() const { return changes_.size(); }
    /// How long changes took that are over, in ms.
    std::vector<double>& change_times() { return change_times_; }

    /// Its sockets stay open, and nothing is read or sent any more.
    void freeze(int agent);
    /// It begins anew, as after a restart of its host.
    void thaw(int agent);
    /// Its connection ends as that of a killed process; it doesn't come back until it is thawed.
    void kill(int agent);
    void set_beating(bool beating) { beating_ = beating; }
    bool connected(int agent) const { return agents_[static_cast<std::size_t>(agent)].socket >= 0; }

    /// "modid ip port weight" of all that is announced, and nothing else.
    std::set<std::string> announced() const;
    std::uint64_t bytes_received() const { return bytes_; }
    std::uint64_t pushes() const { return pushes_; }

private:
    struct Agent {
        int socket = -1;
        bool connecting = false;
        bool frozen = false;
        bool down = false;
        std::size_t dns = 0;
        OwnerId owner{};
        wire::Identity self;
        std::uint64_t start = 1;
        std::uint64_t seq = 0;
        std::uint64_t stored = 0;
        std::map<InstanceKey, Instance> instances;
        std::set<int> modules;          // that it is subscribed to
        std::set<std::uint16_t> ports;  // of module 1, as it was pushed last
        net::FrameReader reader{kMaxHelloBody};
        FleetClock::time_point next_beat;
        FleetClock::time_point next_attempt;
    };
    struct Change {
        std::uint32_t weight = 0;
        FleetClock::time_point begun;
        std::set<int> waiting;  // subscribers
    };

    void step(int milliseconds);
    void connect(int agent);
    void begin(int agent);
    void read(int agent);
    void lose(int agent);
    void beat(FleetClock::time_point now);
    void send(int agent, MessageId id, const google::protobuf::MessageLite& body);
    void announce(int agent, bool whole, const std::vector<Instance>& instances);
    void take_route(int agent, const GetRouteResponse& route);
    static Instance instance_of(int agent, int number, int module);

    Options options_;
    bool beating_ = true;
    bool subscribed_ = false;
    int epoll_;
    std::vector<Agent> agents_;
    std::map<int, std::set<int>> subscribers_;  // by module
    std::map<InstanceKey, Change> changes_;
    std::map<int, std::set<InstanceKey>> changing_;  // by module
    std::vector<double> change_times_;
    std::uint64_t answers_ = 0;
    std::uint64_t wanted_answers_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t pushes_ = 0;
    std::size_t least_ = std::numeric_limits<std::size_t>::max();
    std::uint16_t next_port_ = 30'000;
    std::uint32_t next_weight_ = 1'000;
    std::uint32_t random_ = 12'345;
};

}  // namespace lars::bench
