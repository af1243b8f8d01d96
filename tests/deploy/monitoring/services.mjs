// Both real services with a real Redis, and PostgreSQL where it is asked for, on free ports, under a load of their own.
//
//   const services = await startServices(binaries);
//   services.targets;          // For live.mjs.
//   services.redis.kill('SIGSTOP');
//   await services.stop();
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { assessmentClient, call, sample, scoringClient } from '../../node/ladder_client.mjs';
import { eventually, freePort } from '../../node/waiting.mjs';
import { startPostgres } from './postgres.mjs';
import { root } from './tree.mjs';
import { startWire } from './wire.mjs';

function startProgram(folder, name, command) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  // Ends with this process. In a group of its own: what is killed is the program, too, and not only the strace before it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: ['ignore', log, log], detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    kill: (signal) => process.kill(-child.pid, signal),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

// Callers that each do `act` again and again, whatever becomes of it, until the function that comes back is called. `act`
// gets the number of the call and a signal that ends it.
function startCallers(count, act) {
  const stopping = new AbortController();
  let calls = 0;
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await act(calls++, stopping.signal).catch(() => {});
      await pause(20);
    }
  };
  const loops = Array.from({ length: count }, loop);
  return async () => {
    stopping.abort();
    await Promise.all(loops);
  };
}

// What kube-state-metrics says of the memory that pods may have. `limits`: [{ labels, mebibytes }].
async function startLimits(limits) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    for (const { labels, mebibytes } of limits) {
      const all = Object.entries({ ...labels, resource: 'memory' }).map(([name, value]) => `${name}="${value}"`);
      response.write(`kube_pod_container_resource_limits{${all}} ${mebibytes * 1024 * 1024}\n`);
    }
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const clientOfDemo = (id) => `clients/load-${id % 20}`;

// Options: `postgres` instead of SQLite, with so many `connections`; words `before` the command of a service (prlimit,
// strace), options `after` it and the `mebibytes` that its pod would have; how many `callers` score, of whose calls every `recordEvery`-th is recorded.
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
  const ladderctl = (...words) =>
    promisify(execFile)(join(binaries, 'ladderctl'), words, {
      cwd: root,
      env: { ...process.env, LADDERCTL_SCORING: addresses.scoring, LADDERCTL_RECORDS: addresses.records },
    });
  const redisCli = (...words) => execFileSync('redis-cli', ['-p', portOf('redis'), ...words], { encoding: 'utf8' });
  const database = postgres ? await startPostgres('ladder') : undefined;
  const wire = database && (await startWire(database.port));
  const storeBy = (port) => (postgres ? ['--postgres', `host=127.0.0.1 port=${port} dbname=ladder user=ladder`] : ['--data-dir', data]);
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
  let isRecording = true;
  const stops = [];
  const scoringCaller = scoringClient(addresses.scoring);
  // More than one: over a connection no more than a hundred calls go at once.
  const recordsCallers = Array.from({ length: 3 }, () =>
    assessmentClient(addresses.records, { 'grpc.use_local_subchannel_pool': 1 }),
  );
  const recordsCaller = (id) => recordsCallers[id % recordsCallers.length];
  const startLoad = (count, act) => {
    stops.push(startCallers(count, act));
    return stops.at(-1);
  };
  const services = {
    binaries,
    data,
    ladderctl,
    redisCli,
    database,
    wire,
    targets: [...pods, { job: 'kube-state-metrics', address: limits.address }],
    start: (name) => (services[name] = startProgram(folder, name, commands[name])),
    // What start() starts from then on in the place of the binary.
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

    recordNoMore: () => (isRecording = false),
    // Loads run until they are stopped by the function that comes back, or stop().
    startLoad,
    // Callers that ask for the progress of a client.
    read: (count) =>
      startLoad(count, (id, signal) => {
        const request = { parent: `clinics/demo/${clientOfDemo(id)}`, quiz: sample.quiz };
        return call(recordsCaller(id), 'GetProgress', request, { seconds: 120, signal });
      }),
    // Callers that record batches of so many rows, past scoring.
    record: async (count, rows) => {
      const { record, ...request } = sample;
      const { result } = await call(scoringCaller, 'Score', request);
      const submission = { ...request, quiz: result.quiz_version };
      return startLoad(count, (id, signal) => {
        const requests = Array.from({ length: rows }, (_, row) => ({
          submission: { ...submission, parent: `clinics/bulk/${clientOfDemo(row)}` },
          request_id: `bulk-${id}-${row}`,
          result,
        }));
        return call(recordsCaller(id), 'BatchCreateAssessments', { requests }, { seconds: 120, signal });
      });
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      for (const client of [scoringCaller, ...recordsCallers]) client.close();
      for (const name of ['scoring', 'records', 'redis']) await services[name]?.end();
      limits.stop();
      await wire?.stop();
      await database?.end();
      rmSync(folder, { recursive: true });
    },
  };
  const answers = (name) =>
    eventually(`/metrics of ${name}`, () => fetch(`http://${addresses[name]}/metrics`).then((answer) => answer.ok));
  try {
    services.start('redis');
    await ladderctl('store', 'migrate', ...storeBy(database?.port));
    services.start('records');
    await answers('recordsMetrics');
    await ladderctl('quiz', 'publish', '--activate', 'records-service/quizzes/ladder-of-healing.textproto');
    services.start('scoring');
    await answers('scoringMetrics');
  } catch (error) {
    const logs = ['records', 'scoring'].filter((name) => services[name]).map((name) => services.log(name));
    await services.stop();
    throw new Error([error.message, ...logs].join('\n'));
  }
  startLoad(callers, (id, signal) => {
    const { record, ...request } = sample;
    if (isRecording && id % recordEvery === 0) {
      const parent = `clinics/demo/${clientOfDemo(id / recordEvery)}`;
      request.record = { ...record, parent, request_id: `load-${id}` };
    }
    // Who is not answered goes on.
    return Promise.race([call(scoringCaller, 'Score', request, { seconds: 60, signal }), pause(200)]);
  });
  return services;
}
