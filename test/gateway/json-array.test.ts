import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrayElements } from '../../src/gateway/json-array.ts';

async function elements(...chunks: readonly (string | Buffer)[]): Promise<unknown[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const found = [];
  for await (const text of arrayElements(source())) found.push(JSON.parse(text));
  return found;
}

test('finds the objects of any array, however it is cut', async () => {
  const list = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), { maxLength: 5 });

  await fc.assert(
    fc.asyncProperty(list, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (objects, size, spaced) => {
      const bytes = Buffer.from(JSON.stringify(objects, undefined, spaced ? 2 : undefined));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );

      expect(await elements(...chunks)).toEqual(JSON.parse(bytes.toString()));
    }),
  );
});

test.each([
  '',
  '   ',
  '{}',
  'null',
  '<html>',
  '[1]',
  '["a"]',
  '[[]]',
  '[null]',
  '[{}',
  '[{}}',
  '[{},]',
  '[,{}]',
  '[{}{}]',
  '[{},,{}]',
  '[{}] x',
  '[{}][]',
  '[{"a":"]',
])('refuses %j', async (text) => {
  await expect(elements(text)).rejects.toThrow();
});

test('refuses an element that never ends without keeping it', async () => {
  await expect(elements('[{"a":"', 'x'.repeat(65_536))).rejects.toThrow('longer than 64 KiB');
});
