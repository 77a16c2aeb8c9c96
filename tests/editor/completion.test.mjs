import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Editor } from './harness/editor.mjs';
import { PROTOCOL_SCHEMA } from './harness/schemas.mjs';
import { block } from './harness/text.mjs';

const DISPLAYS = ['description', 'hidden', 'name', 'stream', 'title'];

describe('completion', () => {
  let editor;
  before(async () => (editor = await Editor.start(PROTOCOL_SCHEMA)));
  after(() => editor.stop());

  async function offered(marked, labels) {
    const all = await editor.labels(marked);
    for (const label of labels) assert.ok(all.includes(label), `${label} is not among ${all}`);
    assert.ok(!all.includes('null'), 'nobody writes null');
    return all;
  }

  it('offers the parts of a protocol', async () => {
    assert.deepEqual(await editor.labels('¦'), [
      'agent',
      'handlers',
      'input',
      'mcpServers',
      'onDemandMcpServers',
      'onDemandSkills',
      'output',
      'resources',
      'skills',
      'steps',
      'tools',
      'triggers',
      'types',
      'variables',
      'workers',
    ]);
  });

  it('lays out what it writes', async () => {
    const offers = await editor.offers('¦');
    assert.equal(offers.get('agent').writes, 'agent:\n  model: ');
    assert.equal(offers.get('tools').writes, 'tools:\n  ');
    assert.equal(offers.get('output').writes, 'output: ');

    const agent = await editor.offers('agent:\n  ¦');
    assert.equal(agent.get('tools').writes, 'tools:\n  - ${1}');
  });

  it('offers the keys of an agent, and says what they are for', async () => {
    await offered('agent:\n  ¦', ['model', 'system', 'tools', 'maxSteps', 'thinking']);
    const offers = await editor.offers('agent:\n  model: a/b\n  ¦');
    assert.ok(!offers.has('model'), 'it stands there already');
    assert.match(offers.get('agentic').says, /go on calling tools/);
    assert.match(offers.get('system').says, /a file in `prompts\/`/);
  });

  it('offers the keys of a tool and of a parameter', async () => {
    const keys = ['description', 'display', 'parameters', 'title'];
    await offered('tools:\n  search:\n    ¦', keys);
    const parameter = 'tools:\n  search:\n    parameters:\n      query:\n        ';
    await offered(`${parameter}¦`, ['description', 'optional', 'type']);
  });

  it('offers the keys of a property of a type', async () => {
    const property = 'types:\n  Product:\n    name:\n      ';
    const keys = ['const', 'description', 'enum', 'items', 'optional'];
    await offered(`${property}¦`, [...keys, 'type']);
    assert.deepEqual(await editor.labels(`${property}type: string\n      ¦`), keys);
  });

  it('offers types, and leaves room for your own', async () => {
    const types = ['string', 'number', 'integer', 'boolean', 'file', 'unknown', 'string[]'];
    await offered('input:\n  NAME:\n    type: ¦', types);
    await offered('types:\n  Product:\n    name:\n      type: ¦', [...types, 'array']);
    assert.deepEqual(await editor.flaws('input:\n  ITEM:\n    type: Product'), []);
  });

  it('offers the keys of a block by its kind', async () => {
    const image = await offered(block('block: generate-image', '¦'), ['aspectRatio', 'prompt']);
    assert.ok(!image.includes('role'), String(image));

    const message = await offered(block('block: add-message', '¦'), ['role', 'prompt', 'visible']);
    assert.ok(!message.includes('aspectRatio'), String(message));

    const begun = await offered(block('block: generate-image', 'asp¦'), ['aspectRatio']);
    assert.ok(!begun.includes('role'), String(begun));
  });

  it('tells the kinds of neighbours apart', async () => {
    const text = `${block('block: next-message')}\n    Another:\n      block: generate-speech\n      ¦`;
    const labels = await offered(text, ['voice', 'instructions']);
    assert.ok(!labels.includes('independent'), String(labels));
  });

  it('writes a block with the keys that it must have', async () => {
    const offers = await editor.offers(block('¦'));
    assert.equal(offers.get('block').writes, 'block: ');
    assert.equal(offers.get('next-message').writes, 'block: next-message');
    assert.equal(
      offers.get('set-resource').writes,
      'block: set-resource\nresource: $1\nvalue: $2',
    );
    assert.match(offers.get('tool-call').says, /without asking a model/);

    const later = await editor.offers(block('block: next-message', '¦'));
    assert.ok(!later.has('tool-call'), 'a block has one kind');
  });

  it('offers the kinds of blocks, and says what each does', async () => {
    const offers = await editor.offers(block('block: ¦'));
    assert.deepEqual([...offers.keys()].sort(), [
      'add-message',
      'generate-image',
      'generate-speech',
      'generate-video',
      'next-message',
      'run-worker',
      'serialize-thread',
      'set-resource',
      'start-thread',
      'tool-call',
      'transcribe-audio',
    ]);
    assert.match(offers.get('next-message').says, /Asks the thread's model/);
  });

  it('offers the words of a key, and no others', async () => {
    for (const [marked, words] of [
      ['tools:\n  search:\n    description: d\n    display: ¦', DISPLAYS],
      [block('block: next-message', 'display: ¦'), DISPLAYS],
      ['agent:\n  model: a/b\n  thinking: ¦', ['"off"', 'high', 'low', 'max', 'medium']],
      [block('block: add-message', 'role: ¦'), ['assistant', 'system', 'user']],
      [block('block: serialize-thread', 'format: ¦'), ['json', 'markdown']],
      ['agent:\n  model: a/b\n  agentic: ¦', ['false', 'true']],
    ]) {
      assert.deepEqual(await editor.labels(marked), words, marked);
    }
  });
});
