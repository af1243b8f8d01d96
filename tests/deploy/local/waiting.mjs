// Polls with a bound.

import { setTimeout as pause } from 'node:timers/promises';

// Until `condition` holds; what it throws counts as not yet. Gives the time that it took, in ms.
export async function eventually(what, condition, limitSeconds = 60) {
  const start = Date.now();
  for (;;) {
    let why = '';
    try {
      if (await condition()) return Date.now() - start;
    } catch (error) {
      why = `: ${error.message}`;
    }
    if (Date.now() - start > limitSeconds * 1000) throw new Error(`not within ${limitSeconds} s: ${what}${why}`);
    await pause(100);
  }
}
