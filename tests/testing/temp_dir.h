// File: temp_dir.h
//
// A folder of a test's own, removed with everything in it.

#ifndef LADDER_TESTS_TESTING_TEMP_DIR_H_
#define LADDER_TESTS_TESTING_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ladder::testing {

class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const std::string& path() const { return path_; }
  // The path of `name` in the folder.
  std::string Join(absl::string_view name) const;
  // Writes a file and returns its path.
  std::string Write(absl::string_view name, absl::string_view text) const;

 private:
  std::string path_;
};

// The text of a file; empty where it cannot be read.
std::string ReadFileOrEmpty(const std::string& path);

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_TEMP_DIR_H_
