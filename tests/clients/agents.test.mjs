import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conversation, reply, text } from './harness/provider.mjs';
import { collect, describeWorld, shownText, userMessage } from './harness/world.mjs';

describeWorld('agents', (world) => {
  const newAgent = (slug) =>
    world.deploy('concierge', ({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, slug },
    }));
  const lastSystemPrompt = async () => JSON.stringify((await world.provider.lastRequest()).system);
  const systemPrompt = (content) => ({ name: 'system', content });
  const userPrompt = { name: 'user-message', content: '{{USER_MESSAGE}}' };

  it('change for new sessions; one that has begun keeps what it began with', async () => {
    const id = await newAgent('changing');
    const before = await world.session('changing');
    const prompts = [systemPrompt('You are another now.'), userPrompt];
    const { status, json } = await world.api.request('PATCH', `/api/agents/${id}`, { prompts });
    assert.deepEqual([status, json.agentId], [200, id]);
    const after = await world.session('changing');

    await world.provider.script(reply(text('Old.')), reply(text('New.')));
    assert.equal(shownText(await collect(before.execute(userMessage('Who are you?')))), 'Old.');
    assert.match(await lastSystemPrompt(), /concierge of Acme/);
    assert.equal(shownText(await collect(after.execute(userMessage('Who are you?')))), 'New.');
    assert.match(await lastSystemPrompt(), /You are another now/);
  });

  it('stay as they were where a change does not compile', async () => {
    const id = await newAgent('steady');
    const { protocol } = await world.client.agents.get(id);
    const broken = { protocol: protocol.replace('system: system', 'system: nowhere') };
    const refused = await world.api.request('PATCH', `/api/agents/${id}`, broken);
    assert.deepEqual([refused.status, refused.json.code], [400, 'VALIDATION_ERROR']);
    assert.equal((await world.client.agents.get(id)).protocol, protocol);
  });

  it('leave the list when they are deleted; their sessions go on', async () => {
    const id = await newAgent('leaving');
    const session = await world.session('leaving');
    const { status } = await world.api.request('DELETE', `/api/agents/${id}`);
    assert.equal(status, 200);

    const slugs = (await world.client.agents.list()).map(({ slug }) => slug);
    assert.ok(!slugs.includes('leaving'));
    const notFound = { status: 404, code: 'NOT_FOUND' };
    await assert.rejects(world.client.agentSessions.create('leaving'), notFound);
    await world.provider.script(reply(text('Still here.')));
    assert.equal(shownText(await collect(session.execute(userMessage('Hello')))), 'Still here.');
    assert.deepEqual(conversation(await world.provider.lastRequest()), [['user', 'Hello']]);
    assert.notEqual(await newAgent('leaving'), id, 'the slug is free again');
  });
});
