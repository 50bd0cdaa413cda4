import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { repositoryOf } from '#provenance/git-uri.ts';
import type { Build, BuildFields } from '#provenance/predicates/build.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

const prefixes: readonly string[] = [
  'https://cloudbuild.googleapis.com/',
  'https://cloud.google.com/build/gcb-buildtypes/',
  'https://slsa-framework.github.io/gcb-buildtypes/',
];

/** Google Cloud Build: SLSA 0.1 for all builds, 1 for triggered ones (its build type "google-worker/v1"). */
export const cloudBuild: Shape = {
  name: 'cloud-build',
  title: 'Google Cloud Build',
  judgedParameters: [
    '/buildConfigSource/repository',
    '/buildConfigSource/ref',
    '/sourceToBuild/repository',
    '/sourceToBuild/ref',
  ],
  // What is built may come from another repository than how it is built; whoever demands one demands it of both.
  hasManySources: true,
  holds: ({ buildType }) => prefixes.some((prefix) => buildType.startsWith(prefix)),
  read(build, fields) {
    const notes: string[] = [];
    const found: Found[] = isHosted(build.builder) ? [['runner', 'google-hosted', fields.builder]] : [];
    const isInline = asObject(build.external['buildConfig']) !== undefined;
    if (isInline || build.buildType.includes('/CloudBuildSteps@')) {
      notes.push('the steps were sent with the request, and are not those of the repository');
    }
    if (build.version === '1') {
      // Steps from anywhere can make anything of a source.
      if (!isInline) found.push(...parameterFacts(build, fields));
    } else {
      found.push(...recordedFacts(build, fields));
    }
    return { facts: factsOf(found), notes };
  },
};

function isHosted(builder: string): boolean {
  return /^https:\/\/cloudbuild\.googleapis\.com\/GoogleHostedWorker(?:@v[\d.]+)?$/.test(builder);
}

function parameterFacts(build: Build, { external, internal, materials }: BuildFields): readonly Found[] {
  const found: Found[] = [];
  for (const key of ['sourceToBuild', 'buildConfigSource']) {
    const place = asObject(build.external[key]);
    const repository = asText(place?.['repository']) ?? '';
    if (repository !== '') found.push(['repository', repositoryOf(repository), `${external}.${key}.repository`]);
    found.push(['ref', place?.['ref'], `${external}.${key}.ref`]);
  }
  found.push([
    'workflow',
    asObject(build.external['buildConfigSource'])?.['path'],
    `${external}.buildConfigSource.path`,
  ]);
  const substitutions = asObject(build.internal['systemSubstitutions']) ?? {};
  found.push(['commit', substitutions['COMMIT_SHA'], `${internal}.systemSubstitutions.COMMIT_SHA`]);
  const [material] = build.materials;
  if (material !== undefined) found.push(...sourceFacts(material.uri, material.digests, `${materials}[0]`));
  return found;
}

function recordedFacts(build: Build, { external, materials, config }: BuildFields): readonly Found[] {
  const [material] = build.materials;
  const substitutions = asObject(build.external['substitutions']) ?? {};
  return [
    ...(material === undefined ? [] : sourceFacts(material.uri, material.digests, `${materials}[0]`)),
    ...refFacts(substitutions, `${external}.substitutions`),
    ['commit', substitutions['COMMIT_SHA'], `${external}.substitutions.COMMIT_SHA`],
    ['workflow', build.config?.entryPoint, `${config}.entryPoint`],
  ];
}

/** A build of a tag has both names; then the tag is what was built. */
function refFacts(substitutions: JsonObject, at: string): readonly Found[] {
  const tag = asText(substitutions['TAG_NAME']) ?? '';
  const branch = asText(substitutions['BRANCH_NAME']) ?? '';
  if (tag !== '') return [['ref', `refs/tags/${tag}`, `${at}.TAG_NAME`]];
  return branch === '' ? [] : [['ref', `refs/heads/${branch}`, `${at}.BRANCH_NAME`]];
}
