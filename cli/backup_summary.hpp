#pragma once

#include "cli/progress.hpp"
#include "store/store_backup.hpp"

#include <optional>
#include <string>

namespace lars::cli {

/// How far a backup or restore is, from when it is known how many rows there are.
class BackupProgressBar {
public:
    store::BackupProgress progress() {
        return [this](std::size_t done, std::size_t all) {
            if (!bar_) bar_.emplace(all, "rows");
            bar_->show(done);
        };
    }

private:
    std::optional<ProgressBar> bar_;
};

/// What was done, as text or JSON.
void print(const std::string& done, const store::BackupSummary& summary, bool as_json);

}  // namespace lars::cli
