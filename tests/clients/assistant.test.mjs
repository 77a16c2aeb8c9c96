// An agent of the shape of the public example `assistant`, driven as that example's app does it.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from './harness/chat.mjs';
import { assertReloadShows, outlineOfLast } from './harness/parts.mjs';
import { call, conversation, reply, text, thinking, toolResults } from './harness/provider.mjs';
import { describeWorld } from './harness/world.mjs';

const isIdle = ({ status }) => status === 'idle';
const picture = {
  id: 'picture',
  mediaType: 'image/png',
  url: 'https://files.example/picture.png',
  filename: 'picture.png',
  size: 12,
};

describeWorld(
  'the assistant',
  (world) => {
    const open = async (input) => {
      const session = await world.session('assistant', {
        input,
        tools: { 'read-clock': async ({ place = 'here' }) => ({ time: 'noon', place }) },
      });
      const chat = await world.chat(session, {
        clientTools: {
          'read-browser': async () => ({ language: 'nb' }),
          'ask-for-opinion': 'interactive',
          'show-description': async () => ({ shown: true }),
        },
      });
      return { session, chat };
    };
    const say = (chat, content, files) =>
      chat.send(
        'user-message',
        { USER_MESSAGE: content, ...(files && { PICTURES: files }) },
        { userMessage: { content, ...(files && { files }) } },
      );

    it('chats: it thinks, looks at pictures, and has tools on both sides', async () => {
      await world.provider.script(
        reply(
          thinking('They want to know the time.'),
          text('Let me see.'),
          call('read-clock', { place: 'Oslo' }),
          call('read-browser'),
        ),
        reply(thinking('Is that enough?'), call('ask-for-opinion', { question: 'Is it?' })),
        reply(text('It is noon in Oslo.')),
      );
      const { session, chat } = await open({ USER_NAME: 'Ada' });
      await say(chat, 'What is the time on this picture?', [picture]);
      await until(chat, ({ status }) => status === 'awaiting-input');
      const [question] = chat.pendingClientTools['ask-for-opinion'];
      assert.deepEqual(question.args, { question: 'Is it?' });
      question.submit({ rating: 5, comment: 'Yes.' });
      await until(chat, isIdle);

      assert.deepEqual(
        chat.messages[0].parts.map(({ type }) => type),
        ['file', 'text'],
      );
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['reasoning', 'done', 'They want to know the time.'],
        ['text', 'done', 'Let me see.'],
        ['tool-call', 'done', 'read-clock'],
        ['tool-call', 'done', 'read-browser'],
        ['reasoning', 'done', 'Is that enough?'],
        ['tool-call', 'done', 'ask-for-opinion'],
        ['text', 'done', 'It is noon in Oslo.'],
      ]);
      assertReloadShows(chat.messages, await world.messages(session));
      const last = await world.provider.lastRequest();
      assert.match(JSON.stringify(last.system), /You talk to Ada\./);
      assert.deepEqual(
        toolResults(last).map((result) => JSON.parse(result.text)),
        [{ time: 'noon', place: 'Oslo' }, { language: 'nb' }, { rating: 5, comment: 'Yes.' }],
      );
      const offered = last.tools.map(({ name }) => name);
      assert.deepEqual(offered.slice(0, 3), ['read-clock', 'read-browser', 'ask-for-opinion']);
    });

    it('goes on where its model tries to paint, which this version cannot', async () => {
      await world.provider.script(
        reply(call('octavus_generate_image', { prompt: 'A clock' })),
        reply(text('I cannot paint.')),
      );
      const { session, chat } = await open({});
      await say(chat, 'Paint a clock');
      assert.equal(chat.status, 'idle');
      assert.deepEqual(outlineOfLast(chat.messages).at(-1), ['text', 'done', 'I cannot paint.']);
      assertReloadShows(chat.messages, await world.messages(session));
      const [{ failed }] = toolResults(await world.provider.lastRequest());
      assert.ok(failed);
    });

    it('needs no name and no picture', async () => {
      await world.provider.script(reply(text('Hello.')));
      const { session, chat } = await open({});
      await say(chat, 'Hello');
      assert.deepEqual(outlineOfLast(chat.messages), [['text', 'done', 'Hello.']]);
      assertReloadShows(chat.messages, await world.messages(session));
      const { system } = await world.provider.lastRequest();
      assert.doesNotMatch(JSON.stringify(system), /You talk to/);
    });

    it('describes the chat up to its cover, and says which block it cannot run', async () => {
      await world.provider.script(
        reply(text('It is noon.')),
        reply(text('They asked for the time.')),
        reply(text('Noon')),
        reply(text('A clock in soft colours.')),
        reply(text('Still noon.')),
      );
      const { session, chat } = await open({});
      await say(chat, 'What is the time?');
      await chat.send('describe-chat');

      assert.equal(chat.status, 'error');
      const { errorType, source, retryable, message } = chat.error;
      assert.deepEqual([errorType, source, retryable], ['validation_error', 'platform', false]);
      assert.match(message, /Paint the cover/);
      assert.match(message, /generate-image/);
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['operation', 'done', 'Write down the chat'],
        ['text', 'done', 'They asked for the time.'],
        ['text', 'done', 'Noon'],
        ['text', 'done', 'A clock in soft colours.'],
        ['operation', 'cancelled', 'Painting a cover'],
      ]);
      const threads = chat.messages.at(-1).parts.map(({ thread }) => thread);
      assert.deepEqual(threads.slice(1, 4), Array(3).fill('describer'));

      const [, summary, title, cover] = await world.provider.requests();
      assert.match(JSON.stringify(summary.system), /What is the time\?.*It is noon\./);
      assert.deepEqual(
        [title, cover].map((request) => conversation(request).at(-1)[1].trim()),
        [
          'A title for this: They asked for the time.',
          'A cover for this: They asked for the time.',
        ],
      );
      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.deepEqual(
        [variables.SUMMARY_TEXT, variables.TITLE_TEXT, variables.COVER_PROMPT],
        ['They asked for the time.', 'Noon', 'A clock in soft colours.'],
      );

      const described = outlineOfLast(await world.messages(session));
      assert.deepEqual(described.slice(0, 4), outlineOfLast(chat.messages).slice(0, 4));
      await say(chat, 'And now?');
      assert.equal(chat.status, 'idle');
      const again = await world.provider.lastRequest();
      assert.doesNotMatch(JSON.stringify(again), /soft colours/, 'the chat is not told of it');
      const reloaded = await world.messages(session);
      assert.deepEqual(outlineOfLast(reloaded), [['text', 'done', 'Still noon.']]);
    });
  },
  { agents: ['assistant'] },
);
