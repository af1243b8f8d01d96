// File: otlp_exporter.h
//
// Sends a tracer's spans to a collector, by OTLP over gRPC, on a thread of its own. What a collector does not take is
// dropped and counted: nothing here waits for it.

#ifndef LADDER_LIBS_CHASSIS_OTLP_EXPORTER_H_
#define LADDER_LIBS_CHASSIS_OTLP_EXPORTER_H_

#include <memory>
#include <string>

#include "libs/chassis/metrics.h"
#include "libs/chassis/tracer.h"

namespace ladder {

class OtlpExporter {
 public:
  // `endpoint` is host:port of the collector, `service` what this process calls itself. Keeps `tracer`.
  OtlpExporter(const std::string& endpoint, const std::string& service, Tracer* tracer);
  // Tries once more to send what waits, then ends.
  ~OtlpExporter();

  void AddTo(Metrics& metrics) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_OTLP_EXPORTER_H_
