// Rules, dashboards and runbooks are as they should be, and each check finds the fault that it is for in a copy that
// has one.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as checks from './checks.mjs';
import { alertsOf, parseMetrics, readTree, rulesOf } from './tree.mjs';

const tree = readTree();

const alert = (copy, name) => alertsOf(copy).find(({ rule }) => rule.alert === name).rule;
const board = (copy, name) => copy.dashboards.find((each) => each.name === name).dashboard;
const panel = (copy, name) => board(copy, name).panels.find(({ type }) => type !== 'row');
const runbook = (copy, name) => copy.runbooks.find((each) => each.name === name);
const without = (text, part) => {
  assert.ok(text.includes(part));
  return text.replace(part, '');
};

// Check, what is broken in the copy, what the check then says.
const faults = [
  ['checkWithPromtool', (t) => (alert(t, 'LadderNotReady').expr = 'ladder_ready =='), /parse error/],
  [
    'checkWithPromtool',
    (t) => (alert(t, 'LadderNotReady').annotations.summary = '{{ $labels.part '),
    /unclosed action/,
  ],
  ['checkWithPromtool', (t) => (alert(t, 'LadderNotReady').for = 'soon'), /not a valid duration/],
  ['checkWithPromtool', (t) => (alert(t, 'LadderNotReady').sevrity = 'page'), /sevrity not found/],
  [
    'checkWithPromtool',
    (t) => t.rules[0].object.spec.groups[0].rules.push(t.rules[0].object.spec.groups[0].rules[0]),
    /duplicate/,
  ],
  ['checkWithPromtool', (t) => (panel(t, 'records').targets[0].expr = 'sum(rate(ladder_live))'), /range vector/],
  ['checkWithPromtool', (t) => (runbook(t, 'LadderNotLive').text += '```promql\nsum(up\n```\n'), /parse error/],

  ['checkNames', (t) => t.metrics.delete('ladder_live'), /LadderNotLive: there is no metric ladder_live/],
  [
    'checkNames',
    (t) => (t.metrics.get('ladder_write_commit_seconds').type = 'gauge'),
    /no metric ladder_write_commit_seconds_bucket/,
  ],
  [
    'checkNames',
    (t) => (alert(t, 'LadderStorePoolExhausted').expr = 'ladder_store_connections{status="idle"} == 0'),
    /has no label status/,
  ],
  [
    'checkNames',
    (t) => (alert(t, 'LadderStorePoolExhausted').expr = 'ladder_store_connections{state="free"} == 0'),
    /has no state="free"/,
  ],
  [
    'checkNames',
    (t) => (alert(t, 'LadderVersionsMixed').expr = 'count by (release) (ladder_build_info) > 1'),
    /no metric in it has the label release/,
  ],
  [
    'checkNames',
    (t) => (rulesOf(t).find(({ rule }) => rule.record?.endsWith('rate1d')).rule.record = 'ladder:renamed'),
    /no metric ladder:slo_bad:ratio_rate1d/,
  ],
  ['checkNames', (t) => (panel(t, 'scoring').targets[0].expr = 'ladder_scores_total'), /no metric ladder_scores_total/],
  [
    'checkNames',
    (t) => (board(t, 'process').templating.list[1].query = 'label_values(ladder_info, namespace)'),
    /no metric ladder_info/,
  ],
  [
    'checkNames',
    (t) => (runbook(t, 'LadderNotLive').text += '```promql\nladder_alive\n```\n'),
    /no metric ladder_alive/,
  ],

  ['checkAlerts', (t) => (alert(t, 'LadderNotLive').labels.severity = 'urgent'), /neither page nor ticket/],
  ['checkAlerts', (t) => delete alert(t, 'LadderNotLive').annotations.summary, /no summary/],
  ['checkAlerts', (t) => delete alert(t, 'LadderNotLive').annotations.description, /no description/],
  [
    'checkAlerts',
    (t) => (alert(t, 'LadderNotLive').annotations.runbook_url = 'deploy/runbooks/NotLive.md'),
    /runbook_url/,
  ],
  ['checkAlerts', (t) => (alert(t, 'LadderNotLive').alert = 'NotLive'), /does not begin with Ladder/],

  ['checkRunbooks', (t) => t.runbooks.pop(), /: no runbook/],
  [
    'checkRunbooks',
    (t) => (alert(t, 'LadderNotLive').alert = 'LadderDead'),
    /LadderNotLive: a runbook without an alert/,
  ],
  [
    'checkRunbooks',
    (t) => (runbook(t, 'LadderNotLive').text = without(runbook(t, 'LadderNotLive').text, '## How to look')),
    /not the four parts/,
  ],
  ['checkRunbooks', (t) => (runbook(t, 'LadderNotLive').text = '# Another\n'), /the title is another/],
  ['checkRunbooks', (t) => (alert(t, 'LadderNotLive').labels.severity = 'ticket'), /the index lacks/],

  [
    'checkWordsOfRunbooks',
    (t) => (runbook(t, 'LadderNotLive').text += 'Raise `--more-life`.'),
    /no option --more-life/,
  ],
  ['checkWordsOfRunbooks', (t) => (runbook(t, 'LadderNotLive').text += 'Reason `NOT_ALIVE`.'), /has no NOT_ALIVE/],
  [
    'checkWordsOfRunbooks',
    (t) => (runbook(t, 'LadderNotLive').text += 'select(.event == "died")'),
    /no service logs died/,
  ],

  ['checkDashboards', (t) => (board(t, 'records').uid = board(t, 'scoring').uid), /two dashboards are/],
  ['checkDashboards', (t) => (panel(t, 'records').id = 1), /two panels are 1/],
  ['checkDashboards', (t) => (panel(t, 'records').gridPos.w = 9), /lies on/],
  ['checkDashboards', (t) => (panel(t, 'records').gridPos.x = 20), /wider than the page/],
  ['checkDashboards', (t) => delete panel(t, 'records').description, /no description/],
  ['checkDashboards', (t) => delete panel(t, 'records').fieldConfig.defaults.unit, /no unit/],
  ['checkDashboards', (t) => delete panel(t, 'records').title, /no title/],
  ['checkDashboards', (t) => (panel(t, 'records').targets = []), /nothing to draw/],
  ['checkDashboards', (t) => (panel(t, 'records').datasource.uid = 'prometheus'), /is not the variable/],
  ['checkDashboards', (t) => board(t, 'records').templating.list.pop(), /no variable instance/],
  [
    'checkDashboards',
    (t) => (panel(t, 'records').targets[0].expr = 'up{job="$service"}'),
    /there is no variable service/,
  ],

  [
    'checkTypesOfDashboards',
    (t) => {
      panel(t, 'overview').gridpos = panel(t, 'overview').gridPos;
      panel(t, 'records').targets[0].legend = 'calls';
      panel(t, 'scoring').fieldConfig.defaults.units = 's';
      board(t, 'process').templating.list[0].type = 'datasources';
    },
    /(?=[^]*"gridpos")(?=[^]*"legend")(?=[^]*"units")(?=[^]*"datasources")/,
  ],
];

for (const [name, check] of Object.entries(checks).filter(([each]) => each.startsWith('check'))) {
  test(`${name}: the tree has no fault`, () => assert.deepEqual(check(tree), []));
}

for (const [name, breakIt, says] of faults) {
  test(`${name} says ${says}`, () => {
    const copy = structuredClone(tree);
    breakIt(copy);
    assert.match(checks[name](copy).join('\n'), says);
  });
}

test('every check has a copy that it finds faulty', () => {
  const shown = new Set(faults.map(([name]) => name));
  assert.deepEqual(
    Object.keys(checks).filter((each) => each.startsWith('check') && !shown.has(each)),
    [],
  );
});

test('a metric that is listed twice is a fault', () => {
  assert.throws(() => parseMetrics('ladder_live gauge both -\nladder_live gauge both -'), /listed twice/);
});
