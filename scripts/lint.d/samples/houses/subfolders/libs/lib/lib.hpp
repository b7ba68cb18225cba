#pragma once

#include "lib/one/one.hpp"
#include "lib/two/two.hpp"
#include "low/low.hpp"

#include <sqlite3.h>  // LINT: only a sub-folder may
