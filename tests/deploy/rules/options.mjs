// What the pods tell the binaries: options that these have, ports that they open, files that are there, and time to end.

import {execFileSync} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import {containersOf, environment, find, ofKind, podTemplates, root, seconds, servers} from '../manifests.mjs';

const prefixOf = (service) => `LADDER_${service.toUpperCase()}_`;

// What a value has to look like, by what --help calls it. Values out of Secrets are not known here.
function faultOfValue({kind, from, to}, value) {
  if (typeof value !== 'string') return undefined;
  if (kind === '') return /^(true|false)$/.test(value) ? undefined : 'is neither true nor false';
  if (kind === 'DURATION') {
    const time = seconds(value);
    return time >= seconds(from.replace(/^0$/, '0s')) && time <= seconds(to) ? undefined : `is no duration from ${from} to ${to}`;
  }
  if (kind === 'NUMBER') {
    return /^\d+$/.test(value) && +value >= +from && +value <= +to ? undefined : `is no number from ${from} to ${to}`;
  }
  return value === '' ? 'is empty' : undefined;
}

function known(objects, {help}) {
  return servers(objects).flatMap(({title, container, service}) => {
    const {flags, variables} = help[service];
    const faults = [...container.command.slice(1), ...(container.args ?? [])].map((word) => word.split('=')[0])
        .filter((word) => word.startsWith('--') && !flags.has(word)).map((word) => `${title}: --help has no ${word}`);
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

// A command line of ladderctl: the subcommands, then options and files.
function ladderctlKnows(objects, {ladderctl}) {
  return podTemplates(objects).flatMap(({title, spec}) => containersOf(spec).flatMap((container) => {
    if (container.command?.[0] !== '/usr/local/bin/ladderctl') return [];
    const words = container.command.slice(1);
    const path = words.slice(0, 2);
    let help;
    try {
      help = execFileSync(ladderctl, [...path, '--help'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}) +
          execFileSync(ladderctl, ['--help'], {encoding: 'utf8'});
    } catch {
      help = '';
    }
    if (!help.includes(`Usage: ladderctl ${path.join(' ')} `)) return [`${title}: ladderctl has no '${path.join(' ')}'`];
    const variables = environment(objects, container);
    return [
      ...words.filter((word) => word.startsWith('--') && !new RegExp(`^ +${word}\\b`, 'm').test(help))
          .map((word) => `${title}: 'ladderctl ${path.join(' ')}' has no ${word}`),
      ...words.flatMap((word) => [...word.matchAll(/\$\((\w+)\)/g)]).filter(([, name]) => !(name in variables))
          .map(([, name]) => `${title}: there is no variable ${name}`),
      ...Object.keys(variables).filter((name) => name.startsWith('LADDERCTL_') && !help.includes(`Env:${name})`))
          .map((name) => `${title}: ladderctl reads no ${name}`),
    ];
  }));
}

const kListens = {grpc: 'LISTEN', health: 'HEALTH_LISTEN', metrics: 'METRICS_LISTEN'};

function ports(objects) {
  return servers(objects).flatMap(({title, container, service}) => {
    const faults = [];
    const variables = environment(objects, container);
    const declared = Object.fromEntries(container.ports.map(({name, containerPort}) => [name, containerPort]));
    for (const name of Object.keys(declared)) if (!(name in kListens)) faults.push(`${title}: no option opens a port named ${name}`);
    for (const [name, option] of Object.entries(kListens)) {
      const listen = variables[prefixOf(service) + option];
      if (listen !== `0.0.0.0:${declared[name]}`) faults.push(`${title}: the port ${name} is ${declared[name]}, and ${option} ${listen}`);
    }
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      if (container[probe].grpc.port !== declared.health) faults.push(`${title}: ${probe} asks another port than health's`);
    }
    return faults;
  });
}

// Who a variable makes a pod call: a gRPC target or host:port, and the name of the port.
const kTargets = {LADDER_SCORING_RECORDS: 'grpc', LADDERCTL_RECORDS: 'grpc', LADDER_SCORING_REDIS: 'redis', LADDER_RECORDS_REDIS: 'redis'};

function targets(objects) {
  return podTemplates(objects).flatMap(({title, spec}) => containersOf(spec).flatMap((container) => {
    const faults = [];
    const variables = environment(objects, container);
    for (const [variable, portName] of Object.entries(kTargets)) {
      if (variables[variable] === undefined) continue;
      const [, host, port] = /^(?:dns:\/\/\/)?([^:/]+):(\d+)$/.exec(variables[variable]) ?? [];
      const service = find(objects, 'Service', host);
      if (service?.spec.ports.find(({name}) => name === portName)?.port !== Number(port)) {
        faults.push(`${title}: ${variable} ${variables[variable]} is no port ${portName} of a Service`);
      }
    }
    // One connection to a ClusterIP would lead to one pod for good.
    if (variables.LADDER_SCORING_RECORDS && !/^dns:\/\/\/.*-headless:/.test(variables.LADDER_SCORING_RECORDS)) {
      faults.push(`${title}: ${variables.LADDER_SCORING_RECORDS} does not spread calls over pods`);
    }
    const conninfo = variables.LADDER_RECORDS_POSTGRES;
    const host = typeof conninfo === 'string' ? /\bhost=(\S+)/.exec(conninfo)?.[1] : undefined;
    if (host && !ofKind(objects, 'Cluster').some(({metadata}) => host === `${metadata.name}-rw`)) {
      faults.push(`${title}: there is no PostgreSQL ${host}`);
    }
    return faults;
  }));
}

// Where a container sees files of Secrets and volumes.
function filesOf({owner, spec}, container) {
  const mounts = container.volumeMounts ?? [];
  return mounts.flatMap(({name, mountPath}) => {
    const volume = (spec.volumes ?? []).find((one) => one.name === name);
    const items = [volume?.secret, ...(volume?.projected?.sources ?? []).map(({secret}) => secret)].flatMap((secret) => secret?.items ?? []);
    const claimed = volume?.persistentVolumeClaim || (owner.spec.volumeClaimTemplates ?? []).some(({metadata}) => metadata.name === name);
    return [...items.map(({path}) => join(mountPath, path)), ...(claimed ? [`${mountPath}/`] : [])];
  });
}

function files(objects) {
  return podTemplates(objects).flatMap((pod) => containersOf(pod.spec).flatMap((container) => {
    if (!container.command?.[0].startsWith('/usr/local/bin/ladder')) return [];
    const there = filesOf(pod, container);
    const variables = environment(objects, container);
    const used = Object.entries(variables).filter(([name]) => pod.owner.kind !== 'Job' || !name.includes('_REDIS_'));
    // An init container that has the options of its service reads only what its command names.
    const named = container.command.join(' ');
    const relevant = used.filter(([name]) => container.name === 'server' || named.includes(`$(${name})`));
    const wanted = relevant.flatMap(([name, value]) => {
      if (name.endsWith('_FILE') || name === 'LADDER_RECORDS_DATA_DIR') return [[name, value]];
      const authority = name === 'LADDER_RECORDS_POSTGRES' && typeof value === 'string' && /sslrootcert=(\S+)/.exec(value)?.[1];
      return authority ? [[name, authority]] : [];
    });
    return wanted.filter(([, path]) => !there.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file)))
        .map(([name, path]) => `${pod.title} (${container.name}): ${name} ${path} is not mounted`);
  }));
}

