#pragma once

#include "high/first.hpp"  // LINT: first includes second

#include <sqlite3.h>  // LINT: reached through dep, but not named
