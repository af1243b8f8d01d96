// A real Prometheus against an exporter that has just the golden metrics: what it can show, every expression shows, and
// the harness notices where one does not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOfExposition } from './exposition.mjs';
import { page, startFakeExporter } from './fake_exporter.mjs';
import { lookLive } from './live.mjs';
import { readTree } from './tree.mjs';

const tree = readTree();

// Runs `use` with the targets of two exporters. `faults`: { scoring, records }, as fake_exporter.mjs names them.
async function withExporters(metrics, faults, use) {
  const scoring = await startFakeExporter(metrics, 'scoring', faults.scoring);
  const records = await startFakeExporter(metrics, 'records', faults.records);
  try {
    return await use([
      { job: 'ladder-scoring', address: scoring.address },
      { job: 'ladder-records', address: records.address },
    ]);
  } finally {
    await Promise.all([scoring.stop(), records.stop()]);
  }
}

it('metrics that are not those of the list are noticed, whatever is wrong with them', () => {
  const shown = page(tree.metrics, 'records', 0, 9000);
  const faultsOf = (text) => faultsOfExposition(tree.metrics, 'records', text);
  assert.deepEqual(faultsOf(shown), []);
  for (const [from, to, says] of [
    [/ladder_live/g, 'ladder_alive', /ladder_alive is not in metrics.txt.*\n.*ladder_live is not shown/],
    [/TYPE ladder_live gauge/, 'TYPE ladder_live counter', /ladder_live is a counter/],
    [/ladder_live{}/, 'ladder_live{clinic="north"}', /ladder_live has the labels \(clinic\), to be \(\)/],
    [/state="idle"/, 'state="free"', /ladder_store_connections has state="free"/],
    [/# HELP ladder_live .*\n/, '', /promtool check metrics: ladder_live no help text/],
    [/^/, '# TYPE ladder_quiz_flight_waiters gauge\nladder_quiz_flight_waiters 0\n', /not in metrics.txt for records/],
  ]) {
    assert.match(shown, from);
    assert.match(faultsOf(shown.replace(from, to)).join('\n'), says);
  }
});

const look = (targets, options) => lookLive(tree, targets, { ...options, without: ['limits'] });

// Each waits most of its time.
describe('a Prometheus that scrapes', { concurrency: true }, () => {
  it('every expression gives series, and nothing fires', async () => {
    assert.deepEqual(await withExporters(tree.metrics, {}, (targets) => look(targets, { watch: 0 })), []);
  });

  it('a metric that is not there is noticed, and an alert that is expected in vain', async () => {
    const metrics = new Map(tree.metrics);
    metrics.delete('ladder_quiz_pointer_age_seconds');
    const faults = await withExporters(metrics, {}, (targets) =>
      look(targets, { seconds: 8, fires: ['LadderQuizPointerOld'] }),
    );
    assert.match(faults.join('\n'), /^LadderQuizPointerOld ticket: no series for ladder_quiz_pointer_age_seconds$/m);
    assert.match(faults.join('\n'), /scoring.json: Age of the oldest active pointer A: no series/);
    assert.match(faults.join('\n'), /alerts that fire: none; to be: LadderQuizPointerOld/);
    assert.match(faults.join('\n'), /^scoring: ladder_quiz_pointer_age_seconds is not shown$/m);
  });

  it('faults make their alerts fire, and no other', async () => {
    const faults = { scoring: 'not_live', records: 'no_redis' };
    const fires = ['LadderNotLive', 'LadderRedisDown'];
    assert.deepEqual(
      await withExporters(tree.metrics, faults, (targets) => look(targets, { fires, hastenBy: 60 })),
      [],
    );
  });

  it('an alert that nobody expects is noticed', async () => {
    const faults = await withExporters(tree.metrics, { scoring: 'not_live' }, (targets) =>
      look(targets, { hastenBy: 60 }),
    );
    assert.deepEqual(faults, ['alerts that fire: LadderNotLive; to be: none']);
  });
});
