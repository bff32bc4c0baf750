import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const PATIENCE_MS = 30_000;

/** Response URLs, each good for one message: Slack's side of what follows a command, and nothing more. */
export interface Inbox extends AsyncDisposable {
  /** A new response URL, and the message that is going to be posted there. It rejects when none comes within 30 s. */
  open(): { readonly url: string; readonly message: Promise<string> };
}

/** Opens the inbox on 127.0.0.1. */
export async function openInbox(): Promise<Inbox> {
  const waiting = new Map<string, (message: string) => void>();
  const server = createServer(async (request, response) => {
    const message = await text(request);
    const receive = waiting.get(request.url ?? '');
    waiting.delete(request.url ?? '');
    response.writeHead(receive ? 200 : 404).end(receive ? 'ok' : 'used_url');
    receive?.(message);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  let opened = 0;
  return {
    open() {
      opened += 1;
      const path = `/response/${opened}`;
      const { promise: message, resolve: receive, reject } = Promise.withResolvers<string>();
      const timer = setTimeout(() => reject(new Error(`no message came to ${path}`)), PATIENCE_MS);
      waiting.set(path, (text) => {
        clearTimeout(timer);
        receive(text);
      });
      return { url: `http://127.0.0.1:${port}${path}`, message };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
