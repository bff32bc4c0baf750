import { expect, test } from 'vitest';
import { planMessage } from '../../../handlers/messages/plan.ts';
import { planView } from '../../../handlers/messages/plan-view.ts';
import { resultMessage } from '../../../handlers/messages/result.ts';
import { rotationMessage } from '../../../handlers/messages/rotation.ts';
import { sharedResultMessage } from '../../../handlers/messages/shared-result.ts';
import { newPlanId } from '../../../src/revocation/ids.ts';
import { newRotations } from '../../../src/revocation/rotating/rotation.ts';
import { later, NOON, sampleToken } from '../../revocation/samples.ts';
import { itemsOf, planOf, revocationOf } from './nasty.ts';
import { expectTaken, shownBy, spoken, textsIn } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };
const COUNTS = [2, 30, 180, 1_000];
const id = (number: number) => `018f2f3a-1c2d-7${String(number).padStart(3, '0')}-8a5b-6c7d8e9f0a1b`;

/** Tokens made one right after the other, with IDs that begin with the time: eighteen characters of them tell them apart. */
function given(count: number) {
  const tokens = Array.from({ length: count }, (_, number) => ({ ...sampleToken(number), id: id(number) }));
  const plan = planOf(tokens, { id: newPlanId() });
  const items = itemsOf(plan, ['revoked']);
  return { plan, items, revocation: revocationOf(plan), ids: tokens.map((token) => token.id) };
}

/** How many of these IDs can be told apart in a text. */
const toldApart = (text: string, ids: readonly string[]) => ids.filter((one) => text.includes(one.slice(0, 18))).length;

test.each(COUNTS)('a result of %d tokens made together tells them apart', (count) => {
  const { plan, items, revocation, ids } = given(count);

  const result = resultMessage({ about: 'result', plan, items, revocation }, DEFAULT, NOON);
  const shared = sharedResultMessage({ about: 'shared result', plan, items, revocation });

  for (const message of [result, shared]) {
    expect(toldApart(shownBy(message), ids)).toBe(count);
    expect(toldApart(spoken(message), ids)).toBe(count);
  }
  expectTaken(shared, { mentions: [plan.requester.user] });
});

test.each(COUNTS)('a plan of %d tokens made together tells them apart, where it shows them all', (count) => {
  const { plan, ids } = given(count);

  const view = planView(plan, DEFAULT, NOON, { metadata: '', freeze: undefined, why: undefined, own: true });

  expect(toldApart(textsIn(view.blocks).join('\n'), ids)).toBe(count);
  expect(view.blocks.length).toBeLessThanOrEqual(100);
  if (count <= 100) expect(toldApart(shownBy(planMessage(plan, DEFAULT, NOON)), ids)).toBe(count);
});

test('rotations of tokens made together are told apart, and so are their buttons', () => {
  const { plan, items, ids } = given(5);
  const rotations = newRotations(plan, items, NOON);
  const news = { about: 'reminder', plan, rotations, openedAt: NOON, nextAt: later(1), owners: new Map() } as const;

  const message = rotationMessage({ ...news, detailed: true });

  expect(toldApart(shownBy(message), ids)).toBe(5);
  expect(toldApart(JSON.stringify(message.blocks.filter(({ type }) => type === 'actions')), ids)).toBe(5);
  expectTaken(message, { mentions: [plan.requester.user] });
});
