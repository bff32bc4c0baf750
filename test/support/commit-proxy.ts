import { createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What happens to the next COMMIT: its answer is `answer lost` after it was carried out, it never arrives, or it stays on
 * the way for so many milliseconds and arrives then, when nobody waits for it any more. With `all lost` its answer is, and
 * no connection can be made afterwards.
 */
export type CommitFault = 'answer lost' | 'all lost' | 'never arrives' | { readonly lateMs: number };

/** A link to PostgreSQL that can fail at exactly one moment. */
export interface CommitProxy {
  /** The URL of the same database, through the proxy. */
  readonly url: string;
  /** COMMITs that met a fault. */
  readonly faults: number;
  failNext(fault: CommitFault): void;
}

/** A simple query of the protocol, as the driver sends it: its length, and the words with a NUL behind. */
const COMMIT = Buffer.from('Q\0\0\0\u000bcommit\0', 'latin1');

/** Passes everything on to the server of this URL until a COMMIT has to fail. Gone when the test has finished. */
export async function openCommitProxy(url: string): Promise<CommitProxy> {
  const target = new URL(url);
  const port = Number(target.port);
  const planned: CommitFault[] = [];
  const sockets = new Set<Socket>();
  let faults = 0;
  let down = false;
  const server = createServer((near) => {
    if (down) return near.destroy();
    const far = createConnection({ port, host: target.hostname });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    far.on('data', (chunk: Buffer) => near.write(chunk));
    near.on('data', (chunk: Buffer) => {
      const fault = chunk.equals(COMMIT) ? planned.shift() : undefined;
      if (fault === undefined) return far.write(chunk);
      faults += 1;
      down = fault === 'all lost';
      suffer(fault, near, far);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port');
  target.port = `${address.port}`;
  return {
    url: target.href,
    get faults() {
      return faults;
    },
    failNext: (fault) => planned.push(fault),
  };
}

function suffer(fault: CommitFault, near: Socket, far: Socket): void {
  near.removeAllListeners('close').on('close', () => undefined);
  far.removeAllListeners('data').on('data', () => near.destroy());
  if (fault === 'answer lost' || fault === 'all lost') far.write(COMMIT);
  else if (fault === 'never arrives') {
    near.destroy();
    far.destroy();
  } else {
    const timer = setTimeout(() => far.destroyed || far.write(COMMIT), fault.lateMs);
    far.on('close', () => clearTimeout(timer));
  }
}
