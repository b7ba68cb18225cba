#include "clients.hpp"

#include "datagrams.hpp"
#include "lb/random.hpp"
#include "messages.hpp"
#include "process.hpp"
#include "upstream.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

namespace lars::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kWarmUp = std::chrono::milliseconds(50);
constexpr auto kLook = std::chrono::milliseconds(20);  // for requests to give up
// A busy machine may not let a client or a server run for a while.
constexpr auto kLongestSilence = std::chrono::seconds(10);
// A seq names the slot of its request in its low bits, and in the others which use of the slot.
constexpr int kSlotBits = 8;
// Every seq is equally long on the wire.
constexpr std::uint32_t kAlwaysSet = 1U << 31;

// No two clients ask for the same modules in the same order.
std::atomic<std::uint64_t> next_seed{0};

enum class Phase { warming, measuring, ended };

class Client {
public:
    explicit Client(const Load& load)
        : load_(load), random_(next_seed++), slots_(static_cast<std::size_t>(load.outstanding)) {
        for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) free_.push_back(slot);
        for (std::int32_t i = 0; i < load.modules && load.by_name; ++i) {
            names_.push_back(example_name({load.first_module + i, 1}));
        }
    }

    void run(const std::atomic<Phase>& phase) {
        // The kernel would let a sleep that ends soon last 50 us longer.
        ::prctl(PR_SET_TIMERSLACK, 1);
        due_ = Clock::now();
        while (phase != Phase::ended) {
            const auto pause = ask_what_is_due(Clock::now());
            datagrams_.send();
            const auto& answers = datagrams_.receive(pause);
            const auto now = Clock::now();
            for (const auto answer : answers) take(answer, now, phase);
            if (now >= next_look_) give_up(now);
        }
    }

    /// What it did so far; from any thread.
    Sample so_far() const {
        return {
            .answered = double(answered_.load(std::memory_order_relaxed)),
            .lost = double(lost_.load(std::memory_order_relaxed)),
            .extras = double(extras_.load(std::memory_order_relaxed)),
            .refused = double(refused_.load(std::memory_order_relaxed)),
        };
    }
    /// Of the answers while it was measured. After run().
    const std::vector<double>& latencies_us() const { return latencies_us_; }

private:
    using Count = std::atomic<std::uint64_t>;
    struct Slot {
        std::uint32_t seq = 0;
        Clock::time_point asked;
        bool busy = false;
    };

    // Written by this thread alone.
    static std::uint64_t add_one(Count& count) {
        const auto before = count.load(std::memory_order_relaxed);
        count.store(before + 1, std::memory_order_relaxed);
        return before;
    }

    const std::string& name_of(ModuleId module) const {
        static const std::string none;
        if (!load_.by_name) return none;
        return names_[static_cast<std::size_t>(module.modid - load_.first_module)];
    }

    std::uint16_t port_of(ModuleId module) const {
        return load_.ports[shard_of(module, load_.ports.size())];
    }

    /// Answers how long there is nothing more to ask.
    Clock::duration ask_what_is_due(Clock::time_point now) {
        if (load_.per_second == 0) {
            while (!free_.empty()) ask(now);
            return kLook;
        }
        const auto apart = std::chrono::duration<double>(1 / load_.per_second);
        while (due_ <= now && !free_.empty()) {
            ask(due_);
            due_ += std::chrono::duration_cast<Clock::duration>(apart);
        }
        return due_ <= now ? kLook : due_ - now;
    }

    void ask(Clock::time_point when) {
        const auto slot = free_.back();
        free_.pop_back();
        const auto chosen = lb::scaled(
            static_cast<std::uint32_t>(random_()), static_cast<std::uint32_t>(load_.modules)
        );
        const ModuleId module{load_.first_module + static_cast<std::int32_t>(chosen), 1};
        auto& asked = slots_[slot];
        const auto uses = (asked.seq >> kSlotBits) + 1;
        asked = {.seq = kAlwaysSet | uses << kSlotBits | slot, .asked = when, .busy = true};
        messages_.get_host(module, asked.seq, datagrams_.to(port_of(module)), name_of(module));
    }

    void take(std::string_view datagram, Clock::time_point now, Phase phase) {
        const auto* answer = messages_.answer(datagram);
        if (!answer) return;
        const auto number = answer->seq() & ((1U << kSlotBits) - 1);
        if (number >= slots_.size()) return;
        auto& slot = slots_[number];
        if (!slot.busy || slot.seq != answer->seq()) return;  // given up
        const auto before = add_one(answered_);
        if (answer->retcode() != 0) add_one(refused_);
        if (phase == Phase::measuring) {
            const std::chrono::duration<double, std::micro> took = now - slot.asked;
            latencies_us_.push_back(took.count());
        }
        if (load_.then == Load::Then::report) {
            const ModuleId module{answer->modid(), answer->cmdid()};
            messages_.report(*answer, datagrams_.to(port_of(module)));
        }
        if (!load_.extras.empty()) {
            const auto port = load_.ports[random_() % load_.ports.size()];
            datagrams_.to(port) = load_.extras[before % load_.extras.size()];
            add_one(extras_);
        }
        release(number);
    }

    void release(std::uint32_t slot) {
        slots_[slot].busy = false;
        free_.push_back(slot);
    }

    void give_up(Clock::time_point now) {
        next_look_ = now + kLook;
        for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
            if (!slots_[slot].busy || now - slots_[slot].asked < kTimeout) continue;
            add_one(lost_);
            release(slot);
        }
    }

    const Load& load_;
    lb::Random random_;
    Datagrams datagrams_;
    Messages messages_;
    std::vector<std::string>
        names_;  // of the modules in their order, if they are asked for by them
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    Clock::time_point due_;
    Clock::time_point next_look_ = Clock::now() + kLook;
    Count answered_{0};
    Count lost_{0};
    Count refused_{0};
    Count extras_{0};
    std::vector<double> latencies_us_;
};

