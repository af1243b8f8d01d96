// Builds the image from the binaries of this build, looks at what is in it, and runs it as narrowly as the manifests do:
// nothing can be written but a volume, no capability, no privilege, a user who is not root, limits, no network but a
// loopback that the containers share.
//
//   isolated.sh node image_test.mjs <folder with the binaries>

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  confined,
  faultsOfConfinement,
  faultsOfEnd,
  healthOf,
  inspect,
  metricsOf,
  podman,
  root,
  run,
  waitFor,
} from './containers.mjs';
import { faultsOf } from './contents.mjs';

const image = 'localhost/ladder:test';
const [binaries] = process.argv.slice(2);
const work = process.env.LADDER_CONTAINERS;
const quizzes = readdirSync(join(root, 'records-service/quizzes')).filter((name) => name.endsWith('.textproto'));
// What --drain-delay, --drain-grace and the clean-ups may take together: terminationGracePeriodSeconds.
const graceSeconds = 45;

const command = (folder = binaries) => [join(root, 'deploy/image/build.sh'), '--binaries', folder, '--tag', image];
const build = (...options) => run(...command(), ...options);

describe('what is in the image', () => {
  before(() => {
    const { status, output } = build();
    assert.equal(status, 0, output);
    console.log(output.trim());
  });

  test('everything that is meant to be, and nothing else', () => assert.deepEqual(faultsOf(image), []));

  test('its size is told, and below 80 MB', () => {
    const archive = join(work, 'image.tar');
    podman('save', '--quiet', '--output', archive, image);
    const size = inspect('image', image).Size;
    const compressed = gzipSync(readFileSync(archive)).length;
    console.log(`size of the image: ${(size / 1e6).toFixed(1)} MB, ${(compressed / 1e6).toFixed(1)} MB compressed`);
    assert.ok(size < 80e6, `${size} bytes`);
  });

  test('its labels tell the versions', () => {
    const { Labels: labels } = inspect('image', image).Config;
    assert.match(labels['org.opencontainers.image.version'], /^\d+\.\d+\.\d+$/);
    assert.equal(labels['ladder.grpc.version'], '1.51.1');
  });

  test('a gRPC that the binaries do not load is refused', () => {
    const { status, output } = build('--grpc-version', '1.99.0');
    assert.notEqual(status, 0);
    assert.match(output, /--grpc-version is 1\.99\.0, and \S+\/ladder-scoring loads libgrpc\+\+\.so\.1\.51\.1/);
  });

  test('binaries whose libraries are not on this machine are refused', () => {
    const folder = join(work, 'foreign');
    mkdirSync(folder);
    for (const name of readdirSync(binaries)) {
      if (/^ladder(ctl|-scoring|-records)$/.test(name)) copyFileSync(join(binaries, name), join(folder, name));
    }
    const program = readFileSync(join(folder, 'ladderctl'));
    program.write('libcsv.so.9', program.indexOf('libcsv.so.3\0'));
    writeFileSync(join(folder, 'ladderctl'), program);
    const { status, output } = run(...command(folder));
    assert.notEqual(status, 0);
    assert.match(output, /libcsv\.so\.9 => not found\n.*built on another machine/);
  });

  test('a library for this processor alone is refused', () => {
    const folder = join(work, 'glibc-hwcaps', 'fast');
    mkdirSync(folder, { recursive: true });
    const [, path] = /libcsv\.so\.3 => (\S+)/.exec(run('ldd', join(binaries, 'ladderctl')).output);
    copyFileSync(path, join(folder, 'libcsv.so.3'));
    const { status, output } = run('env', `LD_LIBRARY_PATH=${folder}`, ...command());
    assert.notEqual(status, 0);
    assert.match(output, /fast\/libcsv\.so\.3 is for this machine's processor alone/);
  });
});

// Copies of the image, each with one fault.
const broken = [
  { fault: 'a shell', lines: ['COPY file /bin/sh'], finds: /^\/bin\/sh is not meant to be there$/ },
  { fault: 'a file beside the binaries', lines: ['COPY file /usr/local/bin/curl'], finds: /^\/usr\/local\/bin\/curl is/ },
  {
    fault: 'a quiz that is not shipped',
    lines: ['COPY file /usr/local/share/ladder/quizzes/mine.textproto'],
    finds: /mine\.textproto is not meant/,
  },
  {
    fault: 'a library that nothing loads',
    lines: ['COPY file /usr/lib/x86_64-linux-gnu/libreadline.so.8'],
    finds: /^nothing asks for \S+libreadline/,
  },
  {
    fault: 'a program with setuid',
    lines: ['COPY --chmod=4755 file /usr/local/bin/ladderctl'],
    finds: /ladderctl has setuid or setgid$/,
  },
  {
    fault: 'a file that anybody may write',
    lines: ['COPY --chmod=666 file /etc/passwd'],
    finds: /^\/etc\/passwd can be written by others$/,
  },
  {
    fault: 'a binary that belongs to who runs it',
    lines: ['COPY --chown=10001:10001 file /usr/local/bin/ladderctl'],
    finds: /ladderctl belongs to user 10001$/,
  },
  {
    fault: 'what is no time zone among them',
    lines: ['COPY file /usr/share/zoneinfo/Europe/Berlin'],
    finds: /Berlin is not a time zone$/,
  },
  {
    fault: 'an authority of the machine that built it',
    lines: ['COPY authority /etc/ssl/certs/ca-certificates.crt'],
    finds: /^a strange authority/,
  },
  {
    fault: 'an authority that is missing',
    lines: ['COPY authority /etc/ssl/certs/ca-certificates.crt'],
    finds: /^an authority is missing/,
  },
  {
    fault: 'a link that leads nowhere',
    lines: ['COPY link/ /usr/lib/ssl/'],
    finds: /^\/usr\/lib\/ssl\/cert\.pem leads nowhere$/,
  },
  { fault: 'root as user', lines: ['USER root'], finds: /^it runs as 'root'$/ },
  { fault: 'a command', lines: ['CMD ["/usr/local/bin/ladderctl"]'], finds: /^Cmd is set/ },
  { fault: 'a variable', lines: ['ENV LADDERCTL_SCORING=elsewhere'], finds: /^the variable LADDERCTL_SCORING is set$/ },
  {
    fault: 'nothing but a binary, without its libraries',
    lines: ['FROM scratch', `COPY --from=${image} /usr/local/bin/ladderctl /usr/local/bin/`],
    finds: /^libgrpc\+\+\.so\.[0-9.]+ is asked for and missing$/,
  },
];

describe('the look at the image', () => {
  const folder = join(work, 'broken');
  before(() => {
    mkdirSync(folder);
    copyFileSync('/bin/true', join(folder, 'file'));
    writeFileSync(
      join(folder, 'authority'),
      ['BEGIN CERTIFICATE', 'END CERTIFICATE'].map((line) => `-----${line}-----\n`).join('bWluZQ==\n'),
    );
    mkdirSync(join(folder, 'link'));
    symlinkSync('/etc/ssl/mine.pem', join(folder, 'link', 'cert.pem'));
  });

  for (const { fault, lines, finds } of broken) {
    test(`finds ${fault}`, () => {
      writeFileSync(join(folder, 'Containerfile'), [`FROM ${image}`, ...lines].join('\n'));
      podman('build', '--quiet', '--tag', 'localhost/broken', folder);
      const faults = faultsOf('localhost/broken');
      assert.ok(
        faults.some((line) => finds.test(line)),
        `found only: ${JSON.stringify(faults.slice(0, 5))}`,
      );
      podman('image', 'rm', 'localhost/broken');
    });
  }
});

describe('where the tests of the image run', () => {
  const isolated = join(root, 'tests/deploy/image/isolated.sh');
  const temporary = join(work, 'temporary');
  const programs = join(work, 'programs');
  before(() => {
    mkdirSync(temporary);
    mkdirSync(programs);
  });
  const inside = (path, ...args) =>
    run('env', '-u', 'LADDER_ISOLATED', `PATH=${path}`, `TMPDIR=${temporary}`, isolated, ...args);

  test('without podman they are skipped, and say so', () => {
    for (const name of ['bash', 'id']) symlinkSync(`/usr/bin/${name}`, join(programs, name));
    const { status, output } = inside(programs, 'true');
    assert.equal(status, 77, output);
    assert.match(output, /^SKIPPED, no containers were run: podman is missing/);
  });

  test('where podman cannot start a container they are skipped, and say so', () => {
    writeFileSync(join(programs, 'podman'), '#!/bin/sh\necho no cgroups here; exit 125\n', { mode: 0o755 });
    const { status, output } = inside(`${programs}:${process.env.PATH}`, 'true');
    assert.equal(status, 77, output);
    assert.match(output, /no cgroups here\nSKIPPED, no containers were run: podman cannot start one/);
  });

  test('a failure is told, and nothing stays', () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    const { status, output } = inside(process.env.PATH, 'bash', '-c', 'podman volume create data && exit 3');
    assert.equal(status, 3, output);
    assert.deepEqual(readdirSync(temporary), []);
    assert.equal(readFileSync('/proc/self/mountinfo', 'utf8'), mounts);
  });
});

