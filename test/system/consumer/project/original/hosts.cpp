#include "lars_api.h"

#include <iostream>

// Includes no more than its like did: printf and atoi come with the header.

static void usage() {
    printf("usage: hosts MODID CMDID [COUNT]\n");
}

int main(int argc, char** argv) {
    if (argc < 3) {
        usage();
        return 1;
    }

    int modid = atoi(argv[1]), cmdid = atoi(argv[2]);
    int count = argc > 3 ? atoi(argv[3]) : 1;
    lars_client client;
    std::string ip;
    int port;

    int code = client.reg_init(modid, cmdid);
    if (code != 0) {
        std::cout << "registered with " << code << std::endl;
    }
    for (int i = 0; i < count; i++) {
        code = client.get_host(modid, cmdid, ip, port);
        if (code == 0) {
            std::cout << "host " << ip << ":" << port << std::endl;
            client.report(modid, cmdid, ip, port, 0);
        } else {
            std::cout << "no host: " << code << std::endl;
        }
    }
    return 0;
}
