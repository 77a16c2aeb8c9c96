// What the legs of one execution must keep to together, as a client reads them: one turn of its chat.

const OPERATIONS = ['set-resource', 'serialize-thread', 'generate-image'];

/**
 * The legs of an execution, oldest first; the answer lists every rule that they break.
 *
 * Of a leg that was cut nothing is kept: where it is asked for again the server begins it anew.
 */
export function problemsOfTurn(legs) {
  const problems = [];
  let turn = new Turn();
  for (const { sse, shape, end } of legs) {
    const next = turn.copy();
    next.isLegacy = shape === 'legacy';
    for (const [index, event] of sse.events.entries()) {
      const found = next.read(event, sse.events[index + 1]);
      problems.push(...found.map((problem) => `${event.type}: ${problem}`));
    }
    if (end === 'complete') turn = next;
  }
  return problems;
}

/** What a client has been told of a turn so far. */
class Turn {
  isLegacy = false;
  /** By id, what is open: the worker that it is of, and its kind. */
  blocks = new Map();
  /** The block that a client takes what comes for, a worker's too: it knows only one. */
  active;
  /** By id: the worker, and how far the card is: `input`, `ready`, `asked` or `answered`. */
  cards = new Map();
  /** By id: `input`, `running` or `ended`. */
  workers = new Map();
  slugs = new Set();
  hasFrames = false;
  hasParts = false;

  copy() {
    return Object.assign(new Turn(), structuredClone({ ...this }));
  }

  /** Takes an event, and looks at the one behind it; answers what is wrong. */
  read(event, next) {
    const problems = [];
    if (event.type !== 'tool-request') problems.push(...this.#speaker(event));
    const reader = READERS[event.type];
    if (reader) problems.push(...reader(this, event, next));
    return problems;
  }

  /** A client drops what is said in a worker that it does not know, or that is over. */
  #speaker({ type, workerId }) {
    if (workerId === undefined) return [];
    if (this.isLegacy) return [`is of the worker ${workerId}, of which this client knows nothing`];
    if (/^worker-(input-)?start$/.test(type)) return [];
    const state = this.workers.get(workerId);
    if (state === undefined) return [`the worker ${workerId} never began`];
    return state === 'ended' ? [`the worker ${workerId} is over`] : [];
  }

  /** What is still open in the chat or in a worker. */
  openIn(workerId) {
    const blocks = [...this.blocks].filter(([, block]) => block.workerId === workerId);
    const cards = [...this.cards].filter(([, card]) => card.workerId === workerId);
    return [
      ...blocks.map(([id]) => `the block ${id} is open`),
      ...cards.filter(([, { state }]) => state !== 'answered').map(([id]) => `no answer to ${id}`),
    ];
  }

  get runningWorkers() {
    return [...this.workers].filter(([, state]) => state !== 'ended').map(([id]) => id);
  }
}

