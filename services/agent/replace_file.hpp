#pragma once

#include <string>

namespace lars::agent {

/// Whether what is written outlives the host, or only the process.
enum class Synced { yes, no };

/// Writes a file as a whole: to a temporary one beside it, which is then renamed. Blocks. Answers
/// what went wrong, or nothing.
std::string replace_file(
    const std::string& path, const std::string& bytes, Synced synced = Synced::yes
);

}  // namespace lars::agent
