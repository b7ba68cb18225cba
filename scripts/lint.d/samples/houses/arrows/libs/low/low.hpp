#pragma once

#include "dep/dep.hpp"  // LINT: upward

#include <sqlite3.h>  // LINT: a library of others that its row doesn't name

#include <vector>
