#pragma once

#include "base/module_id.hpp"

#include <proto/lars.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace lars::bench {

/// What a client says to an agent, and hears from it. For one thread.
class Messages {
public:
    /// Replaces `out` by the datagram. With a name, the ids are what the client took it for.
    void get_host(
        ModuleId module, std::uint32_t seq, std::string& out, const std::string& name = {}
    );
    /// Of a call to the host of that answer; an echo's names none, and then of one to some host.
    void report(const GetHostResponse& answer, std::string& out);

    /// The answer in a datagram, valid until the next; null when it isn't one. A request that
    /// comes back counts as an answer with its seq.
    const GetHostResponse* answer(std::string_view datagram);

private:
    GetHostRequest request_;
    GetHostResponse response_;
    ReportRequest report_;
};

}  // namespace lars::bench
