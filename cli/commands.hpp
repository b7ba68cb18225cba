#pragma once

#include <string>
#include <vector>

namespace lars::cli {

// Each takes what stands after its name, answers the exit status, and throws UsageError or Failure.
using Words = std::vector<std::string>;

int route_list(const Words& words);
int route_add(const Words& words);
int route_weight(const Words& words);
int route_remove(const Words& words);
int route_import(const Words& words);
int route_export(const Words& words);
int route_held(const Words& words);
int route_confirm(const Words& words);
int policy_kinds(const Words& words);
int policy_list(const Words& words);
int policy_set(const Words& words);
int policy_remove(const Words& words);
int alarm_list(const Words& words);
int alarm_add(const Words& words);
int alarm_remove(const Words& words);
int store_migrate(const Words& words);
int store_status(const Words& words);
int store_backup(const Words& words);
int store_restore(const Words& words);
int status(const Words& words);
int get_host(const Words& words);
int get_route(const Words& words);
int report(const Words& words);
int simulate(const Words& words);
int qps(const Words& words);
int dev(const Words& words);
int demo(const Words& words);

}  // namespace lars::cli
