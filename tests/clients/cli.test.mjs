import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { octavus, octavusJson } from './harness/cli.mjs';
import { AGENTS, EXAMPLES } from './harness/paths.mjs';
import { describeWorld } from './harness/world.mjs';

const CONCIERGE = path.join(AGENTS, 'concierge');
const BROKEN = path.join(AGENTS, 'broken');

describeWorld('the command line client', (world) => {
  const target = () => ({ url: world.server.url, key: world.key });

  it('creates an agent at the first sync and updates it at the second', async () => {
    const first = await octavus(target(), 'sync', CONCIERGE);
    assert.equal(first.code, 0, first.output);
    assert.match(first.output, /Created: concierge/);

    const second = await octavus(target(), 'sync', CONCIERGE);
    assert.equal(second.code, 0, second.output);
    assert.match(second.output, /Updated: concierge/);

    const third = await octavusJson(target(), 'sync', CONCIERGE);
    assert.equal(third.json.created, false);
    assert.match(first.output, new RegExp(third.json.agentId), 'the agent keeps its id');
  });

  it('shows a synced agent as it was sent', async () => {
    await octavus(target(), 'sync', CONCIERGE);

    const list = await octavus(target(), 'list');
    assert.equal(list.code, 0, list.output);
    assert.match(list.output, /concierge\s+Concierge\s+interactive/);
    assert.match(list.output, /1 agent\(s\)/);

    const { code, json } = await octavusJson(target(), 'get', 'concierge');
    assert.equal(code, 0);
    assert.equal(json.settings.name, 'Concierge');
    assert.match(json.protocol, /^# Tools of every display mode/, 'the YAML keeps its comments');
    assert.deepEqual(json.prompts.map(({ name }) => name).sort(), ['system', 'user-message']);
  });

  it('finds nothing wrong with the test agents and the examples', async () => {
    const folders = [
      ...['concierge', 'thinker', 'blocks'].map((name) => path.join(AGENTS, name)),
      ...['assistant', 'support'].map((name) => path.join(EXAMPLES, name)),
    ];
    for (const folder of folders) {
      const { code, output } = await octavus(target(), 'validate', folder);
      assert.equal(code, 0, output);
      assert.match(output, /is valid/);
    }
  });

  it('names every problem of a broken agent', async () => {
    const { code, output } = await octavus(target(), 'validate', BROKEN);
    assert.equal(code, 1, output);
    assert.match(output, /broken has validation errors/);
    for (const name of ['sistem', 'get-wether', 'next-massage']) {
      assert.match(output, new RegExp(name), `the problem with ${name}`);
    }
  });

  it('refuses to sync a broken agent and says why', async () => {
    const { code, output } = await octavus(target(), 'sync', BROKEN);
    assert.equal(code, 1, output);
    assert.match(output, /API error: .*next-massage/s);
    assert.match(output, /Status: 400/);
    assert.equal((await octavus(target(), 'get', 'broken')).code, 1, 'nothing was stored');
  });

  it('is told when an agent is not there and when its key is wrong', async () => {
    const missing = await octavus(target(), 'get', 'nobody');
    assert.equal(missing.code, 1);
    assert.match(missing.output, /Agent not found: nobody/);

    const refused = await octavusJson({ ...target(), key: 'oct_sk_wrong' }, 'list');
    assert.equal(refused.code, 1);
    assert.equal(refused.json.code, 'API_ERROR');
  });

  it('works with a base URL that ends in a slash', async () => {
    const { code, output } = await octavus({ ...target(), url: `${world.server.url}/` }, 'list');
    assert.equal(code, 0, output);
  });
});
