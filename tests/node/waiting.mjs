// Waits with a bound, and ports that are free.
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

// Asks until `look` gives something true, and gives what it gave last, at most after `seconds`.
export async function waitFor(seconds, look) {
  for (const until = Date.now() + seconds * 1000; ; await pause(100)) {
    const found = await look();
    if (found || Date.now() > until) return found;
  }
}

// Until `condition` holds; what it throws counts as not yet. Gives the time that it took, in ms.
export async function eventually(what, condition, limitSeconds = 60) {
  const start = Date.now();
  let why = '';
  const holds = await waitFor(limitSeconds, async () => {
    why = '';
    try {
      return await condition();
    } catch (error) {
      why = `: ${error.message}`;
      return false;
    }
  });
  if (!holds) throw new Error(`not within ${limitSeconds} s: ${what}${why}`);
  return Date.now() - start;
}

export const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

// Below those that connections get, so that none takes it before it is listened on; none twice, and other programs
// begin elsewhere.
const firstPort = 11_000;
const ports = 9_000;
let portsGiven = Math.floor(ports * Math.random());
export async function freePort() {
  for (;;) {
    const port = firstPort + (portsGiven++ % ports);
    if (await isFree(port)) return port;
  }
}
