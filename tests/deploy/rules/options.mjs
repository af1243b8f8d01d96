// What the pods tell the binaries: options that these have, files that are there, quizzes that are shipped.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { containersOf, environment, find, ofKind, podTemplates, root, seconds, servers } from '../manifests.mjs';

// What a value has to look like, by what --help calls it. Values out of Secrets are not known here.
function faultOfValue({ kind, from, to }, value) {
  if (typeof value !== 'string') return undefined;
  if (kind === '') return /^(true|false)$/.test(value) ? undefined : 'is neither true nor false';
  if (kind === 'DURATION') {
    const time = seconds(value);
    return time >= seconds(from.replace(/^0$/, '0s')) && time <= seconds(to)
      ? undefined
      : `is no duration from ${from} to ${to}`;
  }
  if (kind === 'NUMBER') {
    return /^\d+$/.test(value) && +value >= +from && +value <= +to ? undefined : `is no number from ${from} to ${to}`;
  }
  return value === '' ? 'is empty' : undefined;
}

function known(objects, { help }) {
  return servers(objects).flatMap(({ title, container, service }) => {
    const { flags, variables } = help[service];
    const faults = [...container.command.slice(1), ...(container.args ?? [])]
      .map((word) => word.split('=')[0])
      .filter((word) => word.startsWith('--') && !flags.has(word))
      .map((word) => `${title}: --help has no ${word}`);
    for (const [name, value] of Object.entries(environment(objects, container))) {
      const option = variables.get(name);
      if (!option) {
        faults.push(`${title}: --help has no ${name}`);
      } else if (faultOfValue(option, value)) {
        faults.push(`${title}: ${name} '${value}' ${faultOfValue(option, value)}`);
      }
    }
    return faults;
  });
}

const helps = new Map();

