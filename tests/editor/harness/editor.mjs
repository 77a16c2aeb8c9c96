// What a person sees who writes a protocol: the words that are offered, the documentation, the squiggles.

import { LanguageServer } from './language-server.mjs';
import { atCursor } from './text.mjs';

export class Editor {
  #server;

  static async start(schema) {
    const editor = new Editor();
    editor.#server = await LanguageServer.start(schema);
    return editor;
  }

  /** What is offered at the cursor: a map from labels to what each writes and says. */
  async offers(marked) {
    const { text, position } = atCursor(marked);
    const { uri } = await this.#server.open(text);
    const answer = await this.#server.completion(uri, position);
    return new Map(
      answer.items.map(({ label, insertText, documentation }) => [
        label,
        { writes: insertText, says: documentation?.value ?? documentation },
      ]),
    );
  }

  /** The labels alone, in the order of the alphabet. */
  async labels(marked) {
    const offers = await this.offers(marked);
    return [...offers.keys()].sort();
  }

  /** The Markdown that is shown for what is under the cursor, without the link to the schema. */
  async hover(marked) {
    const { text, position } = atCursor(marked);
    const { uri } = await this.#server.open(text);
    const answer = await this.#server.hover(uri, position);
    return answer?.contents.value.replace(/\n+Source: .*$/, '').trim();
  }

  /** What is wrong with a text, as `line:column message`, both counted from 1. */
  async flaws(text) {
    const { diagnostics } = await this.#server.open(text);
    return diagnostics.map(
      ({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`,
    );
  }

  stop() {
    return this.#server.stop();
  }
}
