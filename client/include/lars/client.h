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

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* Of this header; lars_version() has the library's. What was linked with liblars.so.1 goes on with
 * every later liblars.so.1. */
#define LARS_VERSION_MAJOR 0
#define LARS_VERSION_MINOR 4
#define LARS_VERSION_PATCH 0
#define LARS_VERSION "0.4.0"

#if defined(__GNUC__)
#define LARS_API __attribute__((visibility("default")))
#else
#define LARS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum lars_code {
    LARS_SUCC = 0,
    LARS_OVERLOAD = 1,     /* every node is overloaded: don't call now */
    LARS_SYSTEM_ERROR = 2, /* no answer from the agent within the timeout */
    LARS_NOEXIST = 3,      /* the module is unknown, or not known yet */
    LARS_TRUNCATED = 4,    /* of lars_get_route: there are more nodes than were answered */
    LARS_INVALID = 5,      /* what was given can't be a module, a tag or a node */
    LARS_WAITING = 6       /* of lars_choose_advance: there is no answer yet */
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
    /* How long a thread looks for the agent's answer before it sleeps, as long as answers come
     * within that, in µs: a core that sleeps takes longer to wake than an answer takes. 1 to 1000;
     * 0: 50; below 0: not at all. Under a CPU quota, or with one core, it never looks. */
    int64_t spin_us;
} lars_options;

typedef struct lars_host {
    char address[46]; /* "192.168.1.177" or "2001:db8::1", ends in 0 */
    uint16_t port;
    /* The same for connect(), of socket_size bytes. Of a host that the program says only the
     * address and the port are read. */
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } socket;
    uint32_t socket_size;
} lars_host;

/* For which call a node is wanted. Fields that aren't used are zero. */
typedef struct lars_request {
    size_t size;      /* sizeof(lars_request): lets later versions add fields */
    const char* name; /* of the module, like "payments"; NULL: modid and cmdid say which */
    int32_t modid;
    int32_t cmdid;
    const char* select;       /* "key=value": only nodes with this tag; NULL: any */
    const uint64_t* hash_key; /* calls of the same key go to the same node, if the module's policy
                               * is consistent_hash; NULL: there is none */
    const lars_host* exclude; /* nodes that were tried already: the first 8 are left out */
    size_t exclude_count;
    uint32_t attempt; /* 0 for a call's first try; higher for a retry elsewhere, which the agent may
                       * refuse: a fleet in trouble isn't called twice */
    uint32_t reserved;
} lars_request;

typedef struct lars_choice {
    size_t size; /* sizeof(lars_choice) */
    lars_host host;
    int32_t modid; /* the module that was meant */
    int32_t cmdid;
    uint32_t wait_ms; /* with LARS_OVERLOAD: after how long a retry may be tried; 0: there is no
                       * node that isn't excluded or overloaded */
    uint32_t reserved;
} lars_choice;

/* How a call went. Fields that aren't used are zero, but latency_us and server_load. */
typedef struct lars_result {
    size_t size; /* sizeof(lars_result) */
    const char* name;
    int32_t modid;
    int32_t cmdid;
    lars_host host;
    int32_t retcode;    /* 0: it succeeded; anything else: it failed */
    int64_t latency_us; /* below 0: not known */
    uint32_t attempt;   /* as in lars_request */
    float server_load;  /* 0 idle to 1 full, as the node said of itself; below 0: it didn't */
} lars_result;

/* One node of a route that is watched. */
typedef struct lars_node {
    lars_host host;
    uint32_t weight; /* 0 to 65535; 0: drained */
    int32_t state;   /* a lars_state */
    char zone[68];   /* "region/zone", ends in 0; empty: not known */
} lars_node;

enum lars_state {
    LARS_SERVES = 0,
    LARS_SLOW_START = 1, /* it gets a growing part of its share */
    LARS_HALF_OPEN = 2,  /* it is tried by single calls */
    LARS_EJECTED = 3     /* calls to it failed: it isn't chosen now */
};

/* What was answered of a route. */
typedef struct lars_route {
    size_t size;   /* sizeof(lars_route) */
    size_t count;  /* of its nodes */
    uint64_t etag; /* another one when nodes came, went or changed; 0: not known */
    int32_t modid; /* the module that was meant */
    int32_t cmdid;
    int32_t truncated; /* not 0: there are more nodes than were answered */
    uint32_t reserved;
} lars_route;

