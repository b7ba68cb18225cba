#include "store/engine/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace lars::store {

std::string descriptors_advice() {
    const int probe = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (probe >= 0) {
        ::close(probe);
        return "";
    }
    if (errno == ENFILE) return "; this machine has no file descriptor left: raise fs.file-max";
    if (errno != EMFILE) return "";
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return "; this process has no file descriptor left of its " + std::to_string(limit.rlim_cur) +
           ": raise LimitNOFILE= (ulimit -n), or lower --max-connections";
}

}  // namespace lars::store
