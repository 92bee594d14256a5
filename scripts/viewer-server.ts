/**
 * Serves the viewer's page and the files it shows, to this machine alone.
 *
 * What is served is a fixed list, made before the server starts: no path of a request ever reaches the file system.
 * Requests must name this server as their host (a foreign name that resolves to it is DNS rebinding), and where a
 * browser says which page asks, it must be this server's own.
 */
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../src/message/index.js';

export interface ViewerServer {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Reply {
  readonly type: string;
  send(response: ServerResponse): void;
}

/**
 * @param files paths as the user named them
 * @param page the folder of the built page; the package's own by default
 * @throws InputError when a file cannot be read
 */
export async function serveViewer(files: readonly string[], page = builtPage()): Promise<ViewerServer> {
  const replies = new Map([...pageReplies(page), ...fileReplies(files)]);
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    answer(request, response, replies, [`127.0.0.1:${port}`, `localhost:${port}`]);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** From the compiled program the page lies beside it; from the source, in the folder of what is built. */
function builtPage(): string {
  const places = ['../viz/', '../dist/viz/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
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

function fileReplies(files: readonly string[]): [string, Reply][] {
  for (const file of files) checkReadable(file);
  const list = JSON.stringify(files.map((name, k) => ({ name, url: `./files/${k}` })));
  const replies = files.map((file, k): [string, Reply] => {
    const path = resolve(file);
    const send = (response: ServerResponse): void => {
      // A file that has gone meanwhile breaks the answer off; the page says so.
      createReadStream(path, { highWaterMark: 1 << 20 })
        .on('error', () => response.destroy())
        .pipe(response);
    };
    return [`/files/${k}`, { type: 'text/plain; charset=utf-8', send }];
  });
  const send = (response: ServerResponse): void => void response.end(list);
  return [['/files.json', { type: 'application/json', send }], ...replies];
}

function checkReadable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new InputError(`cannot read ${file}: there is no such file`);
  if (!found.isFile()) throw new InputError(`cannot read ${file}: it is no file`);
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
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  const reply = replies.get(request.url ?? '');
  const refused = refusal(request, hosts) ?? (reply === undefined ? [404, 'there is nothing here'] : null);
  if (refused !== null) {
    const [status, reason] = refused;
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
  } else if (reply !== undefined) {
    response.writeHead(200, { 'Content-Type': reply.type });
    reply.send(response);
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