function store(objects) {
  return servers(objects).filter(({service}) => service === 'records').flatMap(({title, container}) => {
    const variables = environment(objects, container);
    const isPostgres = variables.LADDER_RECORDS_STORE === 'postgres';
    const faults = [];
    if (isPostgres !== (variables.LADDER_RECORDS_POSTGRES !== undefined)) faults.push(`${title}: store and database do not agree`);
    if (isPostgres === (variables.LADDER_RECORDS_DATA_DIR !== undefined)) faults.push(`${title}: store and directory do not agree`);
    if (isPostgres !== (find(objects, 'Job', 'ladder-migrate') !== undefined)) faults.push(`${title}: not migrated by the Job that its store needs`);
    return faults;
  });
}

// The clean-ups of libs/chassis have this limit, and ending gRPC has it, too; it is no flag.
function stopLimit() {
  const text = readFileSync(join(root, 'libs', 'chassis', 'server_options.h'), 'utf8');
  return Number(/stop_limit = absl::Seconds\((\d+)\)/.exec(text)[1]);
}

function drain(objects) {
  return servers(objects).flatMap(({title, pod, container, service}) => {
    const variables = environment(objects, container);
    const phases = ['DRAIN_DELAY', 'DRAIN_GRACE'].map((name) => seconds(variables[prefixOf(service) + name]));
    const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const needed = sleep + phases[0] + phases[1] + 2 * stopLimit();
    const faults = [];
    if (!(pod.spec.terminationGracePeriodSeconds > needed)) faults.push(`${title}: is killed before its drain of ${needed} s is over`);
    const {periodSeconds, failureThreshold} = container.readinessProbe;
    if (!(phases[0] >= periodSeconds * failureThreshold)) faults.push(`${title}: stops taking calls before kubelet has seen that it is not ready`);
    return faults;
  });
}

