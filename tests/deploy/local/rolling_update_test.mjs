// A rolling update of N scoring and M records processes behind the balancer, in the order that the manifests give: one
// new one first (maxSurge 1, maxUnavailable 0), then each old one is told to end (SIGTERM: not ready, drain-delay,
// drain-grace) and the next starts when it is gone. tests/end_to_end/rolling_restart_test.cc restarts one of each
// under a client that balances by itself.
//
//   node rolling_update_test.mjs <folder of the binaries>

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Load, recordedRequestIds, stopLoads } from './load.mjs';
import { Machine, isAlive } from './machine.mjs';
import { numbers } from './manifest.mjs';
import { eventually } from '../../node/waiting.mjs';

const machine = await Machine.create(process.argv[2]);
after(async () => {
  await stopLoads();
  await machine.remove();
});

const scoringCount = 3;
const recordsCount = 2;
const method = { scoring: 'Score', records: 'BatchCreateAssessments' };
const drainDelay = parseInt(numbers['drain-delay'], 10);

// Ends one process as kubelet would. The balancer has to notice well within the delay: at three fifths of it no call
// comes any more.
async function end(service, number) {
  const pid = machine.pids()[`ladder-${service}-${number}`];
  const start = Date.now();
  process.kill(pid, 'SIGTERM');
  await pause(drainDelay * 600);
  const noticed = await machine.calls(service, number, method[service]);
  await pause(drainDelay * 300);
  assert.equal(await machine.calls(service, number, method[service]), noticed, `${service} ${number} still got calls`);
  await eventually(`the end of ${service} ${number}`, () => !isAlive(pid), Number(numbers['termination-seconds']));
  const seconds = (Date.now() - start) / 1000;
  assert.ok(seconds >= drainDelay, `${service} ${number} ended after ${seconds} s`);
}

test('no call fails during the update, not even one that is tried only once', async () => {
  await machine.up(scoringCount, recordsCount);
  const before = machine.pids();
  const load = new Load(machine.scoring, { callers: 4 });
  const once = new Load(machine.scoring, { callers: 4, retries: false });
  await load.more(200);

  await machine.up(scoringCount + 1, recordsCount + 1);
  for (let records = 1; records <= recordsCount; records += 1) {
    await end('records', records);
    await machine.up(scoringCount + 1, recordsCount + 1);
    await load.more(50);
  }
  for (let scoring = 1; scoring <= scoringCount; scoring += 1) {
    await end('scoring', scoring);
    await machine.up(scoringCount + 1, recordsCount + 1);
    await load.more(50);
  }
  await machine.up(scoringCount, recordsCount);
  await load.more(200);

  await Promise.all([load.stop(), once.stop()]);
  assert.deepEqual(load.failures, []);
  assert.deepEqual(once.failures, []);
  const now = machine.pids();
  for (const name of Object.keys(before)) assert.equal(now[name] === before[name], !name.startsWith('ladder-'), name);
  const acknowledged = ['sample-1', ...load.requestIds, ...once.requestIds];
  assert.deepEqual((await recordedRequestIds(machine.records)).sort(), acknowledged.sort());
  console.log(`${load.succeeded + once.succeeded} calls, none failed`);
});

test('a process that does not drain fails calls that are tried once, and none that are retried', async () => {
  const load = new Load(machine.scoring, { callers: 4 });
  const once = new Load(machine.scoring, { callers: 4, retries: false });
  await Promise.all([load.more(50), once.more(50)]);
  const pid = machine.pids()['ladder-scoring-1'];
  // Stopped first, so that there are calls under way when it goes.
  process.kill(pid, 'SIGSTOP');
  await pause(400);
  process.kill(pid, 'SIGKILL');
  await Promise.all([load.more(50), once.more(50)]);
  await Promise.all([load.stop(), once.stop()]);
  assert.deepEqual(load.failures, []);
  assert.ok(once.failures.length > 0, 'no call failed');
  assert.deepEqual([...new Set(once.failures.map((failure) => failure.split(':')[0]))], ['14']);
});
