#pragma once

#include <proto/message.pb.h>
#include <sqlite3.h>
