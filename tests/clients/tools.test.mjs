import assert from 'node:assert/strict';
import { it } from 'node:test';
import { blocks, call, reply, text, toolResults } from './harness/provider.mjs';
import { collect, describeWorld, shownText, types, userMessage } from './harness/world.mjs';

describeWorld(
  'tools',
  (world) => {
    it('run on the server of the app, in one stream for its user', async () => {
      await world.provider.script(
        reply(text('Let me look.'), call('get-weather', { city: 'Oslo' })),
        reply(text('It snows in Oslo.')),
      );
      const asked = [];
      const session = await world.session('concierge', {
        tools: {
          'get-weather': async (args) => {
            asked.push(args);
            return { sky: 'snow', degrees: -3 };
          },
        },
      });
      const events = await collect(session.execute(userMessage('How is Oslo?')));

      assert.deepEqual(asked, [{ city: 'Oslo' }]);
      assert.equal(shownText(events), 'Let me look.It snows in Oslo.');
      assert.deepEqual(events.at(-1).finishReason, 'stop');
      const [result] = toolResults(await world.provider.lastRequest());
      assert.deepEqual(JSON.parse(result.text), { sky: 'snow', degrees: -3 });

      const ids = world.wire.legs.map(({ sse }) => sse.events[0].executionId);
      assert.equal(ids.length, 2, 'one leg for each request');
      assert.equal(ids[0], ids[1], 'both legs are one execution');
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map(({ type }) => type),
        ['text', 'tool-call', 'text'],
      );
      const card = answer.parts[1];
      assert.deepEqual(
        [card.status, card.args, card.result],
        ['done', { city: 'Oslo' }, undefined],
      );
    });

    it('run in parallel, asked for at once and answered at once', async () => {
      await world.provider.script(
        reply(
          call('get-weather', { city: 'Oslo' }),
          call('get-weather', { city: 'Rome' }),
          call('get-weather', { city: 'Cairo' }),
        ),
        reply(text('Cold, warm, hot.')),
      );
      // Every handler waits for all of them, so one after the other would never end.
      let running = 0;
      let everyone;
      const together = new Promise((resolve) => (everyone = resolve));
      const session = await world.session('concierge', {
        tools: {
          'get-weather': async ({ city }) => {
            running += 1;
            if (running === 3) everyone();
            await together;
            return `${city} is fine`;
          },
        },
      });
      const events = await collect(session.execute(userMessage('Compare')));

      assert.equal(shownText(events), 'Cold, warm, hot.');
      const requests = world.wire.events.filter(({ type }) => type === 'tool-request');
      assert.equal(requests.length, 1);
      const ids = requests[0].toolCalls.map(({ toolCallId }) => toolCallId);
      assert.equal(new Set(ids).size, 3, 'ids are unique');
      const results = toolResults(await world.provider.lastRequest()).map((result) => result.text);
      assert.deepEqual(
        results.map((result) => /Oslo|Rome|Cairo/.exec(result)[0]),
        ['Oslo', 'Rome', 'Cairo'],
      );
    });

    it('take several rounds', async () => {
      await world.provider.script(
        reply(call('get-weather', { city: 'Oslo' })),
        reply(call('get-weather', { city: 'Rome' })),
        reply(text('Rome it is.')),
      );
      const session = await world.session('concierge', {
        tools: { 'get-weather': async ({ city }) => city },
      });
      const events = await collect(session.execute(userMessage('Where is it warm?')));
      assert.equal(shownText(events), 'Rome it is.');
      assert.equal(blocks(await world.provider.lastRequest(), 'tool_use').length, 2);
    });

    it('may fail: the model is told, and the stream goes on', async () => {
      await world.provider.script(
        reply(call('get-weather', { city: 'Atlantis' })),
        reply(text('I could not find it.')),
      );
      const session = await world.session('concierge', {
        tools: {
          'get-weather': async () => {
            throw new Error('no such city');
          },
        },
      });
      const events = await collect(session.execute(userMessage('How is Atlantis?')));

      assert.equal(shownText(events), 'I could not find it.');
      assert.equal(events.find(({ type }) => type === 'tool-output-error').error, 'no such city');
      const [result] = toolResults(await world.provider.lastRequest());
      assert.equal(result.failed, true);
      assert.match(result.text, /no such city/);
      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].status, 'error');
      assert.equal(answer.parts[0].error, 'no such city');
    });

    it('may answer nothing', async () => {
      await world.provider.script(reply(call('get-location')), reply(text('Done.')));
      const session = await world.session('concierge', {
        tools: { 'get-location': async () => undefined },
      });
      const events = await collect(session.execute(userMessage('Do it')));
      assert.equal(shownText(events), 'Done.');
      assert.equal(toolResults(await world.provider.lastRequest())[0].failed, false);
    });

    it('are not shown where they are hidden, and run all the same', async () => {
      await world.provider.script(
        reply(call('audit', { note: 'asked for the bill' })),
        reply(text('Here is your bill.')),
      );
      const notes = [];
      const session = await world.session('concierge', {
        tools: { audit: async ({ note }) => notes.push(note) },
      });
      await collect(session.execute(userMessage('The bill, please')));

      assert.deepEqual(notes, ['asked for the bill']);
      const shown = types(world.wire.events).filter((type) => /^tool-(input|output)/.test(type));
      assert.deepEqual(shown, []);
      const [, answer] = await world.messages(session);
      assert.deepEqual(
        answer.parts.map(({ type }) => type),
        ['text'],
      );
    });

    it('keep arguments and results to themselves where only a title is shown', async () => {
      await world.provider.script(
        reply(call('charge-card', { card: '4242-4242' })),
        reply(text('Paid.')),
      );
      const session = await world.session('concierge', {
        tools: { 'charge-card': async () => ({ receipt: 'R-7731' }) },
      });
      await collect(session.execute(userMessage('Pay')));

      const start = world.wire.events.find(({ type }) => type === 'tool-input-start');
      assert.equal(start.title, 'Taking the payment');
      const told = world.wire.events.filter(({ type }) => type !== 'tool-request');
      assert.doesNotMatch(JSON.stringify(told), /4242|R-7731/);
      assert.ok(!types(told).includes('tool-input-delta'), 'arguments do not come piece by piece');
      const request = world.wire.events.find(({ type }) => type === 'tool-request');
      assert.deepEqual(request.toolCalls[0].args, { card: '4242-4242' }, 'the handler gets them');

      const [, answer] = await world.messages(session);
      assert.equal(answer.parts[0].displayName, 'Taking the payment');
      assert.deepEqual(answer.parts[0].args, {});
      assert.doesNotMatch(JSON.stringify(answer), /4242|R-7731/);
      assert.match(toolResults(await world.provider.lastRequest())[0].text, /R-7731/);
    });

    it('may give files, which are shown where the tool is', async () => {
      const shown = {};
      for (const name of ['get-location', 'audit']) {
        await world.provider.script(reply(call(name)), reply(text('Here.')));
        const session = await world.session('concierge');
        const id = session.getSessionId();
        const events = await collect(session.execute(userMessage('Show me')));
        const { executionId, toolCalls } = events.find(
          ({ type }) => type === 'client-tool-request',
        );
        const file = { id: 'map', mediaType: 'image/png', url: 'https://files.example/map.png' };
        const [{ toolCallId }] = toolCalls;
        const toolResults = [{ toolCallId, result: 'a map', files: [file] }];
        const { sse } = await world.api.trigger(id, { executionId, toolResults });
        const [, answer] = await world.messages(session);
        shown[name] = [
          sse.of('file-available').map((event) => event.id),
          answer.parts.map(({ type }) => type),
        ];
      }
      assert.deepEqual(shown, {
        'get-location': [['map'], ['tool-call', 'file', 'text']],
        audit: [[], ['text']],
      });
    });

    it('end with their last round where the steps are used up', async () => {
      await world.provider.setDefault(reply(call('get-weather', { city: 'Oslo' })));
      let runs = 0;
      const session = await world.session('concierge', {
        tools: { 'get-weather': async () => (runs += 1) },
      });
      const events = await collect(session.execute(userMessage('Never stop')));
      assert.equal(events.at(-1).finishReason, 'stop');
      assert.equal((await world.provider.requests()).length, 5, 'maxSteps of the agent');
      assert.equal(runs, 5, 'the last tools run, too');

      await world.provider.script(reply(text('Enough.')));
      assert.equal(shownText(await collect(session.execute(userMessage('Stop')))), 'Enough.');
    });

    it('have one round where the agent is not agentic', async () => {
      await world.deploy('concierge', ({ settings, protocol, prompts }) => ({
        settings: { ...settings, slug: 'one-round' },
        protocol: protocol.replace('agentic: true', 'agentic: false').replace('maxSteps: 5', ''),
        prompts,
      }));
      await world.provider.script(reply(call('get-location')), reply(text('In Oslo.')));
      const session = await world.session('one-round', {
        tools: { 'get-location': async () => 'Oslo' },
      });
      const events = await collect(session.execute(userMessage('Where am I?')));
      assert.equal(shownText(events), 'In Oslo.');
      const { tools, tool_choice: choice } = await world.provider.lastRequest();
      assert.ok(
        tools === undefined || choice?.type === 'none',
        'the last step may not call a tool',
      );
    });

    it('run on the client where the app has no handler', async () => {
      await world.provider.script(reply(call('get-location')), reply(text('You are in Oslo.')));
      const session = await world.session('concierge');
      const events = await collect(session.execute(userMessage('Where am I?')));
      const request = events.find(({ type }) => type === 'client-tool-request');
      assert.equal(events.at(-1).finishReason, 'client-tool-calls');
      assert.deepEqual(
        request.toolCalls.map(({ toolName }) => toolName),
        ['get-location'],
      );

      const [{ toolCallId }] = request.toolCalls;
      const rest = await collect(
        session.execute({
          type: 'continue',
          executionId: request.executionId,
          toolResults: [{ toolCallId, toolName: 'get-location', result: 'Oslo' }],
        }),
      );
      assert.equal(shownText(rest), 'You are in Oslo.');
      assert.equal(rest.at(-1).finishReason, 'stop');
    });

    it('run on both sides in one step', async () => {
      await world.provider.script(
        reply(call('get-weather', { city: 'Oslo' }), call('get-location')),
        reply(text('Take an umbrella.')),
      );
      const session = await world.session('concierge', {
        tools: { 'get-weather': async () => 'rain' },
      });
      const events = await collect(session.execute(userMessage('What shall I take?')));
      const request = events.find(({ type }) => type === 'client-tool-request');
      assert.deepEqual(
        request.toolCalls.map(({ toolName }) => toolName),
        ['get-location'],
      );
      assert.deepEqual(
        request.serverToolResults.map(({ result }) => result),
        ['rain'],
      );

      const [{ toolCallId }] = request.toolCalls;
      const rest = await collect(
        session.execute({
          type: 'continue',
          executionId: request.executionId,
          toolResults: [...request.serverToolResults, { toolCallId, result: 'Oslo' }],
        }),
      );
      assert.equal(shownText(rest), 'Take an umbrella.');
      const results = toolResults(await world.provider.lastRequest()).map((result) => result.text);
      assert.match(results[0], /rain/);
      assert.match(results[1], /Oslo/);
    });
  },
  { agents: ['concierge'] },
);
