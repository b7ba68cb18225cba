#include "edits.hpp"

#include <algorithm>

namespace lars::test {
namespace {

constexpr std::size_t kWriters = 4;  // so that a kill hits some in the middle of a transaction
constexpr int kRemovals = 400;
constexpr auto kPace = std::chrono::milliseconds(50);  // the route has to fit into one datagram
constexpr auto kTimeout = std::chrono::minutes(2);

std::string endpoint(const std::string& network, int number) {
    return network + std::to_string(number / 250) + '.' + std::to_string(number % 250) + ":80";
}

std::string without_url(std::string text, const std::string& url) {
    if (const auto at = text.find(url); at != std::string::npos) text.replace(at, url.size(), "…");
    return text;
}

}  // namespace

Edits::Edits(const std::string& store) {
    std::vector<std::string> words{"route", "add", "7", "1", "--store", store};
    for (int i = 0; i < kRemovals; ++i) words.push_back(endpoint("10.1.", i));
    const auto added = run_lars(words);
    CAPTURE(added.output);
    REQUIRE(added.status == 0);
}

void Edits::start(const std::vector<std::string>& stores) {
    stopping_ = false;
    for (std::size_t i = 0; i < kWriters; ++i) {
        writers_.emplace_back([this, store = stores[i % stores.size()]] {
            while (!stopping_) {
                const auto next = Clock::now() + kPace;
                make(begun_++, store);
                std::this_thread::sleep_until(next);
            }
        });
    }
}

void Edits::stop() {
    stopping_ = true;
    writers_.clear();
}

void Edits::make(int number, const std::string& store) {
    const bool remove = number % 4 == 3 && number / 4 < kRemovals;
    const auto where = remove ? endpoint("10.1.", number / 4) : endpoint("10.2.", number);
    const auto last_try = Clock::now() + kTimeout;
    while (Clock::now() < last_try) {
        const auto done =
            run_lars({"route", remove ? "remove" : "add", "7", "1", where, "--store", store});
        const std::lock_guard lock(mutex_);
        // A removal whose answer was lost may have been made: each is made once.
        const bool gone = done.output.find("not in the table") != std::string::npos;
        if (done.status == 0 || (remove && gone)) {
            committed_.push_back({!remove, where, Clock::now()});
            return;
        }
        ++failures_[without_url(done.output, store)];
    }
    ++given_up_;
}

int Edits::committed() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(committed_.size());
}

bool Edits::go_on(int more) const {
    const auto wanted = committed() + more;
    return eventually([&] { return committed() >= wanted; }, kTimeout * 2);
}

std::map<std::string, int> Edits::failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
}

std::vector<std::string> Edits::lost(const std::multiset<std::string>& table) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& edit : committed_) {
        if (table.contains(edit.endpoint) != edit.add) all.push_back(edit.endpoint);
    }
    return all;
}

std::chrono::milliseconds Edits::longest_pause(Clock::time_point since) const {
    const std::lock_guard lock(mutex_);
    auto longest = Clock::duration::zero();
    for (std::size_t i = 1; i < committed_.size(); ++i) {
        if (committed_[i].at < since) continue;
        longest = std::max(longest, committed_[i].at - committed_[i - 1].at);
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

}  // namespace lars::test
