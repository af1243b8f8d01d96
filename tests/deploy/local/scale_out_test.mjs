// Scale-out of scoring for clients that balance by themselves over DNS, as in the cluster: each process has an address
// and the options of its pod, a headless name leads to those that are ready.
//
//   node scale_out_test.mjs <folder of the binaries>

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Load, stopLoads } from './load.mjs';
import { numbers, podEnvironment, root } from './manifest.mjs';
import { calls, callsOfEach, isReady, shares } from './metrics.mjs';
import { Network, enterNamespaces } from './network.mjs';
import { eventually } from '../../node/waiting.mjs';

enterNamespaces();
const bin = process.argv[2];
const target = `dns:///ladder-scoring-headless:${numbers['scoring-port']}`;
// Low, so that the test is short; 5 minutes by default.
const connectionAge = 5;
// grpc-js and gRPC C++ ask the DNS again at most so often unless they are told otherwise.
const dnsPause = 30;
const haste = { 'grpc.dns_min_time_between_resolutions_ms': 1000 };
// scoring-service/source/active_pointers.h: at most so long between two lists, a fifth less with jitter.
const pointerLifetime = 30;

const network = await new Network().start();
after(async () => {
  await stopLoads();
  await network.remove();
});

const metricsOf = ({ address }) => `${address}:${numbers['metrics-port']}`;

// Records and `count` scoring processes on machines of their own.
class Cluster {
  #processes = [];
  scoring = [];

  constructor(title, { redis, age = connectionAge }) {
    this.title = title;
    this.redis = redis;
    this.age = age;
  }

  async start() {
    const data = join(network.folder, this.title);
    mkdirSync(data);
    execFileSync(join(bin, 'ladderctl'), ['store', 'migrate', '--data-dir', join(data, 'records')]);
    if (this.redis) {
      this.#processes.push(
        network.startHere(`${this.title}-redis`, ['redis-server', '--bind', Network.own, '--save', '']
          .concat(['--protected-mode', 'no', '--dir', data])),
      );
      await eventually('Redis', () => execFileSync('redis-cli', ['-h', Network.own, 'ping'], { stdio: 'pipe' }));
    }
    this.records = await this.#startServer('records', { LADDER_RECORDS_DATA_DIR: join(data, 'records') });
    await network.name('ladder-records-headless', [this.records]);
    for (const quiz of ['ladder-of-healing', 'phq-9', 'gad-7']) {
      const file = join(root, `records-service/quizzes/${quiz}.textproto`);
      execFileSync(join(bin, 'ladderctl'), ['quiz', 'publish', '--activate', file], {
        env: { LADDERCTL_RECORDS: `${this.records.address}:${numbers['records-port']}` },
      });
    }
    await this.scaleTo(1);
    return this;
  }

  async #startServer(service, options) {
    const machine = network.addMachine();
    const prefix = `LADDER_${service.toUpperCase()}`;
    const environment = { ...podEnvironment(service), ...options };
    if (this.redis) environment[`${prefix}_REDIS`] = `${Network.own}:6379`;
    const log = `${this.title}-${service}-${machine.name}`;
    this.#processes.push(network.startOn(machine, log, [join(bin, `ladder-${service}`)], environment));
    await eventually(`${service} on ${machine.address}`, () => isReady(metricsOf(machine)), 30);
    return machine;
  }

  // Starts what is missing; the DNS tells of it once it is ready.
  async scaleTo(count) {
    // A Redis that a busy machine answers for late counts as absent, and what is counted here is Redis's effect.
    const options = { LADDER_SCORING_MAX_CONNECTION_AGE: `${this.age}s`, LADDER_SCORING_REDIS_TIMEOUT: '1s' };
    while (this.scoring.length < count) this.scoring.push(await this.#startServer('scoring', options));
    await network.name('ladder-scoring-headless', this.scoring);
  }

  fetched(method) {
    return calls(metricsOf(this.records), method);
  }

  async stop() {
    await stopLoads();
    await network.end(this.#processes);
  }
}

// From one scoring process to four under load. Gives how often records was asked for a version with one and with four.
async function scaleOut(cluster, channel, limitSeconds) {
  const load = new Load(target, { channel });
  await load.more(300);
  const one = await cluster.fetched('GetVersion');
  await cluster.scaleTo(4);
  const waited = await eventually(
    'calls at every process',
    async () => (await callsOfEach(cluster.scoring.map(metricsOf), 'Score')).every((count) => count > 0),
    limitSeconds,
  );
  const found = await shares(cluster.scoring.map(metricsOf), 'Score');
  const four = await cluster.fetched('GetVersion');
  console.log(`${cluster.title}: the last of 3 new processes got calls after ${waited / 1000} s;`);
  console.log(`  shares ${found.map((x) => x.toFixed(2))}; versions fetched: ${one} with 1 process, ${four} with 4`);
  for (const share of found) assert.ok(share > 0.15 && share < 0.35, `a share of ${share}`);
  assert.deepEqual(load.failures, []);
  assert.ok(one > 0);
  return { one, four };
}

test('with Redis new processes get calls without a restart of the clients, and fetch no version', async () => {
  const cluster = await new Cluster('with-redis', { redis: true }).start();
  const { one, four } = await scaleOut(cluster, {}, dnsPause + connectionAge + 5);
  assert.equal(four, one);

  // One list has the pointers of all active quizzes (up to 1,000 a page): quizzes do not multiply the calls.
  const window = 1.5 * pointerLifetime;
  const before = [await cluster.fetched('ListQuizzes'), await cluster.fetched('GetQuiz')];
  await pause(window * 1000);
  const lists = (await cluster.fetched('ListQuizzes')) - before[0];
  const single = (await cluster.fetched('GetQuiz')) - before[1];
  console.log(`4 processes, 3 active quizzes, ${window} s: ${lists} lists, ${single} single pointers`);
  assert.equal(single, 0);
  assert.ok(lists >= cluster.scoring.length, `${lists} lists`);
  assert.ok(lists <= cluster.scoring.length * Math.ceil(window / (0.8 * pointerLifetime)), `${lists} lists`);
  await cluster.stop();
});

test('without Redis each process fetches each version; clients that ask the DNS soon are there soon', async () => {
  const cluster = await new Cluster('without-redis', { redis: false }).start();
  const { one, four } = await scaleOut(cluster, haste, 3 * connectionAge);
  assert.equal(four, 4 * one);
  await cluster.stop();
});

test('where servers do not renew connections, new processes get nothing', async () => {
  const cluster = await new Cluster('without-renewal', { redis: false, age: 3600 }).start();
  const load = new Load(target, { channel: haste });
  await load.more(100);
  await cluster.scaleTo(2);
  await pause(3 * connectionAge * 1000);
  const [old, added] = await shares(cluster.scoring.map(metricsOf), 'Score');
  assert.deepEqual([old, added], [1, 0]);
  assert.deepEqual(load.failures, []);
  await cluster.stop();
});
