#pragma once

#include <utility>

namespace lars::client {

/// Refers to the caller's function object, which outlives it, and allocates nothing.
template <class Signature>
class FunctionRef;

template <class Return, class... Arguments>
class FunctionRef<Return(Arguments...)> {
public:
    template <class Function>
    FunctionRef(const Function& function)
        : object_(&function), call_([](const void* object, Arguments... arguments) -> Return {
              return (*static_cast<const Function*>(object))(std::forward<Arguments>(arguments)...);
          }) {}
    Return operator()(Arguments... arguments) const {
        return call_(object_, std::forward<Arguments>(arguments)...);
    }

private:
    const void* object_;
    Return (*call_)(const void*, Arguments...);
};

}  // namespace lars::client
