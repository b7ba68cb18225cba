#include <lars/client.h>
#include <string.h>

int main(void) {
    lars_options options = {sizeof(lars_options), "127.0.0.1:1/1", 200};
    char error[200];
    lars_handle* handle = lars_open(&options, error, sizeof error);
    lars_host host;
    int code;
    if (!handle) return 1;
    code = lars_get_host(handle, 1, 1, &host);
    lars_close(handle);
    options.agent = "nonsense";
    if (lars_open(&options, error, sizeof error) || !strstr(error, "nonsense")) return 1;
    return code == LARS_SYSTEM_ERROR ? 0 : 1;
}
