import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

describeWorld(
  'sessions',
  (world) => {
    it('are created, read, and read as a chat', async () => {
      const { agentSessions, agents } = world.client;
      const [agent] = await agents.list();
      const id = await agentSessions.create(agent.id, { COMPANY_NAME: 'Globex' });

      const fresh = await agentSessions.get(id);
      assert.equal(fresh.id, id);
      assert.equal(fresh.agentId, agent.id);
      assert.deepEqual(fresh.input, { COMPANY_NAME: 'Globex' });
      assert.deepEqual(fresh.messages, []);

      await world.provider.script(reply(text('Good evening.')));
      const events = await collect(world.attach(id).execute(userMessage('Hello')));
      assert.equal(shownText(events), 'Good evening.');

      const { messages } = await agentSessions.get(id);
      assert.deepEqual(
        messages.map(({ role, content }) => [role, content]),
        [
          ['user', 'Hello'],
          ['assistant', 'Good evening.'],
        ],
      );
      const shown = await agentSessions.getMessages(id);
      assert.equal(shown.sessionId, id);
      assert.deepEqual(
        shown.messages.map(({ id: message }) => message),
        messages.map(({ id: message }) => message),
      );
      assert.deepEqual(
        shown.messages.map(({ parts }) => parts),
        [
          [{ type: 'text', text: 'Hello', status: 'done' }],
          [{ type: 'text', text: 'Good evening.', status: 'done' }],
        ],
      );
    });

    it('put their input into the system prompt, or its default', async () => {
      await world.provider.script(reply(text('One.')), reply(text('Two.')));
      const named = await world.session('concierge', { input: { COMPANY_NAME: 'Globex' } });
      await collect(named.execute(userMessage('Hello')));
      const unnamed = await world.session('concierge');
      await collect(unnamed.execute(userMessage('Hello')));

      const prompts = (await world.provider.requests()).map(({ system }) => JSON.stringify(system));
      assert.match(prompts[0], /concierge of Globex/);
      assert.match(prompts[1], /concierge of Acme/);
    });

    it('hold a conversation over several triggers', async () => {
      await world.provider.script(reply(text('First answer.')), reply(text('Second answer.')));
      const session = await world.session('concierge');
      await collect(session.execute(userMessage('First question')));
      await collect(session.execute(userMessage('Second question')));

      const request = await world.provider.lastRequest();
      const said = request.messages.map(
        ({ role, content }) => `${role}: ${JSON.stringify(content)}`,
      );
      assert.equal(said.length, 3);
      assert.match(said[0], /^user: .*First question/);
      assert.match(said[1], /^assistant: .*First answer\./);
      assert.match(said[2], /^user: .*Second question/);
    });

    it('keep a log of what happened in them', async () => {
      await world.provider.script(reply(call('get-location')), reply(text('In Oslo.')));
      const session = await world.session('concierge', {
        tools: { 'get-location': async () => 'Oslo' },
      });
      await collect(session.execute(userMessage('Where am I?')));

      const path = `/api/agent-sessions/${session.getSessionId()}/logs`;
      const { json } = await world.api.get(path);
      for (const { id, timestamp, type } of json.entries) {
        assert.deepEqual([typeof id, typeof type], ['string', 'string']);
        assert.ok(!Number.isNaN(Date.parse(timestamp)), timestamp);
      }
      const kinds = json.entries.map(({ type }) => type);
      for (const kind of ['trigger', 'message', 'tool-call', 'tool-result', 'llm-response']) {
        assert.ok(kinds.includes(kind), `${kind} is missing in ${kinds}`);
      }
      assert.equal(kinds.filter((kind) => kind === 'trigger').length, 1);
      assert.equal(kinds.filter((kind) => kind === 'model-request').length, 2);
      const { json: short } = await world.api.get(`${path}?excludeModelRequests=true`);
      assert.equal(short.entries.length, json.entries.length - 2);
    });

    it('do not mix, however many run at once', async () => {
      const turns = ['first', 'second', 'third'];
      const names = Array.from({ length: 30 }, (_, index) => `guest-${index}.`);
      const replies = names.flatMap((name) =>
        turns.map((turn) => ({
          ...reply(text(`${turn} for ${name}`)),
          when: `${turn} of ${name}`,
        })),
      );
      await world.provider.script(...replies);
      const talks = names.map(async (name) => {
        const session = await world.session('concierge');
        for (const turn of turns) {
          const events = await collect(session.execute(userMessage(`${turn} of ${name}`)));
          assert.equal(shownText(events), `${turn} for ${name}`);
        }
        assert.equal((await world.messages(session)).length, 2 * turns.length);
      });
      await Promise.all(talks);
    });

    it('are described to the client with the definition of their agent', async () => {
      const [listed] = await world.client.agents.list();
      const definition = await world.client.agents.get(listed.id);
      assert.equal(definition.settings.slug, 'concierge');
      assert.equal(definition.settings.description, 'An agent of the client tests');
    });
  },
  { agents: ['concierge'] },
);
