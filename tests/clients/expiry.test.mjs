import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { call, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, userMessage } from './harness/world.mjs';

const SESSION_TTL_MS = 1_000;

describeWorld(
  'a session that nobody uses',
  (world) => {
    it('expires: it is read as expired, and takes no trigger', async () => {
      await world.provider.script(reply(text('Good evening.')));
      const session = await world.session('concierge');
      const id = session.getSessionId();
      await collect(session.execute(userMessage('Hello')));
      const fresh = await world.client.agentSessions.get(id);
      assert.equal(fresh.status, 'active');

      await delay(SESSION_TTL_MS);
      for (const state of [
        await world.client.agentSessions.get(id),
        await world.client.agentSessions.getMessages(id),
      ]) {
        assert.deepEqual(state, {
          sessionId: id,
          agentId: fresh.agentId,
          status: 'expired',
          createdAt: fresh.createdAt,
        });
      }
      const trigger = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } };
      const refused = await world.api.trigger(id, trigger);
      assert.deepEqual([refused.status, refused.json.code], [404, 'SESSION_EXPIRED']);
    });
  },
  { agents: ['concierge'], env: { OCTAVUSD_SESSION_TTL: `${SESSION_TTL_MS}ms` } },
);

describeWorld(
  'a session that was cleared',
  (world) => {
    it('is restored from the messages that the client kept', async () => {
      await world.provider.script(
        reply(call('get-weather', { city: 'Oslo' })),
        reply(text('It snows.')),
        reply(text('Take a coat.')),
      );
      const tools = { 'get-weather': () => ({ sky: 'snow' }) };
      const session = await world.session('concierge', { tools });
      const id = session.getSessionId();
      await collect(session.execute(userMessage('How is Oslo?')));
      const kept = await world.messages(session);
      const early = await world.client.agentSessions.restore(id, kept);
      assert.deepEqual(early, { sessionId: id, restored: false });

      const cleared = await world.api.request('DELETE', `/api/agent-sessions/${id}`);
      assert.deepEqual(cleared.json, { sessionId: id, cleared: true });
      const restored = await world.client.agentSessions.restore(id, kept);
      assert.deepEqual(restored, { sessionId: id, restored: true });
      assert.deepEqual(await world.messages(session), kept);

      await collect(session.execute(userMessage('What shall I wear?')));
      const texts = (await world.messages(session)).map(({ parts }) => parts.at(-1).text);
      assert.deepEqual(texts, [
        'How is Oslo?',
        'It snows.',
        'What shall I wear?',
        'Take a coat.',
      ]);
    });
  },
  { agents: ['concierge'] },
);