typedef struct lars_watch lars_watch;
typedef struct lars_pending lars_pending;

/* NULL when the options are wrong, or the agent's name can't be looked up within the timeout; then
 * `error`, if it isn't NULL, says why. */
LARS_API lars_handle* lars_open(const lars_options* options, char* error, size_t error_size);
LARS_API void lars_close(lars_handle* handle);

/* Makes the agent learn a module before it is needed: up to three questions, 50 ms apart. */
LARS_API int lars_reg_init(lars_handle* handle, int32_t modid, int32_t cmdid);
/* Chooses a node. `host` is written when LARS_SUCC is answered. */
LARS_API int lars_get_host(lars_handle* handle, int32_t modid, int32_t cmdid, lars_host* host);
/* All nodes of a module, the first `capacity` of them to `hosts`; their number goes to `count`.
 * LARS_TRUNCATED, with nodes, when the agent has more than it could answer: one of an earlier
 * version, which can't go on where its first answer, of some 4,000, ended. */
LARS_API int lars_get_route(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    lars_host* hosts,
    size_t capacity,
    size_t* count
);
/* The same by name, if `name` isn't NULL, with what else is known of the nodes and of the route.
 * `route` is written when LARS_SUCC, LARS_NOEXIST or LARS_TRUNCATED is answered. */
LARS_API int lars_find_route(
    lars_handle* handle,
    const char* name,
    int32_t modid,
    int32_t cmdid,
    lars_node* nodes,
    size_t capacity,
    lars_route* route
);
/* How a call went: retcode 0 is success, anything else a failure. latency_us below 0: not known.
 * Nothing is waited for; LARS_SYSTEM_ERROR when it couldn't be sent or `host` is no address. */
LARS_API int lars_report(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    const lars_host* host,
    int32_t retcode,
    int64_t latency_us
);

/* Chooses a node, as lars_get_host(), for more than ids can say. `choice` is written when LARS_SUCC
 * or LARS_OVERLOAD is answered. */
LARS_API int lars_choose(lars_handle* handle, const lars_request* request, lars_choice* choice);
/* The same in an event loop, which waits itself: begin, then advance as long as it answers
 * LARS_WAITING, each time that one of its sockets is readable or its time has come; then end, which
 * may be earlier, too. A question is of one thread at a time, and of the process that began it. The
 * handle must live longer, and what the request refers to until the end. NULL: out of memory. */
LARS_API lars_pending* lars_choose_begin(lars_handle* handle, const lars_request* request);
/* Sends what is due, takes what has come, and waits for nothing. LARS_WAITING, or as
 * lars_choose(). */
LARS_API int lars_choose_advance(lars_pending* pending, lars_choice* choice);
/* What to wait for after LARS_WAITING: the first `capacity` sockets (8 are enough), of the number
 * that is answered; and for at most so many microseconds. Another advance may have others. Don't
 * read or close them. */
LARS_API size_t
lars_choose_wait(lars_pending* pending, int* sockets, size_t capacity, int64_t* timeout_us);
LARS_API void lars_choose_end(lars_pending* pending);
/* As lars_report(), for more than ids can say. */
LARS_API int lars_report_result(lars_handle* handle, const lars_result* result);

/* Watches a module's nodes, for who keeps connections to all of them: lars_watch_read() answers
 * them anew whenever one came, went, or got another weight or state. `name` NULL: modid and cmdid
 * say which. `changed`, if it isn't NULL, is called for the first nodes and for each change, by a
 * thread of the watch's own, perhaps before this returns, and must not close it; without one, poll
 * lars_watch_descriptor(). A change is noticed within interval_ms (1 to 60000; 0: 250). The handle
 * must live longer. NULL as lars_open() has it. The child of a fork() has no watches: it opens its
 * own. */
LARS_API lars_watch* lars_watch_open(
    lars_handle* handle,
    const char* name,
    int32_t modid,
    int32_t cmdid,
    uint32_t interval_ms,
    void (*changed)(lars_watch* watch, void* context),
    void* context,
    char* error,
    size_t error_size
);
/* Readable while there is a change that lars_watch_read() hasn't answered yet. Don't read or close
 * it. */
