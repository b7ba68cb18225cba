#pragma once

#include <sys/socket.h>

namespace lars::test {

/// A loopback port that nobody uses, another at each call. It lies below those that the kernel
/// gives to outgoing connections, so that none takes it while its server is down. The first of
/// `count` in a row.
int free_port(int type = SOCK_STREAM, int count = 1);

}  // namespace lars::test
