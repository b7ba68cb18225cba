#pragma once

#include "sim/caller.hpp"
#include "sim/event_queue.hpp"
#include "sim/scenario.hpp"
#include "sim/server.hpp"
#include "sim/statistics.hpp"
#include "sim/workload.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lars::sim {

/// One run of a scenario under one policy, in virtual time. Equal arguments give equal results on
/// every machine.
class Simulation {
public:
    Simulation(const Scenario& scenario, const std::string& policy, std::uint64_t seed);

    Result run();

private:
    enum class Kind : std::uint8_t {
        call,      ///< someone calls
        received,  ///< a call is at its server
        served,    ///< a worker is done
        answered,  ///< an answer is at its caller
        timed_out,
        tick,    ///< a caller does what is due
        look,    ///< at the queues
        change,  ///< of the scenario
    };
    struct Event {
        Kind kind;
        lb::CallOutcome outcome = lb::CallOutcome::success;  ///< answered
        std::uint32_t subject = 0;                           ///< server, caller or change
        std::uint32_t worker = 0;                            ///< served
        std::uint64_t call = 0;  ///< the attempt; served: the server's life
    };
    static constexpr std::uint32_t kMaxTries = 3;
    /// One try of a call. A server may still hold the name of one that its caller gave up.
    struct Attempt {
        Arrival arrival;
        Time sent{};
        std::uint32_t server = 0;
        std::uint32_t number = 0;
        std::array<std::uint32_t, kMaxTries> tried{};  // before, `number` of them
        std::uint32_t life = 0;  ///< part of its name, so that the place can be used again
    };

    /// What is under way between two zones.
    struct Way {
        EventQueue<Event>::Lane to_server;
        EventQueue<Event>::Lane to_caller;
        EventQueue<Event>::Lane quick_failure;
    };

    std::vector<Way> make_ways();
    void add_callers(const std::string& policy, std::uint64_t seed);
    const Way& way(const Attempt& attempt) const;
    void handle(const Event& event);
    void call();
    void attempt(const Arrival& arrival, const Attempt* before);
    std::optional<std::uint32_t> choose(const Attempt& attempt);
    void receive(std::uint64_t name);
    void serve(const Event& event);
    void start(std::uint32_t server, const Server::Start& start);
    void answer_later(std::uint64_t name, lb::CallOutcome outcome);
    void note_zone(const Attempt& attempt);
    void answer(std::uint64_t name, lb::CallOutcome outcome, bool timed_out);
    void end(const Arrival& arrival, lb::CallOutcome outcome);
    void apply(const Change& change);
    void look();
    void tell_routes();

    std::uint64_t keep(const Attempt& attempt);
    Attempt* find(std::uint64_t name);
    bool counts(Time at) const { return at >= scenario_.from && at < scenario_.until; }
    bool counts(const Arrival& arrival) const { return counts(arrival.at); }

    const Scenario& scenario_;
    std::vector<Server> servers_;
    std::vector<bool> routed_;
    std::vector<std::unique_ptr<Caller>> callers_;
    Workload workload_;
    Arrival next_;
    EventQueue<Event> events_;
    std::vector<Way> ways_;                     // from zone to zone
    std::vector<std::vector<Time>> distances_;  // from each zone to the servers
    EventQueue<Event>::Lane timeout_;
    EventQueue<Event>::Lane tick_;
    EventQueue<Event>::Lane look_;
    std::vector<Attempt> attempts_;
    std::vector<std::uint32_t> unused_;
    Time now_{};
    Result result_;
};

}  // namespace lars::sim
