// Scores and records without a pause until SIGTERM, then prints what became of the calls as JSON.
//
//   node load.mjs <gRPC target> <callers>
import { call, sample, scoringClient } from '../../node/ladder_client.mjs';

const [target, callers] = process.argv.slice(2);
const client = scoringClient(target);
const report = { succeeded: 0, failures: [], recorded: [] };
let stopping = false;

async function score(requestId) {
  try {
    await call(client, 'Score', { ...sample, record: { ...sample.record, request_id: requestId } });
    report.succeeded += 1;
    report.recorded.push(requestId);
  } catch (error) {
    report.failures.push(`${error.code}: ${error.details}`);
  }
}

async function repeat(caller) {
  for (let i = 0; !stopping; i += 1) {
    await score(`js-${caller}-${i}`);
    if (report.succeeded % 100 === 0) console.log(report.succeeded);
  }
}

process.on('SIGTERM', () => {
  stopping = true;
});
await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => repeat(caller)));
client.close();
console.log(JSON.stringify(report));
