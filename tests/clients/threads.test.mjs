import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Resource } from '@octavus/server-sdk';
import { say, until } from './harness/chat.mjs';
import { call, conversation, reply, text, thinking, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, shownText, types, userMessage } from './harness/world.mjs';

class Summary extends Resource {
  name = 'CONVERSATION_SUMMARY';
  values = [];

  async onUpdate(value) {
    this.values.push(value);
  }
}

const trigger = (triggerName, input = {}) => ({ type: 'trigger', triggerName, input });
const input = { COMPANY_NAME: 'Acme' };
const photo = {
  id: 'photo',
  mediaType: 'image/png',
  url: 'https://files.example/photo.png',
  filename: 'photo.png',
  size: 12,
};

/** What a request's model is told before the conversation. */
const systemText = ({ system }) => JSON.stringify(system ?? '');
/** The parts of a message as `[type, what it says, thread]`. */
const outline = ({ parts }) =>
  parts.map(({ type, text: said, name, toolName, thread }) => [
    type,
    said ?? name ?? toolName,
    thread,
  ]);

describeWorld(
  'threads',
  (world) => {
    /** A session in which the user has said something, and been answered. */
    const greeted = async (options) => {
      await world.provider.script(reply(text('Hello! What is wrong?')));
      const session = await world.session('handover', { input, ...options });
      await collect(session.execute(userMessage('My kettle leaks.')));
      return session;
    };

    it('hand a conversation over to a human', async () => {
      const summary = new Summary();
      const tickets = [];
      const session = await greeted({
        resources: [summary],
        tools: {
          'create-ticket': async (args) => {
            tickets.push(args);
            return { number: 7 };
          },
        },
      });
      await world.provider.script(
        reply(text('The kettle leaks.')),
        reply(text('Your ticket is number 7.')),
      );
      const events = await collect(session.execute(trigger('request-human')));

      const [, asked, last] = await world.provider.requests();
      assert.equal(asked.model, 'claude-haiku-4-5');
      assert.match(systemText(asked), /summaries for the staff of Acme/);
      assert.deepEqual(conversation(asked), [
        ['user', 'Sum up:\n\n**User:** My kettle leaks.\n\n**Assistant:** Hello! What is wrong?'],
      ]);
      assert.deepEqual(summary.values, ['The kettle leaks.']);
      assert.deepEqual(tickets, [{ summary: 'The kettle leaks.', priority: 'medium' }]);
      assert.equal(last.model, 'claude-sonnet-4-5');
      assert.match(systemText(last), /customers of Acme/);
      const said = conversation(last);
      assert.deepEqual(said.slice(0, 2), [
        ['user', 'My kettle leaks.'],
        ['assistant', 'Hello! What is wrong?'],
      ]);
      assert.match(said.at(-1)[1], /^The ticket is .*"number": 7.*Tell the user\.$/s);
      assert.equal(said.length, 3);

      const blocks = events.filter(({ type }) => type === 'block-start');
      assert.deepEqual(
        blocks.map(({ blockType, thread, outputToChat }) => [blockType, thread, outputToChat]),
        [
          ['serialize-thread', undefined, undefined],
          ['next-message', 'summary', false],
          ['set-resource', undefined, undefined],
          ['tool-call', undefined, undefined],
          ['next-message', undefined, true],
        ],
      );
      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.equal(variables.SUMMARY, 'The kettle leaks.');
      assert.deepEqual(variables.TICKET, { number: 7 });
      assert.match(variables.CONVERSATION_TEXT, /^\*\*User:\*\* My kettle leaks\./);
    });

    it('are set apart from the chat, live and on reload', async () => {
      const session = await greeted({ tools: { 'create-ticket': async () => ({ number: 8 }) } });
      const chat = await world.chat(session);
      await world.provider.script(reply(text('It leaks.')), reply(text('Number 8.')));
      await chat.send('request-human');
      await until(chat, ({ status }) => status === 'idle');

      const [, , answer] = await world.messages(session);
      const expected = [
        ['operation', 'Reading the conversation', undefined],
        ['text', 'It leaks.', 'summary'],
        ['operation', 'Save the summary', undefined],
        ['tool-call', 'create-ticket', undefined],
        ['text', 'Number 8.', undefined],
      ];
      const withoutSteps = outline(answer).filter(([type]) => type !== 'step-start');
      assert.deepEqual(withoutSteps, expected);
      assert.deepEqual(outline(chat.messages.at(-1)), expected);
      const { messages } = await world.client.agentSessions.get(session.getSessionId());
      const stored = messages.findLast(({ role }) => role === 'assistant');
      assert.equal(stored.content, 'Number 8.', 'a thread is no part of what the chat says');
    });

    it('do not reach the conversation that follows', async () => {
      const session = await greeted({ tools: { 'create-ticket': async () => ({ number: 9 }) } });
      await world.provider.script(
        reply(text('Leaks badly.')),
        reply(text('Number 9.')),
        reply(text('You are welcome.')),
      );
      await collect(session.execute(trigger('request-human')));
      await collect(session.execute(userMessage('Thanks.')));
      const request = await world.provider.lastRequest();
      assert.doesNotMatch(JSON.stringify(request), /Leaks badly|Sum up/);
      assert.deepEqual(conversation(request).slice(-2), [
        ['assistant', 'Number 9.'],
        ['user', 'Thanks.'],
      ]);
    });

    it('begin anew where they are started again', async () => {
      const session = await greeted({ tools: { 'create-ticket': async () => null } });
      for (const round of ['one', 'two']) {
        await world.provider.script(reply(text(`Summary ${round}.`)), reply(text(`${round}.`)));
        await collect(session.execute(trigger('request-human')));
      }
      const asked = (await world.provider.requests()).at(-2);
      const [[, request], ...more] = conversation(asked);
      assert.deepEqual(more, []);
      assert.match(request, /\*\*Assistant:\*\* one\.$/);
      assert.doesNotMatch(request, /Summary one|ticket is/, 'only what the user was shown');
    });

    it('remember what was said in them, and have tools of their own', async () => {
      const session = await world.session('handover', {
        input,
        tools: { 'look-up': async ({ query }) => `all about ${query}` },
      });
      await collect(session.execute(trigger('meet-expert', { TOPIC: 'kettles' })));
      await world.provider.script(
        reply(thinking('Let me see.'), call('look-up', { query: 'leaks' })),
        reply(text('It is the seal.')),
        reply(text('The expert blames the seal.')),
      );
      await collect(session.execute(trigger('ask-expert', { USER_MESSAGE: 'Why?' })));
      const [first, second, third] = await world.provider.requests();
      assert.match(systemText(first), /all about kettles/);
      assert.deepEqual(
        first.tools.map(({ name }) => name),
        ['look-up'],
      );
      assert.match(toolResults(second)[0].text, /all about leaks/);
      assert.equal(third.tools?.length ?? 0, 0, 'the agent has none');
      const toolRequest = world.wire.events.find(({ type }) => type === 'tool-request');
      assert.equal(toolRequest.toolCalls[0].thread, 'expert');

      await world.provider.script(reply(text('Buy another.')), reply(text('Sorry.')));
      await collect(session.execute(trigger('ask-expert', { USER_MESSAGE: 'And now?' })));
      const again = conversation((await world.provider.requests()).at(-2));
      assert.equal(again[0][1], 'Why?');
      assert.deepEqual(again.slice(-2), [
        ['assistant', 'It is the seal.'],
        ['user', 'And now?'],
      ]);
      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.deepEqual(JSON.parse(variables.EXPERT_TEXT), [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: 'It is the seal.' },
        { role: 'user', content: 'And now?' },
        { role: 'assistant', content: 'Buy another.' },
      ]);
    });

    it('stay set apart across a pause for a tool of the client', async () => {
      const session = await world.session('handover', { input });
      const chat = await world.chat(session, { clientTools: { 'look-up': async () => 'found' } });
      await chat.send('meet-expert', { TOPIC: 'kettles' });
      await world.provider.script(
        reply(text('One moment.'), call('look-up', { query: 'x' })),
        reply(text('The seal.')),
        reply(text('Seal it.')),
      );
      await say(chat, 'Why?', 'ask-expert');
      await until(chat, ({ status }) => status === 'idle');
      const expected = [
        ['text', 'One moment.', 'expert'],
        ['tool-call', 'look-up', 'expert'],
        ['text', 'The seal.', 'expert'],
        ['text', 'Seal it.', undefined],
      ];
      assert.deepEqual(outline(chat.messages.at(-1)), expected);
      const shown = await world.messages(session);
      assert.deepEqual(
        shown.map(({ role }) => role),
        ['user', 'assistant'],
        'the question stands above the answer, though its block comes late',
      );
      const withoutSteps = outline(shown[1]).filter(([type]) => type !== 'step-start');
      assert.deepEqual(withoutSteps, expected);
    });

    it('keep an independent answer aside', async () => {
      await world.provider.script(
        reply(thinking('Hm.'), text('rough words')),
        reply(text('Fine words.')),
      );
      const session = await world.session('handover', { input });
      const events = await collect(
        session.execute(trigger('draft-first', { USER_MESSAGE: 'Write' })),
      );
      assert.equal(shownText(events), 'Fine words.');
      assert.ok(!types(events).includes('reasoning-start'));
      assert.doesNotMatch(JSON.stringify(world.wire.events), /rough/);
      assert.doesNotMatch(JSON.stringify(await world.messages(session)), /rough/);
      assert.deepEqual(conversation(await world.provider.lastRequest()), [
        ['user', 'Write\nImprove this draft: rough words'],
      ]);
      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.equal(variables.DRAFT, 'rough words');
    });
  },
  { agents: ['handover'] },
);

