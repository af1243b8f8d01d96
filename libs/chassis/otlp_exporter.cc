#include "libs/chassis/otlp_exporter.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "libs/chassis/channel.h"
#include "libs/chassis/log.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"

namespace ladder {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;
namespace otlp = opentelemetry::proto;

constexpr std::size_t kSpansAtATime = 512;
constexpr absl::Duration kPause = absl::Seconds(1);
constexpr absl::Duration kTimeout = absl::Seconds(2);

void AddAttribute(const std::string& key, const std::string& value, otlp::trace::v1::Span& span) {
  otlp::common::v1::KeyValue* attribute = span.add_attributes();
  attribute->set_key(key);
  attribute->mutable_value()->set_string_value(value);
}

// Names as OpenTelemetry's conventions for RPC have them.
void Fill(const Span& span, otlp::trace::v1::Span& sent) {
  sent.set_trace_id(span.context.trace_id);
  sent.set_span_id(span.context.span_id);
  sent.set_parent_span_id(span.parent_span_id);
  sent.set_name(span.name);
  sent.set_kind(span.kind == Span::Kind::kServer ? otlp::trace::v1::Span::SPAN_KIND_SERVER
                                                 : otlp::trace::v1::Span::SPAN_KIND_CLIENT);
  sent.set_start_time_unix_nano(static_cast<std::uint64_t>(absl::ToUnixNanos(span.begin)));
  sent.set_end_time_unix_nano(static_cast<std::uint64_t>(absl::ToUnixNanos(span.end)));
  AddAttribute("rpc.system", "grpc", sent);
  const std::size_t slash = span.name.find('/');
  AddAttribute("rpc.service", span.name.substr(0, slash), sent);
  if (slash != std::string::npos) AddAttribute("rpc.method", span.name.substr(slash + 1), sent);
  otlp::common::v1::KeyValue* code = sent.add_attributes();
  code->set_key("rpc.grpc.status_code");
  code->mutable_value()->set_int_value(static_cast<int>(span.code));
  if (span.code != absl::StatusCode::kOk) {
    sent.mutable_status()->set_code(otlp::trace::v1::Status::STATUS_CODE_ERROR);
  }
  for (const TraceContext& link : span.links) {
    otlp::trace::v1::Span::Link* sent_link = sent.add_links();
    sent_link->set_trace_id(link.trace_id);
    sent_link->set_span_id(link.span_id);
  }
}

}  // namespace

class OtlpExporter::Impl {
 public:
  Impl(const std::string& endpoint, std::string service, Tracer* tracer)
      : service_(std::move(service)),
        tracer_(tracer),
        stub_(collector::TraceService::NewStub(NewChannel({.target = endpoint, .own_connections = true}))) {
    tracer_->EnableExport();
    thread_ = std::thread([this] { Run(); });
  }
  ~Impl() {
    {
      MutexLock lock(&mutex_);
      over_ = true;
    }
    changed_.NotifyAll();
    thread_.join();
  }

  void AddTo(Metrics& metrics) const {
    constexpr char kSpans[] = "ladder_trace_spans_total";
    constexpr char kHelp[] = "Spans, by what became of them; dropped: too many waited, or the collector took none.";
    metrics.Add(kSpans, kHelp, sent_, {{"outcome", "sent"}});
    metrics.AddCounter(kSpans, kHelp,
                       [this] { return static_cast<double>(lost_.value() + tracer_->dropped().value()); },
                       {{"outcome", "dropped"}});
  }

 private:
  void Run() {
    bool over = false;
    while (!over) {
      {
        MutexLock lock(&mutex_);
        if (!over_) changed_.WaitFor(lock, kPause);
        over = over_;
      }
      SendAll();
    }
  }

  // Until nothing waits or the collector does not take it.
  void SendAll() {
    while (true) {
      const std::vector<Span> spans = tracer_->Take(kSpansAtATime);
      if (spans.empty()) return;
      const grpc::Status status = Send(spans);
      (status.ok() ? sent_ : lost_).Add(static_cast<std::int64_t>(spans.size()));
      if (status.ok() != taken_) {
        taken_ = status.ok();
        Log(taken_ ? LogLevel::kInfo : LogLevel::kWarning, taken_ ? "traces_taken_again" : "traces_not_taken",
            {{"code", static_cast<std::int64_t>(status.error_code())}});
      }
      if (!status.ok()) return;
    }
  }

  grpc::Status Send(const std::vector<Span>& spans) {
    collector::ExportTraceServiceRequest request;
    otlp::trace::v1::ResourceSpans* resource = request.add_resource_spans();
    otlp::common::v1::KeyValue* name = resource->mutable_resource()->add_attributes();
    name->set_key("service.name");
    name->mutable_value()->set_string_value(service_);
    otlp::trace::v1::ScopeSpans* scope = resource->add_scope_spans();
    scope->mutable_scope()->set_name("ladder");
    for (const Span& span : spans) Fill(span, *scope->add_spans());
    grpc::ClientContext context;
    SetTimeout(context, kTimeout);
    collector::ExportTraceServiceResponse response;
    return stub_->Export(&context, request, &response);
  }

  const std::string service_;
  Tracer* const tracer_;
  const std::unique_ptr<collector::TraceService::Stub> stub_;
  Counter sent_;
  Counter lost_;
  bool taken_ = true;  // Of the thread alone.
  Mutex mutex_;
  CondVar changed_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

OtlpExporter::OtlpExporter(const std::string& endpoint, const std::string& service, Tracer* tracer)
    : impl_(std::make_unique<Impl>(endpoint, service, tracer)) {}

OtlpExporter::~OtlpExporter() = default;

void OtlpExporter::AddTo(Metrics& metrics) const { impl_->AddTo(metrics); }

}  // namespace ladder
