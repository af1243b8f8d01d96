// Ladder as an outsider would call it: @grpc/grpc-js, our protos, our published service config.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const { scoring, records } = grpc.loadPackageDefinition(
  protoLoader.loadSync(['ladder/scoring/v1/scoring_service.proto', 'ladder/records/v1/assessment_service.proto'], {
    includeDirs: [join(root, 'proto')],
    keepCase: true,
  }),
).ladder;
const serviceConfig = readFileSync(join(root, 'proto/ladder/service_config.json'), 'utf8');

// A ScoreRequest that is recorded for the client of its `record.parent`.
export const sample = JSON.parse(readFileSync(join(root, 'deploy/local/sample.json'), 'utf8'));

// `channel`: options of grpc-js on top of ours.
const clientOf = (Service, target, channel) =>
  new Service(target, grpc.credentials.createInsecure(), { 'grpc.service_config': serviceConfig, ...channel });
export const scoringClient = (target, channel = {}) => clientOf(scoring.v1.ScoringService, target, channel);
export const assessmentClient = (target, channel = {}) => clientOf(records.v1.AssessmentService, target, channel);

// The answer, or the error that a call ends with. `signal`: an AbortSignal that cancels it.
export function call(client, method, request, { seconds = 30, signal } = {}) {
  // grpc-js reads `waitForReady` from a service config and does not apply it.
  const metadata = new grpc.Metadata({ waitForReady: true });
  const deadline = Date.now() + 1000 * seconds;
  return new Promise((resolve, reject) => {
    const cancel = () => started.cancel();
    const started = client[method](request, metadata, { deadline }, (error, answer) => {
      signal?.removeEventListener('abort', cancel);
      if (error) reject(error);
      else resolve(answer);
    });
    signal?.addEventListener('abort', cancel);
  });
}
