/* What the socket calls of a pair cost alone: a datagram is sent, another one waited for, and a
 * third sent, each as the client in C encodes them, with nothing encoded, decoded, chosen or
 * locked.
 *
 * Of the commands of test/conformance/drivers it has those that clients.py uses. "open" as in C:
 * the agent, a timeout that nobody needs, and for how many microseconds it looks before it polls.
 */
#define _POSIX_C_SOURCE 200809L

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { SHARDS = 3, PATIENCE_MS = 5000, LARGEST = 65507 };

/* "payments", 1,1, in shard 2: a question for a node, and a report of 10.0.0.1:80. */
static const unsigned char question[] =
    "\x04\0\0\0\x14\0\0\0\x08\x01\x10\x01\x18\x01\x8a\x01\x08payments\x98\x01\x14";
static const unsigned char report[] =
    "\x06\0\0\0\x1c\0\0\0\x08\x01\x10\x01\x1a\x07\x08\x81\x80\x80\x50\x10\x50\x80\x01\xe8\x07\x8a"
    "\x01\x08payments";

static int port;
static int64_t looks_ns;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

static int connect_agent(void) {
    struct sockaddr_in agent;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    memset(&agent, 0, sizeof agent);
    agent.sin_family = AF_INET;
    agent.sin_port = htons((uint16_t)(port + 2 % SHARDS));
    agent.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr*)&agent, sizeof agent) != 0) abort();
    return fd;
}

static int make_pair(int fd, char* room) {
    const int64_t until = looks_ns > 0 ? now_ns() + looks_ns : 0;
    struct pollfd wait;
    wait.fd = fd;
    wait.events = POLLIN;
    if (send(fd, question, sizeof question - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return 0;
    while (recv(fd, room, LARGEST, MSG_DONTWAIT) < 0) {
        if (until > 0 && now_ns() < until) continue;
        if (poll(&wait, 1, PATIENCE_MS) != 1) return 0;
    }
    return send(fd, report, sizeof report - 1, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

static void* make_pairs(void* context) {
    int* const left = context;
    const int fd = connect_agent();
    char* const room = malloc(LARGEST);
    int failed = 0;
    for (; *left > 0; --*left) failed += !make_pair(fd, room);
    *left = failed;
    return NULL;
}

static void pairs(int count, int threads) {
    pthread_t all[64];
    int each[64];
    int failed = 0;
    int i;
    for (i = 0; i < threads; ++i) {
        each[i] = count / threads;
        pthread_create(&all[i], NULL, make_pairs, &each[i]);
    }
    for (i = 0; i < threads; ++i) {
        pthread_join(all[i], NULL);
        failed += each[i];
    }
    printf("%d failed\n", failed);
}

static int compare(const void* one, const void* other) {
    const int64_t a = *(const int64_t*)one;
    const int64_t b = *(const int64_t*)other;
    return (a > b) - (a < b);
}

static void median(int count) {
    int64_t* const took = calloc((size_t)count, sizeof *took);
    char* const room = malloc(LARGEST);
    const int fd = connect_agent();
    int i;
    for (i = 0; i < count; ++i) {
        const int64_t begun = now_ns();
        make_pair(fd, room);
        took[i] = now_ns() - begun;
    }
    qsort(took, (size_t)count, sizeof *took, compare);
    printf("%lld\n", (long long)took[count / 2]);
}

int main(void) {
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        int count = 0;
        int threads = 0;
        int looks = 0;
        if (sscanf(line, "open 127.0.0.1:%d/3 %*d %d", &port, &looks) >= 1) {
            looks_ns = looks > 0 ? looks * (int64_t)1000 : 0;
            puts("ok");
        } else if (sscanf(line, "pairs %*s %d %d", &count, &threads) == 2) {
            pairs(count, threads);
        } else if (sscanf(line, "median %*s %d", &count) == 1) {
            median(count);
        } else {
            puts("what is that?");
        }
        fflush(stdout);
    }
    return 0;
}
