// Server-sent events as they came: every frame, also what a client drops in silence.

export class SseLog {
  #decoder = new TextDecoder();
  #rest = '';
  raw = '';
  events = [];
  /** Frames that are not one line of JSON. */
  malformed = [];
  /** Whether `[DONE]` came. */
  done = false;

  push(chunk) {
    const text = this.#decoder.decode(chunk, { stream: true });
    this.raw += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line.replace(/\r$/, ''));
  }

  #line(line) {
    if (line === '' || line.startsWith(':') || line.startsWith('id: ')) return;
    if (line === 'data: [DONE]') {
      this.done = true;
      return;
    }
    try {
      if (!line.startsWith('data: ')) throw new Error('no data field');
      this.events.push(JSON.parse(line.slice('data: '.length)));
    } catch {
      this.malformed.push(line);
    }
  }

  of(type) {
    return this.events.filter((event) => event.type === type);
  }

  /** All text of the stream, joined. */
  get text() {
    return this.of('text-delta')
      .map(({ delta }) => delta)
      .join('');
  }
}
