#pragma once

#include "base/module_id.hpp"

namespace lars::wire {

/// The module that a message names, which may be an invalid one.
template <class Message>
ModuleId module_of(const Message& message) {
    return {message.modid(), message.cmdid()};
}

/// Names the module in a message.
template <class Message>
void set_module(ModuleId id, Message& out) {
    out.set_modid(id.modid);
    out.set_cmdid(id.cmdid);
}

}  // namespace lars::wire
