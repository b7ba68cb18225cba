// Each line marked LINT is one that the coroutine lint has to find, and no other.
#include "task.hpp"

struct Options {
    Owner owner;
    int number;
};

Task use(Options options);
Task call(Callable callable);

Task bad(Owner owner) {
    co_await call([owner] { return 1; });                  // LINT: a capturing lambda
    co_await use({Owner(), 1});                            // LINT: an aggregate with a destructor
    Options options{Owner(), co_await number()};           // LINT: co_await inside an aggregate
    const int n = options.number ? co_await number() : 0;  // LINT: co_await in a branch
    co_return;
}
