// SQLite, PostgreSQL and Redis: what each needs to lose nothing, or to be worth nothing when lost.

import { environment, find, ofKind, podTemplates, quantity, servers, titleOf } from '../manifests.mjs';

function store(objects) {
  return servers(objects)
    .filter(({ service }) => service === 'records')
    .flatMap(({ title, container }) => {
      const variables = environment(objects, container);
      const isPostgres = variables.LADDER_RECORDS_STORE === 'postgres';
      const faults = [];
      if (isPostgres !== (variables.LADDER_RECORDS_POSTGRES !== undefined))
        faults.push(`${title}: store and database do not agree`);
      if (isPostgres === (variables.LADDER_RECORDS_DATA_DIR !== undefined))
        faults.push(`${title}: store and directory do not agree`);
      if (isPostgres !== (find(objects, 'Job', 'ladder-migrate') !== undefined))
        faults.push(`${title}: not migrated by the Job that its store needs`);
      return faults;
    });
}

const scalersOf = (objects, owner) =>
  ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject').filter(
    ({ spec }) =>
      spec.scaleTargetRef.name === owner.metadata.name && (spec.scaleTargetRef.kind ?? 'Deployment') === owner.kind,
  );

// Two processes on one SQLite database are none too many by accident: the second fails at its start.
function sqlite(objects) {
  return servers(objects)
    .filter(({ service }) => service === 'records')
    .flatMap(({ title, pod: { owner }, container }) => {
      if (environment(objects, container).LADDER_RECORDS_STORE !== 'sqlite') return [];
      const faults = [];
      if (owner.kind !== 'StatefulSet')
        faults.push(`${title}: SQLite in a ${owner.kind}, which starts the new pod before the old one ends`);
      if (owner.spec.replicas > 1 || scalersOf(objects, owner).length > 0)
        faults.push(`${title}: more than one pod with SQLite`);
      const modes = (owner.spec.volumeClaimTemplates ?? []).flatMap(({ spec }) => spec.accessModes);
      if (modes.length === 0 || modes.some((mode) => mode !== 'ReadWriteOncePod'))
        faults.push(`${title}: others may mount the volume`);
      const kept = owner.spec.persistentVolumeClaimRetentionPolicy;
      if (kept?.whenDeleted !== 'Retain' || kept?.whenScaled !== 'Retain')
        faults.push(`${title}: the data goes with the StatefulSet`);
      return faults;
    });
}

// What may work on the volume only while nothing else does.
function restoring(objects) {
  return podTemplates(objects).flatMap(({ title, owner, spec }) =>
    (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => {
      if (!claim) return [];
      const holder = ofKind(objects, 'StatefulSet').find(({ metadata, spec: { volumeClaimTemplates = [] } }) =>
        volumeClaimTemplates.some((template) => claim.claimName === `${template.metadata.name}-${metadata.name}-0`),
      );
      if (!holder) return [`${title}: nobody's volume is called ${claim.claimName}`];
      const faults = [];
      if (holder.spec.replicas !== 0)
        faults.push(`${title}: works on the volume of ${titleOf(holder)} while that runs`);
      if (owner.spec.backoffLimit !== 0 || spec.restartPolicy !== 'Never') faults.push(`${title}: may run twice`);
      return faults;
    }),
  );
}

