// Elements by one call each. Text only ever becomes a text node, so nothing in the data can become markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

function make(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat(2).filter((child) => child !== null));
  return element;
}

export function html(name, attributes = {}, ...children) {
  return make(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return make(document.createElementNS(svgNamespace, name), attributes, children);
}

export function table(caption, header, bodies) {
  return html(
    'table',
    {},
    html('caption', {}, caption),
    html('thead', {}, html('tr', {}, ...header.map((text) => html('th', { scope: 'col' }, text)))),
    ...bodies,
  );
}

// A row whose first cell names it.
export function row(cells) {
  return html(
    'tr',
    {},
    ...cells.map((text, i) => (i === 0 ? html('th', { scope: 'row' }, text) : html('td', {}, text))),
  );
}

// The head of a group of rows.
export function groupRow(text, columns) {
  return html('tr', { class: 'group' }, html('th', { scope: 'rowgroup', colspan: columns }, text));
}

// A chart in the form for a narrow and for a wide page, of which style sheets show one, then its figures as a table.
export function chart({ narrow, wide, figures }) {
  return html(
    'figure',
    {},
    html('div', { class: wide ? 'narrow' : 'any' }, narrow),
    wide ? html('div', { class: 'wide' }, wide) : null,
    html('details', {}, html('summary', {}, 'The figures as a table'), figures),
  );
}

// A drawing as one picture with its figures in words: what its parts are called ("rect") helps nobody.
export function picture(drawing, words) {
  for (const part of drawing.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return make(drawing, { role: 'img', 'aria-label': words }, []);
}

// The text, or as much of it as `letters` have room for. The tables have all of it.
export function cut(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1)).trimEnd()}…`;
}

// The text on at most two lines, broken between words.
export function twoLines(text, letters) {
  const words = text.split(' ');
  let first = words.shift();
  while (words.length > 0 && first.length + 1 + words[0].length <= letters) first += ` ${words.shift()}`;
  return words.length === 0 ? [cut(first, letters)] : [cut(first, letters), cut(words.join(' '), letters)];
}

export function grouped(number) {
  return number.toLocaleString('en-GB');
}

export function counted(number, one, many) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

export function isShown(figure) {
  return figure.value !== undefined;
}

// "412 ± 9", or "under 10".
export function figureText(figure) {
  return isShown(figure) ? `${figure.text} ${figure.span}` : figure.text;
}
