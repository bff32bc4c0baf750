import { expect, test } from 'vitest';
import type { Message } from '../../sandbox/slack/message.ts';
import { quiet } from '../revocation/event-loop.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { passing, planFor } from '../support/operator.ts';
import { startBot } from '../support/start-bot.ts';

const GENERAL = 'C0GENERAL1';

const begins = (messages: readonly Message[]) =>
  messages.map((message) =>
    message
      .plainText()
      .replace(/^(Sent again: [^.]*\.)?\s*/, '')
      .slice(0, 60),
  );

test('Slack down for an hour: what was confirmed before ends and is audited, and everybody hears of it afterwards, in order', async () => {
  const clock = createFakeClock();
  const { slack, cluster, live, audit } = await startBot({ clock, announceChannel: GENERAL });
  const tokens = live.slice(0, 3);
  const plans = [await planFor(slack, tokens.slice(0, 1)), await planFor(slack, tokens.slice(1))];
  const hanging = tokens.map(({ id }) => cluster.fault({ method: 'DELETE', tokenId: id }, { kind: 'hang' }));
  for (const plan of plans) await slack.click(plan, 'Revoke');
  await expect.poll(() => hanging.map(({ hits }) => hits)).toEqual([1, 1, 1]);

  await slack.goDown();
  const finished = () => audit().filter(({ action }) => action === 'revocation finished');
  hanging[0]?.release();
  await expect.poll(() => finished().length).toBe(1);
  clock.advance(1_000);
  for (const fault of hanging) fault.release();
  await expect.poll(() => finished().length).toBe(2);
  for (let minutes = 0; minutes < 60; minutes += 1) {
    clock.advance(60_000);
    await quiet();
  }
  const heardMeanwhile = [slack.directMessages('alice'), slack.visibleTo('bob', GENERAL)].flat();
  await slack.comeBack();
  const [direct, notices] = [() => slack.directMessages('alice'), () => slack.visibleTo('bob', GENERAL)];
  await passing(
    clock,
    expect.poll(() => [direct().length, notices().length >= 2], { timeout: 9_000 }).toEqual([2, true]),
  );

  expect(heardMeanwhile).toEqual([]);
  expect(new Set(cluster.deletes)).toEqual(new Set(tokens.map(({ id }) => id)));
  const results = direct().map((message) => message.plainText());
  for (const text of results) expect(text).toMatch(/^Sent again: /);
  expect(results.map((text) => /(\d) revoked/.exec(text)?.[1]).toSorted()).toEqual(['1', '2']);
  const told = begins(notices()).filter((text) => text.includes('revoked on default'));
  expect(told.map((text) => text.slice(0, 9))).toEqual(['1 revoked', '2 revoked']);
});
