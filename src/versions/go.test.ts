import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { go } from './go.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  type Oracle,
} from './testing.ts';

test('go orders module versions', () => {
  assertOrdered(go, [
    ['v1.2.3', '=', '1.2.3'],
    ['v1.2', '=', 'v1.2.0'],
    ['0.46', '<', '0.46.1'],
    ['v2.0.0+incompatible', '=', 'v2.0.0'],
    ['v0.0.0-20190308221718-c2843e01d9a2', '<', 'v0.0.0-20200101000000-aaaaaaaaaaaa'],
    ['v0.0.0-20190308221718-c2843e01d9a2', '<', 'v0.0.0'],
    ['v1.2.4-0.20190308221718-c2843e01d9a2', '>', 'v1.2.3'],
    ['v1.2.4-0.20190308221718-c2843e01d9a2', '<', 'v1.2.4-rc.1'],
    ['1.0.0-rc.10', '>', '1.0.0-rc.9'],
    ['v99999999999999999999.0.0', '>', 'v9999999999999999999.0.0'],
  ]);
});

test('go orders toolchains, also as SemVer', () => {
  assertAscending(go, [
    'go1',
    'go1.2rc5',
    'go1.2',
    'go1.20.14',
    'go1.21',
    '1.21.0-0',
    'go1.21beta1',
    'go1.21rc2',
    'go1.21rc10',
    'go1.21.0',
    '1.21.1',
    'go1.22',
    '1.22.0-rc.1',
    'go1.100',
  ]);
  assertOrdered(go, [
    ['1.21rc2', '=', '1.21.0-rc.2'],
    ['go1.21.3', '=', 'v1.21.3'],
    ['go1.21.3-bigcorp', '=', 'go1.21.3'],
    ['go1.20', '=', '1.20.0'],
  ]);
});

test('go refuses what Go refuses', () => {
  assertUnreadable(
    go,
    ['', ' ', ' v1.2.3', 'devel go1.22-0123abc', 'go1.22 X:boringcrypto'],
    '(devel) devel v v1. v01.2.3 v1.2.3.4 v1.2-pre v1.2.3-01 v1.2.3- v1.2.3+ go go1. go1.02 go1.21.3rc1 ' +
      'go1.21. gov1.2.3 1.2x3 1.18c',
  );
});

test('go versions are totally ordered', () => {
  assertTotalOrder(go, fc.oneof(moduleText, toolchainText));
});

test('go agrees with golang.org/x/mod/semver', (t) => {
  assertAgreesWith(t, goOracle('semver.IsValid', 'semver.Compare'), go, moduleText);
});

test('go agrees with go/version', (t) => {
  assertAgreesWith(t, goOracle('version.IsValid', 'version.Compare'), go, toolchainText);
});

const moduleText = fc.stringMatching(
  /^v(0|1|01|10)(\.[0-2](\.[0-2](-(0|01|1|a|rc|1a|-)(\.[01ab]{1,2})?)?)?)?(\+[a1])?$/,
);
const toolchainText = fc.stringMatching(/^go[12](\.(0|1|20|21|22|021)(\.[0-2]|(rc|beta|alpha|x)[0-9]{0,2})?)?(-foo)?$/);

/** Runs both packages on standard input; Go ships x/mod/semver in its own source. */
function goOracle(isValid: string, compare: string): Oracle {
  return (pairs) => {
    const root = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout?.trim();
    if (!root) return { missing: 'go is not installed' };
    const folder = mkdtempSync(join(tmpdir(), 'versions-'));
    try {
      mkdirSync(join(folder, 'semver'));
      const source = join(root, 'src/cmd/vendor/golang.org/x/mod/semver/semver.go');
      copyFileSync(source, join(folder, 'semver/semver.go'));
      writeFileSync(join(folder, 'go.mod'), 'module oracle\n\ngo 1.22\n');
      writeFileSync(join(folder, 'main.go'), program(isValid, compare));
      const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
      const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
      const { status, stdout, stderr } = spawnSync('go', ['run', '.'], { cwd: folder, env, input, encoding: 'utf8' });
      return status === 0 ? stdout.trim().split('\n') : { missing: `go cannot run: ${stderr}` };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

const program = (isValid: string, compare: string): string => `package main

import (
	"bufio"
	"fmt"
	"go/version"
	"oracle/semver"
	"os"
	"strings"
)

var _, _ = semver.Compare, version.Compare

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\\t")
		if ${isValid}(a) && ${isValid}(b) {
			fmt.Println([]string{"<", "=", ">"}[${compare}(a, b)+1])
		} else {
			fmt.Println("?")
		}
	}
}
`;
