#pragma once

#include "lib/two/two.hpp"  // LINT: a sub-folder that isn't named

#include <sqlite3.h>  // LINT: that one's library
