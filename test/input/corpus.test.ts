import { expect, test } from 'vitest';
import { allTyped, descriptionCases, idCases, payloadCases, replyCases } from '../support/corpus.ts';
import { figures } from '../support/sizes.ts';

const kinds = {
  commands: allTyped,
  ids: idCases,
  payloads: payloadCases,
  replies: replyCases,
  descriptions: descriptionCases,
};

test('the corpus has more than two thousand cases, each with a name of its own', () => {
  const counts = Object.fromEntries(Object.entries(kinds).map(([kind, cases]) => [kind, cases.length]));

  figures('corpus', counts);
  expect(allTyped.length + payloadCases.length + replyCases.length + descriptionCases.length).toBeGreaterThan(2_000);
  for (const cases of Object.values(kinds)) {
    const names = cases.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});
