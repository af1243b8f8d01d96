// What kube-state-metrics would say of the memory that pods may have.
import { servePage } from './text_page.mjs';

const lineOf = ({ labels, mebibytes }) => {
  const all = Object.entries({ ...labels, resource: 'memory' }).map(([name, value]) => `${name}="${value}"`);
  return `kube_pod_container_resource_limits{${all}} ${mebibytes * 1024 * 1024}\n`;
};

// `pods`: [{ labels, mebibytes }].
export const startLimits = (pods) => servePage(() => pods.map(lineOf).join(''));