// As the manifests start them, but that both share one loopback, so that records' health and metrics have other ports.
const services = {
  records: {
    memory: 512,
    network: 'none',
    health: 50071,
    metrics: 9465,
    variables: {
      LADDER_RECORDS_LISTEN: '127.0.0.1:7302',
      LADDER_RECORDS_HEALTH_LISTEN: '127.0.0.1:50071',
      LADDER_RECORDS_METRICS_LISTEN: '127.0.0.1:9465',
      LADDER_RECORDS_DATA_DIR: '/var/lib/ladder/records',
      LADDER_RECORDS_RELEASE_TICK: '1m',
      LADDER_RECORDS_DRAIN_DELAY: '3s',
    },
    volumes: ['--volume=data:/var/lib/ladder'],
    cleanups: ['service', 'store'],
  },
  scoring: {
    memory: 256,
    network: 'container:records',
    health: 7303,
    metrics: 9464,
    variables: {
      LADDER_SCORING_LISTEN: '127.0.0.1:7301',
      LADDER_SCORING_HEALTH_LISTEN: '127.0.0.1:7303',
      LADDER_SCORING_METRICS_LISTEN: '127.0.0.1:9464',
      LADDER_SCORING_RECORDS: '127.0.0.1:7302',
      LADDER_SCORING_DRAIN_DELAY: '3s',
    },
    volumes: [],
    cleanups: ['timers', 'records', 'redis', 'possible threads', 'compile threads'],
  },
};

