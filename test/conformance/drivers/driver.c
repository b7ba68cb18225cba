/* Does what run.py says with the client in C: a command a line, and a line of what came of it. */
#define _POSIX_C_SOURCE 200809L

#include "lars/client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_WORDS = 16, MAX_EXCLUDED = 16, MAX_NODES = 8192 };

static lars_handle* handle;
static lars_choice chosen;
static uint32_t chosen_attempt;
static lars_registration* registration;

static const char* of_code(int code) {
    switch (code) {
        case LARS_SUCC:
            return "ok";
        case LARS_NOEXIST:
            return "noexist";
        case LARS_INVALID:
            return "invalid";
        default:
            return "noanswer";
    }
}

/* A name, or two ids with a comma. */
static const char* name_of(const char* text, int32_t* modid, int32_t* cmdid) {
    int first = 0;
    int second = 0;
    if (strchr(text, ',') == NULL) return text;
    if (sscanf(text, "%d,%d", &first, &second) != 2) return text;
    *modid = first;
    *cmdid = second;
    return NULL;
}

static lars_host host_of(char* text) {
    lars_host host;
    char* const colon = strrchr(text, ':');
    memset(&host, 0, sizeof host);
    host.port = (uint16_t)atoi(colon + 1);
    *colon = 0;
    if (*text == '[') {
        ++text;
        text[strlen(text) - 1] = 0;
    }
    snprintf(host.address, sizeof host.address, "%s", text);
    return host;
}

static void print_host(const char* before, const lars_host* host) {
    const int v6 = strchr(host->address, ':') != NULL;
    printf("%s%s%s%s:%u", before, v6 ? "[" : "", host->address, v6 ? "]" : "", host->port);
}

static void open_agent(char** words, int count) {
    lars_options options;
    char error[256];
    lars_handle* opened;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.agent = words[1];
    if (count > 2) options.timeout_ms = (uint32_t)atoi(words[2]);
    if (count > 3) options.spin_us = atoi(words[3]);
    opened = lars_open(&options, error, sizeof error);
    if (opened == NULL) {
        puts(strstr(error, "expected host:port") != NULL ? "invalid" : "notfound");
        return;
    }
    if (handle != NULL) lars_close(handle);
    handle = opened;
    puts("ok");
}

static void choose(char** words, int count) {
    lars_request request;
    lars_host exclude[MAX_EXCLUDED];
    uint64_t key = 0;
    int code;
    int i;
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.name = name_of(words[1], &request.modid, &request.cmdid);
    request.exclude = exclude;
    for (i = 2; i < count; ++i) {
        char* const value = strchr(words[i], '=') + 1;
        if (strncmp(words[i], "key=", 4) == 0) {
            key = lars_hash(value, strlen(value));
            request.hash_key = &key;
        } else if (strncmp(words[i], "select=", 7) == 0) {
            request.select = value;
        } else if (strncmp(words[i], "attempt=", 8) == 0) {
            request.attempt = (uint32_t)atoi(value);
        } else {
            char* each = value;
            while (each != NULL && request.exclude_count < MAX_EXCLUDED) {
                char* const comma = strchr(each, ',');
                if (comma != NULL) *comma = 0;
                exclude[request.exclude_count++] = host_of(each);
                each = comma == NULL ? NULL : comma + 1;
            }
        }
    }
    chosen.size = sizeof chosen;
    code = lars_choose(handle, &request, &chosen);
    if (code == LARS_OVERLOAD) {
        printf("overload %u\n", chosen.wait_ms);
    } else if (code == LARS_SUCC) {
        chosen_attempt = request.attempt;
        print_host("succ ", &chosen.host);
        printf(" %d,%d\n", chosen.modid, chosen.cmdid);
    } else {
        puts(of_code(code));
    }
}

static void report(char** words, int count) {
    lars_result result;
    memset(&result, 0, sizeof result);
    result.size = sizeof result;
    result.name = name_of(words[1], &result.modid, &result.cmdid);
    result.modid = chosen.modid;
    result.cmdid = chosen.cmdid;
    result.host = chosen.host;
    result.retcode = atoi(words[2]);
    result.latency_us = strcmp(words[3], "-") == 0 ? -1 : atoll(words[3]);
    result.attempt = chosen_attempt;
    result.server_load = count > 4 ? (float)atof(words[4] + 5) : -1;
    puts(of_code(lars_report_result(handle, &result)));
}

static void route(char** words) {
    static lars_node nodes[MAX_NODES];
    lars_route found;
    int32_t modid = 0;
    int32_t cmdid = 0;
    int code;
    const char* const name = name_of(words[1], &modid, &cmdid);
    found.size = sizeof found;
    code = lars_find_route(handle, name, modid, cmdid, nodes, MAX_NODES, &found);
    if (code != LARS_SUCC) {
        puts(of_code(code));
        return;
    }
    printf("succ %u", (unsigned)found.count);
    print_host(" ", &nodes[0].host);
    print_host(" ", &nodes[found.count - 1].host);
    putchar('\n');
}

