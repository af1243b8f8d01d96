// What the manifests in deploy/ tell the services, read without kustomize.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

const read = (path) => readFileSync(join(root, 'deploy', path), 'utf8');
const pairs = (text, line) => Object.fromEntries([...text.matchAll(line)].map(([, name, value]) => [name, value]));

// Ports and times by their names: {"scoring-port": "7301", ...}.
export const numbers = pairs(read('base/numbers.yaml'), /^ {2}([a-z-]+): "?(\d+s?)"?$/gm);

// The environment of the pods of a service, in which a 0 stands for the number of that name.
export function podEnvironment(service, { postgres = false } = {}) {
  const environment = pairs(read(`base/${service}.env`), /^(LADDER_\w+)=(.*)$/gm);
  const fill = (name, number) => {
    environment[name] = environment[name].replace(/0s?$/, numbers[number]);
  };
  const prefix = `LADDER_${service.toUpperCase()}`;
  fill(`${prefix}_LISTEN`, `${service}-port`);
  fill(`${prefix}_HEALTH_LISTEN`, 'health-port');
  fill(`${prefix}_METRICS_LISTEN`, 'metrics-port');
  fill(`${prefix}_DRAIN_DELAY`, 'drain-delay');
  fill(`${prefix}_DRAIN_GRACE`, 'drain-grace');
  if (service === 'scoring') fill('LADDER_SCORING_RECORDS', 'records-port');
  if (postgres) {
    Object.assign(
      environment,
      pairs(read('components/postgres-managed/options.yaml'), /^ {2}(LADDER_\w+): "?([^"\n]*)"?$/gm),
    );
  }
  return environment;
}
