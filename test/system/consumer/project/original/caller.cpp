#include "lars_api.h"

#include <stdlib.h>
#include <time.h>

#include <iostream>
#include <map>

// A caller of which some calls fail. usleep comes with the header.

int main(int argc, char** argv) {
    if (argc < 3) {
        printf("usage: caller MODID CMDID [FAILURES OF 10] [CALLS]\n");
        return 1;
    }
    int modid = atoi(argv[1]);
    int cmdid = atoi(argv[2]);
    int failures = argc > 3 ? atoi(argv[3]) : 2;
    int calls = argc > 4 ? atoi(argv[4]) : 5;
    lars_client client;
    std::map<std::string, std::pair<int, int> > counts;

    srand(time(NULL));
    client.reg_init(modid, cmdid);
    for (int i = 0; i < calls; i++) {
        std::string ip;
        int port = 0;
        int code = client.get_host(modid, cmdid, ip, port);
        switch (code) {
            case 0:
                if (rand() % 10 < failures) {
                    counts[ip].second += 1;
                    client.report(modid, cmdid, ip, port, 1);
                } else {
                    counts[ip].first += 1;
                    client.report(modid, cmdid, ip, port, 0);
                }
                break;
            case 1:
                std::cout << "overloaded" << std::endl;
                break;
            case 2:
                std::cout << "system error" << std::endl;
                break;
            case 3:
                std::cout << "not there" << std::endl;
                break;
        }
        usleep(1000);
    }

    std::map<std::string, std::pair<int, int> >::iterator it;
    for (it = counts.begin(); it != counts.end(); it++) {
        std::cout << it->first << ": " << it->second.first << " good, " << it->second.second
                  << " bad" << std::endl;
    }
    return 0;
}
