// Secrets, which nothing here holds: who makes them, who learns of them, who reads them.

import { containersOf, find, ofKind, podTemplates, titleOf } from '../manifests.mjs';

// The Secrets that nothing here makes, with their keys. deploy/README.md tells the operator of the first ones.
const kBroughtByOperators = {
  'ladder-redis': ['password'],
  'ladder-postgres': ['conninfo', 'password', 'ca.crt'],
  'ladder-backup': ['ACCESS_KEY_ID', 'ACCESS_SECRET_KEY'],
  'ladder-gateway-tls': ['tls.crt', 'tls.key'],
};
const kMadeByCloudNativePg = { 'ladder-postgres-app': ['password'], 'ladder-postgres-ca': ['ca.crt'] };

// Every mention of a Secret in a pod, as [where, secret, key]; no key: all of it.
function secretsOfPod({ title, spec }) {
  const mentions = [];
  for (const { env = [], envFrom = [] } of containersOf(spec)) {
    for (const { valueFrom } of env) {
      if (valueFrom?.secretKeyRef) mentions.push([title, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]);
    }
    for (const { secretRef } of envFrom) if (secretRef) mentions.push([title, secretRef.name]);
  }
  for (const { secret, projected } of spec.volumes ?? []) {
    const sources = [
      secret && { name: secret.secretName, items: secret.items },
      ...(projected?.sources ?? []).map((source) => source.secret),
    ].filter(Boolean);
    for (const { name, items } of sources) {
      if (!items) mentions.push([title, name]);
      for (const { key } of items ?? []) mentions.push([title, name, key]);
    }
  }
  return mentions;
}

function secretsExist(objects) {
  const madeHere = ofKind(objects, 'Cluster').length > 0 ? kMadeByCloudNativePg : {};
  const mentions = [
    ...podTemplates(objects).flatMap(secretsOfPod),
    ...ofKind(objects, 'ObjectStore').flatMap((store) =>
      Object.values(store.spec.configuration.s3Credentials).map(({ name, key }) => [titleOf(store), name, key]),
    ),
    ...ofKind(objects, 'Gateway').flatMap((gateway) =>
      gateway.spec.listeners.flatMap(({ tls }) =>
        tls.certificateRefs.map(({ name }) => [titleOf(gateway), name, 'tls.crt']),
      ),
    ),
  ];
  return mentions.flatMap(([where, name, key]) => {
    const brought = kBroughtByOperators[name];
    const keys = brought ?? madeHere[name];
    if (!keys) return [`${where}: nobody makes the Secret ${name}`];
    if (!key) return [`${where}: mounts all of ${name}, whatever it holds`];
    return keys.includes(key) ? [] : [`${where}: ${name} has no key ${key}`];
  });
}

// An operator learns of each Secret, and of each of its keys, in the command that makes it.
function readmeTells(objects, { readme }) {
  const mentioned = JSON.stringify(objects);
  return Object.entries(kBroughtByOperators)
    .filter(([name]) => mentioned.includes(`"${name}"`))
    .flatMap(([name, keys]) => {
      const command = new RegExp(`create secret \\w+ ${name}\\b(?:.*\\\\\n)*.*`).exec(readme)?.[0];
      if (!command) return [`deploy/README.md does not tell how to make the Secret ${name}`];
      // `create secret tls` makes its keys by itself.
      return keys
        .filter((key) => !command.includes(key) && !command.includes(' tls '))
        .map((key) => `deploy/README.md makes ${name} without ${key}`);
    });
}