describeWorld(
  'files in messages',
  (world) => {
    it('stand before the text', async () => {
      await world.provider.script(reply(text('A kettle.')));
      const session = await world.session('handover', { input });
      const files = [photo, { ...photo, id: 'other', filename: undefined, size: undefined }];
      const message = { USER_MESSAGE: 'What is it?', FILES: files };
      await collect(session.execute(trigger('user-message', message)));
      const [shown] = await world.messages(session);
      assert.deepEqual(
        shown.parts.map(({ type, id }) => [type, id]),
        [
          ['file', 'photo'],
          ['file', 'other'],
          ['text', undefined],
        ],
      );
      const { type, ...file } = shown.parts[0];
      assert.deepEqual([type, file], ['file', photo]);
    });

    it('may be left out, and must be files', async () => {
      await world.provider.script(reply(text('Go on.')));
      const session = await world.session('handover', { input });
      await collect(session.execute(userMessage('Listen.')));
      const [shown] = await world.messages(session);
      assert.deepEqual(
        shown.parts.map(({ type }) => type),
        ['text'],
      );
      const refused = await world.api.trigger(session.getSessionId(), {
        triggerName: 'user-message',
        input: { USER_MESSAGE: 'Look', FILES: ['photo.png'] },
      });
      assert.equal(refused.status, 400);
      assert.match(refused.json.error, /FILES/);
    });
  },
  { agents: ['handover'] },
);
