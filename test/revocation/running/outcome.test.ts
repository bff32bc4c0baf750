import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../src/revocation/revocation.ts';
import {
  afterError,
  afterReading,
  afterReply,
  type Circumstances,
  type Decision,
  ending,
  MAX_ATTEMPTS,
} from '../../../src/revocation/running/outcome.ts';
import type { RevokeReply, TokenServiceErrorKind } from '../../../src/revocation/token-service.ts';
import { later, sampleToken, workItem } from '../samples.ts';
import { failure } from '../scripted-tokens.ts';

const KINDS = [
  'invalid',
  'unauthenticated',
  'denied',
  'throttled',
  'limited',
  'busy',
  'lost',
  'protocol',
] as const satisfies readonly TokenServiceErrorKind[];
const DOINGS = ['reading', 'revoking'] as const;

function circumstances(item: Partial<Item> = {}, rest: Partial<Circumstances> = {}): Circumstances {
  return { item: workItem(item), maySend: true, random: 0.5, ...rest };
}

/** The word a decision comes down to. */
function word(decision: Decision): string {
  return decision.next === 'settle' ? decision.outcome : decision.next;
}

describe('DELETE 204', () => {
  const reply: RevokeReply = { outcome: 'revoked', revokedAt: later(1), status: 'HTTP 204' };

  test('is revoked, with the time and status the cluster gave', () => {
    expect(afterReply(reply, circumstances())).toMatchObject({
      outcome: 'revoked',
      revokedAt: later(1),
      status: 'HTTP 204',
    });
  });

  test('is revoked also when it was sent, lost or stopped before', () => {
    expect(word(afterReply(reply, circumstances({ sent: true, lost: true, attempt: 3 }, { maySend: false })))).toBe(
      'revoked',
    );
  });
});

describe('DELETE 404', () => {
  test('our own DELETE was sent before: revoked', () => {
    for (const outcome of ['already revoked', 'not found'] as const) {
      expect(word(afterReply({ outcome, status: 'HTTP 404' }, circumstances({ sent: true, attempt: 2 })))).toBe(
        'revoked',
      );
    }
  });

  test('read with revokedAt: already revoked', () => {
    const reply: RevokeReply = { outcome: 'already revoked', revokedAt: later(1), status: 'HTTP 404' };

    expect(afterReply(reply, circumstances())).toMatchObject({ outcome: 'already revoked', revokedAt: later(1) });
  });

  test('gone, and seen active in the plan: already revoked, worded “no longer active”', () => {
    const decision = afterReply({ outcome: 'not found', status: 'HTTP 404' }, circumstances());

    expect(decision).toMatchObject({ outcome: 'already revoked', note: 'no longer active' });
  });
});

describe('looking it up before another try', () => {
  test('revokedAt after our own DELETE: revoked, with the time', () => {
    const token = sampleToken(1, { revokedAt: later(1) });

    expect(afterReading({ token }, circumstances({ sent: true, lost: true, attempt: 2 }))).toMatchObject({
      outcome: 'revoked',
      revokedAt: later(1),
    });
  });

  test('revokedAt though nothing of ours was sent: already revoked', () => {
    const token = sampleToken(1, { revokedAt: later(1) });

    expect(afterReading({ token }, circumstances({ attempt: 2 }))).toMatchObject({ outcome: 'already revoked' });
  });

  test('404 after our own DELETE: revoked; without one: already revoked, “no longer active”', () => {
    expect(afterReading({ token: undefined }, circumstances({ sent: true, attempt: 2 }))).toMatchObject({
      outcome: 'revoked',
    });
    expect(afterReading({ token: undefined }, circumstances({ attempt: 2 }))).toMatchObject({
      outcome: 'already revoked',
      note: 'no longer active',
    });
  });

  test('active: it is sent again, an expired one too', () => {
    expect(afterReading({ token: sampleToken(1) }, circumstances({ attempt: 2, lost: true }))).toBeUndefined();
    expect(
      afterReading({ token: sampleToken(1, { expiresAt: later(-1) }) }, circumstances({ attempt: 2 })),
    ).toBeUndefined();
  });

  test('active, and nothing more may be sent: failed, or unknown while an answer is missing', () => {
    const reading = { token: sampleToken(1) };

    expect(afterReading(reading, circumstances({ attempt: 2 }, { maySend: false }))).toMatchObject({
      outcome: 'failed',
      note: 'it is still active',
    });
    expect(afterReading(reading, circumstances({ attempt: 2, lost: true }, { maySend: false }))).toMatchObject({
      outcome: 'unknown',
    });
  });
});

