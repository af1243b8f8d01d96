// Both real services with a real Redis on free ports, in a folder of their own, under a load of their own.
//
//   const services = await startServices(binaries);
//   services.targets;          // For live.mjs.
//   services.redis.kill('SIGSTOP');
//   await services.stop();
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, waitFor } from './prometheus.mjs';
import { require, root } from './tree.mjs';

const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const definition = protoLoader.loadSync('ladder/scoring/v1/scoring_service.proto', {
  includeDirs: [join(root, 'proto')],
  keepCase: true,
});
const { ScoringService } = grpc.loadPackageDefinition(definition).ladder.scoring.v1;
const sample = JSON.parse(readFileSync(join(root, 'deploy/local/sample.json'), 'utf8'));

function startProgram(folder, name, command) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  // In a group of its own: what is killed is the program, too, and not only the strace before it.
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', log, log], detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    kill: (signal) => process.kill(-child.pid, signal),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

// Scores again and again, whatever becomes of it, and records every so many-th result.
function startLoad(address, callers, recordEvery) {
  const client = new ScoringService(address, grpc.credentials.createInsecure());
  let stopping = false;
  let recording = true;
  let calls = 0;
  const call = () =>
    new Promise((resolve) => {
      const { record, ...request } = sample;
      const id = calls++;
      if (recording && id % recordEvery === 0) request.record = { ...record, request_id: `load-${id}` };
      client.Score(request, { deadline: Date.now() + 60000 }, resolve);
    });
  const loop = async () => {
    while (!stopping) {
      await Promise.race([call(), pause(200)]);
      await pause(20);
    }
  };
  const loops = Array.from({ length: callers }, loop);
  return {
    recordNoMore: () => (recording = false),
    stop: async () => {
      stopping = true;
      await Promise.all(loops);
      client.close();
    },
  };
}

// `binaries`: the folder of both services and ladderctl. `scoring` and `records`: { before: [...], after: [...] }, words
// before the command (prlimit, strace) and options after it.
export async function startServices(binaries, { scoring = {}, records = {}, callers = 4, recordEvery = 10 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-services-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const addresses = {};
  for (const name of ['redis', 'records', 'recordsMetrics', 'scoring', 'scoringMetrics']) {
    addresses[name] = `127.0.0.1:${await freePort()}`;
  }
  const portOf = (name) => addresses[name].split(':')[1];
  const ladderctl = (...words) =>
    execFileSync(join(binaries, 'ladderctl'), words, {
      cwd: root,
      env: { ...process.env, LADDERCTL_SCORING: addresses.scoring, LADDERCTL_RECORDS: addresses.records },
    });
  const commands = {
    redis: ['redis-server', '--port', portOf('redis'), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    records: [
      ...(records.before ?? []),
      join(binaries, 'ladder-records'),
      ...['--listen', addresses.records, '--metrics-listen', addresses.recordsMetrics, '--data-dir', data],
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
    addresses,
    ladderctl,
    targets: [
      { job: 'ladder-scoring', address: addresses.scoringMetrics },
      { job: 'ladder-records', address: addresses.recordsMetrics },
    ],
    start: (name) => (services[name] = startProgram(folder, name, commands[name])),
    // Connections to a service that say nothing; closed by the function that comes back.
    hold: async (name, count) => {
      const sockets = Array.from({ length: count }, () => connect(Number(portOf(name)), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {});
      await pause(2000);
      return () => sockets.forEach((socket) => socket.destroy());
    },
    log: (name) => readFileSync(join(folder, `${name}.log`), 'utf8'),
    stop: async () => {
      await services.load?.stop();
      for (const name of ['scoring', 'records', 'redis']) await services[name]?.end();
      rmSync(folder, { recursive: true });
    },
  };
  const answers = (name) => waitFor(30, () => fetch(`http://${addresses[name]}/metrics`).then((r) => r.ok, () => false));
  services.start('redis');
  ladderctl('store', 'migrate', '--data-dir', data);
  services.start('records');
  if (!(await answers('recordsMetrics'))) throw new Error(services.log('records'));
  ladderctl('quiz', 'publish', '--activate', 'records-service/quizzes/ladder-of-healing.textproto');
  services.start('scoring');
  if (!(await answers('scoringMetrics'))) throw new Error(services.log('scoring'));
  services.load = startLoad(addresses.scoring, callers, recordEvery);
  return services;
}