static void prepare(char** words) {
    int32_t modid = 0;
    int32_t cmdid = 0;
    int code;
    name_of(words[1], &modid, &cmdid);
    code = lars_reg_init(handle, modid, cmdid);
    puts(code == LARS_SUCC ? "succ" : of_code(code));
}

static void close_registration(void) {
    if (registration != NULL) lars_registration_close(registration);
    registration = NULL;
}

static void register_service(char** words) {
    lars_service service;
    close_registration();
    memset(&service, 0, sizeof service);
    service.size = sizeof service;
    service.socket = words[1];
    service.name = name_of(words[2], &service.modid, &service.cmdid);
    service.port = (uint16_t)atoi(words[3]);
    service.address = strcmp(words[4], "-") == 0 ? NULL : words[4];
    service.weight = atoi(words[5]);
    service.tags = strcmp(words[6], "-") == 0 ? NULL : words[6];
    service.drain_ms = 100;
    registration = lars_register(&service, NULL, 0);
    puts(registration == NULL ? "invalid" : "ok");
}

static void print_state(void) {
    static const char* const names[] = {
        "connecting", "refused", "starting", "failing", "serving", "draining", "withdrawn"};
    puts(names[lars_registration_status(registration, NULL, 0)]);
}

struct pairs {
    const char* name;
    int count;
    int failed;
};

/* Asks for a node, and reports success. */
static int make_pair(const char* name) {
    lars_request request;
    lars_choice choice;
    lars_result result;
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.name = name;
    choice.size = sizeof choice;
    if (lars_choose(handle, &request, &choice) != LARS_SUCC) return 0;
    memset(&result, 0, sizeof result);
    result.size = sizeof result;
    result.name = name;
    result.modid = choice.modid;
    result.cmdid = choice.cmdid;
    result.host = choice.host;
    result.latency_us = 1000;
    result.server_load = -1;
    lars_report_result(handle, &result);
    return 1;
}

static void* make_pairs(void* context) {
    struct pairs* const pairs = context;
    int i;
    for (i = 0; i < pairs->count; ++i) pairs->failed += !make_pair(pairs->name);
    return NULL;
}

static int compare(const void* one, const void* other) {
    const int64_t a = *(const int64_t*)one;
    const int64_t b = *(const int64_t*)other;
    return (a > b) - (a < b);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

/* Nanoseconds. */
static void print_median(char** words) {
    const int count = atoi(words[2]);
    int64_t* const took = calloc((size_t)count, sizeof *took);
    int i;
    for (i = 0; i < count; ++i) {
        const int64_t begun = now_ns();
        make_pair(words[1]);
        took[i] = now_ns() - begun;
    }
    qsort(took, (size_t)count, sizeof *took, compare);
    printf("%lld\n", (long long)took[count / 2]);
    free(took);
}

static void pairs(char** words) {
    pthread_t threads[64];
    struct pairs each[64];
    const int count = atoi(words[3]);
    int failed = 0;
    int i;
    for (i = 0; i < count; ++i) {
        each[i].name = words[1];
        each[i].count = atoi(words[2]) / count;
        each[i].failed = 0;
        pthread_create(&threads[i], NULL, make_pairs, &each[i]);
    }
    for (i = 0; i < count; ++i) {
        pthread_join(threads[i], NULL);
        failed += each[i].failed;
    }
    printf("%d failed\n", failed);
}

/* What has no words besides. */
static int do_alone(const char* word) {
    if (strcmp(word, "state") == 0) {
        print_state();
    } else if (strcmp(word, "withdraw") == 0) {
        puts(lars_withdraw(registration, 10000) == LARS_SUCC ? "withdrawn" : "not yet");
    } else if (strcmp(word, "close") == 0) {
        close_registration();
        puts("ok");
    } else {
        return 0;
    }
    return 1;
}

int main(void) {
    static char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char* words[MAX_WORDS];
        int count = 0;
        char* word = strtok(line, " \n");
        while (word != NULL && count < MAX_WORDS) {
            words[count++] = word;
            word = strtok(NULL, " \n");
        }
        if (count > 0 && do_alone(words[0])) {
            /* It is done. */
        } else if (count < 2) {
            puts("what?");
        } else if (strcmp(words[0], "pairs") == 0) {
            pairs(words);
        } else if (strcmp(words[0], "median") == 0) {
            print_median(words);
        } else if (strcmp(words[0], "register") == 0) {
            register_service(words);
        } else if (strcmp(words[0], "open") == 0) {
            open_agent(words, count);
        } else if (strcmp(words[0], "choose") == 0) {
            choose(words, count);
        } else if (strcmp(words[0], "report") == 0) {
            report(words, count);
        } else if (strcmp(words[0], "route") == 0) {
            route(words);
        } else if (strcmp(words[0], "prepare") == 0) {
            prepare(words);
        } else if (strcmp(words[0], "hash") == 0) {
            printf("%llu\n", (unsigned long long)lars_hash(words[1], strlen(words[1])));
        }
        fflush(stdout);
    }
    if (handle != NULL) lars_close(handle);
    return 0;
}
