#include "app/all.hpp"

#include <sqlite3.h>
