// Looks at a report in Chromium as its readers do, on a phone and at a desk, light and dark, and on paper:
//
//   node look.mjs <report.html> <folder for screenshots> [<folder with what ladderctl answered as JSON>]
//
// The folder of answers has distribution.json, flow.json, trends.json (from the campaign's title to its answer).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const require = createRequire(join(root, 'tests/node/package.json'));
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const { default: puppeteer } = await import(pathToFileURL(require.resolve('puppeteer-core')).href);

const [reportFile, screenshots, answersFolder] = process.argv.slice(2);
const reportUrl = pathToFileURL(resolve(reportFile)).href;
mkdirSync(screenshots, { recursive: true });

const views = [
  { name: 'phone-light', width: 360, height: 800, scheme: 'light', media: 'screen' },
  { name: 'phone-dark', width: 360, height: 800, scheme: 'dark', media: 'screen' },
  { name: 'desk-light', width: 1280, height: 900, scheme: 'light', media: 'screen' },
  { name: 'desk-dark', width: 1280, height: 900, scheme: 'dark', media: 'screen' },
  // A4 at 96 pixels an inch, less margins.
  { name: 'paper', width: 718, height: 1000, scheme: 'light', media: 'print' },
];

let browser;
before(async () => {
  const executablePath = process.env.LADDER_CHROMIUM ?? '/usr/bin/chromium';
  browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
});
after(() => browser?.close());

// The page in a view, with all that went wrong while it was opened.
async function open(view) {
  const page = await browser.newPage();
  const faults = [];
  page.on('console', (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== reportUrl && !request.url().startsWith('data:')) faults.push(`request: ${request.url()}`);
  });
  await page.setViewport({ width: view.width, height: view.height });
  await page.emulateMediaType(view.media);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: view.scheme }]);
  await page.goto(reportUrl);
  return { page, faults };
}

// What a reader would see cut off, or set over another text.
function findBadTexts() {
  const boxes = [...document.querySelectorAll('svg.drawing')]
    .filter((drawing) => drawing.checkVisibility())
    .map((drawing) => ({
      frame: drawing.getBoundingClientRect(),
      texts: [...drawing.querySelectorAll('text')]
        .filter((text) => text.textContent.trim() !== '')
        .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() })),
    }));
  const slack = 2; // Pixels: a box is as high as the font's line, not as its letters.
  const bad = [];
  for (const { frame, texts } of boxes) {
    for (const [i, { text, box }] of texts.entries()) {
      const isInside =
        box.left >= frame.left - slack &&
        box.right <= frame.right + slack &&
        box.top >= frame.top - slack &&
        box.bottom <= frame.bottom + slack;
      if (!isInside) bad.push(`cut off: ${text}`);
      for (const other of texts.slice(i + 1)) {
        const apart =
          box.right <= other.box.left + slack ||
          other.box.right <= box.left + slack ||
          box.bottom <= other.box.top + slack ||
          other.box.bottom <= box.top + slack;
        if (!apart) bad.push(`${text} over ${other.text}`);
      }
    }
  }
  return bad;
}

for (const view of views) {
  test(`${view.name}: nothing fails, nothing is loaded, nothing is cut off`, async () => {
    const { page, faults } = await open(view);
    await page.screenshot({ path: join(screenshots, `${view.name}.png`), fullPage: true });
    assert.deepEqual(faults, []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= view.width, 'scrolls sideways');
    assert.deepEqual(await page.evaluate(findBadTexts), []);
    await page.close();
  });

  test(`${view.name}: axe-core finds nothing, folded or unfolded`, async () => {
    const { page } = await open(view);
    await page.evaluate(axeSource);
    for (const unfolded of [false, true]) {
      await page.evaluate((isOpen) => {
        for (const details of document.querySelectorAll('details')) details.open = isOpen;
      }, unfolded);
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      assert.ok(passes.length > 10, 'axe-core looked at nothing');
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        [],
      );
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= view.width, 'scrolls sideways');
    }
    await page.close();
  });
}

test('paper has what is folded on a screen', async () => {
  const { page } = await open(views.at(-1));
  const closed = () => page.evaluate(() => document.querySelectorAll('details:not([open])').length);
  const before_ = await closed();
  assert.ok(before_ > 0);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await closed(), 0);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.equal(await closed(), before_);
  await page.pdf({ path: join(screenshots, 'paper.pdf'), format: 'A4' });
  await page.close();
});

test('there are drawings, or the page says why not', async () => {
  const { page } = await open(views[0]);
  const drawings = await page.evaluate(() => document.querySelectorAll('svg.drawing').length);
  const says = await page.evaluate(() => document.body.innerText.includes('No cohort was released yet'));
  assert.equal(drawings === 0, says);
  await page.close();
});

if (answersFolder !== undefined) compareFigures();

