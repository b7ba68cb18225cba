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
    : workers_(options.workers), speed_(options.speed), recent_(kRecent) {
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

void Server::turn_away() {
    expected_ -= on_their_way_.front();
    on_their_way_.pop();
}

std::optional<Server::Start> Server::receive(std::uint64_t call, Time now) {
    const Job job{call, on_their_way_.front(), now, in_flight()};
    turn_away();
    if (!idle_.empty()) return begin(job, now);
    waiting_.push(job);
    queued_ += job.demand;
    return std::nullopt;
}

Server::Start Server::begin(const Job& job, Time now) {
    const auto worker = idle_.back();
    idle_.pop_back();
    const auto ends = now + std::max(scaled(job.demand, 1 / speed(now)), Time(1));
    workers_[worker] = {job, ends, true};
    ++busy_;
    ends_ += ends;
    return {worker, ends};
}

Server::Finish Server::finish(std::uint32_t worker, Time now) {
    auto& done = workers_[worker];
    Finish finish{done.job, std::nullopt};
    done.busy = false;
    --busy_;
    ends_ -= done.ends;
    idle_.push_back(worker);
    recent_[next_recent_] = {finish.job.ahead, now - finish.job.arrived};
    next_recent_ = (next_recent_ + 1) % kRecent;
    kept_ = std::min(kept_ + 1, kRecent);
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
    for (std::uint32_t worker = 0; worker < workers_.size(); ++worker) {
        if (!workers_[worker].busy) continue;
        workers_[worker].busy = false;
        idle_.push_back(worker);
        lost.push_back(workers_[worker].job.call);
    }
    for (; !waiting_.empty(); waiting_.pop()) lost.push_back(waiting_.front().call);
    busy_ = 0;
    ends_ = queued_ = {};
    kept_ = next_recent_ = 0;
    ++life_;
    return lost;
}

Time Server::work_left(Time now) const {
    const auto begun = ends_ - now * static_cast<std::int64_t>(busy_);
    return scaled(
        begun + scaled(queued_ + expected_, 1 / speed(now)), 1.0 / double(workers_.size())
    );
}

Time Server::free_at(Time now) const {
    std::vector<Time> ends;
    ends.reserve(workers_.size());
    for (const auto& worker : workers_) ends.push_back(worker.busy ? worker.ends : now);
    const auto slower = 1 / speed(now);
    const auto take = [&](Time demand) {
        *std::min_element(ends.begin(), ends.end()) += scaled(demand, slower);
    };
    for (std::size_t i = 0; i < waiting_.size(); ++i) take(waiting_[i].demand);
    for (std::size_t i = 0; i < on_their_way_.size(); ++i) take(on_their_way_[i]);
    return *std::min_element(ends.begin(), ends.end());
}

}  // namespace lars::sim
