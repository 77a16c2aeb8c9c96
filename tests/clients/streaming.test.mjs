import assert from 'node:assert/strict';
import { it } from 'node:test';
import { blocks, call, hold, redacted, reply, text, thinking } from './harness/provider.mjs';
import { collect, describeWorld, shownText, types, userMessage } from './harness/world.mjs';

describeWorld(
  'streams',
  (world) => {
    it('carry text in the pieces in which it comes', async () => {
      const pieces = ['Gr', 'üße ', 'aus ', '東京 ', '🗼', '\n\n', 'bis bald'];
      await world.provider.script(reply(text(pieces)));
      const session = await world.session('concierge');
      const events = await collect(session.execute(userMessage('Hello')));

      const deltas = events.filter(({ type }) => type === 'text-delta').map(({ delta }) => delta);
      assert.ok(deltas.length > 1, `${deltas.length} deltas`);
      assert.equal(deltas.join(''), pieces.join(''));
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].text, pieces.join(''));
    });

    it('carry a piece as soon as it is there', async () => {
      await world.provider.script(reply(text('early '), hold, text('late')));
      const session = await world.session('concierge');
      let seen = '';
      for await (const event of session.execute(userMessage('Hello'))) {
        if (event.type !== 'text-delta') continue;
        seen += event.delta;
        // The rest comes only after this, so waiting for it all would never end.
        if (seen === 'early ') await world.provider.release();
      }
      assert.equal(seen, 'early late');
    });

    it('carry thinking, whose signature goes back with the tool round', async () => {
      await world.provider.script(
        reply(
          thinking('I should look it up.'),
          text('A moment.'),
          call('look-up', { topic: 'tea' }),
        ),
        reply(thinking('Now I know.'), text('Tea is a plant.')),
        reply(text('You are welcome.')),
      );
      const session = await world.session('thinker', {
        tools: { 'look-up': async () => 'a plant' },
      });
      const events = await collect(session.execute(userMessage('What is tea?')));

      const thoughts = events.filter(({ type }) => type === 'reasoning-delta');
      assert.equal(thoughts.map(({ delta }) => delta).join(''), 'I should look it up.Now I know.');
      assert.equal(shownText(events), 'A moment.Tea is a plant.');
      // The vendor refuses a thought whose signature is not its own, so this is the whole proof.
      const [thought] = blocks(await world.provider.lastRequest(), 'thinking');
      assert.equal(thought.thinking, 'I should look it up.');

      await collect(session.execute(userMessage('Thank you')));
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map(({ type }) => type),
        ['reasoning', 'text', 'tool-call', 'reasoning', 'text'],
      );
    });

    it('keep thinking that the vendor hides', async () => {
      await world.provider.script(
        reply(redacted('x'), call('look-up', { topic: 'spies' })),
        reply(text('I cannot say.')),
      );
      const session = await world.session('thinker', {
        tools: { 'look-up': async () => 'secret' },
      });
      const events = await collect(session.execute(userMessage('Who is the spy?')));
      assert.equal(shownText(events), 'I cannot say.');
      assert.equal(blocks(await world.provider.lastRequest(), 'redacted_thinking').length, 1);
    });

    it('say why an answer ended', async () => {
      await world.provider.script({ ...reply(text('Cut sho')), finish: 'length' });
      const session = await world.session('concierge');
      const events = await collect(session.execute(userMessage('Hello')));
      assert.equal(events.at(-1).finishReason, 'length');
    });

    it('frame an answer with its block', async () => {
      await world.provider.script(reply(text('Hi')));
      const session = await world.session('concierge');
      await collect(session.execute(userMessage('Hello')));
      const { events } = world.wire.last.sse;
      assert.deepEqual(types(events), [
        'start',
        'block-start',
        'text-start',
        'text-delta',
        'text-end',
        'block-end',
        'finish',
      ]);
      assert.deepEqual(
        [events[1].blockType, events[1].blockName, events[1].outputToChat],
        ['next-message', 'Answer', true],
      );
    });
  },
  { agents: ['concierge', 'thinker'] },
);
