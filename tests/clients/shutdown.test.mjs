import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hold, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

describeWorld(
  'a server that is asked to stop',
  (world) => {
    it('tells its clients to try again, and keeps what was said', async () => {
      await world.provider.script(
        reply(text('It was a dark and '), hold),
        reply(text('I am back.')),
      );
      const session = await world.session('concierge');
      let stopped;
      const events = [];
      for await (const event of session.execute(userMessage('A story'))) {
        events.push(event);
        if (event.type === 'text-delta' && shownText(events) === 'It was a dark and ') {
          stopped = world.server.stop();
        }
      }
      const error = events.at(-1);
      assert.deepEqual([error.type, error.source, error.retryable], ['error', 'platform', true]);
      assert.deepEqual(await stopped, { code: 0, signal: null });

      await world.server.start();
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, 'It was a dark and ');
      const next = await collect(session.execute(userMessage('Are you there?')));
      assert.equal(shownText(next), 'I am back.');
    });

    it('lets a running answer end first', async () => {
      await world.provider.script(reply(text('Almost '), hold, text('done.')));
      const session = await world.session('concierge');
      let stopped;
      const events = [];
      for await (const event of session.execute(userMessage('Hurry'))) {
        events.push(event);
        if (event.type === 'text-delta' && shownText(events) === 'Almost ') {
          stopped = world.server.stop();
          await world.provider.release();
        }
      }
      assert.equal(shownText(events), 'Almost done.');
      assert.equal(events.at(-1).finishReason, 'stop');
      assert.equal((await stopped).code, 0);
      await world.server.start();
    });
  },
  { agents: ['concierge'], env: { OCTAVUSD_DRAIN_TIME: '500ms' } },
);
