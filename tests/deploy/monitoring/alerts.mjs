// Turns the cases of alert_cases into promtool's own tests and runs them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { healthy } from './alert_cases/installation.mjs';
import { complaintsOf, withTempFolder } from './checks.mjs';
import { require, specAsYaml } from './tree.mjs';

const yaml = require('js-yaml');

// `1x2 0+5` -> `1x2 0+5x<minutes>`: the last value goes on to the end.
const toTheEnd = (values, minutes) => {
  const parts = values.split(' ');
  const last = parts.pop();
  return [...parts, last === 'stale' ? last : `${last}x${minutes}`].join(' ');
};

// A case about the SLOs alone may go over a day, so it has only calls, and rules run every five minutes.
const seriesOf = ({ change, onlySlo }) =>
  Object.entries({ ...healthy, ...change }).filter(
    ([series, values]) => values !== null && (!onlySlo || series.startsWith('ladder_server_call_seconds')),
  );

function asPromtoolTest(each) {
  const { name, fires, minutes } = each;
  return {
    name,
    interval: '1m',
    input_series: seriesOf(each).map(([series, values]) => ({ series, values: toTheEnd(values, minutes) })),
    promql_expr_test: [
      {
        expr: 'group by (alertname, severity) (ALERTS{alertstate="firing"})',
        eval_time: `${minutes}m`,
        exp_samples: fires
          .map((each) => each.split(' '))
          .map(([alert, severity]) => ({ labels: `{alertname="${alert}", severity="${severity}"}`, value: 1 })),
      },
    ],
  };
}

function runPromtool(rules, cases, evaluationInterval) {
  return withTempFolder((folder) => {
    for (const { name, object } of rules) writeFileSync(join(folder, `${name}.yaml`), specAsYaml(object));
    const test = {
      rule_files: rules.map(({ name }) => `${name}.yaml`),
      evaluation_interval: evaluationInterval,
      // Without it promtool draws an order anew each time.
      group_eval_order: rules.flatMap(({ object }) => object.spec.groups.map((group) => group.name)),
      tests: cases.map(asPromtoolTest),
    };
    writeFileSync(join(folder, 'test.yaml'), yaml.dump(test, { lineWidth: -1 }));
    return complaintsOf('promtool', ['test', 'rules', 'test.yaml'], folder);
  });
}

// What promtool complains of; nothing where each case fires what it names and nothing else.
export function runCases(tree, cases) {
  const ofSlo = tree.rules.filter(({ name }) => name === 'slo');
  return [
    ...runPromtool(
      tree.rules,
      cases.filter(({ onlySlo }) => !onlySlo),
      '1m',
    ),
    ...runPromtool(
      ofSlo,
      cases.filter(({ onlySlo }) => onlySlo),
      '5m',
    ),
  ];
}
