// The YAML language server, as an editor runs it: a process that speaks LSP over its standard streams.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import rpc from 'vscode-languageserver-protocol/node.js';

const SERVER = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');

/** An editor without a catalogue of schemas: what it knows, it knows by the schema of the tests. */
const SETTINGS = {
  yaml: {
    completion: true,
    hover: true,
    validate: true,
    schemaStore: { enable: false },
  },
};

const CAPABILITIES = {
  workspace: { configuration: true, workspaceFolders: false },
  textDocument: {
    completion: {
      completionItem: { documentationFormat: ['markdown', 'plaintext'], snippetSupport: true },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    publishDiagnostics: {},
  },
};

export class LanguageServer {
  #process;
  #connection;
  #waiting = new Map();
  #opened = 0;

  /** Starts the server. It applies the schema to every file that is called `protocol.yaml`. */
  static async start(schema) {
    const server = new LanguageServer(schema);
    await server.#initialize();
    return server;
  }

  constructor(schema) {
    this.settings = { yaml: { ...SETTINGS.yaml, schemas: schema ? { [schema]: ['protocol.yaml'] } : {} } };
    this.#process = spawn(process.execPath, [SERVER, '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#connection = rpc.createProtocolConnection(
      new rpc.StreamMessageReader(this.#process.stdout),
      new rpc.StreamMessageWriter(this.#process.stdin),
    );
    this.#connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(({ section }) => this.settings[section] ?? null),
    );
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.#waiting.get(uri)?.(diagnostics);
      this.#waiting.delete(uri);
    });
    this.#connection.listen();
  }

  async #initialize() {
    await this.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: CAPABILITIES,
    });
    await this.#connection.sendNotification('initialized', {});
  }

  /** Opens a text as a file of its own; answers its URI and what the server finds wrong with it. */
  async open(text) {
    const uri = `file:///agents/${++this.#opened}/protocol.yaml`;
    const published = new Promise((resolve) => this.#waiting.set(uri, resolve));
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    return { uri, diagnostics: await published };
  }

  completion(uri, position) {
    return this.#connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  }

  hover(uri, position) {
    return this.#connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  }

  async stop() {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    await ended;
    this.#connection.dispose();
  }
}
