// Texts in which `¦` marks where the cursor is.

import assert from 'node:assert/strict';

const CURSOR = '¦';

/** Takes the mark out of a text; answers the text and the position as an editor counts it. */
export function atCursor(marked) {
  const [before, after, ...more] = marked.split(CURSOR);
  assert.ok(after !== undefined && more.length === 0, `one ${CURSOR} in: ${marked}`);
  const lines = before.split('\n');
  return {
    text: before + after,
    position: { line: lines.length - 1, character: lines.at(-1).length },
  };
}

/** The block of a handler with these lines. */
export function block(...lines) {
  return ['handlers:', '  go:', '    A block:', ...lines.map((line) => `      ${line}`)].join('\n');
}
