// Objectives of the service: budgets and how fast they burn.

import { scoring, records, call, score, getAssessment, createAssessments, page, ticket } from './installation.mjs';

// A share of the calls of each minute, of 6,000 and 3,000, goes wrong: with `from` and `until`, in those minutes only.
const bad = (each, share, from, until) =>
  [
    from && `0x${from}`,
    until ? `0+${each * share}x${until - from} ${each * share * (until - from)}` : `0+${each * share}`,
  ]
    .filter(Boolean)
    .join(' ');
const good = (each, share, from, until) => {
  const [before, step] = [each * (from ?? 0), each * (1 - share)];
  const after = before + step * (until - from);
  return [
    from && `0+${each}x${from}`,
    until ? `${before}+${step}x${until - from} ${after}+${each}` : `${before}+${step}`,
  ]
    .filter(Boolean)
    .join(' ');
};
const failedScores = (...args) => ({ [call(scoring, score, 'UNAVAILABLE')]: bad(6000, ...args) });
const quickScores = (...args) => ({ [call(scoring, score, 'OK', 'bucket', ',le="0.1"')]: good(6000, ...args) });
const failedRecords = (...args) => ({ [call(records, createAssessments, 'INTERNAL')]: bad(3000, ...args) });
const quickReads = (...args) => ({ [call(records, getAssessment, 'OK', 'bucket', ',le="0.25"')]: good(1500, ...args) });

// Where Prometheus has just begun, a window holds what there is.
const slo = (alert, budget, burn) =>
  [
    { name: 'over 6 times', fires: [page(alert), ticket(alert)], change: burn(6.3 * budget), minutes: 60 },
    { name: 'under 6 times', fires: [ticket(alert)], change: burn(5.7 * budget), minutes: 60 },
    { name: 'creeping', fires: [ticket(alert)], change: burn(1.1 * budget), minutes: 60 },
    { name: 'within the budget', fires: [], change: burn(0.9 * budget), minutes: 60 },
  ].map((each) => ({ ...each, name: `${alert}: ${each.name}`, onlySlo: true }));
// After a good day the windows tell a short fault from a long one. All four at once: a day takes its time.
const afterADay = (until) => ({
  ...failedScores(0.1, 1440, until),
  ...quickScores(0.9, 1440, until),
  ...failedRecords(0.1, 1440, until),
  ...quickReads(0.9, 1440, until),
});
const budgets = [
  'LadderScoringErrorBudget',
  'LadderScoringLatencyBudget',
  'LadderRecordsErrorBudget',
  'LadderRecordsLatencyBudget',
];

export const sloCases = [
  ...slo('LadderScoringErrorBudget', 0.001, failedScores),
  ...slo('LadderScoringLatencyBudget', 0.01, quickScores),
  ...slo('LadderRecordsErrorBudget', 0.001, failedRecords),
  ...slo('LadderRecordsLatencyBudget', 0.01, quickReads),
  {
    name: 'a fast fault after a good day',
    fires: budgets.map(page),
    onlySlo: true,
    minutes: 1460,
    change: afterADay(),
  },
  { name: 'ten minutes of it, over', fires: [], onlySlo: true, minutes: 1475, change: afterADay(1450) },
  {
    name: 'the caller is at fault',
    fires: [],
    onlySlo: true,
    minutes: 60,
    change: {
      [call(scoring, score, 'INVALID_ARGUMENT')]: '0+3000',
      [call(scoring, score, 'CANCELLED')]: '0+3000',
    },
  },
  {
    name: 'few calls: nine an hour that fail are a ticket',
    fires: [ticket('LadderScoringErrorBudget')],
    onlySlo: true,
    minutes: 60,
    change: { [call(scoring, score, 'OK')]: '0+0.2', ...failedScores(0.15 / 6000) },
  },
];
