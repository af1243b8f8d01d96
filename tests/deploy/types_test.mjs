// Every object of every overlay has the fields and types that Kubernetes and the operators publish, and no others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build, find, overlays, titleOf } from './manifests.mjs';
import { compile, isCloudNativePg, validatorOf } from './typed.mjs';

// Loads the validator of an object's kind.
async function modelOf(object) {
  const module = await import(pathToFileURL(validatorOf(object)));
  return module[object.kind];
}

async function faultsOf(object) {
  const Model = await modelOf(object);
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${titleOf(object)}: ${error.message}`];
  }
}

for (const overlay of overlays.keys()) {
  test(`${overlay}: every object is valid`, async () => {
    for (const object of build(overlay)) {
      if (!isCloudNativePg(object)) assert.deepEqual(await faultsOf(object), []);
    }
  });
}

const invalid = [
  [
    'text where a number belongs',
    'local',
    'Service',
    'ladder-scoring-headless',
    (o) => {
      o.spec.ports[0].port = '7301';
    },
  ],
  [
    'a missing field',
    'local',
    'Deployment',
    'ladder-scoring',
    (o) => {
      delete o.spec.selector;
    },
  ],
  [
    'a value that is none of those allowed',
    'campaign',
    'Gateway',
    'ladder',
    (o) => {
      o.spec.listeners[0].port = 99999;
    },
  ],
  [
    'a trigger without its type',
    'campaign',
    'ScaledObject',
    'ladder-scoring',
    (o) => {
      delete o.spec.triggers[0].type;
    },
  ],
  [
    'an interval that is none',
    'small',
    'ServiceMonitor',
    'ladder-scoring',
    (o) => {
      o.spec.endpoints[0].interval = 'often';
    },
  ],
];
for (const [fault, overlay, kind, name, change] of invalid) {
  test(`the validators find ${fault}`, async () => {
    const object = find(build(overlay), kind, name);
    change(object);
    assert.notDeepEqual(await faultsOf(object), []);
  });
}

const unknown = [
  [
    'a misspelt probe',
    'local',
    'Deployment',
    'ladder-scoring',
    /livenesProbe/,
    (o) => {
      o.spec.template.spec.containers[0].livenesProbe = {};
    },
  ],
  [
    'a misspelt field of a pod',
    'small',
    'StatefulSet',
    'ladder-records',
    /terminationGraceSeconds/,
    (o) => {
      o.spec.template.spec.terminationGraceSeconds = 45;
    },
  ],
  [
    'a misspelt field of a policy',
    'local',
    'NetworkPolicy',
    'ladder-records',
    /policyType/,
    (o) => {
      o.spec.policyType = ['Ingress'];
    },
  ],
  [
    'a misspelt field of a budget',
    'local',
    'PodDisruptionBudget',
    'ladder-records',
    /maxUnavailables/,
    (o) => {
      o.spec.maxUnavailables = 1;
    },
  ],
  [
    'a misspelt field of a monitor',
    'small',
    'ServiceMonitor',
    'ladder-scoring',
    /intervall/,
    (o) => {
      o.spec.endpoints[0].intervall = '15s';
    },
  ],
  [
    'a misspelt field of a route',
    'campaign',
    'GRPCRoute',
    'ladder-scoring',
    /"match"/,
    (o) => {
      o.spec.rules[0].match = [];
    },
  ],
  [
    'a misspelt field of a ScaledObject',
    'campaign',
    'ScaledObject',
    'ladder-scoring',
    /"minReplicas"/,
    (o) => {
      o.spec.minReplicas = 3;
    },
  ],
  [
    'a misspelt field of a PostgreSQL',
    'campaign',
    'Cluster',
    'ladder-postgres',
    /synchronous2/,
    (o) => {
      o.spec.postgresql.synchronous2 = {};
    },
  ],
  [
    "cdk8s's spelling, which Kubernetes does not know",
    'campaign',
    'Cluster',
    'ladder-postgres',
    /isWalArchiver/,
    (o) => {
      o.spec.plugins[0] = { name: 'x', isWalArchiver: true };
    },
  ],
  [
    'a durability that there is not',
    'campaign',
    'Cluster',
    'ladder-postgres',
    /"always"/,
    (o) => {
      o.spec.postgresql.synchronous.dataDurability = 'always';
    },
  ],
  [
    'a misspelt field of an object store',
    'campaign',
    'ObjectStore',
    'ladder-backup',
    /"destination"/,
    (o) => {
      o.spec.configuration.destination = 's3://x';
    },
  ],
  [
    'a misspelt field of a backup',
    'campaign',
    'ScheduledBackup',
    'ladder-postgres-nightly',
    /schedules/,
    (o) => {
      o.spec.schedules = '';
    },
  ],
];

// One run of the compiler over everything, as loading the types takes most of its time.
test('no object has a field that its type does not have', () => {
  const whole = [...overlays.keys()].flatMap((overlay) => build(overlay).map((object) => [overlay, object]));
  const copies = unknown.map(([, overlay, kind, name, , change]) => {
    const object = find(build(overlay), kind, name);
    change(object);
    return object;
  });
  const said = compile([...whole.map(([, object]) => object), ...copies]);
  whole.forEach(([overlay, object], index) => assert.deepEqual(said[index], [], `${overlay}: ${titleOf(object)}`));
  unknown.forEach(([fault, , , , finds], index) => {
    const messages = said[whole.length + index];
    assert.ok(
      messages.some((message) => finds.test(message)),
      `${fault} was not found: ${JSON.stringify(messages)}`,
    );
  });
});
