import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../sandbox/slack/exchange.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { allTyped, type Typed } from '../support/corpus.ts';
import { figures, sample } from '../support/sizes.ts';
import { startBot } from '../support/start-bot.ts';

const ALICE = 'U0ALICE001';
/** Larger bodies are not read at all. */
const LARGEST_BODY = 1_048_576;
/** So many cases share a bot, so that a breach is found near its case. */
const BATCH = 100;

const cases = sample(allTyped);
const batches = Array.from({ length: Math.ceil(cases.length / BATCH) }, (_, index) =>
  cases.slice(index * BATCH, (index + 1) * BATCH),
);
afterAll(() => figures('commands through the whole bot', { cases: cases.length }));

describe('every command of the corpus is answered in time by the whole bot, and reads exactly the tokens it names', () => {
  test.each(batches.map((batch, index) => [index + 1, batch] as const))('part %d', async (_number, batch) => {
    const store = await openSqliteStore(IN_MEMORY);
    onTestFinished(() => store.close());
    // A cluster without tokens: every plan ends with nothing to revoke, and none is a twin of the one before.
    const { slack, cluster, log } = await startBot({
      cluster: { tokens: [] },
      policy: { force: { users: [ALICE] } },
      bot: { store },
    });
    // A command without IDs opens no dialog then, and answers with its usage.
    slack.fault({ method: 'views.open', times: Number.POSITIVE_INFINITY }, { error: 'expired_trigger_id' });
    const wrong: unknown[] = [];
    for (const one of batch) {
      const before = cluster.requests.length;

      const exchange = await slack.command('/influx', one.text);
      const answer = (await exchange.answer()).plainText();

      const asked = cluster.requests
        .slice(before)
        .map(({ method, path }) => `${method} ${path}`)
        .filter((line) => line !== 'GET /api/v0/tokens'); // the list, for the blast radius
      const breach = breachOf(one, { exchange, answer, asked });
      if (breach !== undefined) wrong.push([one.name, breach]);
    }

    expect(wrong).toEqual([]);
    const written = log.join('');
    for (const { means } of batch)
      if ('secret' in means) for (const piece of means.secret) expect(written).not.toContain(piece);
  });
});

interface Seen {
  readonly exchange: Exchange;
  readonly answer: string;
  /** What the cluster was asked. */
  readonly asked: readonly string[];
}

/** What a case asks for that was not so; undefined when all was. */
function breachOf({ text, means }: Typed, { exchange, answer, asked }: Seen): unknown {
  const { ack } = exchange;
  if (text.length > LARGEST_BODY - 1_000) return ack.status === 413 && asked.length === 0 ? undefined : { ack, asked };
  if (ack.status !== 200 || ack.error !== undefined) return { ack };
  const expected = 'run' in means && isOurs(means.profile) ? means.ids.map((id) => `GET /api/v0/tokens/${id}`) : [];
  if (JSON.stringify(asked.toSorted()) !== JSON.stringify(expected.toSorted())) return { asked };
  const said = exchange.messages.map((message) => JSON.stringify(message.blocks) + message.text).join('');
  if ('secret' in means) {
    const repeated = means.secret.filter((piece) => said.includes(piece));
    if (repeated.length > 0 || !answer.includes('looks like a secret')) return { repeated, answer };
  }
  if ('problem' in means) {
    const missing = means.problem.filter((words) => !answer.includes(words));
    if (missing.length > 0) return { missing, answer };
  }
  const { mentions, links } = reachOf(exchange);
  return mentions.length > 0 || links.length > 0 ? { mentions, links } : undefined;
}

const isOurs = (profile: string | undefined) => profile === undefined || profile === 'default';

/** Whom and what the answers reach, besides the person who asked. */
function reachOf({ messages }: Exchange) {
  return {
    mentions: messages.flatMap(({ mentions }) => mentions).filter((id) => id !== ALICE),
    links: messages.flatMap(({ links }) => links),
  };
}
