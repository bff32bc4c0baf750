import { describe, expect, test } from 'vitest';
import { parseBlocks } from '../../sandbox/slack/block-kit.ts';
import { type RenderOptions, render } from '../../sandbox/terminal.ts';

const NOW = new Date('2026-03-04T12:00:00Z');
const NAMES: Readonly<Record<string, string>> = {
  U0BOB00001: 'bob',
  S0ONCALL01: 'oncall',
  C0INC04711: 'incident-4711',
};
const options: RenderOptions = { now: NOW, timeZone: 'UTC', nameOf: (id) => NAMES[id] ?? id };

function show(blocks: readonly unknown[], changes: RenderOptions = {}): string {
  const parsed = parseBlocks(blocks, 'message');
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return render({ text: 'fallback', blocks: parsed.blocks }, { ...options, ...changes });
}

const say = (text: string, changes: RenderOptions = {}) => render({ text, blocks: [] }, { ...options, ...changes });
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (text: string, rest: object = {}) => ({ type: 'button', text: plain(text), ...rest });
const rich = (...elements: unknown[]) => ({ type: 'rich_text', elements });
const line = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const text = (words: string, style?: object) => ({ type: 'text', text: words, ...(style ? { style } : {}) });
const seconds = (iso: string) => Date.parse(iso) / 1000;

test('shows a plan as the operator reads it', () => {
  const shown = show([
    { type: 'header', text: plain('Revoke 2 tokens on production?') },
    {
      type: 'section',
      text: mrkdwn('*Immediate* and _cannot be undone_.'),
      fields: [mrkdwn('*Who* <@U0BOB00001>'), plain('5 < 6')],
    },
    rich({
      type: 'rich_text_list',
      style: 'bullet',
      elements: [line(text('telegraf', { bold: true }), text(' · 3f2a91bc')), line(text('grafana'))],
    }),
    { type: 'divider' },
    { type: 'context', elements: [mrkdwn('asked by <@U0BOB00001>'), plain('in #incident-4711')] },
    { type: 'actions', elements: [button('Revoke 2 tokens', { style: 'danger' }), button('Cancel')] },
  ]);

  expect(shown).toBe(
    [
      'Revoke 2 tokens on production?',
      '',
      'Immediate and cannot be undone.',
      'Who @bob',
      '5 < 6',
      '',
      '• telegraf · 3f2a91bc',
      '• grafana',
      '',
      '─'.repeat(40),
      '',
      'asked by @bob  in #incident-4711',
      '',
      '[ Revoke 2 tokens ]  [ Cancel ]',
    ].join('\n'),
  );
});

test('shows the text only where there are no blocks', () => {
  expect(say('only &lt;text&gt; &amp; more')).toBe('only <text> & more');
  expect(show([{ type: 'divider' }])).not.toContain('fallback');
});

describe('mrkdwn', () => {
  test.each([
    ['<https://example.com>', 'https://example.com'],
    ['<https://example.com|the page>', 'the page (https://example.com)'],
    [
      '<@U0BOB00001>, <!subteam^S0ONCALL01>, <!here>, <#C0INC04711>, <#C1|random>',
      '@bob, @oncall, @here, #incident-4711, #random',
    ],
    ['*bold* _italic_ ~struck~ `code` 2*3*4 snake_case_name', 'bold italic struck code 2*3*4 snake_case_name'],
    ['`*not bold*` `&lt;x&gt;`', '*not bold* <x>'],
    ['```\ninfluxctl token list\n```', 'influxctl token list'],
    ['&amp;lt;', '&lt;'],
    [':warning: :unheard_of:', '⚠ :unheard_of:'],
    ['databases *, actions *', 'databases *, actions *'],
  ])('%s reads %s', (source, words) => {
    expect(say(source)).toBe(words);
  });
});

