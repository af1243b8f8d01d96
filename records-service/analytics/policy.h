// File: policy.h
//
// The release policy as an analyst reads it: the budgets in force, and in words what they promise.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_POLICY_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_POLICY_H_

#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/release/release_options.h"

namespace ladder::records::analytics {

v1::ReleasePolicy PolicyOf(const release::ReleaseOptions& options);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_POLICY_H_
