// Whatever an object names is there.

import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {containersOf, find, ofKind, podTemplates, postgresPods, root, selects, titleOf} from '../manifests.mjs';

// The Secrets that nothing here makes, with their keys. deploy/README.md tells the operator of the first ones.
const kBroughtByOperators = {
  'ladder-redis': ['password'],
  'ladder-postgres': ['conninfo', 'password', 'ca.crt'],
  'ladder-backup': ['ACCESS_KEY_ID', 'ACCESS_SECRET_KEY'],
  'ladder-gateway-tls': ['tls.crt', 'tls.key'],
};
const kMadeByCloudNativePg = {'ladder-postgres-app': ['password'], 'ladder-postgres-ca': ['ca.crt']};

// Pods as Services and monitors see them: labels, and ports by name.
function pods(objects) {
  const ours = podTemplates(objects).map(({title, labels, spec}) => ({title, labels, ports: Object.fromEntries(
      spec.containers.flatMap(({ports = []}) => ports.map(({name, containerPort}) => [name, containerPort])))}));
  return [...ours, ...postgresPods(objects)];
}

function services(objects) {
  return ofKind(objects, 'Service').flatMap((service) => {
    const title = titleOf(service);
    const selected = pods(objects).filter(({labels}) => selects({matchLabels: service.spec.selector}, labels));
    if (selected.length !== 1) return [`${title}: selects ${selected.length} kinds of pods`];
    return service.spec.ports.flatMap(({name, port, targetPort}) => {
      const opened = selected[0].ports[targetPort];
      if (opened === undefined) return [`${title}: ${selected[0].title} declares no port named ${targetPort}`];
      return opened === port ? [] : [`${title}: ${name} is ${port} here and ${opened} in the pod`];
    });
  });
}

// Every mention of a Secret in a pod, as [where, secret, key]; no key: all of it.
function secretsOfPod({title, spec}) {
  const mentions = [];
  for (const {env = [], envFrom = []} of containersOf(spec)) {
    for (const {valueFrom} of env) {
      if (valueFrom?.secretKeyRef) mentions.push([title, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]);
    }
    for (const {secretRef} of envFrom) if (secretRef) mentions.push([title, secretRef.name]);
  }
  for (const {secret, projected} of spec.volumes ?? []) {
    const sources = [secret && {name: secret.secretName, items: secret.items},
      ...(projected?.sources ?? []).map((source) => source.secret)].filter(Boolean);
    for (const {name, items} of sources) {
      if (!items) mentions.push([title, name]);
      for (const {key} of items ?? []) mentions.push([title, name, key]);
    }
  }
  return mentions;
}

