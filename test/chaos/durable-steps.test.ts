import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withPostgres } from '../support/postgres.ts';
import { figures, size } from '../support/sizes.ts';
import { surviveAll, surviveFullDisk, TOKENS } from './durable-steps.ts';
import { STEPS } from './failpoint.ts';
import { postgresUnderTest } from './stores.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = size({ short: 1, long: 50 });

/** People are told twice: of the plan, and of the result. */
const ALL = STEPS.flatMap((step) =>
  (['before commit', 'after commit'] as const).flatMap((when) =>
    (step.startsWith('telling') ? [1, 2] : [1]).map((nth) => ({ step, when, nth })),
  ),
);
/** Where most can be lost: a click just promised, a request just answered, a message just sent. */
const SMALL = ALL.filter(
  ({ step, when, nth }) =>
    (step === 'plan claimed' && when === 'after commit') ||
    (step === 'token revoked' && when === 'before commit') ||
    (step === 'telling finished' && when === 'before commit' && nth === 2),
);
const points = ROUNDS > 1 ? ALL : SMALL;

describe.concurrent('invariant 10: a bot killed at a durable step loses nothing, doubles nothing, and tells people once or says so', () => {
  test.each(STEPS.filter((step) => points.some((point) => point.step === step)))(
    '%s',
    { timeout: 3_600_000 },
    async (step) => {
      const some = points.filter((point) => point.step === step);

      const survivals = await surviveAll(Array.from({ length: ROUNDS }, () => some).flat());

      for (const survival of survivals) expect(survival).toEqual({ reached: true, breaches: [], revoked: TOKENS });
      figures(`killed at ${step}`, { times: survivals.length });
    },
  );
});

test('invariant 6: what does not fit on the disk at a durable step did not happen, and happens later', {
  timeout: 600_000,
}, async () => {
  const steps = ROUNDS > 1 ? STEPS : STEPS.filter((step) => points.some((point) => point.step === step));

  const survivals = await surviveFullDisk(steps);

  for (const survival of survivals) expect(survival).toEqual({ reached: true, breaches: [], revoked: TOKENS });
  figures('a full disk at each durable step', { times: survivals.length });
});

/** Which of two bots does the second telling is left to Slack, so only the first can be waited for. */
const SHARED = ALL.filter(({ nth }) => nth === 1);

const shared: readonly (readonly [string, typeof ALL])[] =
  ROUNDS > 1
    ? STEPS.map((step) => [step, SHARED.filter((point) => point.step === step)])
    : [['a step', SHARED.filter((point) => SMALL.includes(point))]];

withPostgres((server) => {
  test.each(shared)(
    'invariant 10: of two bots on one PostgreSQL, the one that is killed at %s leaves nothing undone',
    { timeout: 600_000 },
    async (step, some) => {
      const survivals = await surviveAll(some, { bots: 2, store: postgresUnderTest(await server().newDatabase()) });

      for (const survival of survivals) expect(survival).toEqual({ reached: true, breaches: [], revoked: TOKENS });
      figures(`one of two bots killed at ${step}`, { times: survivals.length });
    },
  );
});

test('nothing that ships knows of failpoints', () => {
  const shipped = ['bin', 'handlers', 'src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(ROOT, folder, file)),
  );

  for (const file of shipped)
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/failpoint|FAILPOINT|test\/(chaos|faults)/i);
});
