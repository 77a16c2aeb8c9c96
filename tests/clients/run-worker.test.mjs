import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from './harness/chat.mjs';
import { currentMessages, runTurn } from './harness/current.mjs';
import {
  assertReloadShows,
  assertSameParts,
  outline,
  outlineOfLast,
  partsOf,
} from './harness/parts.mjs';
import { call, conversation, failure, hold, reply, text } from './harness/provider.mjs';
import { describeWorld, types } from './harness/world.mjs';

const TOPIC = { TOPIC: 'tides' };
const isIdle = ({ status }) => status === 'idle';

describeWorld(
  'the block run-worker',
  (world) => {
    const asked = [];
    const tools = {
      'search-archive': async ({ query }) => {
        asked.push(query);
        return `all about ${query}`;
      },
    };
    const looksUp = [reply(call('look-up', { query: 'tides' })), reply(text('High at noon.'))];
    const open = async () => {
      const session = await world.session('briefing', { tools });
      return { session, chat: await world.chat(session) };
    };
    const variablesOf = async (session) =>
      (await world.client.agentSessions.get(session.getSessionId())).variables;
    /** The events of a turn in the current shape, and its parts, which a reload shows as well. */
    const currentTurn = async (triggerName, input) => {
      const session = await world.session('briefing');
      const events = await runTurn(world, session, { triggerName, input }, tools);
      const parts = partsOf(events);
      const [message] = await currentMessages(world, session);
      assertSameParts(parts, message?.parts ?? []);
      return { events, parts, session };
    };

    it('is a card to the first clients, and its output a variable', async () => {
      await world.provider.script(...looksUp, reply(text('Go at noon.')));
      const { session, chat } = await open();
      await chat.send('brief', TOPIC);

      assert.deepEqual(asked.splice(0), ['tides']);
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'Go at noon.'],
      ]);
      const [card] = chat.messages[0].parts;
      assert.deepEqual(
        [card.displayName, card.args, card.result],
        ['Looking into it', TOPIC, 'High at noon.'],
      );
      assertReloadShows(chat.messages, await world.messages(session));
      assert.equal((await variablesOf(session)).FINDINGS, 'High at noon.');
      assert.deepEqual(conversation(await world.provider.lastRequest()), [
        ['user', 'The researcher says: High at noon.'],
      ]);
    });

    it('is watched by the current ones, within its block', async () => {
      await world.provider.script(...looksUp, reply(text('Go at noon.')));
      const { events, parts } = await currentTurn('brief', TOPIC);
      assert.deepEqual(outline({ parts }), [
        [
          ...['worker', 'done', 'researcher'],
          [
            ['tool-call', 'done', 'look-up'],
            ['text', 'done', 'High at noon.'],
          ],
        ],
        ['text', 'done', 'Go at noon.'],
      ]);
      const frames = events.filter(({ type }) => /^(block|worker)-/.test(type));
      assert.deepEqual(
        frames.map(({ type, blockType }) => [type, blockType].filter(Boolean).join(' ')),
        [
          'block-start run-worker',
          'worker-start',
          'block-start next-message',
          'block-end',
          'worker-result',
          'block-end',
          'block-start next-message',
          'block-end',
        ],
      );
      const request = events.find(({ type }) => type === 'tool-request');
      assert.deepEqual(
        request.toolCalls.map(({ toolName, source }) => [toolName, source]),
        [['search-archive', 'llm']],
      );
    });

    it('is shown as the worker is declared where it does not say how', async () => {
      await world.provider.script(reply(text('It is so.')));
      const { events, parts, session } = await currentTurn('check', { CLAIM: 'secret claim' });
      const [, frame] = events;
      assert.deepEqual([frame.blockType, frame.display], ['run-worker', 'title']);
      assert.deepEqual(outline({ parts }), [['worker', 'done', 'fact-checker']]);
      const [{ description, input, output }] = parts;
      assert.deepEqual(
        [description, input, output],
        ['Checking the facts', undefined, 'It is so.'],
      );
      assert.equal((await variablesOf(session)).VERDICT, 'It is so.');
      assert.doesNotMatch(JSON.stringify(events), /secret claim/);

      await world.provider.script(reply(text('It is so.')));
      const older = await open();
      await older.chat.send('check', { CLAIM: 'secret claim' });
      const [card] = older.chat.messages[0].parts;
      assert.deepEqual([card.displayName, card.args], ['Checking the facts', {}]);
      assertReloadShows(older.chat.messages, await world.messages(older.session));
    });

    it('may show its name alone', async () => {
      await world.provider.script(...looksUp);
      const { events, parts } = await currentTurn('brief-by-name', TOPIC);
      const [worker, ...more] = parts;
      assert.deepEqual(more, []);
      assert.deepEqual(
        [worker.workerSlug, worker.description, worker.input, worker.parts],
        ['researcher', undefined, undefined, []],
      );
      assert.deepEqual(
        types(events.filter(({ type }) => /^(text|tool-input)/.test(type))),
        [],
        'nothing of its work',
      );
    });

    it('may be hidden, and asks for tools all the same', async () => {
      await world.provider.script(...looksUp, reply(text('Go at noon.')));
      const { session, chat } = await open();
      await chat.send('brief-silently', TOPIC);
      assert.deepEqual(asked.splice(-1), ['tides']);
      assert.deepEqual(outlineOfLast(chat.messages), [['text', 'done', 'Go at noon.']]);
      assertReloadShows(chat.messages, await world.messages(session));
      const [first] = world.wire.legs;
      assert.deepEqual(types(first.sse.events), ['start', 'tool-request', 'finish']);

      await world.provider.script(...looksUp, reply(text('Go at noon.')));
      const { events } = await currentTurn('brief-silently', TOPIC);
      assert.deepEqual(types(events.filter(({ type }) => type.startsWith('worker'))), []);
    });

    it('waits for a client, and hands on what it found to the next one', async () => {
      await world.provider.script(...looksUp, reply(text('It is so.')));
      const session = await world.session('briefing');
      const chat = await world.chat(session, { clientTools: tools });
      await chat.send('brief-and-check', TOPIC);
      await until(chat, isIdle);
      assert.deepEqual(asked.splice(-1), ['tides']);
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'done', 'researcher'],
        ['tool-call', 'done', 'fact-checker'],
      ]);
      assert.equal(chat.messages[0].parts[1].displayName, 'Looking twice');
      assertReloadShows(chat.messages, await world.messages(session));
      assert.deepEqual(conversation(await world.provider.lastRequest()), [
        ['user', 'Is it true that High at noon.?'],
      ]);
    });

    it('does not end the handler where the worker fails', async () => {
      const script = [
        failure(401, 'authentication_error', 'invalid x-api-key of Acme'),
        reply(text('Nobody knows.')),
      ];
      await world.provider.script(...script);
      const { session, chat } = await open();
      await chat.send('brief', TOPIC);
      assert.equal(chat.status, 'idle');
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'error', 'researcher'],
        ['text', 'done', 'Nobody knows.'],
      ]);
      assert.doesNotMatch(chat.messages[0].parts[0].error, /x-api-key/);
      assertReloadShows(chat.messages, await world.messages(session));
      assert.equal(typeof (await variablesOf(session)).FINDINGS.error, 'string');

      await world.provider.script(...script);
      const { parts } = await currentTurn('brief', TOPIC);
      assert.deepEqual(
        parts.map(({ type, status }) => [type, status]),
        [
          ['worker', 'error'],
          ['text', 'done'],
        ],
      );
    });

    it('is cancelled with its worker by a user who stops', async () => {
      await world.provider.script(reply(text('High at '), hold, text('noon.')));
      const { session, chat } = await open();
      const sending = chat.send('brief', TOPIC);
      await until(chat, ({ messages }) => messages[0]?.parts.length === 1);
      await world.provider.counts({ requests: 1 });
      chat.stop();
      await sending;
      await world.provider.counts({ aborted: 1 });

      await world.provider.script(...looksUp, reply(text('Go at noon.')));
      await chat.send('brief', TOPIC);
      await until(chat, isIdle);
      const [cut, whole] = await currentMessages(world, session);
      assert.deepEqual(outline(cut), [
        ['worker', 'cancelled', 'researcher', [['text', 'done', 'High at ']]],
      ]);
      assert.equal(whole.parts[0].status, 'done');
      const request = await world.provider.lastRequest();
      assert.deepEqual(conversation(request), [['user', 'The researcher says: High at noon.']]);
    });
  },
  { agents: ['researcher', 'fact-checker', 'briefing'] },
);
