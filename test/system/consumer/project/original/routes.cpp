#include "lars_api.h"

#include <iostream>

static void print(const ip_port& node) {
    std::cout << "node " << node.first << ":" << node.second << std::endl;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        printf("usage: routes MODID CMDID\n");
        return 1;
    }
    int modid = atoi(argv[1]);
    int cmdid = atoi(argv[2]);
    lars_client* client = new lars_client;

    route_set route;
    int code = client->get_route(modid, cmdid, route);
    if (code == 0) {
        for (route_set_it it = route.begin(); it != route.end(); it++) {
            print(*it);
        }
    }
    printf("%d nodes\n", (int)route.size());
    delete client;
    return 0;
}
