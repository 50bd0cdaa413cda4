import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { checkout, command, type Run } from './bulla.ts';

describe('Imports point only the way that the architecture allows', () => {
  const plants = [
    { file: 'src/kit/planted.ts', imports: '#image/image.ts', allowed: false },
    { file: 'src/image/planted.ts', imports: '#cli/main.ts', allowed: false },
    { file: 'src/versions/planted.ts', imports: '#image/image.ts', allowed: false },
    { file: 'src/advisories/planted.ts', imports: '#inventory/inventory.ts', allowed: false },
    { file: 'src/documents/planted.ts', imports: '../kit/digest.ts', allowed: false },
    { file: 'src/image/planted.ts', imports: '#kit/digest.ts', allowed: true },
    { file: 'src/findings/planted.ts', imports: '#advisories/knowledge.ts', allowed: true },
  ];
  for (const { file, imports, allowed } of plants) {
    test(`${file} may ${allowed ? '' : 'not '}import ${imports}`, async () => {
      const { code, stdout } = await lint(file, `import '${imports}';\n`);
      if (allowed) assert.equal(code, 0, stdout);
      else {
        assert.equal(code, 1, stdout);
        assert.match(stdout, /no-restricted-imports/);
      }
    });
  }
});

/** Lints a project that has our rules and this one file. */
async function lint(file: string, content: string): Promise<Run> {
  const folder = newFolder('planted');
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    cpSync(join(checkout, name), join(folder, name));
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  // The linter reads its configuration with the Node.js of the project.
  const env = { PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` };
  return command(
    join(checkout, 'node_modules/.bin/oxlint'),
    ['--allow', 'import/no-unassigned-import', '--deny-warnings', 'src'],
    { cwd: folder, env },
  );
}
