import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { namesIn } from '#policy/manifests/testing.ts';

const text = `# syntax=docker/dockerfile:1
# a comment
ARG VERSION=1.27
ARG BASE="alpine:3.20"
FROM --platform=$BUILDPLATFORM golang:1.23 AS Build
RUN --mount=type=cache,target=/c --mount=type=bind,from=tools:1,source=/x \\
    # a comment
    go build

FROM $BASE
FROM \${BASE} as twice
FROM nginx:\${VERSION}
FROM \${UNKNOWN}
FROM \${OTHER:-busybox:1}
FROM scratch
FROM build AS last
COPY --from=build /a /b
COPY --from=0 /a /b
COPY --chown=1 --from=ghcr.io/org/tools:2 /a /b
COPY --from=later /a /b
RUN <<EOF cat <<-'END'
FROM no:1
EOF
FROM no:2
	END
RUN echo "<<X FROM no:3"
ONBUILD COPY --from=trigger:1 /a /b
`;

const names = [
  'syntax: docker/dockerfile:1',
  'stage 1: alpine:3.20',
  'stage Build: golang:1.23',
  'stage Build, copied from: tools:1',
  'stage 3: nginx:1.27 (nginx:${VERSION})',
  'stage 5: busybox:1 (${OTHER:-busybox:1})',
  'stage last, copied from: ghcr.io/org/tools:2',
  'stage last, copied from: later',
  'stage last, copied from: trigger:1',
  'template: stage 4',
];

test('base images, images to copy from, defaults of arguments; no stages and no documents', () => {
  assert.deepEqual(namesIn('Dockerfile', text), names);
  assert.deepEqual(namesIn('app.Dockerfile', `\uFEFF${text.replaceAll('\n', '\r\n')}`), names);
  const { references } = readManifest('Containerfile.prod', text);
  const built = references.filter(({ slot }) => slot.kind === 'none').map(({ text: image }) => image);
  assert.deepEqual(built, ['nginx:1.27', 'busybox:1']);
});

const files: readonly (readonly [text: string, names: readonly string[]])[] = [
  ['# escape=`\nFROM `\n  a:1\nFROM b\\', ['stage 0: a:1', 'stage 1: b\\']],
  ['FROM \\\n  a:1', ['stage 0: a:1']],
  ['FROM a:1 \\\n\n  AS x\nFROM x', ['stage x: a:1']],
  ['from a:1', ['stage 0: a:1']],
  ['FROM\nFROM a', ['stage 1: a', 'unreadable: stage 0']],
  ['FROM a\nRUN <<EOF\nFROM b', ['stage 0: a', 'unreadable:']],
  ['FROM a\nRUN --mount=from=$X,target=/ ls', ['stage 0: a', 'template: stage 0, copied from']],
  ['FROM a\nARG B=c\nFROM $B', ['stage 0: a', 'template: stage 1']],
];

test('continued lines, and what cannot be read', () => {
  for (const [file, expected] of files) assert.deepEqual(namesIn('Dockerfile', file), expected, file);
});

test('any text gives an answer', () => {
  const signs = [
    'FROM ',
    'a',
    '\n',
    '\\\n',
    '"',
    "'",
    '<<',
    'RUN ',
    'COPY --from=',
    '$',
    '{',
    '}',
    '#',
    ' ',
    'ARG ',
    '=',
    '\r',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...signs)), (pieces) => {
      const file = `FROM x\n${pieces.join('')}`;
      for (const { start, end, text: named, slot } of readManifest('Dockerfile', file).references) {
        if (slot.kind === 'suffix') assert.equal(file.slice(start, end), named);
      }
    }),
  );
});