function volumes(objects) {
  return podTemplates(objects).flatMap(({ title, owner, spec }) => {
    const offered = new Set([
      ...(spec.volumes ?? []).map(({ name }) => name),
      ...(owner.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
    ]);
    const mounted = new Set(
      containersOf(spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
    );
    return [
      ...[...mounted].filter((name) => !offered.has(name)).map((name) => `${title}: there is no volume ${name}`),
      ...[...offered].filter((name) => !mounted.has(name)).map((name) => `${title}: nothing mounts the volume ${name}`),
    ];
  });
}

function secrets(objects) {
  return podTemplates(objects).flatMap(({ title, spec }) =>
    (spec.volumes ?? []).flatMap((volume) => {
      const source = volume.secret ?? volume.projected;
      if (!source) return [];
      const mode = source.defaultMode ?? 0o644;
      if (mode & 0o007) return [`${title}: everybody may read ${volume.name}`];
      return spec.securityContext?.fsGroup ? [] : [`${title}: no fsGroup, so it may not read ${volume.name}`];
    }),
  );
}

const pod = (o, kind, name) => find(o, kind, name).spec.template.spec;

const scoringPod = (objects) => find(objects, 'Deployment', 'ladder-scoring').spec.template.spec;

export const rules = [
  {
    name: 'every Secret is made by somebody, and only named keys of it are used',
    check: secretsExist,
    broken: [
      {
        overlay: 'small',
        fault: 'a Secret that nobody makes',
        finds: /nobody makes the Secret redis/,
        change: (o) => {
          pod(o, 'Deployment', 'ladder-scoring').volumes[0].secret.secretName = 'redis';
        },
      },
      {
        overlay: 'small',
        fault: 'a key that it does not have',
        finds: /ladder-redis has no key pass/,
        change: (o) => {
          pod(o, 'Deployment', 'ladder-redis').containers[0].env[0].valueFrom.secretKeyRef.key = 'pass';
        },
      },
      {
        overlay: 'campaign',
        fault: 'the whole authority',
        finds: /mounts all of ladder-postgres-ca/,
        change: (o) => {
          const volume = pod(o, 'Job', 'ladder-migrate').volumes.find(({ name }) => name === 'postgres');
          delete volume.projected.sources[1].secret.items;
        },
      },
      {
        overlay: 'campaign',
        fault: 'Secrets of a cluster that is not there',
        finds: /nobody makes the Secret ladder-postgres-app/,
        change: (o) => {
          o.splice(
            o.findIndex(({ kind }) => kind === 'Cluster'),
            1,
          );
        },
      },
      {
        overlay: 'campaign',
        fault: 'other keys of the bucket',
        finds: /ladder-backup has no key KEY/,
        change: (o) => {
          find(o, 'ObjectStore', 'ladder-backup').spec.configuration.s3Credentials.accessKeyId.key = 'KEY';
        },
      },
      {
        overlay: 'campaign',
        fault: 'another certificate of the gateway',
        finds: /nobody makes the Secret tls/,
        change: (o) => {
          find(o, 'Gateway', 'ladder').spec.listeners[0].tls.certificateRefs[0].name = 'tls';
        },
      },
    ],
  },
  {
    name: 'the README makes every Secret that an operator brings',
    check: readmeTells,
    broken: [
      {
        overlay: 'small',
        fault: 'a Secret that it does not tell of',
        finds: /how to make the Secret ladder-redis/,
        change: (_, context) => {
          context.readme = context.readme.replaceAll('ladder-redis', 'x');
        },
      },
      {
        overlay: 'managed',
        fault: 'a key that it leaves out',
        finds: /makes ladder-postgres without ca.crt/,
        change: (_, context) => {
          context.readme = context.readme.replaceAll('ca.crt', 'x');
        },
      },
    ],
  },
  {
    name: 'Secrets are files that only the pod reads',
    check: secrets,
    broken: [
      {
        overlay: 'small',
        fault: 'a mode that lets everybody read',
        finds: /everybody may read redis-password/,
        change: (o) => {
          delete scoringPod(o).volumes[0].secret.defaultMode;
        },
      },
      {
        overlay: 'managed',
        fault: 'a file that nobody may read',
        finds: /ladder-migrate: no fsGroup/,
        change: (o) => {
          delete find(o, 'Job', 'ladder-migrate').spec.template.spec.securityContext.fsGroup;
        },
      },
    ],
  },
];
