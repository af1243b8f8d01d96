// The options of a service, as its --help tells them.

import { execFileSync } from 'node:child_process';

// {flags: Map from --flag to option, variables: Map from variable to option}; an option is {flag, variable, kind, from,
// to} with kind TEXT, FILE, NUMBER, DURATION or "" for a switch.
export function parseHelp(text) {
  const flags = new Map();
  const variables = new Map();
  for (const part of text.split(/\n(?= {2}--)/).slice(1)) {
    const [, flag, kind = ''] = /^ {2}(--[a-z0-9-]+)(?:,[^\n]*)?(?: ([A-Z]+))?\n/.exec(part) ?? [];
    if (!flag) throw new Error(`an option that cannot be read: ${part}`);
    const words = part.replace(/\s+/g, ' ');
    const [, from, to] = /From (\S+) to (\S+)\. Default/.exec(words) ?? [];
    const option = { flag, kind, from, to, variable: /Environment: (\w+)\./.exec(words)?.[1] };
    flags.set(flag, option);
    if (option.variable) variables.set(option.variable, option);
  }
  return { flags, variables };
}

export const helpOf = (binary) => parseHelp(execFileSync(binary, ['--help'], { encoding: 'utf8' }));
