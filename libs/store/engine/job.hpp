#pragma once

#include "store/engine/connection.hpp"
#include "store/engine/result.hpp"

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace lars::store {

/// Something to do on a connection, once or, after a conflict, again.
class Job {
public:
    virtual ~Job() = default;
    /// Throws Failure.
    virtual Awaitable<> run(Connection& connection) = 0;
};

/// An operation with its arguments, which live as long as it runs: so it may take them by
/// reference.
template <class T, class... Arguments>
class Call final : public Job {
public:
    using Operation = Awaitable<T> (*)(Connection&, Arguments...);

    template <class... Given>
    explicit Call(Operation operation, Given&&... given)
        : operation_(operation), arguments_(std::forward<Given>(given)...) {}

    Awaitable<> run(Connection& connection) override {
        const auto call = [&](const auto&... arguments) {
            return operation_(connection, arguments...);
        };
        auto running = std::apply(call, arguments_);
        if constexpr (std::is_void_v<T>) {
            co_await std::move(running);
        } else {
            auto value = co_await std::move(running);
            value_.emplace(std::move(value));
        }
    }

    /// After a run that succeeded.
    Result<T> result() {
        if constexpr (std::is_void_v<T>) {
            return {};
        } else {
            return std::move(*value_);
        }
    }

private:
    Operation operation_;
    std::tuple<std::decay_t<Arguments>...> arguments_;
    std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> value_;
};

}  // namespace lars::store
