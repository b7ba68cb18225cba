#include "wire/protobuf_log.hpp"

#include <google/protobuf/stubs/logging.h>

#include <mutex>
#include <utility>

namespace lars::wire {
namespace {

// Protobuf has one handler in a process, a plain function, and so this is one too.
struct Place {
    std::mutex mutex;
    const ProtobufLog* owner = nullptr;
    ProtobufLog::Write write;
};

Place& place() {
    static Place place;
    return place;
}

void handle(
    google::protobuf::LogLevel /*level*/,
    const char* /*file*/,
    int /*line*/,
    const std::string& message
) {
    auto& current = place();
    const std::lock_guard lock(current.mutex);
    if (current.write) current.write("protobuf: " + message);
}

}  // namespace

ProtobufLog::ProtobufLog(Write write) {
    auto& current = place();
    const std::lock_guard lock(current.mutex);
    current.owner = this;
    current.write = std::move(write);
    google::protobuf::SetLogHandler(handle);
}

ProtobufLog::~ProtobufLog() {
    auto& current = place();
    const std::lock_guard lock(current.mutex);
    if (current.owner == this) current.write = nullptr;
}

}  // namespace lars::wire
