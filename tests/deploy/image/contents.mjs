// What may be in the image, and what is wrong with one.

import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { podman, inspect, root } from './containers.mjs';

const binaries = ['ladder-scoring', 'ladder-records', 'ladderctl'];
const quizzes = readdirSync(join(root, 'records-service/quizzes')).filter((name) => name.endsWith('.textproto'));

// Every path that may be there; a folder ends with a slash. Libraries and time zones are looked at once more below.
const meant = [
  /^\/(etc|usr|var)\/$/,
  /^\/lib(64)?$/,
  /^\/usr\/(lib|lib64|local|share)\/$/,
  /^\/usr\/local\/(bin|share|share\/ladder|share\/ladder\/quizzes)\/$/,
  new RegExp(`^/usr/local/bin/(${binaries.join('|')})$`),
  new RegExp(`^/usr/local/share/ladder/quizzes/(${quizzes.join('|').replaceAll('.', '\\.')})$`),
  /^\/usr\/lib\/[a-z0-9_]+-linux-gnu[a-z0-9]*\/$/,
  /^\/usr\/lib\/[a-z0-9_]+-linux-gnu[a-z0-9]*\/lib[^/]+\.so\.[0-9.]+$/,
  /^\/usr\/lib(64)?\/ld-linux-[^/]+\.so\.[0-9]$/,
  /^\/etc\/(passwd|group|nsswitch\.conf)$/,
  /^\/etc\/ssl\/(certs\/|openssl\.cnf|certs\/ca-certificates\.crt)?$/,
  /^\/usr\/lib\/ssl\/(certs|openssl\.cnf|cert\.pem)?$/,
  /^\/usr\/share\/zoneinfo\/([A-Za-z0-9_+-]+\/)*[A-Za-z0-9_+-]*$/,
  /^\/var\/lib\/(ladder\/)?$/,
];
// What has to be there.
const needed = [
  ...binaries.map((name) => `/usr/local/bin/${name}`),
  ...quizzes.map((name) => `/usr/local/share/ladder/quizzes/${name}`),
  '/etc/passwd',
  '/etc/nsswitch.conf',
  '/etc/ssl/certs/ca-certificates.crt',
  '/usr/lib/ssl/openssl.cnf',
  '/usr/share/zoneinfo/Europe/Berlin',
  '/var/lib/ladder/',
];
const userId = 10001;
const debianAuthorities = '/usr/share/ca-certificates/mozilla';
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

// Every path below a folder, with what lstat says of it.
function* walk(folder, path = '/') {
  for (const name of readdirSync(join(folder, path)).sort()) {
    const stat = lstatSync(join(folder, path, name));
    const here = `${path}${name}${stat.isDirectory() ? '/' : ''}`;
    yield { path: here, stat };
    if (stat.isDirectory()) yield* walk(folder, here);
  }
}

function faultsOfFile(folder, { path, stat }) {
  const faults = [];
  if (!meant.some((pattern) => pattern.test(path))) faults.push(`${path} is not meant to be there`);
  if (!stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink()) faults.push(`${path} is a device or a socket`);
  if (stat.mode & 0o6000) faults.push(`${path} has setuid or setgid`);
  if (!stat.isSymbolicLink() && stat.mode & 0o022) faults.push(`${path} can be written by others`);
  if (stat.uid !== (path === '/var/lib/ladder/' ? userId : 0)) faults.push(`${path} belongs to user ${stat.uid}`);
  if (path.startsWith('/usr/share/zoneinfo/') && stat.isFile()) {
    const start = readFileSync(join(folder, path)).subarray(0, 4).toString();
    if (start !== 'TZif') faults.push(`${path} is not a time zone`);
  }
  return faults;
}

// The names of libraries that a program or library asks for, by its own header; without the loader, which is a program.
const askedFor = (file) =>
  [...execFileSync('objdump', ['-p', file], { encoding: 'utf8' }).matchAll(/^ +NEEDED +(\S+)$/gm)]
    .map(([, name]) => name)
    .filter((name) => !name.startsWith('ld-linux'));

// Libraries that are missing, or that nothing asks for.
function faultsOfLibraries(folder, paths) {
  const there = new Map(paths.filter((path) => /\/lib[^/]+\.so\./.test(path)).map((path) => [basename(path), path]));
  const reached = new Set();
  const missing = [];
  const next = binaries.map((name) => `/usr/local/bin/${name}`).filter((path) => paths.includes(path));
  while (next.length > 0) {
    for (const name of askedFor(join(folder, next.pop()))) {
      if (reached.has(name)) continue;
      reached.add(name);
      if (there.has(name)) next.push(there.get(name));
      else missing.push(`${name} is asked for and missing`);
    }
  }
  const superfluous = [...there].filter(([name]) => !reached.has(name));
  return [...missing, ...superfluous.map(([, path]) => `nothing asks for ${path}`)];
}

// Authorities that Debian does not ship, or that are missing. A machine may trust others, which an image has no business
// to do.
function faultsOfAuthorities(folder, paths) {
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  if (!paths.includes(bundle)) return [];
  const found = new Set(readFileSync(join(folder, bundle), 'utf8').match(certificate));
  const shipped = new Set(
    readdirSync(debianAuthorities).flatMap((name) =>
      readFileSync(join(debianAuthorities, name), 'utf8').match(certificate),
    ),
  );
  return [
    ...[...found].filter((one) => !shipped.has(one)).map((one) => `a strange authority: ${one.slice(0, 60)}`),
    ...[...shipped].filter((one) => !found.has(one)).map((one) => `an authority is missing: ${one.slice(0, 60)}`),
  ];
}

function faultsOfSettings(settings) {
  const faults = [];
  if (settings.User !== `${userId}:${userId}`) faults.push(`it runs as '${settings.User ?? 'root'}'`);
  for (const name of ['Entrypoint', 'Cmd', 'Volumes', 'ExposedPorts']) {
    if (settings[name]) faults.push(`${name} is set: manifests say what runs`);
  }
  for (const variable of settings.Env ?? []) {
    if (!variable.startsWith('PATH=')) faults.push(`the variable ${variable.split('=')[0]} is set`);
  }
  return faults;
}

// Whether a link leads to something within the image.
function resolves(folder, path, target) {
  const absolute = target.startsWith('/') ? target : join(path, '..', target);
  try {
    lstatSync(join(folder, absolute));
    return true;
  } catch {
    return false;
  }
}

// Every fault of an image.
export function faultsOf(image) {
  const folder = podman('image', 'mount', image);
  const files = [...walk(folder)];
  const paths = files.map(({ path }) => path);
  const dangling = files.filter(
    ({ path, stat }) => stat.isSymbolicLink() && !resolves(folder, path, readlinkSync(join(folder, path))),
  );
  const faults = [
    ...files.flatMap((file) => faultsOfFile(folder, file)),
    ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...dangling.map(({ path }) => `${path} leads nowhere`),
    ...faultsOfLibraries(folder, paths),
    ...faultsOfAuthorities(folder, paths),
    ...faultsOfSettings(inspect('image', image).Config),
  ];
  podman('image', 'unmount', image);
  return faults;
}
