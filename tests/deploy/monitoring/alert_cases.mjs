// When each alert fires and when it does not: both sides, as close to its bound as the case allows. A case is a healthy
// installation with some series changed, and names the alerts that then fire, all of them.
//
// Series are in promtool's notation with one value a minute: `1` stays 1, `0+60` grows by 60 a minute; after a space
// comes what follows, `1x10 0` is 1 for ten minutes, then 0. `null`: the series is not there.

const scoring = (name, labels = '') => series(name, 'ladder-scoring', 's1', labels);
const records = (name, labels = '') => series(name, 'ladder-records', 'r1', labels);
const series = (name, job, instance, labels) =>
  `${name}{namespace="ladder",job="${job}",instance="${instance}",pod="${instance}",container="main"` +
  `${labels && `,${labels}`}}`;
const limit = (pod) =>
  'kube_pod_container_resource_limits{namespace="ladder",job="kube-state-metrics",resource="memory",' +
  `pod="${pod}",container="main"}`;
const call = (of, method, code, suffix = 'count', more = '') =>
  of(`ladder_server_call_seconds_${suffix}`, `method="${method}",code="${code}"${more}`);

const score = 'ladder.scoring.v1.ScoringService/Score';
const getAssessment = 'ladder.records.v1.AssessmentService/GetAssessment';
const createAssessments = 'ladder.records.v1.AssessmentService/BatchCreateAssessments';

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
  [records('ladder_store_connections', 'state="busy"')]: '2',
  [records('ladder_store_connections', 'state="idle"')]: '6',
  [records('ladder_store_synchronous')]: '1',
  [records('ladder_store_log_bytes')]: '30e6',
  [records('ladder_release_oldest_unreleased_seconds')]: '0',
  [records('ladder_release_ticks_total', 'outcome="ok"')]: '0+0.0667',
  [records('ladder_release_ticks_total', 'outcome="failed"')]: '0',
};

// The second replica of scoring, healthy as the first.
const second = Object.fromEntries(
  Object.entries(healthy)
    .filter(([name]) => name.includes('"s1"'))
    .map(([name, value]) => [name.replaceAll('"s1"', '"s2"'), value]),
);
const withoutScoring = Object.fromEntries(
  Object.keys(healthy)
    .filter((name) => name.includes('job="ladder-scoring"'))
    .map((name) => [name, null]),
);

const page = (alert) => `${alert} page`;
const ticket = (alert) => `${alert} ticket`;

// A share of the calls of each minute, of 6,000 and 3,000, goes wrong: with `from` and `until`, in those minutes only.
const bad = (each, share, from, until) =>
  [
    from && `0x${from}`,
    until ? `0+${each * share}x${until - from} ${each * share * (until - from)}` : `0+${each * share}`,
  ]
    .filter(Boolean)
    .join(' ');
const good = (each, share, from, until) => {
  const [before, step] = [each * (from ?? 0), each * (1 - share)];
  const after = before + step * (until - from);
  return [
    from && `0+${each}x${from}`,
    until ? `${before}+${step}x${until - from} ${after}+${each}` : `${before}+${step}`,
  ]
    .filter(Boolean)
    .join(' ');
};
const failedScores = (...args) => ({ [call(scoring, score, 'UNAVAILABLE')]: bad(6000, ...args) });
const quickScores = (...args) => ({ [call(scoring, score, 'OK', 'bucket', ',le="0.1"')]: good(6000, ...args) });
const failedRecords = (...args) => ({ [call(records, createAssessments, 'INTERNAL')]: bad(3000, ...args) });
const quickReads = (...args) => ({ [call(records, getAssessment, 'OK', 'bucket', ',le="0.25"')]: good(1500, ...args) });

// Where Prometheus has just begun, a window holds what there is.
const slo = (alert, budget, burn) =>
  [
    { name: 'over 6 times', fires: [page(alert), ticket(alert)], change: burn(6.3 * budget), minutes: 60 },
    { name: 'under 6 times', fires: [ticket(alert)], change: burn(5.7 * budget), minutes: 60 },
    { name: 'creeping', fires: [ticket(alert)], change: burn(1.1 * budget), minutes: 60 },
    { name: 'within the budget', fires: [], change: burn(0.9 * budget), minutes: 60 },
  ].map((each) => ({ ...each, name: `${alert}: ${each.name}`, onlySlo: true }));
