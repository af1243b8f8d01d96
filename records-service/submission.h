// File: submission.h
//
// When a retry is a retry: what the caller sent is the same, field by field. The order of answers, and of options in
// one answer, says nothing; an absent assessed_at is not the same as any that is there.

#ifndef LADDER_RECORDS_SERVICE_SUBMISSION_H_
#define LADDER_RECORDS_SERVICE_SUBMISSION_H_

#include <string>

#include "google/protobuf/message.h"
#include "ladder/records/v1/assessment_service.pb.h"

namespace ladder::records {

// Takes n log n steps for n answers and options, however often one of them is repeated.
bool SameSubmission(const v1::Submission& a, const v1::Submission& b);

// The same bytes for equal messages, whatever order their maps were written in.
std::string StableBytes(const google::protobuf::Message& message);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_SUBMISSION_H_
