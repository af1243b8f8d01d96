// What a pod may do, what it may use up, how kubelet learns of its state, and how long it waits for its end.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  containersOf,
  environment,
  find,
  ofKind,
  podTemplates,
  quantity,
  root,
  seconds,
  servers,
  titleOf,
} from '../manifests.mjs';

const prefixOf = (service) => `LADDER_${service.toUpperCase()}_`;

// The clean-ups of libs/chassis have this limit, and ending gRPC has it, too; it is no flag.
function stopLimit() {
  const text = readFileSync(join(root, 'libs', 'chassis', 'server_options.h'), 'utf8');
  return Number(/stop_limit = absl::Seconds\((\d+)\)/.exec(text)[1]);
}

function drain(objects) {
  return servers(objects).flatMap(({ title, pod, container, service }) => {
    const variables = environment(objects, container);
    const phases = ['DRAIN_DELAY', 'DRAIN_GRACE'].map((name) => seconds(variables[prefixOf(service) + name]));
    const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const needed = sleep + phases[0] + phases[1] + 2 * stopLimit();
    const faults = [];
    if (!(pod.spec.terminationGracePeriodSeconds > needed))
      faults.push(`${title}: is killed before its drain of ${needed} s is over`);
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    if (!(phases[0] >= periodSeconds * failureThreshold))
      faults.push(`${title}: stops taking calls before kubelet has seen that it is not ready`);
    return faults;
  });
}

// Containers with the pod they are in, as [title, container, pod].
const everyContainer = (objects) =>
  podTemplates(objects).flatMap((pod) =>
    containersOf(pod.spec).map((container) => [`${pod.title} (${container.name})`, container, pod]),
  );

function privileges(objects) {
  const faults = podTemplates(objects).flatMap(({ title, spec }) => {
    const context = spec.securityContext ?? {};
    return [
      (context.runAsNonRoot === true && context.runAsUser > 0) || `${title}: may run as root`,
      context.seccompProfile?.type === 'RuntimeDefault' || `${title}: no seccomp profile`,
      (!spec.hostNetwork && !spec.hostPID && !spec.hostIPC) || `${title}: shares something with its host`,
      !(spec.volumes ?? []).some((volume) => volume.hostPath) || `${title}: mounts a folder of its host`,
      spec.automountServiceAccountToken === false || `${title}: is given a token`,
      // Else the variables of a Service named ladder-records would look like options of ours.
      spec.enableServiceLinks === false || `${title}: has variables for every Service`,
    ];
  });
  for (const [title, { securityContext: context = {} }] of everyContainer(objects)) {
    faults.push(
      (context.allowPrivilegeEscalation === false && !context.privileged) || `${title}: may gain privileges`,
      context.readOnlyRootFilesystem === true || `${title}: may write to its root`,
      (context.capabilities?.drop?.includes('ALL') && !context.capabilities.add) || `${title}: has capabilities`,
    );
  }
  return faults.filter((fault) => fault !== true);
}

function admission(objects) {
  const namespaces = ofKind(objects, 'Namespace');
  return namespaces.length === 1 && namespaces[0].metadata.labels['pod-security.kubernetes.io/enforce'] === 'restricted'
    ? []
    : ['no namespace that enforces the restricted profile'];
}

function resources(objects) {
  return everyContainer(objects).flatMap(([title, { resources = {} }]) =>
    ['cpu', 'memory'].flatMap((kind) => {
      const request = quantity(resources.requests?.[kind]);
      const limit = quantity(resources.limits?.[kind]);
      if (!(request > 0)) return [`${title}: no request of ${kind}`];
      if (!(limit >= request)) return [`${title}: no limit of ${kind}, or one below the request`];
      return [];
    }),
  );
}

function probes(objects) {
  const faults = [];
  for (const { title, owner, spec } of podTemplates(objects)) {
    if (owner.kind === 'Job') continue;
    for (const container of spec.containers) {
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        if (!container[probe]) faults.push(`${title} (${container.name}): no ${probe}`);
      }
    }
  }
  for (const { title, container } of servers(objects)) {
    for (const [probe, service] of [
      ['startupProbe', 'live'],
      ['readinessProbe', 'ready'],
      ['livenessProbe', 'live'],
    ]) {
      if (container[probe]?.grpc?.service !== service) faults.push(`${title}: ${probe} does not ask for "${service}"`);
    }
  }
  return faults;
}

function images(objects) {
  const faults = [];
  const ours = new Set();
  for (const [title, { image, command }] of everyContainer(objects)) {
    if (command?.[0].startsWith('/usr/local/bin/ladder')) ours.add(image);
    if (!/(:[^:/]*[0-9][^:/]*|@sha256:[0-9a-f]{64})$/.test(image)) faults.push(`${title}: ${image} has no version`);
  }
  for (const cluster of ofKind(objects, 'Cluster')) {
    if (!/:\d/.test(cluster.spec.imageName))
      faults.push(`${titleOf(cluster)}: ${cluster.spec.imageName} has no version`);
  }
  if (ours.size !== 1) faults.push(`more than one image of ours: ${[...ours].join(', ')}`);
  return faults;
}

const options = (o, service) =>
  ofKind(o, 'ConfigMap').find((map) => map.metadata.name.startsWith(`ladder-${service}-options`)).data;
const server = (o, kind, name) => find(o, kind, name).spec.template.spec.containers[0];

const scoringPod = (objects) => find(objects, 'Deployment', 'ladder-scoring').spec.template.spec;

