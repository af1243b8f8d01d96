// What has to hold of rules, dashboards and runbooks. Each check takes the tree and returns its faults, one text each;
// checks_test.mjs runs them on the tree and on broken copies of it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookInto } from './promql.mjs';
import { alertsOf, expressionsOf, panelsOf, queriesOf, root, rulesOf, specAsYaml } from './tree.mjs';

// What a scrape adds to every metric. On one machine there is neither namespace nor pod.
const targetLabels = ['job', 'instance', 'namespace', 'pod', 'container'];
// Metrics that are not ours, and their labels.
const others = new Map([
  ['up', []],
  // Of Prometheus itself: the alerts that fire.
  ['ALERTS', ['alertname', 'alertstate', 'severity', 'slo', 'part']],
  // Of kube-state-metrics: only Kubernetes knows a container's limit.
  ['kube_pod_container_resource_limits', ['resource']],
]);

export function withTempFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-monitoring-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Standard output and error of a command that failed; nothing where it succeeded.
export function complaintsOf(command, args, cwd) {
  try {
    execFileSync(command, args, { cwd, stdio: 'pipe', encoding: 'utf8' });
    return [];
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${command} is missing: tools/install.sh test`);
    return [`${error.stdout}${error.stderr}`];
  }
}

// promtool takes every rule, and every expression of dashboards and runbooks as the rule of a file made for it.
export function checkWithPromtool(tree) {
  return withTempFolder((folder) => {
    const files = tree.rules.map(({ name, object }) => {
      writeFileSync(join(folder, `${name}.yaml`), specAsYaml(object));
      return `${name}.yaml`;
    });
    const collected = [...tree.dashboards.flatMap((each) => expressionsOf(each)), ...tree.runbooks.flatMap(queriesOf)];
    const rules = collected.map(({ where, expr }, i) => ({ record: `collected:${i}`, expr, labels: { where } }));
    writeFileSync(join(folder, 'collected.yaml'), specAsYaml({ spec: { groups: [{ name: 'collected', rules }] } }));
    return complaintsOf('promtool', ['check', 'rules', '--lint-fatal', ...files, 'collected.yaml'], folder);
  });
}

const suffixesOf = (type) => (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']);

// name in an expression -> { labels: Map(label -> values or undefined) }
function knownSeries(tree) {
  const known = new Map();
  for (const [name, { type, labels }] of tree.metrics) {
    for (const suffix of suffixesOf(type)) {
      known.set(`${name}${suffix}`, suffix === '_bucket' ? new Map([...labels, ['le', undefined]]) : labels);
    }
  }
  for (const [name, labels] of others) known.set(name, new Map(labels.map((label) => [label, undefined])));
  for (const { rule } of rulesOf(tree).filter((each) => each.rule.record)) {
    known.set(rule.record, new Map([['slo', undefined]]));
  }
  return known;
}

function faultsOfMatcher({ label, op, value }, labels) {
  if (targetLabels.includes(label)) return [];
  if (!labels.has(label)) return [`has no label ${label}`];
  const values = labels.get(label);
  if (!values || op === '!=' || op === '!~') return [];
  return value
    .split('|')
    .filter((each) => !values.includes(each))
    .map((each) => `has no ${label}="${each}"`);
}

// Every metric, label and value of a fixed set is one that the services have.
export function checkNames(tree) {
  const known = knownSeries(tree);
  const expressions = [
    ...rulesOf(tree).map(({ rule }) => ({ where: rule.alert ?? rule.record, expr: rule.expr })),
    ...tree.dashboards.flatMap((each) => expressionsOf(each)),
    ...tree.runbooks.flatMap(queriesOf),
    ...tree.dashboards.flatMap(({ file, dashboard }) =>
      dashboard.templating.list
        .filter(({ type }) => type === 'query')
        .map(({ query }) => ({ where: file, expr: query.replace(/^label_values\((.*), \w+\)$/, '$1') })),
    ),
  ];
  return expressions.flatMap(({ where, expr }) => {
    const { selectors, grouping } = lookInto(expr);
    const labelsHere = new Set(targetLabels);
    const faults = selectors.flatMap(({ metric, matchers }) => {
      const labels = known.get(metric);
      if (!labels) return [`${where}: there is no metric ${metric}`];
      for (const label of labels.keys()) labelsHere.add(label);
      return matchers.flatMap((matcher) =>
        faultsOfMatcher(matcher, labels).map((fault) => `${where}: ${metric} ${fault}`),
      );
    });
    const strangers = grouping.filter((label) => !labelsHere.has(label));
    return [...faults, ...strangers.map((label) => `${where}: no metric in it has the label ${label}`)];
  });
}

// Every alert says how urgent it is, what is wrong and where to read on.
export function checkAlerts(tree) {
  return alertsOf(tree).flatMap(({ rule }) => {
    const faults = [];
    if (!/^Ladder[A-Z]/.test(rule.alert)) faults.push('the name does not begin with Ladder');
    if (!['page', 'ticket'].includes(rule.labels?.severity)) faults.push('severity is neither page nor ticket');
    for (const name of ['summary', 'description', 'runbook_url']) {
      if (!rule.annotations?.[name]) faults.push(`no ${name}`);
    }
    if (rule.annotations?.runbook_url !== `deploy/runbooks/${rule.alert}.md`) {
      faults.push('runbook_url is not deploy/runbooks/<alert>.md');
    }
    return faults.map((fault) => `${rule.alert}: ${fault}`);
  });
}

const headings = ['## What it means', '## How to look', '## What to do', '## How to know that it is over'];

// Every alert has a runbook with the four parts, every runbook an alert, and the index has a line for each.
export function checkRunbooks(tree) {
  const severities = new Map();
  for (const { rule } of alertsOf(tree)) {
    severities.set(rule.alert, [...(severities.get(rule.alert) ?? []), rule.labels?.severity]);
  }
  const written = new Set(tree.runbooks.map(({ name }) => name));
  const faults = [...severities.keys()].filter((name) => !written.has(name)).map((name) => `${name}: no runbook`);
  for (const { name, text } of tree.runbooks) {
    if (!severities.has(name)) faults.push(`${name}: a runbook without an alert`);
    if (!text.startsWith(`# ${name}\n`)) faults.push(`${name}: the title is another`);
    const found = text.split('\n').filter((line) => line.startsWith('## '));
    if (found.join() !== headings.join()) faults.push(`${name}: not the four parts`);
    const line = `| [${name}](${name}.md) | ${severities.get(name)?.join(', ')} |`;
    if (severities.has(name) && !tree.index.includes(line)) faults.push(`${name}: the index lacks "${line}"`);
  }
  return faults;
}

