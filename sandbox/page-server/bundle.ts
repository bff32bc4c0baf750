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
    ...emoji(),
  ]);
}

/** Pictures of emoji: they look the same on every machine, also on those that have no font for them. */
function emoji(): [string, Asset][] {
  const folder = dirname(fileOf('@twemoji/svg/package.json'));
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  return pictures.map((name) => [
    `/emoji/${name}`,
    { type: 'image/svg+xml', read: () => readFileSync(join(folder, name)) },
  ]);
}
