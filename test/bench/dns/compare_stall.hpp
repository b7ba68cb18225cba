#pragma once

#include "dns_process.hpp"
#include "sized_table.hpp"

#include <chrono>
#include <vector>

namespace lars::bench {

/// How long answers take, in milliseconds, to one request at a time.
std::vector<double> answer_times(
    const DnsProcess& dns, const SizedTable& table, std::chrono::seconds duration
);

}  // namespace lars::bench
