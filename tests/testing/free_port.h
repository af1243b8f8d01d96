// File: free_port.h
//
// A TCP port of the loopback address that is free at the moment. Servers that can take port 0 themselves should do so.

#ifndef LADDER_TESTS_TESTING_FREE_PORT_H_
#define LADDER_TESTS_TESTING_FREE_PORT_H_

namespace ladder::testing {

int FreePort();

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_FREE_PORT_H_
