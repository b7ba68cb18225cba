#include "lars_api.h"

#include <pthread.h>
#include <stdlib.h>

#include <iostream>

// Threads with a client each, which is how the original had to be used.

struct work {
    int modid;
    int calls;
    long answered;
};

static void* run(void* argument) {
    work* mine = (work*)argument;
    lars_client client;
    std::string ip;
    int port;
    long begin = time(NULL);

    client.reg_init(mine->modid, 1);
    for (int i = 0; i < mine->calls; i++) {
        int code = client.get_host(mine->modid, 1, ip, port);
        if (code == 0 || code == 1 || code == 3) {
            ++mine->answered;
            if (code == 0) {
                client.report(mine->modid, 1, ip, port, 0);
            }
        } else {
            printf("module %d: %d\n", mine->modid, code);
        }
    }
    printf("module %d took %ld s\n", mine->modid, time(NULL) - begin);
    return NULL;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        printf("usage: threads THREADS CALLS\n");
        return 1;
    }
    int count = atoi(argv[1]);
    work* works = new work[count];
    pthread_t* ids = new pthread_t[count];
    for (int i = 0; i < count; i++) {
        memset(&works[i], 0, sizeof(work));
        works[i].modid = i + 1;
        works[i].calls = atoi(argv[2]);
        pthread_create(&ids[i], NULL, run, &works[i]);
    }
    long answered = 0;
    for (int i = 0; i < count; i++) {
        pthread_join(ids[i], NULL);
        answered += works[i].answered;
    }
    printf("%ld answered\n", answered);
    delete[] works;
    delete[] ids;
    return 0;
}
