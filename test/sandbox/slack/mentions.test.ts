import { expect, test } from 'vitest';
import { parseBlocks } from '../../../sandbox/slack/block-kit.ts';
import { reachOf } from '../../../sandbox/slack/mentions.ts';

function reach(text: string, ...blocks: unknown[]) {
  const parsed = parseBlocks(blocks, 'message');
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return reachOf(text, parsed.blocks);
}

const mrkdwn = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

test('finds who the text pings and where it leads', () => {
  expect(
    reach('<@U0BOB00001> <@U1|bob> <!subteam^S0ONCALL01|@oncall> <!here> <!channel|all> <https://a.example|a> <#C1>'),
  ).toEqual({
    mentions: ['U0BOB00001', 'U1', 'S0ONCALL01', 'here', 'channel'],
    links: ['https://a.example'],
  });
});

test('finds the same in mrkdwn anywhere in the blocks, and in rich text', () => {
  const elements = [
    { type: 'user', user_id: 'U1' },
    { type: 'usergroup', usergroup_id: 'S1' },
    { type: 'broadcast', range: 'everyone' },
    { type: 'link', url: 'https://b.example' },
    { type: 'text', text: '<!here> is only text here' },
  ];
  const context = { type: 'context', elements: [{ type: 'mrkdwn', text: '<!here>' }] };

  expect(reach('', context, { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] })).toEqual({
    mentions: ['here', 'U1', 'S1', 'everyone'],
    links: ['https://b.example'],
  });
});

test('escaped text, plain text and dates reach nobody', () => {
  const header = { type: 'header', text: { type: 'plain_text', text: '<!channel>' } };

  expect(reach('&lt;!channel&gt; <!date^1^{date}|then>', mrkdwn('&lt;@U1&gt;'), header)).toEqual({
    mentions: [],
    links: [],
  });
});
