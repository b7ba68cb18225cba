#pragma once

#include "low/low.hpp"

#include <sqlite3.h>
