#include "app/log_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace lars::app {
namespace {

using Clock = std::chrono::steady_clock;

// How much later than it should the thread may say that it has given up.
constexpr auto kGrace = std::chrono::milliseconds(500);

std::uint64_t lines_in(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// A pipe that poll() calls writable takes so much without waiting. Whole lines, where they fit.
std::string_view next_chunk(std::string_view text) {
    if (text.size() <= PIPE_BUF) return text;
    const auto end = text.rfind('\n', PIPE_BUF - 1);
    return text.substr(0, end == std::string_view::npos ? PIPE_BUF : end + 1);
}

int milliseconds_until(Clock::time_point moment) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

class LogSink::Core {
public:
    Core(int descriptor, std::string name, const LogCounters& counters, const Options& options)
        : name_(std::move(name)),
          counters_(counters),
          options_(options),
          descriptor_(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)),
          stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          formatter_(std::make_unique<spdlog::pattern_formatter>()),
          repeats_(options.repeats) {}
    ~Core() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (stop_event_ >= 0) ::close(stop_event_);
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    void set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
        const std::lock_guard lock(mutex_);
        formatter_ = std::move(formatter);
    }

    void add(const spdlog::details::log_msg& message) {
        const std::string_view text(message.payload.data(), message.payload.size());
        const std::lock_guard lock(mutex_);
        if (!repeats_.admits(text, Clock::now())) {
            counters_.repeated.add();
            changed_.notify_one();
            return;
        }
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (pending_.size() + line.size() > options_.max_bytes) return drop(1);
        pending_.append(line.data(), line.size());
        changed_.notify_one();
    }

    /// The thread's whole life: until stop(), and what is left then is written or given up.
    void run() {
        block_signals();
        while (const auto batch = next_batch()) {
            const bool written = write(batch->text) && write_missing(batch->missing);
            const std::lock_guard lock(mutex_);
            writable_ = written;
            writing_ = false;
            idle_.notify_all();
        }
        const std::lock_guard lock(mutex_);
        ended_ = true;
        idle_.notify_all();
    }

    void flush() {
        std::unique_lock lock(mutex_);
        idle_.wait_for(lock, options_.drain_timeout, [this] {
            return ended_ || (pending_.empty() && !writing_);
        });
    }

    /// Whether the thread has ended, and isn't stuck in a write.
    bool stop() {
        std::unique_lock lock(mutex_);
        const auto deadline = Clock::now() + options_.drain_timeout;
        deadline_ = deadline;
        changed_.notify_one();
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto woken = ::write(stop_event_, &one, sizeof one);
        idle_.wait_until(lock, deadline + kGrace, [this] { return ended_; });
        abandoned_ = !ended_;
        return ended_;
    }

private:
    struct Batch {
        std::string text;
        std::uint64_t missing = 0;  ///< lines that were dropped after it
    };

    // With the lock held.
    void drop(std::uint64_t lines) {
        missing_ += lines;
        if (!abandoned_) counters_.dropped.add(lines);
    }

    // With the lock held.
    std::string notice(const std::string& text) {
        spdlog::memory_buf_t line;
        formatter_->format(spdlog::details::log_msg(name_, spdlog::level::warn, text), line);
        return {line.data(), line.size()};
    }

    // With the lock held.
    void write_cuts(const std::vector<RepeatFilter::Cut>& cuts) {
        for (const auto& cut : cuts) {
            pending_ += notice(std::to_string(cut.times) + " more times: " + cut.text);
        }
    }

    // Waits for something to write. Nothing when it is time to end.
    std::optional<Batch> next_batch() {
        std::unique_lock lock(mutex_);
        while (true) {
            write_cuts(deadline_ ? repeats_.drain_all() : repeats_.drain(Clock::now()));
            if (!pending_.empty() || (missing_ > 0 && writable_)) break;
            if (deadline_) return {};
            const auto due = repeats_.next_due();
            if (due) changed_.wait_until(lock, *due);
            if (!due) changed_.wait(lock);
        }
        writing_ = true;
        return Batch{std::exchange(pending_, {}), std::exchange(missing_, 0)};
    }

    bool write_missing(std::uint64_t lines) {
        if (lines == 0) return true;
        std::string text;
        {
            const std::lock_guard lock(mutex_);
            text = notice(std::to_string(lines) + " lines of this log were lost here");
        }
        if (write_chunk(text)) return true;
        const std::lock_guard lock(mutex_);
        missing_ += lines;
        return false;
    }

    // False when a part of it is lost.
    bool write(std::string_view text) {
        bool complete = true;
        while (!text.empty()) {
            const auto chunk = next_chunk(text);
            if (!write_chunk(chunk)) {
                const std::lock_guard lock(mutex_);
                drop(lines_in(chunk));
                complete = false;
            }
            text.remove_prefix(chunk.size());
        }
        return complete;
    }

    bool write_chunk(std::string_view chunk) {
        while (!chunk.empty()) {
            if (!wait_until_writable()) return false;
            const auto written = ::write(descriptor_, chunk.data(), chunk.size());
            if (written >= 0) {
                chunk.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EAGAIN && errno != EINTR) {
                return false;  // nobody reads it any more, or the disk is full
            }
        }
        return true;
    }

    // False when it should end before that. An error of the descriptor is for write() to meet.
    bool wait_until_writable() {
        while (true) {
            const auto deadline = deadline_copy();
            if (descriptor_ < 0) return true;  // there was none: write() says so
            pollfd waited[]{{descriptor_, POLLOUT, 0}, {stop_event_, POLLIN, 0}};
            ::poll(waited, deadline ? 1 : 2, deadline ? milliseconds_until(*deadline) : -1);
            if (waited[0].revents != 0) return true;
            if (deadline && Clock::now() >= *deadline) return false;
        }
    }

    std::optional<Clock::time_point> deadline_copy() {
        const std::lock_guard lock(mutex_);
        return deadline_;
    }

    const std::string name_;
    const LogCounters counters_;
    const Options options_;
    const int descriptor_;
    const int stop_event_;

    std::mutex mutex_;  // of all that follows; never held while something is written
    std::condition_variable changed_;
    std::condition_variable idle_;
    std::unique_ptr<spdlog::formatter> formatter_;
    RepeatFilter repeats_;
    std::string pending_;
    std::uint64_t missing_ = 0;  // lines dropped since that was last said
    bool writing_ = false;
    bool writable_ = true;                       // as of the last batch
    std::optional<Clock::time_point> deadline_;  // set by stop()
    bool ended_ = false;
    bool abandoned_ = false;  // the counters are gone
};

LogSink::LogSink(
    int descriptor, const std::string& name, const LogCounters& counters, const Options& options
)
    : core_(std::make_shared<Core>(descriptor, name, counters, options)),
      thread_([core = core_] { core->run(); }) {}

LogSink::~LogSink() {
    if (core_->stop()) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

void LogSink::log(const spdlog::details::log_msg& message) {
    core_->add(message);
}

void LogSink::flush() {
    core_->flush();
}

void LogSink::set_pattern(const std::string& pattern) {
    core_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc)
    );
}

void LogSink::set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
    core_->set_formatter(std::move(formatter));
}

}  // namespace lars::app
