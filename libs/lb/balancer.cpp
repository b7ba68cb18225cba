#include "lb/balancer.hpp"

namespace lars::lb {

const char* to_string(State state) noexcept {
    switch (state) {
        case State::idle:
            return "idle";
        case State::overload:
            return "overload";
    }
    return "unknown";
}

}  // namespace lars::lb
