import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Resource } from '@octavus/server-sdk';
import { say } from './harness/chat.mjs';
import { runTurn } from './harness/current.mjs';
import { conversation, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, types, userMessage } from './harness/world.mjs';

class Note extends Resource {
  name = 'NOTE';
  values = [];

  async onUpdate(value) {
    this.values.push(value);
  }
}

const trigger = (triggerName, input) => ({ type: 'trigger', triggerName, input });

describeWorld(
  'blocks',
  (world) => {
    it('tool-call: runs a tool without asking the model', async () => {
      await world.provider.script(reply(text('It is on its way.')));
      const asked = [];
      const session = await world.session('blocks', {
        tools: {
          'get-order': async (args) => {
            asked.push(args);
            return { state: 'shipped' };
          },
        },
      });
      const events = await collect(session.execute(trigger('look-up-order', { ORDER_ID: 'A-17' })));

      assert.deepEqual(asked, [{ orderId: 'A-17', detail: 'full' }], 'a value and a literal');
      const request = world.wire.events.find(({ type }) => type === 'tool-request');
      assert.equal(request.toolCalls[0].source, 'block');
      assert.equal(request.toolCalls[0].outputVariable, 'ORDER');
      assert.equal(shownText(events), 'It is on its way.');
      assert.equal(types(events).filter((type) => type === 'tool-input-start').length, 1);
      const [[, said]] = conversation(await world.provider.lastRequest());
      assert.match(said, /The shop says: .*"state": "shipped"/s);

      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.deepEqual(variables.ORDER, { state: 'shipped' });
    });

    it('tool-call: shows nothing where it is hidden', async () => {
      await world.provider.script(reply(text('Noted.')));
      const session = await world.session('blocks', { tools: { 'get-order': async () => 'lost' } });
      const input = { ORDER_ID: 'A-18' };
      await collect(session.execute(trigger('look-up-order-silently', input)));

      const [first] = world.wire.legs;
      assert.deepEqual(types(first.sse.events), ['start', 'tool-request', 'finish']);
      const shown = await world.messages(session);
      assert.deepEqual(
        shown.flatMap(({ parts }) => parts.map(({ type }) => type)),
        ['text'],
      );
    });

    it('tool-call: goes on where the tool fails', async () => {
      await world.provider.script(reply(text('The shop does not answer.')));
      const session = await world.session('blocks', {
        tools: {
          'get-order': async () => {
            throw new Error('shop is closed');
          },
        },
      });
      const events = await collect(session.execute(trigger('look-up-order', { ORDER_ID: 'A-19' })));
      assert.equal(shownText(events), 'The shop does not answer.');
      const { variables } = await world.client.agentSessions.get(session.getSessionId());
      assert.match(variables.ORDER.error, /shop is closed/);
    });

    it('set-resource: tells the app, and shows what it does', async () => {
      const note = new Note();
      const session = await world.session('blocks', { resources: [note] });
      const events = await collect(
        session.execute(trigger('save-note', { NOTE_TEXT: 'buy milk' })),
      );

      assert.deepEqual(note.values, ['buy milk']);
      const [start, ...rest] = events;
      assert.equal(start.type, 'start');
      assert.deepEqual(types(rest), ['block-start', 'resource-update', 'block-end', 'finish']);
      assert.equal(rest[0].description, 'Saving your note');
      const { resources } = await world.client.agentSessions.get(session.getSessionId());
      assert.equal(resources.NOTE, 'buy milk');
      const [message] = await world.messages(session);
      assert.deepEqual(
        message.parts.map(({ type, name, status }) => [type, name, status]),
        [['operation', 'Saving your note', 'done']],
      );
    });

    it('set-resource: shows its name alone, live and on reload, where nothing else is said', async () => {
      const session = await world.session('blocks');
      const input = { NOTE_TEXT: 'buy bread' };
      const events = await collect(session.execute(trigger('save-note-by-name', input)));
      const [, start] = events;
      assert.deepEqual([start.display, start.description], ['name', undefined]);
      const [message] = await world.messages(session);
      assert.equal(message.parts[0].name, 'Save the note');
    });

    it('set-resource: tells the app also where it is hidden', async () => {
      const note = new Note();
      const session = await world.session('blocks', { resources: [note] });
      const input = { NOTE_TEXT: 'buy tea' };
      const events = await collect(session.execute(trigger('save-note-silently', input)));
      assert.deepEqual(note.values, ['buy tea']);
      assert.deepEqual(types(events), ['start', 'resource-update', 'finish']);
    });

    it('add-message: a directive is for the model alone', async () => {
      await world.provider.script(reply(text('I keep it.')));
      const session = await world.session('blocks');
      await collect(session.execute(trigger('directive', { SECRET: 'swordfish' })));

      const [[, said]] = conversation(await world.provider.lastRequest());
      assert.match(said, /The password is swordfish\./);
      const shown = await world.messages(session);
      assert.deepEqual(
        shown.map(({ role }) => role),
        ['assistant'],
      );
      assert.doesNotMatch(JSON.stringify(world.wire.events), /swordfish/);
    });

    it('add-message: uiContent is for the user alone', async () => {
      await world.provider.script(reply(text('Thank you.')));
      const session = await world.session('blocks');
      const answers = { type: 'survey', stars: 5 };
      await collect(session.execute(trigger('form', { ANSWERS: answers })));

      const [[, said]] = conversation(await world.provider.lastRequest());
      assert.match(said, /^The form says: .*"stars": 5/s);
      const [form] = await world.messages(session);
      assert.equal(form.parts.length, 1);
      assert.equal(form.parts[0].typeName, 'survey');
      assert.deepEqual(form.parts[0].object, answers);
    });

    it('next-message: under a title the text is seen on reload', async () => {
      await world.provider.script(reply(text('A long letter.')));
      const session = await world.session('blocks');
      const chat = await world.chat(session);
      await say(chat, 'Write', 'titled');

      assert.deepEqual(types(world.wire.last.sse.events), ['start', 'finish']);
      assert.equal(chat.messages.length, 1, 'no bubble for a block that can show nothing');
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, 'A long letter.');
    });

    it('next-message: a current client is shown the title', async () => {
      await world.provider.script(reply(text('A long letter.')));
      const session = await world.session('blocks');
      const titled = { triggerName: 'titled', input: { USER_MESSAGE: 'Write' } };
      const events = await runTurn(world, session, titled);

      assert.deepEqual(types(events), ['start', 'block-start', 'block-end', 'finish']);
      assert.equal(events[1].description, 'Writing');
    });

    it('next-message: a hidden answer goes into its variable alone', async () => {
      await world.provider.script(reply(text('rough draft')), reply(text('Fine text.')));
      const session = await world.session('blocks');
      const events = await collect(
        session.execute(trigger('two-drafts', { USER_MESSAGE: 'Write' })),
      );

      assert.equal(shownText(events), 'Fine text.');
      const said = conversation(await world.provider.lastRequest());
      assert.deepEqual(said.at(-1), ['user', 'Improve this draft: rough draft']);
      assert.doesNotMatch(JSON.stringify(world.wire.events), /rough/);
      assert.doesNotMatch(JSON.stringify(await world.messages(session)), /rough/);
    });

    it('have a message of their own in the conversation that follows', async () => {
      await world.provider.script(reply(text('Fine.')), reply(text('You asked for it.')));
      const session = await world.session('blocks', { tools: { 'get-order': async () => 'sent' } });
      await collect(session.execute(trigger('look-up-order', { ORDER_ID: 'A-20' })));
      await collect(session.execute(userMessage('Why do you know?')));
      const said = conversation(await world.provider.lastRequest());
      assert.deepEqual(
        said.map(([role]) => role),
        ['user', 'assistant', 'user'],
      );
    });
  },
  { agents: ['blocks'] },
);
