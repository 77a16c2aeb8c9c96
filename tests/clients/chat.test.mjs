import assert from 'node:assert/strict';
import { it } from 'node:test';
import { say, until } from './harness/chat.mjs';
import { call, failure, hold, reply, text, toolResults } from './harness/provider.mjs';
import { describeWorld } from './harness/world.mjs';

const shape = ({ parts }) =>
  parts.map((part) => [part.type, part.status, part.text ?? part.toolName]);
const isIdle = ({ status }) => status === 'idle';

describeWorld(
  'a chat over its HTTP transport',
  (world) => {
    it('shows an answer and comes to rest', async () => {
      await world.provider.script(reply(text('Good evening.')));
      const session = await world.session('concierge');
      const chat = await world.chat(session);
      await say(chat, 'Hello');

      assert.equal(chat.status, 'idle');
      assert.deepEqual(
        chat.messages.map(({ role, status }) => [role, status]),
        [
          ['user', 'done'],
          ['assistant', 'done'],
        ],
      );
      assert.deepEqual(shape(chat.messages[1]), [['text', 'done', 'Good evening.']]);
    });

    it('runs server tools and client tools to their end', async () => {
      await world.provider.script(
        reply(text('One moment.'), call('get-weather', { city: 'Oslo' }), call('get-location')),
        reply(text('Take an umbrella.')),
      );
      const session = await world.session('concierge', {
        tools: { 'get-weather': async () => 'rain' },
      });
      const chat = await world.chat(session, {
        clientTools: { 'get-location': async () => 'Oslo' },
      });
      await say(chat, 'What shall I take?');
      await until(chat, isIdle);

      const parts = [
        ['text', 'done', 'One moment.'],
        ['tool-call', 'done', 'get-weather'],
        ['tool-call', 'done', 'get-location'],
        ['text', 'done', 'Take an umbrella.'],
      ];
      assert.deepEqual(shape(chat.messages[1]), parts);
      const [, reloaded] = await world.messages(session);
      assert.deepEqual(shape(reloaded), parts, 'a reload shows the same');
    });

    it('waits for its user where a client tool asks them', async () => {
      await world.provider.script(
        reply(call('ask-user', { question: 'Window or aisle?' })),
        reply(text('Window it is.')),
      );
      const session = await world.session('concierge');
      const chat = await world.chat(session, { clientTools: { 'ask-user': 'interactive' } });
      await say(chat, 'Book a seat');

      assert.equal(chat.status, 'awaiting-input');
      const [question] = chat.pendingClientTools['ask-user'];
      assert.deepEqual(question.args, { question: 'Window or aisle?' });
      question.submit('window');
      await until(chat, isIdle);
      assert.deepEqual(shape(chat.messages[1]), [
        ['tool-call', 'done', 'ask-user'],
        ['text', 'done', 'Window it is.'],
      ]);
      const [, reloaded] = await world.messages(session);
      assert.equal(reloaded.parts[0].result, 'window', 'display stream keeps the result');
    });

    it('tells the model where its user cancels a tool', async () => {
      await world.provider.script(
        reply(call('ask-user', { question: 'Sure?' })),
        reply(text('Then not.')),
      );
      const chat = await world.chat(await world.session('concierge'), {
        clientTools: { 'ask-user': 'interactive' },
      });
      await say(chat, 'Delete everything');
      chat.pendingClientTools['ask-user'][0].cancel('changed my mind');
      await until(chat, isIdle);
      const [result] = toolResults(await world.provider.lastRequest());
      assert.deepEqual([result.failed, result.text], [true, 'changed my mind']);
    });

    it('keeps what has come when it is stopped, and goes on', async () => {
      await world.provider.script(
        reply(text('It was a dark and '), hold, text('stormy night.')),
        reply(text('Very well.')),
      );
      const session = await world.session('concierge');
      const chat = await world.chat(session);
      const sending = say(chat, 'Tell me a story');
      await until(chat, ({ messages }) => messages[1]?.parts[0]?.text === 'It was a dark and ');
      chat.stop();
      await sending;
      assert.equal(chat.status, 'idle');
      assert.deepEqual(shape(chat.messages[1]), [['text', 'done', 'It was a dark and ']]);
      await world.provider.counts({ aborted: 1 });

      await say(chat, 'Enough');
      assert.equal(chat.status, 'idle');
      const shown = (await world.messages(session)).map(({ parts }) => parts[0].text);
      assert.deepEqual(shown, ['Tell me a story', 'It was a dark and ', 'Enough', 'Very well.']);
    });

    it('ends in an error where the vendor refuses, and recovers', async () => {
      await world.provider.script(
        failure(401, 'authentication_error', 'invalid x-api-key'),
        reply(text('Here I am.')),
      );
      const chat = await world.chat(await world.session('concierge'));
      await say(chat, 'Hello');

      assert.equal(chat.status, 'error');
      assert.equal(chat.error.source, 'provider');
      assert.equal(chat.error.errorType, 'authentication_error');
      assert.deepEqual(
        chat.messages.filter(({ parts }) => parts.length > 0).map(({ role }) => role),
        ['user'],
        'no empty bubble is left',
      );
      await say(chat, 'Again');
      assert.equal(chat.status, 'idle');
    });
  },
  { agents: ['concierge'] },
);
