// The ports that pods open, and whom they call.

import { containersOf, environment, find, ofKind, podTemplates, servers } from '../manifests.mjs';

const prefixOf = (service) => `LADDER_${service.toUpperCase()}_`;

const kListens = { grpc: 'LISTEN', health: 'HEALTH_LISTEN', metrics: 'METRICS_LISTEN' };

function ports(objects) {
  return servers(objects).flatMap(({ title, container, service }) => {
    const faults = [];
    const variables = environment(objects, container);
    const declared = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
    for (const name of Object.keys(declared))
      if (!(name in kListens)) faults.push(`${title}: no option opens a port named ${name}`);
    for (const [name, option] of Object.entries(kListens)) {
      const listen = variables[prefixOf(service) + option];
      if (listen !== `0.0.0.0:${declared[name]}`)
        faults.push(`${title}: the port ${name} is ${declared[name]}, and ${option} ${listen}`);
    }
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      if (container[probe].grpc.port !== declared.health)
        faults.push(`${title}: ${probe} asks another port than health's`);
    }
    return faults;
  });
}

// Who a variable makes a pod call: a gRPC target or host:port, and the name of the port.
const kTargets = {
  LADDER_SCORING_RECORDS: 'grpc',
  LADDERCTL_RECORDS: 'grpc',
  LADDER_SCORING_REDIS: 'redis',
  LADDER_RECORDS_REDIS: 'redis',
};

function targets(objects) {
  return podTemplates(objects).flatMap(({ title, spec }) =>
    containersOf(spec).flatMap((container) => {
      const faults = [];
      const variables = environment(objects, container);
      for (const [variable, portName] of Object.entries(kTargets)) {
        if (variables[variable] === undefined) continue;
        const [, host, port] = /^(?:dns:\/\/\/)?([^:/]+):(\d+)$/.exec(variables[variable]) ?? [];
        const service = find(objects, 'Service', host);
        if (service?.spec.ports.find(({ name }) => name === portName)?.port !== Number(port)) {
          faults.push(`${title}: ${variable} ${variables[variable]} is no port ${portName} of a Service`);
        }
      }
      // One connection to a ClusterIP would lead to one pod for good.
      if (variables.LADDER_SCORING_RECORDS && !/^dns:\/\/\/.*-headless:/.test(variables.LADDER_SCORING_RECORDS)) {
        faults.push(`${title}: ${variables.LADDER_SCORING_RECORDS} does not spread calls over pods`);
      }
      const conninfo = variables.LADDER_RECORDS_POSTGRES;
      const host = typeof conninfo === 'string' ? /\bhost=(\S+)/.exec(conninfo)?.[1] : undefined;
      if (host && !ofKind(objects, 'Cluster').some(({ metadata }) => host === `${metadata.name}-rw`)) {
        faults.push(`${title}: there is no PostgreSQL ${host}`);
      }
      return faults;
    }),
  );
}

const options = (o, service) =>
  ofKind(o, 'ConfigMap').find((map) => map.metadata.name.startsWith(`ladder-${service}-options`)).data;
const server = (o, kind, name) => find(o, kind, name).spec.template.spec.containers[0];

export const rules = [
  {
    name: 'the ports that are declared are the ports that the options open, and kubelet asks the one of health',
    check: ports,
    broken: [
      {
        overlay: 'local',
        fault: 'a port that no option opens',
        finds: /named debug/,
        change: (o) => {
          server(o, 'Deployment', 'ladder-scoring').ports.push({ name: 'debug', containerPort: 1 });
        },
      },
      {
        overlay: 'local',
        fault: 'another port than declared',
        finds: /the port grpc is 7301, and LISTEN 0.0.0.0:7300/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_LISTEN = '0.0.0.0:7300';
        },
      },
      {
        overlay: 'local',
        fault: 'a port that only the pod itself reaches',
        finds: /METRICS_LISTEN 127/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_METRICS_LISTEN = '127.0.0.1:9464';
        },
      },
      {
        overlay: 'local',
        fault: 'a probe of the main port',
        finds: /livenessProbe asks another port/,
        change: (o) => {
          server(o, 'Deployment', 'ladder-scoring').livenessProbe.grpc.port = 7301;
        },
      },
    ],
  },
  {
    name: 'what a pod calls is a port of a Service',
    check: targets,
    broken: [
      {
        overlay: 'local',
        fault: 'a Service that is not there',
        finds: /SCORING_RECORDS dns:\/\/\/records-headless:7302 is no port/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_RECORDS = 'dns:///records-headless:7302';
        },
      },
      {
        overlay: 'local',
        fault: 'another port of it',
        finds: /LADDERCTL_RECORDS .*9464 is no port grpc/,
        change: (o) => {
          server(o, 'Job', 'ladder-publish').env[0].value = 'dns:///ladder-records-headless:9464';
        },
      },
      {
        overlay: 'small',
        fault: 'another port of Redis',
        finds: /SCORING_REDIS ladder-redis:6380/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_REDIS = 'ladder-redis:6380';
        },
      },
      {
        overlay: 'local',
        fault: 'calls that are not spread',
        finds: /does not spread calls/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_RECORDS = 'ladder-records-headless:7302';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a PostgreSQL that is not there',
        finds: /no PostgreSQL ladder-db-rw/,
        change: (o) => {
          server(o, 'Deployment', 'ladder-records').env[0].value = 'host=ladder-db-rw dbname=ladder';
        },
      },
    ],
  },
];
