// A PostgreSQL with a synchronous standby in a folder of their own, as the cluster of deploy/components/postgres is.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '../../node/waiting.mjs';

const programs = '/usr/lib/postgresql/15/bin';
const isRoot = process.getuid() === 0;
// What is started ends with this process. PostgreSQL refuses to run as root, so there it runs as Debian's user for it.
const before = ['--pdeathsig', 'QUIT'].concat(
  isRoot ? ['--reuid', 'postgres', '--regid', 'postgres', '--init-groups'] : [],
);
const wordsOf = (program, words) => [...before, join(programs, program), ...words];

const run = (program, ...words) =>
  execFileSync('setpriv', wordsOf(program, words), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
  }).trim();

// `user` owns the database `ladder` and is no superuser. `sql` is run by one.
export async function startPostgres(user) {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-postgres-'));
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  const servers = {};
  const ports = { primary: await freePort(), standby: await freePort() };
  const place = (name) => join(folder, name);
  const sqlIn = (database, statement) =>
    run('psql', '-h', '127.0.0.1', '-p', String(ports.primary), '-U', 'postgres', '-d', database, '-Atc', statement);
  const sql = (statement) => sqlIn('ladder', statement);

  async function start(name) {
    const settings = { port: ports[name], listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const words = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const child = spawn('setpriv', wordsOf('postgres', ['-D', place(name), ...words]), { stdio: 'ignore', cwd: '/' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    servers[name] = { child, ended };
    await eventually(`${name} of PostgreSQL`, () => {
      run('pg_isready', '-h', '127.0.0.1', '-p', String(ports[name]));
      return true;
    });
  }
  // SIGQUIT is PostgreSQL's own for an end without a shutdown: it takes its processes with it.
  async function end(name) {
    const { child, ended } = servers[name];
    child.kill('SIGQUIT');
    await ended;
  }

  run('initdb', '-D', place('primary'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync');
  await start('primary');
  sqlIn('postgres', `CREATE ROLE ${user} LOGIN`);
  sqlIn('postgres', `CREATE DATABASE ladder OWNER ${user}`);
  const source = `host=127.0.0.1 port=${ports.primary} user=postgres application_name=standby`;
  run('pg_basebackup', '-d', source, '-D', place('standby'), '-R', '-X', 'stream', '-c', 'fast', '--no-sync');
  await start('standby');
  await eventually('the standby', () => sql('SELECT count(*) FROM pg_stat_replication') === '1');
  sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  sql('SELECT pg_reload_conf()');
  return {
    port: ports.primary,
    sql,
    endPrimary: () => end('primary'),
    endStandby: () => end('standby'),
    end: async () => {
      await end('primary');
      await end('standby');
      rmSync(folder, { recursive: true });
    },
  };
}
