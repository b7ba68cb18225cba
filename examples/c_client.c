/* Calls a service from C: asks which node to call, connects to it, and reports how that went.
 *
 *     example_c MODID CMDID [CALLS]
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <lars/client.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Stands for a call to the service: whether its node accepts a connection. */
static int call(const lars_host* host) {
    struct sockaddr_in address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    int connected;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(host->port);
    if (descriptor < 0) return 0;
    connected = inet_pton(AF_INET, host->address, &address.sin_addr) == 1 &&
                connect(descriptor, (struct sockaddr*)&address, sizeof address) == 0;
    close(descriptor);
    return connected;
}

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int main(int argc, char** argv) {
    /* What is 0 has its default: the agent from LARS_AGENT, else 127.0.0.1:8888/3. */
    lars_options options = {sizeof(lars_options), NULL, 0, 0};
    char error[200];
    lars_handle* handle;
    int calls = argc > 3 ? atoi(argv[3]) : 1;
    int good = 0;
    int i;
    int32_t modid;
    int32_t cmdid;
    if (argc < 3) {
        fprintf(stderr, "Usage: %s MODID CMDID [CALLS]\n", argv[0]);
        return 2;
    }
    modid = atoi(argv[1]);
    cmdid = atoi(argv[2]);
    handle = lars_open(&options, error, sizeof error);
    if (!handle) {
        fprintf(stderr, "%s: %s\n", argv[0], error);
        return 2;
    }
    for (i = 0; i < calls; ++i) {
        lars_host host;
        int64_t begin;
        int succeeded;
        int code = lars_get_host(handle, modid, cmdid, &host);
        if (code != LARS_SUCC) {
            /* LARS_OVERLOAD means: don't call now. There is nothing to report. */
            fprintf(stderr, "no host: %s\n", lars_code_name(code));
            continue;
        }
        begin = now_us();
        succeeded = call(&host);
        lars_report(handle, modid, cmdid, &host, succeeded ? 0 : 1, now_us() - begin);
        printf("%s:%u %s\n", host.address, (unsigned)host.port, succeeded ? "succeeded" : "failed");
        good += succeeded;
    }
    lars_close(handle);
    return good > 0 ? 0 : 1;
}
