import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Api } from './harness/api.mjs';
import { CURRENT } from './harness/current.mjs';
import { call, reply, text } from './harness/provider.mjs';
import { describeWorld } from './harness/world.mjs';

const TITLED = { triggerName: 'save-note-under-a-title', input: { NOTE_TEXT: 'buy milk' } };

const blockStart = ({ sse }) => sse.events.find(({ type }) => type === 'block-start');
const triggerPath = (session) => `/api/agent-sessions/${session}/trigger`;

describeWorld(
  'wire versions',
  (world) => {
    const newSession = async (agent) => (await world.session(agent)).getSessionId();

    it('a client that names version 4 reads the current shape', async () => {
      const session = await newSession('blocks');
      const answer = await world.api.trigger(session, TITLED, CURRENT);
      assert.equal(blockStart(answer).display, 'title');
      assert.equal(blockStart(answer).description, 'Writing');
    });

    it('a plain HTTP client reads the current shape', async () => {
      const session = await newSession('blocks');
      const answer = await world.api.likeCurl('POST', triggerPath(session), TITLED);
      assert.equal(answer.status, 200);
      assert.equal(blockStart(answer).display, 'title');
      assert.ok(answer.sse.done);
    });

    it('a fetch that names no version reads the shape of the first clients', async () => {
      const session = await newSession('blocks');
      const answer = await world.api.trigger(session, TITLED);
      assert.equal(blockStart(answer).display, 'description');
      assert.equal(blockStart(answer).description, 'Writing');
    });

    it('a key may choose the shape for its clients', async () => {
      const { key } = await world.server.createKey({ wire: 'legacy' });
      const session = await newSession('blocks');
      const answer = await new Api(world.server.url, key).trigger(session, TITLED, CURRENT);
      assert.equal(blockStart(answer).display, 'description');
      const { code, output } = await world.server.command(
        ...['keys', 'create', '--name', 'wrong', '--wire', 'v5'],
      );
      assert.equal(code, 2);
      assert.match(output, /use auto, legacy or v4/);
    });

    it('only the current shape names the sender of a message', async () => {
      await world.provider.script(reply(text('Hello Ada.')));
      const session = await newSession('concierge');
      const sender = { id: 'u1', name: 'Ada' };
      const input = { USER_MESSAGE: 'Hello' };
      await world.api.trigger(session, { triggerName: 'user-message', input, sender });
      const read = async (headers) =>
        (await world.api.get(`/api/agent-sessions/${session}?format=ui`, headers)).json.messages[0];
      assert.deepEqual((await read(CURRENT)).sender, sender);
      assert.ok(!('sender' in (await read())));
    });

    it('only the current shape streams arguments and marks steps', async () => {
      const shapes = {};
      for (const [name, headers] of [
        ['current', CURRENT],
        ['legacy', {}],
      ]) {
        await world.provider.script(
          reply(call('get-weather', { city: 'Oslo' })),
          reply(text('It snows.')),
        );
        const session = await newSession('concierge');
        const input = { USER_MESSAGE: 'How is Oslo?' };
        const asked = await world.api.trigger(
          session,
          { triggerName: 'user-message', input },
          headers,
        );
        const [{ executionId }] = asked.sse.events;
        const [{ toolCalls }] = asked.sse.of('tool-request');
        const toolResults = [{ toolCallId: toolCalls[0].toolCallId, result: 'snow' }];
        await world.api.trigger(session, { executionId, toolResults }, headers);
        const { json } = await world.api.get(`/api/agent-sessions/${session}?format=ui`, headers);
        shapes[name] = {
          deltas: asked.sse.of('tool-input-delta').length > 0,
          parts: json.messages[1].parts.map(({ type }) => type),
          display: json.messages[1].parts[0].display,
        };
      }
      assert.deepEqual(shapes, {
        current: {
          deltas: true,
          parts: ['tool-call', 'step-start', 'text'],
          display: 'description',
        },
        legacy: { deltas: false, parts: ['tool-call', 'text'], display: undefined },
      });
    });
  },
  { agents: ['blocks', 'concierge'] },
);