using Clients = std::vector<std::unique_ptr<Client>>;

Sample totals(const Clients& clients, pid_t server) {
    Sample sample;
    sample.seconds = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    sample.server_cpu_us = cpu_us(server);
    sample.client_cpu_us = cpu_us(::getpid());
    for (const auto& each : clients) {
        const auto more = each->so_far();
        sample.answered += more.answered;
        sample.lost += more.lost;
        sample.extras += more.extras;
        sample.refused += more.refused;
    }
    return sample;
}

struct EndAtExit {
    std::atomic<Phase>& phase;
    ~EndAtExit() { phase = Phase::ended; }
};

Sample between(const Sample& begin, const Sample& end) {
    return {
        .seconds = end.seconds - begin.seconds,
        .answered = end.answered - begin.answered,
        .lost = end.lost - begin.lost,
        .extras = end.extras - begin.extras,
        .refused = end.refused - begin.refused,
        .server_cpu_us = end.server_cpu_us - begin.server_cpu_us,
        .client_cpu_us = end.client_cpu_us - begin.client_cpu_us,
    };
}

}  // namespace

Sample measure(const Load& load, pid_t server, std::chrono::milliseconds time) {
    if (load.outstanding > 1 << kSlotBits) throw std::invalid_argument("too many outstanding");
    Clients clients;
    for (int i = 0; i < load.clients; ++i) {
        clients.push_back(std::make_unique<Client>(load));
    }
    std::atomic<Phase> phase{Phase::warming};
    Sample begin;
    Sample end;
    {
        std::vector<std::jthread> threads;
        const EndAtExit ending{phase};
        for (auto& client : clients) {
            threads.emplace_back([&phase, &client = *client] { client.run(phase); });
        }
        std::this_thread::sleep_for(kWarmUp);
        phase = Phase::measuring;
        begin = totals(clients, server);
        const auto deadline = Clock::now() + kLongestSilence;
        do {
            std::this_thread::sleep_for(time);
            end = totals(clients, server);
        } while (end.answered == begin.answered && Clock::now() < deadline);
    }
    auto sample = between(begin, end);
    for (const auto& client : clients) {
        const auto& more = client->latencies_us();
        sample.latencies_us.insert(sample.latencies_us.end(), more.begin(), more.end());
    }
    if (sample.answered == 0 || sample.latencies_us.empty()) throw std::runtime_error("no answers");
    return sample;
}

}  // namespace lars::bench
