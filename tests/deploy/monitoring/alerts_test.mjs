// Every alert fires on what it is for and is silent otherwise, by promtool's clock; and these tests would notice if one
// did not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cases } from './alert_cases/cases.mjs';
import { runCases } from './alerts.mjs';
import { alertsOf, readTree } from './tree.mjs';

const tree = readTree();
const names = alertsOf(tree).map(({ rule }) => `${rule.alert} ${rule.labels.severity}`);

const broken = (change) => {
  const copy = structuredClone(tree);
  for (const { rule } of alertsOf(copy)) change(rule);
  return copy;
};
// The alerts, as `name severity`, in the lines of promtool's complaint that begin so.
const alertsIn = (complaints, line) =>
  new Set(
    complaints
      .join('\n')
      .split('\n')
      .filter((each) => each.trim().startsWith(line))
      .flatMap((each) => [...each.matchAll(/alertname="(\w+)", severity="(\w+)"/g)])
      .map(([, alert, severity]) => `${alert} ${severity}`),
  );

test('every alert fires in its cases and in no other', () => assert.deepEqual(runCases(tree, cases), []));

test('every alert has a case in which it fires', () => {
  assert.deepEqual(
    names.filter((name) => !cases.some(({ fires }) => fires.includes(name))),
    [],
  );
});

test('an alert that never fires is noticed, whichever it is', () => {
  const mute = broken((rule) => (rule.expr = 'vector(0) > 1'));
  const loud = cases.filter(({ fires, minutes }) => fires.length > 0 && minutes < 1000);
  assert.deepEqual([...alertsIn(runCases(mute, loud), 'exp:')].sort(), [...new Set(names)].sort());
});

test('an alert that always fires is noticed, whichever it is', () => {
  const loud = broken((rule) => Object.assign(rule, { expr: 'vector(1)', for: '0s' }));
  const quiet = cases.filter(({ name }) => name === 'nothing is wrong');
  assert.deepEqual([...alertsIn(runCases(loud, quiet), 'got:')].sort(), [...new Set(names)].sort());
});

test('an alert that does not wait is noticed', () => {
  const hasty = broken((rule) => delete rule.for);
  const quiet = cases.filter(({ fires, onlySlo }) => fires.length === 0 && !onlySlo);
  const early = alertsIn(runCases(hasty, quiet), 'got:');
  const waiting = alertsOf(tree).filter(({ rule }) => rule.for && !rule.alert.endsWith('Budget'));
  assert.deepEqual(
    waiting.map(({ rule }) => `${rule.alert} ${rule.labels.severity}`).filter((name) => !early.has(name)),
    [],
  );
});
