// The trend of each campaign: a small chart for each rung, one above the other like the ladder, all on one scale.
import * as Plot from '@observablehq/plot';

import { chart, counted, cut, figureText, groupRow, html, isShown, picture, row, table } from './elements.mjs';
import { fromTheTop } from './ladder.mjs';

const width = 328;
const panelHeight = 84;
const marginLeft = 40;
const marginRight = 46;
const stripWidth = 9;
const letterWidth = 9; // Pixels, about; of a time on the axis a bit less.

// One point for each rung and time.
function pointsOf(campaign) {
  return campaign.buckets.flatMap((bucket) =>
    bucket.cells.map((cell) => ({
      time: bucket.brief,
      rung: cell.title,
      figure: cell.clients,
      low: cell.clients.low / bucket.clients,
      middle: cell.clients.value / bucket.clients,
      high: cell.clients.high / bucket.clients,
    })),
  );
}

// The highest share that any campaign may have, so that cards can be compared.
function highestShare(campaigns) {
  const shares = campaigns.flatMap(pointsOf).map((point) => (isShown(point.figure) ? point.high : 0));
  return Math.min(1, Math.max(0.1, ...shares));
}

// As many names of times as there is room for.
function ticksOf(campaign) {
  const names = campaign.buckets.map((bucket) => bucket.brief);
  const pixels = letterWidth * Math.max(...names.map((name) => name.length));
  const room = Math.max(2, Math.floor((width - marginLeft - marginRight) / pixels) + 1);
  const step = Math.max(1, Math.ceil((names.length - 1) / (room - 1)));
  return names.filter((_, i) => i % step === 0);
}

// Of each rung the last point that is shown, with its share beside it.
function lastShown(points) {
  const last = new Map();
  for (const point of points) if (isShown(point.figure)) last.set(point.rung, point);
  return [...last.values()];
}

function draw(campaign, top) {
  const points = pointsOf(campaign);
  const rungs = fromTheTop(campaign.buckets.find((bucket) => bucket.cells.length > 0).cells).map((cell) => cell.title);
  const shown = points.filter((point) => isShown(point.figure));
  const hidden = points.filter((point) => !isShown(point.figure) && point.high > 0);
  // Strips of the same width, however many there are, as long as there is room.
  const share = Math.min(0.6, (stripWidth * campaign.buckets.length) / (width - marginLeft - marginRight));
  const place = { x: 'time', fy: 'rung' };
  const drawing = Plot.plot({
    width,
    height: rungs.length * panelHeight + 44,
    marginLeft,
    marginRight,
    marginTop: 26,
    marginBottom: 34,
    className: 'drawing',
    x: { type: 'band', domain: campaign.buckets.map((bucket) => bucket.brief), padding: 1 - share },
    y: { domain: [0, top], ticks: 2, tickFormat: (share) => `${Math.round(100 * share)} %`, label: null },
    fy: { domain: rungs, axis: null, padding: 0.36 },
    marks: [
      Plot.gridY({ ticks: 2, className: 'grid' }),
      Plot.axisY({ ticks: 2, tickFormat: (share) => `${Math.round(100 * share)} %`, label: null, tickSize: 0 }),
      Plot.axisX({ ticks: ticksOf(campaign), label: null, tickSize: 4, tickPadding: 7 }),
      Plot.text(rungs, { fy: (rung) => rung, frameAnchor: 'top-left', text: (rung) => cut(rung, Math.floor((width - marginLeft) / letterWidth)), dy: -20, dx: 0, className: 'rung-name' }),
      Plot.barY(hidden, { ...place, y1: 0, y2: (point) => Math.min(point.high, top), className: 'hidden-figure' }),
      Plot.barY(shown, { ...place, y1: 'low', y2: (point) => Math.min(point.high, top), className: 'reach' }),
      // A gap where a figure is not shown: the line would claim to know it.
      Plot.line(points, { ...place, y: (point) => (isShown(point.figure) ? point.middle : NaN), z: 'rung', className: 'way' }),
      Plot.dot(shown, { ...place, y: 'middle', r: 2.2, className: 'point' }),
      Plot.text(lastShown(points), { fy: 'rung', y: 'middle', frameAnchor: 'right', textAnchor: 'start', dx: 6, text: (point) => point.figure.share, className: 'last-share' }),
    ],
  });
  const words = lastShown(points).map(
    (point) => `${point.rung} in ${point.time} ${figureText(point.figure)} (${point.figure.share})`,
  );
  return picture(drawing, `${campaign.title}: the share of clients on each rung over time; at last ${words.join('; ')}.`);
}

function figures(campaign, bucketName) {
  const bodies = campaign.buckets.map((bucket) =>
    html(
      'tbody',
      {},
      groupRow(
        bucket.clients > 0
          ? `${bucket.name}: ${counted(bucket.clients, 'client', 'clients')}${bucket.wide ? ', some from before' : ''}`
          : `${bucket.name}: nobody counted`,
        4,
      ),
      ...fromTheTop(bucket.cells).map(({ title, clients }) =>
        row([title, clients.text, clients.span.replace('± ', ''), clients.share ?? '']),
      ),
    ),
  );
  return table(`${campaign.title}, by ${bucketName}`, ['Rung', 'Clients', '±', 'Share'], bodies);
}

function card(campaign, trend, top) {
  return html(
    'article',
    {},
    html('h3', {}, campaign.title),
    html('p', {}, counted(campaign.clients, 'client', 'clients')),
    chart({ narrow: draw(campaign, top), figures: figures(campaign, trend.bucket) }),
  );
}

function notDrawn(trend) {
  if (trend.not_drawn.length === 0) return null;
  const names = trend.not_drawn.map(({ title, clients }) => `${title} (${counted(clients, 'client', 'clients')})`);
  return html('p', { class: 'note' }, `Smaller campaigns, not drawn: ${names.join(', ')}.`);
}

export function trendSection(trend) {
  const top = highestShare(trend.campaigns);
  return html(
    'section',
    { 'aria-labelledby': 'trend' },
    html('h2', { id: 'trend' }, `Each ${trend.bucket}, by campaign`),
    html(
      'p',
      {},
      `Of the clients counted in a ${trend.bucket}, the share that stands on each rung; the last share is written out. ` +
        'The upright strip is how far noise may have moved the point, a hollow one stands for “under 10”. ' +
        'A cohort counts where it ends. All campaigns have the same scale.',
    ),
    html('div', { class: 'cards' }, ...trend.campaigns.map((campaign) => card(campaign, trend, top))),
    notDrawn(trend),
  );
}
