// A real Prometheus with the rules of the tree against real /metrics: does every expression of rules and dashboards
// give series, and do just the alerts fire that should?
//
//   node live.mjs scoring=HOST:PORT records=HOST:PORT [more targets] [options]
//     --seconds N       how long to wait for series and alerts (default 60)
//     --watch N         how long the alerts then have to stay as they are (default 8)
//     --fires A,B       the alerts that are to fire, all of them (default: none)
//     --hasten N        divide every window and wait of the rules by N
//     --without X,Y     what is not there: redis, sqlite, limits (of memory, from kube-state-metrics)
//
// Also: whether each target shows just the metrics of metrics.txt, and promtool finds them clean.
//
// Under load: what nobody calls has no series. Prints what is wrong; ends with 1 where something is.
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { faultsOfExposition } from './exposition.mjs';
import { waitFor } from '../../node/waiting.mjs';
import { startPrometheus } from './prometheus.mjs';
import { lookInto } from './promql.mjs';
import { alertsOf, expressionsOf, readTree, rulesOf } from './tree.mjs';

// Expressions that give nothing while all is well, and why. `when`: only where that is not configured.
const mayBeEmpty = [
  { part: 'ALERTS{', why: 'it is there while alerts fire' },
  { part: 'code="RESOURCE_EXHAUSTED"', why: 'it is there once a call was refused' },
  { part: 'code=~"UNAVAILABLE|', why: 'it is there once a call failed by a fault of ours' },
  { part: 'code!="OK"', why: 'it is there once a call did not end well' },
  { part: 'outcome=~"failed|refused"', why: 'it is there once a command failed' },
  { part: 'kube_pod_container_resource_limits', why: 'nobody says which memory a pod may have', when: 'limits' },
  { part: 'ladder_redis_', why: 'there is no Redis', when: 'redis' },
  { part: 'ladder_store_log_bytes', why: 'PostgreSQL keeps its own log', when: 'sqlite' },
];
const isExcused = (expr, without) =>
  mayBeEmpty.some(({ part, when }) => expr.includes(part) && (!when || without.includes(when)));

// At one scrape a second; a query over less than four would be empty now and then.
const rateInterval = '4s';

export function expressionsToAsk(tree) {
  return [
    ...rulesOf(tree)
      .filter(({ rule }) => rule.record)
      .map(({ rule }) => ({
        where: rule.record,
        expr: `${rule.record}${rule.labels ? `{slo="${rule.labels.slo}"}` : ''}`,
      })),
    // A comparison gives nothing while all is well; what it compares has to be there.
    ...alertsOf(tree).flatMap(({ rule }) =>
      lookInto(rule.expr).compared.map((expr) => ({ where: `${rule.alert} ${rule.labels.severity}`, expr })),
    ),
    ...tree.dashboards.flatMap((each) => expressionsOf(each, rateInterval)),
  ];
}

const emptyOnes = async (prometheus, expressions) => {
  const empty = [];
  for (const each of expressions) {
    if ((await prometheus.query(each.expr)).length === 0) empty.push(each);
  }
  return empty;
};

const firing = async (prometheus) =>
  [
    ...new Set(
      (await prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname),
    ),
  ].sort();

// What is wrong, one text each. `targets` and `olderThan`: see prometheus.mjs. `cause` makes a fault once everything
// was seen well; then the alerts are to be `fires`.
export async function lookLive(
  tree,
  targets,
  { seconds = 60, watch = 8, fires = [], hastenBy = 1, olderThan, without = [], cause = async () => {} } = {},
) {
  const faults = mayBeEmpty
    .filter(({ part }) => !expressionsToAsk(tree).some(({ expr }) => expr.includes(part)))
    .map(({ part }) => `no expression has ${part}, which live.mjs excuses`);
  const prometheus = await startPrometheus(tree.rules, targets, { hastenBy, olderThan });
  try {
    const asked = expressionsToAsk(tree).filter(({ expr }) => !isExcused(expr, without));
    let empty = asked;
    await waitFor(seconds, async () => (empty = await emptyOnes(prometheus, empty)).length === 0);
    faults.push(...empty.map(({ where, expr }) => `${where}: no series for ${expr}`));

    for (const { job, address } of targets.filter((target) => target.job.startsWith('ladder-'))) {
      const text = await fetch(`http://${address}/metrics`).then((response) => response.text());
      faults.push(...faultsOfExposition(tree.metrics, job.replace('ladder-', ''), text));
    }
    await cause();
    const expected = [...fires].sort().join(', ');
    let found = '';
    const isAsExpected = await waitFor(
      seconds,
      async () => (found = (await firing(prometheus)).join(', ')) === expected,
    );
    // One more could follow.
    if (isAsExpected) await pause(1000 * watch);
    if (isAsExpected) found = (await firing(prometheus)).join(', ');
    if (found !== expected) faults.push(`alerts that fire: ${found || 'none'}; to be: ${expected || 'none'}`);

    for (const { name, health, lastError } of await prometheus.rules()) {
      if (health !== 'ok') faults.push(`${name}: ${lastError || health}`);
    }
  } finally {
    await prometheus.stop();
  }
  return faults;
}

function parseArguments(args) {
  const options = { targets: [], without: [], fires: [] };
  const list = (text) => text.split(',').filter(Boolean);
  for (let i = 0; i < args.length; ++i) {
    const target = /^(scoring|records)=(.+:\d+)$/.exec(args[i]);
    if (target) options.targets.push({ job: `ladder-${target[1]}`, address: target[2] });
    else if (args[i] === '--seconds') options.seconds = Number(args[++i]);
    else if (args[i] === '--watch') options.watch = Number(args[++i]);
    else if (args[i] === '--hasten') options.hastenBy = Number(args[++i]);
    else if (args[i] === '--fires') options.fires = list(args[++i]);
    else if (args[i] === '--without') options.without = list(args[++i]);
    else throw new Error(`what is ${args[i]}? See the head of live.mjs`);
  }
  if (options.targets.length === 0) throw new Error('no targets: scoring=HOST:PORT records=HOST:PORT');
  return options;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { targets, ...options } = parseArguments(process.argv.slice(2));
  const faults = await lookLive(readTree(), targets, options);
  for (const fault of faults) console.error(fault);
  console.log(
    faults.length === 0 ? 'every expression gives series, and the alerts are as expected' : `${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
