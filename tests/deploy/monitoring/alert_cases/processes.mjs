// Processes, what they have to live on, and Redis.

import { scoring, records, call, score, withoutScoring, page, ticket, second } from './installation.mjs';

export const processCases = [
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
];