function secretsExist(objects) {
  const madeHere = ofKind(objects, 'Cluster').length > 0 ? kMadeByCloudNativePg : {};
  const mentions = [
    ...podTemplates(objects).flatMap(secretsOfPod),
    ...ofKind(objects, 'ObjectStore').flatMap((store) => Object.values(store.spec.configuration.s3Credentials)
        .map(({name, key}) => [titleOf(store), name, key])),
    ...ofKind(objects, 'Gateway').flatMap((gateway) => gateway.spec.listeners.flatMap(
        ({tls}) => tls.certificateRefs.map(({name}) => [titleOf(gateway), name, 'tls.crt']))),
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
function readmeTells(objects, {readme}) {
  const mentioned = JSON.stringify(objects);
  return Object.entries(kBroughtByOperators).filter(([name]) => mentioned.includes(`"${name}"`)).flatMap(([name, keys]) => {
    const command = new RegExp(`create secret \\w+ ${name}\\b(?:.*\\\\\n)*.*`).exec(readme)?.[0];
    if (!command) return [`deploy/README.md does not tell how to make the Secret ${name}`];
    // `create secret tls` makes its keys by itself.
    return keys.filter((key) => !command.includes(key) && !command.includes(' tls '))
        .map((key) => `deploy/README.md makes ${name} without ${key}`);
  });
}

function configMaps(objects) {
  return podTemplates(objects).flatMap(({title, spec}) => {
    const names = containersOf(spec).flatMap(({env = [], envFrom = []}) => [
      ...envFrom.map(({configMapRef}) => configMapRef?.name), ...env.map(({valueFrom}) => valueFrom?.configMapKeyRef?.name)]);
    names.push(...(spec.volumes ?? []).map(({configMap}) => configMap?.name));
    return names.filter(Boolean).filter((name) => !find(objects, 'ConfigMap', name))
        .map((name) => `${title}: there is no ConfigMap ${name}`);
  });
}

function volumes(objects) {
  return podTemplates(objects).flatMap(({title, owner, spec}) => {
    const offered = new Set([...(spec.volumes ?? []).map(({name}) => name),
      ...(owner.spec.volumeClaimTemplates ?? []).map(({metadata}) => metadata.name)]);
    const mounted = new Set(containersOf(spec).flatMap(({volumeMounts = []}) => volumeMounts.map(({name}) => name)));
    return [...[...mounted].filter((name) => !offered.has(name)).map((name) => `${title}: there is no volume ${name}`),
      ...[...offered].filter((name) => !mounted.has(name)).map((name) => `${title}: nothing mounts the volume ${name}`)];
  });
}

function accounts(objects) {
  return podTemplates(objects).flatMap(({title, spec}) => {
    const account = find(objects, 'ServiceAccount', spec.serviceAccountName);
    if (!account) return [`${title}: there is no ServiceAccount ${spec.serviceAccountName}`];
    return account.automountServiceAccountToken === false ? [] : [`${titleOf(account)}: gives its pods a token`];
  });
}

function selectors(objects) {
  const faults = [];
  for (const {title, owner, labels, spec} of podTemplates(objects)) {
    if (owner.kind !== 'Job' && !selects(owner.spec.selector, labels)) faults.push(`${title}: does not select its own pods`);
    for (const {labelSelector} of spec.topologySpreadConstraints ?? []) {
      if (!selects(labelSelector, labels)) faults.push(`${title}: spreads other pods than its own`);
    }
    if (owner.kind === 'StatefulSet' && find(objects, 'Service', owner.spec.serviceName)?.spec.clusterIP !== 'None') {
      faults.push(`${title}: ${owner.spec.serviceName} is no headless Service`);
    }
  }
  for (const budget of ofKind(objects, 'PodDisruptionBudget')) {
    if (!pods(objects).some(({labels}) => selects(budget.spec.selector, labels))) faults.push(`${titleOf(budget)}: selects no pod`);
  }
  for (const monitor of ofKind(objects, 'ServiceMonitor')) {
    const service = ofKind(objects, 'Service').find(({metadata}) => selects(monitor.spec.selector, metadata.labels));
    for (const {port} of monitor.spec.endpoints) {
      if (!service?.spec.ports.some(({name}) => name === port)) faults.push(`${titleOf(monitor)}: no Service with the port ${port}`);
    }
  }
  for (const monitor of ofKind(objects, 'PodMonitor')) {
    const pod = pods(objects).find(({labels}) => selects(monitor.spec.selector, labels));
    for (const {port} of monitor.spec.podMetricsEndpoints) {
      if (pod?.ports[port] === undefined) faults.push(`${titleOf(monitor)}: no pod with the port ${port}`);
    }
  }
  return faults;
}

// Every method of the contracts, as "package.Service/Method".
function methodsOfContracts() {
  return ['records', 'scoring'].flatMap((name) => {
    const folder = join(root, 'proto', 'ladder', name, 'v1');
    return readdirSync(folder).filter((file) => file.endsWith('_service.proto')).flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const service = /^service (\w+)/m.exec(text)[1];
      return [...text.matchAll(/^ {2}rpc (\w+)/gm)].map(([, method]) => `ladder.${name}.v1.${service}/${method}`);
    });
  });
}

// What the scoring service alone may call, as it vouches for results.
const kNotFromOutside = ['CreateAssessment', 'BatchCreateAssessments', 'FindRecorded']
    .map((method) => `ladder.records.v1.AssessmentService/${method}`);

function routes(objects) {
  const all = ofKind(objects, 'GRPCRoute');
  if (all.length === 0) return [];
  const faults = [];
  const known = methodsOfContracts();
  const routed = new Set();
  for (const route of all) {
    const title = titleOf(route);
    for (const {name} of route.spec.parentRefs) if (!find(objects, 'Gateway', name)) faults.push(`${title}: there is no Gateway ${name}`);
    for (const {matches, backendRefs} of route.spec.rules) {
      for (const {method: {service, method}} of matches) {
        const named = known.filter((full) => (method ? full === `${service}/${method}` : full.startsWith(`${service}/`)));
        if (named.length === 0) faults.push(`${title}: the contracts have no ${service}/${method ?? '*'}`);
        named.forEach((full) => routed.add(full));
      }
      for (const {name, port} of backendRefs) {
        const found = find(objects, 'Service', name)?.spec.ports.find((one) => one.port === port)?.name;
        if (found !== 'grpc') faults.push(`${title}: ${name}:${port} is no gRPC port of a Service`);
      }
    }
  }
  for (const full of known) {
    if (routed.has(full) === kNotFromOutside.includes(full)) faults.push(`${full}: ${routed.has(full) ? 'routed' : 'not routed'}`);
  }
  return faults;
}

