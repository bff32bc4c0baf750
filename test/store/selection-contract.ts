import { expect, test } from 'vitest';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import { later, sampleSelection, TOKEN_IDS } from './samples.ts';

type Given = (work?: (transaction: Transaction) => Promise<unknown>) => Promise<Store>;

/** What every store promises of what dialogs were opened with. */
export function selectionContract(given: Given): void {
  test('gives back what a dialog was opened with, also a thousand tokens and no place', async () => {
    const tokenIds = Array.from({ length: 1_000 }, (_, n) => `${TOKEN_IDS[0].slice(0, -4)}${1_000 + n}`);
    const selections = [
      sampleSelection(),
      sampleSelection({ place: undefined, tokenIds }),
      sampleSelection({ place: { channel: 'C0002' }, tokenIds: [] }),
    ];
    const store = await given(async (t) => {
      for (const selection of selections) await t.addSelection(selection);
    });

    for (const selection of selections)
      expect(await store.transaction((t) => t.selection(selection.id))).toEqual(selection);
    expect(await store.transaction((t) => t.selection('0'.repeat(32)))).toBeUndefined();
  });

  test('forgets what dialogs were opened with before then, and nothing else', async () => {
    const [old, young] = [sampleSelection(), sampleSelection({ createdAt: later(1) })];
    const store = await given(async (t) => {
      for (const selection of [old, young]) await t.addSelection(selection);
    });

    await store.transaction((t) => t.forgetSelections(later(1)));

    expect(await store.transaction((t) => t.selection(old.id))).toBeUndefined();
    expect(await store.transaction((t) => t.selection(young.id))).toEqual(young);
  });
}
