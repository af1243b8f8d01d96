// What kube-state-metrics would say of the memory that pods may have.
import { createServer } from 'node:http';

const lineOf = ({ labels, mebibytes }) => {
  const all = Object.entries({ ...labels, resource: 'memory' }).map(([name, value]) => `${name}="${value}"`);
  return `kube_pod_container_resource_limits{${all}} ${mebibytes * 1024 * 1024}\n`;
};

// `pods`: [{ labels, mebibytes }].
export async function startLimits(pods) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(pods.map(lineOf).join(''));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
