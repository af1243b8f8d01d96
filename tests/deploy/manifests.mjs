// What kustomize makes of an overlay, and the questions that several rules ask of it.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
// Packages of tests/node, which is not above this folder.
export const require = createRequire(join(root, 'tests', 'node', 'package.json'));
const yaml = require('js-yaml');

const shipped = join(root, 'deploy', 'overlays');
const combinations = join(root, 'tests', 'deploy', 'overlays');

// Every overlay, by name: the shipped ones, and combinations of components that only tests build.
export const overlays = new Map(
  [shipped, combinations].flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => [name, join(folder, name)]),
  ),
);

function kustomize() {
  const path = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ladder', 'kustomize');
  if (!existsSync(path)) throw new Error(`${path} is missing: run tools/install.sh test`);
  return path;
}

const built = new Map();

// The objects of an overlay, each time a copy of their own.
export function build(name) {
  if (!built.has(name)) {
    const text = execFileSync(kustomize(), ['build', overlays.get(name)], { encoding: 'utf8', maxBuffer: 1 << 26 });
    built.set(name, text);
  }
  return yaml.loadAll(built.get(name));
}

export const titleOf = (object) => `${object.kind}/${object.metadata.name}`;

export function find(objects, kind, name) {
  return objects.find((object) => object.kind === kind && object.metadata.name === name);
}

export const ofKind = (objects, ...kinds) => objects.filter((object) => kinds.includes(object.kind));

// Everything that makes pods from a template: {title, owner, labels, spec}.
export function podTemplates(objects) {
  return ofKind(objects, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job').map((owner) => ({
    title: titleOf(owner),
    owner,
    labels: owner.spec.template.metadata.labels ?? {},
    spec: owner.spec.template.spec,
  }));
}

export const containersOf = (spec) => [...(spec.initContainers ?? []), ...spec.containers];

// Those that run one of our two services, and which.
export function servers(objects) {
  return podTemplates(objects).flatMap((pod) =>
    pod.spec.containers.flatMap((container) => {
      const service = /^\/usr\/local\/bin\/ladder-(scoring|records)$/.exec(container.command?.[0] ?? '')?.[1];
      return service ? [{ pod, container, service, title: `${pod.title} (${container.name})` }] : [];
    }),
  );
}

// A container's variables, as kubelet sets them. What comes out of a Secret is {secret, key}.
export function environment(objects, container) {
  const variables = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    Object.assign(variables, find(objects, 'ConfigMap', configMapRef?.name)?.data);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const secret = valueFrom?.secretKeyRef;
    variables[name] = secret ? { secret: secret.name, key: secret.key } : value;
  }
  return variables;
}

// Whether a label selector takes these labels.
export function selects(selector, labels) {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator === 'In') return values.includes(labels[key]);
      if (operator === 'NotIn') return !values.includes(labels[key]);
      if (operator === 'Exists') return key in labels;
      return !(key in labels);
    })
  );
}

// The pods that CloudNativePG makes of a Cluster, as far as Services, policies and monitors see them.
export function postgresPods(objects) {
  return ofKind(objects, 'Cluster').map((cluster) => ({
    title: titleOf(cluster),
    labels: { 'cnpg.io/cluster': cluster.metadata.name },
    ports: { postgresql: 5432, metrics: 9187 },
  }));
}

const kSizes = { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

// A quantity of Kubernetes as a number: 500m is 0.5, 64Mi is 67108864.
export function quantity(text) {
  const [, digits, unit] = /^([0-9.]+)(m|k|M|G|Ki|Mi|Gi)?$/.exec(String(text)) ?? [];
  return digits === undefined ? NaN : Number(digits) * kSizes[unit ?? ''];
}

const kSeconds = { ms: 1e-3, s: 1, m: 60, h: 3600 };

// A duration of our options, in seconds: 15s, 1m30s.
export function seconds(text) {
  const parts = [...String(text).matchAll(/([0-9.]+)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join('') !== String(text) || parts.length === 0) return NaN;
  return parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * kSeconds[unit], 0);
}
