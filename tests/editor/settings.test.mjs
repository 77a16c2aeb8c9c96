import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import json from 'vscode-json-languageservice';
import { EXAMPLES } from '../clients/harness/paths.mjs';
import { SETTINGS_SCHEMA } from './harness/schemas.mjs';
import { atCursor } from './harness/text.mjs';

const SETTINGS = readFileSync(path.join(EXAMPLES, 'assistant/settings.json'), 'utf8');

describe('settings.json', () => {
  let service;
  before(() => {
    service = json.getLanguageService({ clientCapabilities: json.ClientCapabilities.LATEST });
    service.configure({
      schemas: [{ uri: 'memory:///settings', fileMatch: ['*'], schema: SETTINGS_SCHEMA }],
    });
  });

  function opened(text) {
    const document = json.TextDocument.create('file:///settings.json', 'json', 1, text);
    return [document, service.parseJSONDocument(document)];
  }

  async function labels(marked) {
    const { text, position } = atCursor(marked);
    const [document, tree] = opened(text);
    const { items } = await service.doComplete(document, position, tree);
    return items.map(({ label }) => label).sort();
  }

  it('completes its keys and the words of its format', async () => {
    assert.deepEqual(await labels('{ ¦ }'), ['description', 'format', 'name', 'slug']);
    assert.deepEqual(await labels('{ "format": ¦ }'), ['"interactive"', '"worker"']);
  });

  it('shows documentation', async () => {
    const { text, position } = atCursor(SETTINGS.replace('"slug"', '"sl¦ug"'));
    const [document, tree] = opened(text);
    const { contents } = await service.doHover(document, position, tree);
    const shown = contents.map((part) => part.value ?? part).join('\n\n');
    assert.match(shown, /The name of the agent in URLs/);
  });

  it('is right in the examples, and wrong without a name', async () => {
    const flaws = async (text) => (await service.doValidation(...opened(text))).map((it) => it.message);
    assert.deepEqual(await flaws(SETTINGS), []);
    assert.deepEqual(await flaws('{ "slug": "a", "format": "worker" }'), ['Missing property "name".']);
  });
});
