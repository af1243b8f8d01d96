// What there is to check: rules, dashboards, runbooks and the golden list of metrics, read once, as plain data that a
// test can copy and break.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const require = createRequire(join(root, 'tests/node/package.json'));
const yaml = require('js-yaml');

const read = (path) => readFileSync(join(root, path), 'utf8');

function readFolder(folder, ending) {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({
      file: `${folder}/${name}`,
      name: name.slice(0, -ending.length),
      text: read(`${folder}/${name}`),
    }));
}

// `name type service labels...`, see the head of metrics.txt.
export function parseMetrics(text) {
  const metrics = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [name, type, service, ...labels] = line.split(' ');
    if (metrics.has(name)) throw new Error(`${name} is listed twice`);
    metrics.set(name, {
      type,
      service: service.replace('?', ''),
      optional: service.endsWith('?'),
      labels: new Map(
        labels
          .filter((label) => label !== '-')
          .map((label) => label.split('='))
          .map(([label, values]) => [label, values?.split('|')]),
      ),
    });
  }
  return metrics;
}

export function readTree() {
  const runbooks = readFolder('deploy/runbooks', '.md');
  return {
    rules: readFolder('deploy/components/monitoring/rules', '.yaml').map((rule) => ({
      ...rule,
      object: yaml.load(rule.text),
    })),
    dashboards: readFolder('deploy/components/monitoring/dashboards', '.json').map(({ file, name, text }) => ({
      file,
      name,
      dashboard: JSON.parse(text),
    })),
    runbooks: runbooks.filter(({ name }) => name !== 'README'),
    index: runbooks.find(({ name }) => name === 'README')?.text ?? '',
    metrics: parseMetrics(read('tests/deploy/monitoring/metrics.txt')),
    // What a runbook may name: options, events of the log, reasons of errors.
    sources: [
      'libs/chassis/server_options.cc',
      'libs/redis/options.cc',
      'scoring-service/options.cc',
      'records-service/options.cc',
      'tools/ladderctl/app.cc',
    ].map(read),
    errors: read('docs/errors.md'),
  };
}

export const specAsYaml = (object) => yaml.dump(object.spec, { lineWidth: -1 });

export const rulesOf = (tree) =>
  tree.rules.flatMap(({ file, object }) =>
    object.spec.groups.flatMap((group) => group.rules.map((rule) => ({ file, group: group.name, rule }))),
  );
export const alertsOf = (tree) => rulesOf(tree).filter(({ rule }) => rule.alert);

// Panels of all depths; a row that is folded holds its own.
export const panelsOf = (dashboard) =>
  dashboard.panels.flatMap((panel) => [panel, ...(panel.type === 'row' ? panel.panels : [])]);

// As Prometheus sees an expression of a dashboard: "All" for each variable. `$__rate_interval` is four scrapes or more.
export const withoutVariables = (expr, rateInterval = '5m') =>
  expr
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$namespace', '.*')
    .replaceAll('$job', '.*')
    .replaceAll('$instance', '.*');

// Every expression of a dashboard: [{ where, expr }].
export const expressionsOf = ({ file, dashboard }, rateInterval) =>
  panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({
      where: `${file}: ${panel.title} ${target.refId}`,
      expr: withoutVariables(target.expr, rateInterval),
    })),
  );

// Queries in runbooks stand in blocks of their own, one a line.
export const queriesOf = ({ file, text }) =>
  [...text.matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block
      .trim()
      .split('\n')
      .map((expr) => ({ where: file, expr })),
  );
