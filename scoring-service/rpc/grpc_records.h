// File: grpc_records.h
//
// The records service over gRPC. The channel's service config retries and waits for a server that is restarting; here
// every call gets its deadline, and a server that cannot be reached in time becomes UNAVAILABLE with RetryInfo.
//
//   GrpcRecords records(NewChannel({.target = "dns:///records:7302"}), &clock);

#ifndef LADDER_SCORING_SERVICE_RPC_GRPC_RECORDS_H_
#define LADDER_SCORING_SERVICE_RPC_GRPC_RECORDS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/tracer.h"
#include "scoring-service/records_assessments.h"
#include "scoring-service/records_quizzes.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace ladder::scoring {

// Of every call to records, retries included.
inline constexpr absl::Duration kRecordsTimeout = absl::Seconds(2);

// Thread-safe.
class GrpcRecords final : public RecordsQuizzes, public RecordsAssessments {
 public:
  // `clock` and `tracer` are borrowed.
  GrpcRecords(std::shared_ptr<grpc::Channel> channel, const Clock* clock, Tracer* tracer);
  // Stops.
  ~GrpcRecords() override;

  void GetQuiz(const std::string& quiz, QuizDone done) override;
  void ListQuizzes(const std::string& page_token, ListDone done) override;
  void GetVersion(const quiz::QuizName& name, bool omit_definition, VersionDone done) override;
  void BatchCreate(records::v1::BatchCreateAssessmentsRequest request, const std::vector<TraceContext>& traces,
                   BatchDone done) override;
  void FindRecorded(records::v1::FindRecordedRequest request, const TraceContext& trace, FindDone done) override;

  // How the last call ended: false where records could not be reached.
  bool IsReachable() const;

  // Cancels what is under way and waits until every callback has run; later calls are answered at once with
  // UNAVAILABLE. Idempotent; not to be called from a callback.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RPC_GRPC_RECORDS_H_
