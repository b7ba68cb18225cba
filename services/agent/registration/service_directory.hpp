#pragma once

#include "agent/registration/service_file.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lars::agent {

/// The files *.conf of a directory, read again when they change. Blocks while it reads; belongs to
/// one thread.
class ServiceDirectory {
public:
    explicit ServiceDirectory(std::string path) : path_(std::move(path)) {}

    /// A file that is new, has changed, or is gone: then it has neither registrations nor mistakes.
    struct Change {
        std::string name;
        ServiceFile content;
    };
    std::vector<Change> look();

    const std::string& path() const { return path_; }

private:
    /// By which a change is seen.
    struct Stamp {
        std::uint64_t inode = 0;
        std::int64_t size = 0;
        std::int64_t modified_ns = 0;
        std::int64_t changed_ns = 0;

        friend bool operator==(const Stamp&, const Stamp&) = default;
    };

    std::string path_;
    std::map<std::string, Stamp> known_;
};

}  // namespace lars::agent
