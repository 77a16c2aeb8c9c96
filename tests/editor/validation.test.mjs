import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AGENTS, EXAMPLES, REPOSITORY } from '../clients/harness/paths.mjs';
import { Editor } from './harness/editor.mjs';
import { PROTOCOL_SCHEMA } from './harness/schemas.mjs';
import { block } from './harness/text.mjs';

const CORPUS = path.join(REPOSITORY, 'crates/protocol/tests/corpus/valid');

/** The protocols of the agents in a folder. */
function agents(folder) {
  return readdirSync(folder)
    .map((name) => path.join(folder, name, 'protocol.yaml'))
    .filter((file) => existsSync(file));
}

/** The bundles that the compiler accepts. A line `=== <path>` begins another file of a bundle. */
function bundles() {
  return readdirSync(CORPUS)
    .filter((name) => name.endsWith('.agent'))
    .map((name) => path.join(CORPUS, name));
}

/** The agent that the client tests are shown errors of. */
const BROKEN = path.join(AGENTS, 'broken/protocol.yaml');

const RIGHT = [...agents(EXAMPLES), ...agents(AGENTS), ...bundles()].filter(
  (file) => file !== BROKEN,
);

/** A text with the beginning of what is said of it. */
const WRONG = [
  ['agent: []', '1:8 Incorrect type'],
  ['agent: { system: s }', '1:1 Missing property "model"'],
  ['agent: { model: nomodel }', '1:17 write a model as `provider/model-id`'],
  ['agent: { model: a/b, thinking: much }', '1:32 Value is not accepted'],
  ['agent: { model: a/b, temperature: 3 }', '1:35 Value is above the maximum of 2'],
  ['agent: { model: a/b, tools: search }', '1:29 Incorrect type. Expected "array"'],
  ['types:\n  A:\n    b: string', '3:8 Incorrect type. Expected "a property"'],
  ['types:\n  A:\n    anyOf: [B, C]', '2:3 Missing property "discriminator"'],
  ['input:\n  A:\n    description: d', '2:3 Missing property "type"'],
  [block('block: nothing'), '4:14 Value must be "add-message" | "next-message"'],
  [block('block: add-message'), '3:5 Missing property "role"'],
  [block('block: add-message', 'role: boss'), '5:13 Value is not accepted'],
  [block('role: user'), '3:5 Missing property "block"'],
];

describe('validation', { concurrency: true }, () => {
  let editor;
  before(async () => (editor = await Editor.start(PROTOCOL_SCHEMA)));
  after(() => editor.stop());

  for (const file of RIGHT) {
    it(`finds nothing wrong with ${path.relative(REPOSITORY, file)}`, async () => {
      const [protocol] = readFileSync(file, 'utf8').split(/^=== /m);
      assert.deepEqual(await editor.flaws(protocol), []);
    });
  }

  for (const [text, flaw] of WRONG) {
    it(`says what is wrong with ${JSON.stringify(text)}`, async () => {
      const flaws = await editor.flaws(text);
      assert.equal(flaws.length, 1, String(flaws));
      assert.ok(flaws[0].startsWith(flaw), flaws[0]);
    });
  }
});
