import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  blocks,
  call,
  conversation,
  hold,
  reply,
  text,
  thinking,
  toolResults,
} from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

/** How soon the vendor must feel that the user left. */
const DROP_LIMIT_MS = 1_000;

/** Reads a stream until its text is as asked, then leaves as a closed tab does. */
async function leaveAfter(session, message, wanted) {
  const left = new AbortController();
  let seen = '';
  for await (const event of session.execute(message, { signal: left.signal })) {
    if (event.type === 'text-delta') seen += event.delta;
    if (seen === wanted) left.abort();
  }
}

describeWorld(
  'a client that leaves',
  (world) => {
    it('ends the model call within a second, and keeps the text so far', async () => {
      await world.provider.script(
        reply(text('Once upon a '), hold, text('time')),
        reply(text('Good night.')),
      );
      const session = await world.session('concierge');
      await leaveAfter(session, userMessage('A story, please'), 'Once upon a ');
      const left = Date.now();
      const counts = await world.provider.counts({ aborted: 1 });
      const took = Date.now() - left;
      assert.ok(took < DROP_LIMIT_MS, `dropped after ${took} ms`);
      assert.equal(counts.open, 0);

      const events = await collect(session.execute(userMessage('Thanks')));
      assert.equal(shownText(events), 'Good night.');
      const shown = (await world.messages(session)).map(({ parts }) => parts[0].text);
      assert.deepEqual(shown, ['A story, please', 'Once upon a ', 'Thanks', 'Good night.']);
      const said = conversation(await world.provider.lastRequest());
      assert.match(said[1][1], /^Once upon a/, 'the model knows what it had said');
    });

    it('may come back at once', async () => {
      await world.provider.script(reply(text('Endless '), hold), reply(text('Back again.')));
      const session = await world.session('concierge');
      await leaveAfter(session, userMessage('Go'), 'Endless ');
      const events = await collect(session.execute(userMessage('Stop that')));
      assert.equal(shownText(events), 'Back again.');
    });

    it('may leave at any point of an answer', async () => {
      await world.provider.setDefault(reply(thinking('Hm. '), text('Well, I think so.')));
      const whole = await collect((await world.session('thinker')).execute(userMessage('Yes?')));
      for (let point = 1; point < whole.length; point += 1) {
        const session = await world.session('thinker');
        const left = new AbortController();
        let seen = 0;
        for await (const _ of session.execute(userMessage('Yes?'), { signal: left.signal })) {
          seen += 1;
          if (seen === point) left.abort();
        }
        const events = await collect(session.execute(userMessage('Really?')));
        assert.equal(shownText(events), 'Well, I think so.', `after event ${point}`);
        const last = (await world.messages(session)).at(-1);
        assert.deepEqual(
          last.parts.map(({ type }) => type),
          ['reasoning', 'text'],
        );
      }
    });

    it('leaves an open tool call that the next trigger closes', async () => {
      await world.provider.script(
        reply(text('Let me see.'), call('get-location')),
        reply(text('Never mind.')),
      );
      const session = await world.session('concierge');
      const events = await collect(session.execute(userMessage('Where am I?')));
      const { executionId, toolCalls } = events.find(({ type }) => type === 'client-tool-request');

      const next = await collect(session.execute(userMessage('Forget it')));
      assert.equal(shownText(next), 'Never mind.');
      const request = await world.provider.lastRequest();
      assert.equal(blocks(request, 'tool_use').length, 1);
      assert.equal(
        toolResults(request).length,
        1,
        'the call has an answer, though nobody gave one',
      );

      const late = await world.api.trigger(session.getSessionId(), {
        executionId,
        toolResults: [{ toolCallId: toolCalls[0].toolCallId, result: 'Oslo' }],
      });
      assert.deepEqual([late.status, late.json.code], [404, 'EXECUTION_NOT_FOUND']);
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts.at(-1).type, 'tool-call');
      assert.equal(answer.parts.at(-1).status, 'error', 'the old client has no word for cancelled');
    });
  },
  { agents: ['concierge', 'thinker'] },
);
