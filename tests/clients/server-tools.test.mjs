import assert from 'node:assert/strict';
import { it } from 'node:test';
import { say, until } from './harness/chat.mjs';
import { currentMessages, runTurn } from './harness/current.mjs';
import {
  assertReloadShows,
  assertSameParts,
  outline,
  outlineOfLast,
  partsOf,
} from './harness/parts.mjs';
import { call, reply, text, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, types, userMessage } from './harness/world.mjs';

const isIdle = ({ status }) => status === 'idle';
const PARTY = { triggerName: 'user-message', input: { USER_MESSAGE: 'Plan a party' } };

const read = (name) => call('octavus_reference_read', { name });
const write = (merge, ...todos) => call('octavus_todo_write', { merge, todos });
const todo = (id, content, status) => ({ id, content, status });

/** The list of a turn that writes it, and changes it behind a tool. */
const LIST = [
  todo('1', 'Book the hall', 'completed'),
  todo('2', 'Invite them', 'in_progress'),
  todo('3', 'Sweep up', 'pending'),
];
const listed = () => [
  reply(
    text('A list first.'),
    write(false, todo('1', 'Book the hall', 'in_progress'), todo('2', 'Invite them', 'pending')),
  ),
  reply(call('book-room', { room: 'hall' })),
  reply(
    write(
      true,
      { id: '1', status: 'completed' },
      { id: '2', status: 'in_progress' },
      { id: '3', content: 'Sweep up' },
    ),
  ),
  reply(text('All is planned.')),
];

describeWorld(
  'the documents of an agent',
  (world) => {
    it('are read by its model within one leg', async () => {
      await world.provider.script(
        reply(call('octavus_reference_list')),
        reply(read('house-rules'), read('floor-plan')),
        reply(text('No music at midnight.')),
      );
      const session = await world.session('planner');
      const chat = await world.chat(session);
      await say(chat, 'What are the rules?');

      assert.equal(world.wire.legs.length, 1, 'nobody else is asked');
      assert.ok(!types(world.wire.events).includes('tool-request'));
      const [first, second, third] = await world.provider.requests();
      const system = JSON.stringify(first.system);
      assert.match(system, /house-rules.*What guests must know/);
      assert.doesNotMatch(system, /midnight/, 'what it says is fetched where it is needed');
      const { references } = JSON.parse(toolResults(second)[0].text);
      assert.deepEqual(
        references.find(({ name }) => name === 'floor-plan'),
        { name: 'floor-plan', description: 'Where the rooms are' },
      );
      assert.deepEqual(
        toolResults(third)
          .slice(1)
          .map(({ text: told }) => /midnight|on the left/.exec(told)?.[0]),
        ['midnight', 'on the left'],
      );
      const cards = outlineOfLast(chat.messages).slice(0, -1);
      assert.deepEqual(
        cards,
        ['octavus_reference_list', 'octavus_reference_read', 'octavus_reference_read'].map(
          (name) => ['tool-call', 'done', name],
        ),
      );
      const reloaded = await world.messages(session);
      assertReloadShows(chat.messages, reloaded);
      for (const shown of [world.wire.last.sse.raw, JSON.stringify(reloaded)]) {
        assert.doesNotMatch(shown, /No music behind|on the left/, 'what it says is for the model');
      }
    });

    it('are those that it lists, and no others', async () => {
      await world.provider.script(reply(read('guest-list')), reply(text('There is none.')));
      const session = await world.session('planner');
      const chat = await world.chat(session);
      await say(chat, 'Who comes?');
      const [{ failed, text: told }] = toolResults(await world.provider.lastRequest());
      assert.ok(failed);
      assert.match(told, /house-rules/);
      assert.equal(outlineOfLast(chat.messages)[0][1], 'error');
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('are read before a tool of the app is asked for', async () => {
      await world.provider.script(
        reply(call('book-room', { room: 'hall' }), read('floor-plan')),
        reply(text('The hall is booked.')),
      );
      const session = await world.session('planner');
      const chat = await world.chat(session, { clientTools: { 'book-room': 'interactive' } });
      await say(chat, 'Book the hall');
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'running', 'book-room'],
        ['tool-call', 'done', 'octavus_reference_read'],
      ]);
      const [request] = world.wire.last.sse.of('tool-request');
      assert.deepEqual(
        request.toolCalls.map(({ toolName }) => toolName),
        ['book-room'],
      );
      chat.pendingClientTools['book-room'][0].submit('booked');
      await until(chat, isIdle);
      assertReloadShows(chat.messages, await world.messages(session));
      const results = toolResults(await world.provider.lastRequest());
      assert.equal(results[0].text, 'booked');
      assert.match(results[1].text, /on the left/);
    });
  },
  { agents: ['planner'] },
);

