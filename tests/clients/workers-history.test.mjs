import assert from 'node:assert/strict';
import { it } from 'node:test';
import { say } from './harness/chat.mjs';
import { currentMessages, runTurn } from './harness/current.mjs';
import { ARTICLE, NEWSROOM, RESEARCH, research } from './harness/newsroom.mjs';
import { assertReloadShows, assertSameParts, outlineOfLast, partsOf } from './harness/parts.mjs';
import { blocks, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, userMessage } from './harness/world.mjs';

describeWorld(
  'the past of a worker',
  (world) => {
    const tools = { 'search-archive': async () => 'all of it' };

    it('is undone by a retry', async () => {
      const session = await world.session('newsroom', { tools });
      await world.provider.script(reply(text('Hello.')), ...research('A bad article.'));
      await collect(session.execute(userMessage('Hello')));
      const events = await runTurn(world, session, ARTICLE, tools);
      const [{ lastMessageId }] = events;
      await world.provider.script(...research('A good article.'));
      const retry = { ...ARTICLE, rollbackAfterMessageId: lastMessageId };
      const again = await runTurn(world, session, retry, tools);

      const first = (await world.provider.requests()).at(-4);
      assert.equal(blocks(first, 'tool_use').length, 0, 'the model knows of no worker');
      assert.doesNotMatch(JSON.stringify(first), /bad article|High at noon/);
      const messages = await currentMessages(world, session);
      assert.equal(messages.length, 4);
      assertSameParts(partsOf(again), messages[3].parts);
      assert.deepEqual(outlineOfLast(messages), [RESEARCH, ['text', 'done', 'A good article.']]);
    });

    /** Lets a session expire, and restores it from a copy of its messages. */
    const restored = async (session, messages) => {
      const id = session.getSessionId();
      const { json } = await world.api.request('DELETE', `/api/agent-sessions/${id}`);
      assert.equal(json.cleared, true);
      const answer = await world.client.agentSessions.restore(id, messages);
      assert.deepEqual(answer, { sessionId: id, restored: true });
    };

    it('is restored from the chat of a first client, for which it is a call', async () => {
      await world.provider.script(...research('The tide is high.'), reply(text('At noon.')));
      const session = await world.session('newsroom', { tools });
      const chat = await world.chat(session);
      await say(chat, 'Write about the sea');
      await restored(session, chat.messages);
      const after = await world.messages(session);
      assert.deepEqual(outlineOfLast(after), [
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'The tide is high.'],
      ]);
      assertReloadShows(chat.messages, after);
      await say(chat, 'When?');
      const request = await world.provider.lastRequest();
      assert.match(JSON.stringify(request), /The tide is high/);
      assert.doesNotMatch(JSON.stringify(request), /all of it/);
    });

    it('is restored with all that it did from a current one', async () => {
      await world.provider.script(...research('The tide is high.'), reply(text('At noon.')));
      const session = await world.session('newsroom', { tools });
      const events = await runTurn(world, session, ARTICLE, tools);
      const before = await currentMessages(world, session);
      const asCards = await world.messages(session);
      await restored(session, before);
      const after = await currentMessages(world, session);
      assertReloadShows(before, after);
      assertSameParts(partsOf(events), after[1].parts);
      assertReloadShows(asCards, await world.messages(session));

      await collect(session.execute(userMessage('When?')));
      const request = await world.provider.lastRequest();
      assert.match(JSON.stringify(request), /The tide is high/);
    });
  },
  { agents: NEWSROOM },
);
