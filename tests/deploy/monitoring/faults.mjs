// Faults that are caused in running services, each with the alerts that fire by it; no other may.
//
//   options    of startServices()
//   cause      makes the fault once all was seen well; where there is none it lies in the options
//   reads      a client's progress is read all the time; otherwise only until the fault is caused
//   live       further options of lookLive()
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sample } from '../../node/ladder_client.mjs';
import { eventually } from '../../node/waiting.mjs';
import { root } from './tree.mjs';

// Of a process that may have a hundred descriptors; some twenty are open by itself.
const fewDescriptors = { before: ['prlimit', '--nofile=100:100'] };
const syncsIn = (milliseconds) => [
  ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fdatasync'],
  ...['-e', `inject=fdatasync:delay_exit=${1000 * milliseconds}`],
];
const holdingASnapshot = `
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM assessment").fetchall()
print("reading", flush=True)
time.sleep(600)`;
const damagingResults = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30)
connection.execute("UPDATE assessment SET result = x'ff'")
connection.commit()`;
const postgres = { options: { postgres: true }, live: { without: ['sqlite'] } };

const inProcesses = [
  {
    title: 'scoring has almost as many descriptors open as it may',
    options: { scoring: fewDescriptors },
    cause: ({ hold }) => hold('scoring', 70),
    fires: ['LadderFileDescriptorsNearLimit'],
  },
  {
    title: 'scoring ran out of descriptors and is deaf for good',
    options: { scoring: fewDescriptors },
    cause: async ({ hold }) => (await hold('scoring', 200))(),
    fires: ['LadderNotLive'],
  },
  {
    title: 'scoring needs more memory than its pod was thought to',
    options: { scoring: { mebibytes: 40 } },
    cause: ({ hold }) => hold('scoring', 1000),
    fires: ['LadderMemoryNearLimit'],
  },
  {
    title: 'scoring gets more calls at once than it takes',
    options: { scoring: { after: ['--max-calls-under-way', '1'] }, callers: 40 },
    fires: ['LadderCallsRefused'],
  },
  {
    title: 'a rollout stays halfway',
    cause: async (services) => {
      services.traffic.recordNoMore();
      services.replace('scoring', join(services.binaries, 'ladder-scoring-next'));
      await services.restart('scoring');
    },
    fires: ['LadderVersionsMixed'],
    // A quarter of a minute for its hour. A single slow commit would count then, so there is none.
    live: { hastenBy: 240 },
  },
  {
    title: 'records is killed and started again and again',
    cause: async (services) => {
      for (let i = 0; i < 4; ++i) {
        await services.restart('records');
        await pause(1500);
      }
    },
    fires: ['LadderRestartsLooping'],
    live: { watch: 2 },
  },
];

const betweenProcesses = [
  {
    title: 'Redis is gone',
    cause: ({ redis }) => redis.end(),
    fires: ['LadderRedisDown'],
  },
  {
    title: 'Redis does not let records tell of activations, of which there are many',
    cause: async ({ data, ladderctl, redisCli, traffic }) => {
      const quiz = join(root, 'records-service/quizzes/ladder-of-healing.textproto');
      const changed = join(data, 'changed.textproto');
      writeFileSync(changed, readFileSync(quiz, 'utf8').replace('Bouncy Ball', 'Bouncy Ball.'));
      await ladderctl('quiz', 'publish', changed);
      redisCli('ACL', 'SETUSER', 'default', '-publish');
      traffic.repeat(1, (id) => ladderctl('quiz', 'activate', `ladder-of-healing/${1 + (id % 2)}`));
    },
    fires: ['LadderRedisCommandsFailing'],
  },
  {
    title: 'somebody else writes to Redis',
    cause: async (services) => {
      services.redisCli('SET', 'ladder:quiz:ladder-of-healing:1', 'another quiz');
      // What it has in memory it does not ask for again.
      await services.restart('scoring');
    },
    fires: ['LadderQuizCacheTampered'],
  },
  {
    title: 'records hangs, and scoring goes on from its cache',
    // What is to be recorded fails then, so nothing is from then on.
    cause: ({ records, traffic }) => {
      traffic.recordNoMore();
      records.kill('SIGSTOP');
    },
    fires: ['LadderQuizPointerOld', 'LadderRecordsUnreachable', 'LadderServiceMissing', 'LadderTargetDown'],
    // A little more than the 30 s after which scoring asks again.
    live: { olderThan: { LadderQuizPointerOld: 35 } },
  },
  {
    title: 'scoring starts while there is no records, and nobody gets a score',
    cause: async (services) => {
      await services.records.end();
      await services.restart('scoring');
    },
    fires: [
      'LadderNoReplicaReady',
      'LadderNotReady',
      'LadderRecordsUnreachable',
      'LadderScoringErrorBudget',
      'LadderServiceMissing',
      'LadderTargetDown',
    ],
  },
];

const inSqlite = [
  {
    title: 'records syncs to a slow disk',
    options: { records: { before: syncsIn(150) }, recordEvery: 1 },
    // Nobody reads from then on; who records waits for the disk, and calls are late.
    cause: async () => {},
    fires: ['LadderCommitsSlow', 'LadderScoringLatencyBudget'],
  },
  {
    title: 'more is recorded than a slow disk takes',
    options: { records: { before: syncsIn(1000) }, recordEvery: Infinity },
    cause: ({ traffic }) => traffic.record(15, 256, 5),
    fires: ['LadderCommitsSlow', 'LadderRecordsErrorBudget', 'LadderWriteQueueNearLimit'],
  },
  {
    title: 'results in the store are damaged',
    reads: true,
    cause: async ({ data, traffic }) => {
      traffic.recordNoMore();
      // Scores that are still on their way get another fault than the one that is meant.
      await pause(500);
      execFileSync('python3', ['-c', damagingResults, join(data, 'records.db')]);
    },
    fires: ['LadderRowsUnusable'],
  },
  {
    title: 'somebody reads the database for long while much is recorded',
    cause: async ({ data, metricOf, traffic }) => {
      const reader = spawn('python3', ['-c', holdingASnapshot, join(data, 'records.db')]);
      traffic.repeat(1, (_, signal) => once(signal, 'abort').then(() => reader.kill()));
      await once(reader.stdout, 'data');
      const stop = await traffic.record(4, 256);
      const enough = 280 * 1024 * 1024;
      await eventually('a large log', async () => (await metricOf('records', 'ladder_store_log_bytes')) > enough);
      await stop();
    },
    fires: ['LadderStoreLogGrowing'],
  },
];

const inPostgres = [
  {
    title: 'records may not write its log of releases',
    ...postgres,
    options: {
      postgres: true,
      records: { after: ['--release-tick', '1m', '--release-target-cohort', '5', '--release-min-cohort', '5'] },
    },
    cause: ({ database }) => database.sql('REVOKE INSERT ON release_log FROM ladder'),
    fires: ['LadderReleaseLate', 'LadderReleaseTicksFailing'],
    // Two ticks of a minute, as the rule has two of a quarter of an hour.
    live: { ...postgres.live, hastenBy: 15, olderThan: { LadderReleaseLate: 120 }, seconds: 300 },
  },
  {
    title: 'records may not remove what it has to',
    ...postgres,
    options: { postgres: true, records: { after: ['--retention-days', '1'] } },
    cause: async (services) => {
      const old = join(services.data, 'old.json');
      const record = { ...sample.record, assessed_at: '2020-01-01T00:00:00Z' };
      writeFileSync(old, JSON.stringify({ ...sample, record }));
      await services.ladderctl('score', old);
      services.traffic.recordNoMore();
      services.database.sql('REVOKE DELETE ON assessment FROM ladder');
      await services.restart('records');
    },
    fires: ['LadderRetentionFailing'],
    // Three quarters of a minute for its three hours.
    live: { ...postgres.live, hastenBy: 240 },
  },
  {
    title: 'PostgreSQL is gone',
    ...postgres,
    reads: true,
    cause: async ({ database, traffic }) => {
      traffic.recordNoMore();
      await pause(500);
      await database.endPrimary();
    },
    fires: ['LadderNoReplicaReady', 'LadderNotReady', 'LadderRecordsErrorBudget', 'LadderRecordsUnreachable'],
  },
  {
    title: 'PostgreSQL goes on without its standby',
    ...postgres,
    cause: async ({ database }) => {
      await database.endStandby();
      database.sql("ALTER SYSTEM SET synchronous_standby_names = ''");
      database.sql('SELECT pg_reload_conf()');
    },
    fires: ['LadderStoreNotSynchronous'],
  },
  {
    title: 'PostgreSQL is far away',
    ...postgres,
    options: { postgres: true, recordEvery: Infinity },
    reads: true,
    cause: ({ wire }) => wire.delay(0.2),
    fires: ['LadderRecordsLatencyBudget'],
  },
  {
    title: 'a hundred and fifty read at once, and each is answered within a second or two',
    ...postgres,
    options: {
      postgres: true,
      recordEvery: Infinity,
      records: { after: ['--readers', '16', '--postgres-connections', '24'] },
    },
    cause: ({ traffic, wire }) => {
      wire.delay(0.03);
      traffic.read(150);
    },
    fires: ['LadderReadsQueueing', 'LadderRecordsLatencyBudget'],
  },
  {
    title: 'there are fewer connections to a PostgreSQL far away than readers',
    ...postgres,
    options: { postgres: true, recordEvery: Infinity, records: { after: ['--postgres-connections', '3'] } },
    cause: ({ traffic, wire }) => {
      wire.delay(0.15);
      traffic.read(5);
    },
    fires: ['LadderRecordsLatencyBudget', 'LadderStorePoolExhausted'],
  },
];

// The longest first.
export const faults = [...inPostgres, ...inSqlite, ...betweenProcesses, ...inProcesses];
