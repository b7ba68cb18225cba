// As programs for the original Lars are written: they compile unchanged.
//
//     example_original MODID CMDID
#include "lars_api.h"

#include <cstdlib>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "Usage: " << argv[0] << " MODID CMDID\n";
        return 2;
    }
    const int modid = std::atoi(argv[1]);
    const int cmdid = std::atoi(argv[2]);

    lars_client api;
    api.reg_init(modid, cmdid);  // the agent has the route when the first call comes

    route_set route;
    if (api.get_route(modid, cmdid, route) == lars::RET_SUCC) {
        for (const auto& [ip, port] : route) std::cout << "node " << ip << ':' << port << '\n';
    }

    std::string ip;
    int port = 0;
    const int ret = api.get_host(modid, cmdid, ip, port);
    if (ret == lars::RET_SUCC) {
        std::cout << "host is " << ip << ':' << port << '\n';
        const int retcode = 0;  // here the call is made; 0: it succeeded
        api.report(modid, cmdid, ip, port, retcode);
    } else if (ret == lars::RET_NOEXIST) {
        std::cout << modid << ',' << cmdid << " doesn't exist\n";
    } else if (ret == lars::RET_OVERLOAD) {
        std::cout << modid << ',' << cmdid << " is overloaded\n";
    } else {
        std::cout << "lars system error\n";
    }
    return ret;
}
