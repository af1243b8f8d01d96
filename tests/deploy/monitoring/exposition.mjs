// What a service shows at /metrics beside the golden list: the same names, types, labels and values of fixed sets, no
// more and no fewer.
import { execFileSync } from 'node:child_process';

// `a="1",b="2"` -> Map; values here hold neither commas nor quotes.
const parseLabels = (text) =>
  new Map([...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label, value]) => [label, value]));

const baseOf = (name, metrics) => {
  const base = name.replace(/_(bucket|sum|count)$/, '');
  return metrics.get(base)?.type === 'histogram' ? base : name;
};

function faultsOfSample(line, metrics, service, seen) {
  const [, name, , labelText] = /^(\w+)(\{(.*)\})? \S+$/.exec(line) ?? [];
  if (!name) return [`no sample: ${line}`];
  const base = baseOf(name, metrics);
  const metric = metrics.get(base);
  if (!metric || ![service, 'both'].includes(metric.service)) return [`${name} is not in metrics.txt for ${service}`];
  seen.add(base);
  const labels = parseLabels(labelText ?? '');
  if (name.endsWith('_bucket')) labels.delete('le');
  const expected = [...metric.labels.keys()].sort().join();
  const found = [...labels.keys()].sort().join();
  if (found !== expected) return [`${name} has the labels (${found}), to be (${expected})`];
  return [...labels]
    .filter(([label, value]) => metric.labels.get(label)?.includes(value) === false)
    .map(([label, value]) => `${name} has ${label}="${value}"`);
}

// `service`: scoring or records; `text`: what it answered, after a call at least.
export function faultsOfExposition(metrics, service, text) {
  const seen = new Set();
  const faults = [];
  for (const line of text.split('\n')) {
    const [, name, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (name && metrics.has(name) && metrics.get(name).type !== type) faults.push(`${name} is a ${type}`);
    if (line !== '' && !line.startsWith('#')) faults.push(...faultsOfSample(line, metrics, service, seen));
  }
  for (const [name, { service: owner, optional }] of metrics) {
    if ([service, 'both'].includes(owner) && !optional && !seen.has(name)) faults.push(`${name} is not shown`);
  }
  try {
    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('promtool is missing: tools/install.sh test');
    faults.push(`promtool check metrics: ${error.stdout}${error.stderr}`);
  }
  return [...new Set(faults)].map((fault) => `${service}: ${fault}`);
}
