// File: ids.h
//
// Ids that the service makes itself: UUIDs of version 7 (RFC 9562), which grow with time, so that new rows lie
// together, and hold 62 bits that nobody can guess. The 12 bits after the milliseconds tell parts of a millisecond.
//
//   IdMaker ids(clock, random);
//   ids.Next();  // "01890a5d-ac96-774b-bcce-b302099a8057"
//
// Thread-safe.

#ifndef LADDER_RECORDS_SERVICE_IDS_H_
#define LADDER_RECORDS_SERVICE_IDS_H_

#include <string>

#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"

namespace ladder::records {

class IdMaker {
 public:
  // Both have to outlive the maker.
  IdMaker(const Clock& clock, RandomSource& random) : clock_(clock), random_(random) {}

  std::string Next();

 private:
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_IDS_H_