function start(name) {
  const { memory, network, variables, volumes } = services[name];
  podman(
    'run',
    '--detach',
    `--name=${name}`,
    `--network=${network}`,
    ...confined(memory),
    ...Object.entries(variables).map(([variable, value]) => `--env=${variable}=${value}`),
    ...volumes,
    image,
    `/usr/local/bin/ladder-${name}`,
  );
}

// Runs ladderctl of the image: {status, output}.
function ladderctl(options, ...args) {
  return run('podman', 'run', '--rm', ...confined(128), ...options, image, '/usr/local/bin/ladderctl', ...args);
}
const beside = ['--network=container:records'];
const withData = ['--network=none', '--volume=data:/var/lib/ladder'];
const migrate = (folder) => ladderctl(withData, 'store', 'migrate', '--data-dir', folder);

// What a call of ladderctl prints that has to succeed.
function succeeds({ status, output }) {
  assert.equal(status, 0, output);
  return output;
}

describe('the image, confined', () => {
  before(async () => {
    podman('volume', 'create', 'data');
    succeeds(migrate('/var/lib/ladder/records'));
    for (const name of ['records', 'scoring']) {
      start(name);
      await waitFor(`ready of ${name}`, 'SERVING', () => healthOf(name, services[name].health, 'ready'));
    }
  });
  // Records last: scoring is in its network.
  after(() => ['scoring', 'records'].forEach((name) => podman('rm', '--force', '--ignore', '--time=0', name)));

  for (const name of Object.keys(services)) {
    test(`${name} has no privilege, and a root that nobody writes`, () =>
      assert.deepEqual(faultsOfConfinement(name, services[name].memory), []));
  }

  test('a store can be made in the volume alone', () => {
    const { status, output } = migrate('/var/lib/elsewhere');
    assert.notEqual(status, 0);
    assert.match(output, /Read-only file system/);
  });

  test('the shipped quizzes are published', () => {
    for (const quiz of quizzes) {
      succeeds(ladderctl(beside, 'quiz', 'publish', '--activate', `/usr/local/share/ladder/quizzes/${quiz}`));
    }
  });

  test('the sample is scored and kept', () => {
    const sample = `--volume=${join(root, 'deploy/local/sample.json')}:/sample.json:ro`;
    assert.match(succeeds(ladderctl([...beside, sample], 'score', '/sample.json')), /Bouncy Ball/);
    assert.match(succeeds(ladderctl(beside, 'progress', 'sample', '--clinic', 'demo')), /Bouncy Ball/);
  });

  test('figures over time are answered for a time zone by name', () => {
    succeeds(ladderctl(beside, 'analytics', 'trend', '--time-zone', 'Europe/Berlin', '--from', '2026-01-01'));
    assert.match(ladderctl(beside, 'analytics', 'trend', '--time-zone', 'Europe/Nowhere').output, /Europe\/Nowhere/);
  });

  for (const [name, { health, metrics }] of Object.entries(services)) {
    test(`${name} tells its metrics and its health`, () => {
      const text = metricsOf(name, metrics);
      assert.match(text, /^ladder_build_info\{.*grpc="1\.51\.1".*\} 1$/m);
      assert.match(text, /^ladder_ready\{part="listening"\} 1$/m);
      assert.match(text, /^ladder_server_call_seconds_count\{.*code="OK".*\} [1-9]\d*$/m);
      assert.match(text, /^process_resident_memory_bytes [1-9]/m);
      assert.equal(healthOf(name, health, 'live'), 'SERVING');
      assert.equal(healthOf(name, health, 'ready'), 'SERVING');
    });
  }

  for (const name of ['scoring', 'records']) {
    test(`${name} drains after SIGTERM: not ready, still live, then it ends with 0`, async () => {
      const { health, cleanups } = services[name];
      const began = Date.now();
      podman('kill', '--signal=TERM', name);
      await waitFor(`ready of ${name}`, 'NOT_SERVING', () => healthOf(name, health, 'ready'));
      assert.equal(healthOf(name, health, 'live'), 'SERVING');
      podman('wait', name);
      assert.ok(Date.now() - began < graceSeconds * 1000);
      assert.deepEqual(faultsOfEnd(name, cleanups), []);
    });
  }

  test('a container without limits that is killed is found out', async () => {
    const name = 'careless';
    const command = ['/usr/local/bin/ladder-scoring', '--records=127.0.0.1:1', '--health-listen=127.0.0.1:7303'];
    podman('run', '--detach', `--name=${name}`, '--network=none', '--user=0:0', image, ...command);
    await waitFor('live', 'SERVING', () => healthOf(name, 7303, 'live'));
    assert.notEqual(healthOf(name, 7303, 'ready'), 'SERVING');
    const found = faultsOfConfinement(name, 256).join('\n');
    for (const fault of [/user is 0/, /group is 0/, /CapEff is/, /gain privileges/, /can be written/, /limited to 0/]) {
      assert.match(found, fault);
    }
    podman('kill', '--signal=KILL', name);
    podman('wait', name);
    assert.match(faultsOfEnd(name, services.scoring.cleanups).join('\n'), /^it ended with 137\nits drain was ,/);
    podman('rm', name);
  });
});
