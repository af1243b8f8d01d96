// Load by clients as outsiders would write them.

import { setTimeout as pause } from 'node:timers/promises';
import { assessmentClient, call, sample, scoringClient } from '../../node/ladder_client.mjs';
import { eventually } from '../../node/waiting.mjs';

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
    this.#client = scoringClient(target, {
      'grpc.enable_retries': retries ? 1 : 0,
      'grpc.use_local_subchannel_pool': 1,
      ...channel,
    });
    this.#name = `load-${loads.push(this)}`;
    this.#callers = Array.from({ length: callers }, (_, caller) => this.#repeat(caller));
  }
  #client;
  #name;
  #callers;

  async #repeat(caller) {
    for (let i = 0; !this.#stopping; i += 1) {
      await this.#score(`${this.#name}-${caller}-${i}`);
      await pause(pauseOfCaller);
    }
  }

  async #score(requestId) {
    try {
      await call(this.#client, 'Score', { ...sample, record: { ...sample.record, request_id: requestId } });
      this.succeeded += 1;
      this.requestIds.push(requestId);
    } catch (error) {
      this.failures.push(`${error.code}: ${error.details}`);
    }
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
  const client = assessmentClient(target);
  const ids = [];
  let page = '';
  do {
    const request = { parent: sample.record.parent, page_size: 1000, page_token: page };
    const response = await call(client, 'ListAssessments', request);
    ids.push(...(response.assessments ?? []).map(({ request_id }) => request_id));
    page = response.next_page_token ?? '';
  } while (page !== '');
  client.close();
  return ids;
}
