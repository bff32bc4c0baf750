import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger, type LogLevel } from '../src/logger.ts';

const line = z.looseObject({ level: z.string(), msg: z.string().optional() });

function start({ level = 'info', secrets }: { level?: LogLevel; secrets?: readonly string[] } = {}) {
  const lines: string[] = [];
  const log = createLogger({ level, secrets, destination: { write: (text) => void lines.push(text) } });
  return { log, lines, records: () => lines.map((text) => line.parse(JSON.parse(text))) };
}

test('writes one JSON line per event, with level, time and fields', () => {
  const { log, lines, records } = start();

  log.info({ tokenCount: 2 }, 'revocation finished');

  expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
  expect(records()).toMatchObject([{ level: 'info', msg: 'revocation finished', tokenCount: 2 }]);
  expect(records()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('writes nothing below its level', () => {
  const { log, lines } = start({ level: 'warn' });

  log.info('not this');
  log.warn('but this');

  expect(lines).toHaveLength(1);
});

test('removes secrets from messages, nested headers, errors, their stacks and causes', () => {
  const { log, lines } = start();
  const secret = 'apiv1_c2VjcmV0LXNlY3JldA==';
  const err = new Error(`refused ${secret}`, { cause: new Error(`Bearer ${secret}`) });

  log.error({ err, request: { headers: { authorization: `Bearer ${secret}` } } }, `sent ${secret}`);
  log.child({ token: secret }).warn('%s', secret);

  expect(lines.join('')).not.toContain('c2VjcmV0');
  expect(lines.join('').match(/\[secret removed\]/g)?.length).toBeGreaterThanOrEqual(7);
});

test('removes known values of any look, also where JSON escapes them', () => {
  const { log, lines, records } = start({ secrets: ['pass"word\nof two lines'] });

  log.info({ body: JSON.stringify({ value: 'pass"word\nof two lines' }) }, 'pass"word\nof two lines');

  expect(lines.join('')).not.toContain('two lines');
  expect(records()[0]?.msg).toBe('[secret removed]');
});

test('describes an error by type, message, stack, code and its chain of causes, without its other fields', () => {
  const { log, records } = start();
  const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH', headers: { cookie: 'c' } });

  log.error({ err: new Error('cannot reach the cluster', { cause }) }, 'read failed');

  expect(records()[0]).toMatchObject({
    msg: 'read failed',
    err: {
      type: 'Error',
      message: 'cannot reach the cluster',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH' },
    },
  });
  expect(JSON.stringify(records()[0])).not.toContain('cookie');
});

test('describes what several attempts threw together', () => {
  const { log, records } = start();

  log.error({ err: new AggregateError([new Error('::1'), new Error('127.0.0.1')], 'all failed') }, 'connect failed');

  expect(records()[0]).toMatchObject({ err: { errors: [{ message: '::1' }, { message: '127.0.0.1' }] } });
});

test('survives what is no error, and causes that go in circles', () => {
  const { log, records } = start();
  const circle = new Error('circle');
  circle.cause = circle;

  log.error({ err: 'a string' }, 'thrown');
  log.error({ err: Object.create(null) }, 'thrown');
  log.error({ err: undefined }, 'thrown');
  log.error({ err: circle }, 'thrown');

  expect(records()).toMatchObject([
    { err: { type: 'string', message: 'a string' } },
    { err: { type: 'object', message: 'not an error' } },
    { msg: 'thrown' },
    { err: { message: 'circle', cause: { message: 'circle' } } },
  ]);
});
