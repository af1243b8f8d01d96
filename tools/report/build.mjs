// Makes the page of `ladderctl analytics report`, all but its data, as a C++ source:
//
//   node build.mjs <report_template.cc>
//
// Bundles src/main.mjs with the libraries that it imports, sets it and src/page.css into src/page.html, and lets the
// page's content security policy allow this very script (by its hash) and nothing else.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dataMark = '@LADDER_REPORT_DATA@'; // As in tools/ladderctl/report_template.h.
const delimiter = 'LADDER_PAGE';
const pieceLength = 16_000; // Compilers have limits for one literal; those that follow on each other are joined.

const read = (name) => readFileSync(join(here, 'src', name), 'utf8');

function occurrences(text, part) {
  return text.split(part).length - 1;
}

// Each mark of the page stands there once, and what comes in its place holds none.
function fill(page, parts) {
  for (const [mark, text] of Object.entries(parts)) {
    if (occurrences(page, mark) !== 1) throw new Error(`${mark} has to be in page.html once`);
    page = page.replace(mark, () => text);
  }
  return page;
}

async function bundle() {
  const result = await build({
    entryPoints: [join(here, 'src/main.mjs')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    charset: 'utf8',
    write: false,
  });
  const script = result.outputFiles[0].text.trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end its own element');
  return script;
}

function toCpp(page) {
  if (page.includes(`)${delimiter}"`)) throw new Error('the page holds the end of a raw string');
  const literals = [];
  for (let i = 0; i < page.length; i += pieceLength) {
    literals.push(`R"${delimiter}(${page.slice(i, i + pieceLength)})${delimiter}"`);
  }
  return `// Made by tools/report/build.mjs.
#include "tools/ladderctl/report_template.h"

namespace ladder::ctl {

absl::string_view ReportTemplate() {
  static constexpr char kPage[] =
${literals.join('\n')};
  return {kPage, sizeof(kPage) - 1};
}

}  // namespace ladder::ctl
`;
}

const script = await bundle();
const page = fill(read('page.html'), {
  '@LADDER_REPORT_SCRIPT_HASH@': createHash('sha256').update(script).digest('base64'),
  '@LADDER_REPORT_STYLE@': read('page.css').trim(),
  '@LADDER_REPORT_SCRIPT@': script,
});
if (occurrences(page, dataMark) !== 1) throw new Error(`${dataMark} has to be in the page once`);
writeFileSync(process.argv[2], toCpp(page));
