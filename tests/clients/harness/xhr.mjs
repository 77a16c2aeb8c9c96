// As much of a browser's XMLHttpRequest as the chat client uploads with; Node has none.

export class XMLHttpRequest extends EventTarget {
  upload = new EventTarget();
  status = 0;
  #headers = {};

  open(method, url) {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  send(body) {
    this.#run(body).then(
      () => this.dispatchEvent(new Event('load')),
      () => this.dispatchEvent(new Event('error')),
    );
  }

  async #run(body) {
    const { method, url } = this;
    // A page asks first where it sends to another origin what a form could not.
    const asked = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    });
    const allows = (name, value) => asked.headers.get(name)?.toLowerCase().includes(value);
    if (
      !allows('access-control-allow-origin', '*') ||
      !allows('access-control-allow-methods', method.toLowerCase()) ||
      !allows('access-control-allow-headers', 'content-type')
    ) {
      throw new Error('the page may not send this');
    }
    const response = await fetch(url, { method, headers: this.#headers, body });
    await response.arrayBuffer();
    if (response.headers.get('access-control-allow-origin') !== '*') {
      throw new Error('the page may not read the answer');
    }
    this.status = response.status;
    const progress = { lengthComputable: true, loaded: body.size, total: body.size };
    this.upload.dispatchEvent(Object.assign(new Event('progress'), progress));
  }
}
