// Machines with addresses of their own and a DNS, as in a cluster: network namespaces on one bridge. The calling
// process runs in namespaces of its own (network, mounts, processes), so all of it is gone when that process is.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../node/waiting.mjs';

const skipped = 77;
const inside = 'LADDER_IN_NAMESPACES';
const unshare = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const trial = 'mkdir -p /run/netns && mount -t tmpfs none /run/netns && ip netns add a && ip netns exec a true';

// Runs this program again inside of namespaces and ends with its exit code. Returns only in there.
export function enterNamespaces() {
  if (process.env[inside]) return;
  const tried = spawnSync('unshare', [...unshare, 'sh', '-c', trial], { encoding: 'utf8' });
  if (tried.status !== 0) {
    console.log(`SKIPPED: no network namespaces here (root and iproute2 make them): ${tried.stderr ?? tried.error}`);
    process.exit(skipped);
  }
  const { status } = spawnSync('unshare', [...unshare, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [inside]: '1' },
  });
  process.exit(status ?? 1);
}

const ip = (...words) => execFileSync('ip', words);

export class Network {
  static own = '10.77.0.1';
  folder = mkdtempSync(join(tmpdir(), 'ladder-network-'));
  #names = new Map();
  #children = new Set();
  #hosts = 0;
  #dns;

  async start() {
    mkdirSync('/run/netns', { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'none', '/run/netns']);
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', 'bridge0', 'type', 'bridge');
    ip('address', 'add', `${Network.own}/24`, 'dev', 'bridge0');
    ip('link', 'set', 'bridge0', 'up');
    writeFileSync(join(this.folder, 'resolv.conf'), `nameserver ${Network.own}\n`);
    execFileSync('mount', ['--bind', join(this.folder, 'resolv.conf'), '/etc/resolv.conf']);
    this.#writeNames();
    const names = `--addn-hosts=${join(this.folder, 'names')}`;
    this.#dns = this.#spawn('dnsmasq', '/usr/sbin/dnsmasq', [
      ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', names, '--pid-file='],
      ...[`--listen-address=${Network.own}`, '--bind-interfaces', '--user=root', '--log-facility=-'],
    ]);
    return this;
  }

  // A machine of its own, by its address.
  addMachine() {
    this.#hosts += 1;
    const [name, address] = [`m${this.#hosts}`, `10.77.0.${10 + this.#hosts}`];
    ip('netns', 'add', name);
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', name, 'master', 'bridge0', 'up');
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return { name, address };
  }

  // Starts a program on a machine; `log` names its file.
  startOn(machine, log, command, environment) {
    return this.#spawn(log, 'ip', ['netns', 'exec', machine.name, ...command], environment);
  }

  // Starts a program beside the clients.
  startHere(log, command) {
    return this.#spawn(log, command[0], command.slice(1));
  }

  // What a headless Service does: the name leads to these addresses from now on.
  async name(name, machines) {
    this.#names.set(name, machines.map(({ address }) => address));
    this.#writeNames();
    this.#dns.kill('SIGHUP');
    await eventually(`${name} in the DNS`, () => {
      const answer = execFileSync('getent', ['ahostsv4', name], { encoding: 'utf8' });
      const found = new Set(answer.trim().split('\n').map((line) => line.split(' ')[0]));
      return found.size === machines.length;
    }, 10);
  }

  async end(children) {
    for (const child of children) child.kill('SIGKILL');
    await eventually('their end', () => children.every(({ exitCode, signalCode }) => exitCode !== null || signalCode));
  }

  async remove() {
    await this.end([...this.#children]);
    rmSync(this.folder, { recursive: true });
  }

  #writeNames() {
    const lines = [...this.#names].flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`));
    writeFileSync(join(this.folder, 'names'), lines.join(''));
  }

  #spawn(log, program, words, environment = {}) {
    const output = openSync(join(this.folder, `${log}.log`), 'a');
    const child = spawn(program, words, {
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, ...environment },
    });
    this.#children.add(child);
    return child;
  }
}
