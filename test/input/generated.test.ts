import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { HELP } from '../../handlers/commands/help.ts';
import { parse } from '../../src/command-line.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { specs } from '../command-line/specs.ts';
import { allTyped } from '../support/corpus.ts';
import { figures, size } from '../support/sizes.ts';
import { startBot } from '../support/start-bot.ts';

const known = [...specs, HELP];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const short = allTyped.map(({ text }) => text).filter((text) => text.length < 400);

/** Two cases of the corpus, cut somewhere and put together with something between them. */
const grafted = fc
  .tuple(
    fc.constantFrom(...short),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(...short),
  )
  .map(([one, cut, between, two]) => {
    const at = Math.floor(cut * one.length);
    return one.slice(0, at) + between + two.slice(Math.floor(cut * two.length));
  });

test('a million commands grafted from the corpus are parsed without a fault, into canonical IDs and answers of a few lines', () => {
  const numRuns = size({ short: 3_000, long: 1_000_000 });
  const kinds = { run: 0, help: 0, problem: 0 };

  fc.assert(
    fc.property(grafted, (text) => {
      const result = parse(text, known);

      kinds[result.kind] += 1;
      if (result.kind === 'run') for (const id of result.tokenIds) expect(id).toMatch(UUID);
      if (result.kind === 'problem') expect(result.text.length).toBeLessThan(2_000);
    }),
    { numRuns, seed: 11 },
  );

  figures('generated commands through the parser', { inputs: numRuns, ...kinds, seed: 11 });
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(0);
});

test('whatever is typed, a token is revoked only where its ID was typed with --force, and all is answered in time', async () => {
  const numRuns = size({ short: 120, long: 10_000 });
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => store.close());
  const { slack, cluster, live } = await startBot({ policy: { force: { users: ['U0ALICE001'] } }, bot: { store } });
  const tokens = live.slice(0, 6);
  // A command without IDs opens no dialog then, and answers with its usage.
  slack.fault({ method: 'views.open', times: Number.POSITIVE_INFINITY }, { error: 'expired_trigger_id' });
  const forced = new Set<string>();
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...tokens.map(({ id }) => id)) },
    { weight: 1, arbitrary: fc.constantFrom(...tokens.map(({ id }) => id.toUpperCase())) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('--debug', '--reason x', '--reason "a b"', '--timeout 5s', '--frce', 'x', '../'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  );
  const typed = fc
    .tuple(
      fc.constantFrom('token revoke', 'token delete', 'token', 'revoke', ''),
      fc.array(piece, { maxLength: 4 }),
      fc.constantFrom('', '', '--force', '—force'),
    )
    .map(([command, pieces, force]) => ({ text: [command, ...pieces, force].join(' '), force: force !== '' }));

  await fc.assert(
    fc.asyncProperty(typed, async ({ text, force }) => {
      cluster.put(...tokens);
      if (force) for (const { id } of tokens) if (text.toLowerCase().includes(id)) forced.add(id);

      const exchange = await slack.command('/influx', text);
      await exchange.answer();

      expect(exchange.ack).toMatchObject({ status: 200, error: undefined });
      expect(cluster.deletes.filter((id) => !forced.has(id))).toEqual([]);
    }),
    { numRuns, seed: 12 },
  );

  figures('generated commands through the whole bot', { inputs: numRuns, revoked: cluster.deletes.length, seed: 12 });
  expect(cluster.deletes.length).toBeGreaterThan(0);
});
