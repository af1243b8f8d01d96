// File: earlier_store.h
//
// Writes a store as release 079ed5b did: versions and results that no release takes any more. For the `prepare` of a
// Deployment.
//
//   void Prepare(const std::string& data_dir) {
//     EarlierStore store(data_dir);
//     store.Publish(definition);
//     store.Record("north", "c-1", request);
//   }

#ifndef LADDER_TESTS_END_TO_END_EARLIER_STORE_H_
#define LADDER_TESTS_END_TO_END_EARLIER_STORE_H_

#include <memory>
#include <string>

#include "ladder/quiz/v1/definition.pb.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "records-service/store/store.h"

namespace ladder::testing {

class EarlierStore {
 public:
  // REQUIRES: the store in `data_dir` is migrated and no service has it.
  explicit EarlierStore(const std::string& data_dir);
  ~EarlierStore();

  // As version 1 of its quiz.
  void Publish(const quiz::v1::QuizDefinition& definition);
  // The submission and the result as they come. The request_id is the row's id, too.
  void Record(const std::string& clinic, const std::string& client,
              const records::v1::CreateAssessmentRequest& request);

 private:
  const SystemClock clock_;
  std::unique_ptr<records::Store> store_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_END_TO_END_EARLIER_STORE_H_
