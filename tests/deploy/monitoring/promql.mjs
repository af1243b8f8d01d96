// A look into a PromQL expression with the parser of Prometheus's own web page: which metrics and labels it names, and
// what it compares.
import { require } from './tree.mjs';

const { parser } = require('@prometheus-io/lezer-promql');

const childrenOf = (node, name) => node.getChildren(name);
const comparisons = new Set(['Gtr', 'Lss', 'Gte', 'Lte', 'Eql', 'Neq', 'EqlSingle']);

// { selectors: [{ metric, matchers: [{ label, op, value }], text }], grouping: [label], compared: [text] }
// `compared`: the left sides of comparisons, which have to be there for the comparison to mean anything.
export function lookInto(expr) {
  const text = (node) => expr.slice(node.from, node.to);
  const found = { selectors: [], grouping: [], compared: [] };
  parser.parse(expr).iterate({
    enter(ref) {
      const node = ref.node;
      if (node.type.isError) throw new Error(`no PromQL at ${node.from} of: ${expr}`);
      if (node.name === 'VectorSelector') {
        const list = node.getChild('LabelMatchers');
        found.selectors.push({
          metric: text(node.getChild('Identifier')),
          matchers: (list ? childrenOf(list, 'UnquotedLabelMatcher') : []).map((matcher) => ({
            label: text(matcher.getChild('LabelName')),
            op: text(matcher.getChild('MatchOp')),
            value: JSON.parse(text(matcher.getChild('StringLiteral'))),
          })),
          text: text(node),
        });
      } else if (node.name === 'GroupingLabels') {
        found.grouping.push(...childrenOf(node, 'LabelName').map(text));
      } else if (node.name === 'BinaryExpr') {
        for (let child = node.firstChild; child; child = child.nextSibling) {
          if (comparisons.has(child.name)) found.compared.push(text(node.firstChild));
        }
      }
    },
  });
  return found;
}
