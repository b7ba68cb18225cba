#include "lars_api.h"

#include <iostream>

int main(int argc, char** argv) {
    if (argc != 6) {
        printf("usage: reports MODID CMDID IP PORT RETCODE\n");
        exit(1);
    }
    std::string ip = argv[3];
    int retcode = atoi(argv[5]);
    lars_client client;
    client.report(atoi(argv[1]), atoi(argv[2]), ip, atoi(argv[4]), retcode);
    std::string word = (retcode == 0) ? "good" : "bad";
    std::cout << "reported " << ip << " as " << word << std::endl;
    return 0;
}
