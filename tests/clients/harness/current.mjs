// A client of the current shape, as far as tests need one: none is installed.

import assert from 'node:assert/strict';

export const CURRENT = { 'x-octavus-sdk-version': '4' };

/**
 * Runs a trigger and the tools that it asks for; answers the events of all legs as a chat is handed them:
 * between two legs stands what the tools gave.
 */
export async function runTurn({ api }, session, body, tools = {}) {
  const id = session.getSessionId();
  const events = [];
  let answer = await api.trigger(id, body, CURRENT);
  for (;;) {
    assert.ok(answer.sse, answer.text);
    events.push(...answer.sse.events);
    const [request] = answer.sse.of('tool-request');
    if (!request) return events;
    const toolResults = await Promise.all(request.toolCalls.map((call) => runTool(tools, call)));
    events.push(...toolResults.map(outputOf));
    const [{ executionId }] = answer.sse.events;
    answer = await api.trigger(id, { executionId, toolResults }, CURRENT);
  }
}

async function runTool(tools, { toolCallId, toolName, args }) {
  try {
    return { toolCallId, toolName, result: await tools[toolName](args) };
  } catch (error) {
    return { toolCallId, toolName, error: error.message };
  }
}

/** The libraries do not say of which worker a tool was. */
function outputOf({ toolCallId, result, error }) {
  return error === undefined
    ? { type: 'tool-output-available', toolCallId, output: result }
    : { type: 'tool-output-error', toolCallId, error };
}

/** The messages as a chat of the current shape shows them after a reload. */
export async function currentMessages({ api }, session) {
  const path = `/api/agent-sessions/${session.getSessionId()}?format=ui`;
  const { status, json, text } = await api.get(path, CURRENT);
  assert.equal(status, 200, text);
  return json.messages;
}
