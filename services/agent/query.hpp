#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "lb/balancer.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <variant>

namespace lars::agent {

/// Gives a parked query its answer. Called once, on the shard's thread, or never if the shard ends
/// before.
using LateReply = std::function<void(const lb::Pick&)>;

/// Has a parked query asked again. Called once, on the shard's thread, or never.
using AskAgain = std::function<void()>;

/// Who asks, as its face knows it: the face is what translates between clients and the shard, such
/// as datagrams of our clients.
class Asker {
public:
    /// How to reply when the asker itself is gone. Called only for a query that is parked.
    virtual LateReply late_reply() const = 0;
    /// How to ask the same again when the name that is said in it is known. Null: the asker can't,
    /// and isn't parked for a name. Called only for a query that is parked.
    virtual AskAgain ask_again() const { return {}; }

protected:
    ~Asker() = default;
};

/// A question for an endpoint of a module.
struct HostQuery {
    ModuleId module;
    /// How the endpoint is to be chosen.
    lb::PickContext context;
    /// How long the answer may wait for the first route of a module; 0: not at all.
    std::chrono::milliseconds max_wait{};
};

/// How a call to an endpoint went.
struct CallReport {
    ModuleId module;
    Endpoint endpoint;
    lb::Call call;
};

/// Another shard holds the module: it is to be asked, and its answer is the answer.
struct Forward {
    std::size_t shard = 0;
};

/// The answer follows through Asker::late_reply.
struct Parked {};

/// There is no such module, or it isn't known.
struct Unknown {};

/// There is nothing to answer.
struct Nothing {};

using HostAnswer = std::variant<lb::Pick, Forward, Parked>;
/// Which module a name stands for.
using NameAnswer = std::variant<ModuleId, Unknown, Parked>;
/// Of a module without a route: null. Valid until the shard is next used.
using RouteAnswer = std::variant<const lb::Balancer*, Forward>;
using ReportAnswer = std::variant<Nothing, Forward>;

}  // namespace lars::agent
