import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OctavusClient } from '@octavus/server-sdk';
import { Api } from './harness/api.mjs';
import { describeWorld } from './harness/world.mjs';

/** A server may keep what it knows of a key for a moment. */
const REVOKE_LIMIT_MS = 2_000;

describeWorld(
  'keys',
  (world) => {
    it('see nothing of another project', async () => {
      const session = (await world.session('concierge')).getSessionId();
      const { key } = await world.server.createKey({ project: 'another' });
      const stranger = new OctavusClient({ baseUrl: world.server.url, apiKey: key });

      assert.deepEqual(await stranger.agents.list(), []);
      const [agent] = await world.client.agents.list();
      const notFound = { status: 404, code: 'NOT_FOUND' };
      await assert.rejects(stranger.agents.get(agent.id), notFound);
      await assert.rejects(stranger.agentSessions.create(agent.id), notFound);
      await assert.rejects(stranger.agentSessions.get(session), notFound);
      await assert.rejects(stranger.agentSessions.getMessages(session), notFound);
      const trigger = { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } };
      const refused = await new Api(world.server.url, key).trigger(session, trigger);
      assert.deepEqual([refused.status, refused.json.code], [404, 'NOT_FOUND']);
    });

    it('may have the same agent in each project', async () => {
      const { key } = await world.server.createKey({ project: 'third' });
      const third = new Api(world.server.url, key);
      const [agent] = await world.client.agents.list();
      const { settings, protocol, prompts } = await world.client.agents.get(agent.id);
      const { status, json } = await third.post('/api/agents', { settings, protocol, prompts });
      assert.equal(status, 201);
      assert.notEqual(json.agentId, agent.id);
    });

    it('end soon after they are revoked', async () => {
      const { key, id } = await world.server.createKey();
      const api = new Api(world.server.url, key);
      assert.equal((await api.get('/api/agents')).status, 200);

      const { code, output } = await world.server.command('keys', 'revoke', id);
      assert.equal(code, 0, output);
      const deadline = Date.now() + REVOKE_LIMIT_MS;
      let status = 200;
      // Nothing tells a client of a revocation, so it has to be asked for.
      while (status === 200 && Date.now() < deadline) {
        ({ status } = await api.get('/api/agents'));
        await delay(50);
      }
      assert.equal(status, 401);
      assert.equal((await world.api.get('/api/agents')).status, 200, 'other keys go on');
    });

    it('are listed without their secret', async () => {
      const { key, id } = await world.server.createKey();
      const { code, output } = await world.server.command('keys', 'list');
      assert.equal(code, 0, output);
      assert.ok(output.includes(id), output);
      assert.ok(!output.includes(key), 'a key is shown once, when it is made');
    });
  },
  { agents: ['concierge'] },
);
