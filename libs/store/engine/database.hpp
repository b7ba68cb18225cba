#pragma once

#include "store/engine/job.hpp"
#include "store/engine/mode.hpp"
#include "store/engine/url.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace lars::store {

struct Options {
    std::chrono::milliseconds timeout{10'000};
    /// For one of several hosts.
    std::chrono::milliseconds connect_timeout{1'000};
};

/// One database, and how operations are run on it.
///
/// Belongs to one executor, runs one operation at a time, and connects by itself at the first one
/// and after a lost connection, to the next host if there are several. No operation blocks the
/// executor's thread. None waits for one answer of the database longer than `Options::timeout`, and
/// each can be cancelled; whatever was begun is then rolled back.
class Database {
public:
    virtual ~Database() = default;

    /// Runs `operation(connection, arguments...)`, a coroutine that throws Failure, and answers
    /// what it answers. It may run on another thread, and more than once, with the same arguments.
    template <class T, class... Arguments, class... Given>
    Awaitable<Result<T>> run(
        Mode mode, Awaitable<T> (*operation)(Connection&, Arguments...), Given&&... arguments
    ) {
        using Call = Call<T, Arguments...>;
        return finish<T>(
            mode, std::make_shared<Call>(operation, std::forward<Given>(arguments)...)
        );
    }

private:
    template <class T, class Call>
    Awaitable<Result<T>> finish(Mode mode, std::shared_ptr<Call> call) {
        auto performing = perform(mode, call);
        const auto done = co_await std::move(performing);
        if (!done) co_return done.error();
        co_return call->result();
    }

    virtual Awaitable<Result<void>> perform(Mode mode, std::shared_ptr<Job> job) = 0;
};

/// Opens nothing yet: an unreachable database is the first operation's error.
std::unique_ptr<Database> make_database(
    asio::any_io_executor executor, const Url& url, const Options& options = {}
);

}  // namespace lars::store
