import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EXAMPLES } from '../clients/harness/paths.mjs';
import { Editor } from './harness/editor.mjs';
import { PROTOCOL_SCHEMA } from './harness/schemas.mjs';

const ASSISTANT = readFileSync(path.join(EXAMPLES, 'assistant/protocol.yaml'), 'utf8');
const MODELINE = `# yaml-language-server: $schema=${PROTOCOL_SCHEMA}\n`;

describe('a modeline', () => {
  let editor;
  before(async () => (editor = await Editor.start()));
  after(() => editor.stop());

  const tool = ASSISTANT.replace('display: title', 'display: ¦');

  it('brings the schema to an editor that is told nothing else', async () => {
    assert.deepEqual(await editor.labels(tool), []);
    assert.deepEqual(await editor.labels(MODELINE + tool), [
      'description',
      'hidden',
      'name',
      'stream',
      'title',
    ]);
  });

  it('shows documentation in a real agent', async () => {
    const marked = ASSISTANT.replace('maxSteps', 'max¦Steps');
    assert.match(await editor.hover(MODELINE + marked), /^#### maxSteps\n\nHow many steps/);
  });

  it('finds nothing wrong with it, and finds a slip', async () => {
    assert.deepEqual(await editor.flaws(MODELINE + ASSISTANT), []);
    const [flaw] = await editor.flaws(MODELINE + ASSISTANT.replace('role: user', 'role: usr'));
    assert.match(flaw, /Value is not accepted. Valid values: "user", "assistant", "system"/);
  });
});
