// File: store.h
//
// Commands for operators on the database itself, without a service in between.

#ifndef LADDER_TOOLS_LADDERCTL_STORE_H_
#define LADDER_TOOLS_LADDERCTL_STORE_H_

#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

// Which database. One of both is set.
struct StoreChoice {
  std::string data_dir;
  std::string postgres;                // libpq's keywords or URI, without a password.
  std::string postgres_password_file;  // Empty: no password.
};

// Brings the schema to the version of this release. Services may run meanwhile.
int MigrateStore(const StoreChoice& choice, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_STORE_H_
