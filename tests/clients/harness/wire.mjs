// Records every stream that a client reads, by standing between the client and `fetch`.

import { problemsOf } from './leg-rules.mjs';
import { SseLog } from './sse.mjs';

export class Wire {
  /** The legs of this test, oldest first. */
  legs = [];
  #base;
  #fetch;

  constructor(base) {
    this.#base = base;
  }

  install() {
    this.#fetch = globalThis.fetch;
    globalThis.fetch = async (url, init) => {
      const response = await this.#fetch(url, init);
      return this.#isLeg(url, response) ? this.#record(response, init) : response;
    };
  }

  uninstall() {
    globalThis.fetch = this.#fetch;
  }

  reset() {
    this.legs = [];
  }

  /** The leg read last. */
  get last() {
    return this.legs.at(-1);
  }

  /** Every event of every leg, in order. */
  get events() {
    return this.legs.flatMap(({ sse }) => sse.events);
  }

  problems() {
    return this.legs.flatMap((leg, index) =>
      problemsOf(leg).map((problem) => `leg ${index + 1}: ${problem}`),
    );
  }

  #isLeg(url, response) {
    const contentType = response.headers.get('content-type') ?? '';
    return String(url).startsWith(this.#base) && contentType.startsWith('text/event-stream');
  }

  #record(response, init) {
    const sse = new SseLog();
    const leg = {
      sse,
      headers: Object.fromEntries(response.headers),
      sdkVersion: new Headers(init?.headers).get('x-octavus-sdk-version') ?? undefined,
      /** `open`, or `complete` where the server ended it; a cut leg stays open. */
      end: 'open',
    };
    this.legs.push(leg);
    // A pipe hands on what comes, backpressure and aborts included, so the client notices nothing.
    const recorder = new TransformStream({
      transform(chunk, controller) {
        sse.push(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        leg.end = 'complete';
      },
    });
    return new Response(response.body.pipeThrough(recorder), response);
  }
}
