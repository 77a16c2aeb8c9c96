import assert from 'node:assert/strict';
import { it } from 'node:test';
import { say, until } from './harness/chat.mjs';
import { CURRENT, currentMessages, runTurn } from './harness/current.mjs';
import { ARTICLE, NEWSROOM, archive } from './harness/newsroom.mjs';
import {
  assertReloadShows,
  assertSameParts,
  outline,
  outlineOfLast,
  partsOf,
} from './harness/parts.mjs';
import {
  blocks,
  call,
  failure,
  hold,
  reply,
  replyTo,
  streamError,
  text,
  toolResults,
} from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

describeWorld(
  'a worker that is cut short',
  (world) => {
    const lastResults = async () => toolResults(await world.provider.lastRequest());
    const refusal = failure(401, 'authentication_error', 'invalid x-api-key of Acme');

    it('by its vendor: the model is told, and the words of the vendor stay here', async () => {
      const script = [
        reply(call('researcher', { TOPIC: 'ice' }), call('fact-checker', { CLAIM: 'ice is warm' })),
        { ...refusal, when: 'Look into ice' },
        replyTo('ice is warm', text('It is not.')),
        reply(text('I could not look into it.')),
      ];
      await world.provider.script(...script);
      const session = await world.session('newsroom');
      const chat = await world.chat(session);
      await say(chat, 'Write about ice');
      assert.equal(chat.status, 'idle', 'the agent goes on');
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'error', 'researcher'],
        ['tool-call', 'done', 'fact-checker'],
        ['text', 'done', 'I could not look into it.'],
      ]);
      const [{ error }] = chat.messages[1].parts;
      assert.ok(error.length > 0);
      assert.doesNotMatch(error, /x-api-key/);
      assertReloadShows(chat.messages, await world.messages(session));
      const [failed, fine] = await lastResults();
      assert.deepEqual([failed.failed, fine.failed], [true, false]);
      assert.doesNotMatch(JSON.stringify(world.wire.events), /x-api-key/);
      assert.doesNotMatch(JSON.stringify(await world.messages(session)), /x-api-key/);

      await world.provider.script(...script);
      const current = await world.session('newsroom');
      const parts = partsOf(await runTurn(world, current, ARTICLE));
      assert.deepEqual(
        parts.map(({ type, status }) => [type, status]),
        [
          ['worker', 'error'],
          ['worker', 'done'],
          ['text', 'done'],
        ],
      );
      assertSameParts(parts, (await currentMessages(world, current))[1].parts);
      const logs = await world.api.get(`/api/agent-sessions/${current.getSessionId()}/logs`);
      assert.match(logs.text, /x-api-key/, 'the log is for the operator');
    });

    it('in the middle of a sentence: what it had said is kept', async () => {
      await world.provider.script(
        reply(call('researcher', { TOPIC: 'ice' })),
        reply(text('Ice is '), streamError('overloaded_error', 'Overloaded')),
        reply(text('It is cold.')),
      );
      const session = await world.session('newsroom');
      const parts = partsOf(await runTurn(world, session, ARTICLE));
      assert.deepEqual(outline({ parts }), [
        ['worker', 'error', 'researcher', [['text', 'done', 'Ice is ']]],
        ['text', 'done', 'It is cold.'],
      ]);
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);
    });

    it('by an input that it does not take: it does not begin', async () => {
      await world.provider.script(
        reply(call('researcher', { TOPIC: 7 }), call('fact-checker')),
        reply(text('Never mind.')),
      );
      const session = await world.session('newsroom');
      const chat = await world.chat(session);
      await say(chat, 'Write about seven');
      assert.equal((await world.provider.requests()).length, 2, 'no worker asked its model');
      const [topic, claim] = await lastResults();
      assert.ok(topic.failed && claim.failed);
      assert.match(topic.text, /TOPIC/);
      assert.match(claim.text, /CLAIM/);
      assert.deepEqual(
        chat.messages[1].parts.map(({ status }) => status),
        ['error', 'error', 'done'],
      );
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('not by a tool that fails: that is for it to deal with', async () => {
      const script = [
        reply(call('researcher', { TOPIC: 'ice' })),
        reply(call('look-up', { query: 'ice' })),
        reply(text('Nobody knows.')),
        reply(text('Nobody knows of ice.')),
      ];
      const tools = {
        'search-archive': async () => {
          throw new Error('the archive burned down');
        },
      };
      await world.provider.script(...script);
      const session = await world.session('newsroom', { tools });
      const chat = await world.chat(session);
      await say(chat, 'Write about ice');
      const [, , worker, agent] = await world.provider.requests();
      const [{ failed, text: told }] = toolResults(worker);
      assert.ok(failed);
      assert.match(told, /burned down/);
      assert.deepEqual(toolResults(agent), [{ text: 'Nobody knows.', failed: false }]);
      assertReloadShows(chat.messages, await world.messages(session));

      await world.provider.script(...script);
      const current = await world.session('newsroom');
      const parts = partsOf(await runTurn(world, current, ARTICLE, tools));
      assert.deepEqual(outline({ parts })[0], [
        ...['worker', 'done', 'researcher'],
        [
          ['tool-call', 'error', 'look-up'],
          ['text', 'done', 'Nobody knows.'],
        ],
      ]);
      assertSameParts(parts, (await currentMessages(world, current))[1].parts);
    });

    /** Runs the trigger up to the tools that a worker asks for; answers how to go on. */
    const pause = async (...calls) => {
      await world.provider.script(reply(call('researcher', { TOPIC: 'ice' })), reply(...calls));
      const session = await world.session('newsroom');
      const id = session.getSessionId();
      const { sse } = await world.api.trigger(id, ARTICLE, CURRENT);
      const [{ executionId }] = sse.events;
      const [{ toolCalls }] = sse.of('tool-request');
      const body = (...results) => ({
        executionId,
        toolResults: toolCalls.flatMap(({ toolCallId }, index) =>
          results[index] === undefined ? [] : [{ toolCallId, result: results[index] }],
        ),
      });
      return { session, id, asked: sse.events, body };
    };

    it('not by a result that is missing: that is an error to it', async () => {
      const look = (query) => call('look-up', { query });
      const { session, id, asked, body } = await pause(look('ice'), look('snow'));
      await world.provider.script(reply(text('Half of it.')), reply(text('Done.')));
      const { sse } = await world.api.trigger(id, body(undefined, 'white'), CURRENT);
      const parts = partsOf([...asked, ...sse.events]);
      assert.deepEqual(outline({ parts })[0], [
        ...['worker', 'done', 'researcher'],
        [
          ['tool-call', 'error', 'look-up'],
          ['tool-call', 'done', 'look-up'],
          ['text', 'done', 'Half of it.'],
        ],
      ]);
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);
    });

    it('by a lost connection: the same results go on with it', async () => {
      const { session, id, asked, body } = await pause(call('look-up', { query: 'ice' }));
      await world.provider.script(
        reply(text('Ice is '), hold),
        reply(text('Ice is cold.')),
        reply(text('Done.')),
      );
      const lost = new AbortController();
      const path = `/api/agent-sessions/${id}/trigger`;
      const { signal } = lost;
      const response = await world.api.open('POST', path, body('cold'), CURRENT, { signal });
      const reader = response.body.getReader();
      while (world.wire.last.sse.text !== 'Ice is ') await reader.read();
      lost.abort();
      await world.provider.counts({ aborted: 1 });

      const { sse } = await world.api.trigger(id, body('cold'), CURRENT);
      const parts = partsOf([...asked, ...sse.events]);
      assert.deepEqual(outline({ parts }), [
        [
          ...['worker', 'done', 'researcher'],
          [
            ['tool-call', 'done', 'look-up'],
            ['text', 'done', 'Ice is cold.'],
          ],
        ],
        ['text', 'done', 'Done.'],
      ]);
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);
    });

    it('by a user who stops: what had come is kept, and the chat goes on', async () => {
      await world.provider.script(
        reply(text('A moment.'), call('researcher', { TOPIC: 'rain' })),
        reply(text('It is '), hold, text('wet.')),
        reply(text('Very well.')),
      );
      const session = await world.session('newsroom');
      const chat = await world.chat(session);
      const sending = say(chat, 'Write about rain');
      await until(chat, ({ messages }) => messages[1]?.parts.length === 2);
      await world.provider.counts({ requests: 2 });
      assert.deepEqual(outlineOfLast(await world.messages(session)), [
        ['text', 'done', 'A moment.'],
        ['tool-call', 'running', 'researcher'],
      ]);
      const running = (await currentMessages(world, session))[1];
      assert.equal(running.status, 'streaming');
      assert.equal(running.parts[1].status, 'running');
      chat.stop();
      await sending;
      await world.provider.counts({ aborted: 1 });

      await say(chat, 'Enough');
      assert.equal(chat.status, 'idle');
      const results = await lastResults();
      assert.deepEqual(
        results.map(({ failed }) => failed),
        [true],
        'the call has an answer',
      );
      const [, answer] = await world.messages(session);
      assert.deepEqual(outline(answer), [
        ['text', 'done', 'A moment.'],
        ['tool-call', 'error', 'researcher'],
      ]);
      const [, current] = await currentMessages(world, session);
      assert.deepEqual(outline(current), [
        ['text', 'done', 'A moment.'],
        ['worker', 'cancelled', 'researcher', [['text', 'done', 'It is ']]],
      ]);
    });

    it('by a trigger that comes while it waits for a tool', async () => {
      await world.provider.script(
        reply(call('researcher', { TOPIC: 'rain' })),
        reply(call('look-up', { query: 'rain' })),
        reply(text('Very well.')),
      );
      const session = await world.session('newsroom');
      const events = await collect(session.execute(userMessage('Write about rain')));
      const { executionId, toolCalls } = events.find(({ type }) => type === 'client-tool-request');
      assert.equal(shownText(await collect(session.execute(userMessage('Stop it')))), 'Very well.');

      const request = await world.provider.lastRequest();
      assert.equal(blocks(request, 'tool_use').length, 1, 'the call of the worker alone');
      assert.deepEqual(
        toolResults(request).map(({ failed }) => failed),
        [true],
      );
      const late = await world.api.trigger(session.getSessionId(), {
        executionId,
        toolResults: [{ toolCallId: toolCalls[0].toolCallId, result: 'wet' }],
      });
      assert.deepEqual([late.status, late.json.code], [404, 'EXECUTION_NOT_FOUND']);
      const [, current] = await currentMessages(world, session);
      assert.deepEqual(outline(current), [
        ['worker', 'cancelled', 'researcher', [['tool-call', 'cancelled', 'look-up']]],
      ]);
    });
  },
  { agents: NEWSROOM },
);
