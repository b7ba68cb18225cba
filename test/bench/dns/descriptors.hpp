#pragma once

#include <sys/resource.h>

namespace lars::bench {

/// The soft limit of descriptors becomes the hard one, for this process and those it starts.
inline void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace lars::bench
