import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { settings } from '../src/config/settings.ts';

const readme = readFileSync('README.md', 'utf8');
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts;

/** What differs from run to run: references, durations, and times of day. */
function withoutChance(text: string): string {
  return text
    .replace(/R-[0-9a-f]{8}/g, 'R-…')
    .replace(/\d+(\.\d)? m?s\b/g, '… s')
    .replace(/until \d\d:\d\d( [AP]M)?/g, 'until …')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

/** The blocks of code in this language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\``, 'gs'))].map(([, body]) => body ?? '');
}

test('README: the command of the main job answers exactly what the README shows', () => {
  const command = blocks('sh').find((block) => block.includes('--once')) ?? '';
  const words = /--once "(.*)"$/.exec(command)?.[1] ?? '';

  const output = execFileSync('npm', ['run', '--silent', 'sandbox', '--', '--once', words], { encoding: 'utf8' });

  expect(withoutChance(output)).toBe(withoutChance(blocks('text')[0] ?? ''));
});

test('README: every npm script it names exists', () => {
  const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map(([, script]) => script ?? '');

  expect(named.length).toBeGreaterThan(0);
  for (const script of [...named, 'start', 'test']) expect(Object.keys(scripts)).toContain(script);
});

test('README: the table of settings is the schema’s', () => {
  const table = /<!-- settings.*?-->\n(.*?)\n<!-- \/settings -->/s.exec(readme)?.[1]?.split('\n').slice(2);

  expect(table).toEqual(
    settings().map(
      ({ key, default: value, meaning }) =>
        `| \`${key}\` | ${value === undefined ? '' : `\`${value}\``} | ${meaning} |`,
    ),
  );
});

test.each([
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'docs/http.md',
  'docs/gateway.md',
  'docs/postgres.md',
])('%s links to and names only files that exist', (file) => {
  const text = readFileSync(file, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target ?? '');
  const named = [...text.matchAll(/`((?:test|src|handlers|bin|sandbox|docs|proto)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? '',
  );

  for (const path of [...links, ...named]) expect(existsSync(path), path).toBe(true);
});
