// A real Prometheus in a folder of its own, with the rules of the tree: starts it, asks it, stops it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../node/waiting.mjs';
import { require, specAsYaml } from './tree.mjs';

const yaml = require('js-yaml');

// Prometheus's own notation of times, such as 1h30m, divided; no less than a second.
const units = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
const hastenTime = (text, by) => {
  const seconds = [...text.matchAll(/(\d+)([smhdw])/g)].reduce((sum, [, n, unit]) => sum + n * units[unit], 0);
  return `${Math.max(1, Math.round(seconds / by))}s`;
};

// The rules with every wait and window shorter, so that an alert that takes minutes comes within seconds. A window of
// fewer than four scrapes would see nothing. What an age is compared with stays, but for the alerts in `olderThan`:
// { alert: seconds }. No group waits for an interval of its own.
export function hasten(rules, by, olderThan = {}) {
  const copy = structuredClone(rules);
  for (const { object } of copy) {
    for (const group of object.spec.groups) {
      delete group.interval;
      if (by === 1) continue;
      for (const rule of group.rules) {
        if (rule.for) rule.for = hastenTime(rule.for, by);
        rule.expr = rule.expr.replace(/\[(\w+)\]/g, (_, time) => {
          const hastened = hastenTime(time, by);
          return parseInt(hastened, 10) < 4 ? '[4s]' : `[${hastened}]`;
        });
        const seconds = olderThan[rule.alert];
        if (seconds !== undefined) rule.expr = rule.expr.replace(/(_seconds\)? > )\d+/, `$1${seconds}`);
      }
    }
  }
  return copy;
}

// Runs until stop(). `targets`: [{ job, address, labels }]. Scrapes and evaluates every second.
export async function startPrometheus(rules, targets, { hastenBy = 1, olderThan } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-prometheus-'));
  const ruleFiles = hasten(rules, hastenBy, olderThan).map(({ name, object }) => {
    writeFileSync(join(folder, `${name}.yaml`), specAsYaml(object));
    return `${name}.yaml`;
  });
  const jobs = [...new Set(targets.map(({ job }) => job))];
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      static_configs: targets
        .filter((each) => each.job === job)
        .map(({ address, labels = {} }) => ({ targets: [address], labels })),
    })),
  };
  writeFileSync(join(folder, 'prometheus.yml'), yaml.dump(config));
  const port = await freePort();
  const process = spawn(
    'prometheus',
    [
      '--config.file=prometheus.yml',
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  process.stderr.on('data', (data) => (log += data));
  let failure;
  process.on('error', (error) => (failure = error));
  const ended = new Promise((resolve) => process.on('close', resolve));

  const get = async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${answer.error}`);
    return answer.data;
  };
  const prometheus = {
    // The series that an expression gives now: [{ metric, value }].
    query: async (expr) => (await get(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result,
    rules: async () => (await get('/api/v1/rules')).groups.flatMap((group) => group.rules),
    alerts: async () => (await get('/api/v1/alerts')).alerts,
    stop: async () => {
      if (!failure) process.kill('SIGTERM');
      if (!failure) await ended;
      rmSync(folder, { recursive: true });
    },
  };
  for (let tries = 0; ; ++tries) {
    if (failure) throw new Error(`prometheus does not start (tools/install.sh test installs it): ${failure.message}`);
    if (process.exitCode !== null || tries === 300) {
      await prometheus.stop();
      throw new Error(`prometheus does not start: ${log}`);
    }
    const ready = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null);
    if (ready?.ok) return prometheus;
    await pause(100);
  }
}
