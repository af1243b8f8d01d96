// File: temp_directory.h
//
// A directory of its own for one test, removed with all that is in it.

#ifndef LADDER_TESTS_CONFORMANCE_TEMP_DIRECTORY_H_
#define LADDER_TESTS_CONFORMANCE_TEMP_DIRECTORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace ladder::testing {

class TempDirectory {
 public:
  TempDirectory() : path_(::testing::TempDir() + "ladder-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "cannot make a directory in " << ::testing::TempDir();
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_CONFORMANCE_TEMP_DIRECTORY_H_
