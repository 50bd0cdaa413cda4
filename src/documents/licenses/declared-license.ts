import { digestOf, hexOf } from '#kit/digest.ts';
import { allOf, parseLicense } from './license-expression.ts';

/** What a package states of its licence, as SPDX 2.3 has it in `licenseDeclared`. */
export interface DeclaredLicense {
  readonly expression: string;
  /** Licences in the expression that are not in SPDX's list. */
  readonly extracted: readonly ExtractedLicense[];
}

/** SPDX 2.3, clause 10: a licence that the list does not have. */
export interface ExtractedLicense {
  readonly licenseId: string;
  readonly extractedText: string;
  readonly name: string;
}

/** Puts the statements of a package together to one expression: all of them hold. */
export function declaredLicense(statements: readonly string[]): DeclaredLicense {
  const parts = statements.filter((text) => text.trim() !== '').map(readStatement);
  return {
    expression: parts.length === 0 ? 'NOASSERTION' : allOf(parts),
    extracted: parts.flatMap((part) => part.extracted),
  };
}

function readStatement(statement: string) {
  const parsed = parseLicense(statement);
  if (parsed !== undefined) return { ...parsed, extracted: parsed.references.map(describeReference) };
  const extracted = extract(statement);
  return { expression: extracted.licenseId, isId: false, references: [], extracted: [extracted] };
}

/** The package names a licence text of its own, which is not at hand. */
function describeReference(licenseId: string): ExtractedLicense {
  return { licenseId, extractedText: 'NOASSERTION', name: licenseId.slice('LicenseRef-'.length) };
}

const longestSlug = 40;

/** The same statement always gets the same id, and different statements never do. */
function extract(statement: string): ExtractedLicense {
  const slug = statement
    .slice(0, longestSlug)
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const hash = hexOf(digestOf(statement)).slice(0, 12);
  return {
    licenseId: ['LicenseRef', slug, hash].filter((part) => part !== '').join('-'),
    extractedText: `The package states its licence as: ${statement}`,
    name: statement.slice(0, longestName),
  };
}

const longestName = 200;
