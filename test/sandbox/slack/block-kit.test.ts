import { describe, expect, test } from 'vitest';
import { areTooLong, parseBlocks, problemsOf } from '../../../sandbox/slack/block-kit.ts';

const chars = (count: number) => 'x'.repeat(count);
const plain = (count: number) => ({ type: 'plain_text', text: chars(count) });
const mrkdwn = (count: number) => ({ type: 'mrkdwn', text: chars(count) });
const many = <T>(count: number, one: (index: number) => T) => Array.from({ length: count }, (_, index) => one(index));
const divider = { type: 'divider' };
const section = { type: 'section', text: mrkdwn(1) };
const button = (index = 0, rest: object = {}) => ({
  type: 'button',
  text: plain(5),
  action_id: `action-${index}`,
  ...rest,
});
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const option = (rest: object = {}) => ({ text: plain(5), value: 'value', ...rest });
const select = (rest: object) => ({ type: 'static_select', action_id: 'select', ...rest });
const input = (element: object, rest: object = {}) => ({ type: 'input', label: plain(5), element, ...rest });
const typing = (rest: object) => input({ type: 'plain_text_input', action_id: 'typed', ...rest });
const withConfirm = (confirm: object) => actions(button(0, { confirm: { text: plain(5), ...confirm } }));
const richText = (...elements: unknown[]) => ({ type: 'rich_text', elements });

/** Each limit of Block Kit: how a block list of that size looks, and the greatest size Slack takes. */
const LIMITS: readonly (readonly [what: string, limit: number, blocks: (size: number) => readonly unknown[]])[] = [
  ['blocks in a message', 50, (size) => many(size, () => divider)],
  ['block_id', 255, (size) => [{ ...divider, block_id: chars(size) }]],
  ['action_id', 255, (size) => [actions(button(0, { action_id: chars(size) }))]],
  ['header text', 150, (size) => [{ type: 'header', text: plain(size) }]],
  ['section text', 3000, (size) => [{ type: 'section', text: mrkdwn(size) }]],
  ['section fields', 10, (size) => [{ type: 'section', fields: many(size, () => mrkdwn(1)) }]],
  ['section field text', 2000, (size) => [{ type: 'section', fields: [mrkdwn(size)] }]],
  ['context elements', 10, (size) => [{ type: 'context', elements: many(size, () => mrkdwn(1)) }]],
  ['context text', 3000, (size) => [{ type: 'context', elements: [mrkdwn(size)] }]],
  ['actions elements', 25, (size) => [actions(...many(size, (index) => button(index)))]],
  ['button text', 75, (size) => [actions(button(0, { text: plain(size) }))]],
  ['button value', 2000, (size) => [actions(button(0, { value: chars(size) }))]],
  ['button url', 3000, (size) => [actions(button(0, { url: chars(size) }))]],
  ['button accessibility_label', 75, (size) => [actions(button(0, { accessibility_label: chars(size) }))]],
  ['confirm title', 100, (size) => [withConfirm({ title: plain(size) })]],
  ['confirm text', 300, (size) => [withConfirm({ text: plain(size) })]],
  ['confirm button', 30, (size) => [withConfirm({ confirm: plain(size) })]],
  ['deny button', 30, (size) => [withConfirm({ deny: plain(size) })]],
  ['select options', 100, (size) => [actions(select({ options: many(size, () => option()) }))]],
  [
    'select option groups',
    100,
    (size) => [actions(select({ option_groups: many(size, () => ({ label: plain(1), options: [option()] })) }))],
  ],
  [
    'option group label',
    75,
    (size) => [actions(select({ option_groups: [{ label: plain(size), options: [option()] }] }))],
  ],
  ['option text', 75, (size) => [actions(select({ options: [option({ text: plain(size) })] }))]],
  ['option value', 150, (size) => [actions(select({ options: [option({ value: chars(size) })] }))]],
  ['option description', 75, (size) => [actions(select({ options: [option({ description: plain(size) })] }))]],
  ['select placeholder', 150, (size) => [actions(select({ options: [option()], placeholder: plain(size) }))]],
  ['overflow options', 5, (size) => [actions({ type: 'overflow', options: many(size, () => option()) })]],
  ['checkboxes', 10, (size) => [actions({ type: 'checkboxes', options: many(size, () => option()) })]],
  ['radio buttons', 10, (size) => [actions({ type: 'radio_buttons', options: many(size, () => option()) })]],
  [
    'image alt_text',
    2000,
    (size) => [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: chars(size) }],
  ],
  ['image url', 3000, (size) => [{ type: 'image', image_url: chars(size), alt_text: 'a' }]],
  [
    'image title',
    2000,
    (size) => [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a', title: plain(size) }],
  ],
  ['input label', 2000, (size) => [{ ...typing({}), label: plain(size) }]],
  ['input hint', 2000, (size) => [{ ...typing({}), hint: plain(size) }]],
  ['input placeholder', 150, (size) => [typing({ placeholder: plain(size) })]],
  ['input max_length', 3000, (size) => [typing({ max_length: size })]],
  ['markdown text', 12_000, (size) => [{ type: 'markdown', text: chars(size) }]],
  [
    'markdown text in all',
    12_000,
    (size) => [
      { type: 'markdown', text: chars(6_000) },
      { type: 'markdown', text: chars(size - 6_000) },
    ],
  ],
  ['table rows', 100, (size) => [{ type: 'table', rows: many(size, () => [{ type: 'raw_text', text: 'a' }]) }]],
  ['table columns', 20, (size) => [{ type: 'table', rows: [many(size, () => ({ type: 'raw_text', text: 'a' }))] }]],
  [
    'table column settings',
    20,
    (size) => [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]], column_settings: many(size, () => null) }],
  ],
  [
    'tables in a message',
    1,
    (size) => many(size, () => ({ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] })),
  ],
];

