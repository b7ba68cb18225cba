#include "sim/server.hpp"

#include <algorithm>
#include <cmath>

namespace lars::sim {
namespace {

Time scaled(Time time, double factor) {
    return Time(std::llround(static_cast<double>(time.count()) * factor));
}

}  // namespace

Server::Server(const ServerOptions& options)
    : jobs_(options.workers), ends_(options.workers), speed_(options.speed) {
    for (std::uint32_t worker = options.workers; worker-- > 0;) idle_.push_back(worker);
}

bool Server::fails(std::uint64_t luck) const {
    switch (health) {
        case Health::refusing:
        case Health::failing_fast:
            return true;
        case Health::failing_half:
            return luck % 2 == 0;
        case Health::up:
        case Health::black_hole:
            break;
    }
    return false;
}

double Server::speed(Time now) const {
    const auto passed = now - warming_since_;
    if (passed >= warming_.lasts) return speed_;
    const auto part = double(passed.count()) / double(warming_.lasts.count());
    return speed_ * (warming_.from + (1 - warming_.from) * part);
}

void Server::warm_up(const Warming& warming, Time now) {
    warming_ = warming;
    warming_since_ = now;
}

void Server::expect(Time demand) {
    on_their_way_.push(demand);
    expected_ += demand;
}

void Server::turn_away(Time demand) {
    expected_ -= demand;
    on_their_way_.remove(demand);
}

std::optional<Server::Start> Server::receive(std::uint64_t call, Time demand, Time now) {
    const Job job{call, demand, now, in_flight()};
    turn_away(demand);
    if (!idle_.empty()) return begin(job, now);
    waiting_.push(job);
    queued_ += job.demand;
    return std::nullopt;
}

Server::Start Server::begin(const Job& job, Time now) {
    const auto worker = idle_.back();
    idle_.pop_back();
    const auto ends = now + std::max(scaled(job.demand, 1 / speed(now)), Time(1));
    jobs_[worker] = job;
    ends_[worker] = ends;
    ++busy_;
    sum_of_ends_ += ends;
    return {worker, ends};
}

Server::Finish Server::finish(std::uint32_t worker, Time now) {
    Finish finish{jobs_[worker], std::nullopt};
    --busy_;
    sum_of_ends_ -= ends_[worker];
    ends_[worker] = {};
    idle_.push_back(worker);
    const auto took_us = (now - finish.job.arrived) / std::chrono::microseconds(1);
    latencies_.note(finish.job.ahead, static_cast<std::uint32_t>(took_us), now);
    if (!waiting_.empty()) {
        const auto job = waiting_.front();
        waiting_.pop();
        queued_ -= job.demand;
        finish.next = begin(job, now);
    }
    return finish;
}

std::vector<std::uint64_t> Server::lose_all() {
    std::vector<std::uint64_t> lost;
    for (std::uint32_t worker = 0; worker < ends_.size(); ++worker) {
        if (ends_[worker] == Time()) continue;
        ends_[worker] = {};
        idle_.push_back(worker);
        lost.push_back(jobs_[worker].call);
    }
    for (; !waiting_.empty(); waiting_.pop()) lost.push_back(waiting_.front().call);
    busy_ = 0;
    sum_of_ends_ = queued_ = {};
    ++life_;
    return lost;
}

double Server::work_left_ns(Time now) const {
    const auto begun = sum_of_ends_ - now * static_cast<std::int64_t>(busy_);
    const auto rest = double((queued_ + expected_).count()) / speed(now);
    return (double(begun.count()) + rest) / double(ends_.size());
}

Time Server::free_at(Time now) const {
    if (in_flight() + on_their_way_.size() < ends_.size()) return now;
    const auto earliest = [now](const std::vector<Time>& ends) {
        return std::max(now, *std::min_element(ends.begin(), ends.end()));
    };
    if (waiting_.empty() && on_their_way_.empty()) return earliest(ends_);
    auto ends = ends_;
    const auto slower = 1 / speed(now);
    const auto take = [&](Time demand) {
        auto& next = *std::min_element(ends.begin(), ends.end());
        next = std::max(now, next) + scaled(demand, slower);
    };
    for (std::size_t i = 0; i < waiting_.size(); ++i) take(waiting_[i].demand);
    for (std::size_t i = 0; i < on_their_way_.size(); ++i) take(on_their_way_[i]);
    return earliest(ends);
}

}  // namespace lars::sim
