// Everything a group of tests talks to: a fake vendor, a server, a key, and the published clients.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, describe } from 'node:test';
import { OctavusClient } from '@octavus/server-sdk';
import { readAgent } from './agent-folder.mjs';
import { Api } from './api.mjs';
import { openChat } from './chat.mjs';
import { AGENTS } from './paths.mjs';
import { FakeProvider } from './provider.mjs';
import { Server } from './server.mjs';
import { Wire } from './wire.mjs';

/** A test that waits for what never comes fails by this. */
const GROUP_LIMIT_MS = 120_000;

class World {
  #chats = [];
  #sessions = new Set();

  async start(env) {
    this.provider = await FakeProvider.start();
    this.server = await Server.prepare(['serve'], {
      ANTHROPIC_API_KEY: 'sk-test',
      ANTHROPIC_BASE_URL: this.provider.url,
      ...env,
    });
    this.wire = new Wire(this.server.url);
    this.wire.install();
    await this.server.start();
    const { key } = await this.server.createKey();
    this.key = key;
    this.api = new Api(this.server.url, key, this.wire);
    this.client = new OctavusClient({ baseUrl: this.server.url, apiKey: key });
  }

  async stop() {
    this.wire?.uninstall();
    await this.server?.remove();
    await this.provider?.stop();
  }

  /** Deploys one of the test agents, perhaps with other content; answers its id. */
  async deploy(name, change = (definition) => definition) {
    const definition = change(await readAgent(path.join(AGENTS, name)));
    const { status, json, text } = await this.api.post('/api/agents', definition);
    assert.equal(status, 201, text);
    return json.agentId;
  }

  /** A new session of an agent, attached with these tools and resources. */
  async session(agent, { input = {}, ...options } = {}) {
    return this.attach(await this.client.agentSessions.create(agent, input), options);
  }

  attach(sessionId, options) {
    this.#sessions.add(sessionId);
    return this.client.agentSessions.attach(sessionId, options);
  }

  async chat(session, options) {
    const { chat, stop } = await openChat(session, options);
    this.#chats.push(stop);
    return chat;
  }

  /** The messages as a chat shows them after a reload. */
  async messages(session) {
    const answer = await this.client.agentSessions.getMessages(session.getSessionId());
    return answer.messages;
  }

  /** Every session can be read by the client in both forms, whatever happened in it. */
  async #readSessions() {
    for (const id of this.#sessions) {
      await this.client.agentSessions.get(id);
      await this.client.agentSessions.getMessages(id);
    }
  }

  /** What holds after every test, whatever it was about. */
  async settle() {
    for (const stop of this.#chats.splice(0)) stop();
    try {
      assert.deepEqual(await this.provider.violations(), [], 'requests that a vendor would refuse');
      assert.deepEqual(await this.provider.mismatch(), { queued: 0, unscripted: 0 });
      assert.deepEqual(this.wire.problems(), [], 'rules that a stream broke');
      await this.#readSessions();
    } finally {
      this.#sessions.clear();
      this.wire.reset();
      await this.provider.reset();
    }
  }
}

/** A group of tests with a world of its own, started before the first and stopped after the last. */
export function describeWorld(name, tests, { env = {}, agents = [] } = {}) {
  describe(name, { timeout: GROUP_LIMIT_MS }, () => {
    const world = new World();
    before(async () => {
      await world.start(env);
      for (const agent of agents) await world.deploy(agent);
    });
    afterEach(() => world.settle());
    after(() => world.stop());
    tests(world);
  });
}

/** Reads a stream to its end; answers its events. */
export async function collect(events) {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

/** A trigger of a line of text, as the clients write it. */
export function userMessage(content) {
  return { type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: content } };
}

/** The text that a stream shows. */
export function shownText(events) {
  return events
    .filter(({ type }) => type === 'text-delta')
    .map(({ delta }) => delta)
    .join('');
}

export function types(events) {
  return events.map(({ type }) => type);
}
