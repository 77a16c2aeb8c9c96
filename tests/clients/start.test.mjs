import assert from 'node:assert/strict';
import { it } from 'node:test';
import { reply, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

const START = '/api/agent-sessions/start';

const body = (idempotencyKey) => ({
  agentId: 'concierge',
  trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Hello' } },
  idempotencyKey,
});

describeWorld(
  'a session that starts with its first trigger',
  (world) => {
    it('goes on with the published client', async () => {
      await world.provider.script(reply(text('Good evening.')), reply(text('It is eight.')));
      const started = await world.api.post(START, body('one'));
      const id = started.headers['x-octavus-session-id'];
      assert.equal(shownText(started.sse.events), 'Good evening.');
      assert.equal(started.sse.events[0].sessionId, id);

      const session = world.attach(id);
      const events = await collect(session.execute(userMessage('How late is it?')));
      assert.equal(shownText(events), 'It is eight.');
      const repeat = await world.api.post(START, body('one'));
      assert.deepEqual([repeat.status, repeat.json.code], [409, 'CONFLICT']);
    });

    it('is the same session where the request is sent again', async () => {
      await world.provider.script(reply(text('Good evening.')), reply(text('Good night.')));
      const first = await world.api.post(START, body('two'));
      const second = await world.api.post(START, body('two'));
      const id = first.headers['x-octavus-session-id'];
      assert.equal(second.headers['x-octavus-session-id'], id);
      const messages = await world.messages(world.attach(id));
      assert.deepEqual(
        messages.map(({ parts }) => parts[0].text),
        ['Hello', 'Good night.'],
      );
    });
  },
  { agents: ['concierge'] },
);