// What runbooks name is there: options, reasons of errors and, in `select(.event == "...")`, events of the log.
export function checkWordsOfRunbooks(tree) {
  const { sources, errors } = tree;
  return tree.runbooks.flatMap(({ name, text }) => {
    const options = [...text.matchAll(/`--([a-z][a-z-]+)/g)].map(([, option]) => option);
    const reasons = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, reason]) => reason);
    const events = [...text.matchAll(/\.event == "(\w+)"/g)].map(([, event]) => event);
    return [
      ...options
        .filter((option) => !sources.some((source) => has(source, option)))
        .map((option) => `${name}: there is no option --${option}`),
      ...reasons
        .filter((reason) => !errors.includes(reason))
        .map((reason) => `${name}: docs/errors.md has no ${reason}`),
      ...events.filter((event) => !isLogged(event)).map((event) => `${name}: no service logs ${event}`),
    ];
  });
}

// A secret comes from a file only: AddSecret("redis-password") is --redis-password-file.
const has = (source, option) =>
  [`"${option}"`, `--${option}`, `AddSecret("${option.replace(/-file$/, '')}"`].some((text) => source.includes(text));

function isLogged(event) {
  const args = ['-rqF', '--include=*.cc', `"${event}"`, 'libs', 'scoring-service', 'records-service'];
  return complaintsOf('grep', args, root).length === 0;
}

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function faultsOfPanel(panel) {
  const faults = [];
  if (!panel.title) faults.push('no title');
  if (panel.type === 'row') return faults;
  if (!panel.description) faults.push('no description');
  if (!panel.fieldConfig?.defaults.unit) faults.push('no unit');
  if (panel.datasource?.uid !== '${datasource}') faults.push('the data source is not the variable');
  if (panel.gridPos.x + panel.gridPos.w > 24) faults.push('wider than the page');
  if (!panel.targets?.length) faults.push('nothing to draw');
  return faults;
}

// Panels have what a reader needs and do not lie on each other; variables are there and used.
export function checkDashboards(tree) {
  const uids = tree.dashboards.map(({ dashboard }) => dashboard.uid);
  const faults = uids.filter((uid, i) => uids.indexOf(uid) !== i).map((uid) => `two dashboards are ${uid}`);
  for (const { file, dashboard } of tree.dashboards) {
    const panels = panelsOf(dashboard);
    const say = (fault) => faults.push(`${file}: ${fault}`);
    const ids = panels.map(({ id }) => id);
    ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => say(`two panels are ${id}`));
    panels.forEach((a, i) =>
      panels.slice(i + 1).forEach((b) => overlap(a.gridPos, b.gridPos) && say(`${a.title} lies on ${b.title}`)),
    );
    panels.forEach((panel) => faultsOfPanel(panel).forEach((fault) => say(`${panel.title ?? panel.id}: ${fault}`)));
    const variables = dashboard.templating.list.map(({ name }) => name);
    const used = [...JSON.stringify(panels).matchAll(/\$\{?(?!__)(\w+)/g)].map(([, name]) => name);
    for (const name of ['datasource', 'namespace', 'job', 'instance']) {
      if (!variables.includes(name)) say(`no variable ${name}`);
      if (!used.includes(name)) say(`no panel uses $${name}`);
    }
    new Set(used.filter((name) => !variables.includes(name))).forEach((name) => say(`there is no variable ${name}`));
  }
  return faults;
}

// Enumerations of the types as the plain values that JSON has, and queries as Prometheus's.
const typesHead = `
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
type Plain<T> = 0 extends 1 & T ? T
  : T extends string ? \`\${T}\`
  : T extends (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T as Key extends '_implementsDataqueryVariant' ? never : Key]: Plain<T[Key]> }
  : T;
type Written = Omit<Panel, 'targets'> & { targets: Dataquery[] };
type Typed = Plain<Omit<Dashboard, 'panels'> & { panels: (Written | RowPanel)[] }>;
`;

// Each dashboard is a literal of Grafana's own type: misspelt and unknown fields are faults.
export function checkTypesOfDashboards(tree) {
  return withTempFolder((folder) => {
    mkdirSync(join(folder, 'dashboards'));
    symlinkSync(join(root, 'tests/node/node_modules'), join(folder, 'node_modules'));
    const files = tree.dashboards.map(({ name, dashboard }) => {
      const file = join('dashboards', `${name}.ts`);
      writeFileSync(
        join(folder, file),
        `${typesHead}export const it: Typed = ${JSON.stringify(dashboard, null, 2)};\n`,
      );
      return file;
    });
    const tsc = join(root, 'tests/node/node_modules/typescript/bin/tsc');
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
    return complaintsOf(process.execPath, [tsc, ...flags, ...files], folder);
  });
}
