import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { readAgent } from './harness/agent-folder.mjs';
import { AGENTS } from './harness/paths.mjs';
import { describeWorld } from './harness/world.mjs';

describeWorld('validation', (world) => {
  const validate = async (definition) => {
    const { status, json, text } = await world.api.post('/api/agents/validate', definition);
    assert.equal(status, 200, text);
    return json;
  };
  const agent = (name) => readAgent(path.join(AGENTS, name));

  it('places every problem in its file', async () => {
    const definition = await agent('broken');
    const { valid, errors, warnings } = await validate(definition);
    assert.equal(valid, false);
    assert.ok(Array.isArray(warnings));
    const lines = definition.protocol.split('\n');
    for (const name of ['sistem', 'get-wether', 'next-massage']) {
      const error = errors.find(({ message }) => message.includes(name));
      assert.ok(error, `no error names ${name}: ${JSON.stringify(errors)}`);
      assert.equal(error.severity, 'error');
      assert.equal(error.file, 'protocol.yaml');
      const line = lines[error.line - 1];
      assert.equal(
        line.slice(error.column - 1).startsWith(name),
        true,
        `${error.line}:${error.column}`,
      );
    }
  });

  it('suggests the name that was meant', async () => {
    const { errors } = await validate(await agent('broken'));
    const error = errors.find(({ message }) => message.includes('next-massage'));
    assert.match(`${error.message} ${error.help}`, /next-message/);
  });

  it('warns of what it does not know', async () => {
    const definition = await agent('concierge');
    definition.protocol += '\nfurniture: []\n';
    const { valid, errors, warnings } = await validate(definition);
    assert.deepEqual([valid, errors], [true, []]);
    const [warning] = warnings.filter(({ message }) => message.includes('furniture'));
    assert.equal(warning.severity, 'warning');
    assert.equal(warning.line, definition.protocol.split('\n').length - 1);
  });

  it('reports YAML that cannot be read', async () => {
    const definition = { ...(await agent('concierge')), protocol: 'agent: [\n' };
    const { valid, errors } = await validate(definition);
    assert.equal(valid, false);
    assert.ok(errors[0].line >= 1);
  });

  it('stores nothing', async () => {
    await validate(await agent('concierge'));
    assert.deepEqual((await world.api.get('/api/agents')).json.agents, []);
  });
});
