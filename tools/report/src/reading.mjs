// How the figures are to be read, and what they promise to those who are counted in them.
import { html, svg } from './elements.mjs';

function sample(...shapes) {
  return svg('svg', { viewBox: '0 0 60 16', width: 60, height: 16, 'aria-hidden': 'true' }, ...shapes);
}

function meaning(picture, text) {
  return html('li', {}, picture, html('span', {}, text));
}

export function readingSection() {
  const strip = (kind, x, width) => svg('rect', { class: kind, x, y: 3, width, height: 10 });
  return html(
    'section',
    { 'aria-labelledby': 'reading' },
    html('h2', { id: 'reading' }, 'How to read this page'),
    html(
      'p',
      {},
      'Every figure has a little noise in it, so that nobody can be found. ± is two standard deviations of that noise: ' +
        'in about 19 of 20 figures the noise is smaller.',
    ),
    html(
      'ul',
      { class: 'key' },
      meaning(sample(strip('core', 0, 34)), 'Solid: most likely at least so many.'),
      meaning(sample(strip('core', 0, 34), strip('reach', 34, 20)), 'Faint: the number most likely ends in here.'),
      meaning(
        sample(svg('rect', { class: 'hidden-figure', x: 1, y: 3, width: 24, height: 10 })),
        'Hollow, “under 10”: too small to tell from none; below 10, or below its own ±.',
      ),
    ),
  );
}

export function promiseSection(privacy) {
  return html(
    'section',
    { 'aria-labelledby': 'promise' },
    html('h2', { id: 'promise' }, 'What is promised to clients'),
    privacy.belief
      ? html(
          'p',
          {},
          `Take somebody who knows everything else about everybody and thinks that an outcome of one client, a rung ` +
            `say, is 20 % likely. All that is ever released about one cohort can bring that to ${privacy.belief} at most.`,
        )
      : null,
    html('h3', {}, 'Not promised'),
    html('p', {}, privacy.not_promised),
    html(
      'details',
      {},
      html('summary', {}, 'The promise word for word'),
      html('p', {}, privacy.promise),
      html('p', {}, `E is ${privacy.total} for cohorts that close from now on.`),
    ),
  );
}
