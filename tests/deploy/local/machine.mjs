// Ladder on this machine as deploy/local starts it, in a folder and on ports of its own.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFree } from '../../node/waiting.mjs';
import { root } from './manifest.mjs';
import { calls } from './metrics.mjs';

const portsNeeded = 100;

// The first of so many free ports in a row, below those that clients get. Tests at the same time begin elsewhere.
async function freePorts() {
  const blocks = 110;
  for (let i = 0; i < blocks; i += 1) {
    const first = 20_000 + ((process.pid + i) % blocks) * portsNeeded;
    const free = await Promise.all(Array.from({ length: portsNeeded }, (_, offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
  throw new Error('no free ports');
}

export const isAlive = (pid) => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;

export class Machine {
  static async create(bin) {
    return new Machine(bin, mkdtempSync(join(tmpdir(), 'ladder-local-')), await freePorts());
  }

  constructor(bin, folder, firstPort) {
    this.folder = folder;
    this.data = join(folder, 'data');
    this.firstPort = firstPort;
    this.scoring = `127.0.0.1:${firstPort}`;
    this.records = `127.0.0.1:${firstPort + 1}`;
    this.environment = {
      PATH: process.env.PATH,
      HOME: folder,
      LADDER_DATA: this.data,
      LADDER_BIN: bin,
      LADDER_SCORING_PORT: firstPort,
      LADDER_RECORDS_PORT: firstPort + 1,
      LADDER_REDIS_PORT: firstPort + 2,
      LADDER_POSTGRES_PORT: firstPort + 3,
      LADDER_FIRST_SCORING_PORT: firstPort + 4,
      LADDER_FIRST_RECORDS_PORT: firstPort + 52,
    };
  }

  // Runs a script of deploy/local: {code, text}.
  run(script, args = []) {
    return new Promise((resolve) => {
      const child = spawn(join(root, 'deploy/local', script), args, { env: this.environment });
      let text = '';
      child.stdout.on('data', (part) => (text += part));
      child.stderr.on('data', (part) => (text += part));
      child.on('exit', (code) => resolve({ code, text }));
    });
  }

  async up(scoring, records) {
    const args = ['--scoring', scoring, '--records', records, '--store', 'postgres'];
    const { code, text } = await this.run('up.sh', args);
    if (code !== 0) throw new Error(`up.sh ${args.join(' ')}: exit ${code}\n${text}`);
    return text;
  }

  // The processes that are said to run: {name: id}.
  pids() {
    const files = existsSync(join(this.data, 'run')) ? readdirSync(join(this.data, 'run')) : [];
    return Object.fromEntries(
      files
        .filter((file) => file.endsWith('.pid'))
        .map((file) => [file.slice(0, -4), Number(readFileSync(join(this.data, 'run', file), 'utf8'))]),
    );
  }

  metrics(service, number) {
    const first = this.firstPort + (service === 'scoring' ? 4 : 52);
    return `127.0.0.1:${first + 3 * (number - 1) + 2}`;
  }

  calls(service, number, method) {
    return calls(this.metrics(service, number), method);
  }

  // Ports of this machine on which something still listens.
  async busyPorts() {
    const ports = Array.from({ length: portsNeeded }, (_, offset) => this.firstPort + offset);
    const free = await Promise.all(ports.map(isFree));
    return ports.filter((_, at) => !free[at]);
  }

  async remove() {
    await this.run('down.sh');
    rmSync(this.folder, { recursive: true });
  }
}
