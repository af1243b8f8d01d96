// Who can connect to whom: the policies are asked about every pair of ends, as a cluster would, and the answer has to
// be the table below, no more and no less.

import { find, ofKind, podTemplates, postgresPods, selects } from '../manifests.mjs';

const kName = 'app.kubernetes.io/name';
const kNamespaceName = 'kubernetes.io/metadata.name';

// Ends outside of our namespace: a pod with its namespace's labels, or a place outside of the cluster.
const kOutside = {
  client: { namespace: { 'ladder-calls-scoring': 'true' }, labels: {} },
  analyst: { namespace: { 'ladder-calls-records': 'true' }, labels: {} },
  prometheus: { namespace: { [kNamespaceName]: 'monitoring' }, labels: { [kName]: 'prometheus' } },
  'other in monitoring': { namespace: { [kNamespaceName]: 'monitoring' }, labels: {} },
  collector: { namespace: { [kNamespaceName]: 'monitoring' }, labels: { [kName]: 'opentelemetry-collector' } },
  dns: { namespace: { [kNamespaceName]: 'kube-system' }, labels: { 'k8s-app': 'kube-dns' } },
  'other in kube-system': { namespace: { [kNamespaceName]: 'kube-system' }, labels: {} },
  'cnpg operator': { namespace: { [kNamespaceName]: 'cnpg-system' }, labels: { [kName]: 'cloudnative-pg' } },
  stranger: { namespace: { [kNamespaceName]: 'default' }, labels: { [kName]: 'ladder-scoring' } },
  internet: { address: true },
};

// The edges of docs/architecture.md, from -> to and port, with what has to be in the overlay for them to be there.
const always = () => true;
const has = (kind, name) => (objects) => find(objects, kind, name) !== undefined;
const withRedis = has('Deployment', 'ladder-redis');
const withMonitoring = has('ServiceMonitor', 'ladder-scoring');
const withCluster = has('Cluster', 'ladder-postgres');
const withTracing = has('NetworkPolicy', 'ladder-traces');
const withManaged = (objects) => has('Job', 'ladder-migrate')(objects) && !withCluster(objects);
const kEdges = [
  ['client -> ladder-scoring TCP 7301', always],
  ['analyst -> ladder-records TCP 7302', always],
  ['ladder-scoring -> ladder-records TCP 7302', always],
  ['ladder-publish -> ladder-records TCP 7302', always],
  ['ladder-scoring -> ladder-redis TCP 6379', withRedis],
  ['ladder-records -> ladder-redis TCP 6379', withRedis],
  ['prometheus -> ladder-scoring TCP 9464', withMonitoring],
  ['prometheus -> ladder-records TCP 9464', withMonitoring],
  ['ladder-scoring -> collector TCP 4317', withTracing],
  ['ladder-records -> collector TCP 4317', withTracing],
  ['ladder-records -> internet TCP 5432', withManaged],
  ['ladder-migrate -> internet TCP 5432', withManaged],
  ['ladder-records -> postgres TCP 5432', withCluster],
  ['ladder-migrate -> postgres TCP 5432', withCluster],
  ['postgres -> postgres TCP 5432', withCluster],
  ['postgres -> postgres TCP 8000', withCluster],
  ['cnpg operator -> postgres TCP 5432', withCluster],
  ['cnpg operator -> postgres TCP 8000', withCluster],
  ['prometheus -> postgres TCP 9187', withCluster],
  // The API server, and the object store of the backups.
  ['postgres -> internet TCP 443', withCluster],
  ['postgres -> internet TCP 6443', withCluster],
];
const kDns = ['TCP 53', 'UDP 53'];

function endsOf(objects) {
  const namespace = ofKind(objects, 'Namespace')[0].metadata;
  const own = { ...namespace.labels, [kNamespaceName]: namespace.name };
  const inside = podTemplates(objects).map(({ owner, labels }) => [
    owner.metadata.name,
    { namespace: own, labels, isOurs: true },
  ]);
  inside.push(...postgresPods(objects).map(({ labels }) => ['postgres', { namespace: own, labels, isOurs: true }]));
  // A pod that somebody starts beside ours.
  inside.push(['bystander', { namespace: own, labels: {}, isOurs: true }]);
  return { own, ends: new Map([...inside, ...Object.entries(kOutside)]) };
}

function matches(peer, end, own) {
  if (peer.ipBlock) return end.address === true;
  if (end.address) return false;
  const inNamespace = peer.namespaceSelector ? selects(peer.namespaceSelector, end.namespace) : end.namespace === own;
  return inNamespace && selects(peer.podSelector, end.labels);
}

// Whether a rule's port is this one, such as "TCP 53".
function isPort({ protocol = 'TCP', port, endPort }, asked) {
  if (typeof port === 'string') throw new Error(`a port by name, which this test does not understand: ${port}`);
  const [askedProtocol, number] = asked.split(' ');
  return protocol === askedProtocol && (port === undefined || (port <= +number && +number <= (endPort ?? port)));
}

// Whether the policies of one end let the other through. An end without a policy for the direction lets everything.
function lets(objects, direction, end, other, port, own) {
  if (!end.isOurs) return true;
  const [list, peers] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  const policies = ofKind(objects, 'NetworkPolicy')
    .map(({ spec }) => spec)
    .filter((spec) => selects(spec.podSelector, end.labels) && spec.policyTypes.includes(direction));
  if (policies.length === 0) return true;
  return policies.some((spec) =>
    (spec[list] ?? []).some(
      (rule) =>
        (rule[peers] === undefined || rule[peers].some((peer) => matches(peer, other, own))) &&
        (rule.ports === undefined || rule.ports.some((one) => isPort(one, port))),
    ),
  );
}

