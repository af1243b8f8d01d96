// Who stands where: the ladder, highest rung first, with a strip for each rung.
import * as Plot from '@observablehq/plot';

import { chart, cut, figureText, html, isShown, picture, row, table } from './elements.mjs';

const stripHeight = 16;
const lineHeight = 18;
const letterWidth = 8.5; // Pixels, about.

// From the top of the ladder down; who was not scored stands beside it, so comes last.
export function fromTheTop(stages) {
  const rungs = stages.filter((stage) => stage.id !== '');
  return [...rungs.reverse(), ...stages.filter((stage) => stage.id === '')];
}

function label(stage) {
  const { clients } = stage;
  return clients.share ? `${figureText(clients)} (${clients.share})` : figureText(clients);
}

// Whether title and figure have room on one line.
function fitsOneLine(stage, width) {
  return (stage.title.length + label(stage).length + 2) * letterWidth < width - 40;
}

function draw(stages, width) {
  const lines = stages.every((stage) => fitsOneLine(stage, width)) ? 1 : 2;
  const rowHeight = 32 + lines * lineHeight;
  const most = Math.max(...stages.map((stage) => stage.clients.high ?? 0), 1);
  const shown = stages.filter((stage) => isShown(stage.clients));
  const strip = (data, kind, from, to) =>
    Plot.rect(data, {
      x1: from,
      x2: to,
      y1: (stage) => stages.indexOf(stage) * rowHeight + rowHeight - stripHeight - 6,
      y2: (stage) => stages.indexOf(stage) * rowHeight + rowHeight - 6,
      className: kind,
    });
  const line = (number, anchor, dx, text, className) =>
    Plot.text(stages, {
      frameAnchor: anchor,
      y: (stage) => stages.indexOf(stage) * rowHeight + number * lineHeight,
      dx,
      text,
      textAnchor: anchor === 'left' ? 'start' : 'end',
      className,
    });
  const drawing = Plot.plot({
    width,
    height: stages.length * rowHeight,
    margin: 0,
    marginLeft: 12,
    marginRight: 12,
    className: 'drawing',
    x: { axis: null, domain: [0, most] },
    y: { axis: null, domain: [0, stages.length * rowHeight], range: [0, stages.length * rowHeight] },
    marks: [
      strip(shown, 'reach', (stage) => stage.clients.low, (stage) => stage.clients.high),
      strip(shown, 'core', () => 0, (stage) => stage.clients.low),
      strip(
        stages.filter((stage) => !isShown(stage.clients) && stage.clients.high > 0),
        'hidden-figure',
        () => 0,
        (stage) => stage.clients.high,
      ),
      // The rails that make it a ladder.
      Plot.ruleX([0, most], { y1: 0, y2: stages.filter((stage) => stage.id !== '').length * rowHeight, className: 'rail' }),
      line(1, 'left', 8, (stage) => cut(stage.title, Math.floor((width - 40) / letterWidth)), 'rung-name'),
      lines === 1 ? line(1, 'right', -8, label, 'rung-figure') : line(2, 'left', 8, label, 'rung-figure'),
    ],
  });
  const words = stages.map((stage) => `${stage.title} ${label(stage)}`);
  return picture(drawing, `Clients on each rung, from the top: ${words.join('; ')}.`);
}

function figures(stages) {
  return table(
    'Clients on each rung, from the top',
    ['Rung', 'Clients', '±', 'Share'],
    [
      html(
        'tbody',
        {},
        ...stages.map(({ title, clients }) =>
          row([title, clients.text, clients.span.replace('± ', ''), clients.share ?? '']),
        ),
      ),
    ],
  );
}

export function ladderSection(data) {
  const stages = fromTheTop(data.stages);
  return html(
    'section',
    { 'aria-labelledby': 'ladder' },
    html('h2', { id: 'ladder' }, 'Who stands where'),
    html('p', {}, 'How many clients stand on each rung, the highest rung at the top. A client counts once in every cohort, by the ' +
        'latest assessment in it.'),
    chart({ narrow: draw(stages, 328), wide: draw(stages, 720), figures: figures(stages) }),
  );
}
