import assert from 'node:assert/strict';
import { it } from 'node:test';
import { blocks, call, hold, reply, text, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, userMessage } from './harness/world.mjs';

describeWorld(
  'the results of tools',
  (world) => {
    /** Runs a trigger up to its tool request; answers what a client needs to go on. */
    const pause = async (...calls) => {
      await world.provider.script(reply(...calls));
      const session = await world.session('concierge');
      const id = session.getSessionId();
      const events = await collect(session.execute(userMessage('Go')));
      const { executionId, toolCalls } = events.find(({ type }) => type === 'client-tool-request');
      const ids = toolCalls.map(({ toolCallId }) => toolCallId);
      const proceed = (toolResults, more = {}) =>
        world.api.trigger(id, { executionId, toolResults, ...more });
      return { session, id, executionId, ids, proceed };
    };
    const lastResults = async () => toolResults(await world.provider.lastRequest());

    it('are taken once where they are posted twice at once', async () => {
      const { session, ids, proceed } = await pause(call('get-location'));
      await world.provider.script(reply(text('In Oslo.')));
      const results = [{ toolCallId: ids[0], result: 'Oslo' }];
      const answers = await Promise.all([proceed(results), proceed(results)]);

      const statuses = answers.map(({ status }) => status).sort();
      assert.deepEqual(statuses, [200, 404], 'one runs, the other comes too late');
      const refused = answers.find(({ status }) => status === 404);
      assert.equal(refused.json.code, 'EXECUTION_NOT_FOUND');
      assert.equal((await world.provider.requests()).length, 2);
      assert.equal((await lastResults()).length, 1);
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map(({ type }) => type),
        ['tool-call', 'text'],
      );
    });

    it('may be posted again where the first try was cut', async () => {
      const { session, id, ids, executionId, proceed } = await pause(call('get-location'));
      await world.provider.script(reply(text('You are '), hold), reply(text('In Oslo.')));
      const results = [{ toolCallId: ids[0], result: 'Oslo' }];
      const cut = new AbortController();
      const path = `/api/agent-sessions/${id}/trigger`;
      const body = { executionId, toolResults: results };
      const response = await world.api.open('POST', path, body, {}, { signal: cut.signal });
      const reader = response.body.getReader();
      while (world.wire.last.sse.text !== 'You are ') await reader.read();
      cut.abort();
      await world.provider.counts({ aborted: 1 });

      const again = await proceed(results);
      assert.equal(again.status, 200);
      assert.equal(again.sse.text, 'In Oslo.');
      const request = await world.provider.lastRequest();
      assert.equal(toolResults(request).length, 1, 'the result is there once');
      assert.equal(blocks(request, 'tool_use').length, 1);
      const texts = (await world.messages(session))[1].parts.filter(({ type }) => type === 'text');
      assert.deepEqual(
        texts.map((part) => part.text),
        ['In Oslo.'],
        'the cut try left nothing',
      );
    });

    it('are refused where the execution has ended', async () => {
      const { ids, proceed } = await pause(call('get-location'));
      await world.provider.script(reply(text('In Oslo.')));
      const results = [{ toolCallId: ids[0], result: 'Oslo' }];
      assert.equal((await proceed(results)).status, 200);

      const late = await proceed(results);
      assert.deepEqual([late.status, late.json.code], [404, 'EXECUTION_NOT_FOUND']);
      const unknown = await proceed(results, { executionId: 'not-an-execution' });
      assert.deepEqual([unknown.status, unknown.json.code], [404, 'EXECUTION_NOT_FOUND']);
    });

    it('are refused in another session', async () => {
      const { executionId, ids } = await pause(call('get-location'));
      const other = await world.session('concierge');
      const toolResults = [{ toolCallId: ids[0], result: 'Oslo' }];
      const refused = await world.api.trigger(other.getSessionId(), { executionId, toolResults });
      assert.deepEqual([refused.status, refused.json.code], [404, 'EXECUTION_NOT_FOUND']);
    });

    it('may be incomplete: what is missing is an error to the model', async () => {
      const city = (name) => call('get-weather', { city: name });
      const { ids, proceed } = await pause(city('Oslo'), city('Rome'));
      await world.provider.script(reply(text('Half an answer.')));
      const { sse } = await proceed([{ toolCallId: ids[1], result: 'sun' }]);

      assert.equal(sse.text, 'Half an answer.');
      const [missing, given] = await lastResults();
      assert.equal(missing.failed, true);
      assert.deepEqual(given, { text: 'sun', failed: false });
    });

    it('may name calls that nobody made: those are ignored', async () => {
      const { ids, proceed } = await pause(call('get-location'));
      await world.provider.script(reply(text('In Oslo.')));
      const { sse } = await proceed([
        { toolCallId: 'never-made', result: 'Mars' },
        { toolCallId: ids[0], result: 'Oslo' },
      ]);
      assert.equal(sse.text, 'In Oslo.');
      assert.deepEqual(await lastResults(), [{ text: 'Oslo', failed: false }]);
    });

    it('need no execution id, as the documentation has it', async () => {
      const { id, ids } = await pause(call('get-location'));
      await world.provider.script(reply(text('In Oslo.')));
      const { status, sse } = await world.api.trigger(id, {
        triggerName: 'user-message',
        input: { USER_MESSAGE: 'Go' },
        toolResults: [{ toolCallId: ids[0], result: 'Oslo' }],
      });
      assert.equal(status, 200);
      assert.equal(sse.text, 'In Oslo.');
      assert.equal((await lastResults()).length, 1);
    });

    it('may be an empty list, which is a plain trigger', async () => {
      await world.provider.script(reply(text('Hello.')));
      const session = await world.session('concierge');
      const { status, sse } = await world.api.trigger(session.getSessionId(), {
        triggerName: 'user-message',
        input: { USER_MESSAGE: 'Hi' },
        toolResults: [],
      });
      assert.equal(status, 200);
      assert.equal(sse.text, 'Hello.');
    });
  },
  { agents: ['concierge'] },
);