function postgres(objects) {
  return ofKind(objects, 'Cluster').flatMap(({ metadata, spec }) => {
    const faults = [];
    const {
      instances,
      postgresql: { synchronous, parameters },
    } = spec;
    if (!(instances >= 3)) faults.push('PostgreSQL: fewer than three instances');
    if (
      !(synchronous?.number >= 1 && synchronous.number < instances - 1) ||
      synchronous.dataDurability !== 'required'
    ) {
      faults.push('PostgreSQL: what is acknowledged is on one machine, or one machine stops all writes');
    }
    if (spec.affinity?.podAntiAffinityType !== 'required') faults.push('PostgreSQL: two instances on one machine');
    const archive = spec.plugins?.find(({ isWALArchiver }) => isWALArchiver)?.parameters.barmanObjectName;
    if (!archive || !find(objects, 'ObjectStore', archive)) faults.push('PostgreSQL: its log is archived nowhere');
    if (!ofKind(objects, 'ScheduledBackup').some((backup) => backup.spec.cluster.name === metadata.name))
      faults.push('PostgreSQL: no base backups');
    for (const {
      pod: { owner },
      container,
      service,
    } of servers(objects)) {
      if (service !== 'records') continue;
      const pods = owner.spec.replicas + owner.spec.strategy.rollingUpdate.maxSurge;
      const connections = pods * Number(environment(objects, container).LADDER_RECORDS_POSTGRES_CONNECTIONS);
      // A tenth is left for the operator, backups and people.
      if (!(connections <= 0.9 * Number(parameters.max_connections)))
        faults.push(`PostgreSQL: ${connections} connections do not fit`);
    }
    if (!(quantity(parameters.shared_buffers.replace(/B$/, 'i')) * 4 <= quantity(spec.resources.limits.memory))) {
      faults.push('PostgreSQL: shared_buffers take more than a quarter of the memory');
    }
    return faults;
  });
}

function redis(objects) {
  return ofKind(objects, 'Deployment')
    .filter(({ metadata }) => metadata.name === 'ladder-redis')
    .flatMap(({ spec }) => {
      const [{ command, resources }] = spec.template.spec.containers;
      const option = (name) => command[command.indexOf(name) + 1];
      const faults = [];
      if (option('--save') !== '' || option('--appendonly') !== 'no') faults.push('Redis: writes to a disk');
      if (option('--maxmemory-policy') !== 'allkeys-lru') faults.push('Redis: refuses writes when it is full');
      if (!(quantity(option('--maxmemory').replace('mb', 'Mi')) <= quantity(resources.limits.memory) / 2)) {
        faults.push('Redis: its data may take more than half of its memory');
      }
      if (option('--requirepass') !== '$(REDISCLI_AUTH)') faults.push('Redis: asks for no password');
      return faults;
    });
}

const options = (o, service) =>
  ofKind(o, 'ConfigMap').find((map) => map.metadata.name.startsWith(`ladder-${service}-options`)).data;

const cluster = (o) => find(o, 'Cluster', 'ladder-postgres').spec;
const redisServer = (o) => find(o, 'Deployment', 'ladder-redis').spec.template.spec.containers[0];

