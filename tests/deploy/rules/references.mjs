// Whatever an object names is there.

import { containersOf, find, ofKind, podTemplates, postgresPods, selects, titleOf } from '../manifests.mjs';

// Pods as Services and monitors see them: labels, and ports by name.
function pods(objects) {
  const ours = podTemplates(objects).map(({ title, labels, spec }) => ({
    title,
    labels,
    ports: Object.fromEntries(
      spec.containers.flatMap(({ ports = [] }) => ports.map(({ name, containerPort }) => [name, containerPort])),
    ),
  }));
  return [...ours, ...postgresPods(objects)];
}

function services(objects) {
  return ofKind(objects, 'Service').flatMap((service) => {
    const title = titleOf(service);
    const selected = pods(objects).filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
    if (selected.length !== 1) return [`${title}: selects ${selected.length} kinds of pods`];
    return service.spec.ports.flatMap(({ name, port, targetPort }) => {
      const opened = selected[0].ports[targetPort];
      if (opened === undefined) return [`${title}: ${selected[0].title} declares no port named ${targetPort}`];
      return opened === port ? [] : [`${title}: ${name} is ${port} here and ${opened} in the pod`];
    });
  });
}

function configMaps(objects) {
  return podTemplates(objects).flatMap(({ title, spec }) => {
    const names = containersOf(spec).flatMap(({ env = [], envFrom = [] }) => [
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ]);
    names.push(...(spec.volumes ?? []).map(({ configMap }) => configMap?.name));
    return names
      .filter(Boolean)
      .filter((name) => !find(objects, 'ConfigMap', name))
      .map((name) => `${title}: there is no ConfigMap ${name}`);
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

function accounts(objects) {
  return podTemplates(objects).flatMap(({ title, spec }) => {
    const account = find(objects, 'ServiceAccount', spec.serviceAccountName);
    if (!account) return [`${title}: there is no ServiceAccount ${spec.serviceAccountName}`];
    return account.automountServiceAccountToken === false ? [] : [`${titleOf(account)}: gives its pods a token`];
  });
}

function selectors(objects) {
  const faults = [];
  for (const { title, owner, labels, spec } of podTemplates(objects)) {
    if (owner.kind !== 'Job' && !selects(owner.spec.selector, labels))
      faults.push(`${title}: does not select its own pods`);
    for (const { labelSelector } of spec.topologySpreadConstraints ?? []) {
      if (!selects(labelSelector, labels)) faults.push(`${title}: spreads other pods than its own`);
    }
    if (owner.kind === 'StatefulSet' && find(objects, 'Service', owner.spec.serviceName)?.spec.clusterIP !== 'None') {
      faults.push(`${title}: ${owner.spec.serviceName} is no headless Service`);
    }
  }
  for (const budget of ofKind(objects, 'PodDisruptionBudget')) {
    if (!pods(objects).some(({ labels }) => selects(budget.spec.selector, labels)))
      faults.push(`${titleOf(budget)}: selects no pod`);
  }
  for (const monitor of ofKind(objects, 'ServiceMonitor')) {
    const service = ofKind(objects, 'Service').find(({ metadata }) => selects(monitor.spec.selector, metadata.labels));
    const job = service?.metadata.labels[monitor.spec.jobLabel];
    if (job !== monitor.metadata.name) faults.push(`${titleOf(monitor)}: its series have the job ${job}`);
    for (const { port } of monitor.spec.endpoints) {
      if (!service?.spec.ports.some(({ name }) => name === port))
        faults.push(`${titleOf(monitor)}: no Service with the port ${port}`);
    }
  }
  for (const monitor of ofKind(objects, 'PodMonitor')) {
    const pod = pods(objects).find(({ labels }) => selects(monitor.spec.selector, labels));
    for (const { port } of monitor.spec.podMetricsEndpoints) {
      if (pod?.ports[port] === undefined) faults.push(`${titleOf(monitor)}: no pod with the port ${port}`);
    }
  }
  return faults;
}

function namespaces(objects) {
  const own = ofKind(objects, 'Namespace')[0].metadata.name;
  return objects
    .filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== own)
    .map((object) => `${titleOf(object)}: not in the namespace ${own}`);
}

const pod = (o, kind, name) => find(o, kind, name).spec.template.spec;

export const rules = [
  {
    name: 'every Service selects one kind of pods, and its ports are theirs',
    check: services,
    broken: [
      {
        overlay: 'local',
        fault: 'a selector without pods',
        finds: /selects 0/,
        change: (o) => {
          find(o, 'Service', 'ladder-scoring-headless').spec.selector = { 'app.kubernetes.io/name': 'scoring' };
        },
      },
      {
        overlay: 'local',
        fault: 'a selector of too much',
        finds: /selects 3/,
        change: (o) => {
          find(o, 'Service', 'ladder-scoring-headless').spec.selector = { 'app.kubernetes.io/part-of': 'ladder' };
        },
      },
      {
        overlay: 'local',
        fault: 'a port that the pod does not declare',
        finds: /declares no port named metrics/,
        change: (o) => {
          pod(o, 'Deployment', 'ladder-scoring').containers[0].ports.pop();
        },
      },
      {
        overlay: 'small',
        fault: "another number than the pod's",
        finds: /redis is 6380 here and 6379/,
        change: (o) => {
          find(o, 'Service', 'ladder-redis').spec.ports[0].port = 6380;
        },
      },
    ],
  },
  {
    name: 'every ConfigMap is there',
    check: configMaps,
    broken: [
      {
        overlay: 'local',
        fault: 'a missing one',
        finds: /no ConfigMap ladder-scoring-options/,
        change: (o) => {
          o.splice(
            o.findIndex(({ metadata }) => metadata.name.startsWith('ladder-scoring-options')),
            1,
          );
        },
      },
    ],
  },
  {
    name: 'what is mounted is a volume, and every volume is mounted',
    check: volumes,
    broken: [
      {
        overlay: 'local',
        fault: 'a mount without a volume',
        finds: /no volume data/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.volumeClaimTemplates = [];
        },
      },
      {
        overlay: 'campaign',
        fault: 'a volume that nothing mounts',
        finds: /records: nothing mounts the volume redis-password/,
        change: (o) => {
          pod(o, 'Deployment', 'ladder-records').containers[0].volumeMounts.pop();
        },
      },
    ],
  },
  {
    name: 'every pod has an account of its own without a token',
    check: accounts,
    broken: [
      {
        overlay: 'local',
        fault: 'an account that is not there',
        finds: /no ServiceAccount x/,
        change: (o) => {
          pod(o, 'Job', 'ladder-publish').serviceAccountName = 'x';
        },
      },
      {
        overlay: 'local',
        fault: 'an account with a token',
        finds: /gives its pods a token/,
        change: (o) => {
          delete find(o, 'ServiceAccount', 'ladder-publish').automountServiceAccountToken;
        },
      },
    ],
  },
  {
    name: 'every selector selects what it is for',
    check: selectors,
    broken: [
      {
        overlay: 'local',
        fault: 'a budget for nobody',
        finds: /PodDisruptionBudget\/ladder-records: selects no pod/,
        change: (o) => {
          find(o, 'PodDisruptionBudget', 'ladder-records').spec.selector.matchLabels = { a: 'b' };
        },
      },
      {
        overlay: 'local',
        fault: 'an owner of other pods',
        finds: /scoring: does not select its own/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-scoring').spec.selector.matchLabels = { a: 'b' };
        },
      },
      {
        overlay: 'local',
        fault: 'a spread of other pods',
        finds: /scoring: spreads other pods/,
        change: (o) => {
          pod(o, 'Deployment', 'ladder-scoring').topologySpreadConstraints[1].labelSelector.matchLabels = { a: 'b' };
        },
      },
      {
        overlay: 'local',
        fault: 'a StatefulSet without its Service',
        finds: /x is no headless Service/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.serviceName = 'x';
        },
      },
      {
        overlay: 'small',
        fault: 'a monitor of a port that is not there',
        finds: /no Service with the port http/,
        change: (o) => {
          find(o, 'ServiceMonitor', 'ladder-records').spec.endpoints[0].port = 'http';
        },
      },
      {
        overlay: 'small',
        fault: 'series under another name than rules ask for',
        finds: /its series have the job undefined/,
        change: (o) => {
          delete find(o, 'ServiceMonitor', 'ladder-records').spec.jobLabel;
        },
      },
      {
        overlay: 'campaign',
        fault: 'a monitor of no pod',
        finds: /no pod with the port metrics/,
        change: (o) => {
          find(o, 'PodMonitor', 'ladder-postgres').spec.selector.matchLabels = { a: 'b' };
        },
      },
    ],
  },
  {
    name: 'everything is in one namespace',
    check: namespaces,
    broken: [
      {
        overlay: 'local',
        fault: 'an object elsewhere',
        finds: /Service\/ladder-records-headless/,
        change: (o) => {
          find(o, 'Service', 'ladder-records-headless').metadata.namespace = 'default';
        },
      },
    ],
  },
];