function quizzes(objects) {
  const shipped = readdirSync(join(root, 'records-service', 'quizzes')).filter((file) => file.endsWith('.textproto'));
  const published = find(objects, 'Job', 'ladder-publish').spec.template.spec.containers.map(({command}) => basename(command.at(-1)));
  return [...shipped.filter((quiz) => !published.includes(quiz)).map((quiz) => `${quiz} is not published`),
    ...published.filter((quiz) => !shipped.includes(quiz)).map((quiz) => `${quiz} is not shipped`)];
}

const options = (o, service) => ofKind(o, 'ConfigMap').find((map) => map.metadata.name.startsWith(`ladder-${service}-options`)).data;
const server = (o, kind, name) => find(o, kind, name).spec.template.spec.containers[0];

export const rules = [
  {
    name: 'every variable and flag is an option of the binary, with a value that it takes',
    check: known,
    broken: [
      {overlay: 'local', fault: 'a variable that is no option', finds: /no LADDER_SCORING_THREADS/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_THREADS = '2'; }},
      {overlay: 'local', fault: 'a flag that is no option', finds: /no --threads/,
        change: (o) => { server(o, 'Deployment', 'ladder-scoring').command.push('--threads=2'); }},
      {overlay: 'local', fault: 'a switch that is neither on nor off', finds: /ALLOW_INSECURE_NON_LOOPBACK 'yes' is neither/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_ALLOW_INSECURE_NON_LOOPBACK = 'yes'; }},
      {overlay: 'local', fault: 'a duration without a unit', finds: /DRAIN_DELAY '5' is no duration/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_DRAIN_DELAY = '5'; }},
      {overlay: 'local', fault: 'a duration that is too short', finds: /RELEASE_TICK '10s' is no duration from 1m/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_RELEASE_TICK = '10s'; }},
      {overlay: 'campaign', fault: 'a number beyond the limit', finds: /CONNECTIONS '1000' is no number/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_POSTGRES_CONNECTIONS = '1000'; }},
    ],
  },
  {
    name: 'ladderctl knows its commands, options and variables',
    check: ladderctlKnows,
    broken: [
      {overlay: 'local', fault: 'a command that it does not have', finds: /no 'store update'/,
        change: (o) => { find(o, 'StatefulSet', 'ladder-records').spec.template.spec.initContainers[0].command[2] = 'update'; }},
      {overlay: 'local', fault: 'an option that it does not have', finds: /has no --active/,
        change: (o) => { server(o, 'Job', 'ladder-publish').command[3] = '--active'; }},
      {overlay: 'local', fault: 'a variable that it does not read', finds: /reads no LADDERCTL_RECORD$/,
        change: (o) => { server(o, 'Job', 'ladder-publish').env[0].name = 'LADDERCTL_RECORD'; }},
      {overlay: 'campaign', fault: 'a variable that nothing sets', finds: /no variable LADDER_RECORDS_POSTGRES$/,
        change: (o) => { delete server(o, 'Job', 'ladder-migrate').env; }},
    ],
  },
  {
    name: 'the ports that are declared are the ports that the options open, and kubelet asks the one of health',
    check: ports,
    broken: [
      {overlay: 'local', fault: 'a port that no option opens', finds: /named debug/,
        change: (o) => { server(o, 'Deployment', 'ladder-scoring').ports.push({name: 'debug', containerPort: 1}); }},
      {overlay: 'local', fault: 'another port than declared', finds: /the port grpc is 50061, and LISTEN 0.0.0.0:50060/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_LISTEN = '0.0.0.0:50060'; }},
      {overlay: 'local', fault: 'a port that only the pod itself reaches', finds: /METRICS_LISTEN 127/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_METRICS_LISTEN = '127.0.0.1:9464'; }},
      {overlay: 'local', fault: 'a probe of the main port', finds: /livenessProbe asks another port/,
        change: (o) => { server(o, 'Deployment', 'ladder-scoring').livenessProbe.grpc.port = 50061; }},
    ],
  },
  {
    name: 'what a pod calls is a port of a Service',
    check: targets,
    broken: [
      {overlay: 'local', fault: 'a Service that is not there', finds: /SCORING_RECORDS dns:\/\/\/records-headless:50062 is no port/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_RECORDS = 'dns:///records-headless:50062'; }},
      {overlay: 'local', fault: 'another port of it', finds: /LADDERCTL_RECORDS .*9464 is no port grpc/,
        change: (o) => { server(o, 'Job', 'ladder-publish').env[0].value = 'dns:///ladder-records-headless:9464'; }},
      {overlay: 'small', fault: 'another port of Redis', finds: /SCORING_REDIS ladder-redis:6380/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_REDIS = 'ladder-redis:6380'; }},
      {overlay: 'local', fault: 'calls that are not spread', finds: /does not spread calls/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_RECORDS = 'ladder-records-headless:50062'; }},
      {overlay: 'campaign', fault: 'a PostgreSQL that is not there', finds: /no PostgreSQL ladder-db-rw/,
        change: (o) => { server(o, 'Deployment', 'ladder-records').env[0].value = 'host=ladder-db-rw dbname=ladder'; }},
    ],
  },
  {
    name: 'every file and folder that an option names is mounted',
    check: files,
    broken: [
      {overlay: 'campaign', fault: 'a password that is not mounted', finds: /REDIS_PASSWORD_FILE/,
        change: (o) => {
          const container = server(o, 'Deployment', 'ladder-records');
          container.volumeMounts = container.volumeMounts.filter(({name}) => name !== 'redis-password');
        }},
      {overlay: 'local', fault: 'data outside of the volume', finds: /migrate\): LADDER_RECORDS_DATA_DIR \/data/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_DATA_DIR = '/data'; }},
      {overlay: 'campaign', fault: 'an authority elsewhere', finds: /ladder-migrate \(migrate\): LADDER_RECORDS_POSTGRES \/etc\/ca.crt/,
        change: (o) => { server(o, 'Job', 'ladder-migrate').env[0].value = 'host=ladder-postgres-rw sslrootcert=/etc/ca.crt'; }},
      {overlay: 'managed', fault: 'a password that the migration does not have', finds: /ladder-migrate \(migrate\): LADDER_RECORDS_POSTGRES_PASSWORD_FILE/,
        change: (o) => { server(o, 'Job', 'ladder-migrate').volumeMounts = []; }},
    ],
  },
  {
    name: 'records has what its store needs',
    check: store,
    broken: [
      {overlay: 'campaign', fault: 'SQLite with a database', finds: /store and database/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_STORE = 'sqlite'; }},
      {overlay: 'local', fault: 'SQLite without a directory', finds: /store and directory/,
        change: (o) => { delete options(o, 'records').LADDER_RECORDS_DATA_DIR; }},
      {overlay: 'managed', fault: 'PostgreSQL that nobody migrates', finds: /not migrated/,
        change: (o) => { o.splice(o.findIndex(({metadata, kind}) => kind === 'Job' && metadata.name === 'ladder-migrate'), 1); }},
    ],
  },
  {
    name: 'a pod is given longer than its drain takes',
    check: drain,
    broken: [
      {overlay: 'local', fault: 'kubelet\'s default', finds: /killed before its drain of 40 s/,
        change: (o) => { delete find(o, 'Deployment', 'ladder-scoring').spec.template.spec.terminationGracePeriodSeconds; }},
      {overlay: 'local', fault: 'a longer drain', finds: /records \(server\): is killed before its drain of 55 s/,
        change: (o) => { options(o, 'records').LADDER_RECORDS_DRAIN_GRACE = '30s'; }},
      {overlay: 'local', fault: 'a sleep that comes on top', finds: /killed before its drain of 50 s/,
        change: (o) => { server(o, 'Deployment', 'ladder-scoring').lifecycle = {preStop: {sleep: {seconds: 10}}}; }},
      {overlay: 'local', fault: 'a delay that kubelet does not notice', finds: /before kubelet has seen/,
        change: (o) => { options(o, 'scoring').LADDER_SCORING_DRAIN_DELAY = '1s'; }},
    ],
  },
  {
    name: 'the quizzes that are published are those that are shipped',
    check: quizzes,
    broken: [
      {overlay: 'small', fault: 'a quiz that is forgotten', finds: /phq-9.textproto is not published/,
        change: (o) => { find(o, 'Job', 'ladder-publish').spec.template.spec.containers.pop(); }},
      {overlay: 'small', fault: 'a quiz that is not there', finds: /who-5.textproto is not shipped/,
        change: (o) => { server(o, 'Job', 'ladder-publish').command[4] = '/usr/local/share/ladder/quizzes/who-5.textproto'; }},
    ],
  },
];
