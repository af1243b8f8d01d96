// File: disk_faults.h
//
// Takes the place of the system calls by which SQLite writes to the disk, in the program that links it, and fails the
// n-th of them. One test at a time; the calls themselves may come from any thread.
//
//   FailWrites(DiskCall::kSync, 2, EIO);  // The second fdatasync from now on, and every one after it.
//   ...
//   StopFailing();

#ifndef LADDER_TESTS_RECORDS_SERVICE_DISK_FAULTS_H_
#define LADDER_TESTS_RECORDS_SERVICE_DISK_FAULTS_H_

namespace ladder::testing {

enum class DiskCall { kWrite, kSync, kTruncate };
enum class HowOften { kOnce, kFromThenOn };

void FailDisk(DiskCall call, int n, int error, HowOften how_often);
// Whether the n-th call has come since then.
bool DiskHasFailed();
void StopFailing();

}  // namespace ladder::testing

#endif  // LADDER_TESTS_RECORDS_SERVICE_DISK_FAULTS_H_
