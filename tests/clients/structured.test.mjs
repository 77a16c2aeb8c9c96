import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { until } from './harness/chat.mjs';
import { currentMessages, runTurn } from './harness/current.mjs';
import { assertReloadShows, assertSameParts, outlineOfLast, partsOf } from './harness/parts.mjs';
import { call, conversation, hold, reply, text, toolResults } from './harness/provider.mjs';
import { describeWorld } from './harness/world.mjs';

const ARTICLE = { ARTICLE: 'The sea is wet.' };
const VERDICT = { good: true, why: 'It says what is.' };
const GOOD = JSON.stringify(VERDICT);
const WRONG = JSON.stringify({ good: 'perhaps', why: 'Who knows.' });

describeWorld(
  'answers that are objects',
  (world) => {
    // Without tools an object is sent as it comes; with them only the last step's text is it.
    before(() =>
      world.deploy('judge', ({ settings, protocol, ...texts }) => ({
        ...texts,
        settings: { ...settings, slug: 'plain-judge' },
        protocol: protocol.replace('  tools: [count-words]\n', ''),
      })),
    );

    const tools = { 'count-words': async ({ text: said }) => said.split(' ').length };
    const open = async (agent) => {
      const session = await world.session(agent, { tools });
      return { session, chat: await world.chat(session) };
    };
    const judge = (chat, trigger = 'judge') =>
      chat.send(trigger, ARTICLE, { userMessage: { content: ARTICLE.ARTICLE } });
    const variablesOf = async (session) =>
      (await world.client.agentSessions.get(session.getSessionId())).variables;

    it('grow in a chat, and are values where they are whole', async () => {
      await world.provider.script(
        reply(text(['{"good": true', ', "wh']), hold, text('y": "It says what is."}')),
      );
      const { session, chat } = await open('plain-judge');
      const judging = judge(chat);
      await until(chat, ({ messages }) => messages[1]?.parts[0]?.partial);
      const [growing] = chat.messages[1].parts;
      assert.deepEqual(
        [growing.type, growing.typeName, growing.status, growing.partial],
        ['object', 'Verdict', 'streaming', { good: true }],
      );
      await world.provider.release();
      await judging;

      assert.deepEqual(outlineOfLast(chat.messages), [['object', 'done', VERDICT]]);
      assertReloadShows(chat.messages, await world.messages(session));
      assert.deepEqual((await variablesOf(session)).VERDICT, VERDICT);
      const { tools: offered, ...request } = await world.provider.lastRequest();
      assert.equal(offered?.length ?? 0, 0);
      assert.match(JSON.stringify(request), /"stars"/, 'the model is told the type');
    });

    it('come without what a model writes around them', async () => {
      await world.provider.script(
        reply(text(`Here it is:\n\`\`\`json\n${GOOD}\n\`\`\`\nAnything else?`)),
      );
      const { session, chat } = await open('plain-judge');
      await judge(chat);
      assert.deepEqual(outlineOfLast(chat.messages), [['object', 'done', VERDICT]]);
      assert.equal(world.wire.last.sse.text, GOOD);
      assertReloadShows(chat.messages, await world.messages(session));
    });

    for (const [name, wrong] of [
      ['of another type', WRONG],
      ['cut off', '{"good": true, "wh'],
      ['plain words', 'I would rather not say.'],
    ]) {
      it(`are asked for once more where they are ${name}`, async () => {
        await world.provider.script(reply(text(wrong)), reply(text(GOOD)));
        const { session, chat } = await open('plain-judge');
        await judge(chat);

        assert.equal(chat.status, 'idle');
        assert.deepEqual(outlineOfLast(chat.messages).at(-1), ['object', 'done', VERDICT]);
        const stuck = chat.messages[1].parts.filter(({ status }) => status === 'streaming');
        assert.deepEqual(stuck, [], 'the wrong one was ended');
        assert.deepEqual((await variablesOf(session)).VERDICT, VERDICT);
        assert.deepEqual(
          outlineOfLast(await world.messages(session)),
          [['object', 'done', VERDICT]],
          'a reload knows the right one alone',
        );
        const [, again] = await world.provider.requests();
        assert.ok(JSON.stringify(again).includes(JSON.stringify(wrong).slice(1, -1)));
        assert.equal(conversation(again).at(-1)[0], 'user');
      });
    }

    it('end in an error where they are wrong twice, and the next one may be right', async () => {
      await world.provider.script(reply(text(WRONG)), reply(text(WRONG)), reply(text(GOOD)));
      const { session, chat } = await open('plain-judge');
      await judge(chat);
      assert.equal(chat.status, 'error');
      assert.deepEqual(
        [chat.error.errorType, chat.error.source, chat.error.retryable],
        ['protocol_error', 'platform', false],
      );
      assert.equal((await variablesOf(session)).VERDICT ?? null, null);
      assert.equal((await world.messages(session)).length, 1, 'only the question is kept');

      await judge(chat);
      assert.equal(chat.status, 'idle');
      assert.deepEqual(outlineOfLast(await world.messages(session)), [['object', 'done', VERDICT]]);
    });

    it('come behind the tools that they need', async () => {
      const script = [
        reply(text('Let me {count}.'), call('count-words', { text: ARTICLE.ARTICLE })),
        reply(text(`\`\`\`json\n${GOOD}\n\`\`\``)),
      ];
      await world.provider.script(...script);
      const { session, chat } = await open('judge');
      await judge(chat);
      const parts = [
        ['text', 'done', 'Let me {count}.'],
        ['tool-call', 'done', 'count-words'],
        ['object', 'done', VERDICT],
      ];
      assert.deepEqual(outlineOfLast(chat.messages), parts);
      assertReloadShows(chat.messages, await world.messages(session));
      assert.deepEqual(toolResults(await world.provider.lastRequest())[0].text, '4');

      await world.provider.script(...script);
      const current = await world.session('judge');
      const events = await runTurn(world, current, { triggerName: 'judge', input: ARTICLE }, tools);
      const reloaded = await currentMessages(world, current);
      assert.deepEqual(outlineOfLast(reloaded), parts);
      assertSameParts(partsOf(events), reloaded[1].parts);
    });

    it('are repaired behind a tool, too', async () => {
      await world.provider.script(
        reply(call('count-words', { text: 'one two' })),
        reply(text(WRONG)),
        reply(text(GOOD)),
      );
      const { session, chat } = await open('judge');
      await judge(chat);
      const parts = [
        ['tool-call', 'done', 'count-words'],
        ['object', 'done', VERDICT],
      ];
      assert.deepEqual(outlineOfLast(chat.messages), parts, 'the wrong one was never shown');
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('must come in the last step, where no tool may be called', async () => {
      const count = () => reply(call('count-words', { text: 'one two' }));
      await world.provider.script(count(), count(), reply(text(GOOD)));
      const { session, chat } = await open('judge');
      await judge(chat);
      assert.deepEqual(outlineOfLast(chat.messages).at(-1), ['object', 'done', VERDICT]);
      assertReloadShows(chat.messages, await world.messages(session));
      const { tools: offered, tool_choice: choice } = await world.provider.lastRequest();
      assert.ok(offered === undefined || choice?.type === 'none');
    });

    it('may be for the handler alone', async () => {
      await world.provider.script(reply(text(GOOD)), reply(text('It is good.')));
      const { session, chat } = await open('plain-judge');
      await judge(chat, 'judge-silently');
      assert.deepEqual(outlineOfLast(chat.messages), [['text', 'done', 'It is good.']]);
      assert.doesNotMatch(JSON.stringify(world.wire.events), /It says what is/);
      assertReloadShows(chat.messages, await world.messages(session));
      const [, said] = conversation(await world.provider.lastRequest()).at(-1);
      assert.match(said, /Put this into words: .*"why": "It says what is\."/s);
    });

    it('are not kept in half where their user stops', async () => {
      await world.provider.script(reply(text('{"good": true'), hold), reply(text(GOOD)));
      const { session, chat } = await open('plain-judge');
      const judging = judge(chat);
      await until(chat, ({ messages }) => messages[1]?.parts[0]?.partial);
      chat.stop();
      await judging;
      await world.provider.counts({ aborted: 1 });
      await judge(chat);
      const reloaded = await world.messages(session);
      assert.deepEqual(
        reloaded.map(({ role }) => role),
        ['user', 'user', 'assistant'],
      );
      assert.deepEqual(outlineOfLast(reloaded), [['object', 'done', VERDICT]]);
    });
  },
  { agents: ['judge'] },
);
