#include <lars/lars_api.h>
#include <stdlib.h>

// As programs for the original are written.
int main() {
    setenv("LARS_AGENT", "127.0.0.1:1/1", 1);
    lars_client api;
    std::string ip;
    int port = 0;
    const int ret = api.get_host(1, 1, ip, port);
    if (ret == lars::RET_SUCC) api.report(1, 1, ip, port, 0);
    route_set route;
    api.get_route(1, 1, route);
    return ret == lars::RET_SYSTEM_ERROR && route.empty() ? 0 : 1;
}