LARS_API int lars_watch_descriptor(const lars_watch* watch);
/* The nodes as they were seen last, the first `capacity` of them to `nodes`; their number goes to
 * `count`. LARS_SYSTEM_ERROR, with the nodes as they were, while the agent doesn't answer;
 * LARS_NOEXIST when the module has none. */
LARS_API int lars_watch_read(lars_watch* watch, lars_node* nodes, size_t capacity, size_t* count);
LARS_API void lars_watch_close(lars_watch* watch);

/* A service that this program offers, registered through the agent of its host as long as the
 * program lives. Fields that aren't used are zero. */
typedef struct lars_service {
    size_t size;      /* sizeof(lars_service): lets later versions add fields */
    const char* name; /* like "payments"; NULL: modid and cmdid say which */
    int32_t modid;
    int32_t cmdid;
    const char* address; /* IPv4 or IPv6; NULL: the one by which this host reaches dns */
    uint16_t port;
    uint16_t check_port;        /* 0: port */
    int32_t weight;             /* 0 to 65535; below 0: 100 */
    const char* zone;           /* "region/zone"; NULL: the agent's */
    const char* tags;           /* "key=value,key=value"; NULL: none */
    int32_t check;              /* a lars_check */
    int32_t lasting;            /* not 0: until it is withdrawn, whatever becomes of this program */
    const char* check_path;     /* of LARS_CHECK_HTTP; NULL: "/" */
    const char* check_service;  /* of LARS_CHECK_GRPC; NULL: the server */
    uint32_t check_interval_ms; /* 0: 1000; the first failure takes it out of the routes */
    uint32_t check_timeout_ms;  /* 0: 1000 */
    uint32_t drain_ms;          /* over which its weight falls when it is withdrawn; 0: 2000 */
    uint32_t reserved;
    const char* socket; /* the agent's; NULL: LARS_SOCKET, else /run/lars/agent.sock */
} lars_service;

enum lars_check {
    LARS_CHECK_NONE = 0,
    LARS_CHECK_TCP = 1,  /* the port accepts connections */
    LARS_CHECK_HTTP = 2, /* a GET is answered with 200 to 299 */
    LARS_CHECK_GRPC = 3  /* the standard health service says SERVING */
};

enum lars_registration_state {
    LARS_CONNECTING = 0, /* the agent isn't reached; it is tried again and again */
    LARS_REFUSED = 1,    /* the agent doesn't take it */
    LARS_STARTING = 2,   /* its check hasn't passed yet */
    LARS_FAILING = 3,    /* its check fails: nobody calls it */
    LARS_SERVING = 4,
    LARS_DRAINING = 5,
    LARS_WITHDRAWN = 6
};

typedef struct lars_registration lars_registration;

/* Registers a service, in the background, and again whenever the agent was restarted. NULL when
 * what is given can't be registered at all; then `error`, if it isn't NULL, says why. */
LARS_API lars_registration* lars_register(
    const lars_service* service, char* error, size_t error_size
);
/* A lars_registration_state. `why`, if it isn't NULL, says why it doesn't serve. */
LARS_API int lars_registration_status(lars_registration* registration, char* why, size_t why_size);
/* Withdraws it: its weight falls to 0, then it goes. Waits for that, at most so long. LARS_SUCC
 * when it is gone, LARS_SYSTEM_ERROR when it isn't yet. */
LARS_API int lars_withdraw(lars_registration* registration, uint32_t timeout_ms);
/* Frees it; a service that isn't withdrawn, or lasting, is gone at once. The child of a fork() may
 * only do this, and without effect for its parent. */
LARS_API void lars_registration_close(lars_registration* registration);

/* A text as a hash_key: the same 64 bits in the clients of all languages. */
LARS_API uint64_t lars_hash(const void* bytes, size_t size);

/* LARS_VERSION of the library; static storage. */
LARS_API const char* lars_version(void);

/* "SUCC", "OVERLOAD", "SYSTEM_ERROR", "NOEXIST", …; static storage. */
LARS_API const char* lars_code_name(int code);

#ifdef __cplusplus
}
#endif

#endif
