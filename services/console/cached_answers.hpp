#pragma once

#include "http/response.hpp"
#include "runtime/event.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace lars::console {

/// What many open pages ask for at once is read from the store once: an answer holds until what is
/// known of the store has moved on. Belongs to one executor.
class CachedAnswers {
public:
    using Make = std::function<Awaitable<http::Response>()>;

    static constexpr std::size_t kMaxBytes = 64 << 20;
    /// Also of what wasn't there, whatever is asked for.
    static constexpr std::size_t kMaxEntries = 1'000;

    explicit CachedAnswers(asio::any_io_executor executor) : executor_(executor) {}

    /// What was answered before are answers no more.
    void invalidate() { ++generation_; }
    std::size_t size() const { return entries_.size(); }
    /// The answer for this key; of several who ask at once, one makes it and the others wait.
    /// Errors aren't kept.
    Awaitable<http::Response> get(std::string key, Make make);

private:
    struct Entry {
        http::Response answer;
        std::uint64_t generation = 0;
        bool made = false;
        bool making = false;
        std::list<runtime::Event*> waiting;
    };

    void bound();

    asio::any_io_executor executor_;
    std::uint64_t generation_ = 1;
    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace lars::console
