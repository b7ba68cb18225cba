#pragma once

#include "store/call_rows.hpp"
#include "store/engine/database.hpp"

#include <optional>
#include <vector>

namespace lars::store {

/// How many rows ServerCallStatus has of a module, one for each endpoint and caller.
struct OverloadCount {
    ModuleId module;
    std::uint64_t rows = 0;
    std::uint64_t overloaded = 0;

    friend bool operator==(const OverloadCount&, const OverloadCount&) = default;
};

/// modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload.
void encode(const StatusRow& row, Parameters& parameters);
/// Reads such rows. A number that is too large for its field is taken as the largest.
std::vector<StatusRow> decode_status_rows(const Table& table);

/// ServerCallStatus: the last state of each endpoint by caller.
class CallStatus {
public:
    explicit CallStatus(Database& database) : database_(database) {}

    /// Sets each row, by its first five columns. All or nothing.
    Awaitable<Result<void>> write(std::vector<StatusRow> rows);
    /// Rows of one module, or of all; sorted.
    Awaitable<Result<std::vector<StatusRow>>> read(std::optional<ModuleId> module);
    /// Of rows that agents have sent since, by their clocks; sorted by module.
    Awaitable<Result<std::vector<OverloadCount>>> count_overloads(UnixTime since);

private:
    Database& database_;
};

}  // namespace lars::store
