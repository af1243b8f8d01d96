// A real Prometheus over both real services: what they show is what metrics.txt says, every expression gives series
// under load, faults that are caused for real make their alerts fire, and no other does.
//
//   LADDER_BIN=FOLDER node --test services_test.mjs
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lookLive } from './live.mjs';
import { startServices } from './services.mjs';
import { readTree } from './tree.mjs';

const tree = readTree();
const binaries = process.env.LADDER_BIN;
// Of a process that may have a hundred descriptors; some twenty are open by itself.
const fewDescriptors = { before: ['prlimit', '--nofile=100:100'] };

// Progress is a read about one client, which the latency objective of records is about.
async function look(options, { cause, ...live } = {}) {
  const services = await startServices(binaries, options);
  let over = false;
  const reading = (async () => {
    while (!over) {
      try {
        services.ladderctl('progress', 'sample', '--clinic', 'demo');
      } catch {
        // A fault may be just that.
      }
      await pause(500);
    }
  })();
  try {
    return await lookLive(tree, services.targets, {
      hastenBy: 60,
      ...live,
      cause: async () => {
        if (cause === undefined) return;
        over = true;
        await reading;
        await cause(services);
      },
    });
  } finally {
    over = true;
    await reading;
    await services.stop();
  }
}

describe('both services under a real Prometheus', { concurrency: 2 }, () => {
  it('every expression gives series, and nothing fires', async () => {
    assert.deepEqual(await look({}, { hastenBy: 1 }), []);
  });

  it('Redis is gone', async () => {
    const cause = ({ redis }) => redis.end();
    assert.deepEqual(await look({}, { cause, fires: ['LadderRedisDown'] }), []);
  });

  it('records hangs, and scoring goes on from its cache', async () => {
    // What is to be recorded fails then, so nothing is from then on.
    const cause = ({ records, load }) => {
      load.recordNoMore();
      records.kill('SIGSTOP');
    };
    const fires = ['LadderRecordsUnreachable', 'LadderServiceMissing', 'LadderTargetDown'];
    assert.deepEqual(await look({}, { cause, fires }), []);
  });

  it('scoring has almost as many descriptors open as it may', async () => {
    const cause = ({ hold }) => hold('scoring', 70);
    assert.deepEqual(await look({ scoring: fewDescriptors }, { cause, fires: ['LadderFileDescriptorsNearLimit'] }), []);
  });

  it('scoring ran out of descriptors and is deaf for good', async () => {
    const cause = async ({ hold }) => (await hold('scoring', 200))();
    assert.deepEqual(await look({ scoring: fewDescriptors }, { cause, fires: ['LadderNotLive'] }), []);
  });

  it('records syncs to a slow disk', async () => {
    const before = ['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fdatasync'];
    const records = { before: [...before, '-e', 'inject=fdatasync:delay_exit=150000'] };
    // From then on nobody reads; who records waits for the disk, and calls are late.
    const cause = async () => {};
    const fires = ['LadderCommitsSlow', 'LadderScoringLatencyBudget'];
    assert.deepEqual(await look({ records, recordEvery: 1 }, { cause, fires }), []);
  });

  it('scoring gets more calls at once than it takes', async () => {
    const options = { scoring: { after: ['--max-calls-under-way', '1'] }, callers: 40 };
    assert.deepEqual(await look(options, { fires: ['LadderCallsRefused'] }), []);
  });

  it('scoring starts while there is no records, and nobody gets a score', async () => {
    const cause = async (services) => {
      await services.records.end();
      await services.scoring.end();
      services.start('scoring');
    };
    const fires = [
      'LadderNoReplicaReady',
      'LadderNotReady',
      'LadderRecordsUnreachable',
      'LadderScoringErrorBudget',
      'LadderServiceMissing',
      'LadderTargetDown',
    ];
    assert.deepEqual(await look({}, { cause, fires }), []);
  });

  it('records is killed and started again and again', async () => {
    const cause = async (services) => {
      for (let i = 0; i < 4; ++i) {
        await services.records.end();
        services.start('records');
        await pause(1500);
      }
    };
    assert.deepEqual(await look({}, { cause, fires: ['LadderRestartsLooping'], watch: 2 }), []);
  });
});
