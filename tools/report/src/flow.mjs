// From which rung to which: a Sankey diagram whose bands are as wide as the figure may be, and solid as wide as it is at
// least.
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';

import { chart, figureText, groupRow, html, isShown, picture, row, svg, table, twoLines } from './elements.mjs';
import { fromTheTop } from './ladder.mjs';

const nodeWidth = 8;
const nodePadding = 36; // Two lines of a label, also where nodes are thin.
const labelReach = 20; // From a node's middle up and down.
const tagHeight = 16; // Pixels: a band that is thinner has its figure in the table alone.
const digitWidth = 7.5;
const letterWidth = 10;
const labelGap = 6;

function direction(cell, order) {
  if (cell.from === cell.to || cell.from === '' || cell.to === '') return 'stayed';
  return order.get(cell.to) < order.get(cell.from) ? 'rose' : 'fell';
}

// The graph of what is shown, each rung once on either side.
function graphOf(cells, order) {
  const nodes = new Map();
  const node = (side, id, title) => {
    const key = `${side} ${id}`;
    if (!nodes.has(key)) nodes.set(key, { key, side, title, place: order.get(id) });
    return key;
  };
  const links = cells.map((cell) => ({
    source: node('before', cell.from, cell.from_title),
    target: node('now', cell.to, cell.to_title),
    value: cell.clients.high,
    cell,
  }));
  return { nodes: [...nodes.values()], links };
}

// "Washing" above "Ball": the room beside a node is narrow on a phone.
function nodeLabel(node, room) {
  const before = node.side === 'before';
  const lines = twoLines(node.title, Math.floor((room - labelGap) / letterWidth));
  const x = before ? node.x0 - labelGap : node.x1 + labelGap;
  const middle = (node.y0 + node.y1) / 2;
  return svg(
    'text',
    { class: 'rung-name', 'text-anchor': before ? 'end' : 'start' },
    ...lines.map((line, i) =>
      svg('tspan', { x, y: middle + (i - (lines.length - 1) / 2) * 16, dy: '0.35em' }, line),
    ),
  );
}

function band(link, order) {
  const kind = direction(link.cell, order);
  const path = sankeyLinkHorizontal()(link);
  return [
    svg('path', { class: `flow reach ${kind}`, d: path, 'stroke-width': link.width }),
    svg('path', {
      class: `flow core ${kind}`,
      d: path,
      'stroke-width': (link.width * link.cell.clients.low) / link.cell.clients.high,
    }),
  ];
}

// The figure on a tag of its own, so that it can be read on any band.
function bandTag(link) {
  if (link.width < tagHeight) return null;
  const { text } = link.cell.clients;
  const x = link.source.x1 + 4;
  return [
    svg('rect', {
      class: 'tag',
      x,
      y: link.y0 - tagHeight / 2,
      width: text.length * digitWidth + 8,
      height: tagHeight,
      rx: 3,
    }),
    svg('text', { class: 'flow-figure', x: x + 4, y: link.y0, dy: '0.35em' }, text),
  ];
}

function draw(cells, order, width) {
  const side = width < 500 ? 80 : 150;
  const top = 24 + labelReach;
  const height = 540;
  const graph = sankey()
    .nodeId((node) => node.key)
    .nodeWidth(nodeWidth)
    .nodePadding(nodePadding)
    .nodeSort((a, b) => a.place - b.place)
    .linkSort((a, b) => a.target.place - b.target.place || a.source.place - b.source.place)
    .extent([
      [side, top],
      [width - side, height - labelReach],
    ])(graphOf(cells, order));
  const titles = [
    svg('text', { class: 'side-name', x: 0, y: 14 }, 'Stood before'),
    svg('text', { class: 'side-name', x: width, y: 14, 'text-anchor': 'end' }, 'Stands now'),
  ];
  const drawing = svg(
    'svg',
    {
      class: 'drawing',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
    },
    ...titles,
    ...graph.links.flatMap((link) => band(link, order)),
    ...graph.nodes.map((node) =>
      svg('rect', {
        class: 'node',
        x: node.x0,
        y: node.y0,
        width: node.x1 - node.x0,
        height: Math.max(1, node.y1 - node.y0),
      }),
    ),
    ...graph.nodes.map((node) => nodeLabel(node, side)),
    ...graph.links.map(bandTag),
  );
  const words = cells.map((cell) => `${cell.from_title} to ${cell.to_title} ${figureText(cell.clients)}`);
  return picture(drawing, `Clients from rung to rung: ${words.join('; ')}.`);
}

function figures(cells, order) {
  const sorted = [...cells].sort((a, b) => order.get(a.from) - order.get(b.from) || order.get(a.to) - order.get(b.to));
  const bodies = [];
  for (const cell of sorted) {
    const last = bodies.at(-1);
    const body = last?.dataset.from === cell.from ? last : html('tbody', { 'data-from': cell.from });
    if (body !== last) {
      body.append(groupRow(`Stood before: ${cell.from_title}`, 3));
      bodies.push(body);
    }
    body.append(row([cell.to_title, cell.clients.text, cell.clients.span.replace('± ', '')]));
  }
  return table('Clients from rung to rung', ['Stands now', 'Clients', '±'], bodies);
}

export function flowSection(data) {
  const order = new Map(fromTheTop(data.stages).map((stage, i) => [stage.id, i]));
  const shown = data.flow.filter((cell) => isShown(cell.clients));
  const hidden = data.flow.length - shown.length;
  const asTable = figures(data.flow, order);
  const drawn =
    shown.length > 0
      ? chart({ narrow: draw(shown, order, 328), wide: draw(shown, order, 720), figures: asTable })
      : html('figure', {}, html('p', { class: 'note' }, 'All ways between rungs are under 10.'), asTable);
  return html(
    'section',
    { 'aria-labelledby': 'flow' },
    html('h2', { id: 'flow' }, 'How people moved'),
    html(
      'p',
      {},
      'From the rung where a client stood when counted before to the rung now. Bands that rise are steps up, bands that ' +
        'fall are steps down. A band is solid as wide as the figure is at least, most likely, and faint as wide as it ' +
        'may be.',
    ),
    html(
      'p',
      { class: 'note' },
      `${hidden} of ${data.flow.length} ways are under 10 and are not drawn; the table has them all. ` +
        'Who was counted for the first time has no way yet.',
    ),
    drawn,
  );
}
