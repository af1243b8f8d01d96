// Holds the rules of one file of rules/ against every overlay, and shows for each rule that it finds what it is for: on
// copies of the objects into which one fault was put.
//
//   node rules_test.mjs <group> <ladder-scoring> <ladder-records> <ladderctl>

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, overlays, root } from './manifests.mjs';
import { helpOf } from './help.mjs';

const [group, scoring, records, ladderctl] = process.argv.slice(2);
const context = {
  help: { scoring: helpOf(scoring), records: helpOf(records) },
  ladderctl,
  readme: readFileSync(join(root, 'deploy', 'README.md'), 'utf8'),
};
const { rules } = await import(`./rules/${group}.mjs`);

for (const { name, check, broken } of rules) {
  for (const overlay of overlays.keys()) {
    test(`${overlay}: ${name}`, () => assert.deepEqual(check(build(overlay), context), []));
  }
  assert.ok(broken.length > 0, `nothing shows that "${name}" can fail`);
  for (const { overlay, fault, change, finds } of broken) {
    test(`"${name}" finds ${fault}`, () => {
      const objects = build(overlay);
      const changed = { ...context };
      change(objects, changed);
      assert.notDeepEqual([objects, changed], [build(overlay), context], 'the copy is not broken');
      const found = check(objects, changed);
      assert.ok(
        found.some((line) => finds.test(line)),
        `found only: ${JSON.stringify(found.slice(0, 5))}`,
      );
    });
  }
}