describeWorld(
  'the list of what is to be done',
  (world) => {
    const tools = { 'book-room': async () => 'booked' };

    it('is one part in a current chat, in the place where it came first', async () => {
      await world.provider.script(...listed());
      const session = await world.session('planner');
      const events = await runTurn(world, session, PARTY, tools);
      const updates = events.filter(({ type }) => type === 'todo-update');
      assert.deepEqual(
        updates.map(({ todos }) => todos.length),
        [2, 3],
        'the whole list each time',
      );
      const parts = partsOf(events);
      assert.deepEqual(outline({ parts }), [
        ['text', 'done', 'A list first.'],
        ['todo', 'done', LIST],
        ['tool-call', 'done', 'book-room'],
        ['text', 'done', 'All is planned.'],
      ]);
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);
    });

    it('is not shown to the first clients, which have no word for it', async () => {
      await world.provider.script(...listed());
      const session = await world.session('planner', { tools });
      const chat = await world.chat(session);
      await say(chat, 'Plan a party');
      assert.equal(chat.status, 'idle');
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['text', 'done', 'A list first.'],
        ['tool-call', 'done', 'book-room'],
        ['text', 'done', 'All is planned.'],
      ]);
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('leaves no empty message where it is all that a turn shows', async () => {
      await world.provider.script(
        reply(write(false, todo('1', 'Wait', 'pending'))),
        reply(text('Done.')),
      );
      const session = await world.session('planner');
      const chat = await world.chat(session);
      await say(chat, 'Wait');
      assert.deepEqual(outlineOfLast(chat.messages), [['text', 'done', 'Done.']]);
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('is kept from turn to turn', async () => {
      await world.provider.script(...listed());
      const session = await world.session('planner', { tools });
      await collect(session.execute(userMessage('Plan a party')));
      await world.provider.script(
        reply(write(true, { id: '2', status: 'completed' })),
        reply(text('They come.')),
      );
      const [todos] = partsOf(await runTurn(world, session, PARTY));
      assert.deepEqual(
        todos.todos.map(({ id, status }) => [id, status]),
        [
          ['1', 'completed'],
          ['2', 'completed'],
          ['3', 'pending'],
        ],
      );
      const messages = await currentMessages(world, session);
      assert.deepEqual(outline(messages[1])[1], ['todo', 'done', LIST], 'the old one is as it was');
      assert.deepEqual(messages[3].parts[0].todos, todos.todos);
    });

    it('is restored with the messages of a current chat', async () => {
      await world.provider.script(...listed());
      const session = await world.session('planner', { tools });
      await collect(session.execute(userMessage('Plan a party')));
      const before = await currentMessages(world, session);
      const path = `/api/agent-sessions/${session.getSessionId()}`;
      await world.api.request('DELETE', path);
      const { json } = await world.api.post(`${path}/restore`, { messages: before });
      assert.equal(json.restored, true);
      assertReloadShows(before, await currentMessages(world, session));
    });
  },
  { agents: ['planner'] },
);
