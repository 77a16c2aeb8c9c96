import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conversation, hold, reply, text } from './harness/provider.mjs';
import { collect, describeWorld } from './harness/world.mjs';

const trigger = (content) => ({ triggerName: 'user-message', input: { USER_MESSAGE: content } });

/** Starts a trigger whose answer stops halfway; answers when the first half is there. */
async function startHeld(world, session) {
  await world.provider.script(reply(text('First '), hold, text('answer.')));
  const path = `/api/agent-sessions/${session}/trigger`;
  const response = await world.api.open('POST', path, trigger('One'));
  const leg = world.wire.last;
  const reader = response.body.getReader();
  while (leg.sse.text !== 'First ') await reader.read();
  return {
    leg,
    /** Lets the answer go on, and reads it to its end. */
    async finish() {
      await world.provider.release();
      while (!(await reader.read()).done);
    },
  };
}

describeWorld(
  'a busy session',
  (world) => {
    it('refuses a second trigger after a short wait, and says when to come back', async () => {
      const session = (await world.session('concierge')).getSessionId();
      const first = await startHeld(world, session);

      const started = Date.now();
      const refused = await world.api.trigger(session, trigger('Two'));
      assert.deepEqual([refused.status, refused.json.code], [429, 'SESSION_BUSY']);
      assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
      assert.ok(Date.now() - started >= 300, 'it has waited for its turn');

      await first.finish();
      assert.equal(first.leg.sse.text, 'First answer.');
      assert.equal((await world.provider.requests()).length, 1, 'the refused one left no trace');
    });

    it('tells the published client so', async () => {
      const session = await world.session('concierge');
      const first = await startHeld(world, session.getSessionId());
      const [event] = await collect(session.execute({ type: 'trigger', ...trigger('Two') }));
      assert.deepEqual(
        [event.type, event.errorType, event.retryable],
        ['error', 'rate_limit_error', true],
      );
      await first.finish();
    });

    it('takes the second trigger where the first ends in time', async () => {
      const session = (await world.session('concierge')).getSessionId();
      const first = await startHeld(world, session);
      await world.provider.script(reply(text('Second answer.')));
      const [second] = await Promise.all([
        world.api.trigger(session, trigger('Two')),
        first.finish(),
      ]);

      assert.equal(second.sse.text, 'Second answer.');
      const said = conversation(await world.provider.lastRequest());
      assert.deepEqual(said, [
        ['user', 'One'],
        ['assistant', 'First answer.'],
        ['user', 'Two'],
      ]);
    });

    it('does not hold up another session', async () => {
      const first = await startHeld(world, (await world.session('concierge')).getSessionId());
      await world.provider.script(reply(text('Free.')));
      const other = (await world.session('concierge')).getSessionId();
      assert.equal((await world.api.trigger(other, trigger('Hello'))).sse.text, 'Free.');
      await first.finish();
    });
  },
  { agents: ['concierge'], env: { OCTAVUSD_BUSY_WAIT: '500ms' } },
);
