import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { reply, text } from './harness/provider.mjs';
import { collect, describeWorld } from './harness/world.mjs';
import { XMLHttpRequest } from './harness/xhr.mjs';

const PIXELS = new Uint8Array(300_000).map((_, index) => (index * 7) % 256);

const picture = (name = 'sea.png') => new File([PIXELS], name, { type: 'image/png' });

function put(url, file) {
  return fetch(url, { method: 'PUT', body: file, headers: { 'Content-Type': file.type } });
}

async function bytesOf(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

describeWorld(
  'files',
  (world) => {
    before(() => {
      globalThis.XMLHttpRequest = XMLHttpRequest;
    });
    after(() => {
      delete globalThis.XMLHttpRequest;
    });

    const urlsFor = (session, files) =>
      world.client.files.getUploadUrls(
        session.getSessionId(),
        files.map(({ name, type, size }) => ({ filename: name, mediaType: type, size })),
      );

    it('are uploaded and downloaded by the URLs that the server hands out', async () => {
      const session = await world.session('gallery');
      const files = [picture(), new File(['a;b\n'], 'table.csv', { type: 'text/csv' })];
      const { files: urls } = await urlsFor(session, files);
      assert.equal(urls.length, 2);
      for (const [index, { uploadUrl }] of urls.entries()) {
        const response = await put(uploadUrl, files[index]);
        assert.ok(response.ok, `${response.status}`);
      }
      assert.deepEqual(await bytesOf(urls[0].downloadUrl), PIXELS);
      assert.deepEqual(await bytesOf(urls[1].downloadUrl), new TextEncoder().encode('a;b\n'));
      const again = await put(urls[0].uploadUrl, files[0]);
      assert.deepEqual([again.status, (await again.json()).code], [409, 'CONFLICT']);
    });

    it('are refused where the session is not there, or a file is too large', async () => {
      const file = { filename: 'a.png', mediaType: 'image/png', size: 1 };
      await assert.rejects(world.client.files.getUploadUrls('nobody', [file]), { status: 404 });
      const session = (await world.session('gallery')).getSessionId();
      for (const [files, status] of [
        [[], 400],
        [[{ ...file, size: 0 }], 400],
        [[{ ...file, size: 200_000_000 }], 413],
      ]) {
        await assert.rejects(world.client.files.getUploadUrls(session, files), { status });
      }
    });

    it('become parts of the message, with URLs that a reload makes new', async () => {
      await world.provider.script(reply(text('What a view.')));
      const session = await world.session('gallery');
      const chat = await world.chat(session, {
        requestUploadUrls: (files) => world.client.files.getUploadUrls(session.getSessionId(), files),
      });
      const seen = [];
      const shown = await chat.uploadFiles([picture()], (index, progress) =>
        seen.push([index, progress]),
      );
      assert.deepEqual(seen, [[0, 100]]);
      await chat.send(
        'user-message',
        { USER_MESSAGE: 'Look', FILES: shown },
        { userMessage: { content: 'Look', files: shown } },
      );
      assert.equal(chat.status, 'idle');

      const [message] = await world.messages(session);
      const parts = (all) => all.map(({ type, filename, size }) => [type, filename, size]);
      assert.deepEqual(parts(message.parts), parts(chat.messages[0].parts));
      const [part] = message.parts;
      assert.deepEqual([part.id, part.mediaType], [shown[0].id, 'image/png']);
      assert.deepEqual(await bytesOf(part.url), PIXELS);
    });

    it('are uploaded by the chat itself when a message has some', async () => {
      await world.provider.script(reply(text('Two views.')));
      const session = await world.session('gallery');
      const chat = await world.chat(session, {
        requestUploadUrls: (files) => world.client.files.getUploadUrls(session.getSessionId(), files),
      });
      const files = [picture('one.png'), picture('two.png')];
      await chat.send(
        'user-message',
        { USER_MESSAGE: 'Look', FILES: files },
        { userMessage: { content: 'Look', files } },
      );
      assert.equal(chat.status, 'idle');
      const [{ parts }] = await world.messages(session);
      assert.deepEqual(
        parts.map(({ type, filename }) => [type, filename]),
        [
          ['file', 'one.png'],
          ['file', 'two.png'],
          ['text', undefined],
        ],
      );
    });

    it('and their URLs outlive a restart of the server', async () => {
      await world.provider.script(reply(text('Still there.')));
      const session = await world.session('gallery');
      const {
        files: [{ id, uploadUrl, downloadUrl }],
      } = await urlsFor(session, [picture()]);
      await world.server.kill();
      await world.server.start();
      assert.ok((await put(uploadUrl, picture())).ok);
      await world.server.kill();
      await world.server.start();
      assert.deepEqual(await bytesOf(downloadUrl), PIXELS);
      const file = { id, mediaType: 'image/png', url: downloadUrl, filename: 'sea.png' };
      const input = { USER_MESSAGE: 'Look', FILES: [file] };
      await collect(session.execute({ type: 'trigger', triggerName: 'user-message', input }));
    });
  },
  { agents: ['gallery'] },
);
