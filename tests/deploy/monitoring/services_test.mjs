// A real Prometheus over both real services: what they show is what metrics.txt says, every expression gives series
// under load, faults that are caused for real make their alerts fire, and no other does.
//
//   LADDER_BIN=FOLDER node --test services_test.mjs
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faults } from './faults.mjs';
import { lookLive } from './live.mjs';
import { startServices } from './services.mjs';
import { alertsOf, readTree } from './tree.mjs';

const tree = readTree();
const binaries = process.env.LADDER_BIN;
assert.ok(binaries, 'LADDER_BIN is the folder of both services and ladderctl');

async function look({ options, cause, reads = false, fires = [], live = {} } = {}) {
  const services = await startServices(binaries, options);
  try {
    // Progress is a read about one client, which the latency objective of records is about.
    const stopReading = services.traffic.read(1);
    return await lookLive(tree, services.targets, {
      hastenBy: 60,
      fires,
      ...live,
      cause: async () => {
        if (!reads && cause) await stopReading();
        await cause?.(services);
      },
    });
  } finally {
    await services.stop();
  }
}

describe('both services under a real Prometheus', { concurrency: 4 }, () => {
  it('every alert is caused by a fault', () => {
    const alerts = new Set(alertsOf(tree).map(({ rule }) => rule.alert));
    assert.deepEqual(new Set(faults.flatMap(({ fires }) => fires)), alerts);
  });

  for (const postgres of [false, true]) {
    it(`nothing fires while all is well ${postgres ? 'with PostgreSQL' : 'with SQLite'}`, async () => {
      const live = { hastenBy: 1, without: postgres ? ['sqlite'] : [] };
      assert.deepEqual(await look({ options: { postgres }, live }), []);
    });
  }

  for (const fault of faults) {
    it(fault.title, async () => assert.deepEqual(await look(fault), []));
  }
});
