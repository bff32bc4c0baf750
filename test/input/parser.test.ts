import { describe, expect, test } from 'vitest';
import { HELP } from '../../handlers/commands/help.ts';
import type { HelpTopic, ParseResult } from '../../src/command-line/spec.ts';
import { parse } from '../../src/command-line.ts';
import { specs } from '../command-line/specs.ts';
import { allTyped, type Typed } from '../support/corpus.ts';

const known = [...specs, HELP];

describe('every command of the corpus means to the parser what it should', () => {
  test.each(allTyped.map((one) => [one.name, one] as const))('%s', (_name, { text, means }) => {
    const result = parse(text, known);

    expect(shortened(result)).toEqual(expected(means, result));
    if ('problem' in means) for (const words of means.problem) expect(textOf(result)).toContain(words);
    if ('secret' in means) {
      expect(textOf(result)).toContain('looks like a secret');
      for (const piece of means.secret) expect(JSON.stringify(result)).not.toContain(piece);
    }
  });
});

/** What a result comes to, in the words of the corpus. */
function shortened(result: ParseResult): unknown {
  if (result.kind === 'problem') return 'a problem';
  if (result.kind === 'help') return { help: topicName(result.topic) };
  const { spec, tokenIds, merged, profile, values, timeoutMs, switches, debug } = result;
  const [reason, force] = [values.get('reason'), switches.has('force')];
  return { run: spec.words.join(' '), ids: tokenIds, merged, profile, reason, timeoutMs, force, debug };
}

function expected(means: Typed['means'], result: ParseResult): unknown {
  if ('run' in means) return { profile: undefined, reason: undefined, ...means };
  if ('help' in means) return means;
  expect(textOf(result)).toContain('Nothing was done.');
  return 'a problem';
}

function textOf(result: ParseResult): string {
  return result.kind === 'problem' ? result.text : '';
}

function topicName(topic: HelpTopic): string {
  return topic.about === 'command' ? topic.spec.words.join(' ') : (topic.group ?? 'everything');
}
