#include "sim/simulation.hpp"

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

// What a server that fails fast takes for it: a caller of its zone waits a millisecond in all.
constexpr Time kQuickFailure = 1ms - 2 * kOnTheWay;
// An agent does what is due this often.
constexpr Time kTick = 50ms;
constexpr Time kLook = 1s;

// Streams of random numbers that have nothing to do with each other.
std::uint64_t stream(std::uint64_t seed, std::uint64_t number) {
    lb::Random mixed(seed * 0xD1342543DE82EF95ULL + number);
    return mixed();
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, const std::string& policy, std::uint64_t seed)
    : scenario_(scenario),
      servers_(scenario.servers.begin(), scenario.servers.end()),
      workload_(scenario.rate, scenario.callers, scenario.times, stream(seed, 0)),
      ways_(make_ways()),
      timeout_(events_.add_lane(scenario.timeout)),
      tick_(events_.add_lane(kTick)),
      look_(events_.add_lane(kLook)),
      result_(scenario.servers.size(), scenario.zones.count()) {
    for (const auto& server : scenario.servers) routed_.push_back(server.routed);
    add_callers(policy, seed);
}

void Simulation::add_callers(const std::string& policy, std::uint64_t seed) {
    const auto& zones = scenario_.zones;
    for (std::uint32_t zone = 0; zone < zones.count(); ++zone) {
        auto& distances = distances_.emplace_back();
        for (const auto& each : scenario_.servers) distances.push_back(zones.way(zone, each.zone));
    }
    for (std::uint32_t i = 0; i < scenario_.callers; ++i) {
        const auto zone = zones.zone_of_caller(i);
        const World world{servers_, distances_[zone]};
        callers_.push_back(std::make_unique<Caller>(
            policy_factory(policy, world), scenario_.latencies, stream(seed, i + 1)
        ));
        callers_.back()->set_zone(zones.name(zone));
    }
}

std::vector<Simulation::Way> Simulation::make_ways() {
    const auto zones = static_cast<std::uint32_t>(scenario_.zones.count());
    std::vector<Way> ways;
    for (std::uint32_t from = 0; from < zones; ++from) {
        for (std::uint32_t to = 0; to < zones; ++to) {
            const auto way = scenario_.zones.way(from, to);
            const auto there = events_.add_lane(way);
            const auto back = events_.add_lane(way);
            ways.push_back({there, back, events_.add_lane(kQuickFailure + way)});
        }
    }
    return ways;
}

const Simulation::Way& Simulation::way(const Attempt& attempt) const {
    const auto from = scenario_.zones.zone_of_caller(attempt.arrival.caller);
    return ways_[from * scenario_.zones.count() + scenario_.servers[attempt.server].zone];
}

Result Simulation::run() {
    tell_routes();
    for (std::uint32_t i = 0; i < scenario_.changes.size(); ++i) {
        events_.push(scenario_.changes[i].at, {.kind = Kind::change, .subject = i});
    }
    // Agents don't tick in step.
    for (std::uint32_t i = 0; i < scenario_.callers; ++i) {
        events_.push(kTick * i / scenario_.callers, {.kind = Kind::tick, .subject = i});
    }
    events_.push_in(look_, now_, {.kind = Kind::look});
    next_ = workload_.next();
    events_.push(next_.at, {.kind = Kind::call});

    // On under the same load, until the last call that counts has ended.
    const auto end = scenario_.until + (scenario_.retries + 1) * (scenario_.timeout + kOnTheWay);
    for (;;) {
        const auto [at, event] = events_.pop();
        if (at > end) break;
        now_ = at;
        ++result_.events;
        handle(event);
    }
    return std::move(result_);
}

void Simulation::handle(const Event& event) {
    switch (event.kind) {
        case Kind::call:
            return call();
        case Kind::received:
            return receive(event.call);
        case Kind::served:
            return serve(event);
        case Kind::answered:
            return answer(event.call, event.outcome, false);
        case Kind::timed_out:
            return answer(event.call, lb::CallOutcome::failure, true);
        case Kind::tick:
            callers_[event.subject]->advance(now_);
            return events_.push_in(tick_, now_, event);
        case Kind::look:
            look();
            return events_.push_in(look_, now_, event);
        case Kind::change:
            return apply(scenario_.changes[event.subject]);
    }
}

void Simulation::call() {
    const auto arrival = next_;
    next_ = workload_.next();
    events_.push(next_.at, {.kind = Kind::call});
    attempt(arrival, nullptr);
}

std::optional<std::uint32_t> Simulation::choose(const Attempt& attempt) {
    auto& caller = *callers_[attempt.arrival.caller];
    if (attempt.number == 0 || !scenario_.budgeted) return caller.pick(now_);
    return caller.pick_again(std::span(attempt.tried).first(attempt.number), now_);
}

void Simulation::attempt(const Arrival& arrival, const Attempt* before) {
    Attempt next{.arrival = arrival, .sent = now_};
    if (before) {
        next.number = before->number + 1;
        next.tried = before->tried;
        next.tried[before->number] = before->server;
    }
    const auto server = choose(next);
    if (!server) {
        if (counts(arrival)) ++result_.overloads;
        return end(arrival, lb::CallOutcome::failure);
    }
    result_.picks.note(*server, now_);
    servers_[*server].expect(arrival.demand);
    if (counts(arrival)) ++result_.tries;
    next.server = *server;
    if (counts(arrival)) note_zone(next);
    const auto name = keep(next);
    events_.push_in(way(next).to_server, now_, {.kind = Kind::received, .call = name});
    events_.push_in(timeout_, now_, {.kind = Kind::timed_out, .call = name});
}

