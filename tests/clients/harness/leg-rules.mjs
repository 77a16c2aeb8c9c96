// What every leg of a stream must keep to, whatever it says.

import { safeParseStreamEvent } from '@octavus/core';

/** A leg is what `wire.mjs` records; the answer lists every rule that it breaks. */
export function problemsOf(leg) {
  const problems = leg.sse.malformed.map((line) => `not an event: ${line}`);
  if (leg.headers['cache-control'] !== 'no-cache') problems.push('cache-control is not no-cache');
  if (leg.sdkVersion === undefined) problems.push(...rejectedEvents(leg.sse.events));
  problems.push(...startProblems(leg.sse.events));
  problems.push(...partProblems(leg.sse.events));
  problems.push(...orderProblems(leg.sse.events));
  if (leg.end === 'complete') problems.push(...endProblems(leg.sse));
  return problems;
}

/** The published client drops these without a word. */
function rejectedEvents(events) {
  return events
    .filter((event) => !safeParseStreamEvent(event).success)
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

/** Clients route text and reasoning by what is open, so one part is closed before the next opens. */
function partProblems(events) {
  const problems = [];
  let open = null;
  for (const { type, id } of events) {
    const [, kind, phase] = /^(text|reasoning)-(start|delta|end)$/.exec(type) ?? [];
    if (!kind) {
      if (open && /^(block|tool-request|finish)/.test(type)) {
        problems.push(`${type} comes while ${open} is open`);
      }
      continue;
    }
    const part = `${kind} ${id}`;
    if (phase === 'start') {
      if (open) problems.push(`${part} opens while ${open} is open`);
      open = part;
    } else {
      if (open !== part)
        problems.push(`${kind}-${phase} of ${id} while ${open ?? 'nothing'} is open`);
      if (phase === 'end') open = null;
    }
  }
  return problems;
}

function orderProblems(events) {
  const problems = [];
  const cards = new Set();
  for (const [index, event] of events.entries()) {
    const next = events[index + 1];
    if (event.type === 'tool-input-start') cards.add(event.toolCallId);
    if (/^tool-input-(delta|end|available)$/.test(event.type) && !cards.has(event.toolCallId)) {
      problems.push(`${event.type} of ${event.toolCallId} without its start`);
    }
    if (event.type === 'tool-request' && next && next.finishReason !== 'tool-calls') {
      problems.push(`tool-request is followed by ${JSON.stringify(next)}`);
    }
    if ((event.type === 'finish' || event.type === 'error') && next) {
      problems.push(`${next.type} comes behind ${event.type}`);
    }
    if (event.type === 'finish' && event.executionId !== events[0].executionId) {
      problems.push('finish names another execution');
    }
  }
  return problems;
}

function endProblems({ events, done, raw }) {
  const problems = [];
  const last = events.at(-1);
  if (last?.type !== 'finish' && last?.type !== 'error') problems.push(`ends with ${last?.type}`);
  if (!done || !raw.endsWith('data: [DONE]\n\n')) problems.push('does not end with [DONE]');
  const asks = events.some(({ type }) => type === 'tool-request');
  if (asks !== (last?.finishReason === 'tool-calls')) {
    problems.push('tool-request and finish(tool-calls) do not come together');
  }
  return problems;
}
