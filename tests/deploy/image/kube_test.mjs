// Runs the pods of the overlay `local` with the image, as far as podman plays them: `podman play kube` takes the
// templates of the Deployment, the StatefulSet and the Job as Pods, with their options, limits and security contexts.
// What podman does not know is done here: addresses for Services, by their selectors; variables in commands; the probes,
// asked as kubelet would. NetworkPolicies are not enforced.
//
//   isolated.sh node kube_test.mjs <folder with the binaries>

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build, ofKind, require, root } from '../manifests.mjs';
import {
  confined,
  faultsOfConfinement,
  faultsOfEnd,
  healthOf,
  metricsOf,
  podman,
  run,
  waitFor,
} from './containers.mjs';

const yaml = require('js-yaml');
const [binaries] = process.argv.slice(2);
const work = process.env.LADDER_CONTAINERS;
const objects = build('local');
const network = 'ladder';
const addressOf = (index) => `10.89.7.${10 + index}`;

const [scoring, records, publish] = ['Deployment', 'StatefulSet', 'Job'].map((kind) => {
  const [only, ...more] = ofKind(objects, kind);
  assert.deepEqual(more, [], `more than one ${kind}`);
  return only;
});
const workloads = [records, scoring, publish];

const configMaps = new Map(ofKind(objects, 'ConfigMap').map((map) => [map.metadata.name, map.data]));
const labelsOf = (workload) => workload.spec.template.metadata.labels;
const selects = (service, labels) => Object.entries(service.spec.selector).every(([name, value]) => labels[name] === value);

// For /etc/hosts, in the place of cluster DNS: the Services and the addresses of the pods that they select.
const hostAliases = workloads.map((workload, index) => ({
  ip: addressOf(index),
  hostnames: ofKind(objects, 'Service')
    .filter((service) => selects(service, labelsOf(workload)))
    .map((service) => service.metadata.name),
}));

// The variables of a container, which Kubernetes puts into its command where it says $(NAME).
function variablesOf(container) {
  const sources = (container.envFrom ?? []).map((from) => configMaps.get(from.configMapRef.name));
  const own = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));
  return Object.assign({}, ...sources, own);
}

// podman would open the ports of a container on this machine, too.
function playable({ ports: _, ...container }) {
  const variables = variablesOf(container);
  const command = container.command.map((word) =>
    word.replace(/\$\((\w+)\)/g, (whole, name) => variables[name] ?? whole),
  );
  return { ...container, command };
}

// A workload as a Pod. It is never started again, so that an end is seen.
function podOf(workload) {
  const { spec, metadata } = workload.spec.template;
  const claims = (workload.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${workload.metadata.name}-0` },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: workload.metadata.name },
    spec: {
      ...spec,
      restartPolicy: 'Never',
      hostAliases: hostAliases.filter(({ hostnames }) => hostnames.length > 0),
      initContainers: spec.initContainers?.map(playable),
      containers: spec.containers.map(playable),
      volumes: [...(spec.volumes ?? []), ...claims],
    },
  };
}

// Writes an object into a file of its own, all that podman reads of one: the path.
function written(object) {
  const path = join(work, `${object.metadata.name}.yaml`);
  writeFileSync(path, yaml.dump(object, { skipInvalid: true }));
  return path;
}

function play(workload, pod = podOf(workload)) {
  const options = ofKind(objects, 'ConfigMap').map((map) => `--configmap=${written(map)}`);
  const address = `--ip=${addressOf(workloads.indexOf(workload))}`;
  podman('play', 'kube', `--network=${network}`, address, ...options, written(pod));
}

const serverOf = (workload) => workload.spec.template.spec.containers.find(({ name }) => name === 'server');
// podman's name of a container.
const nameOf = (workload, container) => `${workload.metadata.name}-${container.name}`;
const memoryOf = (container) => Number(/^(\d+)Mi$/.exec(container.resources.limits.memory)[1]);
const portOf = (container, name) => container.ports.find((port) => port.name === name).containerPort;

// What a probe of the manifest gets.
function probe(workload, kind) {
  const server = serverOf(workload);
  const { port, service } = server[`${kind}Probe`].grpc;
  return healthOf(nameOf(workload, server), port, service);
}

// Runs ladderctl beside the pods, with the names of the Services: {status, output}.
function ladderctl(options, ...args) {
  const hosts = hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => `--add-host=${name}:${ip}`));
  const targets = [scoring, records].map((workload) => {
    const service = ofKind(objects, 'Service').find((one) => selects(one, labelsOf(workload)));
    const port = service.spec.ports.find(({ name }) => name === 'grpc').port;
    const variable = workload === scoring ? 'LADDERCTL_SCORING' : 'LADDERCTL_RECORDS';
    return `--env=${variable}=dns:///${service.metadata.name}:${port}`;
  });
  const image = serverOf(scoring).image;
  const where = [`--network=${network}`, ...hosts, ...targets, ...options];
  return run('podman', 'run', '--rm', ...confined(128), ...where, image, '/usr/local/bin/ladderctl', ...args);
}

