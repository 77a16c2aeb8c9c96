// The scripted model vendor: what it shall answer, and what it was asked.

import { Child } from './child.mjs';
import { FAKE_PROVIDER } from './paths.mjs';

// Steps of a reply.
export const text = (value) => ({ text: value });
export const thinking = (value) => ({ thinking: value });
export const redacted = (value) => ({ redacted: value });
export const call = (name, input = {}) => ({ tool: { name, input } });
export const streamError = (type, message) => ({ error: { type, message } });
/** The answer stops here until `release()`, or for good where its reader leaves. */
export const hold = 'hold';

/** A reply of these steps. */
export const reply = (...steps) => ({ steps });
/** The same for a request whose last message holds this text; several may wait at once. */
export const replyTo = (when, ...steps) => ({ when, steps });
/** A reply that is an HTTP error and no stream. */
export const failure = (status, type, message) => ({ fail: { status, type, message } });

export class FakeProvider {
  #child;
  #scripted = 0;
  #hasDefault = false;

  static async start() {
    const provider = new FakeProvider();
    provider.#child = new Child(FAKE_PROVIDER, []);
    const [line] = await provider.#child.printed(/^\{.*\}$/m);
    provider.url = JSON.parse(line).url;
    return provider;
  }

  stop() {
    return this.#child.stop();
  }

  /** Puts replies at the end of the script. */
  script(...replies) {
    this.#scripted += replies.length;
    return this.#post('_script', replies);
  }

  /** What is answered where the script is at its end. */
  setDefault(answer) {
    this.#hasDefault = true;
    return this.#post('_default', answer);
  }

  /** Lets one `hold` go on. */
  release() {
    return this.#post('_release');
  }

  reset() {
    this.#scripted = 0;
    this.#hasDefault = false;
    return this.#post('_reset');
  }

  violations() {
    return this.#get('_violations');
  }

  /** How many replies nobody asked for, and how many requests had no reply in the script. */
  async mismatch() {
    const { queued, requests } = await this.counts();
    const unscripted = this.#hasDefault ? 0 : requests - (this.#scripted - queued);
    return { queued, unscripted };
  }

  /** The bodies of all requests so far, oldest first. */
  async requests() {
    const recorded = await this.#get('_requests');
    return recorded.map(({ body }) => body);
  }

  async lastRequest() {
    return (await this.requests()).at(-1);
  }

  /** The counts; with `{ requests: 2 }` or `{ aborted: 1 }`, as soon as there are as many. */
  counts(atLeast = {}) {
    return this.#get(`_state?${new URLSearchParams(atLeast)}`);
  }

  async #get(path) {
    const response = await fetch(`${this.url}/${path}`);
    return response.json();
  }

  async #post(path, body) {
    const response = await fetch(`${this.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? null),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  }
}

/** The text of a content that is a string or a list of blocks. */
export function contentText(content) {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((block) => block.text ?? '')
    .filter((piece) => piece !== '')
    .join('\n');
}

/** What a request says, as `[role, text]` pairs. */
export function conversation(request) {
  return request.messages.map(({ role, content }) => [role, contentText(content)]);
}

/** All blocks of one kind in a request's messages. */
export function blocks(request, type) {
  return request.messages
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .filter((block) => block.type === type);
}

/** The tool results of a request, as the model reads them. */
export function toolResults(request) {
  return blocks(request, 'tool_result').map(({ content, is_error: failed = false }) => ({
    text: contentText(content),
    failed,
  }));
}
