// The same things, written so that g++ 12 compiles them correctly.
#include "task.hpp"

struct Options {
    Owner owner;
    int number;
};

Task use(Options options);
Task call(Callable callable);

Task good(Owner owner) {
    const auto callable = [owner] { return 1; };
    co_await call(callable);
    Options options{Owner(), 1};
    co_await use(options);
    const int n = co_await number();
    int m = 0;
    if (n > 0) m = co_await number();
    auto nested = [owner]() -> Task { co_await number(); };
    co_return;
}
