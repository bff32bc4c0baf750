import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../../handlers/dialog/message-text.ts';
import { findTokenIds } from '../../../src/command-line/find-token-ids.ts';

const A = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const B = 'b1ffcd88-8d1c-4fa9-9c7e-7cc8ce491b22';
const SECRET = `apiv3_${'aB3dE5gH'.repeat(8)}`;

function messageIds(message: unknown) {
  const { text, ...rest } = messageText(message);
  return { ...findTokenIds(text), ...rest };
}

const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const words = (text: string) => ({ type: 'text', text });

describe('finds the IDs in', () => {
  test.each<[string, unknown]>([
    ['the text', { text: `leaked: ${A} <https://x.example/${B}|here>` }],
    ['sections and fields', { blocks: [{ type: 'section', text: { text: A }, fields: [{ text: `*id*\n${B}` }] }] }],
    ['headers and context', { blocks: [{ type: 'header', text: { text: A } }, { elements: [{ alt_text: B }] }] }],
    [
      'rich text',
      {
        blocks: [{ type: 'rich_text', elements: [section(words(`a ${A} `), { type: 'link', url: `https://x/${B}` })] }],
      },
    ],
    [
      'lists and quotes',
      { blocks: [{ elements: [{ type: 'rich_text_list', elements: [section(words(A)), section(words(B))] }] }] },
    ],
    [
      'preformatted text',
      { blocks: [{ elements: [{ type: 'rich_text_preformatted', elements: [words(`${A}\n${B}`)] }] }] },
    ],
    [
      'tables',
      {
        blocks: [
          {
            type: 'table',
            rows: [[{ type: 'raw_text', text: A }], [{ type: 'rich_text', elements: [section(words(B))] }]],
          },
        ],
      },
    ],
    ['markdown', { blocks: [{ type: 'markdown', text: `| ${A} | ${B} |` }] }],
    ['attachments', { attachments: [{ fallback: A, fields: [{ title: 'token', value: B, short: true }] }] }],
    [
      'attachments with blocks',
      { attachments: [{ pretext: A, message_blocks: [{ message: { blocks: [{ text: { text: B } }] } }] }] },
    ],
    ['what a message shows of its files', { files: [{ title: A, preview: `id\n${B}`, mode: 'snippet' }] }],
  ])('%s', (_where, message) => {
    expect(messageIds(message)).toMatchObject({ tokenIds: [A, B], secrets: false, cut: false });
  });
});

test('leaves alone what nobody reads: message IDs, block IDs, what buttons carry, what apps store', () => {
  const message = {
    client_msg_id: A,
    user: A,
    metadata: { event_payload: { text: A } },
    root: { text: A },
    blocks: [
      { type: 'actions', block_id: A, elements: [{ type: 'button', action_id: A, value: A, text: { text: 'Go' } }] },
    ],
    files: [{ id: A, url_private: `https://files.slack.com/${A}`, permalink: `https://x.slack.com/${A}` }],
  };

  expect(messageIds(message).tokenIds).toEqual([]);
});

test('notices a secret and keeps none of it', () => {
  const found = messageIds({ text: `${A} ${SECRET}` });

  expect(found).toMatchObject({ tokenIds: [A], secrets: true });
  expect(JSON.stringify(found)).not.toContain(SECRET.slice(6, 14));
});

test('hands on the files it describes', () => {
  expect(messageIds({ files: [{ id: 'F1' }] }).files).toEqual([{ id: 'F1' }]);
  expect(messageIds({ files: 'all of them' }).files).toEqual([]);
});

test.each([undefined, null, 5, 'text', [], { text: null }, { blocks: { text: [A, [A]] } }, { blocks: [null, [[]]] }])(
  'takes %j, which is no message of Slack’s',
  (message) => {
    expect(messageIds(message).cut).toBe(false);
  },
);

test('stops in a message that is deeper, wider or longer than Slack makes them', () => {
  let deep: unknown = { text: B };
  for (let depth = 0; depth < 10_000; depth += 1) deep = { elements: [deep] };

  expect(messageIds({ text: A, blocks: deep })).toMatchObject({ tokenIds: [A], cut: true });
  expect(messageIds({ text: A, blocks: Array.from({ length: 300_000 }, () => ({})) })).toMatchObject({
    tokenIds: [A],
    cut: true,
  });
  expect(messageIds({ text: `${A} ${'x '.repeat(600_000)}${B}` })).toMatchObject({ tokenIds: [A], cut: true });
});

const leaf = (text: string) =>
  fc.oneof(
    fc.constant({ text }),
    fc.constant({ type: 'section', text: { type: 'mrkdwn', text } }),
    fc.constant({ type: 'link', url: `https://x.example/?id=${text}` }),
    fc.constant({ fields: [{ title: 'id', value: text }] }),
    fc.constant({ fallback: `<${text}|x>` }),
  );

/** Something of any shape that holds this part somewhere. */
const around = (part: unknown, depth: number): fc.Arbitrary<unknown> => {
  if (depth === 0) return fc.constant(part);
  return fc
    .record({
      key: fc.constantFrom('blocks', 'elements', 'rows', 'message', '__proto__x', 'attachments'),
      other: fc.jsonValue(),
      first: fc.boolean(),
    })
    .chain(({ key, other, first }) => around({ other, [key]: first ? [part, other] : [other, part] }, depth - 1));
};

test('finds known IDs however they are nested, and invents none', () => {
  const held = fc
    .uuid()
    .chain((id) =>
      leaf(id).chain((part) =>
        fc.nat({ max: 6 }).chain((depth) => around(part, depth).map((message) => ({ id, message }))),
      ),
    );
  fc.assert(
    fc.property(fc.array(held, { maxLength: 10 }), (all) => {
      const { tokenIds } = messageIds({ blocks: all.map(({ message }) => message) });

      expect([...tokenIds].sort()).toEqual([...new Set(all.map(({ id }) => id))].sort());
    }),
  );
});

test('any JSON at all is read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (message) => {
      expect(messageIds(message).tokenIds).toEqual([]);
    }),
  );
});