function edges(objects) {
  const { own, ends } = endsOf(objects);
  // Every port that any rule names, and one that none does.
  const ports = new Set([...kDns, 'TCP 1', ...kEdges.map(([edge]) => /(TCP|UDP) \d+$/.exec(edge)[0])]);
  for (const { spec } of ofKind(objects, 'NetworkPolicy')) {
    for (const { ports: named = [] } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const { protocol = 'TCP', port = 1 } of named) ports.add(`${protocol} ${port}`);
    }
  }
  const found = [];
  for (const [from, source] of ends) {
    for (const [to, target] of ends) {
      if (!source.isOurs && !target.isOurs) continue;
      for (const port of ports) {
        if (lets(objects, 'Egress', source, target, port, own) && lets(objects, 'Ingress', target, source, port, own)) {
          found.push(`${from} -> ${to} ${port}`);
        }
      }
    }
  }
  const wanted = kEdges.filter(([, isThere]) => isThere(objects)).map(([edge]) => edge);
  for (const [name, end] of ends) if (end.isOurs) wanted.push(...kDns.map((port) => `${name} -> dns ${port}`));
  return [
    ...found.filter((edge) => !wanted.includes(edge)).map((edge) => `not in the table: ${edge}`),
    ...wanted.filter((edge) => !found.includes(edge)).map((edge) => `not allowed: ${edge}`),
  ];
}

const policy = (o, name) => find(o, 'NetworkPolicy', name).spec;
const without = (o, name) =>
  o.splice(
    o.findIndex(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name),
    1,
  );

export const rules = [
  {
    name: 'policies allow exactly the edges of the architecture',
    check: edges,
    broken: [
      {
        overlay: 'local',
        fault: 'no default',
        finds: /not in the table: internet -> bystander TCP 1$/,
        change: (o) => without(o, 'default-deny'),
      },
      {
        overlay: 'local',
        fault: 'a default for one direction',
        finds: /not in the table: stranger -> bystander TCP 1/,
        change: (o) => {
          policy(o, 'default-deny').policyTypes = ['Egress'];
        },
      },
      {
        overlay: 'local',
        fault: 'names that nobody can look up',
        finds: /not allowed: ladder-scoring -> dns UDP 53/,
        change: (o) => without(o, 'dns'),
      },
      {
        overlay: 'local',
        fault: 'any namespace as a client',
        finds: /not in the table: stranger -> ladder-scoring TCP 7301/,
        change: (o) => {
          policy(o, 'ladder-scoring').ingress[0].from[0].namespaceSelector = {};
        },
      },
      {
        overlay: 'local',
        fault: 'any port',
        finds: /not in the table: analyst -> ladder-records TCP 1$/,
        change: (o) => {
          delete policy(o, 'ladder-records').ingress[0].ports;
        },
      },
      {
        overlay: 'local',
        fault: 'a range of ports',
        finds: /not in the table: client -> ladder-scoring TCP 7302$/,
        change: (o) => {
          policy(o, 'ladder-scoring').ingress[0].ports[0].endPort = 7303;
        },
      },
      {
        overlay: 'local',
        fault: 'another port',
        finds: /not allowed: ladder-scoring -> ladder-records TCP 7302/,
        change: (o) => {
          policy(o, 'ladder-scoring').egress[0].ports[0].port = 7301;
        },
      },
      {
        overlay: 'local',
        fault: 'an edge that one end does not know of',
        finds: /not allowed: ladder-publish -> ladder-records/,
        change: (o) => {
          policy(o, 'ladder-records').ingress[0].from.splice(1, 1);
        },
      },
      {
        overlay: 'small',
        fault: 'a client at Redis',
        finds: /not in the table: client -> ladder-redis TCP 6379/,
        change: (o) => {
          policy(o, 'ladder-redis').ingress[0].from.push({
            namespaceSelector: { matchLabels: { 'ladder-calls-scoring': 'true' } },
          });
        },
      },
      {
        overlay: 'small',
        fault: 'all of the monitoring namespace',
        finds: /not in the table: other in monitoring -> ladder-records TCP 9464/,
        change: (o) => {
          delete policy(o, 'ladder-metrics').ingress[0].from[0].podSelector;
        },
      },
      {
        overlay: 'campaign',
        fault: 'scoring at the database',
        finds: /not in the table: ladder-scoring -> postgres TCP 5432/,
        change: (o) => {
          policy(o, 'ladder-postgres').ingress[0].from.push({ podSelector: {} });
          policy(o, 'ladder-to-postgres').podSelector.matchExpressions[0].values.push('ladder-scoring');
        },
      },
      {
        overlay: 'campaign',
        fault: 'records that calls anybody',
        finds: /not in the table: ladder-records -> internet TCP 5432/,
        change: (o) => {
          policy(o, 'ladder-to-postgres').egress[0].to.push({ ipBlock: { cidr: '0.0.0.0/0' } });
        },
      },
      {
        overlay: 'managed',
        fault: 'a database that the migration does not reach',
        finds: /not allowed: ladder-migrate -> internet TCP 5432/,
        change: (o) => {
          policy(o, 'ladder-to-postgres').podSelector.matchExpressions[0].values.pop();
        },
      },
    ],
  },
];
