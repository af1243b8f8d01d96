// Builds the page from the data in it (tools/ladderctl/report_data.h says what that is).
import { counted, grouped, html } from './elements.mjs';
import { flowSection } from './flow.mjs';
import { ladderSection } from './ladder.mjs';
import { promiseSection, readingSection } from './reading.mjs';
import { trendSection } from './trend.mjs';

function fact(name, ...values) {
  return [html('dt', {}, name), ...values.map((value) => html('dd', {}, value))];
}

function header(data) {
  const { coverage } = data;
  return html(
    'header',
    {},
    html('p', { class: 'kind' }, 'Ladder report'),
    html('h1', {}, `${data.quiz}: ${data.clinic}`),
    html('p', { class: 'lead' }, `${data.span} (${data.time_zone})`),
    html(
      'dl',
      {},
      ...fact('Clients', `${grouped(coverage.clients)} (each once in every cohort)`),
      ...fact('Assessments', grouped(coverage.assessments)),
      ...fact('Cohorts', grouped(coverage.cohorts)),
      ...(coverage.until ? fact('Released until', coverage.until) : []),
      ...fact('Quiz series', data.series),
      ...(coverage.positions.length > 0 ? fact('Log as far as', ...coverage.positions) : []),
      ...fact('Written', data.made_at),
    ),
    coverage.wide
      ? html('p', { class: 'note' }, 'Some cohorts began before this time. They count where they end.')
      : null,
  );
}

function nothingYet() {
  return html(
    'p',
    { class: 'note' },
    'No cohort was released yet for this time. Figures come once enough clients were assessed.',
  );
}

// Paper cannot unfold: what is folded is opened for it, and folded again.
function unfoldForPaper() {
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
}

const data = JSON.parse(document.getElementById('report-data').textContent);
document.title = `${data.quiz}, ${data.clinic}: Ladder report`;
const sections =
  data.coverage.cohorts === 0
    ? [nothingYet()]
    : [readingSection(), ladderSection(data), flowSection(data), trendSection(data.trend)];
document.getElementById('report').append(
  header(data),
  ...sections,
  promiseSection(data.privacy),
  html(
    'footer',
    {},
    html('p', {}, `Decision support for professionals, never a diagnosis. ${counted(data.coverage.cohorts, 'cohort', 'cohorts')} of the release log; this page loads nothing and sends nothing.`),
  ),
);
unfoldForPaper();
