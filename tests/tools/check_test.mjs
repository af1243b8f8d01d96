// Shows that each rule of tools/check runs: in a copy of the tree it finds nothing, and after one violation of every rule
// was planted it names each of them.
//
//   node check_test.mjs

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'ladder-check-'));
after(() => rmSync(copy, { recursive: true }));

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
for (const file of listed.toString().split('\0').filter(Boolean)) cpSync(join(root, file), join(copy, file));
execFileSync('git', ['init', '-q'], { cwd: copy });
execFileSync('git', ['add', '-A'], { cwd: copy });

// What tools/check reports: the text of each fault by its title.
function check() {
  const { status, stderr } = spawnSync('tools/check', ['--rules'], { cwd: copy, encoding: 'utf8' });
  const faults = new Map();
  for (const part of stderr.split(/^check: /m).slice(1)) {
    const [title, ...lines] = part.trimEnd().split('\n');
    faults.set(title, lines);
  }
  return { status, faults };
}

function plant(file, text) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  appendFileSync(join(copy, file), `${text}\n`);
}

const rules = readFileSync(join(root, 'tools', 'house_rules.tsv'), 'utf8')
  .split('\n')
  .slice(1, -1)
  .map((line) => line.split('\t'));

// Title of the fault, file and text of a violation, and what the report has to name.
const planted = [
  ...rules.map(([, , instead, file, violation]) => [`house rule: use ${instead}`, file, violation, `${file}:`]),
  ['a catch that docs/architecture.md does not list', 'libs/quiz/planted.cc', '} catch (const int&) {', 'libs/quiz/planted.cc'],
  ['docs/architecture.md lists a catch that is not there', 'docs/architecture.md', '| `libs/gone.cc` | x |', 'libs/gone.cc'],
  ['files at the top that the layout does not have', 'planted.txt', 'x', 'planted.txt'],
  ['headers without a guard named after their path', 'libs/redis/bare.h', '#pragma once', 'libs/redis/bare.h: #ifndef'],
  ['white space at the end of a line', 'docs/planted.md', 'x ', 'docs/planted.md:1'],
];

test('the tree keeps every rule', () => assert.deepEqual(check(), { status: 0, faults: new Map() }));

test('each rule finds a violation of it', async (t) => {
  for (const [, file, text] of planted) plant(file, text);
  plant('tools/house_rules.tsv', '(unclosed\t*.cc\tnothing at all\tlibs/planted.cc\tx');
  const { status, faults } = check();
  assert.equal(status, 1);
  for (const [title, , text, named] of planted) {
    await t.test(`${title}: ${text}`, () => {
      const lines = faults.get(title) ?? [];
      assert.ok(lines.some((line) => line.startsWith(named)), `reported: ${lines.join('\n')}`);
    });
  }
  await t.test('a rule that cannot be run is a fault', () => {
    assert.match(faults.get('house rule: use nothing at all')?.join('\n') ?? '', /cannot be run/);
  });
});

test('each rule says what it is for', () => {
  for (const fields of rules) assert.equal(fields.length, 5, fields.join(' | '));
});
