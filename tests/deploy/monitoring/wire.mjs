// A wire that can be made slow.
import { connect, createServer } from 'node:net';

// Hands bytes on to a port of this machine, each way `seconds` late: { port, delay(seconds), stop() }.
export async function startWire(target) {
  let seconds = 0;
  const sockets = new Set();
  const handOn = (from, to) => {
    sockets.add(from);
    from.on('data', (data) => setTimeout(() => to.write(data), 1000 * seconds));
    from.on('close', () => setTimeout(() => to.destroy(), 1000 * seconds));
    from.on('error', () => {});
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) socket.setNoDelay(true);
    handOn(near, far);
    handOn(far, near);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    delay: (to) => (seconds = to),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
