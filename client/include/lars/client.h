/* The Lars client in C: which node do I call now, and how did the call go.
 *
 * Every function may be called from any thread at the same time, except lars_close(). None blocks
 * longer than the timeout, but lars_reg_init() three times as long. After fork() parent and child
 * may both go on, whatever other threads did at that moment.
 *
 * A handle has a UDP socket for each shard of the agent and each call that waits for an answer at
 * the same time, up to 64 calls (240 sockets for an agent of 3 shards, with those for reports);
 * further calls wait for these. Sockets are closed when no answer came over them, and when nobody
 * used them for 10 s and calls go on over others.
 */
#ifndef LARS_CLIENT_H
#define LARS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum lars_code {
    LARS_SUCC = 0,
    LARS_OVERLOAD = 1,     /* every node is overloaded: don't call now */
    LARS_SYSTEM_ERROR = 2, /* no answer from the agent within the timeout */
    LARS_NOEXIST = 3,      /* the module is unknown, or not known yet */
    LARS_TRUNCATED = 4     /* of lars_get_route: there are more nodes than were answered */
};

typedef struct lars_handle lars_handle;

typedef struct lars_options {
    size_t size; /* sizeof(lars_options): lets later versions add fields */
    /* "host:port[/shards]"; NULL: LARS_AGENT, else 127.0.0.1:8888/3. A name may have several
     * addresses: each is tried. It is looked up again when nobody answers. */
    const char* agent;
    uint32_t timeout_ms; /* of each call, 1 to 60000; 0: 500 */
    /* How long lars_get_host may wait for a module that the agent has to learn first, 1 to 60000,
     * but at most a third of the timeout. 0: 20; below 0: not at all. (64 bits wide because a
     * narrower field would lie in what was padding before.) */
    int64_t first_call_wait_ms;
} lars_options;

typedef struct lars_host {
    char address[46]; /* "192.168.1.177" or "2001:db8::1", ends in 0 */
    uint16_t port;
} lars_host;

/* NULL when the options are wrong, or the agent's name can't be looked up within the timeout; then
 * `error`, if it isn't NULL, says why. */
lars_handle* lars_open(const lars_options* options, char* error, size_t error_size);
void lars_close(lars_handle* handle);

/* Makes the agent learn a module before it is needed: up to three questions, 50 ms apart. */
int lars_reg_init(lars_handle* handle, int32_t modid, int32_t cmdid);
/* Chooses a node. `host` is written when LARS_SUCC is answered. */
int lars_get_host(lars_handle* handle, int32_t modid, int32_t cmdid, lars_host* host);
/* All nodes of a module, the first `capacity` of them to `hosts`; their number goes to `count`.
 * LARS_TRUNCATED, with nodes, when the agent has more than it could answer: one of an earlier
 * version, which can't go on where its first answer, of some 4,000, ended. */
int lars_get_route(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    lars_host* hosts,
    size_t capacity,
    size_t* count
);
/* How a call went: retcode 0 is success, anything else a failure. latency_us below 0: not known.
 * Nothing is waited for; LARS_SYSTEM_ERROR when it couldn't be sent or `host` is no address. */
int lars_report(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    const lars_host* host,
    int32_t retcode,
    int64_t latency_us
);

/* "SUCC", "OVERLOAD", "SYSTEM_ERROR", "NOEXIST"; static storage. */
const char* lars_code_name(int code);

#ifdef __cplusplus
}
#endif

#endif
