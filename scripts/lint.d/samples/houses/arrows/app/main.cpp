#include "app/all.hpp"
#include "high/first.hpp"
#include "low/low.hpp"

#include <sqlite3.h>  // LINT: only all.cpp may
