#pragma once

#include <functional>
#include <string>

namespace lars::wire {

/// Where protobuf's own log lines go for as long as this lives: a peer that sends a string which
/// isn't UTF-8 has protobuf write a line to standard error for each, which would wait there. The
/// peer's message is refused and counted all the same, by whoever parses it.
///
/// There is one such place in a process: what was made last is told, and once that is gone nobody.
class ProtobufLog {
public:
    /// Called by any thread that parses or serializes.
    using Write = std::function<void(const std::string& line)>;

    explicit ProtobufLog(Write write);
    ~ProtobufLog();
    ProtobufLog(const ProtobufLog&) = delete;
    ProtobufLog& operator=(const ProtobufLog&) = delete;
};

}  // namespace lars::wire
