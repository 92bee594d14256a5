/**
 * Serves the viewer's page and the files it shows, to this machine alone.
 *
 * What is served is a fixed list, made before the server starts: no path of a request ever reaches the file system.
 * Requests must name this server as their host (a foreign name that resolves to it is DNS rebinding), and where a
 * browser says which page asks, it must be this server's own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { InputError } from '../src/message/index.js';
import { FileWatch } from './file-watch.js';
import { type OpenedFile, ServedFile } from './served-file.js';

export interface ViewerServer {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
  /** How many bytes of files have been given so far. */
  readonly given: number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const POLICY = [
  "default-src 'none'",
  // Kernels are compiled in the page and in its workers, where something is relaxed there.
  "script-src 'self' 'wasm-unsafe-eval'",
  // Threads of the kernels start from a blob that the page's worker makes.
  "worker-src 'self' blob:",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Reply {
  readonly type: string;
  /** Sends the head too where it is not that of a whole answer. */
  send(response: ServerResponse, request: IncomingMessage): void;
}

export interface ViewerServerOptions {
  /** The folder of the built page; the package's own by default. */
  readonly page?: string;
  /** Larger files are read by the page frame by frame; 512 MB by default. */
  readonly memoryBytes?: number;
  /** A free one by default. */
  readonly port?: number;
  /** Of `ServedFile`. */
  readonly quietMs?: number;
}

const MEMORY_BYTES = 512 * 2 ** 20;

/**
 * @param files paths as the user named them
 * @throws InputError when a file cannot be read
 */
export async function serveViewer(
  files: readonly string[],
  { page = builtPage(), memoryBytes = MEMORY_BYTES, port: asked, quietMs }: ViewerServerOptions = {},
): Promise<ViewerServer> {
  const served = files.map((file) => new ServedFile(file, quietMs));
  let given = 0;
  const onGiven = (bytes: number): void => {
    given += bytes;
  };
  const replies = new Map([...pageReplies(page), ...fileReplies(served, memoryBytes, onGiven)]);
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    answer(request, response, replies, [`127.0.0.1:${port}`, `localhost:${port}`]);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(portError(error, asked)));
    server.listen(asked ?? 0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    get given() {
      return given;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function portError(error: NodeJS.ErrnoException, port: number | undefined): Error {
  if (port === undefined) return error;
  if (error.code === 'EADDRINUSE')
    return new InputError(`port ${port} is taken by another program: choose another --port, or none`);
  if (error.code === 'EACCES')
    return new InputError(`port ${port} is not for this user: choose a --port from 1024 on, or none`);
  return error;
}

/** From the compiled program the page lies beside it; from the source, in the folder of what is built. */
function builtPage(): string {
  const places = ['../page/', '../dist/page/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(join(place, 'index.html')));
  if (found === undefined) throw new InputError("the viewer's page is not built; run npm run build");
  return found;
}

function pageReplies(page: string): [string, Reply][] {
  const names = readdirSync(page, { recursive: true, encoding: 'utf8' });
  const all = names.flatMap((name): [string, Reply][] => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    const content = readFileSync(join(page, name));
    return [[`/${name.replaceAll('\\', '/')}`, { type, send: (response) => response.end(content) }]];
  });
  return all.flatMap(([path, reply]) =>
    path === '/index.html'
      ? [
          [path, reply],
          ['/', reply],
        ]
      : [[path, reply]],
  );
}

function fileReplies(
  files: readonly ServedFile[],
  memoryBytes: number,
  onGiven: (bytes: number) => void,
): [string, Reply][] {
  const list = (): string =>
    JSON.stringify({
      memoryBytes,
      files: files.map((file, k) => ({
        name: file.name,
        url: `./files/${k}`,
        ...(file.state() ?? { size: 0, ended: true, identity: '', modified: 0 }),
      })),
    });
  const replies = files.map((file, k): [string, Reply] => [
    `/files/${k}`,
    {
      type: 'text/plain; charset=utf-8',
      send: (response, request) => sendFile(file, response, request, onGiven),
    },
  ]);
  const watch = new FileWatch(files);
  return [
    ['/files.json', { type: 'application/json', send: (response) => response.end(list()) }],
    ['/events', { type: 'text/event-stream', send: (response) => tellChanges(watch, response) }],
    ...replies,
  ];
}

/** The whole file, or the range of it that is asked for: of one unit, from a place on or between two. */
function sendFile(
  file: ServedFile,
  response: ServerResponse,
  { headers }: IncomingMessage,
  onGiven: (bytes: number) => void,
): void {
  let opened: OpenedFile;
  try {
    opened = file.open();
  } catch (error) {
    response.writeHead(404).end(`${error instanceof Error ? error.message : error}\n`);
    return;
  }
  const { size } = opened;
  const asked = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(headers.range ?? '');
  const from = asked === null ? 0 : Number(asked[1]);
  const to = asked === null || asked[2] === '' ? size : Math.min(size, Number(asked[2]) + 1);
  // Nothing is there yet: no fault where a file is watched, though a range asked for in vain is one elsewhere.
  if (from >= to) {
    opened.close();
    response.writeHead(204).end();
    return;
  }
  if (asked !== null) {
    response.writeHead(206, {
      'Content-Range': `bytes ${from}-${to - 1}/${size}`,
      'Content-Length': to - from,
    });
  }
  let sent = 0;
  const bytes = opened.read(from, to).on('data', (chunk: Buffer) => {
    sent += chunk.length;
    onGiven(chunk.length);
  });
  // A file that shrinks meanwhile, or cannot be read on, breaks the answer off; the page says so.
  bytes.on('end', () => {
    if (sent < to - from) response.destroy();
  });
  // Where the page breaks it off, the file is closed.
  pipeline(bytes, response, () => {});
}

/** Server-sent events: the state of a file whenever it has changed, for as long as the page listens. */
function tellChanges(watch: FileWatch, response: ServerResponse): void {
  response.write(': listening\n\n');
  const stop = watch.listen((file, state) => {
    response.write(`data: ${JSON.stringify({ file, ...state })}\n\n`);
  });
  response.on('close', stop);
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  replies: ReadonlyMap<string, Reply>,
  hosts: readonly string[],
): void {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  // Together they let the page use memory that threads share.
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Cache-Control', 'no-store');
  const reply = replies.get(request.url ?? '');
  const refused = refusal(request, hosts) ?? (reply === undefined ? [404, 'there is nothing here'] : null);
  if (refused !== null) {
    const [status, reason] = refused;
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
  } else if (reply !== undefined) {
    response.setHeader('Content-Type', reply.type);
    reply.send(response, request);
  }
}

type Refusal = readonly [status: number, reason: string];

/** Why a request is not answered, whatever it asks for. */
function refusal({ headers, method, url }: IncomingMessage, hosts: readonly string[]): Refusal | null {
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return [403, 'this server answers to its own address only'];
  const foreign: Refusal = [403, 'other pages may not read from here'];
  if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`)) return foreign;
  // A link to the page may be followed from anywhere; nothing else may be asked for by another page.
  const site = headers['sec-fetch-site'];
  const followed = headers['sec-fetch-mode'] === 'navigate' && url === '/';
  if ((site === 'cross-site' || site === 'same-site') && !followed) return foreign;
  return method === 'GET' ? null : [405, 'only GET is answered'];
}
