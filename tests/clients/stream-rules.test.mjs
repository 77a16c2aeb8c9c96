// The rules that every other test holds its streams to are rules: a sound stream keeps them, and one that is
// wrong in one place breaks the one that is meant.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOfLeg } from './harness/leg-rules.mjs';
import { problemsOfTurn } from './harness/turn-rules.mjs';

const start = { type: 'start', executionId: 'e', messageId: 'm', sessionId: 's' };
const finish = (finishReason = 'stop') => ({ type: 'finish', finishReason, executionId: 'e' });
const failed = {
  ...{ type: 'error', errorType: 'provider_error', message: 'no' },
  ...{ retryable: false, source: 'provider' },
};
const block = (blockId, more) => ({
  ...{ type: 'block-start', blockId, blockName: 'Answer', blockType: 'next-message' },
  ...{ display: 'stream', outputToChat: true, ...more },
});
const blockEnd = (blockId, more) => ({ type: 'block-end', blockId, ...more });
const said = (id, more) => [
  { type: 'text-start', id, ...more },
  { type: 'text-delta', id, delta: 'a', ...more },
  { type: 'text-end', id, ...more },
];
const called = (toolCallId, more) => [
  { type: 'tool-input-start', toolCallId, toolName: 'look', display: 'description', ...more },
  { type: 'tool-input-end', toolCallId, ...more },
  { type: 'tool-input-available', toolCallId, toolName: 'look', input: {}, ...more },
];
const answered = (toolCallId, more) => ({
  ...{ type: 'tool-output-available', toolCallId, output: 1 },
  ...more,
});
const request = (...toolCalls) => ({ type: 'tool-request', toolCalls });
const asked = (toolCallId, more) => ({ toolCallId, toolName: 'look', args: {}, ...more });
const works = { type: 'worker-start', workerId: 'w', workerSlug: 'scout', input: {} };
const result = { type: 'worker-result', workerId: 'w', output: 1 };
const inWorker = { workerId: 'w' };
const usage = {
  type: 'usage',
  cost: { currency: 'USD', bandwidthFee: 0, providerFee: 0, totalFee: 0, byok: true },
  tokens: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
};

function leg(events, { shape = 'current', end = 'complete', path = '/trigger' } = {}) {
  const frames = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const raw = `${frames.join('')}data: [DONE]\n\n`;
  const headers = { 'cache-control': 'no-cache' };
  return { sse: { events, malformed: [], done: true, raw }, headers, shape, end, path };
}

const problemsOf = (...legs) => [...legs.flatMap(problemsOfLeg), ...problemsOfTurn(legs)];

/** A turn in two legs: the agent runs a worker, and both of them a tool. */
const LEGS = [
  [
    start,
    block('b'),
    ...said('t1'),
    ...called('c1'),
    { type: 'worker-input-start', workerId: 'w', workerSlug: 'scout' },
    { type: 'worker-input-delta', workerId: 'w', delta: '{}' },
    { type: 'worker-input-ready', workerId: 'w', input: {} },
    works,
    block('wb', { ...inWorker, thread: 'desk' }),
    ...said('t2', inWorker),
    ...called('c2', inWorker),
    request(asked('c1'), asked('c2', inWorker)),
    finish('tool-calls'),
  ],
  [
    start,
    answered('c1'),
    answered('c2', inWorker),
    ...said('t3', inWorker),
    blockEnd('wb', inWorker),
    result,
    block('b'),
    { type: 'todo-update', todos: [{ id: '1', content: 'rest', status: 'pending' }] },
    ...said('t4'),
    blockEnd('b'),
    finish(),
  ],
];

/** The turn with one event in another's place, or with none. */
function without([of, index], ...instead) {
  const legs = LEGS.map((events) => [...events]);
  legs[of].splice(index, 1, ...instead);
  return legs.map((events) => leg(events));
}

/** Where an event of the turn is. */
function where(of, type, nth = 0) {
  const found = LEGS[of].flatMap((event, index) => (event.type === type ? [index] : []));
  return [of, found[nth]];
}