/** What the table says of an error, word by word. */
function expected(
  kind: TokenServiceErrorKind,
  doing: 'reading' | 'revoking',
  { item, maySend }: Circumstances,
): string {
  if (kind === 'unauthenticated' || kind === 'limited') return 'pause';
  if (kind === 'invalid') return item.lost ? 'unknown' : 'refused';
  if (kind === 'denied' && !item.lost) return 'refused';
  if (maySend && item.attempt < MAX_ATTEMPTS) return 'again';
  const lost = item.lost || (doing === 'revoking' && (kind === 'lost' || kind === 'protocol'));
  return lost ? 'unknown' : 'failed';
}

const ROWS: Record<TokenServiceErrorKind, string> = {
  invalid: '400: refused, never retried',
  unauthenticated: '401: the whole profile pauses',
  denied: '403: refused for that token',
  throttled: '429: retried, then failed',
  limited: 'our own limits: the whole profile pauses',
  busy: '409, 425, 5xx, connection refused: retried, then failed',
  lost: 'timeout, reset, cut off: unknown, looked up, tried again',
  protocol: 'another shape, 3xx, HTML: unknown, never success',
};

describe.each(KINDS)('%s', (kind) => {
  test(ROWS[kind], () => {
    for (const doing of DOINGS) {
      for (const sent of [false, true]) {
        for (const lost of [false, true]) {
          for (const maySend of [false, true]) {
            for (let attempt = 1; attempt <= MAX_ATTEMPTS + 1; attempt += 1) {
              const given = circumstances({ sent, lost, attempt }, { maySend });
              const row = { doing, sent, lost, maySend, attempt };

              const decision = afterError(failure(kind), doing, given);

              expect({ ...row, is: word(decision) }).toEqual({ ...row, is: expected(kind, doing, given) });
              expect(decision.status).toBe(`STATUS ${kind}`);
              expect(decision.note).not.toBe('');
            }
          }
        }
      }
    }
  });
});

describe('what is remembered of a try that is repeated', () => {
  test.each([
    { kind: 'lost', doing: 'revoking', answered: false, sent: true, lost: true },
    { kind: 'protocol', doing: 'revoking', answered: true, sent: true, lost: true },
    { kind: 'busy', doing: 'revoking', answered: true, sent: true, lost: false },
    { kind: 'busy', doing: 'revoking', answered: false, sent: false, lost: false },
    { kind: 'throttled', doing: 'revoking', answered: true, sent: true, lost: false },
    { kind: 'lost', doing: 'reading', answered: false, sent: false, lost: false },
    { kind: 'protocol', doing: 'reading', answered: true, sent: false, lost: false },
  ] as const)('$kind while $doing, answered by the cluster: $answered → sent: $sent, lost: $lost', (row) => {
    const { kind, doing, answered, sent, lost } = row;

    expect(afterError(failure(kind, { answered }), doing, circumstances())).toMatchObject({
      next: 'again',
      sent,
      lost,
    });
  });

  test('nothing is forgotten again', () => {
    for (const kind of ['busy', 'throttled', 'lost', 'protocol', 'denied'] as const) {
      for (const doing of DOINGS) {
        const given = circumstances({ sent: true, lost: true, attempt: 2 });

        expect(afterError(failure(kind), doing, given)).toMatchObject({ sent: true, lost: true });
      }
    }
  });
});

describe('pauses', () => {
  test.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [4, 4_000],
    [5, 8_000],
  ])('after attempt %i: %i ms, give or take half', (attempt, ms) => {
    const pause = (random: number) => afterError(failure('busy'), 'revoking', circumstances({ attempt }, { random }));

    expect(pause(0)).toMatchObject({ afterMs: ms / 2 });
    expect(pause(0.5)).toMatchObject({ afterMs: ms });
    expect(pause(1)).toMatchObject({ afterMs: ms * 1.5 });
  });

  test('Retry-After is honoured up to 60 s, and never shortens a pause', () => {
    const pause = (retryAfterMs: number) =>
      afterError(failure('throttled', { retryAfterMs }), 'revoking', circumstances());

    expect(pause(7_000)).toMatchObject({ afterMs: 7_000 });
    expect(pause(60_000)).toMatchObject({ afterMs: 60_000 });
    expect(pause(86_400_000)).toMatchObject({ afterMs: 60_000 });
    expect(pause(1)).toMatchObject({ afterMs: 500 });
  });

  test('a spent hourly budget does not keep a token waiting past the time in which it may be sent', () => {
    const decision = afterError(failure('limited', { retryAfterMs: 3_600_000 }), 'revoking', circumstances());

    expect(decision).toMatchObject({ next: 'pause', afterMs: 60_000 });
  });

  test('limits that name no pause are asked again after a second', () => {
    expect(afterError(failure('limited'), 'revoking', circumstances())).toMatchObject({ afterMs: 1_000 });
  });
});

