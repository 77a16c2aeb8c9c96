import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, conversation, hold, reply, text, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

/** How soon a session must be free again once the server is back. */
const RECOVERY_LIMIT_MS = 2_000;

describeWorld(
  'a server that is killed',
  (world) => {
    const crash = async () => {
      await world.server.kill();
      await world.server.start();
    };

    it('between a tool request and its results: loses nothing', async () => {
      await world.provider.script(
        reply(text('Let me see.'), call('get-location')),
        reply(text('You are in Oslo.')),
      );
      const session = await world.session('concierge', { input: { COMPANY_NAME: 'Globex' } });
      const events = await collect(session.execute(userMessage('Where am I?')));
      const { executionId, toolCalls } = events.find(({ type }) => type === 'client-tool-request');
      const before = await world.messages(session);
      await crash();

      assert.deepEqual(await world.messages(session), before, 'what was said is there');
      const toolResult = { toolCallId: toolCalls[0].toolCallId, result: 'Oslo' };
      const rest = await collect(
        session.execute({ type: 'continue', executionId, toolResults: [toolResult] }),
      );
      assert.equal(shownText(rest), 'You are in Oslo.');
      const request = await world.provider.lastRequest();
      assert.deepEqual(
        toolResults(request).map((result) => result.text),
        ['Oslo'],
      );
      assert.match(JSON.stringify(request.system), /Globex/);
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map(({ type, status }) => [type, status]),
        [
          ['text', 'done'],
          ['tool-call', 'done'],
          ['text', 'done'],
        ],
      );
    });

    it('while it streams: takes the next trigger at once', async () => {
      await world.provider.script(
        reply(text('It was a dark and '), hold),
        reply(text('I am back.')),
      );
      const session = await world.session('concierge');
      const reading = (async () => {
        for await (const { type } of session.execute(userMessage('A story'))) {
          if (type === 'text-delta') await world.server.kill();
        }
      })();
      await reading.catch(() => {});
      await world.server.start();

      const cut = await world.messages(session);
      assert.ok(cut.every(({ status }) => status === 'done'), 'nothing runs any more');

      const started = Date.now();
      const events = await collect(session.execute(userMessage('Are you there?')));
      const took = Date.now() - started;
      assert.equal(shownText(events), 'I am back.');
      assert.ok(took < RECOVERY_LIMIT_MS, `the session was free after ${took} ms`);
      const said = conversation(await world.provider.lastRequest());
      assert.match(said[0][1], /^A story/, 'an accepted message is kept');
      assert.match(said.at(-1)[1], /Are you there\?$/);
    });

    it('at any point of an answer: takes the next trigger', async () => {
      await world.provider.setDefault(reply(text(['One ', 'two ', 'three.'])));
      const whole = await collect((await world.session('concierge')).execute(userMessage('Count')));
      for (let point = 1; point < whole.length; point += 1) {
        const session = await world.session('concierge');
        const reading = (async () => {
          let seen = 0;
          for await (const _ of session.execute(userMessage('Count'))) {
            seen += 1;
            if (seen === point) await world.server.kill();
          }
        })();
        await reading.catch(() => {});
        await world.server.start();
        const events = await collect(session.execute(userMessage('Again')));
        assert.equal(shownText(events), 'One two three.', `after event ${point}`);
        const [first] = conversation(await world.provider.lastRequest());
        assert.match(first[1], /^Count/, 'the first message is there');
      }
    });

    it('while it works with results: takes them again, once', async () => {
      await world.provider.script(
        reply(call('get-location')),
        reply(text('You are '), hold),
        reply(text('In Oslo.')),
      );
      const session = await world.session('concierge');
      const events = await collect(session.execute(userMessage('Where am I?')));
      const { executionId, toolCalls } = events.find(({ type }) => type === 'client-tool-request');
      const toolResult = { toolCallId: toolCalls[0].toolCallId, result: 'Oslo' };
      const proceed = () =>
        session.execute({ type: 'continue', executionId, toolResults: [toolResult] });
      const reading = (async () => {
        for await (const { type } of proceed()) {
          if (type === 'text-delta') await world.server.kill();
        }
      })();
      await reading.catch(() => {});
      await world.server.start();

      assert.equal(shownText(await collect(proceed())), 'In Oslo.');
      assert.equal(toolResults(await world.provider.lastRequest()).length, 1);
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map((part) => part.text ?? part.toolName),
        ['get-location', 'In Oslo.'],
      );
    });

    it('after an answer was finished: has that answer', async () => {
      await world.provider.script(reply(text('Remember this.')));
      const session = await world.session('concierge');
      await collect(session.execute(userMessage('Say something')));
      await crash();
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, 'Remember this.');
    });
  },
  { agents: ['concierge'] },
);
