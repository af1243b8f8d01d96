// Scores and records without a pause until SIGTERM, then prints what became of the calls as JSON: a client
// as an outsider would write it, with @grpc/grpc-js, our protos and our published service config.
//
//   node load.mjs <gRPC target> <callers>
//
// What grpc-js lacks: it reads `waitForReady` from a service config and does not apply it, so the metadata of each call
// asks for it.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const require = createRequire(join(root, 'tests/node/package.json'));
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const [target, callers] = process.argv.slice(2);
const definition = protoLoader.loadSync('ladder/scoring/v1/scoring_service.proto', {
  includeDirs: [join(root, 'proto')],
  keepCase: true,
});
const { ScoringService } = grpc.loadPackageDefinition(definition).ladder.scoring.v1;
const client = new ScoringService(target, grpc.credentials.createInsecure(), {
  'grpc.service_config': readFileSync(join(root, 'proto/ladder/service_config.json'), 'utf8'),
});
const sample = JSON.parse(readFileSync(join(root, 'deploy/local/sample.json'), 'utf8'));

const report = { succeeded: 0, failures: [], recorded: [] };
let stopping = false;

function score(requestId) {
  const metadata = new grpc.Metadata({ waitForReady: true });
  const request = { ...sample, record: { ...sample.record, request_id: requestId } };
  return new Promise((resolve) => {
    client.Score(request, metadata, { deadline: Date.now() + 30000 }, (error) => {
      if (error) {
        report.failures.push(`${error.code}: ${error.details}`);
      } else {
        report.succeeded += 1;
        report.recorded.push(requestId);
      }
      resolve();
    });
  });
}

async function call(caller) {
  for (let i = 0; !stopping; i += 1) {
    await score(`js-${caller}-${i}`);
    if (report.succeeded % 100 === 0) console.log(report.succeeded);
  }
}

process.on('SIGTERM', () => {
  stopping = true;
});
await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => call(caller)));
client.close();
console.log(JSON.stringify(report));
