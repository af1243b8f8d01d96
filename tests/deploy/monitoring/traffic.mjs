// Calls to both services. Each method but stop() begins some that go on until the function that it gives is called, or
// stop().
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { assessmentClient, call, sample, scoringClient } from '../../node/ladder_client.mjs';

// Over one connection no more than a hundred calls go at once.
const connectionsToRecords = 3;

const clientOf = (id) => `clients/load-${id % 20}`;

export class Traffic {
  #scoring;
  #records;
  #stops = [];
  #isRecording = true;

  constructor({ scoring, records }) {
    this.#scoring = scoringClient(scoring);
    this.#records = Array.from({ length: connectionsToRecords }, () =>
      assessmentClient(records, { 'grpc.use_local_subchannel_pool': 1 }),
    );
  }

  // So many callers do `act` again and again, whatever becomes of it. It gets the number of the call and a signal that
  // ends it.
  repeat(callers, act) {
    const stopping = new AbortController();
    // As many as there are calls under way.
    setMaxListeners(0, stopping.signal);
    let calls = 0;
    const loop = async () => {
      while (!stopping.signal.aborted) {
        await act(calls++, stopping.signal).catch(() => {});
        await pause(20);
      }
    };
    const loops = Array.from({ length: callers }, loop);
    const stop = async () => {
      stopping.abort();
      await Promise.all(loops);
    };
    this.#stops.push(stop);
    return stop;
  }

  // Every so many-th result is recorded, until recordNoMore(). Who is not answered goes on.
  score(callers, recordEvery) {
    const { record, ...request } = sample;
    return this.repeat(callers, (id, signal) => {
      const isRecorded = this.#isRecording && id % recordEvery === 0;
      const parent = `clinics/demo/${clientOf(id / recordEvery)}`;
      const asked = isRecorded ? { ...request, record: { ...record, parent, request_id: `load-${id}` } } : request;
      return Promise.race([call(this.#scoring, 'Score', asked, { seconds: 60, signal }), pause(200)]);
    });
  }

  recordNoMore() {
    this.#isRecording = false;
  }

  // Asks for the progress of a client.
  read(callers) {
    return this.repeat(callers, (id, signal) => {
      const request = { parent: `clinics/demo/${clientOf(id)}`, quiz: sample.quiz };
      return this.#callRecords(id, 'GetProgress', request, { seconds: 120, signal });
    });
  }

  // Batches of so many rows, past scoring. A caller waits for so long.
  async record(callers, rows, seconds = 120) {
    const { record, ...request } = sample;
    const { result } = await call(this.#scoring, 'Score', request);
    const submission = { ...request, quiz: result.quiz_version };
    return this.repeat(callers, (id, signal) => {
      const requests = Array.from({ length: rows }, (_, row) => ({
        submission: { ...submission, parent: `clinics/bulk/${clientOf(row)}` },
        request_id: `bulk-${id}-${row}`,
        result,
      }));
      return this.#callRecords(id, 'BatchCreateAssessments', { requests }, { seconds, signal });
    });
  }

  #callRecords(id, method, request, options) {
    return call(this.#records[id % connectionsToRecords], method, request, options);
  }

  async stop() {
    await Promise.all(this.#stops.map((stop) => stop()));
    for (const client of [this.#scoring, ...this.#records]) client.close();
  }
}
