#pragma once

#include <map>
#include <string>
#include <vector>

namespace lars::cli {

// Each takes what stands after its name, answers the exit status, and throws UsageError or Failure.
using Words = std::vector<std::string>;

int route_list(const Words& words);
int route_add(const Words& words);
int route_weight(const Words& words);
int route_zone(const Words& words);
int route_tag(const Words& words);
int route_split(const Words& words);
int route_remove(const Words& words);
int route_import(const Words& words);
int route_export(const Words& words);
int route_held(const Words& words);
int route_confirm(const Words& words);
int name_list(const Words& words);
int name_add(const Words& words);
int name_alias(const Words& words);
int name_rename(const Words& words);
int name_point(const Words& words);
int name_remove(const Words& words);
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
int console_add_user(const Words& words);
int console_list_users(const Words& words);
int console_set_password(const Words& words);
int console_set_roles(const Words& words);
int console_remove_user(const Words& words);
int console_link(const Words& words);
int history(const Words& words);
int undo(const Words& words);
int service_list(const Words& words);
int service_drain(const Words& words);
int service_undrain(const Words& words);
int service_withdraw(const Words& words);
int register_service(const Words& words);
int status(const Words& words);
int get_host(const Words& words);
int get_route(const Words& words);
int report(const Words& words);
int simulate(const Words& words);
int qps(const Words& words);
int dev(const Words& words);
int demo(const Words& words);

/// The first words of commands, each with those that may follow it.
using CommandNames = std::map<std::string, Words>;
int completion(const Words& words, const CommandNames& commands);

}  // namespace lars::cli