// What each service has to tell of its drain.
const cleanupsOf = new Map([
  [scoring, ['timers', 'records', 'redis', 'possible threads', 'compile threads']],
  [records, ['service', 'store']],
]);

function succeeds({ status, output }) {
  assert.equal(status, 0, output);
  return output;
}

describe('the pods of the overlay local', () => {
  before(async () => {
    const { status, output } = run(join(root, 'deploy/image/build.sh'), '--binaries', binaries);
    assert.equal(status, 0, output);
    podman('network', 'create', '--subnet=10.89.7.0/24', network);
    for (const workload of [records, scoring]) {
      play(workload);
      await waitFor(`the start of ${workload.metadata.name}`, 'SERVING', () => probe(workload, 'startup'));
      await waitFor(`${workload.metadata.name}`, 'SERVING', () => probe(workload, 'readiness'));
    }
  });
  after(() => podman('pod', 'rm', '--force', '--time=0', '--all'));

  test('build.sh makes the image that the overlay names', () => {
    for (const workload of workloads) {
      const { containers, initContainers = [] } = workload.spec.template.spec;
      for (const { image } of [...containers, ...initContainers]) podman('image', 'inspect', image);
    }
  });

  for (const workload of [records, scoring]) {
    const server = serverOf(workload);
    const name = nameOf(workload, server);

    test(`${name} is as confined as its manifest says`, () => {
      assert.deepEqual(faultsOfConfinement(name, memoryOf(server)), []);
    });

    test(`${name} is live, and shows metrics on the port that its manifest names`, () => {
      assert.equal(probe(workload, 'liveness'), 'SERVING');
      assert.match(metricsOf(name, portOf(server, 'metrics')), /^ladder_build_info\{.*\} 1$/m);
    });
  }

  test('the Job publishes every shipped quiz', async () => {
    play(publish);
    for (const container of publish.spec.template.spec.containers) {
      const name = nameOf(publish, container);
      assert.equal(podman('wait', name), '0', podman('logs', name));
    }
  });

  test('the sample is scored and kept, by the names of the Services', () => {
    const sample = `--volume=${join(root, 'deploy/local/sample.json')}:/sample.json:ro`;
    assert.match(succeeds(ladderctl([sample], 'score', '/sample.json')), /Bouncy Ball/);
    assert.match(succeeds(ladderctl([], 'progress', 'sample', '--clinic', 'demo')), /Bouncy Ball/);
    succeeds(ladderctl([], 'status'));
  });

  for (const workload of [scoring, records]) {
    const name = nameOf(workload, serverOf(workload));

    test(`${name} drains within the time that its manifest gives it`, async () => {
      const began = Date.now();
      podman('kill', '--signal=TERM', name);
      await waitFor(name, 'NOT_SERVING', () => probe(workload, 'readiness'));
      assert.equal(probe(workload, 'liveness'), 'SERVING');
      podman('wait', name);
      assert.ok(Date.now() - began < workload.spec.template.spec.terminationGracePeriodSeconds * 1000);
      assert.deepEqual(faultsOfEnd(name, cleanupsOf.get(workload)), []);
    });
  }

  test('records keeps what it was told in its volume when its pod is another one', async () => {
    podman('pod', 'rm', '--force', '--time=0', records.metadata.name);
    play(records);
    await waitFor('records', 'SERVING', () => probe(records, 'readiness'));
    assert.match(succeeds(ladderctl([], 'progress', 'sample', '--clinic', 'demo')), /Bouncy Ball/);
  });

  // scoring has ended by now, so its address is free.
  test('a pod that its manifest leaves unconfined is found out', async () => {
    podman('pod', 'rm', '--force', '--time=0', scoring.metadata.name);
    const pod = podOf(scoring);
    pod.metadata.name = 'careless';
    pod.spec.securityContext = {};
    const [server] = pod.spec.containers;
    server.securityContext = { runAsUser: 0 };
    server.resources = {};
    play(scoring, pod);
    const { port, service } = server.livenessProbe.grpc;
    await waitFor('careless', 'SERVING', () => healthOf('careless-server', port, service));
    const found = faultsOfConfinement('careless-server', memoryOf(serverOf(scoring))).join('\n');
    for (const fault of [/user is 0/, /CapEff is/, /gain privileges/, /can be written/, /limited to 0/]) {
      assert.match(found, fault);
    }
  });

  test('records over a volume that nobody migrated ends, and says what to do', async () => {
    podman('pod', 'rm', '--force', '--time=0', records.metadata.name);
    const pod = podOf(records);
    pod.spec.initContainers = [];
    pod.spec.volumes[0].persistentVolumeClaim.claimName = 'fresh';
    play(records, pod);
    const name = nameOf(records, serverOf(records));
    assert.notEqual(podman('wait', name), '0');
    assert.match(podman('logs', name), /ladderctl store migrate/);
  });
});