// After a good day the windows tell a short fault from a long one. All four at once: a day takes its time.
const afterADay = (until) => ({
  ...failedScores(0.1, 1440, until),
  ...quickScores(0.9, 1440, until),
  ...failedRecords(0.1, 1440, until),
  ...quickReads(0.9, 1440, until),
});
const budgets = [
  'LadderScoringErrorBudget',
  'LadderScoringLatencyBudget',
  'LadderRecordsErrorBudget',
  'LadderRecordsLatencyBudget',
];

export const cases = [
  { name: 'nothing is wrong', fires: [], change: {}, minutes: 65 },
  { name: 'two replicas, nothing is wrong', fires: [], change: second, minutes: 30 },
  {
    name: 'one machine: no Redis, no Kubernetes',
    fires: [],
    minutes: 30,
    change: {
      [limit('s1')]: null,
      [limit('r1')]: null,
      [scoring('ladder_redis_up')]: null,
      [records('ladder_redis_up')]: null,
      [scoring('ladder_redis_commands_total', 'outcome="ok"')]: null,
      [records('ladder_redis_commands_total', 'outcome="ok"')]: null,
      [records('ladder_store_log_bytes')]: null,
    },
  },
  {
    name: 'nobody calls',
    fires: [],
    minutes: 30,
    change: {
      [call(scoring, score, 'OK')]: '0',
      [call(scoring, score, 'OK', 'bucket', ',le="0.1"')]: '0',
      [call(records, getAssessment, 'OK')]: '0',
      [call(records, createAssessments, 'OK')]: '0',
      [call(records, getAssessment, 'OK', 'bucket', ',le="0.25"')]: '0',
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0',
      [records('ladder_write_commit_seconds_bucket', 'le="0.25"')]: '0',
      [records('ladder_write_commit_seconds_bucket', 'le="+Inf"')]: '0',
    },
  },

  ...slo('LadderScoringErrorBudget', 0.001, failedScores),
  ...slo('LadderScoringLatencyBudget', 0.01, quickScores),
  ...slo('LadderRecordsErrorBudget', 0.001, failedRecords),
  ...slo('LadderRecordsLatencyBudget', 0.01, quickReads),
  {
    name: 'a fast fault after a good day',
    fires: budgets.map(page),
    onlySlo: true,
    minutes: 1460,
    change: afterADay(),
  },
  { name: 'ten minutes of it, over', fires: [], onlySlo: true, minutes: 1475, change: afterADay(1450) },
  {
    name: 'the caller is at fault',
    fires: [],
    onlySlo: true,
    minutes: 60,
    change: {
      [call(scoring, score, 'INVALID_ARGUMENT')]: '0+3000',
      [call(scoring, score, 'CANCELLED')]: '0+3000',
    },
  },
  {
    name: 'few calls: nine an hour that fail are a ticket',
    fires: [ticket('LadderScoringErrorBudget')],
    onlySlo: true,
    minutes: 60,
    change: { [call(scoring, score, 'OK')]: '0+0.2', ...failedScores(0.15 / 6000) },
  },

  { name: 'nobody knows of scoring', fires: [page('LadderServiceMissing')], change: withoutScoring, minutes: 5 },
  {
    name: 'the only scoring is down',
    fires: [page('LadderServiceMissing')],
    minutes: 5,
    change: {
      ...withoutScoring,
      [scoring('up')]: '0',
    },
  },
  { name: 'the only scoring has been down for a minute', fires: [], minutes: 8, change: { [scoring('up')]: '1x6 0' } },
  {
    name: 'one of two is down',
    fires: [ticket('LadderTargetDown')],
    minutes: 13,
    change: {
      ...second,
      [scoring('up')]: '1x2 0',
    },
  },
  {
    name: 'one of two has been down for nine minutes',
    fires: [],
    minutes: 13,
    change: { ...second, [scoring('up')]: '1x3 0' },
  },
  {
    name: 'the store cannot be reached',
    fires: [page('LadderNoReplicaReady')],
    minutes: 5,
    change: {
      [records('ladder_ready', 'part="store"')]: '1x2 0',
    },
  },
  {
    name: 'it has just been lost',
    fires: [],
    minutes: 5,
    change: { [records('ladder_ready', 'part="store"')]: '1x4 0' },
  },
  {
    name: 'one of two is not ready',
    fires: [ticket('LadderNotReady')],
    minutes: 14,
    change: {
      ...second,
      [scoring('ladder_ready', 'part="quizzes"')]: '1x2 0',
    },
  },
  {
    name: 'one of two has not been ready for nine minutes',
    fires: [],
    minutes: 14,
    change: {
      ...second,
      [scoring('ladder_ready', 'part="quizzes"')]: '1x4 0',
    },
  },
  {
    name: 'a process does not reach itself',
    fires: [page('LadderNotLive')],
    minutes: 6,
    change: {
      [scoring('ladder_live')]: '1x1 0',
    },
  },
  { name: 'the probe is about to restart it', fires: [], minutes: 6, change: { [scoring('ladder_live')]: '1x3 0' } },
  {
    name: 'three starts in half an hour',
    fires: [ticket('LadderRestartsLooping')],
    minutes: 25,
    change: {
      [records('process_start_time_seconds')]: '1000x5 1400x5 1700x5 2000',
    },
  },
  {
    name: 'two starts, one for each release',
    fires: [],
    minutes: 25,
    change: {
      [records('process_start_time_seconds')]: '1000x5 1400x5 1700',
    },
  },
  {
    name: 'a twentieth of calls is refused',
    fires: [page('LadderCallsRefused')],
    minutes: 15,
    change: {
      [call(scoring, score, 'RESOURCE_EXHAUSTED')]: '0+330',
    },
  },
  {
    name: 'less is refused',
    fires: [],
    minutes: 15,
    change: { [call(scoring, score, 'RESOURCE_EXHAUSTED')]: '0+300' },
  },
  {
    name: 'many were refused, for a minute or two',
    fires: [],
    minutes: 15,
    change: {
      [call(scoring, score, 'RESOURCE_EXHAUSTED')]: '0x11 0+600',
    },
  },
  {
    name: 'descriptors run out',
    fires: [page('LadderFileDescriptorsNearLimit')],
    minutes: 10,
    change: {
      [scoring('process_open_fds')]: '810',
    },
  },
  { name: 'many descriptors', fires: [], minutes: 10, change: { [scoring('process_open_fds')]: '790' } },
  { name: 'a crowd of connections', fires: [], minutes: 10, change: { [scoring('process_open_fds')]: '60x6 900' } },
  {
    name: 'memory runs out',
    fires: [ticket('LadderMemoryNearLimit')],
    minutes: 15,
    change: {
      [scoring('process_resident_memory_bytes')]: '91e6',
    },
  },
  { name: 'much memory', fires: [], minutes: 15, change: { [scoring('process_resident_memory_bytes')]: '89e6' } },
  {
    name: 'memory for some minutes',
    fires: [],
    minutes: 15,
    change: {
      [scoring('process_resident_memory_bytes')]: '40e6x6 95e6',
    },
  },
  {
    name: 'a rollout hangs',
    fires: [ticket('LadderVersionsMixed')],
    minutes: 70,
    change: {
      [records('ladder_build_info', 'version="0.9.0",grpc="1.51.1"')]: '1',
      [records('ladder_build_info', 'version="1.0.0",grpc="1.51.1"')]: null,
    },
  },
  {
    name: 'a rollout has taken 50 minutes',
    fires: [],
    minutes: 70,
    change: {
      [records('ladder_build_info', 'version="1.0.0",grpc="1.51.1"')]: '1x19 stale',
      [records('ladder_build_info', 'version="1.1.0",grpc="1.51.1"')]: '_x19 1',
    },
  },
  {
    name: 'a rollout took 50 minutes',
    fires: [],
    minutes: 85,
    change: {
      [records('ladder_build_info', 'version="0.9.0",grpc="1.51.1"')]: '1x50 stale',
      [records('ladder_build_info', 'version="1.0.0",grpc="1.51.1"')]: '_x50 1',
    },
  },
  {
    name: 'Redis is gone',
    fires: [ticket('LadderRedisDown')],
    minutes: 15,
    change: {
      [scoring('ladder_redis_up')]: '1x2 0',
      [scoring('ladder_redis_commands_total', 'outcome="refused"')]: '0+60',
    },
  },
  { name: 'Redis was started again', fires: [], minutes: 15, change: { [scoring('ladder_redis_up')]: '1x2 0x5 1' } },
  {
    name: 'Redis has been gone for seven minutes',
    fires: [],
    minutes: 15,
    change: { [scoring('ladder_redis_up')]: '1x8 0' },
  },
  {
    name: 'Redis is slow',
    fires: [ticket('LadderRedisCommandsFailing')],
    minutes: 20,
    change: {
      [scoring('ladder_redis_commands_total', 'outcome="failed"')]: '0+5',
      [scoring('ladder_redis_commands_total', 'outcome="refused"')]: '0+3',
    },
  },
  {
    name: 'Redis has been slow for some minutes',
    fires: [],
    minutes: 20,
    change: {
      [scoring('ladder_redis_commands_total', 'outcome="failed"')]: '0x12 0+60',
    },
  },
  {
    name: 'Redis is slow at times',
    fires: [],
    minutes: 20,
    change: {
      [scoring('ladder_redis_commands_total', 'outcome="failed"')]: '0+6',
    },
  },

  {
    name: 'records cannot be reached',
    fires: [page('LadderRecordsUnreachable')],
    minutes: 7,
    change: {
      [scoring('ladder_records_reachable')]: '1x1 0',
    },
  },
  { name: 'records fails over', fires: [], minutes: 7, change: { [scoring('ladder_records_reachable')]: '1x4 0' } },
  {
    name: 'nothing is heard of quizzes',
    fires: [ticket('LadderQuizPointerOld')],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '310',
    },
  },
  {
    name: 'nothing has been heard, for a little longer than that',
    fires: [],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '20x4 310',
    },
  },
  {
    name: 'five minutes without news',
    fires: [],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '290',
    },
  },

  {
    name: 'rows wait to be written',
    fires: [page('LadderWriteQueueNearLimit')],
    minutes: 5,
    change: {
      [records('ladder_write_queue_rows')]: '3100',
    },
  },
  {
    name: 'bytes wait to be written',
    fires: [page('LadderWriteQueueNearLimit')],
    minutes: 5,
    change: {
      [records('ladder_write_queue_bytes')]: '51e6',
    },
  },
  {
    name: 'a crowd that has just come',
    fires: [],
    minutes: 5,
    change: { [records('ladder_write_queue_rows')]: '20x3 4000' },
  },
  {
    name: 'commits take long',
    fires: [ticket('LadderCommitsSlow')],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1480',
    },
  },
  {
    name: 'few commits take long',
    fires: [],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1490',
    },
  },
  {
    name: 'commits have taken long for some minutes',
    fires: [],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1500x11 16500+1450',
    },
  },
  {
    name: 'reads wait',
    fires: [ticket('LadderReadsQueueing')],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '105',
    },
  },
  {
    name: 'reads come in crowds',
    fires: [],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '900 0 900 0 900 0 900 0 900 0 900',
    },
  },
  {
    name: 'reads have waited for three minutes',
    fires: [],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '0x6 200',
    },
  },
  {
    name: 'no connection is idle',
    fires: [ticket('LadderStorePoolExhausted')],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '0',
      [records('ladder_store_connections', 'state="busy"')]: '8',
    },
  },
  {
    name: 'one connection is idle now and then',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '0 0 0 1 0 0 0 1 0 0 0 1 0 0 0',
    },
  },
  {
    name: 'no connection has been idle for eight minutes',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '6x6 0',
    },
  },
  {
    name: 'no synchronous standby',
    fires: [page('LadderStoreNotSynchronous')],
    minutes: 18,
    change: {
      [records('ladder_store_synchronous')]: '0',
    },
  },
  {
    name: 'a standby is exchanged',
    fires: [],
    minutes: 18,
    change: { [records('ladder_store_synchronous')]: '1x5 0' },
  },
  {
    name: "SQLite's log grows",
    fires: [ticket('LadderStoreLogGrowing')],
    minutes: 20,
    change: {
      [records('ladder_store_log_bytes')]: '270e6',
    },
  },
  { name: 'a backup', fires: [], minutes: 20, change: { [records('ladder_store_log_bytes')]: '30e6x8 400e6' } },
  {
    name: 'a cohort is not released',
    fires: [ticket('LadderReleaseLate')],
    minutes: 45,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0+60',
    },
  },
  {
    name: 'a cohort has just become late',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0x9 1700+60',
    },
  },
  {
    name: 'a release one tick later',
    fires: [],
    minutes: 45,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0+60x29 0',
    },
  },
  {
    name: 'ticks fail',
    fires: [ticket('LadderReleaseTicksFailing')],
    minutes: 90,
    change: {
      [records('ladder_release_ticks_total', 'outcome="ok"')]: '7',
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0+0.0667',
    },
  },
  {
    name: 'the last two ticks have failed',
    fires: [],
    minutes: 100,
    change: {
      [records('ladder_release_ticks_total', 'outcome="ok"')]: '0+0.0667x60 4.002',
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0x60 0+0.0667',
    },
  },
  {
    name: 'a tick fails now and then',
    fires: [],
    minutes: 90,
    change: {
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0+0.06',
    },
  },
];
