// When all is well nothing fires, however it is installed.

import { scoring, records, limit, call, score, getAssessment, createAssessments, second } from './installation.mjs';

export const wellCases = [
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
];