describe.each(LIMITS)('%s', (_, limit, blocks) => {
  test(`takes ${limit}`, () => {
    expect(problemsOf(blocks(limit), 'message')).toEqual([]);
  });

  test(`refuses ${limit + 1}`, () => {
    expect(problemsOf(blocks(limit + 1), 'message')).toHaveLength(1);
  });
});

/** What Slack takes none of. */
const EMPTY: readonly (readonly [what: string, blocks: readonly unknown[]])[] = [
  ['an empty text', [{ type: 'section', text: mrkdwn(0) }]],
  ['an empty header', [{ type: 'header', text: plain(0) }]],
  ['an actions block without elements', [actions()]],
  ['a context block without elements', [{ type: 'context', elements: [] }]],
  ['a select without options', [actions(select({ options: [] }))]],
  ['rich text without elements', [richText()]],
  ['an empty text in rich text', [richText({ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] })]],
];

test.each(EMPTY)('refuses %s', (_, blocks) => {
  expect(problemsOf(blocks, 'message')).toHaveLength(1);
});

/** Slack's own words for what is wrong, where they are known. */
const WORDS: readonly (readonly [blocks: unknown, words: string])[] = [
  [[{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0]'],
  [[{ type: 'header', text: plain(151) }], 'must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
  [[divider, { type: 'header' }], 'missing required field: text [json-pointer:/blocks/1]'],
  [[{ ...divider, colour: 'red' }], 'invalid additional property: colour [json-pointer:/blocks/0]'],
  [[{ type: 'hologram' }], 'unsupported type: hologram [json-pointer:/blocks/0/type]'],
  [[{ type: 'context', elements: [button()] }], 'unsupported type: button [json-pointer:/blocks/0/elements/0/type]'],
  [many(51, () => divider), 'no more than 50 items allowed [json-pointer:/blocks]'],
  ['no list', 'must provide an array [json-pointer:/blocks]'],
];

test.each(WORDS)('says of %j what Slack says', (blocks, words) => {
  expect(problemsOf(blocks, 'message')).toContain(words);
});

/** Combinations that are refused though each part is within its limits. */
const REFUSED: readonly (readonly [what: string, blocks: readonly unknown[]])[] = [
  ['mrkdwn in a header', [{ type: 'header', text: mrkdwn(3) }]],
  ['mrkdwn on a button', [actions(button(0, { text: mrkdwn(3) }))]],
  ['emoji in mrkdwn', [{ type: 'section', text: { ...mrkdwn(3), emoji: true } }]],
  ['verbatim in plain_text', [{ type: 'section', text: { ...plain(3), verbatim: true } }]],
  ['another style of button', [actions(button(0, { style: 'warning' }))]],
  ['a disabled button', [actions(button(0, { disabled: true }))]],
  [
    'options and option_groups at once',
    [actions(select({ options: [option()], option_groups: [{ label: plain(1), options: [option()] }] }))],
  ],
  ['a text input outside an input block', [actions({ type: 'plain_text_input' })]],
  ['a button in an input block', [input(button())]],
  ['an image from two places', [{ type: 'image', alt_text: 'a', image_url: 'a', slack_file: { id: 'F1' } }]],
  ['an image from nowhere', [{ type: 'image', alt_text: 'a' }]],
  ['a mention of nobody', [richText({ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'alice' }] })]],
  [
    'a mention in preformatted text',
    [richText({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U0ALICE001' }] })],
  ],
  [
    'a list of bare texts',
    [richText({ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'a' }] })],
  ],
  ['a date without a format', [richText({ type: 'rich_text_section', elements: [{ type: 'date', timestamp: 1 }] })]],
  ['an alert in a message', [{ type: 'alert', text: plain(3) }]],
];

test.each(REFUSED)('refuses %s', (_, blocks) => {
  expect(problemsOf(blocks, 'message')).not.toEqual([]);
});

test('refuses the same block_id twice, naming the second', () => {
  const blocks = [
    { ...divider, block_id: 'same' },
    { ...section, block_id: 'same' },
  ];

  expect(problemsOf(blocks, 'message')).toEqual(['block_id `same` already exists [json-pointer:/blocks/1/block_id]']);
});

test('refuses the same action_id twice in one block, and takes it in two', () => {
  const inOne = [actions(button(1), button(1))];
  const inTwo = [actions(button(1)), actions(button(1))];

  expect(problemsOf(inOne, 'message')).toEqual([
    'action_id `action-1` already exists for this block [json-pointer:/blocks/0/elements/1/action_id]',
  ]);
  expect(problemsOf(inTwo, 'message')).toEqual([]);
});

test('takes 100 blocks in a modal and at home, and not one more', () => {
  for (const surface of ['modal', 'home'] as const) {
    expect(
      problemsOf(
        many(100, () => divider),
        surface,
      ),
    ).toEqual([]);
    expect(
      problemsOf(
        many(101, () => divider),
        surface,
      ),
    ).toHaveLength(1);
  }
});

test('knows which blocks belong to which surface', () => {
  const table = [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }];
  const markdown = [{ type: 'markdown', text: 'a' }];
  const alert = [{ type: 'alert', text: plain(200) }];

  expect([problemsOf(table, 'home'), problemsOf(alert, 'modal')]).toEqual([[], []]);
  for (const refused of [
    problemsOf(table, 'modal'),
    problemsOf(markdown, 'modal'),
    problemsOf(markdown, 'home'),
    problemsOf(alert, 'home'),
  ]) {
    expect(refused).toHaveLength(1);
  }
});

test('takes every kind of rich text and gives it back typed', () => {
  const style = { bold: true, code: true };
  const inline = [
    { type: 'text', text: 'a', style },
    { type: 'link', url: 'https://example.com' },
    { type: 'user', user_id: 'U0ALICE001' },
    { type: 'usergroup', usergroup_id: 'S0ONCALL01' },
    { type: 'channel', channel_id: 'C0INC04711' },
    { type: 'broadcast', range: 'here' },
    { type: 'emoji', name: 'warning' },
    { type: 'date', timestamp: 1_700_000_000, format: '{date}', fallback: 'then' },
  ];
  const block = richText(
    { type: 'rich_text_section', elements: inline },
    {
      type: 'rich_text_list',
      style: 'ordered',
      indent: 1,
      elements: [{ type: 'rich_text_section', elements: inline }],
    },
    { type: 'rich_text_preformatted', border: 0, elements: [{ type: 'text', text: 'influxctl token create' }] },
    { type: 'rich_text_quote', elements: inline },
  );

  expect(parseBlocks([block], 'message')).toEqual({ blocks: [block] });
});

test('knows when blocks are too long together though each is within its limits', () => {
  const sections = (count: number) => {
    const parsed = parseBlocks(
      many(count, () => ({ type: 'section', text: mrkdwn(1000) })),
      'message',
    );
    return 'blocks' in parsed ? parsed.blocks : [];
  };

  expect(areTooLong(sections(11))).toBe(false);
  expect(areTooLong(sections(12))).toBe(true);
});
