// Records every stream that a client reads, by standing between the client and `fetch`.

import { problemsOfLeg } from './leg-rules.mjs';
import { SseLog } from './sse.mjs';
import { problemsOfTurn } from './turn-rules.mjs';

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
      return this.#isLeg(url, response) ? this.#record(String(url), response, init) : response;
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

  /** Keeps a leg that was read without `fetch`, which only clients of the current shape do. */
  keep(path, { sse, headers }, end = 'complete') {
    this.legs.push({ sse, headers, shape: 'current', path, end });
  }

  problems() {
    const ofLegs = this.legs.flatMap((leg, index) =>
      problemsOfLeg(leg).map((problem) => `leg ${index + 1}: ${problem}`),
    );
    const executions = new Set(this.legs.map(executionOf));
    const ofTurns = [...executions].flatMap((execution) =>
      problemsOfTurn(this.legs.filter((leg) => executionOf(leg) === execution)),
    );
    return [...ofLegs, ...ofTurns];
  }

  #isLeg(url, response) {
    const contentType = response.headers.get('content-type') ?? '';
    return String(url).startsWith(this.#base) && contentType.startsWith('text/event-stream');
  }

  #record(url, response, init) {
    const sse = new SseLog();
    const leg = {
      sse,
      headers: Object.fromEntries(response.headers),
      path: url.slice(this.#base.length),
      shape: shapeOf(url, init),
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

function executionOf({ sse }) {
  return sse.events[0]?.executionId;
}

/** The shape that a request by `fetch` is answered in: `legacy`, which the installed client reads, or `current`. */
function shapeOf(url, init) {
  const namesVersion = new Headers(init?.headers).has('x-octavus-sdk-version');
  // The installed client knows no other address that streams.
  return namesVersion || !url.endsWith('/trigger') ? 'current' : 'legacy';
}
