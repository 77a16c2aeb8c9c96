// The published chat client, behind a small app of the kind that its users write.

import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createHttpTransport, OctavusChat } from '@octavus/client-sdk';
import { toSSEStream } from '@octavus/server-sdk';

/** An app's own endpoint: hands a chat's requests to its session, and the events back. */
class Backend {
  #server;

  static async start(session) {
    const backend = new Backend();
    backend.#server = createServer((request, response) => serve(session, request, response));
    backend.#server.listen(0, '127.0.0.1');
    await new Promise((resolve) => backend.#server.once('listening', resolve));
    backend.url = `http://127.0.0.1:${backend.#server.address().port}/`;
    return backend;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function serve(session, request, response) {
  const chunks = await request.toArray();
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const left = new AbortController();
  response.once('close', () => left.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = toSSEStream(session.execute(body, { signal: left.signal }));
  // A chat that leaves ends the pipe early, which is no failure of the app.
  await pipeline(Readable.fromWeb(events), response).catch(() => {});
}

/** Opens a chat on a session; `stop` ends its app. */
export async function openChat(session, options = {}) {
  const backend = await Backend.start(session);
  const transport = createHttpTransport({
    request: (payload, { signal } = {}) =>
      fetch(backend.url, { method: 'POST', body: JSON.stringify(payload), signal }),
  });
  const chat = new OctavusChat({ transport, ...options });
  return { chat, stop: () => backend.stop() };
}

/** Waits until the chat is as asked, now or at its next change. */
export function until(chat, condition) {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition(chat)) return;
      unsubscribe();
      resolve(chat);
    };
    const unsubscribe = chat.subscribe(look);
    look();
  });
}

/** Sends a line of text as a user does. */
export function say(chat, content, trigger = 'user-message') {
  return chat.send(trigger, { USER_MESSAGE: content }, { userMessage: { content } });
}