export const rules = [
  {
    name: 'no pod has a privilege',
    check: privileges,
    broken: [
      {
        overlay: 'local',
        fault: 'a pod that runs as root',
        finds: /scoring: may run as root/,
        change: (o) => {
          scoringPod(o).securityContext.runAsUser = 0;
        },
      },
      {
        overlay: 'local',
        fault: 'a missing seccomp profile',
        finds: /scoring: no seccomp/,
        change: (o) => {
          delete scoringPod(o).securityContext.seccompProfile;
        },
      },
      {
        overlay: 'local',
        fault: 'the network of the host',
        finds: /scoring: shares/,
        change: (o) => {
          scoringPod(o).hostNetwork = true;
        },
      },
      {
        overlay: 'small',
        fault: 'a folder of the host',
        finds: /scoring: mounts a folder/,
        change: (o) => {
          scoringPod(o).volumes.push({ name: 'x', hostPath: { path: '/' } });
        },
      },
      {
        overlay: 'local',
        fault: 'a token',
        finds: /scoring: is given a token/,
        change: (o) => {
          delete scoringPod(o).automountServiceAccountToken;
        },
      },
      {
        overlay: 'local',
        fault: 'service links',
        finds: /variables for every Service/,
        change: (o) => {
          delete scoringPod(o).enableServiceLinks;
        },
      },
      {
        overlay: 'local',
        fault: 'an escalation in an init container',
        finds: /migrate\): may gain/,
        change: (o) => {
          const pod = find(o, 'StatefulSet', 'ladder-records').spec.template.spec;
          pod.initContainers[0].securityContext.allowPrivilegeEscalation = true;
        },
      },
      {
        overlay: 'small',
        fault: 'a root that can be written to',
        finds: /redis\): may write/,
        change: (o) => {
          delete find(o, 'Deployment', 'ladder-redis').spec.template.spec.containers[0].securityContext
            .readOnlyRootFilesystem;
        },
      },
      {
        overlay: 'campaign',
        fault: 'a capability',
        finds: /phq-9\): has capabilities/,
        change: (o) => {
          find(o, 'Job', 'ladder-publish').spec.template.spec.containers[2].securityContext.capabilities.add = ['X'];
        },
      },
    ],
  },
  {
    name: 'the namespace enforces the restricted profile',
    check: admission,
    broken: [
      {
        overlay: 'local',
        fault: 'a namespace that does not',
        finds: /no namespace/,
        change: (o) => {
          find(o, 'Namespace', 'ladder').metadata.labels['pod-security.kubernetes.io/enforce'] = 'baseline';
        },
      },
    ],
  },
  {
    name: 'every container has requests and limits',
    check: resources,
    broken: [
      {
        overlay: 'local',
        fault: 'a missing limit of memory',
        finds: /server\): no limit of memory/,
        change: (o) => {
          delete scoringPod(o).containers[0].resources.limits.memory;
        },
      },
      {
        overlay: 'local',
        fault: 'a missing request',
        finds: /server\): no request of cpu/,
        change: (o) => {
          delete scoringPod(o).containers[0].resources.requests.cpu;
        },
      },
      {
        overlay: 'local',
        fault: 'a limit below the request',
        finds: /server\): no limit of cpu/,
        change: (o) => {
          scoringPod(o).containers[0].resources.limits.cpu = '100m';
        },
      },
    ],
  },
  {
    name: 'every service is probed, ours by their named states',
    check: probes,
    broken: [
      {
        overlay: 'small',
        fault: 'a missing probe',
        finds: /redis\): no startupProbe/,
        change: (o) => {
          delete find(o, 'Deployment', 'ladder-redis').spec.template.spec.containers[0].startupProbe;
        },
      },
      {
        overlay: 'local',
        fault: 'liveness that asks for readiness',
        finds: /livenessProbe does not ask for "live"/,
        change: (o) => {
          scoringPod(o).containers[0].livenessProbe.grpc.service = 'ready';
        },
      },
    ],
  },
  {
    name: 'every image has a version, and ours is the same everywhere',
    check: images,
    broken: [
      {
        overlay: 'small',
        fault: 'an image without a version',
        finds: /redis has no version/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-redis').spec.template.spec.containers[0].image = 'redis';
        },
      },
      {
        overlay: 'small',
        fault: 'latest',
        finds: /redis:latest has no version/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-redis').spec.template.spec.containers[0].image = 'redis:latest';
        },
      },
      {
        overlay: 'load_only',
        fault: 'a PostgreSQL without a version',
        finds: /Cluster/,
        change: (o) => {
          find(o, 'Cluster', 'ladder-postgres').spec.imageName = 'postgresql';
        },
      },
      {
        overlay: 'local',
        fault: 'two versions of ours',
        finds: /more than one image/,
        change: (o) => {
          scoringPod(o).containers[0].image = 'localhost/ladder:0.2.0';
        },
      },
    ],
  },
  {
    name: 'a pod is given longer than its drain takes',
    check: drain,
    broken: [
      {
        overlay: 'local',
        fault: "kubelet's default",
        finds: /killed before its drain of 40 s/,
        change: (o) => {
          delete find(o, 'Deployment', 'ladder-scoring').spec.template.spec.terminationGracePeriodSeconds;
        },
      },
      {
        overlay: 'local',
        fault: 'a longer drain',
        finds: /records \(server\): is killed before its drain of 55 s/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_DRAIN_GRACE = '30s';
        },
      },
      {
        overlay: 'local',
        fault: 'a sleep that comes on top',
        finds: /killed before its drain of 50 s/,
        change: (o) => {
          server(o, 'Deployment', 'ladder-scoring').lifecycle = { preStop: { sleep: { seconds: 10 } } };
        },
      },
      {
        overlay: 'local',
        fault: 'a delay that kubelet does not notice',
        finds: /before kubelet has seen/,
        change: (o) => {
          options(o, 'scoring').LADDER_SCORING_DRAIN_DELAY = '1s';
        },
      },
    ],
  },
];