export const rules = [
  {
    name: 'records has what its store needs',
    check: store,
    broken: [
      {
        overlay: 'campaign',
        fault: 'SQLite with a database',
        finds: /store and database/,
        change: (o) => {
          options(o, 'records').LADDER_RECORDS_STORE = 'sqlite';
        },
      },
      {
        overlay: 'local',
        fault: 'SQLite without a directory',
        finds: /store and directory/,
        change: (o) => {
          delete options(o, 'records').LADDER_RECORDS_DATA_DIR;
        },
      },
      {
        overlay: 'managed',
        fault: 'PostgreSQL that nobody migrates',
        finds: /not migrated/,
        change: (o) => {
          o.splice(
            o.findIndex(({ metadata, kind }) => kind === 'Job' && metadata.name === 'ladder-migrate'),
            1,
          );
        },
      },
    ],
  },
  {
    name: 'records has one pod with SQLite, and keeps its volume',
    check: sqlite,
    broken: [
      {
        overlay: 'small',
        fault: 'two pods',
        finds: /more than one pod/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.replicas = 2;
        },
      },
      {
        overlay: 'small',
        fault: 'a Deployment',
        finds: /SQLite in a Deployment/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').kind = 'Deployment';
        },
      },
      {
        overlay: 'campaign',
        fault: 'replicas that were turned back to SQLite',
        finds: /more than one pod/,
        change: (o) => {
          o.find(({ metadata }) => metadata.name.startsWith('ladder-records-options')).data.LADDER_RECORDS_STORE =
            'sqlite';
        },
      },
      {
        overlay: 'small',
        fault: 'a volume for several pods',
        finds: /others may mount/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.volumeClaimTemplates[0].spec.accessModes = ['ReadWriteMany'];
        },
      },
      {
        overlay: 'small',
        fault: 'data that goes',
        finds: /the data goes/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.persistentVolumeClaimRetentionPolicy.whenDeleted = 'Delete';
        },
      },
    ],
  },
  {
    name: 'a restored volume is worked on once, and while records is stopped',
    check: restoring,
    broken: [
      {
        overlay: 'restored',
        fault: 'records that runs',
        finds: /while that runs/,
        change: (o) => {
          find(o, 'StatefulSet', 'ladder-records').spec.replicas = 1;
        },
      },
      {
        overlay: 'restored',
        fault: 'another volume',
        finds: /nobody's volume is called data/,
        change: (o) => {
          find(o, 'Job', 'ladder-after-restore').spec.template.spec.volumes[0].persistentVolumeClaim.claimName = 'data';
        },
      },
      {
        overlay: 'restored',
        fault: 'a second log',
        finds: /may run twice/,
        change: (o) => {
          find(o, 'Job', 'ladder-after-restore').spec.backoffLimit = 3;
        },
      },
    ],
  },
  {
    name: 'PostgreSQL loses nothing with a machine, is backed up, and has room for all connections',
    check: postgres,
    broken: [
      {
        overlay: 'campaign',
        fault: 'two instances',
        finds: /fewer than three/,
        change: (o) => {
          cluster(o).instances = 2;
        },
      },
      {
        overlay: 'campaign',
        fault: 'durability that is only preferred',
        finds: /on one machine/,
        change: (o) => {
          cluster(o).postgresql.synchronous.dataDurability = 'preferred';
        },
      },
      {
        overlay: 'campaign',
        fault: 'no synchronous standby',
        finds: /on one machine/,
        change: (o) => {
          delete cluster(o).postgresql.synchronous;
        },
      },
      {
        overlay: 'campaign',
        fault: 'instances side by side',
        finds: /two instances on one machine/,
        change: (o) => {
          cluster(o).affinity.podAntiAffinityType = 'preferred';
        },
      },
      {
        overlay: 'campaign',
        fault: 'an archive that is not there',
        finds: /archived nowhere/,
        change: (o) => {
          cluster(o).plugins[0].parameters.barmanObjectName = 'x';
        },
      },
      {
        overlay: 'campaign',
        fault: 'no base backups',
        finds: /no base backups/,
        change: (o) => {
          o.splice(
            o.findIndex(({ kind }) => kind === 'ScheduledBackup'),
            1,
          );
        },
      },
      {
        overlay: 'campaign',
        fault: 'more connections than it takes',
        finds: /104 connections do not fit/,
        change: (o) => {
          find(o, 'Deployment', 'ladder-records').spec.replicas = 12;
        },
      },
      {
        overlay: 'campaign',
        fault: 'more buffers than memory',
        finds: /shared_buffers/,
        change: (o) => {
          cluster(o).postgresql.parameters.shared_buffers = '4GB';
        },
      },
    ],
  },
  {
    name: 'Redis is a cache with a bound and a password',
    check: redis,
    broken: [
      {
        overlay: 'small',
        fault: 'a disk',
        finds: /writes to a disk/,
        change: (o) => {
          redisServer(o).command[2] = '60 1';
        },
      },
      {
        overlay: 'small',
        fault: 'a cache that refuses',
        finds: /refuses writes/,
        change: (o) => {
          redisServer(o).command[8] = 'noeviction';
        },
      },
      {
        overlay: 'small',
        fault: 'data up to the limit',
        finds: /more than half/,
        change: (o) => {
          redisServer(o).command[6] = '128mb';
        },
      },
      {
        overlay: 'small',
        fault: 'no password',
        finds: /no password/,
        change: (o) => {
          redisServer(o).command.splice(9);
        },
      },
    ],
  },
];
