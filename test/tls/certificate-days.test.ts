import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { certificateDays, watchCertificates } from '../../src/tls/certificate-days.ts';
import { createAuthority, type Wanted } from '../gateway/certificates.ts';
import { filesOf } from '../gateway/tls-server/start-tls-gateway.ts';

const ours = await createAuthority('ours'); // good for 100 days
const older = await ours.issue({ expired: true });

async function files(...own: readonly Wanted[]) {
  const pairs = await Promise.all(own.map((wanted) => ours.issue(wanted)));
  return filesOf({ ca: ours.cert, cert: pairs.map(({ cert }) => cert).join(''), key: pairs[0]?.key ?? '' });
}

test('are whole days, of the own certificate and of the authority', async () => {
  expect(certificateDays(await files({ days: 30 }), new Date())).toEqual({ own: 30, authority: 100 });
});

test('are below zero when they are over', async () => {
  expect(certificateDays(await files({ expired: true }), new Date())?.own).toBeLessThan(0);
});

test('are those of the first to expire in a chain, and of the last authority to', async () => {
  const chain = await files({ days: 30 }, { days: 3 });
  chain.write({ ca: `${older.cert}${ours.cert}` });

  expect(certificateDays(chain, new Date())).toEqual({ own: 3, authority: 100 });
});

test('are unknown where the files cannot be read', async () => {
  const damaged = await files({});
  damaged.write({ cert: 'PEM' });

  expect(certificateDays(damaged, new Date())).toBeUndefined();
  expect(certificateDays({ ...damaged, cert: '/nonexistent' }, new Date())).toBeUndefined();
});

/** The lines of the log of a watch, as many as asked for. */
async function lines(own: Wanted, count: number): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const write = (line: string) => {
    if (found.push(JSON.parse(line)) === count) resolve();
  };
  const watched = await files(own);
  const stop = watchCertificates({
    files: watched,
    log: createLogger({ level: 'info', destination: { write } }),
    everyMs: 5,
  });
  onTestFinished(stop);
  await promise;
  return found;
}

test('are logged at once and again and again', async () => {
  const told = await lines({ days: 30 }, 3);

  expect(told).toHaveLength(3);
  expect(told[2]).toMatchObject({
    level: 'info',
    msg: 'certificate days left',
    certificate: expect.stringMatching(/own\.pem$/),
    daysLeft: 30,
    authorityDaysLeft: 100,
  });
});

test.each([
  [14, 'info'],
  [13, 'warn'],
  [0, 'warn'],
])('%d of them are told as %s', async (days, level) => {
  expect(await lines({ days }, 1)).toEqual([expect.objectContaining({ level, daysLeft: days })]);
});

test('that are over are told as an error', async () => {
  expect(await lines({ expired: true }, 1)).toEqual([expect.objectContaining({ level: 'error' })]);
});
