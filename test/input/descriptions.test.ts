import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import type { Message } from '../../sandbox/slack/message.ts';
import { descriptionCases } from '../support/corpus.ts';
import { confirm, planFor } from '../support/operator.ts';
import { sample } from '../support/sizes.ts';
import { startBot } from '../support/start-bot.ts';

const AT_ONCE = 10;
const NEW_TOKEN_PAGE = /^https:\/\/docs\.influxdata\.com\//;

const cases = sample(descriptionCases);
const tokens = cases.map(
  ({ description }, index): ClusterToken => ({
    id: `d0000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`,
    description,
    permissions: [{ action: 'read', resource: 'sensors' }],
    createdAt: '2025-01-01T00:00:00Z',
  }),
);

test('every description is shown as text that means nothing, and quoted so that a shell takes it for one word', async () => {
  const { slack } = await startBot({ cluster: { tokens } });
  const wrong: unknown[] = [];
  const pasted: string[] = [];

  for (let from = 0; from < tokens.length; from += AT_ONCE) {
    const plan = await planFor(slack, tokens.slice(from, from + AT_ONCE));
    const result = await confirm(slack, plan);

    for (const message of [plan, result]) {
      for (const { name, shown } of cases.slice(from, from + AT_ONCE))
        if (!message.plainText().includes(shown)) wrong.push([name, message.plainText()]);
      const reached = message.mentions.filter((id) => id !== 'U0ALICE001');
      const links = message.links.filter((link) => !NEW_TOKEN_PAGE.test(link));
      if (reached.length > 0 || links.length > 0) wrong.push([from, reached, links]);
    }
    pasted.push(...linesToPaste(result));
  }

  expect(wrong).toEqual([]);
  expect(argumentsOf(pasted)).toEqual(cases.map(({ argument }) => argument));
});

/** The lines that make new tokens, as somebody copies them from the screen. */
function linesToPaste(message: Message): string[] {
  return message.blocks.flatMap((block) => {
    if (block.type !== 'rich_text') return [];
    return block.elements.flatMap((element) => {
      if (element.type !== 'rich_text_preformatted') return [];
      const text = element.elements.map((part) => (part.type === 'text' ? part.text : '')).join('');
      return text.split('\n').filter((line) => line.includes('token create'));
    });
  });
}

/** The last argument of each line, as a real shell understands it. */
function argumentsOf(lines: readonly string[]): string[] {
  const script = `influxctl() { shift $(($# - 1)); printf '%s\\0' "$1"; }\n${lines.join('\n')}\n`;
  return execFileSync('/bin/sh', { input: script, encoding: 'utf8' }).split('\0').slice(0, -1);
}
