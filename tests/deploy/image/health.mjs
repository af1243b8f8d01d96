// Asks grpc.health.v1 of a server once and prints the answer:
//
//   node health.mjs <host:port> <service>

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const require = createRequire(join(root, 'tests/node/package.json'));
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [target, service] = process.argv.slice(2);
const definition = protoLoader.loadSync('grpc/health/v1/health.proto', {
  includeDirs: [join(root, 'proto')],
  enums: String,
});
const { Health } = grpc.loadPackageDefinition(definition).grpc.health.v1;
const client = new Health(target, grpc.credentials.createInsecure());
client.Check({ service }, { deadline: Date.now() + 2000 }, (error, answer) => {
  client.close();
  if (error) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    console.log(answer.status);
  }
});
