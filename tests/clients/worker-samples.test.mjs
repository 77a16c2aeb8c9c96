// Workers of the shape of the documentation's samples, run over plain HTTP as curl does it.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  call,
  conversation,
  failure,
  hold,
  reply,
  text,
  thinking,
  toolResults,
} from './harness/provider.mjs';
import { SseLog } from './harness/sse.mjs';
import { describeWorld } from './harness/world.mjs';

const STORY = { STORY: 'The sea was calm.' };
const QUESTION = { CUSTOMER_MESSAGE: 'What do I owe?', CUSTOMER_ID: 'c-7' };

/** The kinds of a stream's events, those that come piece by piece once. */
const sequence = ({ events }) =>
  events
    .map(({ type, blockType }) => [type, blockType].filter(Boolean).join(' '))
    .filter((type, index, all) => type !== all[index - 1]);

const ASKS = [
  ...['tool-input-start', 'tool-input-delta', 'tool-input-end', 'tool-input-available'],
  ...['tool-request', 'finish'],
];
const SAYS = ['text-start', 'text-delta', 'text-end'];
const THINKS = ['reasoning-start', 'reasoning-delta', 'reasoning-end'];
const ENDS = ['worker-result', 'finish', 'usage'];

describeWorld(
  "the documentation's workers",
  (world) => {
    const path = (worker) => `/api/agents/${worker}/execute`;
    /** One leg of a run. Whatever happens in it says which run it is of. */
    const leg = async (worker, body) => {
      const { status, sse, text: answer } = await world.api.likeCurl('POST', path(worker), body);
      assert.equal(status, 200, answer);
      const [{ executionId, sessionId }, ...rest] = sse.events;
      assert.equal(sessionId, executionId);
      const inside = rest.filter(({ type }) => !/^(finish|error|usage)$/.test(type));
      assert.deepEqual(new Set(inside.map(({ workerId }) => workerId)), new Set([executionId]));
      return { sse, id: executionId };
    };
    const start = (worker, input) => leg(worker, { type: 'start', input });
    /** Answers the tools that a leg asks for, in the order in which it does. */
    const proceed = (worker, { sse, id }, ...results) => {
      const [{ toolCalls }] = sse.of('tool-request');
      const toolResults = toolCalls.map(({ toolCallId }, index) => ({
        toolCallId,
        ...results[index],
      }));
      return leg(worker, { type: 'continue', executionId: id, toolResults });
    };
    /** The entries of a run's log, of which each names it. */
    const logOf = async (id, worker) => {
      const { json } = await world.api.likeCurl('GET', `/api/agent-sessions/${id}/logs`);
      for (const { workerId, workerSlug } of json.entries) {
        assert.deepEqual([workerId, workerSlug], [id, worker]);
      }
      return json.entries;
    };
    const kinds = (entries) => entries.map(({ type }) => type);

    it('headline: one answer', async () => {
      await world.provider.script(reply(text('Calm at sea')));
      const { sse, id } = await start('headline', STORY);
      assert.deepEqual(sequence(sse), [
        ...['start', 'worker-start', 'block-start next-message'],
        ...SAYS,
        ...['block-end', ...ENDS],
      ]);
      const [begun] = sse.of('worker-start');
      assert.deepEqual(begun, {
        ...{ type: 'worker-start', workerId: id, workerSlug: 'headline' },
        input: STORY,
      });
      const [result] = sse.of('worker-result');
      assert.deepEqual(result, { type: 'worker-result', workerId: id, output: 'Calm at sea' });
      const [usage] = sse.of('usage');
      assert.deepEqual(usage.tokens, { inputTokens: 10, outputTokens: 5, totalTokens: 15 });

      assert.deepEqual(conversation(await world.provider.lastRequest()), [
        ['user', 'A headline for this: The sea was calm.'],
      ]);
      assert.deepEqual(kinds(await logOf(id, 'headline')), [
        'worker-execution',
        'thread-created',
        'message',
        'model-request',
        'step-stats',
        'llm-response',
        'message',
        'worker-output',
      ]);
    });

    it('deep-dive: a thread with a tool, and one that reads what it found', async () => {
      await world.provider.script(
        reply(text('Let me look.'), call('find-pages', { words: 'tides' })),
        reply(text('Many pages on tides.')),
        reply(text('The moon does it.')),
      );
      const asked = await start('deep-dive', { SUBJECT: 'tides' });
      assert.deepEqual(sequence(asked.sse), [
        ...['start', 'worker-start', 'block-start next-message'],
        ...[...SAYS, ...ASKS],
      ]);
      const [request] = asked.sse.of('tool-request');
      const [{ toolName, args, thread }] = request.toolCalls;
      assert.deepEqual([toolName, args, thread], ['find-pages', { words: 'tides' }, 'search']);
      assert.equal(asked.sse.events.at(-1).finishReason, 'tool-calls');

      const done = await proceed('deep-dive', asked, { result: ['a page', 'a page'] });
      assert.equal(done.id, asked.id, 'the same run');
      assert.deepEqual(sequence(done.sse), [
        ...['start', 'tool-output-available', ...SAYS, 'block-end'],
        ...['block-start next-message', ...SAYS, 'block-end', ...ENDS],
      ]);
      assert.equal(done.sse.of('worker-result')[0].output, 'The moon does it.');
      const [{ tokens }] = done.sse.of('usage');
      assert.equal(tokens.totalTokens, 45, 'of both legs');

      const [search, , conclusion] = await world.provider.requests();
      assert.match(JSON.stringify(search.system), /tides in medium detail/, 'its default');
      assert.deepEqual(conversation(conclusion), [
        ['user', 'What follows from this: Many pages on tides.'],
      ]);
      assert.equal(conclusion.tools?.length ?? 0, 0, 'a tool is of its thread');
      const log = kinds(await logOf(asked.id, 'deep-dive'));
      assert.deepEqual(
        log.filter((kind) => /^(worker|tool|thread)/.test(kind)),
        [
          'worker-execution',
          'thread-created',
          'tool-call',
          'tool-result',
          'thread-created',
          'worker-output',
        ],
      );
    });

    it('service-desk: it thinks, takes two tools, and reports on its own talk', async () => {
      await world.provider.script(
        reply(thinking('Who is it?'), call('find-account', { customer: 'c-7' })),
        reply(call('open-ticket', { summary: 'owes', priority: 'low' })),
        reply(text('You owe nothing.')),
        reply(thinking('In short.'), text('All is paid.')),
      );
      const asked = await start('service-desk', QUESTION);
      assert.deepEqual(sequence(asked.sse), [
        ...['start', 'worker-start', 'block-start next-message'],
        ...[...THINKS, ...ASKS],
      ]);
      const ticket = await proceed('service-desk', asked, { result: { balance: 0 } });
      assert.deepEqual(sequence(ticket.sse), ['start', 'tool-output-available', ...ASKS]);
      const done = await proceed('service-desk', ticket, { error: 'no paper left' });
      assert.deepEqual(sequence(done.sse), [
        ...['start', 'tool-output-error', ...SAYS, 'block-end'],
        ...['block-start serialize-thread', 'block-end'],
        ...['block-start next-message', ...THINKS, ...SAYS, 'block-end', ...ENDS],
      ]);
      assert.equal(done.sse.of('worker-result')[0].output, 'All is paid.');

      const [, , talk, report] = await world.provider.requests();
      assert.deepEqual(
        toolResults(talk).map(({ failed }) => failed),
        [false, true],
      );
      const transcript = '**User:** What do I owe?\n\n**Assistant:** You owe nothing.';
      assert.deepEqual(conversation(report), [['user', `Report on this:\n\n${transcript}`]]);
      const entries = await logOf(asked.id, 'service-desk');
      const operation = entries.find(({ type }) => type === 'block-operation');
      assert.equal(operation.operationResult, transcript);
      assert.equal(kinds(entries).filter((kind) => kind === 'reasoning').length, 2);
    });

    it('go on once for each pause', async () => {
      await world.provider.script(
        reply(call('find-pages', { words: 'tides' })),
        reply(text('Pages.')),
        reply(text('Done.')),
      );
      const asked = await start('deep-dive', { SUBJECT: 'tides', DETAIL: 'little' });
      await proceed('deep-dive', asked, {});
      const [, continued] = await world.provider.requests();
      assert.equal(toolResults(continued)[0].failed, false, 'a tool may answer nothing');
      const [{ toolCalls }] = asked.sse.of('tool-request');
      const [{ toolCallId }] = toolCalls;
      const late = await world.api.likeCurl('POST', path('deep-dive'), {
        ...{ type: 'continue', executionId: asked.id },
        toolResults: [{ toolCallId, result: 'a page' }],
      });
      assert.deepEqual([late.status, late.json.code], [404, 'EXECUTION_NOT_FOUND']);
    });

    it('are cancelled by closing the connection', async () => {
      await world.provider.script(reply(text('Calm '), hold, text('at sea')));
      const body = { type: 'start', input: STORY };
      const response = await world.api.openLikeCurl('POST', path('headline'), body);
      const sse = new SseLog();
      // Leaving the loop closes the connection.
      for await (const chunk of response) {
        sse.push(chunk);
        if (sse.text === 'Calm ') break;
      }
      world.wire.keep(path('headline'), { sse, headers: response.headers }, 'open');
      await world.provider.counts({ aborted: 1 });

      const [{ executionId }] = sse.events;
      // What wants to go on with a run waits until the server is done with it.
      const late = await world.api.likeCurl('POST', path('headline'), {
        ...{ type: 'continue', executionId, toolResults: [] },
      });
      assert.deepEqual([late.status, late.json.code], [404, 'EXECUTION_NOT_FOUND']);
      const entries = await logOf(executionId, 'headline');
      const abort = entries.find(({ type }) => type === 'abort');
      assert.equal(abort?.abortedAtBlock, 'Write the headline');
      assert.ok(!kinds(entries).includes('worker-output'));
      const { json } = await world.api.likeCurl(
        'GET',
        `/api/agent-sessions/${executionId}?format=ui`,
      );
      const [{ parts }] = json.messages;
      assert.deepEqual(
        [parts[0].status, parts[0].parts.map((part) => part.text)],
        ['cancelled', ['Calm ']],
      );
    });

    it('say that they failed, the vendor in its own words only where it is the error', async () => {
      await world.provider.script(failure(401, 'authentication_error', 'invalid x-api-key'));
      const { sse, id } = await start('headline', STORY);
      // An error ends whatever is open, so a `block-end` may be left out.
      assert.deepEqual(
        sequence(sse).filter((type) => type !== 'block-end'),
        ['start', 'worker-start', 'block-start next-message', 'worker-result', 'error'],
      );
      const [result] = sse.of('worker-result');
      assert.ok(result.error.length > 0);
      assert.doesNotMatch(result.error, /x-api-key/);
      const [error] = sse.of('error');
      assert.deepEqual(
        [error.errorType, error.source, error.provider.statusCode],
        ['authentication_error', 'provider', 401],
      );
      const log = kinds(await logOf(id, 'headline'));
      assert.ok(log.includes('error') && !log.includes('worker-output'), log);
    });

    it('are read in the current shape by any client', async () => {
      await world.provider.script(reply(text('Calm at sea')));
      const { sse } = await world.api.post(path('headline'), { type: 'start', input: STORY });
      assert.deepEqual(sequence(sse).slice(-4), ['block-end', ...ENDS]);
      assert.equal(sse.of('worker-start').length, 1);
    });

    it('refuse what they do not take before a stream begins', async () => {
      for (const [body, named] of [
        [{ type: 'start', input: {} }, /STORY/],
        [{ type: 'start', input: { STORY: 7 } }, /STORY/],
        [{ input: STORY }, /type/],
      ]) {
        const { status, json } = await world.api.likeCurl('POST', path('headline'), body);
        assert.deepEqual([status, json.code], [400, 'VALIDATION_ERROR']);
        assert.match(json.error, named);
      }
    });
  },
  { agents: ['deep-dive', 'headline', 'service-desk'] },
);