describe('a token that is not tried again', () => {
  test.each([
    { attempt: 0, lost: false, outcome: 'not sent' },
    { attempt: 0, lost: true, outcome: 'unknown' },
    { attempt: 1, lost: false, outcome: 'failed' },
    { attempt: 6, lost: true, outcome: 'unknown' },
  ] as const)('after $attempt attempts, answer lost: $lost → $outcome', ({ attempt, lost, outcome }) => {
    expect(ending(workItem({ attempt, lost, status: 'HTTP 503' }), 'stopped')).toEqual({
      next: 'settle',
      outcome,
      note: 'stopped',
      status: 'HTTP 503',
      revokedAt: undefined,
    });
  });
});

const anyItem = fc.record({
  attempt: fc.integer({ min: 1, max: 8 }),
  sent: fc.boolean(),
  lost: fc.boolean(),
});
const anyCircumstances = fc
  .record({ item: anyItem, maySend: fc.boolean(), random: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ item, ...rest }) => circumstances(item, rest));
const anyError = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    answered: fc.boolean(),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
  })
  .map(({ kind, answered, retryAfterMs }) =>
    failure(kind, { answered, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }),
  );

describe('whatever happens', () => {
  test('invariant 1: no error ever makes a token revoked, nor already revoked', () => {
    fc.assert(
      fc.property(anyError, fc.constantFrom(...DOINGS), anyCircumstances, (error, doing, given) => {
        expect(['revoked', 'already revoked', 'not found']).not.toContain(word(afterError(error, doing, given)));
      }),
    );
  });

  test('invariant 1: a reading makes a token revoked only with revokedAt, or gone after a DELETE of ours', () => {
    const token = fc.option(
      fc.option(fc.constant(later(1)), { nil: undefined }).map((revokedAt) => sampleToken(1, { revokedAt })),
      { nil: undefined },
    );
    fc.assert(
      fc.property(token, anyCircumstances, (token, given) => {
        const decision = afterReading({ token }, given);

        const evidence = given.item.sent && (token === undefined || token.revokedAt !== undefined);
        expect(decision?.outcome === 'revoked').toBe(evidence);
        if (token && !token.revokedAt) expect(['unknown', 'failed', undefined]).toContain(decision?.outcome);
      }),
    );
  });

  test('invariant 13: unknown ≠ failed ≠ revoked: never failed, refused or not sent while an answer is lost', () => {
    fc.assert(
      fc.property(anyError, fc.constantFrom(...DOINGS), anyCircumstances, (error, doing, given) => {
        const decision = afterError(error, doing, { ...given, item: { ...given.item, lost: true } });

        if (decision.next === 'settle') expect(decision.outcome).toBe('unknown');
        else if (decision.next === 'again') expect(decision.lost).toBe(true);
      }),
    );
  });

  test('invariant 13: never unknown where every answer came', () => {
    const answering = anyError.filter(({ kind }) => kind !== 'lost' && kind !== 'protocol');
    fc.assert(
      fc.property(answering, fc.constantFrom(...DOINGS), anyCircumstances, (error, doing, given) => {
        const decision = afterError(error, doing, { ...given, item: { ...given.item, lost: false } });

        expect(word(decision)).not.toBe('unknown');
      }),
    );
  });

  test('no pause is longer than a minute, nor shorter than a quarter of a second but where limits say so', () => {
    fc.assert(
      fc.property(anyError, fc.constantFrom(...DOINGS), anyCircumstances, (error, doing, given) => {
        const decision = afterError(error, doing, given);
        if (decision.next === 'settle') return;

        if (error.kind !== 'limited') expect(decision.afterMs).toBeGreaterThanOrEqual(250);
        expect(decision.afterMs).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  test('the ladder has an end: the last attempt is never tried again', () => {
    fc.assert(
      fc.property(anyError, fc.constantFrom(...DOINGS), anyCircumstances, (error, doing, given) => {
        const last = { ...given, item: { ...given.item, attempt: MAX_ATTEMPTS } };

        expect(afterError(error, doing, last).next).not.toBe('again');
      }),
    );
  });
});
