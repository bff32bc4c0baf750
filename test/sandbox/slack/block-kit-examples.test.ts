import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBlocks, problemsOf } from '../../../sandbox/slack/block-kit.ts';
import { reachOf } from '../../../sandbox/slack/mentions.ts';
import { render } from '../../../sandbox/terminal.ts';
import { blocks, elements } from './block-kit-examples.ts';

const inActions = (element: unknown) => [{ type: 'actions', elements: [element] }];
const inSection = (accessory: unknown) => [{ type: 'section', text: { type: 'plain_text', text: 'a' }, accessory }];
const inInput = (element: unknown) => [{ type: 'input', label: { type: 'plain_text', text: 'a' }, element }];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every variant of a value in which exactly one object was changed. */
function variants(
  value: unknown,
  change: (object: Readonly<Record<string, unknown>>) => readonly unknown[],
): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => variants(one, change).map((variant) => value.with(index, variant)));
  }
  if (!isObject(value)) return [];
  const deeper = Object.entries(value).flatMap(([key, one]) =>
    variants(one, change).map((variant) => ({ ...value, [key]: variant })),
  );
  return [...change(value), ...deeper];
}

const EXAMPLES: readonly (readonly [name: string, blocks: readonly unknown[]])[] = [
  ...Object.entries(blocks).map(([name, block]) => [name, [block]] as const),
  ...Object.entries(elements).map(
    ([name, element]) => [name, name === 'plain_text_input' ? inInput(element) : inActions(element)] as const,
  ),
];

describe.each(EXAMPLES)('%s', (_, example) => {
  test('is taken with everything it may hold', () => {
    expect(problemsOf(example, 'message')).toEqual([]);
  });

  test('is refused with one property more, at any depth', () => {
    // A `slack_file` has two shapes; Slack looks the file up instead of checking its properties.
    const changed = variants(example, (object) => ('id' in object ? [] : [{ ...object, surprise: 'x' }]));

    const accepted = changed.filter((one) => problemsOf(one, 'message').length === 0);
    const words = changed.map((one) => problemsOf(one, 'message').join());

    expect(accepted).toEqual([]);
    expect(words.every((one) => one.includes('invalid additional property: surprise'))).toBe(true);
  });

  test('is refused with a number for a text, or a text for anything else, at any depth', () => {
    const changed = variants(example, (object) =>
      Object.entries(object).map(([key, value]) => ({ ...object, [key]: typeof value === 'string' ? 5 : 'no' })),
    );

    expect(changed.filter((one) => problemsOf(one, 'message').length === 0)).toEqual([]);
  });

  test('is shown in the terminal without a trace of its JSON', () => {
    const parsed = parseBlocks(example, 'message');

    const shown = 'blocks' in parsed ? render({ text: '', blocks: parsed.blocks }) : '';

    expect(shown).not.toBe('');
    expect(shown).not.toMatch(/\[object|undefined|"type"/);
  });
});

describe('where elements belong', () => {
  const refused = (place: (element: unknown) => readonly unknown[]) =>
    Object.entries({ ...elements, image: blocks['image from a file'] })
      .filter(([, element]) => problemsOf(place(element), 'message').length > 0)
      .map(([name]) => name);

  test('actions refuse text inputs and images', () => {
    expect(refused(inActions)).toEqual(['plain_text_input', 'image']);
  });

  test('sections refuse text inputs and the picker of date and time', () => {
    expect(refused(inSection)).toEqual(['datetimepicker', 'plain_text_input']);
  });

  test('inputs refuse what only acts', () => {
    expect(refused(inInput)).toEqual(['button', 'overflow', 'image']);
  });
});

describe('required properties', () => {
  test.each([
    ['button', 'text'],
    ['overflow', 'options'],
    ['checkboxes', 'options'],
    ['radio_buttons', 'options'],
  ] as const)('a %s needs %s', (name, property) => {
    const { [property]: _, ...rest } = Object.fromEntries(Object.entries(elements[name]));

    expect(problemsOf(inActions(rest), 'message')).toContain(
      `missing required field: ${property} [json-pointer:/blocks/0/elements/0]`,
    );
  });

  test.each([
    ['header', 'text'],
    ['context', 'elements'],
    ['actions', 'elements'],
    ['input', 'label'],
    ['image', 'alt_text'],
    ['rich_text', 'elements'],
    ['markdown', 'text'],
    ['table', 'rows'],
  ] as const)('a %s needs %s', (name, property) => {
    const { [property]: _, ...rest } = Object.fromEntries(Object.entries(blocks[name]));

    expect(problemsOf([rest], 'message')).toContain(`missing required field: ${property} [json-pointer:/blocks/0]`);
  });

  test('a select needs options or option_groups', () => {
    const { options: _, ...rest } = elements.static_select;

    expect(problemsOf(inActions(rest), 'message')).toEqual([
      'must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
    ]);
  });
});

describe('whatever is sent', () => {
  test('is judged without throwing, and what is taken can be read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseBlocks(value, 'message');
        if ('blocks' in parsed) expect(typeof render({ text: '', blocks: parsed.blocks })).toBe('string');
        else expect(parsed.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  test('a text shows no control character, and reaches nobody once it is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

        expect(render({ text, blocks: [] })).not.toMatch(/[^\P{Cc}\n\t]/u);
        expect(reachOf(escaped, [])).toEqual({ mentions: [], links: [] });
      }),
    );
  });

  test('a text without formatting reads as it was written, once it is escaped', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9 <>&.,;!?/\\|()-]{1,80}$/), (text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

        expect(render({ text: escaped, blocks: [] })).toBe(text);
      }),
    );
  });
});
