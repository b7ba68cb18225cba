#pragma once

#include "agent/query.hpp"
#include "base/module_id.hpp"
#include "lb/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lars::agent {

/// Queries that are parked until their module's first route has come or their time is over. Belongs
/// to one thread.
class Waiters {
public:
    /// A context with what it refers to.
    class Context {
    public:
        explicit Context(const lb::PickContext& context)
            : plain_(context),
              select_(context.select),
              exclude_(context.exclude.begin(), context.exclude.end()) {}

        /// Valid as long as this is.
        lb::PickContext get() const {
            auto context = plain_;
            context.select = select_;
            context.exclude = exclude_;
            return context;
        }

    private:
        lb::PickContext plain_;
        std::string select_;
        std::vector<Endpoint> exclude_;
    };

    struct Waiter {
        ModuleId module;
        Context context;
        lb::Time until{};
        LateReply reply;
        /// Not empty: it waits for what this name stands for, to be asked again then.
        std::string name;
        AskAgain ask_again;
    };

    /// Whether there is room for one more.
    bool has_room() const { return all_.size() < kMax; }
    /// Precondition: there is room.
    void add(Waiter waiter) { all_.push_back(std::move(waiter)); }
    /// Those that wait for this module, in the order in which they came; they wait no longer.
    std::vector<Waiter> drain(ModuleId module);
    /// Those that wait for this name.
    std::vector<Waiter> drain_name(std::string_view name);
    /// Those whose time is over.
    std::vector<Waiter> drain_due(lb::Time now);

    /// The first end of a wait; Time::max() when nobody waits.
    lb::Time next_due() const;

    /// A module is waited for once, at its first use: more at a time are no honest programs'.
    static constexpr std::size_t kMax = 1'024;

private:
    template <class Matches>
    std::vector<Waiter> drain_if(Matches&& matches);

    std::vector<Waiter> all_;
};

}  // namespace lars::agent