const READERS = {
  /** A new leg: what the client ran has its answer, which the client put on the card itself. */
  start(turn) {
    for (const card of turn.cards.values()) {
      if (card.state === 'asked' && card.workerId === undefined) card.state = 'answered';
    }
    return [];
  },

  'block-start'(turn, { blockId, blockType, display, workerId }) {
    const again = turn.blocks.has(blockId);
    turn.blocks.set(blockId, { workerId });
    turn.active = { blockId, workerId };
    turn.hasFrames = true;
    if (!OPERATIONS.includes(blockType) || display === 'hidden') return [];
    turn.hasParts = true;
    return again ? [`${blockId} comes twice, and so would its part`] : [];
  },

  'block-end'(turn, { blockId, workerId }) {
    const block = turn.blocks.get(blockId);
    turn.blocks.delete(blockId);
    if (turn.active?.blockId === blockId) turn.active = undefined;
    if (!block) return [`${blockId} is not open`];
    return block.workerId === workerId ? [] : [`${blockId} is of another worker`];
  },

  'text-start': part,
  'reasoning-start': part,
  source: part,
  'file-available': part,
  'todo-update': part,

  'tool-input-start'(turn, event) {
    const { toolCallId, workerId } = event;
    const problems = part(turn, event);
    if (turn.cards.has(toolCallId)) problems.push(`${toolCallId} has a card`);
    turn.cards.set(toolCallId, { workerId, state: 'input' });
    return problems;
  },
  'tool-input-delta': (turn, event) => card(turn, event, ['input'], 'input'),
  'tool-input-end': (turn, event) => card(turn, event, ['input'], 'input'),
  'tool-input-available': (turn, event) => card(turn, event, ['input'], 'ready'),
  'tool-output-available': (turn, event) =>
    card(turn, event, ['ready', 'asked', 'answered'], 'answered'),
  // A call may fail before its input is whole.
  'tool-output-error': (turn, event) =>
    card(turn, event, ['input', 'ready', 'asked', 'answered'], 'answered'),

  'tool-request'(turn, { toolCalls }) {
    return toolCalls.flatMap(({ toolCallId, toolName, workerId }) => {
      const problems = [];
      if (toolName.startsWith('octavus_') || turn.slugs.has(toolName)) {
        problems.push(`${toolName} is run by the server`);
      }
      if (turn.workers.get(workerId) === 'ended') problems.push(`the worker ${workerId} is over`);
      const shown = turn.cards.get(toolCallId);
      if (!shown) return problems;
      if (shown.state !== 'ready') problems.push(`${toolCallId} is ${shown.state}`);
      if (!turn.isLegacy && shown.workerId !== workerId) {
        problems.push(`${toolCallId} is shown elsewhere`);
      }
      shown.state = 'asked';
      return problems;
    });
  },

  'worker-input-start'(turn, { workerId, workerSlug }) {
    turn.hasParts = true;
    turn.slugs.add(workerSlug);
    const problems = turn.workers.has(workerId) ? [`the worker ${workerId} has begun`] : [];
    turn.workers.set(workerId, 'input');
    return problems;
  },
  'worker-input-delta': inputOfWorker,
  'worker-input-ready': inputOfWorker,
  'worker-start'(turn, { workerId, workerSlug }) {
    turn.hasParts = true;
    turn.slugs.add(workerSlug);
    const over = turn.workers.get(workerId) === 'ended';
    turn.workers.set(workerId, 'running');
    return over ? [`the worker ${workerId} is over`] : [];
  },
  'worker-result'(turn, { workerId }, next) {
    turn.workers.set(workerId, 'ended');
    // An error ends whatever is open.
    return next?.type === 'error' ? [] : turn.openIn(workerId);
  },

  finish(turn, { finishReason }) {
    if (finishReason === 'tool-calls') return waits(turn);
    const open = turn.openIn(undefined);
    open.push(...turn.runningWorkers.map((id) => `the worker ${id} runs on`));
    // The installed client keeps an empty message for it, which is never done.
    if (turn.isLegacy && turn.hasFrames && !turn.hasParts) {
      open.push('blocks were shown, and nothing in them');
    }
    return open;
  },
};

/** Something to see: it is shown in the thread of the client's only active block. */
function part(turn, { workerId }) {
  turn.hasParts = true;
  if (workerId !== undefined) return [];
  const own = [...turn.blocks].filter(([, block]) => block.workerId === undefined);
  const innermost = own.at(-1)?.[0];
  if (innermost === turn.active?.blockId) return [];
  return [`is in ${innermost}, but the client takes it for ${turn.active?.blockId}'s`];
}

function card(turn, { toolCallId, workerId }, before, after) {
  const shown = turn.cards.get(toolCallId);
  if (!shown) return [`${toolCallId} has no card`];
  const problems = before.includes(shown.state) ? [] : [`${toolCallId} is ${shown.state}`];
  if (shown.workerId !== workerId) problems.push(`${toolCallId} is of another worker`);
  shown.state = after;
  return problems;
}

function inputOfWorker(turn, { workerId }) {
  return turn.workers.get(workerId) === 'input' ? [] : [`the worker ${workerId} has its input`];
}

/** A client has to run tools, and nothing else is waited for, but workers that run for a card's sake. */
function waits(turn) {
  const shown = [...turn.cards].filter(([, { state }]) => state === 'input' || state === 'ready');
  // To this client a worker is a card, which is running as long as the worker is.
  const stuck = shown.filter(([, { state }]) => !turn.isLegacy || state === 'input');
  return stuck.map(([id]) => `nobody answers ${id}`);
}
