// Clients as outsiders would write them: @grpc/grpc-js, our protos, our published service config.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './manifest.mjs';
import { eventually } from './waiting.mjs';

const require = createRequire(join(root, 'tests/node/package.json'));
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const contracts = grpc.loadPackageDefinition(
  protoLoader.loadSync(['ladder/scoring/v1/scoring_service.proto', 'ladder/records/v1/assessment_service.proto'], {
    includeDirs: [join(root, 'proto')],
    keepCase: true,
  }),
);
const serviceConfig = readFileSync(join(root, 'proto/ladder/service_config.json'), 'utf8');
const sample = JSON.parse(readFileSync(join(root, 'deploy/local/sample.json'), 'utf8'));
const pauseOfCaller = 20; // ms

const loads = [];

// For when a test has failed: the others would go on for ever.
export const stopLoads = () => Promise.all(loads.map((load) => load.stop()));

// Scores and records from several callers until stop(). Without `retries` a call that fails once has failed.
export class Load {
  succeeded = 0;
  failures = [];
  requestIds = [];
  #stopping = false;

  constructor(target, { callers = 8, retries = true, channel = {} } = {}) {
    this.#client = new contracts.ladder.scoring.v1.ScoringService(target, grpc.credentials.createInsecure(), {
      'grpc.service_config': serviceConfig,
      'grpc.enable_retries': retries ? 1 : 0,
      'grpc.use_local_subchannel_pool': 1,
      ...channel,
    });
    this.#name = `load-${loads.push(this)}`;
    this.#callers = Array.from({ length: callers }, (_, caller) => this.#call(caller));
  }
  #client;
  #name;
  #callers;

  async #call(caller) {
    for (let i = 0; !this.#stopping; i += 1) {
      await this.#score(`${this.#name}-${caller}-${i}`);
      await pause(pauseOfCaller);
    }
  }

  #score(requestId) {
    // grpc-js reads `waitForReady` from a service config and does not apply it.
    const metadata = new grpc.Metadata({ waitForReady: true });
    const request = { ...sample, record: { ...sample.record, request_id: requestId } };
    return new Promise((resolve) => {
      this.#client.Score(request, metadata, { deadline: Date.now() + 30_000 }, (error) => {
        if (error) {
          this.failures.push(`${error.code}: ${error.details}`);
        } else {
          this.succeeded += 1;
          this.requestIds.push(requestId);
        }
        resolve();
      });
    });
  }

  // Until so many more calls have succeeded.
  async more(calls) {
    const wanted = this.succeeded + calls;
    await eventually(`${calls} more calls`, () => this.succeeded >= wanted);
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(this.#callers);
    this.#client.close();
    return this;
  }
}

// The request_ids of all that is recorded for the client of the sample.
export async function recordedRequestIds(target) {
  const client = new contracts.ladder.records.v1.AssessmentService(target, grpc.credentials.createInsecure());
  const ids = [];
  let page = '';
  do {
    const request = { parent: sample.record.parent, page_size: 1000, page_token: page };
    const response = await new Promise((resolve, reject) => {
      client.ListAssessments(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    ids.push(...(response.assessments ?? []).map(({ request_id }) => request_id));
    page = response.next_page_token ?? '';
  } while (page !== '');
  client.close();
  return ids;
}
