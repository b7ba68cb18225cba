#pragma once

// Just enough of a coroutine type to compile the samples.
#include <coroutine>
#include <functional>

struct Owner {
    Owner();
    Owner(const Owner&);
    ~Owner();
};

struct Number {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};
Number number();

struct Task {
    struct promise_type {
        Task get_return_object();
        std::suspend_never initial_suspend();
        std::suspend_never final_suspend() noexcept;
        void return_void();
        void unhandled_exception();
    };
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
};

using Callable = std::function<int()>;
