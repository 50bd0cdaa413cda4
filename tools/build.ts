import { createHash } from 'node:crypto';
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the program into `dist/`: one small file to start with, and one for each command, loaded when it is called. */
const out = `dist.${process.pid}`;
await mkdir(out);
// Marks what is built with the time that it was begun: what changes meanwhile is newer.
await writeFile(join(out, '.built'), '');
await build({
  entryPoints: { main: 'src/cli/main.ts', 'layer-worker': 'src/inventory/worker/layer-worker.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  sourcemap: 'linked',
  chunkNames: 'chunk-[hash]',
  define: { BULLA_GENERATION: JSON.stringify(generation()) },
  // Some dependencies are CommonJS and require Node's own modules.
  banner: {
    js: "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
// Put in place in one step, so that another process never starts half a program.
await rm('dist', { recursive: true, force: true });
await rename(out, 'dist');
for (const broken of globSync('dist.*')) await rm(broken, { recursive: true });

/** The digest of all code that decides what an inventory says: results of other code must not be used. */
function generation(): string {
  const hash = createHash('sha256');
  for (const area of ['kit', 'image', 'inventory', 'versions']) {
    for (const name of readdirSync(join('src', area), { recursive: true, encoding: 'utf8' }).toSorted()) {
      if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
        hash.update(name).update(readFileSync(join('src', area, name)));
    }
  }
  return hash.update(readFileSync('package-lock.json')).digest('hex').slice(0, 16);
}
