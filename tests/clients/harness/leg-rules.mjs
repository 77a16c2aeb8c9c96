// What every leg of a stream must keep to by itself, whatever it says.

import { isAccepted } from './event-schemas.mjs';

/** A leg is what `wire.mjs` records; the answer lists every rule that it breaks. */
export function problemsOfLeg(leg) {
  const { events } = leg.sse;
  const problems = leg.sse.malformed.map((line) => `not an event: ${line}`);
  if (leg.headers['cache-control'] !== 'no-cache') problems.push('cache-control is not no-cache');
  problems.push(...rejectedEvents(leg));
  problems.push(...startProblems(events));
  problems.push(...partProblems(events));
  problems.push(...orderProblems(leg));
  if (leg.end === 'complete') problems.push(...endProblems(leg));
  return problems;
}

/** The client drops these without a word. */
function rejectedEvents({ sse, shape }) {
  return sse.events
    .filter((event) => !isAccepted(event, shape))
    .map((event) => `rejected by the client's schema: ${JSON.stringify(event)}`);
}

function startProblems([first, ...others]) {
  const problems = [];
  if (first?.type !== 'start') problems.push(`begins with ${first?.type}, not start`);
  for (const key of ['executionId', 'messageId', 'sessionId']) {
    if (first && typeof first[key] !== 'string') problems.push(`start has no ${key}`);
  }
  if (others.some(({ type }) => type === 'start')) problems.push('start comes twice');
  return problems;
}

/**
 * Clients route text and reasoning by what is open, in the chat and in each worker, so one part is closed
 * before the next opens there.
 */
function partProblems(events) {
  const problems = [];
  const open = new Map();
  for (const [index, { type, id, workerId }] of events.entries()) {
    const [, kind, phase] = /^(text|reasoning)-(start|delta|end)$/.exec(type) ?? [];
    const current = open.get(workerId);
    const part = `${kind} ${id}`;
    if (!kind) {
      // An error behind it ends whatever is open.
      const fails = type === 'worker-result' && events[index + 1]?.type === 'error';
      if (current && !fails && /^(block|tool-input-start|worker-result)/.test(type)) {
        problems.push(`${type} comes while ${current} is open`);
      }
      if (/^(tool-request|finish)$/.test(type)) {
        problems.push(...[...open.values()].map((part) => `${type} comes while ${part} is open`));
      }
    } else if (phase === 'start') {
      if (current) problems.push(`${part} opens while ${current} is open`);
      open.set(workerId, part);
    } else {
      if (current !== part) {
        problems.push(`${kind}-${phase} of ${id} while ${current ?? 'nothing'} is open`);
      }
      if (phase === 'end') open.delete(workerId);
    }
  }
  return problems;
}

function orderProblems({ sse: { events }, path }) {
  const problems = [];
  for (const [index, event] of events.entries()) {
    const next = events[index + 1];
    if (event.type === 'tool-request' && next && next.finishReason !== 'tool-calls') {
      problems.push(`tool-request is followed by ${JSON.stringify(next)}`);
    }
    if (/^(finish|error|usage)$/.test(event.type) && next && !isUsage(event, next, path)) {
      problems.push(`${next.type} comes behind ${event.type}`);
    }
    if (event.type === 'finish' && event.executionId !== events[0].executionId) {
      problems.push('finish names another execution');
    }
  }
  return problems;
}

/** Behind its end the run of a worker tells what it took. */
function isUsage(event, next, path) {
  const ended = event.type === 'finish' && event.finishReason !== 'tool-calls';
  return ended && next.type === 'usage' && isRun(path);
}

function isRun(path) {
  return path.endsWith('/execute');
}

function endProblems({ sse: { events, done, raw }, path }) {
  const problems = [];
  const last = events.findLast(({ type }) => type !== 'usage');
  if (last?.type !== 'finish' && last?.type !== 'error') problems.push(`ends with ${last?.type}`);
  if (!done || !raw.endsWith('data: [DONE]\n\n')) problems.push('does not end with [DONE]');
  const asks = events.some(({ type }) => type === 'tool-request');
  if (asks !== (last?.finishReason === 'tool-calls')) {
    problems.push('tool-request and finish(tool-calls) do not come together');
  }
  const ended = isRun(path) && last?.type === 'finish' && !asks;
  if (ended !== events.some(({ type }) => type === 'usage')) {
    problems.push('usage and the end of a run do not come together');
  }
  return problems;
}
