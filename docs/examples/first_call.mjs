// A first call from Node.js, with nothing of Ladder's but its contracts:
//
//   npm install @grpc/grpc-js @grpc/proto-loader
//   node docs/examples/first_call.mjs 127.0.0.1:7301
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const protos = join(dirname(fileURLToPath(import.meta.url)), '../../proto');
const definition = protoLoader.loadSync('ladder/scoring/v1/scoring_service.proto', {
  includeDirs: [protos],
  keepCase: true,
  enums: String,
  longs: String,
});
const { ScoringService } = grpc.loadPackageDefinition(definition).ladder.scoring.v1;
const client = new ScoringService(process.argv[2] ?? '127.0.0.1:7301', grpc.credentials.createInsecure());

const request = {
  quiz: 'quizzes/ladder-of-healing',
  answers: [
    { item: 'mood', option: 'often' },
    { item: 'triggered', option: 'sometimes' },
    { item: 'prickly', option: 'sometimes' },
    { item: 'daily_life', option: 'often' },
    { item: 'recovery', option: 'few_days' },
  ],
};
// With a deadline: the service config sets none.
client.Score(request, { deadline: Date.now() + 5000 }, (error, response) => {
  client.close();
  if (error) {
    console.error(`${error.code}: ${error.details}`);
    process.exitCode = 1;
    return;
  }
  const { stage } = response.result;
  console.log(`${stage.title}, ${stage.range_title}: bounce point ${stage.bounce_point.decimal}`);
});
