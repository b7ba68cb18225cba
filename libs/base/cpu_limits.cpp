#include "base/cpu_limits.hpp"

#include <sched.h>

#include <fstream>
#include <string_view>

namespace lars {
namespace {

std::string first_word(const std::string& path) {
    std::ifstream file(path);
    std::string word;
    file >> word;
    return word;
}

std::string parent_of(const std::string& path) {
    const auto slash = path.find_last_of('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_quota(const std::string& word) {
    return !word.empty() && word != "max" && word != "-1";
}

// Of a cgroup and those that it is in. In a container the path may be that of the host, of which
// only the root is mounted.
bool any_quota(const std::string& mount, std::string path, const std::string& file) {
    while (true) {
        if (is_quota(first_word(mount + path + "/" + file))) return true;
        if (path.empty()) return false;
        path = parent_of(path);
    }
}

bool names_cpu(std::string_view controllers) {
    while (!controllers.empty()) {
        const auto comma = controllers.find(',');
        if (controllers.substr(0, comma) == "cpu") return true;
        controllers = comma == controllers.npos ? "" : controllers.substr(comma + 1);
    }
    return false;
}

// A line is "0::/path" of version 2, or "4:cpu,cpuacct:/path".
bool any_quota(const std::string& root) {
    std::ifstream groups(root + "/proc/self/cgroup");
    const auto mount = root + "/sys/fs/cgroup";
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == line.npos || second == line.npos) continue;
        const auto controllers = line.substr(first + 1, second - first - 1);
        auto path = line.substr(second + 1);
        if (path == "/") path.clear();
        if (controllers.empty() && any_quota(mount, path, "cpu.max")) return true;
        if (names_cpu(controllers) && any_quota(mount + "/cpu", path, "cpu.cfs_quota_us")) {
            return true;
        }
    }
    return false;
}

unsigned allowed_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    // A machine with more cores than the set has room for has more than one.
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return CPU_SETSIZE;
    return static_cast<unsigned>(CPU_COUNT(&allowed));
}

}  // namespace

CpuLimits read_cpu_limits(const std::string& root) {
    return {allowed_cores(), any_quota(root)};
}

}  // namespace lars