function namespaces(objects) {
  const own = ofKind(objects, 'Namespace')[0].metadata.name;
  return objects.filter(({kind, metadata}) => kind !== 'Namespace' && metadata.namespace !== own)
      .map((object) => `${titleOf(object)}: not in the namespace ${own}`);
}

const pod = (o, kind, name) => find(o, kind, name).spec.template.spec;

export const rules = [
  {
    name: 'every Service selects one kind of pods, and its ports are theirs',
    check: services,
    broken: [
      {overlay: 'local', fault: 'a selector without pods', finds: /selects 0/,
        change: (o) => { find(o, 'Service', 'ladder-scoring-headless').spec.selector = {'app.kubernetes.io/name': 'scoring'}; }},
      {overlay: 'local', fault: 'a selector of too much', finds: /selects 3/,
        change: (o) => { find(o, 'Service', 'ladder-scoring-headless').spec.selector = {'app.kubernetes.io/part-of': 'ladder'}; }},
      {overlay: 'local', fault: 'a port that the pod does not declare', finds: /declares no port named metrics/,
        change: (o) => { pod(o, 'Deployment', 'ladder-scoring').containers[0].ports.pop(); }},
      {overlay: 'small', fault: 'another number than the pod\'s', finds: /redis is 6380 here and 6379/,
        change: (o) => { find(o, 'Service', 'ladder-redis').spec.ports[0].port = 6380; }},
    ],
  },
  {
    name: 'every Secret is made by somebody, and only named keys of it are used',
    check: secretsExist,
    broken: [
      {overlay: 'small', fault: 'a Secret that nobody makes', finds: /nobody makes the Secret redis/,
        change: (o) => { pod(o, 'Deployment', 'ladder-scoring').volumes[0].secret.secretName = 'redis'; }},
      {overlay: 'small', fault: 'a key that it does not have', finds: /ladder-redis has no key pass/,
        change: (o) => { pod(o, 'Deployment', 'ladder-redis').containers[0].env[0].valueFrom.secretKeyRef.key = 'pass'; }},
      {overlay: 'campaign', fault: 'the whole authority', finds: /mounts all of ladder-postgres-ca/,
        change: (o) => {
          const volume = pod(o, 'Job', 'ladder-migrate').volumes.find(({name}) => name === 'postgres');
          delete volume.projected.sources[1].secret.items;
        }},
      {overlay: 'campaign', fault: 'Secrets of a cluster that is not there', finds: /nobody makes the Secret ladder-postgres-app/,
        change: (o) => { o.splice(o.findIndex(({kind}) => kind === 'Cluster'), 1); }},
      {overlay: 'campaign', fault: 'other keys of the bucket', finds: /ladder-backup has no key KEY/,
        change: (o) => { find(o, 'ObjectStore', 'ladder-backup').spec.configuration.s3Credentials.accessKeyId.key = 'KEY'; }},
      {overlay: 'campaign', fault: 'another certificate of the gateway', finds: /nobody makes the Secret tls/,
        change: (o) => { find(o, 'Gateway', 'ladder').spec.listeners[0].tls.certificateRefs[0].name = 'tls'; }},
    ],
  },
  {
    name: 'the README makes every Secret that an operator brings',
    check: readmeTells,
    broken: [
      {overlay: 'small', fault: 'a Secret that it does not tell of', finds: /how to make the Secret ladder-redis/,
        change: (_, context) => { context.readme = context.readme.replaceAll('ladder-redis', 'x'); }},
      {overlay: 'managed', fault: 'a key that it leaves out', finds: /makes ladder-postgres without ca.crt/,
        change: (_, context) => { context.readme = context.readme.replaceAll('ca.crt', 'x'); }},
    ],
  },
  {
    name: 'every ConfigMap is there',
    check: configMaps,
    broken: [{overlay: 'local', fault: 'a missing one', finds: /no ConfigMap ladder-scoring-options/,
      change: (o) => { o.splice(o.findIndex(({metadata}) => metadata.name.startsWith('ladder-scoring-options')), 1); }}],
  },
  {
    name: 'what is mounted is a volume, and every volume is mounted',
    check: volumes,
    broken: [
      {overlay: 'local', fault: 'a mount without a volume', finds: /no volume data/,
        change: (o) => { find(o, 'StatefulSet', 'ladder-records').spec.volumeClaimTemplates = []; }},
      {overlay: 'campaign', fault: 'a volume that nothing mounts', finds: /records: nothing mounts the volume redis-password/,
        change: (o) => { pod(o, 'Deployment', 'ladder-records').containers[0].volumeMounts.pop(); }},
    ],
  },
  {
    name: 'every pod has an account of its own without a token',
    check: accounts,
    broken: [
      {overlay: 'local', fault: 'an account that is not there', finds: /no ServiceAccount x/,
        change: (o) => { pod(o, 'Job', 'ladder-publish').serviceAccountName = 'x'; }},
      {overlay: 'local', fault: 'an account with a token', finds: /gives its pods a token/,
        change: (o) => { delete find(o, 'ServiceAccount', 'ladder-publish').automountServiceAccountToken; }},
    ],
  },
  {
    name: 'every selector selects what it is for',
    check: selectors,
    broken: [
      {overlay: 'local', fault: 'a budget for nobody', finds: /PodDisruptionBudget\/ladder-records: selects no pod/,
        change: (o) => { find(o, 'PodDisruptionBudget', 'ladder-records').spec.selector.matchLabels = {a: 'b'}; }},
      {overlay: 'local', fault: 'an owner of other pods', finds: /scoring: does not select its own/,
        change: (o) => { find(o, 'Deployment', 'ladder-scoring').spec.selector.matchLabels = {a: 'b'}; }},
      {overlay: 'local', fault: 'a spread of other pods', finds: /scoring: spreads other pods/,
        change: (o) => { pod(o, 'Deployment', 'ladder-scoring').topologySpreadConstraints[1].labelSelector.matchLabels = {a: 'b'}; }},
      {overlay: 'local', fault: 'a StatefulSet without its Service', finds: /x is no headless Service/,
        change: (o) => { find(o, 'StatefulSet', 'ladder-records').spec.serviceName = 'x'; }},
      {overlay: 'small', fault: 'a monitor of a port that is not there', finds: /no Service with the port http/,
        change: (o) => { find(o, 'ServiceMonitor', 'ladder-records').spec.endpoints[0].port = 'http'; }},
      {overlay: 'campaign', fault: 'a monitor of no pod', finds: /no pod with the port metrics/,
        change: (o) => { find(o, 'PodMonitor', 'ladder-postgres').spec.selector.matchLabels = {a: 'b'}; }},
    ],
  },
  {
    name: 'the gateway leads to all that outsiders may call, and to nothing else',
    check: routes,
    broken: [
      {overlay: 'campaign', fault: 'recording without scoring', finds: /BatchCreateAssessments: routed/,
        change: (o) => { delete find(o, 'GRPCRoute', 'ladder-records').spec.rules[0].matches[2].method.method; }},
      {overlay: 'campaign', fault: 'a method that is left out', finds: /EraseClient: not routed/,
        change: (o) => { find(o, 'GRPCRoute', 'ladder-records').spec.rules[0].matches.splice(5, 1); }},
      {overlay: 'campaign', fault: 'a service that the contracts do not have', finds: /no ladder.scoring.v2/,
        change: (o) => { find(o, 'GRPCRoute', 'ladder-scoring').spec.rules[0].matches[0].method.service = 'ladder.scoring.v2'; }},
      {overlay: 'campaign', fault: 'a back end that is not there', finds: /headless:9464 is no gRPC port/,
        change: (o) => { find(o, 'GRPCRoute', 'ladder-scoring').spec.rules[0].backendRefs[0].port = 9464; }},
      {overlay: 'campaign', fault: 'a route without its gateway', finds: /no Gateway public/,
        change: (o) => { find(o, 'GRPCRoute', 'ladder-scoring').spec.parentRefs[0].name = 'public'; }},
    ],
  },
  {
    name: 'everything is in one namespace',
    check: namespaces,
    broken: [{overlay: 'local', fault: 'an object elsewhere', finds: /Service\/ladder-records-headless/,
      change: (o) => { find(o, 'Service', 'ladder-records-headless').metadata.namespace = 'default'; }}],
  },
];
