// How many pods there are, who changes that, and what stays while pods come and go.

import { find, ofKind, podTemplates, quantity, selects, titleOf } from '../manifests.mjs';

const scalersOf = (objects, owner) =>
  ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject').filter(
    ({ spec }) =>
      spec.scaleTargetRef.name === owner.metadata.name && (spec.scaleTargetRef.kind ?? 'Deployment') === owner.kind,
  );

function boundsOf(scaler) {
  const { minReplicas, maxReplicas, minReplicaCount, maxReplicaCount } = scaler.spec;
  return { least: minReplicas ?? minReplicaCount, most: maxReplicas ?? maxReplicaCount };
}

// The fewest pods that an owner has in ordinary times.
function fewest(objects, owner) {
  const [scaler] = scalersOf(objects, owner);
  return scaler ? boundsOf(scaler).least : owner.spec.replicas;
}

function scalers(objects) {
  const faults = [];
  for (const scaler of ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject')) {
    const title = titleOf(scaler);
    const { kind = 'Deployment', name } = scaler.spec.scaleTargetRef;
    const target = find(objects, kind, name);
    if (!target) {
      faults.push(`${title}: there is no ${kind} ${name}`);
      continue;
    }
    if (target.spec.replicas !== undefined)
      faults.push(`${titleOf(target)}: has replicas, which each apply would set back`);
    if (scalersOf(objects, target).length > 1) faults.push(`${titleOf(target)}: is scaled by two`);
    const { least, most } = boundsOf(scaler);
    if (!(least >= 2)) faults.push(`${title}: goes down to ${least}`);
    if (!(most > least)) faults.push(`${title}: from ${least} to ${most}`);
  }
  for (const { title, owner } of podTemplates(objects)) {
    if (owner.kind !== 'Job' && owner.spec.replicas === undefined && scalersOf(objects, owner).length === 0) {
      faults.push(`${title}: nobody says how many`);
    }
  }
  return faults;
}

// What load scalers look at: a share of what pods ask for, and a metric of ours, in the namespace where it is.
function metrics(objects) {
  const faults = [];
  for (const { metadata, spec, kind } of ofKind(objects, 'HorizontalPodAutoscaler')) {
    const cpu = spec.metrics.find(({ type }) => type === 'Resource')?.resource.target.averageUtilization;
    const pods = spec.metrics.find(({ type }) => type === 'Pods')?.pods;
    if (!(cpu >= 30 && cpu <= 90)) faults.push(`${kind}/${metadata.name}: no sensible share of CPU`);
    if (pods?.metric.name !== 'ladder_server_calls_under_way' || !(quantity(pods.target.averageValue) > 0)) {
      faults.push(`${kind}/${metadata.name}: no calls in flight`);
    }
  }
  for (const { metadata, spec, kind } of ofKind(objects, 'ScaledObject')) {
    const triggers = (type) => spec.triggers.filter((trigger) => trigger.type === type);
    if (!(Number(triggers('cpu')[0]?.metadata.value) >= 30))
      faults.push(`${kind}/${metadata.name}: no sensible share of CPU`);
    const query = triggers('prometheus')[0]?.metadata;
    if (!query?.query.includes('ladder_server_calls_under_way{') || !(Number(query.threshold) > 0)) {
      faults.push(`${kind}/${metadata.name}: no calls in flight`);
    } else if (!query.query.includes(`{namespace="${metadata.namespace}", job="${spec.scaleTargetRef.name}"}`)) {
      faults.push(`${kind}/${metadata.name}: counts calls of another namespace`);
    }
    for (const { metadata: cron, name } of triggers('cron')) {
      const { least, most } = boundsOf({ spec });
      const pods = Number(cron.desiredReplicas);
      if (!(pods > least && pods <= most))
        faults.push(`${name}: ${pods} pods, not more than ${least} and up to ${most}`);
      const isCron = (text) => /^([0-9*\/,-]+ ){4}[0-9*\/,-]+$/.test(text);
      if (!isCron(cron.start) || !isCron(cron.end) || cron.start === cron.end)
        faults.push(`${name}: ${cron.start} to ${cron.end}`);
      try {
        new Intl.DateTimeFormat('en', { timeZone: cron.timezone });
      } catch {
        faults.push(`${name}: there is no time zone ${cron.timezone}`);
      }
    }
  }
  return faults;
}

