// The HTTP API without a client library, for what no published client does.

import http from 'node:http';
import { SseLog } from './sse.mjs';

/** An HTTP answer: its status, its headers, and its body as JSON, or as events where it streams. */
export class Api {
  #wire;

  /** A wire, where there is one, keeps the streams that `fetch` does not read. */
  constructor(url, key, wire) {
    this.url = url;
    this.key = key;
    this.#wire = wire;
  }

  get(path, headers) {
    return this.request('GET', path, undefined, headers);
  }

  post(path, body, headers) {
    return this.request('POST', path, body, headers);
  }

  trigger(session, body, headers) {
    return this.post(`/api/agent-sessions/${session}/trigger`, body, headers);
  }

  async request(method, path, body, headers = {}) {
    const response = await this.open(method, path, body, headers);
    const text = await response.text();
    return readAnswer(response.status, Object.fromEntries(response.headers), text);
  }

  /** The same, as soon as the headers are there. */
  open(method, path, body, headers = {}, options = {}) {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.key && { authorization: `Bearer ${this.key}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...options,
    });
  }

  /** The same with the few headers that curl sends: nothing in it looks like a browser's fetch. */
  async likeCurl(method, path, body) {
    const response = await this.openLikeCurl(method, path, body);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    const answer = readAnswer(response.statusCode, response.headers, text);
    if (answer.sse) this.#wire?.keep(path, answer);
    return answer;
  }

  /** The same, as soon as the headers are there; destroying the response closes the connection. */
  async openLikeCurl(method, path, body) {
    const request = http.request(`${this.url}${path}`, {
      method,
      headers: {
        accept: '*/*',
        authorization: `Bearer ${this.key}`,
        'content-type': 'application/json',
        'user-agent': 'curl/8.5.0',
      },
    });
    const answered = new Promise((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    return answered;
  }
}

function readAnswer(status, headers, text) {
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith('text/event-stream')) {
    const sse = new SseLog();
    sse.push(new TextEncoder().encode(text));
    return { status, headers, text, sse };
  }
  const json = contentType.startsWith('application/json') ? JSON.parse(text) : undefined;
  return { status, headers, text, json };
}
