#pragma once

// Programs for the original get these by its header, and use them without including them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lars {

/// Return codes under the original's names.
enum { RET_SUCC = 0, RET_OVERLOAD = 1, RET_SYSTEM_ERROR = 2, RET_NOEXIST = 3 };

class Client;

}  // namespace lars

using ip_port = std::pair<std::string, int>;
using route_set = std::vector<ip_port>;
using route_set_it = route_set::iterator;

/// The class of the original Lars: a program written for it compiles unchanged. LARS_AGENT says
/// where the agent is, if not at 127.0.0.1:8888.
class lars_client {
public:
    lars_client();
    ~lars_client();

    int reg_init(int modid, int cmdid);
    int get_host(int modid, int cmdid, std::string& ip, int& port);
    int get_route(int modid, int cmdid, route_set& route);
    void report(int modid, int cmdid, const std::string& ip, int port, int retcode);

private:
    std::unique_ptr<lars::Client> client_;
};
