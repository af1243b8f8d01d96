// deploy/local/up.sh with several processes of each service: all of them get calls, numbers can be changed under load,
// and down.sh leaves nothing.
//
//   node scaled_test.mjs <folder of the binaries>

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Load, stopLoads } from './load.mjs';
import { Machine, isAlive } from './machine.mjs';
import { podEnvironment } from './manifest.mjs';
import { callsOfEach, shares } from './metrics.mjs';
import { eventually } from '../../node/waiting.mjs';

const machine = await Machine.create(process.argv[2]);
// Otherwise only root may read the environment of a service.
machine.environment.LADDER_SCORING_ALLOW_CORE_DUMPS = 'true';
machine.environment.LADDER_RECORDS_ALLOW_CORE_DUMPS = 'true';
after(async () => {
  await stopLoads();
  await machine.remove();
});

// What says where things are, which is not where they are in a pod.
const elsewhere = /_(PORT|LISTEN|ALLOW_INSECURE_NON_LOOPBACK|ALLOW_CORE_DUMPS|RECORDS|STORE|DATA_DIR|PASSWORD_FILE)$/;

const optionsOf = (environment, service) =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name.startsWith(`LADDER_${service.toUpperCase()}_`) && !elsewhere.test(name),
    ),
  );

const environmentOf = (pid) =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );

const stayed = (before, now, names) =>
  assert.deepEqual(
    names.map((name) => now[name]),
    names.map((name) => before[name]),
  );

test('what cannot be is refused before anything starts', async () => {
  for (const [args, why] of [
    [['--records', '2'], /--records 2 needs --store postgres/],
    [['--scoring', '17'], /--scoring takes a number from 1 to 16/],
    [['--scoring', '0'], /--scoring takes a number/],
    [['--scoring'], /--scoring takes a number/],
    [['--store', 'mysql'], /--store takes sqlite or postgres/],
    [['--replicas', '2'], /'--replicas' is no option/],
  ]) {
    const { code, text } = await machine.run('up.sh', args);
    assert.equal(code, 2, text);
    assert.match(text, why);
  }
  assert.deepEqual(machine.pids(), {});
});

test('three scoring and two records processes start, and the sample is scored', async () => {
  assert.match(await machine.up(3, 2), /bounce point 40\.0/);
  assert.deepEqual(
    Object.keys(machine.pids()).sort(),
    ['haproxy', 'ladder-records-1', 'ladder-records-2', 'ladder-scoring-1', 'ladder-scoring-2', 'ladder-scoring-3']
      .concat(['postgres', 'redis-server']),
  );
});

const optionFaults = (service, environment) => {
  const wanted = optionsOf(podEnvironment(service, { postgres: service === 'records' }), service);
  const found = optionsOf(environment, service);
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].filter((name) => wanted[name] !== found[name]);
};

test('every process has the options that its pod would have', () => {
  const servers = Object.entries(machine.pids()).filter(([name]) => name.startsWith('ladder-'));
  assert.equal(servers.length, 5);
  for (const [name, pid] of servers) {
    const [, service] = name.split('-');
    const environment = environmentOf(pid);
    assert.deepEqual(optionFaults(service, environment), [], name);
    const delay = `LADDER_${service.toUpperCase()}_DRAIN_DELAY`;
    assert.deepEqual(optionFaults(service, { ...environment, [delay]: '1s' }), [delay]);
    assert.deepEqual(optionFaults(service, { ...environment, [`${delay}S`]: '1s' }), [`${delay}S`]);
  }
});

// More than the one of the sample. up.sh asks each process whether it is ready; the balancer does so at its own times.
const getCalls = (places, method) =>
  eventually(`calls of ${method} at every process`, async () =>
    (await callsOfEach(places, method)).every((found) => found > 1),
  );

test('one connection to the balancer reaches every process, and each as often', async () => {
  const load = new Load(machine.scoring);
  for (const [service, method, count] of [
    ['scoring', 'Score', 3],
    ['records', 'BatchCreateAssessments', 2],
  ]) {
    const places = Array.from({ length: count }, (_, at) => machine.metrics(service, at + 1));
    await getCalls(places, method);
    const found = await shares(places, method);
    for (const share of found) assert.ok(Math.abs(share - 1 / count) < 0.1, `${service}: ${found}`);
  }
  assert.deepEqual((await load.stop()).failures, []);
});

test('a second run changes nothing', async () => {
  const before = machine.pids();
  await machine.up(3, 2);
  assert.deepEqual(machine.pids(), before);
});

test('what runs keeps its form', async () => {
  const before = machine.pids();
  for (const args of [[], ['--scoring', '2']]) {
    const { code, text } = await machine.run('up.sh', args);
    assert.equal(code, 2);
    assert.match(text, /runs as 'scaled postgres'.*down\.sh first/);
  }
  assert.deepEqual(machine.pids(), before);
});

test('numbers go down and up under load without a failed call; what stays is not touched', async () => {
  const load = new Load(machine.scoring);
  const before = machine.pids();
  await load.more(100);
  await machine.up(2, 1);
  stayed(before, machine.pids(), ['ladder-scoring-1', 'ladder-scoring-2', 'ladder-records-1', 'haproxy', 'postgres']);
  assert.ok(!isAlive(before['ladder-scoring-3']) && !isAlive(before['ladder-records-2']));
  await load.more(100);
  await machine.up(1, 1);
  assert.ok(!isAlive(before['ladder-scoring-2']));
  await load.more(100);
  await machine.up(3, 2);
  stayed(before, machine.pids(), ['ladder-scoring-1', 'ladder-records-1', 'haproxy', 'postgres', 'redis-server']);
  await getCalls([2, 3].map((scoring) => machine.metrics('scoring', scoring)), 'Score');
  await getCalls([machine.metrics('records', 2)], 'BatchCreateAssessments');
  await load.more(100);
  assert.deepEqual((await load.stop()).failures, []);
});

const down = async () => {
  const before = machine.pids();
  const { code, text } = await machine.run('down.sh');
  assert.equal(code, 0, text);
  assert.deepEqual(
    Object.entries(before).filter(([, pid]) => isAlive(pid)),
    [],
  );
  assert.deepEqual(readdirSync(join(machine.data, 'run')), []);
  assert.deepEqual(await machine.busyPorts(), []);
};

test('down.sh leaves nothing behind but the data', down);

test('without options it is one process of each, without a balancer', async () => {
  const { code, text } = await machine.run('up.sh');
  assert.equal(code, 0, text);
  assert.match(text, /bounce point 40\.0/);
  const before = machine.pids();
  assert.deepEqual(Object.keys(before).sort(), ['ladder-records', 'ladder-scoring', 'redis-server']);
  assert.equal((await machine.run('up.sh')).code, 0);
  const refused = await machine.run('up.sh', ['--scoring', '2']);
  assert.equal(refused.code, 2);
  assert.match(refused.text, /runs as 'plain'.*down\.sh first/);
  assert.deepEqual(machine.pids(), before);
  await down();
});

test('SQLite has one records process behind several of scoring', async () => {
  assert.equal((await machine.run('up.sh', ['--scoring', '2'])).code, 0);
  const two = ['haproxy', 'ladder-records-1', 'ladder-scoring-1', 'ladder-scoring-2', 'redis-server'];
  assert.deepEqual(Object.keys(machine.pids()).sort(), two);
  assert.equal((await machine.run('up.sh')).code, 0);
  assert.deepEqual(
    Object.keys(machine.pids()).sort(),
    two.filter((name) => name !== 'ladder-scoring-2'),
  );
  await down();
});
