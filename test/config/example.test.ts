import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { keysAt, settings } from '../../src/config/settings.ts';
import { readBotConfig } from '../../src/config.ts';
import { directory, ENV } from './directory.ts';

const example = readFileSync(new URL('../../config.example.toml', import.meta.url), 'utf8');

interface Line {
  readonly key: string;
  readonly value: string;
  readonly commented: boolean;
}

/** The keys of the example with the tables they stand in, in order. */
function linesOfExample(): readonly Line[] {
  let table = '';
  return example.split('\n').flatMap((line) => {
    table = /^\[+([a-z_.]+)\]+$/.exec(line)?.[1] ?? table;
    const [, mark, key, value = ''] = /^(#?)([a-z_]+) = ("[^"]*"|\[".*?"\]|[^ #]+)/.exec(line) ?? [];
    return key === undefined ? [] : [{ key: `${table}.${key}`, value, commented: mark === '#' }];
  });
}

describe('config.example.toml', () => {
  test('holds exactly the keys that work, once each, in the order of the settings', () => {
    expect(linesOfExample().map(({ key }) => key)).toEqual(settings().map(({ key }) => key));
  });

  test('starts a bot as it is, with the secrets in the environment', () => {
    const { profiles, warnings } = readBotConfig({ file: directory().config(example), env: ENV });

    expect(profiles).toMatchObject([{ name: 'default', production: true, policy: { maxTokens: 100 } }]);
    expect(warnings).toEqual([]);
  });

  test('is right in its commented lines too, and shows the defaults there', () => {
    const everything = parse(example.replaceAll(/^#(?=[a-z_]+ = )/gm, ''));
    const defaults = new Map(settings().map((setting) => [setting.key, setting.default]));

    expect(configSchema.safeParse(everything).error?.issues).toBeUndefined();
    for (const { key, value, commented } of linesOfExample()) {
      if (commented) expect(`${key} = ${defaults.get(key) ?? value}`).toBe(`${key} = ${value}`);
    }
  });
});

describe('the settings', () => {
  test('have a meaning each, and the default that the schema applies', () => {
    for (const { key, meaning } of settings()) expect(`${key}: ${meaning}`).toMatch(/: .{10,}/);
    expect(settings()).toContainEqual({
      key: 'profile.policy.max_tokens',
      default: '100',
      meaning: 'the most tokens of one plan, 1 to 1000; a command takes at most 100 of them',
    });
    expect(settings().find(({ key }) => key === 'plan.expires_after')?.default).toBe('"15m"');
    expect(settings().find(({ key }) => key === 'slack.api_url')?.default).toBeUndefined();
  });

  test('are known by the table they stand in', () => {
    expect(keysAt([])).toEqual(['slack', 'plan', 'rotation', 'store', 'admin', 'policy', 'profile', 'gateway']);
    expect(keysAt(['profile', 3, 'policy', 'start'])).toEqual(['users', 'usergroups']);
    expect(keysAt(['no', 'such', 'table'])).toEqual([]);
  });
});
