// What a process shows to Prometheus.

import { setTimeout as pause } from 'node:timers/promises';

const callsOf = /^ladder_server_call_seconds_count\{([^}]*)\} (\S+)$/gm;

async function page(address) {
  const response = await fetch(`http://${address}/metrics`);
  if (!response.ok) throw new Error(`${address}/metrics: ${response.status}`);
  return response.text();
}

// Calls of a method that a process has finished, whatever became of them; 'Score' is any service's.
export async function calls(address, method) {
  let sum = 0;
  for (const [, labels, count] of (await page(address)).matchAll(callsOf)) {
    if (labels.includes(`/${method}"`)) sum += Number(count);
  }
  return sum;
}

export const callsOfEach = (addresses, method) => Promise.all(addresses.map((address) => calls(address, method)));

// What each of the processes gets of the calls of three seconds.
export async function shares(addresses, method) {
  const before = await callsOfEach(addresses, method);
  await pause(3000);
  const more = (await callsOfEach(addresses, method)).map((now, at) => now - before[at]);
  const sum = more.reduce((a, b) => a + b);
  return more.map((part) => part / sum);
}

// Whether all parts of a process are ready.
export async function isReady(address) {
  const parts = [...(await page(address)).matchAll(/^ladder_ready\{[^}]*\} (\d)$/gm)];
  return parts.length > 0 && parts.every(([, up]) => up === '1');
}
