// A healthy installation as series, to be changed by cases.
//
// Series are in promtool's notation with one value a minute: `1` stays 1, `0+60` grows by 60 a minute; after a space
// comes what follows, `1x10 0` is 1 for ten minutes, then 0. `null`: the series is not there.

export const scoring = (name, labels = '') => series(name, 'ladder-scoring', 's1', labels);
export const records = (name, labels = '') => series(name, 'ladder-records', 'r1', labels);
const series = (name, job, instance, labels) =>
  `${name}{namespace="ladder",job="${job}",instance="${instance}",pod="${instance}",container="main"` +
  `${labels && `,${labels}`}}`;
export const limit = (pod) =>
  'kube_pod_container_resource_limits{namespace="ladder",job="kube-state-metrics",resource="memory",' +
  `pod="${pod}",container="main"}`;
export const call = (of, method, code, suffix = 'count', more = '') =>
  of(`ladder_server_call_seconds_${suffix}`, `method="${method}",code="${code}"${more}`);

export const score = 'ladder.scoring.v1.ScoringService/Score';
export const getAssessment = 'ladder.records.v1.AssessmentService/GetAssessment';
export const createAssessments = 'ladder.records.v1.AssessmentService/BatchCreateAssessments';

const ofBoth = (of, part, version = '1.0.0') => ({
  [of('up')]: '1',
  [of('ladder_ready', 'part="listening"')]: '1',
  [of('ladder_ready', `part="${part}"`)]: '1',
  [of('ladder_live')]: '1',
  [of('ladder_build_info', `version="${version}",grpc="1.51.1"`)]: '1',
  [of('process_start_time_seconds')]: '1000',
  [of('process_open_fds')]: '60',
  [of('process_max_fds')]: '1000',
  [of('process_resident_memory_bytes')]: '40e6',
  [of('ladder_redis_up')]: '1',
  [of('ladder_redis_commands_total', 'outcome="ok"')]: '0+60',
});

// 6,000 calls a minute to scoring, 3,000 to records, all good and quick.
export const healthy = {
  ...ofBoth(scoring, 'quizzes'),
  [limit('s1')]: '100e6',
  [call(scoring, score, 'OK')]: '0+6000',
  [call(scoring, score, 'OK', 'bucket', ',le="0.1"')]: '0+6000',
  [scoring('ladder_records_reachable')]: '1',
  [scoring('ladder_quiz_pointer_age_seconds')]: '20',
  [scoring('ladder_quiz_cache_tampered_total')]: '0',
  ...ofBoth(records, 'store'),
  [limit('r1')]: '100e6',
  [call(records, getAssessment, 'OK')]: '0+1500',
  [call(records, getAssessment, 'OK', 'bucket', ',le="0.25"')]: '0+1500',
  [call(records, createAssessments, 'OK')]: '0+1500',
  [records('ladder_write_queue_rows')]: '20',
  [records('ladder_write_queue_bytes')]: '9000',
  [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1500',
  [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1500',
  [records('ladder_write_commit_seconds_bucket', 'le="0.25"')]: '0+1500',
  [records('ladder_write_commit_seconds_bucket', 'le="+Inf"')]: '0+1500',
  [records('ladder_read_queue_calls')]: '0',
  [records('ladder_records_rows_unusable_total', 'reader="progress"')]: '0',
  [records('ladder_records_rows_unusable_total', 'reader="release"')]: '0',
  [records('ladder_store_connections', 'state="busy"')]: '2',
  [records('ladder_store_connections', 'state="idle"')]: '6',
  [records('ladder_store_synchronous')]: '1',
  [records('ladder_store_log_bytes')]: '30e6',
  [records('ladder_release_oldest_unreleased_seconds')]: '0',
  [records('ladder_release_ticks_total', 'outcome="ok"')]: '0+0.0667',
  [records('ladder_release_ticks_total', 'outcome="failed"')]: '0',
  [records('ladder_retention_last_run_ok')]: '1',
};

// The second replica of scoring, healthy as the first.
export const second = Object.fromEntries(
  Object.entries(healthy)
    .filter(([name]) => name.includes('"s1"'))
    .map(([name, value]) => [name.replaceAll('"s1"', '"s2"'), value]),
);
export const withoutScoring = Object.fromEntries(
  Object.keys(healthy)
    .filter((name) => name.includes('job="ladder-scoring"'))
    .map((name) => [name, null]),
);

export const page = (alert) => `${alert} page`;
export const ticket = (alert) => `${alert} ticket`;