void Simulation::receive(std::uint64_t name) {
    const auto& attempt = *find(name);  // no time-out is shorter than the way
    const auto demand = attempt.arrival.demand;
    auto& server = servers_[attempt.server];
    if (server.health == Health::black_hole) return server.turn_away(demand);
    // A new try has new luck.
    if (server.fails(attempt.arrival.luck >> attempt.number)) {
        server.turn_away(demand);
        const auto& back = way(attempt);
        const bool refused = server.health == Health::refusing;
        const auto lane = refused ? back.to_caller : back.quick_failure;
        const Event failure{
            .kind = Kind::answered, .outcome = lb::CallOutcome::failure, .call = name};
        return events_.push_in(lane, now_, failure);
    }
    if (const auto started = server.receive(name, demand, now_)) start(attempt.server, *started);
}

void Simulation::start(std::uint32_t server, const Server::Start& start) {
    if (counts(now_)) result_.zones[scenario_.servers[server].zone].worked += start.ends - now_;
    const Event served{
        .kind = Kind::served,
        .subject = server,
        .worker = start.worker,
        .call = servers_[server].life()};
    events_.push(start.ends, served);
}

void Simulation::serve(const Event& event) {
    auto& server = servers_[event.subject];
    if (server.life() != event.call) return;  // it died in between
    const auto finish = server.finish(event.worker, now_);
    answer_later(finish.job.call, lb::CallOutcome::success);
    if (finish.next) start(event.subject, *finish.next);
}

// The answer is on its way, if anybody waits for it.
void Simulation::answer_later(std::uint64_t name, lb::CallOutcome outcome) {
    const auto* const attempt = find(name);
    if (attempt == nullptr) return;
    const Event answered{.kind = Kind::answered, .outcome = outcome, .call = name};
    events_.push_in(way(*attempt).to_caller, now_, answered);
}

void Simulation::note_zone(const Attempt& attempt) {
    const auto zone = scenario_.zones.zone_of_caller(attempt.arrival.caller);
    result_.cross_zone_tries += zone != scenario_.servers[attempt.server].zone;
}

void Simulation::answer(std::uint64_t name, lb::CallOutcome outcome, bool timed_out) {
    auto* const found = find(name);
    if (found == nullptr) return;  // it has ended otherwise
    const auto attempt = *found;
    ++found->life;
    unused_.push_back(static_cast<std::uint32_t>(name));

    const auto& arrival = attempt.arrival;
    callers_[arrival.caller]->report(attempt.server, outcome, now_ - attempt.sent, now_);
    if (outcome == lb::CallOutcome::failure && attempt.number < scenario_.retries) {
        return this->attempt(arrival, &attempt);
    }
    if (counts(arrival)) {
        if (timed_out) ++result_.timeouts;
        if (timed_out || outcome == lb::CallOutcome::success) {
            result_.latencies.add(now_ - arrival.at);
        }
    }
    end(arrival, outcome);
}

void Simulation::end(const Arrival& arrival, lb::CallOutcome outcome) {
    if (!counts(arrival)) return;
    ++result_.calls;
    if (outcome == lb::CallOutcome::failure) ++result_.errors;
}

void Simulation::apply(const Change& change) {
    for (auto i = change.servers.first; i < change.servers.first + change.servers.count; ++i) {
        auto& server = servers_[i];
        if (change.speed) server.set_speed(*change.speed);
        if (change.warming) server.warm_up(*change.warming, now_);
        if (change.routed) routed_[i] = *change.routed;
        if (!change.health) continue;
        server.health = *change.health;
        if (server.health != Health::refusing && server.health != Health::black_hole) continue;
        for (const auto call : server.lose_all()) {
            if (server.health == Health::black_hole) continue;  // their callers wait in vain
            answer_later(call, lb::CallOutcome::failure);
        }
    }
    if (change.routed) tell_routes();
}

void Simulation::look() {
    if (now_ < scenario_.from || now_ >= scenario_.until) return;
    ++result_.seconds;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (!routed_[i] || servers_[i].health == Health::refusing) continue;
        const auto& server = scenario_.servers[i];
        result_.zones[server.zone].could_work += server.workers * kLook;
    }
    for (const auto& server : servers_) {
        const auto behind = server.work_left_ns(now_) > double(scenario_.timeout.count());
        if (server.health == Health::up && behind) {
            ++result_.seconds_behind;
            break;
        }
    }
}

void Simulation::tell_routes() {
    Route route;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (!routed_[i]) continue;
        const auto& server = scenario_.servers[i];
        const auto zone = scenario_.zones.name(server.zone);
        route.endpoints.push_back({World::endpoint_of(i), server.weight, zone, ""});
    }
    canonicalize(route);
    for (const auto& caller : callers_) caller->set_route(route, now_);
}

std::uint64_t Simulation::keep(const Attempt& attempt) {
    if (unused_.empty()) {
        unused_.push_back(static_cast<std::uint32_t>(attempts_.size()));
        attempts_.emplace_back();
    }
    const auto place = unused_.back();
    unused_.pop_back();
    const auto life = attempts_[place].life;
    attempts_[place] = attempt;
    attempts_[place].life = life;
    return std::uint64_t{life} << 32 | place;
}

Simulation::Attempt* Simulation::find(std::uint64_t name) {
    auto& attempt = attempts_[static_cast<std::uint32_t>(name)];
    return attempt.life == name >> 32 ? &attempt : nullptr;
}

}  // namespace lars::sim
