// Serves the golden metrics over HTTP as the two services would, with values that move: for tests of what reads them.
import { servePage } from './text_page.mjs';

const methods = {
  scoring: ['ladder.scoring.v1.ScoringService/Score', 'ladder.scoring.v1.ScoringService/GetForm'],
  records: [
    'ladder.records.v1.AssessmentService/BatchCreateAssessments',
    'ladder.records.v1.AssessmentService/GetAssessment',
    'ladder.records.v1.QuizService/GetVersion',
  ],
};
const bounds = {
  ladder_server_call_seconds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ladder_write_commit_seconds: [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  ladder_recorder_batch_rows: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  ladder_write_batch_rows: [1, 2, 4, 8, 16, 32, 64, 128, 256],
};
// Gauges of a healthy service. Times are in seconds since the start of the exporter.
const gauges = {
  ladder_server_calls_under_way: (t) => 3 + (t % 2),
  ladder_server_streams_open: (t) => t % 2,
  process_open_fds: () => 64,
  process_max_fds: () => 4096,
  process_resident_memory_bytes: (t) => 40e6 + 1000 * t,
  process_threads: () => 14,
  ladder_quiz_flight_waiters: () => 0,
  ladder_quiz_versions_in_memory: () => 3,
  ladder_quiz_memory_bytes: () => 2e6,
  ladder_quiz_pointer_age_seconds: (t) => t % 30,
  ladder_recorder_waiting_rows: (t) => t % 5,
  ladder_write_queue_rows: (t) => t % 7,
  ladder_write_queue_bytes: (t) => 300 * (t % 7),
  ladder_read_queue_calls: () => 0,
  ladder_store_log_bytes: () => 30e6,
  ladder_release_oldest_unreleased_seconds: () => 0,
};
const up = new Set([
  'ladder_ready',
  'ladder_live',
  'ladder_redis_up',
  'ladder_records_reachable',
  'ladder_store_synchronous',
  'ladder_retention_last_run_ok',
]);
const labelValues = { part: { scoring: ['listening', 'quizzes'], records: ['listening', 'store'] } };

// Every combination of a metric's labels, as text between braces.
function labelSetsOf(labels, service) {
  let sets = [''];
  for (const [label, fixed] of labels) {
    const values =
      labelValues[label]?.[service] ??
      fixed ??
      { method: methods[service], code: ['OK', 'NOT_FOUND'], version: ['1.0.0'], grpc: ['1.51.1'] }[label];
    sets = sets.flatMap((set) => values.map((value) => `${set}${set && ','}${label}="${value}"`));
  }
  return sets;
}

// One fault of a kind, of those that `page` knows; `labels` is the text between braces.
const brokenValue = (name, labels, fault) =>
  (fault === 'not_live' && name === 'ladder_live') || (fault === 'no_redis' && name === 'ladder_redis_up')
    ? 0
    : undefined;

function histogram(name, labels, count) {
  const lines = bounds[name].map((le, i) => [`le="${le}"`, Math.floor((count * Math.min(i, 6)) / 6)]);
  lines.push(['le="+Inf"', count]);
  const comma = labels && ',';
  return [
    ...lines.map(([le, value]) => `${name}_bucket{${labels}${comma}${le}} ${value}`),
    `${name}_sum{${labels}} ${count * bounds[name][3]}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

function valueOf(name, labels, type, start, t, fault) {
  const broken = brokenValue(name, labels, fault);
  if (broken !== undefined) return broken;
  if (up.has(name) || name === 'ladder_build_info') return 1;
  if (name === 'process_start_time_seconds') return start / 1000;
  if (name === 'ladder_store_connections') return labels.includes('idle') ? 6 : 2;
  if (type === 'counter') return /failed|refused/.test(labels) || /failures|tampered|unusable/.test(name) ? 0 : 10 * t;
  if (!gauges[name]) throw new Error(`metrics.txt has ${name}; say in fake_exporter.mjs what it is when all is well`);
  return gauges[name](t);
}

export function page(metrics, service, start, now, fault) {
  const t = (now - start) / 1000;
  const lines = [];
  for (const [name, { type, service: owner, labels }] of metrics) {
    if (owner !== 'both' && owner !== service) continue;
    lines.push(`# HELP ${name} See tests/deploy/monitoring/metrics.txt.`, `# TYPE ${name} ${type}`);
    for (const set of labelSetsOf(labels, service)) {
      if (type === 'histogram')
        lines.push(...histogram(name, set, Math.floor((set.includes('"NOT_FOUND"') ? 2 : 100) * t)));
      else lines.push(`${name}{${set}} ${valueOf(name, set, type, start, t, fault)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

// { address, stop }
export function startFakeExporter(metrics, service, fault) {
  const start = Date.now();
  return servePage(() => page(metrics, service, start, Date.now(), fault));
}
