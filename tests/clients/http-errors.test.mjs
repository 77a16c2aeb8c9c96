import assert from 'node:assert/strict';
import { it } from 'node:test';
import path from 'node:path';
import { readAgent } from './harness/agent-folder.mjs';
import { Api } from './harness/api.mjs';
import { AGENTS } from './harness/paths.mjs';
import { describeWorld } from './harness/world.mjs';

const trigger = (content) => ({ triggerName: 'user-message', input: { USER_MESSAGE: content } });

function assertError({ status, json, text }, wanted, code) {
  assert.equal(status, wanted, text);
  assert.equal(json.code, code);
  assert.ok(json.error.length > 0);
  assert.equal(json.message, json.error, 'both names hold the text');
}

describeWorld(
  'a request that is refused',
  (world) => {
    const withKey = (key) => new Api(world.server.url, key);
    const restricted = async (permissions) => {
      const { key } = await world.server.createKey({ permissions });
      return withKey(key);
    };
    const newSession = async () => (await world.session('concierge')).getSessionId();

    it('401: without a key, or with one that is not known', async () => {
      const session = await newSession();
      for (const key of [undefined, 'oct_sk_wrong', 'nonsense']) {
        const api = withKey(key);
        assertError(await api.get('/api/agents'), 401, 'UNAUTHORIZED');
        assertError(await api.post('/api/agent-sessions', {}), 401, 'UNAUTHORIZED');
        assertError(await api.trigger(session, trigger('Hi')), 401, 'UNAUTHORIZED');
      }
    });

    it('403: with a key that may not', async () => {
      const session = await newSession();
      const agentsOnly = await restricted('agents');
      assertError(await agentsOnly.get(`/api/agent-sessions/${session}`), 403, 'FORBIDDEN');
      assertError(await agentsOnly.post('/api/agent-sessions', {}), 403, 'FORBIDDEN');
      assertError(await agentsOnly.trigger(session, trigger('Hi')), 403, 'FORBIDDEN');
      assert.equal((await agentsOnly.get('/api/agents')).status, 200);

      const sessionsOnly = await restricted('sessions');
      const definition = await readAgent(path.join(AGENTS, 'thinker'));
      assertError(await sessionsOnly.post('/api/agents', definition), 403, 'FORBIDDEN');
      assertError(await sessionsOnly.post('/api/agents/validate', definition), 403, 'FORBIDDEN');
      assert.equal((await sessionsOnly.get('/api/agents')).status, 200, 'reading needs either');
    });

    it('404: of what is not there', async () => {
      const { api } = world;
      assertError(await api.get('/api/agents/nobody'), 404, 'NOT_FOUND');
      assertError(await api.get('/api/agents/nobody?by=slug'), 404, 'NOT_FOUND');
      assertError(await api.get('/api/agent-sessions/nothing'), 404, 'NOT_FOUND');
      assertError(await api.trigger('nothing', trigger('Hi')), 404, 'NOT_FOUND');
      assertError(await api.post('/api/agent-sessions', { agentId: 'nobody' }), 404, 'NOT_FOUND');
      assertError(await api.get('/api/no-such-thing'), 404, 'NOT_FOUND');
    });

    it('400: of what makes no sense', async () => {
      const { api } = world;
      const session = await newSession();
      const bad = (answer) => assertError(answer, 400, 'VALIDATION_ERROR');
      bad(await api.post('/api/agent-sessions', '{"agentId":'));
      bad(await api.post('/api/agent-sessions', {}));
      bad(
        await api.post('/api/agent-sessions', { agentId: 'concierge', input: { COMPANY_NAME: 7 } }),
      );
      bad(await api.trigger(session, {}));
      bad(await api.trigger(session, { triggerName: 'user-message' }));
      bad(await api.trigger(session, { triggerName: 'user-message', input: { USER_MESSAGE: 7 } }));
      const unknown = await api.trigger(session, { triggerName: 'user-mesage', input: {} });
      bad(unknown);
      assert.match(unknown.json.error, /user-mesage/);
      bad(await api.post('/api/agents', await readAgent(path.join(AGENTS, 'broken'))));
    });

    it('405: of a method that an address does not take', async () => {
      const answer = await world.api.request('PUT', '/api/agents', {});
      assertError(answer, 405, 'METHOD_NOT_ALLOWED');
    });

    it('409: of a slug that is taken', async () => {
      const definition = await readAgent(path.join(AGENTS, 'concierge'));
      assertError(await world.api.post('/api/agents', definition), 409, 'CONFLICT');
    });

    it('413: of a body that is too large', async () => {
      const answer = await world.api.trigger(
        await newSession(),
        trigger('x'.repeat(9 * 1024 * 1024)),
      );
      assertError(answer, 413, 'PAYLOAD_TOO_LARGE');
    });

    it('and one that is not: a doubled leading slash', async () => {
      const { status, json } = await world.api.get('//api/agents');
      assert.equal(status, 200);
      assert.equal(json.agents.length, 1);
    });
  },
  { agents: ['concierge'] },
);
