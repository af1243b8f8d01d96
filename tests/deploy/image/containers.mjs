// Containers as the tests of the image start them, and what can be asked of one from outside. Runs within isolated.sh.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

// How long anything here may take, in ms.
const patience = 60000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
export const confined = (memory) => [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--user=10001:10001',
  `--memory=${memory}`,
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
export async function waitFor(what, expected, ask) {
  const until = Date.now() + patience;
  for (;;) {
    const answer = ask();
    if (answer === expected) return;
    if (Date.now() > until) throw new Error(`${what} is ${answer}, and should be ${expected}`);
    await pause(200);
  }
}

// The lines of JSON that a service logged.
export const logOf = (container) =>
  podman('logs', container)
    .split('\n')
    .map((line) => JSON.parse(line));

// What the kernel says of a container's first process.
export function processOf(container) {
  const pid = podman('container', 'inspect', '--format', '{{.State.Pid}}', container);
  const status = Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s*/)),
  );
  const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
  return { status, rootOptions: mounts.map((line) => line.split(' ')).find((mount) => mount[4] === '/')[5] };
}
