// Containers as the tests of the image start them, and what can be asked of one from outside. Runs within isolated.sh.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../node/waiting.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

// How long anything here may take, in ms.
const patience = 60000;

// {status, output}: what a program printed on both streams.
export function run(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: patience });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

// The output of a podman that succeeds.
export function podman(...args) {
  const { status, output } = run('podman', ...args);
  if (status !== 0) throw new Error(`podman ${args.join(' ')} ended with ${status}: ${output}`);
  return output.trim();
}

export const inspect = (kind, name) => JSON.parse(podman(kind, 'inspect', name))[0];

// As narrow as the manifests: nothing can be written but volumes, no privilege, limits. podman's own --read-only would
// add folders in memory that Kubernetes does not.
export const confined = (mebibytes) => [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--user=10001:10001',
  `--memory=${mebibytes}m`,
  '--pids-limit=200',
];

// Runs a program in the network of a container, which has no other way in. Fails as podman() does.
function inNetworkOf(container, program, ...args) {
  const pid = podman('container', 'inspect', '--format', '{{.State.Pid}}', container);
  return execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, program, ...args], {
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export const metricsOf = (container, port) =>
  inNetworkOf(container, 'curl', '--silent', '--show-error', '--fail', `http://127.0.0.1:${port}/metrics`);

// SERVING, NOT_SERVING, or why there was no answer; as kubelet would ask.
export function healthOf(container, port, service) {
  try {
    return inNetworkOf(
      container,
      process.execPath,
      join(root, 'tests/deploy/image/health.mjs'),
      `127.0.0.1:${port}`,
      service,
    ).trim();
  } catch (error) {
    return `no answer: ${error.stderr || error.message}`;
  }
}

// Asks until the answer is the one that is waited for, at most for a minute.
export const waitFor = (what, expected, ask) =>
  eventually(`${what} is ${expected}`, () => {
    const answer = ask();
    if (answer !== expected) throw new Error(`it is ${answer}`);
    return true;
  });

// The lines of JSON that a service logged.
export const logOf = (container) =>
  podman('logs', container)
    .split('\n')
    .map((line) => JSON.parse(line));

// What a container may that it should not, as the kernel sees its first process; its memory is to be limited to so many
// MiB.
export function faultsOfConfinement(container, mebibytes) {
  const { State: state, HostConfig: settings } = inspect('container', container);
  const status = Object.fromEntries(
    readFileSync(`/proc/${state.Pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s*/)),
  );
  const mounts = readFileSync(`/proc/${state.Pid}/mountinfo`, 'utf8').split('\n');
  const rootOptions = mounts.map((line) => line.split(' ')).find((mount) => mount[4] === '/')[5];
  const only10001 = /^10001\t10001\t10001\t10001$/;
  return [
    [only10001.test(status.Uid), `its user is ${status.Uid}`],
    [only10001.test(status.Gid), `its group is ${status.Gid}`],
    [/^(10001)?\s*$/.test(status.Groups), `it is also in the groups ${status.Groups}`],
    ...['CapEff', 'CapPrm', 'CapBnd', 'CapAmb'].map((set) => [/^0+$/.test(status[set]), `${set} is ${status[set]}`]),
    [status.NoNewPrivs === '1', 'it can gain privileges'],
    [/^ro(,|$)/.test(rootOptions), 'its root can be written'],
    [settings.Memory === mebibytes * 2 ** 20, `its memory is limited to ${settings.Memory} bytes`],
  ].flatMap(([sound, fault]) => (sound ? [] : [fault]));
}

// What was wrong with how a container ended, whose service had these clean-ups to do.
export function faultsOfEnd(container, cleanups) {
  const { ExitCode: code, OOMKilled: starved } = inspect('container', container).State;
  const lines = logOf(container);
  const drain = lines
    .filter(({ event }) => /^(stop_requested|cleanup|server_stopped)$/.test(event))
    .map(({ event, part }) => part ?? event);
  const expected = ['stop_requested', ...cleanups, 'server_stopped'];
  return [
    [code === 0, `it ended with ${code}`],
    [!starved, 'it ran out of memory'],
    [drain.join() === expected.join(), `its drain was ${drain}, and should be ${expected}`],
    ...lines.filter(({ level }) => level === 'error').map((line) => [false, JSON.stringify(line)]),
  ].flatMap(([sound, fault]) => (sound ? [] : [fault]));
}
