// Scoring: records and quizzes.

import { scoring, page, ticket } from './installation.mjs';

export const scoringCases = [
  {
    name: 'records cannot be reached',
    fires: [page('LadderRecordsUnreachable')],
    minutes: 7,
    change: {
      [scoring('ladder_records_reachable')]: '1x1 0',
    },
  },
  { name: 'records fails over', fires: [], minutes: 7, change: { [scoring('ladder_records_reachable')]: '1x4 0' } },
  {
    name: 'nothing is heard of quizzes',
    fires: [ticket('LadderQuizPointerOld')],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '310',
    },
  },
  {
    name: 'nothing has been heard, for a little longer than that',
    fires: [],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '20x4 310',
    },
  },
  {
    name: 'five minutes without news',
    fires: [],
    minutes: 8,
    change: {
      [scoring('ladder_quiz_pointer_age_seconds')]: '290',
    },
  },
  {
    name: 'Redis gave a quiz that nobody published',
    fires: [page('LadderQuizCacheTampered')],
    minutes: 65,
    change: {
      [scoring('ladder_quiz_cache_tampered_total')]: '0x10 1',
    },
  },
  {
    name: 'Redis gave one to a process that has just started',
    fires: [page('LadderQuizCacheTampered')],
    minutes: 65,
    change: {
      [scoring('ladder_quiz_cache_tampered_total')]: '_x10 1',
    },
  },
  {
    name: 'Redis gave one more than an hour ago',
    fires: [],
    minutes: 75,
    change: {
      [scoring('ladder_quiz_cache_tampered_total')]: '0x10 1',
    },
  },
];