describe('dates', () => {
  const at = seconds('2026-03-04T20:05:09Z');

  test.each([
    ['UTC', 'today at 20:05'],
    ['America/New_York', 'today at 15:05'],
    ['Asia/Kolkata', 'tomorrow at 01:35'],
  ])('follow the reader to %s', (timeZone, words) => {
    const source = `<!date^${at}^{date_short_pretty} at {time}|fallback>`;
    const element = { type: 'date', timestamp: at, format: '{date_short_pretty} at {time}' };

    expect(say(source, { timeZone })).toBe(words);
    expect(show([rich(line(element))], { timeZone })).toBe(words);
  });

  test.each([
    ['{date_num} {time_secs}', '2026-03-04 20:05:09'],
    ['{date}', 'March 4'],
    ['{date_short}', 'Mar 4, 2026'],
    ['{date_long}', 'Wednesday, March 4, 2026'],
    ['{date_long_full}', 'March 4, 2026'],
    ['{date_slash}', '03/04/2026'],
    ['{ago} {strange}', 'in 8 hours {strange}'],
  ])('%s reads %s', (format, words) => {
    expect(show([rich(line({ type: 'date', timestamp: at, format }))])).toBe(words);
  });

  test('are yesterday, or in full when further away', () => {
    const date = (iso: string) => say(`<!date^${seconds(iso)}^{date_short_pretty}|x>`);

    expect([date('2026-03-03T01:00:00Z'), date('2026-01-31T01:00:00Z')]).toEqual(['yesterday', 'Jan 31, 2026']);
  });

  test.each([
    ['2026-03-04T11:55:00Z', '5 minutes ago'],
    ['2026-03-03T12:00:00Z', '24 hours ago'],
    ['2026-03-01T12:00:00Z', '3 days ago'],
  ])('%s is %s', (iso, words) => {
    expect(say(`<!date^${seconds(iso)}^{ago}|x>`)).toBe(words);
  });

  test('fall back to their text when they are broken', () => {
    expect(say('<!date^soon^{date}|on Monday>')).toBe('on Monday');
  });
});

test('shows rich text: quotes, preformatted text, numbered and indented lists, mentions and links', () => {
  const shown = show([
    rich(
      line(
        { type: 'user', user_id: 'U0BOB00001' },
        text(' '),
        { type: 'usergroup', usergroup_id: 'S0ONCALL01' },
        text(' '),
        { type: 'broadcast', range: 'here' },
      ),
      {
        type: 'rich_text_list',
        style: 'ordered',
        indent: 1,
        offset: 4,
        elements: [line(text('five')), line(text('six'))],
      },
      { type: 'rich_text_preformatted', elements: [text('influxctl token create \\\n  --description "a & <b>"')] },
      { type: 'rich_text_quote', elements: [text('one\ntwo')] },
      line(
        { type: 'link', url: 'https://example.com', text: 'docs' },
        { type: 'emoji', name: 'warning' },
        { type: 'channel', channel_id: 'C0INC04711' },
      ),
    ),
  ]);

  expect(shown).toBe(
    [
      '@bob @oncall @here',
      '  5. five',
      '  6. six',
      '    influxctl token create \\',
      '      --description "a & <b>"',
      '> one',
      '> two',
      'docs (https://example.com)⚠#incident-4711',
    ].join('\n'),
  );
});

test('shows tables in columns, images by their description, and other elements', () => {
  const option = { text: plain('Production'), value: 'p' };
  const cell = (words: string) => ({ type: 'raw_text', text: words });

  const shown = show([
    {
      type: 'table',
      rows: [
        [cell('Token'), cell('Outcome')],
        [cell('3f2a91bc'), cell('revoked')],
      ],
    },
    { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a graph', title: plain('Load') },
    {
      type: 'section',
      text: mrkdwn('Profile'),
      accessory: { type: 'static_select', options: [option], placeholder: plain('Choose') },
    },
    { type: 'input', label: plain('Reason'), element: { type: 'plain_text_input' } },
    { type: 'actions', elements: [{ type: 'overflow', options: [option] }] },
    { type: 'markdown', text: '**kept**' },
  ]);

  expect(shown).toBe(
    [
      'Token     Outcome\n3f2a91bc  revoked',
      'Load\n(image: a graph)',
      'Profile\n[ Choose … ]',
      'Reason\n[ plain text input … ]',
      '( Production )',
      '**kept**',
    ].join('\n\n'),
  );
});

test('colours only when asked: bold, red and dim', () => {
  const blocks = [
    { type: 'header', text: plain('H') },
    { type: 'section', text: mrkdwn('*b*') },
    { type: 'context', elements: [mrkdwn('c')] },
    { type: 'actions', elements: [button('Revoke', { style: 'danger' })] },
  ];

  expect(show(blocks, { colour: true })).toBe(
    '\u001b[1mH\u001b[0m\n\n\u001b[1mb\u001b[0m\n\n\u001b[2mc\u001b[0m\n\n\u001b[31m[ Revoke ]\u001b[0m',
  );
  expect(show(blocks)).not.toContain('\u001b');
});

test('lets no control character or direction mark of a message reach the terminal', () => {
  const evil = 'a\u001b[2Jb\u202ec\u0007';
  const shown = [
    say(evil),
    show([rich(line(text(evil)))]),
    show([{ type: 'header', text: plain(evil) }]),
    show([{ type: 'markdown', text: evil }]),
  ];

  expect(new Set(shown)).toEqual(new Set(['a�[2Jb�c�']));
});