describe('the rules of a stream', () => {
  it('are kept by a turn with a worker', () => {
    assert.deepEqual(problemsOf(...LEGS.map((events) => leg(events))), []);
  });

  it('are kept by a leg that was cut, and by the same once more', () => {
    const [first, second] = LEGS.map((events) => leg(events));
    const cut = leg(LEGS[1].slice(0, 4), { end: 'open' });
    assert.deepEqual(problemsOf(first, cut, second), []);
  });

  it('are kept by the same turn in the shape of the first clients', () => {
    const first = [start, block('b'), ...called('c1'), ...called('w')];
    const second = [start, answered('w'), ...said('t'), blockEnd('b'), finish()];
    const legs = [[...first, request(asked('c1'), asked('c2')), finish('tool-calls')], second];
    assert.deepEqual(problemsOf(...legs.map((events) => leg(events, { shape: 'legacy' }))), []);
  });

  it('are kept by a worker that runs by itself', () => {
    const run = [start, works, block('b', inWorker), ...said('t', inWorker)];
    const ends = [blockEnd('b', inWorker), result];
    const path = '/execute';
    assert.deepEqual(problemsOf(leg([...run, ...ends, finish(), usage], { path })), []);
    const [begins] = said('u', inWorker);
    assert.deepEqual(problemsOf(leg([...run, begins, result, failed], { path })), []);
    assert.match(problemsOf(leg([...run, ...ends, finish()], { path }))[0], /usage/);
    assert.match(problemsOf(leg([start, finish(), usage]))[0], /usage comes behind finish/);
  });

  const broken = [
    ['a block is never ended', without(where(1, 'block-end', 1)), 'the block b is open'],
    ['a block of a worker is never ended', without(where(1, 'block-end')), 'the block wb is open'],
    [
      'a block is ended twice',
      without(where(1, 'finish'), blockEnd('b'), finish()),
      'b is not open',
    ],
    [
      'an operation begins twice',
      without(where(0, 'block-start'), ...Array(2).fill(block('b', { blockType: 'set-resource' }))),
      'b comes twice',
    ],
    [
      "text is shown behind a worker's block",
      without(where(1, 'block-start')),
      "is in b, but the client takes it for undefined's",
    ],
    ['a card has no answer', without(where(1, 'tool-output-available', 1)), 'no answer to c2'],
    [
      'a card is not asked for',
      without(where(0, 'tool-request'), request(asked('c2', inWorker))),
      'nobody answers c1',
    ],
    [
      'a tool is asked for whose card has no input',
      without(where(0, 'tool-input-available')),
      'c1 is input',
    ],
    ['a card is not there', without(where(0, 'tool-input-start')), 'c1 has no card'],
    [
      'the answer to a card is of nobody',
      without(where(1, 'tool-output-available', 1), answered('c2')),
      'c2 is of another worker',
    ],
    [
      'a hidden tool is answered',
      without(where(1, 'block-end', 1), answered('c9'), blockEnd('b')),
      'c9 has no card',
    ],
    [
      'a card comes twice',
      without(where(1, 'block-end', 1), ...called('c1'), answered('c1'), blockEnd('b')),
      'c1 has a card',
    ],
    [
      'a client is to run a tool of the server',
      without(where(0, 'tool-request'), request(asked('c1', { toolName: 'octavus_todo_write' }))),
      'octavus_todo_write is run by the server',
    ],
    [
      'a client is to run a worker',
      without(where(0, 'tool-request'), request(asked('c1', { toolName: 'scout' }))),
      'scout is run by the server',
    ],
    ['a worker is never ended', without(where(1, 'worker-result')), 'the worker w runs on'],
    [
      'a worker speaks that never began',
      without(where(1, 'text-end'), ...said('t', { workerId: 'x' })),
      'the worker x never began',
    ],
    [
      'a worker speaks behind its end',
      without(where(1, 'worker-result'), result, block('wb2', inWorker), blockEnd('wb2', inWorker)),
      'the worker w is over',
    ],
    [
      'a worker ends twice',
      without(where(1, 'worker-result'), result, result),
      'the worker w is over',
    ],
    [
      'a worker has its input already',
      without(
        where(0, 'worker-start'),
        works,
        LEGS[0].find((e) => e.type === 'worker-input-delta'),
      ),
      'the worker w has its input',
    ],
    [
      'text is open while a worker ends',
      without(where(1, 'text-end')),
      'worker-result comes while text t3 is open',
    ],
    [
      'an event is not one',
      without(where(0, 'worker-start'), { ...works, description: null }),
      "rejected by the client's schema",
    ],
    [
      'a list is not one',
      without(where(1, 'todo-update'), { type: 'todo-update', todos: [{ id: '1' }] }),
      "rejected by the client's schema",
    ],
  ];
  for (const [name, legs, expected] of broken) {
    it(`are broken where ${name}`, () => {
      const problems = problemsOf(...legs);
      assert.ok(
        problems.some((problem) => problem.includes(expected)),
        `${JSON.stringify(problems)} have no "${expected}"`,
      );
    });
  }

  it('are broken where a first client is told of a worker, or shown a block with nothing in it', () => {
    const legacy = (...events) => problemsOf(leg([start, ...events], { shape: 'legacy' }));
    const ofWorker = legacy(
      block('b'),
      ...said('t', inWorker),
      ...said('u'),
      blockEnd('b'),
      finish(),
    );
    assert.match(ofWorker[0], /of the worker w, of which this client knows nothing/);
    const empty = [block('b'), blockEnd('b')];
    assert.match(legacy(...empty, finish())[0], /blocks were shown, and nothing in them/);
    assert.deepEqual(legacy(...empty, failed), [], 'an error removes the empty message');
    assert.deepEqual(problemsOf(leg([start, ...empty, finish()])), [], 'so does a current client');
  });
});
