import { stat } from 'node:fs/promises';
import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { readManifests, type ManifestFile } from '#cli/manifests/manifest-files.ts';
import type { Settings } from '#cli/settings.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { openSource, isInRegistry } from '#image/sources/index.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { creationOf } from '#policy/creation.ts';
import type { ManifestObject } from '#policy/manifests/format.ts';
import type { ManifestReference } from '#policy/manifests/reference.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { Place, Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { CheckPosition } from '#policy/reports/check-report.ts';
import type { ImagePath } from '#policy/workloads/image-path.ts';

/** One thing that is checked: what is asked, and what is known already. */
export interface CheckSubject {
  readonly subject: string;
  readonly file?: string;
  readonly question: Question;
  /** What speaks against it whatever the policies say: what could not be read. */
  readonly outcomes: readonly RuleOutcome[];
  readonly positionOf?: (outcome: RuleOutcome) => CheckPosition | undefined;
}

/** What the user names, sorted: images, and files with manifests. */
export interface CheckedThings {
  readonly subjects: readonly CheckSubject[];
  /** Every object of the files, which policies may look up. */
  readonly objects: readonly JsonObject[];
  /** Images that are not in a registry: the source, by the reference that they are checked as. */
  readonly local: ReadonlyMap<string, string>;
}

export interface CheckOptions {
  readonly place: Place;
  readonly imagePaths: readonly ImagePath[];
  /** What an image that is in no registry is to be checked as. */
  readonly name?: string;
}

/**
 * Finds out what is to be checked: a file, a folder or `-` has manifests, everything else is an image.
 * @throws `file-unreadable`, `usage`, `reference-invalid`
 */
export async function readSubjects(
  sources: readonly string[],
  { place, imagePaths, name }: CheckOptions,
  { stdin }: Pick<CliProcess, 'stdin'>,
): Promise<CheckedThings> {
  const isFile = await Promise.all(sources.map(namesFile));
  const files = await readManifests(
    sources.filter((_, index) => isFile[index] === true),
    stdin,
    { imagePaths },
  );
  const images = sources.filter((_, index) => isFile[index] !== true);
  const local = new Map<string, string>();
  const named = images.map((source) => {
    if (isInRegistry(source)) return { source, image: source.replace(/^registry:(?!\d)/, '') };
    const image = name ?? localName(source);
    const reference = formatReference(parseReference(image));
    if (local.has(reference)) {
      throw cliError('usage', 'only one image that is in no registry can be checked at a time', {
        hint: 'check them one after the other, each with --as NAME',
      });
    }
    local.set(reference, source);
    return { source, image };
  });
  return {
    subjects: [
      ...named.map(({ source, image }) => ({
        subject: source,
        question: { place, images: [{ image }], imagePaths },
        outcomes: [],
      })),
      ...files.flatMap((file) => subjectsOf(file, place, imagePaths)),
    ],
    objects: files.flatMap(({ objects }) => objects.map(({ object }) => object)),
    local,
  };
}

/** What an image is called that has no name in a registry: after its file, of nobody's registry. */
function localName(source: string): string {
  const last =
    source
      .slice(source.indexOf(':') + 1)
      .split('/')
      .at(-1) ?? '';
  const [name = '', tag = ''] = last.replace(/\.(?:tar|tgz|tar\.gz)$/, '').split(':');
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `localhost/${plain === '' ? 'image' : plain}${/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : ''}`;
}

/** What looks like a path is one, so that a file which is not there is missed, and not taken for an image of that name. */
const looksLikePath = /^\.{0,2}\/|^\.{1,2}$|\.(?:ya?ml|json|hcl|nomad|tpl)$/i;

async function namesFile(source: string): Promise<boolean> {
  if (source === '-' || looksLikePath.test(source)) return true;
  // A kind of source, such as oci:DIR, or a reference with its tag is no file, whatever lies around.
  if (/^[a-z-]+:/.test(source)) return false;
  return stat(source).then(
    () => true,
    () => false,
  );
}

function subjectsOf(file: ManifestFile, place: Place, imagePaths: readonly ImagePath[]): CheckSubject[] {
  const objects = file.objects.map((object) => objectSubject(file, object, place, imagePaths));
  // What an object names is asked about with the object.
  const inObjects = new Set(file.objects.flatMap(({ images }) => images.map(({ image }) => image)));
  const others = file.references.filter(({ kind, text }) => kind === 'image' && !inObjects.has(text));
  const gaps = file.gaps.filter(({ code }) => code !== 'include');
  const unread: CheckSubject[] = gaps.map(({ message, line, column }) => {
    const where = `${file.path}:${line}:${column}`;
    return {
      subject: file.path,
      file: file.path,
      question: { place, images: [], imagePaths },
      outcomes: [unreadOutcome(where, message)],
      positionOf: () => ({ line, column }),
    };
  });
  const unknown = file.formats.length === 0 && gaps.length === 0 ? [unknownFile(file, place, imagePaths)] : [];
  return [
    ...objects,
    ...others.map((reference) => referenceSubject(file, reference, place, imagePaths)),
    ...unread,
    ...unknown,
  ];
}

function objectSubject(
  file: ManifestFile,
  item: ManifestObject,
  place: Place,
  imagePaths: readonly ImagePath[],
): CheckSubject {
  const { object, images, place: subject } = item;
  const request = creationOf(object, place.namespace);
  return {
    subject,
    file: file.path,
    question: { place: { ...place, namespace: request.namespace }, images, request, imagePaths },
    outcomes: [],
    positionOf: ({ image, reason }) => item.positionOf(image?.pointer ?? reason.words['path'] ?? ''),
  };
}

function referenceSubject(
  file: ManifestFile,
  { text, place: name, line, column }: ManifestReference,
  place: Place,
  imagePaths: readonly ImagePath[],
): CheckSubject {
  return {
    subject: `${name} ${text}`,
    file: file.path,
    question: { place, images: [{ image: text }], imagePaths },
    outcomes: [],
    positionOf: () => ({ line, column }),
  };
}

function unknownFile(file: ManifestFile, place: Place, imagePaths: readonly ImagePath[]): CheckSubject {
  return {
    subject: file.path,
    file: file.path,
    question: { place, images: [], imagePaths },
    outcomes: [unreadOutcome(file.path, 'it is in no format that is known')],
  };
}

function unreadOutcome(where: string, problem: string): RuleOutcome {
  const reason = reasonOf('manifest-unread', { where, problem });
  return { policy: '', rule: 'manifest', outcome: 'unknown', mode: 'enforce', reason, evidence: [] };
}

/** Opens the place of an image that is in no registry. @throws `usage` for one that has no digest, and every error of sources */
export async function openLocal(source: string, { platform, registry, offline }: Settings, { env }: CliProcess) {
  const { store } = await openSource(source, { platform, registry, offline, environment: env });
  if (store !== undefined) return store;
  throw cliError('usage', `${source} has no digest, and so nobody can vouch for it`, {
    hint: 'check the image in its registry, or an OCI layout of it',
  });
}