// A node can always be drained, and never takes all pods of a service with it.
function disruptions(objects) {
  const faults = [];
  for (const { title, owner, labels } of podTemplates(objects)) {
    if (owner.kind === 'Job') continue;
    const pods = fewest(objects, owner);
    const budgets = ofKind(objects, 'PodDisruptionBudget').filter(({ spec }) => selects(spec.selector, labels));
    if (budgets.length > 1) faults.push(`${title}: two budgets, which nothing can be evicted under`);
    if (pods > 1 && budgets.length === 0) faults.push(`${title}: no budget`);
    for (const { spec } of budgets) {
      const stay = spec.minAvailable ?? pods - spec.maxUnavailable;
      if (pods > 0 && !(stay < pods)) faults.push(`${title}: of ${pods} pods none may be evicted`);
      if (pods > 1 && !(stay >= 1)) faults.push(`${title}: all ${pods} pods may be evicted at once`);
    }
  }
  return faults;
}

// While a release comes in, as many pods as before take calls.
function rollouts(objects) {
  return podTemplates(objects).flatMap(({ title, owner, spec }) => {
    if (owner.kind !== 'Deployment' || !(fewest(objects, owner) > 1)) return [];
    const faults = [];
    if (owner.spec.strategy?.rollingUpdate?.maxUnavailable !== 0)
      faults.push(`${title}: a rollout takes pods away first`);
    for (const key of ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']) {
      if (!spec.topologySpreadConstraints?.some(({ topologyKey }) => topologyKey === key))
        faults.push(`${title}: not spread over ${key}`);
    }
    return faults;
  });
}

function redis(objects) {
  return ofKind(objects, 'Deployment')
    .filter(({ metadata }) => metadata.name === 'ladder-redis')
    .flatMap(({ spec }) => {
      const [{ command, resources }] = spec.template.spec.containers;
      const option = (name) => command[command.indexOf(name) + 1];
      const faults = [];
      if (option('--save') !== '' || option('--appendonly') !== 'no') faults.push('Redis: writes to a disk');
      if (option('--maxmemory-policy') !== 'allkeys-lru') faults.push('Redis: refuses writes when it is full');
      if (!(quantity(option('--maxmemory').replace('mb', 'Mi')) <= quantity(resources.limits.memory) / 2)) {
        faults.push('Redis: its data may take more than half of its memory');
      }
      if (option('--requirepass') !== '$(REDISCLI_AUTH)') faults.push('Redis: asks for no password');
      return faults;
    });
}

const hpa = (o) => find(o, 'HorizontalPodAutoscaler', 'ladder-scoring').spec;
const scaled = (o) => find(o, 'ScaledObject', 'ladder-scoring').spec;
const cron = (o) => scaled(o).triggers.find(({ type }) => type === 'cron').metadata;