// The tables of the page against what the service answers to programs, by a rule of our own.
function compareFigures() {
  const answer = (name) => JSON.parse(readFileSync(join(answersFolder, `${name}.json`), 'utf8'));
  const distribution = answer('distribution');
  const flow = answer('flow');
  const trends = answer('trends');
  const titles = new Map(distribution.cells.map((cell) => [cell.stage, cell.title || 'Not scored']));
  const span = (figure) => String(Math.ceil(2 * Number(figure.standard_deviation)));
  const isHidden = (figure) =>
    Number(figure.count.decimal) < Math.max(10, 2 * Number(figure.standard_deviation));
  const text = (figure) =>
    isHidden(figure) ? 'under 10' : Math.round(Number(figure.count.decimal)).toLocaleString('en-GB');
  const share = (figure, clients) =>
    isHidden(figure) ? '' : `${Math.round((100 * Number(figure.count.decimal)) / Number(clients))} %`;
  const stageRows = (cells, clients) =>
    cells.map((cell) => [titles.get(cell.stage), text(cell.clients), span(cell.clients), share(cell.clients, clients)]);
  const sorted = (rows) => rows.map((row) => row.join(' | ')).sort();

  // The rows of the table with this caption, each after the head of its group where there is one.
  const tableRows = async (page, caption) =>
    page.evaluate((wanted) => {
      const table = [...document.querySelectorAll('table')].find((one) => one.caption.textContent === wanted);
      return [...table.tBodies].flatMap((body) => {
        const head = body.querySelector('th[scope=rowgroup]')?.textContent;
        return [...body.rows]
          .filter((row) => row.querySelector('th[scope=row]'))
          .map((row) => [...(head === undefined ? [] : [head]), ...[...row.cells].map((cell) => cell.textContent)]);
      });
    }, caption);

  test('the ladder has the figures of the answer, highest rung first', async () => {
    const { page } = await open(views[0]);
    const rungs = stageRows(distribution.cells, distribution.coverage.clients);
    const expected = [...rungs.slice(0, -1).reverse(), rungs.at(-1)];
    assert.deepEqual(await tableRows(page, 'Clients on each rung, from the top'), expected);
    await page.close();
  });

  test('the flow has the figures of the answer', async () => {
    const { page } = await open(views[0]);
    const expected = flow.cells.map((cell) => [
      `Stood before: ${titles.get(cell.from_stage)}`,
      titles.get(cell.to_stage),
      text(cell.clients),
      span(cell.clients),
    ]);
    assert.deepEqual(sorted(await tableRows(page, 'Clients from rung to rung')), sorted(expected));
    await page.close();
  });

  test('each campaign has the figures of its answer, from its first month to its last', async () => {
    const { page } = await open(views[0]);
    const filled = Object.values(trends).flatMap((trend) =>
      trend.buckets.filter((bucket) => Number(bucket.clients) > 0),
    );
    const begins = filled.map((bucket) => bucket.begin).sort();
    for (const [title, trend] of Object.entries(trends)) {
      const expected = trend.buckets
        .filter((bucket) => bucket.begin >= begins[0] && bucket.begin <= begins.at(-1) && Number(bucket.clients) > 0)
        .flatMap((bucket) => {
          const month = new Date(bucket.begin).toLocaleString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
          const clients = Number(bucket.clients);
          const head = `${month}: ${clients.toLocaleString('en-GB')} ${clients === 1 ? 'client' : 'clients'}${bucket.wide ? ', some from before' : ''}`;
          return stageRows(bucket.cells, bucket.clients).map((row) => [head, ...row]);
        });
      assert.ok(expected.length > 0, `${title} has no figures to compare`);
      assert.deepEqual(sorted(await tableRows(page, `${title}, by month`)), sorted(expected));
    }
    await page.close();
  });

  test('a figure under 10 is drawn as such and its number is nowhere in the file', () => {
    const hidden = [
      ...distribution.cells.map((cell) => cell.clients),
      ...flow.cells.map((cell) => cell.clients),
      ...Object.values(trends).flatMap((trend) => trend.buckets.flatMap((bucket) => bucket.cells.map((cell) => cell.clients))),
    ].filter((figure) => isHidden(figure) && Number(figure.count.decimal) !== 0);
    assert.ok(hidden.length > 0, 'nothing is hidden in this population');
    const data = JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(readFileSync(reportFile, 'utf8'))[1]);
    const shownNumbers = [];
    const walk = (value) => {
      if (value === null || typeof value !== 'object') return;
      if ('span' in value && 'text' in value) {
        if (value.text === 'under 10') assert.deepEqual(Object.keys(value).sort(), ['high', 'span', 'text']);
        else shownNumbers.push(value.value);
      }
      Object.values(value).forEach(walk);
    };
    walk(data);
    assert.ok(shownNumbers.length > 0);
    assert.ok(shownNumbers.every((value) => value >= 10));
  });

  test('each drawing tells a screen reader its figures', async () => {
    const { page } = await open(views[2]);
    const told = await page.evaluate(() =>
      [...document.querySelectorAll('svg.drawing')]
        .filter((drawing) => drawing.checkVisibility())
        .map((drawing) => drawing.getAttribute('aria-label')),
    );
    assert.equal(told.length, 2 + Object.keys(trends).length);
    for (const words of told) assert.match(words, /± \d/);
    await page.close();
  });
}
