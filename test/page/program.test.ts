import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../support/program.ts';

const SANDBOX = join(import.meta.dirname, '../../bin/sandbox.ts');

/** A port that is taken until the test has finished. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

test('the first line is the page’s address, which answers to this machine and to no other name', async () => {
  const sandbox = runProgram(SANDBOX, ['--port', '0']);
  await sandbox.says('http://');
  const [address = ''] = sandbox.output().split('\n');

  const page = await fetch(address);
  const policy = page.headers.get('content-security-policy');
  const foreign = await fetch(address, { headers: { origin: 'https://evil.example' } });
  const form = await fetch(`${address}do`, { method: 'POST', body: 'do=kill' });

  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect([page.status, foreign.status, form.status]).toEqual([200, 403, 404]);
  expect(policy).toContain("default-src 'none'");
});

test('a port that is taken is named, with what to do', async () => {
  const port = await takenPort();

  const sandbox = runProgram(SANDBOX, ['--port', String(port)]);

  expect(await sandbox.ended).toBe(1);
  expect(sandbox.output()).toContain(`Port ${port} is taken. Name another with --port, or 0 for any.`);
});
