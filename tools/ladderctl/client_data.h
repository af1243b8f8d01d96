// File: client_data.h
//
// All that is held about a client: export it, erase it.

#ifndef LADDER_TOOLS_LADDERCTL_CLIENT_DATA_H_
#define LADDER_TOOLS_LADDERCTL_CLIENT_DATA_H_

#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

struct ClientDataCommand {
  std::string clinic;
  std::string client;
  std::string out_file;    // Export; empty: standard output.
  std::string page_token;  // Export: where one that was cut off goes on, at the end of the file.
  bool confirmed = false;  // Erase.
};

int EraseClient(const ClientDataCommand& command, const Settings& settings, const Terminal& terminal);
// Writes lines of JSON. Where it is cut off, it tells the token with which it goes on.
int ExportClient(const ClientDataCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_CLIENT_DATA_H_
