// The parts of a message: as the events of a turn make them in a chat of the current shape, and whether a
// reload shows the same.

import assert from 'node:assert/strict';

/** The parts that a chat of the current shape makes of a turn's events. */
export function partsOf(events) {
  const chat = new Parts();
  const workers = new Map();
  let active;
  for (const event of events) {
    if (event.type === 'block-start') active = event;
    if (event.type === 'block-end' && active?.blockId === event.blockId) active = undefined;
    if (/^worker-/.test(event.type)) {
      chat.takeWorker(event, workers);
    } else if (event.type !== 'tool-request') {
      const target = event.workerId === undefined ? chat : workers.get(event.workerId).inner;
      target.take(event, active);
    }
  }
  return chat.list;
}

class Parts {
  list = [];
  #text;
  #reasoning;
  #json = '';

  take(event, active) {
    const thread = active?.thread;
    const add = (part) => this.list.push({ ...part, thread }) && this.list.at(-1);
    const card = () => this.list.find(({ toolCallId }) => toolCallId === event.toolCallId);
    const { type } = event;
    if (
      type === 'block-start' &&
      /^(set-resource|serialize-thread|generate-image)$/.test(event.blockType)
    ) {
      const name = event.description ?? event.blockName;
      const { blockId: operationId, blockType: operationType } = event;
      add({ type: 'operation', operationId, name, operationType, status: 'running' });
    } else if (type === 'block-end') {
      const operation = this.list.find(({ operationId }) => operationId === event.blockId);
      if (operation) operation.status = 'done';
    } else if (type === 'text-start' && (active?.outputToChat !== false || thread)) {
      const { id, responseType: typeName } = event;
      this.#json = '';
      this.#text = typeName
        ? add({ type: 'object', id, typeName, status: 'streaming' })
        : add({ type: 'text', text: '', status: 'streaming' });
    } else if (type === 'text-delta') {
      if (this.#text?.type === 'text') this.#text.text += event.delta;
      this.#json += event.delta;
    } else if (type === 'text-end' && this.#text) {
      if (this.#text.type === 'object') this.#text.object = JSON.parse(this.#json);
      this.#text.status = 'done';
      this.#text = undefined;
    } else if (type === 'reasoning-start') {
      this.#reasoning = add({ type: 'reasoning', text: '', status: 'streaming' });
    } else if (type === 'reasoning-delta') {
      this.#reasoning.text += event.delta;
    } else if (type === 'reasoning-end') {
      this.#reasoning.status = 'done';
    } else if (type === 'tool-input-start') {
      const { toolCallId, toolName, title: displayName, display } = event;
      const status = 'pending';
      add({ type: 'tool-call', toolCallId, toolName, displayName, args: {}, status, display });
    } else if (type === 'tool-input-available') {
      Object.assign(card(), { args: event.input, status: 'running' });
    } else if (type === 'tool-output-available' && card()) {
      Object.assign(card(), { result: event.output, status: 'done' });
    } else if (type === 'tool-output-error' && card()) {
      Object.assign(card(), { error: event.error, status: 'error' });
    } else if (type === 'file-available') {
      const { type: _, workerId, ...file } = event;
      add({ type: 'file', ...file });
    } else if (type === 'todo-update') {
      const list = this.list.find((part) => part.type === 'todo');
      const { todos } = event;
      if (list) list.todos = todos;
      else add({ type: 'todo', todos, status: 'done' });
    }
  }

  takeWorker(event, workers) {
    const { type, workerId, workerSlug, description, input } = event;
    if (!workers.has(workerId)) {
      const inner = new Parts();
      const part = { type: 'worker', workerId, workerSlug, parts: inner.list, status: 'running' };
      this.list.push(part);
      workers.set(workerId, { part, inner });
    }
    const { part } = workers.get(workerId);
    if (type === 'worker-start') Object.assign(part, { description, input });
    if (type === 'worker-result') {
      const { output, error } = event;
      Object.assign(part, { output, error, status: error === undefined ? 'done' : 'error' });
    }
  }
}

/** A message's parts in short: `[type, status, what it says]`, and what is in it where it is a worker's. */
export function outline({ parts }) {
  return withoutSteps(parts).map((part) => {
    const said = part.text ?? part.object ?? part.toolName ?? part.workerSlug ?? part.name;
    const short = [part.type, part.status, said ?? part.todos];
    return part.parts?.length > 0 ? [...short, outline(part)] : short;
  });
}

/** The same of the last message. */
export function outlineOfLast(messages) {
  return outline(messages.at(-1));
}

/** A reload shows what was shown live, part by part. */
export function assertReloadShows(live, reloaded) {
  assert.deepEqual(
    reloaded.map(({ role, status }) => [role, status]),
    live.map(({ role, status }) => [role, status]),
  );
  for (const [index, { parts }] of reloaded.entries()) {
    assertSameParts(live[index].parts, parts);
  }
}

export function assertSameParts(live, reloaded) {
  assert.deepEqual(comparable(live), comparable(reloaded), 'a reload shows the same');
  for (const [index, { result }] of withoutSteps(reloaded).entries()) {
    // The display mode may keep a result from a reload that a chat had itself put on the card.
    if (result !== undefined) assert.deepEqual(withoutSteps(live)[index].result, result);
  }
}

/** What must be the same live and on a reload. */
function comparable(parts, ofWorker = false) {
  const same = withoutSteps(parts).map((part) => {
    const { result, partial, display, providerMetadata, thread, ...rest } = part;
    return {
      ...rest,
      ...(part.parts && { parts: comparable(part.parts, true) }),
      // Live it is that of the block which began last, and several workers may be at it.
      ...(!ofWorker && { thread }),
    };
  });
  // What is absent and what is undefined are the same.
  return JSON.parse(JSON.stringify(same));
}

/** Marks between steps are in no stream. */
function withoutSteps(parts) {
  return parts.filter(({ type }) => type !== 'step-start');
}
