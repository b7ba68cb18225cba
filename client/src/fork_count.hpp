#pragma once

namespace lars::client {

/// How many forks lie between the first process and this one: what was made at another count
/// belongs to a parent.
unsigned fork_count();

}  // namespace lars::client
