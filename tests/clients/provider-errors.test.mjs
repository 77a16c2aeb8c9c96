import assert from 'node:assert/strict';
import { it } from 'node:test';
import { failure, reply, streamError, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, types, userMessage } from './harness/world.mjs';

describeWorld(
  'a vendor that fails',
  (world) => {
    const ask = async (answer, content = 'Hello') => {
      await world.provider.script(answer);
      const session = await world.session('concierge');
      return { session, events: await collect(session.execute(userMessage(content))) };
    };
    const recovers = async (session) => {
      await world.provider.script(reply(text('Here I am.')));
      assert.equal(shownText(await collect(session.execute(userMessage('Again')))), 'Here I am.');
    };

    it('before it answers: the client is told what failed', async () => {
      const { session, events } = await ask(
        failure(401, 'authentication_error', 'invalid x-api-key'),
      );
      const error = events.at(-1);
      assert.deepEqual(
        [error.type, error.errorType, error.source, error.retryable],
        ['error', 'authentication_error', 'provider', false],
      );
      assert.equal(error.provider.statusCode, 401);
      assert.doesNotMatch(world.wire.last.sse.raw, /sk-test/, 'the key stays on the server');
      assert.ok(!types(events).includes('finish'));
      await recovers(session);
    });

    it('by being overloaded for good: the client may try again', async () => {
      const overloaded = failure(529, 'overloaded_error', 'Overloaded');
      await world.provider.setDefault(overloaded);
      const session = await world.session('concierge');
      const error = (await collect(session.execute(userMessage('Hello')))).at(-1);
      assert.deepEqual(
        [error.errorType, error.retryable, error.provider.statusCode],
        ['provider_overloaded', true, 529],
      );
      await recovers(session);
    });

    it('for a moment: the client sees nothing of it', async () => {
      const busy = {
        ...failure(429, 'rate_limit_error', 'slow down'),
        headers: { 'retry-after': '0' },
      };
      await world.provider.script(busy);
      const { events } = await ask(reply(text('At last.')));
      assert.equal(shownText(events), 'At last.');
      assert.equal((await world.provider.requests()).length, 2);
    });

    it('in the middle of an answer: what has come is kept', async () => {
      const broken = reply(text('The answer is '), streamError('overloaded_error', 'Overloaded'));
      const { session, events } = await ask(broken);
      assert.equal(shownText(events), 'The answer is ');
      assert.deepEqual([events.at(-1).type, events.at(-1).retryable], ['error', true]);
      assert.equal(
        (await world.provider.requests()).length,
        1,
        'no second try behind the first word',
      );
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, 'The answer is ');
      await recovers(session);
    });

    it('by closing the connection: what has come is kept', async () => {
      // Piece by piece, so that some of it has left before the cut.
      const words = Array.from({ length: 40 }, (_, index) => `word${index} `);
      const cut = { ...reply(text(words)), chunkDelayMs: 2, cutAfter: 2_000 };
      const { session, events } = await ask(cut);
      assert.deepEqual([events.at(-1).type, events.at(-1).source], ['error', 'provider']);
      assert.match(shownText(events), /^word0 word1 /);
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, shownText(events));
      await recovers(session);
    });
  },
  { agents: ['concierge'] },
);
