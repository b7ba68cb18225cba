#pragma once

#include <string>
#include <vector>

namespace lars::bench {

/// A file that another process appends lines to.
class GrowingFile {
public:
    explicit GrowingFile(std::string path) : path_(std::move(path)) {}
    /// The whole lines that have come since the last call.
    std::vector<std::string> new_lines();

private:
    std::string path_;
    std::size_t read_ = 0;
};

}  // namespace lars::bench
