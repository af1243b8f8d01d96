// What the gateway lets outsiders call.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { find, ofKind, root, titleOf } from '../manifests.mjs';

// Every method of the contracts, as "package.Service/Method".
function methodsOfContracts() {
  return ['records', 'scoring'].flatMap((name) => {
    const folder = join(root, 'proto', 'ladder', name, 'v1');
    return readdirSync(folder)
      .filter((file) => file.endsWith('_service.proto'))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), 'utf8');
        const service = /^service (\w+)/m.exec(text)[1];
        return [...text.matchAll(/^ {2}rpc (\w+)/gm)].map(([, method]) => `ladder.${name}.v1.${service}/${method}`);
      });
  });
}

// What the scoring service alone may call, as it vouches for results.
const kNotFromOutside = ['CreateAssessment', 'BatchCreateAssessments', 'FindRecorded'].map(
  (method) => `ladder.records.v1.AssessmentService/${method}`,
);

function routes(objects) {
  const all = ofKind(objects, 'GRPCRoute');
  if (all.length === 0) return [];
  const faults = [];
  const known = methodsOfContracts();
  const routed = new Set();
  for (const route of all) {
    const title = titleOf(route);
    for (const { name } of route.spec.parentRefs)
      if (!find(objects, 'Gateway', name)) faults.push(`${title}: there is no Gateway ${name}`);
    for (const { matches, backendRefs } of route.spec.rules) {
      for (const {
        method: { service, method },
      } of matches) {
        const named = known.filter((full) =>
          method ? full === `${service}/${method}` : full.startsWith(`${service}/`),
        );
        if (named.length === 0) faults.push(`${title}: the contracts have no ${service}/${method ?? '*'}`);
        named.forEach((full) => routed.add(full));
      }
      for (const { name, port } of backendRefs) {
        const found = find(objects, 'Service', name)?.spec.ports.find((one) => one.port === port)?.name;
        if (found !== 'grpc') faults.push(`${title}: ${name}:${port} is no gRPC port of a Service`);
      }
    }
  }
  for (const full of known) {
    if (routed.has(full) === kNotFromOutside.includes(full))
      faults.push(`${full}: ${routed.has(full) ? 'routed' : 'not routed'}`);
  }
  return faults;
}

// The overlay names the host once, at the Gateway. A route that names one, too, stays where it was.
function hosts(objects) {
  return ofKind(objects, 'GRPCRoute')
    .filter(({ spec }) => spec.hostnames !== undefined)
    .map((route) => `${titleOf(route)}: names hosts of its own`);
}

export const rules = [
  {
    name: 'routes take the host of the gateway',
    check: hosts,
    broken: [
      {
        overlay: 'campaign',
        fault: 'a host that an overlay does not change',
        finds: /ladder-scoring: names hosts of its own/,
        change: (o) => {
          find(o, 'GRPCRoute', 'ladder-scoring').spec.hostnames = ['ladder.example.org'];
        },
      },
    ],
  },
  {
    name: 'the gateway leads to all that outsiders may call, and to nothing else',
    check: routes,
    broken: [
      {
        overlay: 'campaign',
        fault: 'recording without scoring',
        finds: /BatchCreateAssessments: routed/,
        change: (o) => {
          delete find(o, 'GRPCRoute', 'ladder-records').spec.rules[0].matches[2].method.method;
        },
      },
      {
        overlay: 'campaign',
        fault: 'a method that is left out',
        finds: /EraseClient: not routed/,
        change: (o) => {
          find(o, 'GRPCRoute', 'ladder-records').spec.rules[0].matches.splice(5, 1);
        },
      },
      {
        overlay: 'campaign',
        fault: 'a service that the contracts do not have',
        finds: /no ladder.scoring.v2/,
        change: (o) => {
          find(o, 'GRPCRoute', 'ladder-scoring').spec.rules[0].matches[0].method.service = 'ladder.scoring.v2';
        },
      },
      {
        overlay: 'campaign',
        fault: 'a back end that is not there',
        finds: /headless:9464 is no gRPC port/,
        change: (o) => {
          find(o, 'GRPCRoute', 'ladder-scoring').spec.rules[0].backendRefs[0].port = 9464;
        },
      },
      {
        overlay: 'campaign',
        fault: 'a route without its gateway',
        finds: /no Gateway public/,
        change: (o) => {
          find(o, 'GRPCRoute', 'ladder-scoring').spec.parentRefs[0].name = 'public';
        },
      },
    ],
  },
];