export const rules = [
  {
    name: 'one scaler at most decides how many pods there are, and within sensible bounds',
    check: scalers,
    broken: [
      {
        overlay: 'load_only',
        fault: 'replicas that are given as well',
        finds: /has replicas/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-scoring').spec.replicas = 3;
        },
      },
      {
        overlay: 'campaign',
        fault: 'two scalers',
        finds: /scaled by two/,
        change: (o) => {
          const { scaleTargetRef } = { scaleTargetRef: { kind: 'Deployment', name: 'ladder-scoring' } };
          o.push({
            kind: 'HorizontalPodAutoscaler',
            metadata: { name: 'x' },
            spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 3 },
          });
        },
      },
      {
        overlay: 'load_only',
        fault: 'a target that is not there',
        finds: /no Deployment scoring/,
        change: (o) => {
          hpa(o).scaleTargetRef.name = 'scoring';
        },
      },
      {
        overlay: 'load_only',
        fault: 'bounds that leave nothing to scale',
        finds: /from 10 to 10/,
        change: (o) => {
          hpa(o).minReplicas = 10;
        },
      },
      {
        overlay: 'campaign',
        fault: 'a single pod at night',
        finds: /goes down to 1/,
        change: (o) => {
          scaled(o).minReplicaCount = 1;
        },
      },
      {
        overlay: 'local',
        fault: 'pods that nobody counts',
        finds: /nobody says how many/,
        change: (o) => {
          delete find(o, 'Deployment', 'ladder-scoring').spec.replicas;
        },
      },
    ],
  },
  {
    name: 'load is CPU and calls in flight, and a campaign adds pods',
    check: metrics,
    broken: [
      {
        overlay: 'load_only',
        fault: 'a share of CPU that comes too late',
        finds: /no sensible share of CPU/,
        change: (o) => {
          hpa(o).metrics[0].resource.target.averageUtilization = 300;
        },
      },
      {
        overlay: 'load_only',
        fault: 'a metric that we do not have',
        finds: /no calls in flight/,
        change: (o) => {
          hpa(o).metrics[1].pods.metric.name = 'calls';
        },
      },
      {
        overlay: 'campaign',
        fault: 'calls of another namespace',
        finds: /calls of another namespace/,
        change: (o) => {
          scaled(o).triggers[1].metadata.query = scaled(o).triggers[1].metadata.query.replace('"ladder"', '"other"');
        },
      },
      {
        overlay: 'campaign',
        fault: 'a campaign beyond the limit',
        finds: /friday-spot: 60 pods/,
        change: (o) => {
          cron(o).desiredReplicas = '60';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a campaign that never begins',
        finds: /friday-spot: 20:00/,
        change: (o) => {
          cron(o).start = '20:00';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a time zone that is none',
        finds: /no time zone Europe\/Bonn/,
        change: (o) => {
          cron(o).timezone = 'Europe/Bonn';
        },
      },
    ],
  },
  {
    name: 'a node can be drained, and does not take a service with it',
    check: disruptions,
    broken: [
      {
        overlay: 'small',
        fault: 'a missing budget',
        finds: /scoring: no budget/,
        change: (o) => {
          o.splice(
            o.findIndex(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === 'ladder-scoring'),
            1,
          );
        },
      },
      {
        overlay: 'small',
        fault: 'a budget that never lets go',
        finds: /records: of 1 pods none may be evicted/,
        change: (o) => {
          const { spec } = find(o, 'PodDisruptionBudget', 'ladder-records');
          delete spec.maxUnavailable;
          spec.minAvailable = 1;
        },
      },
      {
        overlay: 'small',
        fault: 'a budget of all pods',
        finds: /scoring: all 2 pods/,
        change: (o) => {
          find(o, 'PodDisruptionBudget', 'ladder-scoring').spec.maxUnavailable = 2;
        },
      },
      {
        overlay: 'small',
        fault: 'two budgets',
        finds: /scoring: two budgets/,
        change: (o) => {
          find(o, 'PodDisruptionBudget', 'ladder-records').spec.selector.matchLabels['app.kubernetes.io/name'] =
            'ladder-scoring';
        },
      },
    ],
  },
  {
    name: 'a rollout adds pods before it takes any, spread over machines and zones',
    check: rollouts,
    broken: [
      {
        overlay: 'campaign',
        fault: 'pods that go first',
        finds: /records: a rollout takes/,
        change: (o) => {
          delete find(o, 'Deployment', 'ladder-records').spec.strategy;
        },
      },
      {
        overlay: 'small',
        fault: 'pods on one machine',
        finds: /scoring: not spread over kubernetes.io\/hostname/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-scoring').spec.template.spec.topologySpreadConstraints.shift();
        },
      },
    ],
  },
];
