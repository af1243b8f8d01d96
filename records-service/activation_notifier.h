// File: activation_notifier.h
//
// Tells scoring services that a quiz's active version changed, so that they ask at once instead of within half a
// minute. It is a hint: nothing is lost where it gets lost.

#ifndef LADDER_RECORDS_SERVICE_ACTIVATION_NOTIFIER_H_
#define LADDER_RECORDS_SERVICE_ACTIVATION_NOTIFIER_H_

#include "absl/strings/string_view.h"

namespace ladder::records {

class ActivationNotifier {
 public:
  virtual ~ActivationNotifier() = default;
  // Never blocks and never fails. Thread-safe.
  virtual void Notify(absl::string_view quiz) = 0;
};

// For a service without Redis.
class NoNotifier final : public ActivationNotifier {
 public:
  void Notify(absl::string_view) override {}
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ACTIVATION_NOTIFIER_H_
