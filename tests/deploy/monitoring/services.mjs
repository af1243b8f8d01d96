// Both real services with a real Redis, and PostgreSQL where it is asked for, on free ports, with callers.
//
//   const services = await startServices(binaries);
//   services.targets;          // For live.mjs.
//   services.redis.kill('SIGSTOP');
//   await services.stop();
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually, freePort } from '../../node/waiting.mjs';
import { startLimits } from './limits.mjs';
import { startPostgres } from './postgres.mjs';
import { Traffic } from './traffic.mjs';
import { root } from './tree.mjs';
import { startWire } from './wire.mjs';

function startProgram(folder, name, command) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  // Ends with this process. In a group of its own: what is killed is the program, too, not only the strace before it.
  const options = { stdio: ['ignore', log, log], detached: true };
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], options);
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    kill: (signal) => process.kill(-child.pid, signal),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

// `postgres`: instead of SQLite. `scoring`, `records`: words `before` the command (prlimit, strace), options `after`
// it, and the `mebibytes` that its pod would have. So many `callers` score, and every `recordEvery`-th result is
// recorded.
export async function startServices(
  binaries,
  { postgres, scoring = {}, records = {}, callers = 4, recordEvery = 10 } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-services-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const addresses = {};
  for (const name of ['redis', 'records', 'recordsMetrics', 'scoring', 'scoringMetrics']) {
    addresses[name] = `127.0.0.1:${await freePort()}`;
  }
  const portOf = (name) => Number(addresses[name].split(':')[1]);
  const database = postgres ? await startPostgres('ladder') : undefined;
  const wire = database && (await startWire(database.port));
  // ladderctl goes past the wire.
  const storeBy = (port) =>
    postgres ? ['--postgres', `host=127.0.0.1 port=${port} dbname=ladder user=ladder`] : ['--data-dir', data];
  const pods = Object.entries({ scoring, records }).map(([name, { mebibytes = 512 }]) => ({
    job: `ladder-${name}`,
    address: addresses[`${name}Metrics`],
    labels: { namespace: 'ladder', pod: `ladder-${name}-0`, container: name },
    mebibytes,
  }));
  const limits = await startLimits(pods);
  const commands = {
    redis: ['redis-server', '--port', portOf('redis'), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    records: [
      ...(records.before ?? []),
      join(binaries, 'ladder-records'),
      ...['--listen', addresses.records, '--metrics-listen', addresses.recordsMetrics],
      ...['--store', postgres ? 'postgres' : 'sqlite', ...storeBy(wire?.port)],
      ...['--redis', addresses.redis, ...(records.after ?? [])],
    ],
    scoring: [
      ...(scoring.before ?? []),
      join(binaries, 'ladder-scoring'),
      ...['--listen', addresses.scoring, '--metrics-listen', addresses.scoringMetrics],
      ...['--records', addresses.records, '--redis', addresses.redis, ...(scoring.after ?? [])],
    ],
  };
  const services = {
    binaries,
    data,
    database,
    wire,
    traffic: new Traffic(addresses),
    targets: [...pods, { job: 'kube-state-metrics', address: limits.address }],
    ladderctl: (...words) =>
      promisify(execFile)(join(binaries, 'ladderctl'), words, {
        cwd: root,
        env: { ...process.env, LADDERCTL_SCORING: addresses.scoring, LADDERCTL_RECORDS: addresses.records },
      }),
    redisCli: (...words) => execFileSync('redis-cli', ['-p', portOf('redis'), ...words]),
    start: (name) => (services[name] = startProgram(folder, name, commands[name])),
    restart: async (name) => {
      await services[name].end();
      services.start(name);
    },
    // What is started from then on in the place of the binary.
    replace: (name, binary) => {
      commands[name] = commands[name].map((word) => (word === join(binaries, `ladder-${name}`) ? binary : word));
    },
    // Connections to a service that say nothing; closed by the function that comes back.
    hold: async (name, count) => {
      const sockets = Array.from({ length: count }, () => connect(portOf(name), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {});
      await pause(2000);
      return () => sockets.forEach((socket) => socket.destroy());
    },
    // What a service shows now, of a metric without labels.
    metricOf: async (name, metric) => {
      const page = await fetch(`http://${addresses[`${name}Metrics`]}/metrics`).then((answer) => answer.text());
      return Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(page)?.[1]);
    },
    log: (name) => readFileSync(join(folder, `${name}.log`), 'utf8'),
    stop: async () => {
      await services.traffic.stop();
      for (const name of ['scoring', 'records', 'redis']) await services[name]?.end();
      await limits.stop();
      await wire?.stop();
      await database?.end();
      rmSync(folder, { recursive: true });
    },
  };
  const answers = (name) =>
    eventually(`/metrics of ${name}`, () => fetch(`http://${addresses[name]}/metrics`).then((answer) => answer.ok));
  try {
    services.start('redis');
    await services.ladderctl('store', 'migrate', ...storeBy(database?.port));
    services.start('records');
    await answers('recordsMetrics');
    await services.ladderctl('quiz', 'publish', '--activate', 'records-service/quizzes/ladder-of-healing.textproto');
    services.start('scoring');
    await answers('scoringMetrics');
  } catch (error) {
    const logs = ['records', 'scoring'].filter((name) => services[name]).map((name) => services.log(name));
    await services.stop();
    throw new Error([error.message, ...logs].join('\n'));
  }
  services.traffic.score(callers, recordEvery);
  return services;
}
