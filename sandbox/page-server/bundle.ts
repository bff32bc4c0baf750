import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const fileOf = (path: string) => fileURLToPath(import.meta.resolve(path));

/** What a browser loads, by its path. */
export interface Asset {
  readonly type: string;
  readonly read: () => string | Buffer;
}

/** The page, built in memory. Nothing in it comes from another host. */
export async function bundle(): Promise<ReadonlyMap<string, Asset>> {
  const build = await rolldown({
    input: fileOf('../page/main.tsx'),
    platform: 'browser',
    transform: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'es', minify: true });
  await build.close();
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', read: () => readFileSync(fileOf('../page/index.html')) }],
    ['/page.css', { type: 'text/css; charset=utf-8', read: () => readFileSync(fileOf('../page/page.css')) }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', read: () => output[0].code }],
    ...emojiFont(),
  ]);
}

/** Emoji look the same on every machine, also on those that have none. */
function emojiFont(): [string, Asset][] {
  const css = fileOf('@fontsource/noto-color-emoji/400.css');
  const files = join(dirname(css), 'files');
  const fonts = readdirSync(files).filter((name) => name.endsWith('.woff2'));
  return [
    ['/emoji.css', { type: 'text/css; charset=utf-8', read: () => readFileSync(css) }],
    ...fonts.map((name): [string, Asset] => [
      `/files/${name}`,
      { type: 'font/woff2', read: () => readFileSync(join(files, name)) },
    ]),
  ];
}
