import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Editor } from './harness/editor.mjs';
import { PROTOCOL_SCHEMA } from './harness/schemas.mjs';
import { block } from './harness/text.mjs';

describe('hover', () => {
  let editor;
  before(async () => (editor = await Editor.start(PROTOCOL_SCHEMA)));
  after(() => editor.stop());

  async function shows(marked, ...paragraphs) {
    assert.equal(await editor.hover(marked), paragraphs.join('\n\n'), marked);
  }

  it('says what a key is for', async () => {
    await shows(
      'hand¦lers:\n  go:\n    Answer: { block: next-message }',
      '#### handlers',
      'What each trigger starts: blocks that run from top to bottom. Interactive agents only.',
    );
    await shows(
      'agent:\n  mod¦el: a/b',
      '#### model',
      'The model as `provider/model-id`, or the name of the input that holds it.',
    );
  });

  it('keeps code as code', async () => {
    await shows(
      'agent:\n  model: a/b\n  temper¦ature: 1',
      '#### temperature',
      'How free the model is, from 0 to 2; `off`, or the name of the input that says it.',
    );
  });

  it('lists the words of a key', async () => {
    await shows(
      block('block: add-message', 'ro¦le: user'),
      '#### role',
      'Who says it: the user, the assistant or the system.',
      'Allowed Values:',
      '* `user`\n* `assistant`\n* `system`',
    );
  });

  it('says the same of a value and of the name of an input', async () => {
    const doc = /^#### thinking\n\nHow much the model thinks before it answers/;
    assert.match(await editor.hover('agent:\n  model: a/b\n  thinking: l¦ow'), doc);
    assert.match(await editor.hover('agent:\n  model: a/b\n  thinking: LEV¦EL'), doc);
  });

  it('says what a block does, on its name and on its kind', async () => {
    const answer = "Asks the thread's model for an answer.";
    await shows(block('block: next-mes¦sage'), '#### next-message', answer);
    await shows(block('blo¦ck: next-message'), '#### next-message', answer);
    await shows(
      'handlers:\n  go:\n    Ans¦wer: { block: next-message }',
      '#### a block',
      answer,
    );
  });

  it('says what a key means in a block of this kind', async () => {
    const audio = await editor.hover(block('block: generate-speech', 'for¦mat: mp3'));
    assert.match(audio, /How the sound is stored/);
    const thread = await editor.hover(block('block: serialize-thread', 'for¦mat: json'));
    assert.match(thread, /How the conversation is written/);
  });
});
