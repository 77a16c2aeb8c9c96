import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { OctavusClient } from '@octavus/server-sdk';
import { run } from './harness/child.mjs';
import { EXAMPLES } from './harness/paths.mjs';
import { Server } from './harness/server.mjs';
import { Wire } from './harness/wire.mjs';
import { collect, shownText, userMessage } from './harness/world.mjs';

const KEYS_OF_VENDORS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'];

describe('the first run, without a key of any vendor', { timeout: 60_000 }, () => {
  let server;
  let wire;
  let key;

  before(async () => {
    // An undefined variable is left out of the child's environment.
    const none = Object.fromEntries(KEYS_OF_VENDORS.map((name) => [name, undefined]));
    server = await Server.prepare(['dev', EXAMPLES], none);
    wire = new Wire(server.url);
    wire.install();
    await server.start();
    [key] = await server.printed(/oct_sk_\w+/);
  });
  after(async () => {
    wire?.uninstall();
    await server?.remove();
  });

  it('loads the examples and says how to talk to them', async () => {
    await server.printed(/curl /);
    await server.printed(/demo/i);
    const client = new OctavusClient({ baseUrl: server.url, apiKey: key });
    const slugs = (await client.agents.list()).map(({ slug }) => slug).sort();
    assert.deepEqual(slugs, ['assistant', 'support']);
  });

  it('answers, and calls a tool that fits the question', async () => {
    const client = new OctavusClient({ baseUrl: server.url, apiKey: key });
    const session = client.agentSessions.attach(
      await client.agentSessions.create('assistant', {}),
      {
        tools: { 'get-current-time': async () => '2026-11-24T12:00:00Z' },
      },
    );
    const hello = await collect(session.execute(userMessage('Hello')));
    assert.ok(shownText(hello).length > 0);
    assert.equal(hello.at(-1).finishReason, 'stop');

    const time = await collect(
      session.execute(userMessage('What time is it? Use get-current-time.')),
    );
    const card = time.find(({ type }) => type === 'tool-input-start');
    assert.equal(card?.toolName, 'get-current-time');
    assert.match(shownText(time), /2026-11-24T12:00:00Z/);
    assert.deepEqual(wire.problems(), []);
  });

  it('holds the conversation of the README', async () => {
    const script = path.join(EXAMPLES, 'chat', 'chat.mjs');
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: key };
    const { code, output } = await run(process.execPath, [script, 'What time is it?'], { env });
    assert.equal(code, 0, output);
    assert.match(output, /get-current-time/);
  });
});
