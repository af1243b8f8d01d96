// Records: writing, reading, its store, release and retention.

import { records, page, ticket } from './installation.mjs';

export const recordsCases = [
  {
    name: 'rows wait to be written',
    fires: [page('LadderWriteQueueNearLimit')],
    minutes: 5,
    change: {
      [records('ladder_write_queue_rows')]: '3100',
    },
  },
  {
    name: 'bytes wait to be written',
    fires: [page('LadderWriteQueueNearLimit')],
    minutes: 5,
    change: {
      [records('ladder_write_queue_bytes')]: '51e6',
    },
  },
  {
    name: 'a crowd that has just come',
    fires: [],
    minutes: 5,
    change: { [records('ladder_write_queue_rows')]: '20x3 4000' },
  },
  {
    name: 'commits take long',
    fires: [ticket('LadderCommitsSlow')],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1480',
    },
  },
  {
    name: 'few commits take long',
    fires: [],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1490',
    },
  },
  {
    name: 'commits have taken long for some minutes',
    fires: [],
    minutes: 20,
    change: {
      [records('ladder_write_commit_seconds_bucket', 'le="0.005"')]: '0+1400',
      [records('ladder_write_commit_seconds_bucket', 'le="0.1"')]: '0+1500x11 16500+1450',
    },
  },
  {
    name: 'a read met an assessment that cannot be used',
    fires: [ticket('LadderRowsUnusable')],
    minutes: 65,
    change: {
      [records('ladder_records_rows_unusable_total', 'reader="progress"')]: '0x10 1',
    },
  },
  {
    name: 'the first tick of a process that has just started met one',
    fires: [ticket('LadderRowsUnusable')],
    minutes: 65,
    change: {
      [records('ladder_records_rows_unusable_total', 'reader="release"')]: '_x10 1',
    },
  },
  {
    name: 'a read met one more than an hour ago',
    fires: [],
    minutes: 75,
    change: {
      [records('ladder_records_rows_unusable_total', 'reader="progress"')]: '0x10 1',
    },
  },
  {
    name: 'reads wait',
    fires: [ticket('LadderReadsQueueing')],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '105',
    },
  },
  {
    name: 'reads come in crowds',
    fires: [],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '900 0 900 0 900 0 900 0 900 0 900',
    },
  },
  {
    name: 'reads have waited for three minutes',
    fires: [],
    minutes: 10,
    change: {
      [records('ladder_read_queue_calls')]: '0x6 200',
    },
  },
  {
    name: 'no connection is idle',
    fires: [ticket('LadderStorePoolExhausted')],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '0',
      [records('ladder_store_connections', 'state="busy"')]: '8',
    },
  },
  {
    name: 'one connection is idle now and then',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '0 0 0 1 0 0 0 1 0 0 0 1 0 0 0',
    },
  },
  {
    name: 'no connection has been idle for eight minutes',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_store_connections', 'state="idle"')]: '6x6 0',
    },
  },
  {
    name: 'no synchronous standby',
    fires: [page('LadderStoreNotSynchronous')],
    minutes: 18,
    change: {
      [records('ladder_store_synchronous')]: '0',
    },
  },
  {
    name: 'a standby is exchanged',
    fires: [],
    minutes: 18,
    change: { [records('ladder_store_synchronous')]: '1x5 0' },
  },
  {
    name: "SQLite's log grows",
    fires: [ticket('LadderStoreLogGrowing')],
    minutes: 20,
    change: {
      [records('ladder_store_log_bytes')]: '270e6',
    },
  },
  { name: 'a backup', fires: [], minutes: 20, change: { [records('ladder_store_log_bytes')]: '30e6x8 400e6' } },
  {
    name: 'a cohort is not released',
    fires: [ticket('LadderReleaseLate')],
    minutes: 45,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0+60',
    },
  },
  {
    name: 'a cohort has just become late',
    fires: [],
    minutes: 14,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0x9 1700+60',
    },
  },
  {
    name: 'a release one tick later',
    fires: [],
    minutes: 45,
    change: {
      [records('ladder_release_oldest_unreleased_seconds')]: '0+60x29 0',
    },
  },
  {
    name: 'ticks fail',
    fires: [ticket('LadderReleaseTicksFailing')],
    minutes: 90,
    change: {
      [records('ladder_release_ticks_total', 'outcome="ok"')]: '7',
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0+0.0667',
    },
  },
  {
    name: 'the last two ticks have failed',
    fires: [],
    minutes: 100,
    change: {
      [records('ladder_release_ticks_total', 'outcome="ok"')]: '0+0.0667x60 4.002',
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0x60 0+0.0667',
    },
  },
  {
    name: 'a tick fails now and then',
    fires: [],
    minutes: 90,
    change: {
      [records('ladder_release_ticks_total', 'outcome="failed"')]: '0+0.06',
    },
  },
  {
    name: 'retention fails',
    fires: [ticket('LadderRetentionFailing')],
    minutes: 190,
    change: {
      [records('ladder_retention_last_run_ok')]: '1x5 0',
    },
  },
  {
    name: 'two runs of retention have failed',
    fires: [],
    minutes: 180,
    change: {
      [records('ladder_retention_last_run_ok')]: '1x5 0',
    },
  },
  {
    name: 'another replica does what retention has to do',
    fires: [],
    minutes: 190,
    change: {
      [records('ladder_retention_last_run_ok')]: '0',
      [records('ladder_retention_last_run_ok').replaceAll('"r1"', '"r2"')]: '1',
    },
  },
];
