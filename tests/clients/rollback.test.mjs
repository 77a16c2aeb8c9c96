import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conversation, failure, reply, text } from './harness/provider.mjs';
import { describeWorld } from './harness/world.mjs';

describeWorld(
  'a retry',
  (world) => {
    /** Fires a trigger, perhaps with a rollback; answers its events. */
    const ask = async (session, content, answer, rollback = {}) => {
      await world.provider.script(typeof answer === 'string' ? reply(text(answer)) : answer);
      const { sse, text: body } = await world.api.trigger(session, {
        triggerName: 'user-message',
        input: { USER_MESSAGE: content },
        ...rollback,
      });
      assert.ok(sse, body);
      return sse;
    };
    const after = (message) => ({ rollbackAfterMessageId: message });
    const newSession = async () => (await world.session('concierge')).getSessionId();
    const shown = async (session) =>
      (await world.messages(world.attach(session))).map(({ parts }) => parts[0].text);
    const sentToModel = async () => conversation(await world.provider.lastRequest());

    it('drops what came behind the message that it names', async () => {
      const session = await newSession();
      await ask(session, 'One', 'First answer.');
      const second = await ask(session, 'Two', 'Bad answer.');
      const anchor = second.events[0].lastMessageId;
      await ask(session, 'Two', 'Good answer.', after(anchor));

      assert.deepEqual(await shown(session), ['One', 'First answer.', 'Two', 'Good answer.']);
      assert.deepEqual(await sentToModel(), [
        ['user', 'One'],
        ['assistant', 'First answer.'],
        ['user', 'Two'],
      ]);
    });

    it('drops everything where it names no message', async () => {
      const session = await newSession();
      const first = await ask(session, 'One', 'Bad answer.');
      assert.ok(!('lastMessageId' in first.events[0]), 'nothing comes before the first message');
      await ask(session, 'One', 'Good answer.', after(null));
      assert.deepEqual(await shown(session), ['One', 'Good answer.']);
      assert.deepEqual(await sentToModel(), [['user', 'One']]);
    });

    it('keeps a turn that went well where it names an unknown message', async () => {
      const session = await newSession();
      await ask(session, 'One', 'First answer.');
      await ask(session, 'Two', 'Second answer.', after('made-by-a-client'));
      assert.deepEqual(await shown(session), ['One', 'First answer.', 'Two', 'Second answer.']);
    });

    it('drops a turn that failed where it names an unknown message', async () => {
      const session = await newSession();
      await ask(session, 'One', 'First answer.');
      const refused = failure(400, 'invalid_request_error', 'no');
      const failed = await ask(session, 'Two', refused);
      assert.equal(failed.events.at(-1).type, 'error');
      await ask(session, 'Two', 'Second answer.', after('made-by-a-client'));
      assert.deepEqual(await shown(session), ['One', 'First answer.', 'Two', 'Second answer.']);
    });

    it('is not needed for a plain trigger, which keeps all', async () => {
      const session = await newSession();
      await ask(session, 'One', 'First answer.');
      const { events } = await ask(session, 'Two', 'Second answer.');
      const { messages } = await world.client.agentSessions.get(session);
      assert.equal(messages.length, 4);
      assert.equal(events[0].lastMessageId, messages[1].id);
      assert.equal(events[0].messageId, messages[3].id);
    });
  },
  { agents: ['concierge'] },
);
