import { createServer, type RequestListener } from 'node:http';

import { expect, onTestFinished, test } from 'vitest';
import { createMessageFiles } from '../../../handlers/dialog/message-files.ts';

const ID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

/** Where files are kept, and what reads them. */
async function store(answer: RequestListener, apiUrl?: string) {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  const { port } = address;
  const url = `http://127.0.0.1:${port}`;
  const scopes = () => ['files:read'];
  const read = createMessageFiles({ botToken: 'xoxb-1', apiUrl: apiUrl ?? `${url}/api/`, scopes });
  const file = (about: Record<string, unknown> = {}) => ({ name: 'ids.txt', url_private: `${url}/ids.txt`, ...about });
  return { url, read, file, authorizations };
}

const text =
  (words: string): RequestListener =>
  (_request, response) =>
    response.end(words);

test('reads a text with the bot’s token', async () => {
  const { read, file, authorizations } = await store(text(ID));

  expect(await read([file()])).toEqual({ texts: [ID], notes: [] });
  expect(authorizations).toEqual(['Bearer xoxb-1']);
});

test('follows Slack to another address of Slack’s, and nowhere else with its token', async () => {
  const elsewhere = 'https://evil.example/steal';
  const { read, file, url } = await store((request, response) => {
    if (request.url === '/ids.txt') response.writeHead(302, { location: '/there' }).end();
    else if (request.url === '/out.txt') response.writeHead(302, { location: elsewhere }).end();
    else if (request.url === '/loop.txt') response.writeHead(302, { location: '/loop.txt' }).end();
    else response.end(ID);
  });

  expect(await read([file()])).toEqual({ texts: [ID], notes: [] });
  expect((await read([file({ url_private: `${url}/out.txt` })])).notes).toEqual([
    'The file “ids.txt” could not be read: it is not at an address of Slack’s.',
  ]);
  expect((await read([file({ url_private: `${url}/loop.txt` })])).notes[0]).toContain('from one address to the next');
});

test.each([
  'https://evil.example/ids.txt',
  'http://files.slack.com/ids.txt',
  'https://slack.com.evil.example/x',
  'file:///etc/passwd',
])('asks nothing of %s', async (url) => {
  const { read, file } = await store(text(ID));

  expect((await read([file({ url_private: url })])).notes[0]).toContain('it is not at an address of Slack’s');
});

test('asks nothing of this machine where Slack is not on it', async () => {
  const { read, file, authorizations } = await store(text(ID), 'https://slack.com/api/');

  expect((await read([file()])).notes[0]).toContain('it is not at an address of Slack’s');
  expect(authorizations).toEqual([]);
});

test('says what is missing where Slack shows the page to sign in, or refuses', async () => {
  const { read, file, url } = await store((request, response) => {
    if (request.url === '/ids.txt')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
    else response.writeHead(403).end();
  });

  for (const one of [file(), file({ url_private: `${url}/refused` })])
    expect((await read([one])).notes[0]).toContain('needs the scope files:read');
});

test('says what else cannot be read, and reads the others', async () => {
  const { read, file, url } = await store((request, response) => {
    if (request.url === '/gone') response.writeHead(404).end();
    else if (request.url === '/binary') response.end(Buffer.from([0, 1, 2, 3]));
    else response.end(ID);
  });

  const { texts, notes } = await read([
    file({ name: 'gone\u202e.txt', url_private: `${url}/gone` }),
    file({ name: 'binary', url_private: `${url}/binary` }),
    file({ name: 'photo.png', mimetype: 'image/png' }),
    { name: 'hidden', file_access: 'check_file_info' },
    file(),
  ]);

  expect(texts).toEqual([ID]);
  expect(notes).toEqual([
    'The file “gone .txt” could not be read: Slack answered HTTP 404.',
    'The file “binary” could not be read: it holds no text.',
    'The file “photo.png” holds no text and was not read.',
    'The file “hidden” could not be read: Slack does not say where it is.',
  ]);
});

test('reads the first ten, the beginning of what never ends, and 2 MiB in all', async () => {
  const { read, file } = await store((_request, response) => {
    response.write(`${ID}\n`);
    const more = () => response.write('x'.repeat(65_536), () => setImmediate(more));
    more();
    response.on('error', () => undefined);
  });

  const { texts, notes } = await read(Array.from({ length: 11 }, () => file()));

  expect(texts.map(({ length }) => length)).toEqual([1024 * 1024, 1024 * 1024]);
  expect(notes).toContain('Only the first 10 of 11 files were read.');
  expect(notes.at(-1)).toBe('The files are longer than 2 MiB together: only the first 2 MiB were looked through.');
});

test.each([[null], ['x'], [{}], [{ url_private: 5 }], [[[]]]])(
  'takes %j, which is no file of Slack’s',
  async (file) => {
    const { read } = await store(text(ID));

    expect((await read([file])).texts).toEqual([]);
  },
);

test('repeats no name that looks like a secret', async () => {
  const { read } = await store(text(ID));
  const secret = `apiv3_${'aB3dE5gH'.repeat(8)}`;

  const { notes } = await read([{ name: `${secret}.png`, mimetype: 'image/png' }]);

  expect(notes).toEqual(['The file “named like a secret” holds no text and was not read.']);
});
