import assert from 'node:assert/strict';
import { it } from 'node:test';
import { say, until } from './harness/chat.mjs';
import { currentMessages, runTurn } from './harness/current.mjs';
import { ARTICLE, NEWSROOM, RESEARCH, archive, research } from './harness/newsroom.mjs';
import {
  assertReloadShows,
  assertSameParts,
  outline,
  outlineOfLast,
  partsOf,
} from './harness/parts.mjs';
import { call, reply, replyTo, text, thinking, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, userMessage } from './harness/world.mjs';

const isIdle = ({ status }) => status === 'idle';

describeWorld(
  'workers of a model',
  (world) => {
    /** What the model of the agent is told that its calls came to. */
    const lastResults = async () => toolResults(await world.provider.lastRequest());

    it('are cards to the first clients, whatever they do', async () => {
      await world.provider.script(
        reply(text('A moment.'), call('researcher', { TOPIC: 'tides' })),
        reply(
          text('Let me see.'),
          call('look-up', { query: 'tides' }),
          call('take-note', { note: 'wet' }),
        ),
        reply(text('High at noon.')),
        reply(text('The tide is high.')),
      );
      const asked = [];
      const session = await world.session('newsroom', { tools: archive(asked) });
      const chat = await world.chat(session);
      await say(chat, 'Write about the sea');

      assert.deepEqual(asked, ['tides', 'wet'], "the agent's own tools, under their own names");
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['text', 'done', 'A moment.'],
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'The tide is high.'],
      ]);
      const card = chat.messages[1].parts[1];
      assert.equal(card.displayName, 'Looking into it');
      assert.deepEqual([card.args, card.result], [{ TOPIC: 'tides' }, 'High at noon.']);
      assertReloadShows(chat.messages, await world.messages(session));
      assert.deepEqual(await lastResults(), [{ text: 'High at noon.', failed: false }]);

      const { messages } = await world.client.agentSessions.get(session.getSessionId());
      assert.equal(messages[1].content, 'A moment.\n\nThe tide is high.');
    });

    it('are watched at their work by the current ones', async () => {
      await world.provider.script(
        reply(text('A moment.'), call('researcher', { TOPIC: 'tides' })),
        reply(
          text('Let me see.'),
          call('look-up', { query: 'tides' }),
          call('take-note', { note: 'wet' }),
        ),
        reply(text('High at noon.')),
        reply(text('The tide is high.')),
      );
      const session = await world.session('newsroom');
      const parts = partsOf(await runTurn(world, session, ARTICLE, archive()));

      assert.deepEqual(outline({ parts }), [
        ['text', 'done', 'A moment.'],
        [
          ...['worker', 'done', 'researcher'],
          [
            ['text', 'done', 'Let me see.'],
            ['tool-call', 'done', 'look-up'],
            ['text', 'done', 'High at noon.'],
          ],
        ],
        ['text', 'done', 'The tide is high.'],
      ]);
      const { description, input, output } = parts[1];
      assert.deepEqual(
        [description, input, output],
        ['Looking into it', { TOPIC: 'tides' }, 'High at noon.'],
      );
      const reloaded = (await currentMessages(world, session))[1].parts;
      assertSameParts(parts, reloaded);
      const threads = [parts, reloaded].map(([, worker]) =>
        worker.parts.map((part) => part.thread),
      );
      assert.deepEqual(threads, Array(2).fill(['desk', 'desk', 'desk']));
    });

    it('know nothing of the chat, nor it of what they say', async () => {
      await world.provider.script(
        reply(call('fact-checker', { CLAIM: 'the sea is sweet' })),
        reply(text('It is salty, I say.')),
        reply(text('Salty.')),
        reply(text('Yes.')),
      );
      const session = await world.session('newsroom');
      await collect(session.execute(userMessage('Is the sea sweet?')));
      await collect(session.execute(userMessage('Really?')));

      const [, worker, , again] = await world.provider.requests();
      assert.equal(worker.model, 'claude-haiku-4-5');
      assert.deepEqual(
        worker.messages.map(({ role }) => role),
        ['user'],
      );
      assert.match(JSON.stringify(worker.messages), /Is it true that the sea is sweet\?/);
      assert.equal(worker.tools?.length ?? 0, 0);
      assert.deepEqual(toolResults(again), [{ text: 'It is salty, I say.', failed: false }]);
      assert.doesNotMatch(JSON.stringify(again), /Is it true/);
    });

    it('run side by side, and wait for their tools together', async () => {
      const script = [
        reply(call('researcher', { TOPIC: 'ebb' }), call('researcher', { TOPIC: 'flow' })),
        replyTo('Look into ebb', call('look-up', { query: 'ebb' })),
        replyTo('Look into flow', text('Hm.'), call('look-up', { query: 'flow' })),
        reply(text('It moves.')),
        reply(text('It moves.')),
        reply(text('The sea moves.')),
      ];
      await world.provider.script(...script);
      const session = await world.session('newsroom');
      const events = await runTurn(world, session, ARTICLE, archive());
      const requests = events.filter(({ type }) => type === 'tool-request');
      assert.equal(requests.length, 1, 'one request for both');
      const [{ toolCalls }] = requests;
      assert.deepEqual(toolCalls.map(({ args }) => args.query).sort(), ['ebb', 'flow']);
      assert.equal(new Set(toolCalls.map(({ workerId }) => workerId)).size, 2);
      const parts = partsOf(events);
      assert.deepEqual(
        parts.map(({ type, status, input }) => [type, status, input]),
        [
          ['worker', 'done', { TOPIC: 'ebb' }],
          ['worker', 'done', { TOPIC: 'flow' }],
          ['text', 'done', undefined],
        ],
      );
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);

      await world.provider.script(...script);
      const older = await world.session('newsroom', { tools: archive() });
      const chat = await world.chat(older);
      await say(chat, 'Write about the sea');
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'done', 'researcher'],
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'The sea moves.'],
      ]);
      assertReloadShows(chat.messages, await world.messages(older));
    });

    it('take rounds of their own while others are done', async () => {
      await world.provider.script(
        reply(call('researcher', { TOPIC: 'ebb' }), call('researcher', { TOPIC: 'flow' })),
        replyTo('Look into ebb', call('look-up', { query: 'ebb' })),
        replyTo('Look into flow', text('It comes.')),
        reply(call('look-up', { query: 'more' })),
        reply(text('It goes.')),
        reply(text('It comes and goes.')),
      );
      const session = await world.session('newsroom');
      const parts = partsOf(await runTurn(world, session, ARTICLE, archive()));
      assert.deepEqual(outline({ parts }), [
        [
          ...['worker', 'done', 'researcher'],
          [
            ['tool-call', 'done', 'look-up'],
            ['tool-call', 'done', 'look-up'],
            ['text', 'done', 'It goes.'],
          ],
        ],
        ['worker', 'done', 'researcher', [['text', 'done', 'It comes.']]],
        ['text', 'done', 'It comes and goes.'],
      ]);
      assertSameParts(parts, (await currentMessages(world, session))[1].parts);
      assert.deepEqual(
        (await lastResults()).map((result) => result.text),
        ['It goes.', 'It comes.'],
      );
    });

    it('may think, read documents, keep a list and answer with an object', async () => {
      await world.deploy('newsroom', ({ settings, protocol, ...texts }) => ({
        ...texts,
        settings: { ...settings, slug: 'newsroom-of-scholars' },
        protocol: protocol.replaceAll('researcher', 'scholar'),
      }));
      const cause = { cause: 'the moon' };
      const todos = [{ id: '1', content: 'Look up', status: 'pending' }];
      const script = [
        reply(call('scholar', { TOPIC: 'tides' })),
        reply(
          thinking('The library first.'),
          call('octavus_todo_write', { merge: false, todos }),
          call('octavus_reference_read', { name: 'sea' }),
        ),
        reply(text('Now the {archive}.'), call('look-up', { query: 'secret query' })),
        reply(thinking('So it is.'), text(JSON.stringify(cause))),
        reply(text('The moon does it.')),
      ];
      await world.provider.script(...script);
      const session = await world.session('newsroom-of-scholars');
      const events = await runTurn(world, session, ARTICLE, archive());
      const [{ parts, output }] = partsOf(events);
      const shown = outline({ parts });
      assert.deepEqual(
        shown.filter(([type]) => type !== 'todo'),
        [
          ['reasoning', 'done', 'The library first.'],
          ['tool-call', 'done', 'octavus_reference_read'],
          ['text', 'done', 'Now the {archive}.'],
          ['tool-call', 'done', 'look-up'],
          ['reasoning', 'done', 'So it is.'],
          ['object', 'done', cause],
        ],
      );
      assert.deepEqual(
        shown.filter(([type]) => type === 'todo'),
        [['todo', 'done', todos]],
      );
      assert.deepEqual(output, cause);
      const reloaded = await currentMessages(world, session);
      assertSameParts(partsOf(events), reloaded[1].parts);
      const told = world.wire.events.filter(({ type }) => type !== 'tool-request');
      for (const shownToUser of [told, reloaded]) {
        assert.doesNotMatch(JSON.stringify(shownToUser), /secret query|The moon moves it/);
      }

      await world.provider.script(...script);
      const older = await world.session('newsroom-of-scholars', { tools: archive() });
      const chat = await world.chat(older);
      await say(chat, 'Write about the sea');
      assert.deepEqual(chat.messages[1].parts[0].result, cause);
      assertReloadShows(chat.messages, await world.messages(older));
    });

    it('share a pause with the tools of the model, on the server and on the client', async () => {
      await world.provider.script(
        reply(
          call('ask-editor', { question: 'How long?' }),
          call('search-archive', { query: 'sea' }),
          call('researcher', { TOPIC: 'waves' }),
        ),
        reply(call('look-up', { query: 'waves' })),
        reply(text('They break.')),
        reply(text('Waves break.')),
      );
      const asked = [];
      const session = await world.session('newsroom', { tools: archive(asked) });
      const chat = await world.chat(session, { clientTools: { 'ask-editor': 'interactive' } });
      await say(chat, 'Write about the sea');
      assert.equal(chat.status, 'awaiting-input');
      assert.deepEqual(asked.sort(), ['sea', 'waves'], 'handlers of the server did not wait');
      assert.equal(world.wire.legs.length, 1, 'one request for all');
      chat.pendingClientTools['ask-editor'][0].submit('one page');
      await until(chat, isIdle);

      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'done', 'ask-editor'],
        ['tool-call', 'done', 'search-archive'],
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'Waves break.'],
      ]);
      assertReloadShows(chat.messages, await world.messages(session));
      assert.deepEqual(
        (await lastResults()).map((result) => result.text),
        ['one page', 'all about sea', 'They break.'],
      );
    });

    it('wait for a user who answers a tool of theirs, also behind a crash', async () => {
      await world.provider.script(
        reply(call('researcher', { TOPIC: 'fog' })),
        reply(call('look-up', { query: 'fog' })),
        reply(text('It is grey.')),
        reply(text('Fog is grey.')),
      );
      const session = await world.session('newsroom');
      const chat = await world.chat(session, { clientTools: { 'search-archive': 'interactive' } });
      await say(chat, 'Write about fog');
      assert.deepEqual(outlineOfLast(chat.messages), [['tool-call', 'running', 'researcher']]);
      const [waiting] = (await world.messages(session)).slice(-1);
      assert.deepEqual(outline(waiting), [['tool-call', 'running', 'researcher']]);
      const [, current] = await currentMessages(world, session);
      assert.deepEqual(outline(current), [
        ['worker', 'running', 'researcher', [['tool-call', 'running', 'look-up']]],
      ]);

      await world.server.kill();
      await world.server.start();
      const [question] = chat.pendingClientTools['search-archive'];
      assert.deepEqual(question.args, { query: 'fog' });
      question.submit('grey things');
      await until(chat, isIdle);
      assert.deepEqual(outlineOfLast(chat.messages), [
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'Fog is grey.'],
      ]);
      assertReloadShows(chat.messages, await world.messages(session));
    });

    it('show what their display mode allows, and no more on a reload', async () => {
      const modes = {
        hidden: [],
        name: [['worker', 'done', 'researcher']],
        description: [['worker', 'done', 'researcher']],
        title: [['worker', 'done', 'researcher']],
        stream: [RESEARCH],
      };
      const labels = {};
      for (const [mode, expected] of Object.entries(modes)) {
        const slug = `newsroom-${mode}`;
        await world.deploy('newsroom', ({ settings, protocol, ...texts }) => ({
          ...texts,
          settings: { ...settings, slug },
          protocol: protocol.replace(
            'description: Looking into it',
            `description: Looking into it\n    display: ${mode}\n    title: At work`,
          ),
        }));
        await world.provider.script(...research('Done.'));
        const session = await world.session(slug);
        const parts = partsOf(await runTurn(world, session, ARTICLE, archive()));
        assert.deepEqual(outline({ parts }), [...expected, ['text', 'done', 'Done.']], mode);
        assertSameParts(parts, (await currentMessages(world, session))[1].parts);
        const [{ description, input }] = parts;
        labels[mode] = [description, input];
      }
      assert.deepEqual(labels, {
        hidden: [undefined, undefined],
        name: [undefined, undefined],
        description: ['Looking into it', undefined],
        title: ['At work', undefined],
        stream: ['Looking into it', { TOPIC: 'tides' }],
      });
    });

    it('keep their input and their words to themselves where only a title is shown', async () => {
      await world.provider.script(
        reply(call('fact-checker', { CLAIM: 'secret claim' })),
        reply(text('It is so.')),
        reply(text('Done.')),
      );
      const session = await world.session('newsroom');
      const chat = await world.chat(session);
      await say(chat, 'Check it');
      const [card] = chat.messages[1].parts;
      assert.deepEqual(
        [card.displayName, card.args, card.result],
        ['Checking the facts', {}, 'It is so.'],
      );
      assert.doesNotMatch(JSON.stringify(world.wire.events), /secret claim/);
      const reloaded = await world.messages(session);
      assert.doesNotMatch(JSON.stringify(reloaded), /secret claim/);
      assertReloadShows(chat.messages, reloaded);
    });

    it('may be called where only the title of an answer is shown: they are seen on reload', async () => {
      const script = [
        reply(call('search-archive', { query: 'sea' }), call('researcher', { TOPIC: 'tides' })),
        reply(text('High at noon.')),
        reply(text('A long article.')),
      ];
      const body = { ...ARTICLE, triggerName: 'behind-a-title' };
      await world.provider.script(...script);
      const session = await world.session('newsroom');
      const events = await runTurn(world, session, body, archive());
      assert.deepEqual(partsOf(events), [], 'all of it is withheld live');
      const [, message] = await currentMessages(world, session);
      assert.deepEqual(outline(message), [
        ['tool-call', 'done', 'search-archive'],
        ['worker', 'done', 'researcher', [['text', 'done', 'High at noon.']]],
        ['text', 'done', 'A long article.'],
      ]);

      await world.provider.script(...script);
      const older = await world.session('newsroom', { tools: archive() });
      const chat = await world.chat(older);
      await say(chat, 'Write about the sea', 'behind-a-title');
      assert.deepEqual(
        chat.messages.map(({ role }) => role),
        ['user'],
        'no bubble without anything in it',
      );
      assert.deepEqual(outlineOfLast(await world.messages(older)), [
        ['tool-call', 'done', 'search-archive'],
        ['tool-call', 'done', 'researcher'],
        ['text', 'done', 'A long article.'],
      ]);
    });
  },
  { agents: ['scholar', ...NEWSROOM] },
);