// What ladderctl says of a command; of one that it does not have, it says something else.
function ladderctlHelp(ladderctl, path) {
  const key = path.join(' ');
  if (!helps.has(key)) {
    try {
      helps.set(
        key,
        execFileSync(ladderctl, [...path, '--help'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
    } catch {
      helps.set(key, '');
    }
  }
  return helps.get(key);
}

// A command line of ladderctl: the subcommands, then options and files.
function ladderctlKnows(objects, { ladderctl }) {
  return podTemplates(objects).flatMap(({ title, spec }) =>
    containersOf(spec).flatMap((container) => {
      if (container.command?.[0] !== '/usr/local/bin/ladderctl') return [];
      const words = container.command.slice(1);
      const path = words.slice(0, 2);
      const help = ladderctlHelp(ladderctl, path);
      if (!help.includes(`Usage: ladderctl ${path.join(' ')} `))
        return [`${title}: ladderctl has no '${path.join(' ')}'`];
      const variables = environment(objects, container);
      return [
        ...words
          .filter((word) => word.startsWith('--') && !new RegExp(`^ +${word}\\b`, 'm').test(help))
          .map((word) => `${title}: 'ladderctl ${path.join(' ')}' has no ${word}`),
        ...words
          .flatMap((word) => [...word.matchAll(/\$\((\w+)\)/g)])
          .filter(([, name]) => !(name in variables))
          .map(([, name]) => `${title}: there is no variable ${name}`),
        ...Object.keys(variables)
          .filter((name) => name.startsWith('LADDERCTL_') && !ladderctlHelp(ladderctl, []).includes(`Env:${name})`))
          .map((name) => `${title}: ladderctl reads no ${name}`),
      ];
    }),
  );
}

// Where a container sees files of Secrets and volumes.
function filesOf({ owner, spec }, container) {
  const mounts = container.volumeMounts ?? [];
  return mounts.flatMap(({ name, mountPath }) => {
    const volume = (spec.volumes ?? []).find((one) => one.name === name);
    const items = [volume?.secret, ...(volume?.projected?.sources ?? []).map(({ secret }) => secret)].flatMap(
      (secret) => secret?.items ?? [],
    );
    const claimed =
      volume?.persistentVolumeClaim ||
      (owner.spec.volumeClaimTemplates ?? []).some(({ metadata }) => metadata.name === name);
    return [...items.map(({ path }) => join(mountPath, path)), ...(claimed ? [`${mountPath}/`] : [])];
  });
}

function files(objects) {
  return podTemplates(objects).flatMap((pod) =>
    containersOf(pod.spec).flatMap((container) => {
      if (!container.command?.[0].startsWith('/usr/local/bin/ladder')) return [];
      const there = filesOf(pod, container);
      const variables = environment(objects, container);
      const used = Object.entries(variables).filter(([name]) => pod.owner.kind !== 'Job' || !name.includes('_REDIS_'));
      // An init container that has the options of its service reads only what its command names.
      const named = container.command.join(' ');
      const relevant = used.filter(([name]) => container.name === 'server' || named.includes(`$(${name})`));
      const wanted = relevant.flatMap(([name, value]) => {
        if (name.endsWith('_FILE') || name === 'LADDER_RECORDS_DATA_DIR') return [[name, value]];
        const authority =
          name === 'LADDER_RECORDS_POSTGRES' && typeof value === 'string' && /sslrootcert=(\S+)/.exec(value)?.[1];
        return authority ? [[name, authority]] : [];
      });
      return wanted
        .filter(([, path]) => !there.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file)))
        .map(([name, path]) => `${pod.title} (${container.name}): ${name} ${path} is not mounted`);
    }),
  );
}

function store(objects) {
  return servers(objects)
    .filter(({ service }) => service === 'records')
    .flatMap(({ title, container }) => {
      const variables = environment(objects, container);
      const isPostgres = variables.LADDER_RECORDS_STORE === 'postgres';
      const faults = [];
      if (isPostgres !== (variables.LADDER_RECORDS_POSTGRES !== undefined))
        faults.push(`${title}: store and database do not agree`);
      if (isPostgres === (variables.LADDER_RECORDS_DATA_DIR !== undefined))
        faults.push(`${title}: store and directory do not agree`);
      if (isPostgres !== (find(objects, 'Job', 'ladder-migrate') !== undefined))
        faults.push(`${title}: not migrated by the Job that its store needs`);
      return faults;
    });
}

function quizzes(objects) {
  const shipped = readdirSync(join(root, 'records-service', 'quizzes')).filter((file) => file.endsWith('.textproto'));
  const published = find(objects, 'Job', 'ladder-publish').spec.template.spec.containers.map(({ command }) =>
    basename(command.at(-1)),
  );
  return [
    ...shipped.filter((quiz) => !published.includes(quiz)).map((quiz) => `${quiz} is not published`),
    ...published.filter((quiz) => !shipped.includes(quiz)).map((quiz) => `${quiz} is not shipped`),
  ];
}

const options = (o, service) =>
  ofKind(o, 'ConfigMap').find((map) => map.metadata.name.startsWith(`ladder-${service}-options`)).data;
const server = (o, kind, name) => find(o, kind, name).spec.template.spec.containers[0];

export const rules = [
  {
    name: 'every variable and flag is an option of the binary, with a value that it takes',
    check: known,
    broken: [
      {
        overlay: 'local',
        fault: 'a variable that is no option',
        finds: /no LADDER_SCORING_THREADS/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_THREADS = '2';
        },
      },
      {
        overlay: 'local',
        fault: 'a flag that is no option',
        finds: /no --threads/,
        change: (o) => {
          server(o, 'Deployment', 'ladder-scoring').command.push('--threads=2');
        },
      },
      {
        overlay: 'local',
        fault: 'a switch that is neither on nor off',
        finds: /ALLOW_INSECURE_NON_LOOPBACK 'yes' is neither/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_ALLOW_INSECURE_NON_LOOPBACK = 'yes';
        },
      },
      {
        overlay: 'local',
        fault: 'a duration without a unit',
        finds: /DRAIN_DELAY '5' is no duration/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_DRAIN_DELAY = '5';
        },
      },
      {
        overlay: 'local',
        fault: 'a duration that is too short',
        finds: /RELEASE_TICK '10s' is no duration from 1m/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_RELEASE_TICK = '10s';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a number beyond the limit',
        finds: /CONNECTIONS '1000' is no number/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_POSTGRES_CONNECTIONS = '1000';
        },
      },
    ],
  },
  {
    name: 'ladderctl knows its commands, options and variables',
    check: ladderctlKnows,
    broken: [
      {
        overlay: 'local',
        fault: 'a command that it does not have',
        finds: /no 'store update'/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.template.spec.initContainers[0].command[2] = 'update';
        },
      },
      {
        overlay: 'local',
        fault: 'an option that it does not have',
        finds: /has no --active/,
        change: (o) => {
          server(o, 'Job', 'ladder-publish').command[3] = '--active';
        },
      },
      {
        overlay: 'local',
        fault: 'a variable that it does not read',
        finds: /reads no LADDERCTL_RECORD$/,
        change: (o) => {
          server(o, 'Job', 'ladder-publish').env[0].name = 'LADDERCTL_RECORD';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a variable that nothing sets',
        finds: /no variable LADDER_RECORDS_POSTGRES$/,
        change: (o) => {
          delete server(o, 'Job', 'ladder-migrate').env;
        },
      },
    ],
  },
  {
    name: 'every file and folder that an option names is mounted',
    check: files,
    broken: [
      {
        overlay: 'campaign',
        fault: 'a password that is not mounted',
        finds: /REDIS_PASSWORD_FILE/,
        change: (o) => {
          const container = server(o, 'Deployment', 'ladder-records');
          container.volumeMounts = container.volumeMounts.filter(({ name }) => name !== 'redis-password');
        },
      },
      {
        overlay: 'local',
        fault: 'data outside of the volume',
        finds: /migrate\): LADDER_RECORDS_DATA_DIR \/data/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_DATA_DIR = '/data';
        },
      },
      {
        overlay: 'campaign',
        fault: 'an authority elsewhere',
        finds: /ladder-migrate \(migrate\): LADDER_RECORDS_POSTGRES \/etc\/ca.crt/,
        change: (o) => {
          server(o, 'Job', 'ladder-migrate').env[0].value = 'host=ladder-postgres-rw sslrootcert=/etc/ca.crt';
        },
      },
      {
        overlay: 'managed',
        fault: 'a password that the migration does not have',
        finds: /ladder-migrate \(migrate\): LADDER_RECORDS_POSTGRES_PASSWORD_FILE/,
        change: (o) => {
          server(o, 'Job', 'ladder-migrate').volumeMounts = [];
        },
      },
    ],
  },
  {
    name: 'the quizzes that are published are those that are shipped',
    check: quizzes,
    broken: [
      {
        overlay: 'small',
        fault: 'a quiz that is forgotten',
        finds: /phq-9.textproto is not published/,
        change: (o) => {
          find(o, 'Job', 'ladder-publish').spec.template.spec.containers.pop();
        },
      },
      {
        overlay: 'small',
        fault: 'a quiz that is not there',
        finds: /who-5.textproto is not shipped/,
        change: (o) => {
          server(o, 'Job', 'ladder-publish').command[4] = '/usr/local/share/ladder/quizzes/who-5.textproto';
        },
      },
    ],
  },
];
